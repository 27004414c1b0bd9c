// Sparse coding, the second half: the derivative of `sparse_coding.cpp` joins back-propagation.
//
//     δ_j^q = [Σ_i w_ij δ_i^q − γ((1−ρ̄)/(1−ρ_j) − ρ̄/ρ_j)] f'(s_j^q),  γ = β/N       [delta-sparse]
//     ρ_j > ρ̄: the new term is negative, w_jk falls for x_k > 0; ρ_j < ρ̄: it rises  [sparsity-direction]
//
// f' stands outside the bracket, over both terms. Typical γ: 1 to 5; typical ρ̄: 0.01 to 0.05.
//
// Which β? The deck's gradients of all patterns, added up, are those of
// Σ_q [J^q + (λ/2) Σ w²] + β Σ_j KL_j, since each pattern has its own 1/N share of ρ_j. Divided by N:
//
//     J = (1/N) Σ_q J^q + (λ/2) Σ w² + γ Σ_j KL(ρ̄‖ρ_j),  γ = β/N                    [scale]
//
// So `--sparsity-weight` is γ, which the Stanford UFLDL notes call β; the deck's own β is γ N.
#include <algorithm>

#include "lecture/mistakes.hpp"

namespace autoencoder::lecture {

// (1), times the ½ that (2) has for tanh.
Number Lecture::sparsity_term(size_t l, size_t j) const {
    return gamma() * rho_by_mean(l) * ((1 - target()) / off(l, j) - target() / rho(l, j));
}

Number Lecture::delta_sparse(size_t l, size_t q, size_t j) const {
    return (fed_back(l, q, j) - sparsity_term(l, j)) * slope(l, q, j);  // [delta-sparse]
}

bool Lecture::rises(size_t l, size_t j) const {
    return rho(l, j) < target();  // [sparsity-direction]
}

Number Lecture::gamma() const { return name("γ", net.sparsity_weight); }

Number Lecture::share(Number of_pattern) const {
    return of_pattern / patterns();  // [scale]
}

// Made fast in
//     src/network/sparsity.cpp      times_slope         delta-sparse
//     src/kernels/epilogue.hpp      back_propagate_row  delta-sparse, sparsity-direction
//     include/autoencoder/cost.hpp  total               scale
//
// float32, in which `train` works, takes back_propagate_row, whose `term` is γ ∂KL/∂ρ_j as measure_sparsity
// (src/network/sparse_layer.cpp) has it; float64, in which `check` works, takes times_slope.

namespace {

/// The part of the signs that are not as they should be: where a unit is to rise, the sparsity part of
/// δ_j^q is positive, w_jk rises (all x_k are positive), and ρ_j with it; else all three fall.
double wrong_signs(const Example& example, const Terms& sparse, const Terms& plain) {
    const Layout blocks = layout(example.network);
    Example moved = example;
    for (size_t i = 0; i < moved.theta.size(); ++i)
        moved.theta[i] -= 0.01 * (sparse.gradient[i] - plain.gradient[i]);
    const View<const double> before = matrix<const double>(example.theta, blocks.find("W1"));
    const View<const double> after = matrix<const double>(moved.theta, blocks.find("W1"));
    const auto lecture = evaluated(example);
    const Terms now = production_terms(example), then = production_terms(moved);
    size_t wrong = 0, signs = 0;
    for (size_t j = 0; j < before.rows; ++j) {
        const auto expect = [&](double difference) {
            ++signs;
            if (!(lecture->rises(1, j) ? difference > 0 : difference < 0)) ++wrong;
        };
        for (size_t q = 0; q < example.patterns(); ++q)
            expect(sparse.delta[0](q, j) - plain.delta[0](q, j));
        for (size_t k = 0; k < before.cols; ++k) expect(after(j, k) - before(j, k));
        expect(then.rho[0][j] - now.rho[0][j]);
    }
    return double(wrong) / double(signs);
}

CheckResult sparsity_direction_check() {
    Network options;
    options.sparsity_weight = 3;
    Findings findings;
    for (Example example : shallow_autoencoders(options)) {
        const std::vector<double> rho = production_terms(example).rho[0];
        const auto [low, high] = std::minmax_element(rho.begin(), rho.end());
        example.network.sparsity_target = (*low + *high) / 2;  // units on both sides of ρ̄
        Example plain = example;
        plain.network.sparsity_weight = 0;
        const double wrong =
            wrong_signs(example, production_terms(example), production_terms(plain));
        findings.found(layout(example.network).find("W1").size, wrong, 0);
        findings.twin_found(
            wrong_signs(example, lecture_terms(example, with<KlSign>), lecture_terms(plain)), 0);
    }
    return findings.result();
}

/// The deck's gradients of single patterns, added up.
Buffer<double> sum_over_patterns(const Example& example, Formulas formulas) {
    const Matrix<double> of_pattern = evaluated(example, formulas)->pattern_gradients();
    Buffer<double> sum(example.theta.size());
    for (size_t q = 0; q < example.patterns(); ++q)
        for (size_t i = 0; i < sum.size(); ++i) sum[i] += of_pattern(q, i);
    return sum;
}

CheckResult scale_check() {
    Findings findings;
    for (const Example& example : autoencoders(sparse())) {
        const Layout blocks = layout(example.network);
        const double N = double(example.patterns());
        const Buffer<double> deck = sum_over_patterns(example, right);
        const Buffer<double> unscaled = sum_over_patterns(example, with<BetaForGamma>);
        const Objective<double> J = production_objective(example);
        Buffer<double> mean(example.theta.size());
        const double ours = N * J(example.theta, mean);
        Buffer<double> quotients = difference_quotients(J, example.theta, blocks);
        for (double& each : mean) each *= N;
        for (double& each : quotients) each *= N;
        const auto error = [&](const Buffer<double>& a, const Buffer<double>& b) {
            return gradient_error(compare_gradients(a, b, blocks));
        };
        findings.found(blocks.parameters(), error(deck, quotients), gradient_tolerance);
        findings.found(0, error(deck, mean), term_tolerance);
        if (N > 1) findings.twin_found(error(unscaled, quotients), gradient_tolerance);

        // The total itself: Σ_q [J^q + (λ/2) Σ w²] + β Σ_j KL_j with β = γ N.
        const Terms terms = lecture_terms(example);
        const double beta = example.network.sparsity_weight * N;
        double total = 0;
        for (double J_q : terms.pattern_cost) total += J_q + terms.cost.weight_penalty;
        for (const std::vector<double>& layer : terms.kl)
            for (double kl : layer) total += beta * kl;
        findings.found(0, relative_difference({&total, 1}, {&ours, 1}), term_tolerance);
    }
    return findings.result();
}

constexpr Check checks[] = {
    {"delta-sparse", "f' over one term only",
     [] {
         return examine_all(autoencoders(sparse()), with<KlOutsideDerivative>, Shows::in_gradient);
     }},
    {"sparsity-direction", "sign of the KL term", sparsity_direction_check},
    {"scale", "β for γ", scale_check},
};

}  // namespace

std::span<const Check> sparse_delta_checks() { return checks; }

}  // namespace autoencoder::lecture
