// Shallow autoencoder: the encoder makes a code of the pattern, the decoder the pattern of the code.
//
//     s_j^q = Σ_k w_jk x_k^q + b_j,  h_j^q = f(s_j^q)              [encode]
//     ŷ_i^q = f(Σ_j w_ij h_j^q + b_i)                              [decode]
//     J^q = ½ Σ_i (y_i^q − ŷ_i^q)²,  and y^q = x^q                 [cost]
//     δ_i^q = (y_i^q − ŷ_i^q) f'(s_i^q)                            [delta-output]
//     δ_j^q = f'(s_j^q) Σ_i w_ij δ_i^q                             [delta-hidden]
//     ∂J^q/∂w_jk = −δ_j^q x_k^q,  ∂J^q/∂b_j = −δ_j^q               [gradient]
//     Δw_jk = η δ_j^q x_k^q,  after every pattern                  [update]
//
// A deep autoencoder is the same with more layers: x_k is then h̃_k of the layer below (`seen`), and
// Σ_i w_ij δ_i comes from the layer above (`fed_back`); see `dropout.cpp` for both.
#include <algorithm>

#include "autoencoder/elementwise.hpp"
#include "autoencoder/online.hpp"
#include "autoencoder/training.hpp"
#include "lecture/mistakes.hpp"

