// [greedy]: what train_greedy hands to a stage as its patterns, and the stage's gradient on them,
// against the lecture's own codes: the h of the stage before, in plain loops and with nothing
// dropped. The twin learns the reconstructions of the stage before for its codes.
#include <algorithm>

#include "autoencoder/stacked.hpp"
#include "checks/findings.hpp"

namespace autoencoder::checks {
namespace {

/// Stacks whose codes are as wide as their patterns: else nobody could take one for the other.
std::vector<Example> stacks() {
    using enum Activation;
    std::vector<Example> examples;
    const auto add = [&](std::vector<std::size_t> hidden, Activation f, std::size_t N) {
        Network deep = autoencoder_network(4, hidden, f, sigmoid);
        deep.weight_penalty = 0.01;
        deep.sparsity_target = 0.1;
        deep.sparsity_weight = f == linear ? 0 : 3;
        examples.push_back(make_example(deep, N, examples.size() + 1));
    };
    add({4, 4, 4}, sigmoid, 9);
    add({4, 4, 4}, linear, 33);
    add({4, 4, 4, 4, 4}, tanh, 20);
    return examples;
}

Example autoencoder_of(const Network& network, std::span<const double> theta,
                       const Matrix<double>& x) {
    Example example{network, Buffer<double>(theta.size()), x, x, {}};
    std::ranges::copy(theta, example.theta.begin());
    return example;
}

Objective<double> lecture_cost(const Example& example) {
    return [at = example](std::span<const double> theta, std::span<double>) mutable {
        std::ranges::copy(theta, at.theta.begin());
        return reference_terms(at).cost.total();
    };
}

}  // namespace

CheckResult greedy_check() {
    Findings findings;
    for (const Example& deep : stacks()) {
        std::vector<Example> handed;  // the stages as they are trained
        Buffer<double> theta = deep.theta;
        train_greedy<double>(deep.network, deep.x, theta,
                             [&](std::size_t, const Network& network, View<const double> codes,
                                 std::span<double> own) {
                                 Matrix<double> x(codes.rows, codes.cols);
                                 for (std::size_t q = 0; q < codes.rows; ++q)
                                     std::ranges::copy(codes.row(q), x.row(q).begin());
                                 handed.push_back(autoencoder_of(network, own, x));
                                 return true;
                             });
        const std::vector<Matrix<double>> h = reference_terms(deep).h;
        for (std::size_t t = 1; t <= handed.size(); ++t) {
            const Example& its = handed[t - 1];
            const Matrix<double>& codes = t == 1 ? deep.x : h[t - 2];
            const Example lecture = autoencoder_of(its.network, its.theta, codes);
            const Layout blocks = layout(its.network);
            const Buffer<double> quotients =
                difference_quotients(lecture_cost(lecture), its.theta, blocks);
            const auto error = [&](std::span<const double> gradient) {
                return gradient_error(compare_gradients(gradient, quotients, blocks));
            };
            const Terms terms = production_terms(its);
            findings.found(blocks.parameters(), error(terms.gradient), gradient_tolerance);
            findings.found(0, relative_difference(its.x.values, codes.values), term_tolerance);
            if (t == 1) continue;
            const Matrix<double> before = reference_terms(handed[t - 2]).h[1];
            const Example twin = autoencoder_of(its.network, its.theta, before);
            findings.twin_found(error(reference_terms(twin).gradient), gradient_tolerance);
        }
    }
    return findings.result();
}

}  // namespace autoencoder::checks
