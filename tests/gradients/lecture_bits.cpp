// For the time of the move: the chapters' formulas against the reference that they replace, bit by bit,
// and each wrong twin against the mistake that it was.
#include <doctest/doctest.h>

#include "autoencoder/variational.hpp"
#include "checks/reference.hpp"
#include "lecture/mistakes.hpp"

namespace autoencoder {
namespace {

using checks::Mistake;
using namespace lecture;

checks::Example old(const lecture::Example& e) {
    return {e.network, e.theta, e.x, e.y, e.masks, e.input_mask, e.noise};
}

template <class Old, class New>
bool same(const Old& a, const New& b) {
    return std::equal(std::begin(a), std::end(a), std::begin(b), std::end(b));
}

bool same_terms(const checks::Terms& a, const lecture::Terms& b) {
    bool all = a.s.size() == b.s.size();
    for (std::size_t l = 0; all && l < a.s.size(); ++l)
        all = same(a.s[l].values, b.s[l].values) && same(a.h[l].values, b.h[l].values) &&
              same(a.delta[l].values, b.delta[l].values) && same(a.rho[l], b.rho[l]) &&
              same(a.kl[l], b.kl[l]);
    return all && same(a.pattern_cost, b.pattern_cost) && a.cost.data == b.cost.data &&
           a.cost.kl == b.cost.kl && a.cost.weight_penalty == b.cost.weight_penalty &&
           a.cost.sparsity == b.cost.sparsity && same(a.gradient, b.gradient);
}

void compare(const std::vector<lecture::Example>& examples, Mistake mistake = Mistake::none,
             Formulas formulas = right) {
    for (const lecture::Example& e : examples) {
        CAPTURE(int(mistake));
        CHECK(same_terms(checks::reference_terms(old(e), mistake), lecture_terms(e, formulas)));
    }
}

TEST_CASE("the chapters' formulas are the reference's, to the bit, mistakes included") {
    using enum Mistake;
    for (const Network& options : {Network{}, penalised(), sparse(), dropping()}) {
        compare(autoencoders(options));
        compare(shallow_autoencoders(options));
    }
    const std::vector<lecture::Example> plain = autoencoders({});
    compare(plain, no_bias, with<NoBias>);
    compare(plain, linear_output, with<LinearOutput>);
    compare(plain, no_half, with<NoHalf>);
    compare(plain, no_output_derivative, with<NoOutputDerivative>);
    compare(plain, derivative_at_activation, with<DerivativeAtActivation>);
    compare(plain, noisy_target, with<NoisyTarget>);
    compare(plain, stops_at_head, with<StopsAtHead>);
    compare(plain, no_derivative_below_head, with<NoDerivativeBelowHead>);
    compare(plain, softmax_squared_delta, with<HeadTimesSlope>);
    compare(autoencoders(penalised()), penalty_sqrt, with<PenaltySqrt>);
    compare(autoencoders(penalised()), bias_penalised, with<BiasPenalised>);
    compare(autoencoders(sparse()), rho_over_units, with<RhoOverUnits>);
    compare(autoencoders(sparse()), kl_reversed, with<KlReversed>);
    compare(autoencoders(sparse()), kl_first_sign, with<KlFirstSign>);
    compare(autoencoders(sparse()), kl_outside_derivative, with<KlOutsideDerivative>);
    compare(autoencoders(sparse()), kl_sign, with<KlSign>);
    compare(autoencoders(sparse()), beta_for_gamma, with<BetaForGamma>);
    compare(autoencoders(dropping()), no_backward_mask, with<NoBackwardMask>);
    std::vector<lecture::Example> variational;
    for (const std::size_t code : {1, 2, 3}) {
        const std::size_t hidden[] = {4, 3};
        Network network = variational_network(5, std::span(hidden).first(code - 1), code,
                                              code == 1 ? Activation::relu : Activation::tanh);
        network.weight_penalty = 0.01;
        variational.push_back(make_example(network, 1 + 8 * code, code));
    }
    compare(variational);
    compare(variational, logvar_as_sigma, with<LogVarianceAsSigma>);
    compare(variational, divergence_sign, with<DivergenceSign>);
    compare(variational, no_half_log_variance, with<NoHalfLogVariance>);
    Network softmax = autoencoder_network(5, {}, Activation::sigmoid, Activation::softmax);
    softmax.loss = Loss::cross_entropy;
    softmax.layers.insert(softmax.layers.begin(), {4, Activation::tanh});
    compare({make_example(softmax, 9, 1)});
    compare({make_example(softmax, 9, 1)}, softmax_squared_delta, with<HeadTimesSlope>);
}

}  // namespace
}  // namespace autoencoder
