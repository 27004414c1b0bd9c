// [update]: how far θ moved in one pattern of the online rule, divided by η, is −∇J^q; and a row of
// patterns moves it as one step after the other, each from where the one before arrived.
#include <algorithm>

#include "autoencoder/online.hpp"
#include "autoencoder/training.hpp"
#include "checks/findings.hpp"

namespace autoencoder::checks {
namespace {

constexpr double eta = 0.5;

/// One pattern, one pass: its only step, against difference quotients and the formula.
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
    const Matrix<double> of_pattern = pattern_gradients(one, reference_terms(one));
    Buffer<double> moved(theta.size()), downhill(theta.size()), by_formula(theta.size());
    for (std::size_t i = 0; i < theta.size(); ++i) {
        moved[i] = (theta[i] - one.theta[i]) / eta;
        downhill[i] = -quotients[i];
        by_formula[i] = -of_pattern(0, i);  // Δw = η (δ x − λ w)                         [update]
    }
    for (const Block& block : blocks.blocks) {
        const std::span<const double> step = part<const double>(moved, block);
        const auto error = [&](const Buffer<double>& other) {
            return relative_difference(step, part<const double>(other, block));
        };
        findings.found(block.size, error(downhill), gradient_tolerance);
        findings.found(0, error(by_formula), term_tolerance);
        findings.twin_found(error(quotients), gradient_tolerance);  // uphill
    }
}

/// θ after a step of this size for each pattern in turn, by the formula.
Buffer<double> steps(const Example& example, std::span<const std::size_t> order, double step) {
    Example one = example;
    one.x = Matrix<double>(1, example.x.cols);
    one.y = Matrix<double>(1, example.y.cols);
    for (const std::size_t q : order) {
        std::copy_n(example.x.row(q).begin(), one.x.cols, one.x.data());
        std::copy_n(example.y.row(q).begin(), one.y.cols, one.y.data());
        const Matrix<double> of_pattern = pattern_gradients(one, reference_terms(one));
        for (std::size_t i = 0; i < one.theta.size(); ++i) one.theta[i] -= step * of_pattern(0, i);
    }
    return one.theta;
}

void many_steps(Findings& findings, const Example& example) {
    const std::vector<std::size_t> order = {4, 1, 3, 3, 0, 2};
    OnlineNetwork<double> online(example.network, example.theta, eta);
    online.learn(example.x, example.y, order);
    Buffer<double> theta(example.theta.size());
    online.parameters(theta);
    findings.found(0, relative_difference(theta, steps(example, order, eta)), term_tolerance);
    findings.twin_found(relative_difference(theta, steps(example, order, -eta)), term_tolerance);
}

}  // namespace

CheckResult update_check() {
    Network options;
    options.weight_penalty = 0.01;
    Findings findings;
    for (const Example& each : autoencoders(options)) {
        one_step(findings, make_example(each.network, 1, 11));
        many_steps(findings, make_example(each.network, 5, 12));
    }
    // The cross-entropy, which takes the way of mini-batches of one.
    Network bernoulli = autoencoders(options).front().network;
    bernoulli.loss = Loss::cross_entropy;
    one_step(findings, make_example(bernoulli, 1, 13));
    return findings.result();
}

}  // namespace autoencoder::checks
