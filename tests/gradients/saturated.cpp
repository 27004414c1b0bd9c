// Sparse coding where units saturate: of 1 − 10⁻¹⁷ nothing is left in float64, so ρ_j and 1 − ρ_j are
// sums of their own. Then the lecture's plain lines are right as far as e^s goes, and the project's agree.
#include <doctest/doctest.h>

#include <cmath>

#include "autoencoder/activation.hpp"
#include "lecture/proof.hpp"

namespace autoencoder {
namespace {

/// One hidden unit with these net inputs, one a pattern.
lecture::Example with_net_inputs(Activation activation, const std::vector<double>& s) {
    Network network = autoencoder_network(1, std::vector<std::size_t>{1}, activation);
    network.sparsity_target = 0.1;
    network.sparsity_weight = 3;
    lecture::Example example = lecture::make_example(network, s.size(), 1);
    const Layout blocks = layout(network);
    example.theta[blocks.find("W1").offset] = 1;
    example.theta[blocks.find("b1").offset] = 0;
    std::copy(s.begin(), s.end(), example.x.values.begin());
    example.y = example.x;
    return example;
}

TEST_SUITE_BEGIN("gradients");

TEST_CASE("ρ, 1 − ρ, KL and its derivative are right where units saturate") {
    for (const Activation activation : {Activation::sigmoid, Activation::tanh}) {
        const double half = activation == Activation::tanh ? 0.5 : 1;
        for (const double s : {-700.0, -40.0, 40.0, 700.0}) {
            CAPTURE(s);
            const lecture::Example example = with_net_inputs(activation, {half * s, half * s});
            const auto of = lecture::evaluated(example);
            const double near_0 = std::exp(-std::fabs(s)), rho_bar = 0.1;  // and 1 − near_0 is 1
            CHECK(of->t.rho[0][0] == doctest::Approx(s > 0 ? 1 : near_0).epsilon(1e-13));
            CHECK(of->rho_off[0][0] == doctest::Approx(s < 0 ? 1 : near_0).epsilon(1e-13));
            const double wanted = s < 0 ? rho_bar : 1 - rho_bar, other = 1 - wanted;
            const double kl = wanted * (std::log(wanted) + std::fabs(s)) + other * std::log(other);
            CHECK(of->t.kl[0][0] == doctest::Approx(kl).epsilon(1e-13));
            CHECK(lecture::terms_difference(of->blocks, lecture::production_terms(example), of->t) <=
                  lecture::term_tolerance);
            // ∂KL/∂ρ is as large as f' is small: KL is a straight line in s, through two patterns.
            const double by_s = of->kl_gradient(1, 0, 0, 1).value, slope = wanted / (2 * half);
            CHECK(by_s == doctest::Approx(s < 0 ? -slope : slope).epsilon(1e-13));
        }
    }
}

TEST_SUITE_END();

}  // namespace
}  // namespace autoencoder
