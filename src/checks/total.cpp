// What the parts add up to: where the sparsity term moves the weights, and which total the
// lecture's per-pattern gradients descend.
#include <algorithm>

#include "autoencoder/parameters.hpp"
#include "checks/findings.hpp"

namespace autoencoder::checks {
namespace {

/// The same example without the sparsity term.
Example without_sparsity(Example example) {
    example.network.sparsity_weight = 0;
    return example;
}

/// The part of the signs that are not as [sparsity-direction] says: where ρ_j > ρ̄, the sparsity
/// part of δ_j^q is negative, w_jk falls (all x_k are positive), and ρ_j falls with it; where ρ_j <
/// ρ̄ all three rise.
double wrong_signs(const Example& example, const Terms& sparse, const Terms& plain) {
    const Layout blocks = layout(example.network);
    Example moved = example;
    for (std::size_t i = 0; i < moved.theta.size(); ++i)
        moved.theta[i] -= 0.01 * (sparse.gradient[i] - plain.gradient[i]);
    const View<const double> before = matrix<const double>(example.theta, blocks.find("W1"));
    const View<const double> after = matrix<const double>(moved.theta, blocks.find("W1"));
    const Terms now = production_terms(example), then = production_terms(moved);
    std::size_t wrong = 0, signs = 0;
    const auto expect = [&](bool rises, double difference) {
        ++signs;
        if (!(rises ? difference > 0 : difference < 0)) ++wrong;
    };
    for (std::size_t j = 0; j < before.rows; ++j) {
        const bool rises = now.rho[0][j] < example.network.sparsity_target;  // [sparsity-direction]
        for (std::size_t q = 0; q < example.patterns(); ++q)
            expect(rises, sparse.delta[0](q, j) - plain.delta[0](q, j));
        for (std::size_t k = 0; k < before.cols; ++k) expect(rises, after(j, k) - before(j, k));
        expect(rises, then.rho[0][j] - now.rho[0][j]);
    }
    return double(wrong) / double(signs);
}

}  // namespace

CheckResult sparsity_direction_check() {
    Network options;
    options.sparsity_weight = 3;
    Findings findings;
    for (Example example : shallow_autoencoders(options)) {
        const std::vector<double> rho = production_terms(example).rho[0];
        const auto [low, high] = std::minmax_element(rho.begin(), rho.end());
        example.network.sparsity_target = (*low + *high) / 2;  // units on both sides of ρ̄
        const Example plain = without_sparsity(example);
        const double wrong =
            wrong_signs(example, production_terms(example), production_terms(plain));
        findings.found(layout(example.network).find("W1").size, wrong, 0);
        findings.twin_found(wrong_signs(example, reference_terms(example, Mistake::kl_sign),
                                        reference_terms(plain)),
                            0);
    }
    return findings.result();
}

CheckResult scale_check() {
    Network options;
    options.weight_penalty = 0.01;
    options.sparsity_target = 0.1;
    options.sparsity_weight = 3;
    Findings findings;
    for (const Example& example : autoencoders(options)) {
        const Layout blocks = layout(example.network);
        const double N = double(example.patterns());
        // The deck's gradients of single patterns, each with its own 1/N share of ρ_j, added up.
        const auto sum_over_patterns = [&](Mistake mistake) {
            const Matrix<double> of_pattern =
                pattern_gradients(example, reference_terms(example, mistake));
            Buffer<double> sum(example.theta.size());
            for (std::size_t q = 0; q < example.patterns(); ++q)
                for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += of_pattern(q, i);
            return sum;
        };
        const Buffer<double> deck = sum_over_patterns(Mistake::none);
        const Buffer<double> unscaled = sum_over_patterns(Mistake::beta_for_gamma);
        const Objective<double> J = production_objective(example);
        Buffer<double> mean(example.theta.size());
        const double cost = J(example.theta, mean);
        Buffer<double> quotients = difference_quotients(J, example.theta, blocks);
        for (double& each : mean) each *= N;  // N × the gradient of the mean form     [scale]
        for (double& each : quotients) each *= N;
        findings.found(blocks.parameters(),
                       gradient_error(compare_gradients(deck, quotients, blocks)),
                       gradient_tolerance);
        findings.found(0, gradient_error(compare_gradients(deck, mean, blocks)), term_tolerance);
        if (example.patterns() > 1)
            findings.twin_found(gradient_error(compare_gradients(unscaled, quotients, blocks)),
                                gradient_tolerance);

        // The total itself: Σ_q [J^q + (λ/2) Σ w²] + β Σ_j KL_j with β = γ N.
        const Terms terms = reference_terms(example);
        const double beta = example.network.sparsity_weight * N;
        double total = 0;
        for (double J_q : terms.pattern_cost) total += J_q + terms.cost.weight_penalty;
        for (const std::vector<double>& layer : terms.kl)
            for (double kl : layer) total += beta * kl;
        const double ours = N * cost;
        findings.found(0, relative_difference({&total, 1}, {&ours, 1}), term_tolerance);
    }
    return findings.result();
}

}  // namespace autoencoder::checks