namespace autoencoder::lecture {

// clang-format off
Number f(Activation activation, Number s) {
    switch (activation) {
        case Activation::sigmoid: return 1 / (1 + exponential(-s));
        case Activation::tanh: return 1 - 2 / (1 + exponential(2 * s));
        case Activation::relu: return s > 0 ? s : 0;
        case Activation::linear: return s;
        case Activation::softmax: break;  // not of one unit: see classifier.cpp
    }
    return s;
}

Number f_slope(Activation activation, Number s) {
    switch (activation) {
        case Activation::sigmoid: return 1 / ((1 + exponential(-s)) * (1 + exponential(s)));
        case Activation::tanh: return 4 / ((1 + exponential(-2 * s)) * (1 + exponential(2 * s)));
        case Activation::relu: return s > 0 ? 1 : 0;
        case Activation::linear: return 1;
        case Activation::softmax: break;
    }
    return 1;
}
// clang-format on

Activation Lecture::activation(size_t l) const { return net.layer(l).activation; }

Number Lecture::b(size_t l, size_t i) const {
    return unit("b", l, i, part<const double>(example.theta, blocks.blocks[2 * l - 1])[i]);
}

Number Lecture::y(size_t q, size_t i) const { return unit("y", i, example.y(q, i)); }

Number Lecture::encode(size_t l, size_t q, size_t j) const {
    Number s = b(l, j);
    for (size_t k = 0; k < net.units(l - 1); ++k) s += w(l, j, k) * seen(l - 1, q, k);  // [encode]
    return s;
}

Number Lecture::decode(size_t q, size_t i) const {
    Number s = b(L, i);
    for (size_t j = 0; j < net.units(L - 1); ++j) s += w(L, i, j) * seen(L - 1, q, j);  // [decode]
    return s;
}

Number Lecture::cost(size_t q) const {
    Number sum = 0;
    for (size_t i = 0; i < net.units(L); ++i)
        sum += (y(q, i) - y_hat(q, i)) * (y(q, i) - y_hat(q, i));
    return 0.5 * sum;  // [cost]
}

Number Lecture::delta_output(size_t q, size_t i) const {
    return (y(q, i) - y_hat(q, i)) * slope(L, q, i);  // [delta-output]
}

Number Lecture::sum_of_deltas(size_t l, size_t q, size_t j) const {
    Number sum = 0;
    for (size_t i = 0; i < net.net_inputs(l + 1); ++i) sum += w(l + 1, i, j) * delta(l + 1, q, i);
    return sum;
}

Number Lecture::delta_hidden(size_t l, size_t q, size_t j) const {
    return slope(l, q, j) * fed_back(l, q, j);  // [delta-hidden]
}

Number Lecture::gradient(size_t l, size_t q, size_t j, size_t k) const {
    return -delta(l, q, j) * seen(l - 1, q, k);  // [gradient]
}

Number Lecture::bias_gradient(size_t l, size_t q, size_t j) const { return -delta(l, q, j); }

// A weight penalty makes it Δw_jk = η (δ_j^q x_k^q − λ w_jk).
Number Lecture::update(Number eta, size_t l, size_t q, size_t j, size_t k) const {
    const Number decay = lambda() * w(l, j, k);
    return eta * (delta(l, q, j) * seen(l - 1, q, k) - decay);  // [update]
}

Number Lecture::bias_update(Number eta, size_t l, size_t q, size_t j) const {
    return eta * delta(l, q, j);
}

// Made fast in
//     src/kernels/epilogue.hpp  activate_row        encode, decode
//     src/kernels/epilogue.hpp  each_gradient       gradient
//     src/kernels/output.hpp    output_lanes        cost, delta-output
//     src/kernels/epilogue.hpp  back_propagate_row  delta-hidden
//     src/kernels/online.hpp    online_columns      update

namespace {

constexpr double eta = 0.5;

/// θ after the rule has taken these patterns, one after another, each from where the one before arrived.
Buffer<double> rule(const Example& example, std::span<const size_t> order,
                    Formulas formulas = right) {
    Example one = example;
    one.x = Matrix<double>(1, example.x.cols);
    one.y = Matrix<double>(1, example.y.cols);
    for (const size_t q : order) {
        std::ranges::copy(example.x.row(q), one.x.row(0).begin());
        std::ranges::copy(example.y.row(q), one.y.row(0).begin());
        const auto lecture = evaluated(one, formulas);
        Buffer<double> moved = one.theta;
        for (size_t l = 1; l <= lecture->L; ++l) {
            const View<double> W = matrix<double>(moved, lecture->blocks.blocks[2 * l - 2]);
            const std::span<double> b = part<double>(moved, lecture->blocks.blocks[2 * l - 1]);
            for (size_t j = 0; j < W.rows; ++j) {
                for (size_t k = 0; k < W.cols; ++k)
                    W(j, k) += lecture->update(eta, l, 0, j, k).value;
                b[j] += lecture->bias_update(eta, l, 0, j).value;
            }
        }
        one.theta = moved;
    }
    return one.theta;
}

/// One pattern, one pass: how far θ moved, divided by η, is −∇J^q, by difference quotients and by the
/// rule.
void one_step(Findings& findings, const Example& one) {
    TrainingOptions training;
    training.optimizer = Optimizer::online;
    training.learning_rate = eta;
    training.epochs = 1;
    Buffer<double> theta = one.theta;
    train<double>(one.network, {one.x, one.y}, training, theta);

    const Layout blocks = layout(one.network);
    const Buffer<double> quotients =
        difference_quotients(production_objective(one), one.theta, blocks);
    const size_t first[] = {0};
    Buffer<double> by_rule = rule(one, first), moved(theta.size()), downhill(theta.size());
    for (size_t i = 0; i < theta.size(); ++i) {
        moved[i] = (theta[i] - one.theta[i]) / eta;
        by_rule[i] = (by_rule[i] - one.theta[i]) / eta;
        downhill[i] = -quotients[i];
    }
    for (const Block& block : blocks.blocks) {
        const auto error = [&](const Buffer<double>& other) {
            return relative_difference(part<const double>(moved, block),
                                       part<const double>(other, block));
        };
        findings.found(block.size, error(downhill), gradient_tolerance);
        findings.found(0, error(by_rule), term_tolerance);
        findings.twin_found(error(quotients), gradient_tolerance);  // uphill
    }
}

void many_steps(Findings& findings, const Example& example) {
    const std::vector<size_t> order = {4, 1, 3, 3, 0, 2};
    OnlineNetwork<double> online(example.network, example.theta, eta);
    online.learn(example.x, example.y, order);
    Buffer<double> theta(example.theta.size());
    online.parameters(theta);
    findings.found(0, relative_difference(theta, rule(example, order)), term_tolerance);
    findings.twin_found(relative_difference(theta, rule(example, order, with<Uphill>)),
                        term_tolerance);
}

CheckResult update_check() {
    Findings findings;
    for (const Example& each : autoencoders(penalised())) {
        one_step(findings, lively_example(each.network, 1, 11));
        many_steps(findings, lively_example(each.network, 5, 12));
    }
    // The cross-entropy, which takes the way of mini-batches of one.
    Network bernoulli = autoencoders(penalised()).front().network;
    bernoulli.layers.back().activation = Activation::sigmoid;
    bernoulli.loss = Loss::cross_entropy;
    one_step(findings, make_example(bernoulli, 1, 13));
    return findings.result();
}

template <class Twin, Shows shows>
CheckResult plain() {
    return examine_all(autoencoders({}), with<Twin>, shows);
}

using enum Shows;

constexpr Check checks[] = {
    {"encode", "b left out", plain<NoBias, in_terms>},
    {"decode", "no f at the output", plain<LinearOutput, in_terms>},
    {"cost", "½ left out", plain<NoHalf, in_cost>},
    {"delta-output", "f' left out", plain<NoOutputDerivative, in_gradient>},
    {"delta-hidden", "f' at h, not at s", plain<DerivativeAtActivation, in_gradient>},
    {"gradient", "1/N lost", plain<SumForMean, in_gradient>},
    {"update", "+ for −: uphill", update_check},
};

}  // namespace

std::span<const Check> shallow_checks() { return checks; }

}  // namespace autoencoder::lecture
