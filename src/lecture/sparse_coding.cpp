// Sparse coding: forces the features to be more diverse by allowing each hidden unit only a limited
// average activity.
//
//     ρ_j = (1/N) Σ_q h_j^q                                                          [mean-activity]
//     KL(ρ̄‖ρ_j) = ρ̄ log(ρ̄/ρ_j) + (1−ρ̄) log((1−ρ̄)/(1−ρ_j))                           [kl]
//     J_s^q = J^q + β Σ_j KL(ρ̄‖ρ_j)                                                  [sparse-cost]
//
// Its gradient is a chain of three links, the deck's (1), (2) and (3); only the term of unit j has
// anything to do with w_jk:
//
//     ∂KL/∂ρ_j = −ρ̄/ρ_j + (1−ρ̄)/(1−ρ_j)                                       (1)    [kl-by-rho]
//     ∂ρ_j/∂s_j^q = (1/N) f'(s_j^q)                                            (2)    [rho-by-s]
//     ∂s_j^q/∂w_jk = x_k^q                                                     (3)    [s-by-w]
//     ∂KL/∂w_jk = ∂KL/∂ρ_j ∂ρ_j/∂s_j^q ∂s_j^q/∂w_jk, through pattern q                [kl-gradient]
//
// For tanh h is mapped to (0, 1), (1 + h)/2 = σ(2s), so that (2) gains a factor ½. Where a unit saturates
// no digit of 1 − ρ_j is left in ρ_j: it is a sum of its own, of 1 − h = σ(−s).
// KL and (1) take ρ̄ and both, ρ_j as `on`, 1 − ρ_j as `off`.
#include <array>

#include "autoencoder/elementwise.hpp"
#include "autoencoder/sparsity.hpp"
#include "lecture/mistakes.hpp"

namespace autoencoder::lecture {

// h = σ(s) of a sigmoid unit, (1 + h)/2 = σ(2s) of a tanh unit; with the sign −1, 1 minus that.
Number Lecture::active(size_t l, size_t q, size_t j, double sign) const {
    const bool mapped = activation(l) == Activation::tanh;
    const Number active = f(Activation::sigmoid, sign * (mapped ? 2 : 1) * t.s[l - 1](q, j));
    if (!digits) return active;
    const std::string h = "h_" + std::to_string(j + 1) + "^" + std::to_string(q + 1);
    const std::string signed_h = (sign < 0 ? "(1−" : mapped ? "(1+" : "") + h;
    return name(sign > 0 && !mapped ? h : signed_h + (mapped ? ")/2" : ")"), active);
}

Number Lecture::mean_activity(size_t l, size_t j) const {
    Number rho = 0;
    for (size_t q = 0; q < N; ++q) rho += active(l, q, j, 1) / patterns();  // [mean-activity]
    return rho;
}

Number Lecture::mean_inactivity(size_t l, size_t j) const {
    Number rest = 0;
    for (size_t q = 0; q < N; ++q) rest += active(l, q, j, -1) / patterns();
    return rest;
}

Number Lecture::kl(Number target, Number on, Number off) const {
    return target * logarithm(target / on) + (1 - target) * logarithm((1 - target) / off);  // [kl]
}

// In the mean form γ stands for β: see sparse_delta.cpp.
Number Lecture::sparse_cost(size_t l) const {
    Number sum = 0;
    for (size_t j = 0; j < t.kl[l - 1].size(); ++j) sum += kl(l, j);
    return name("γ", net.sparsity_weight) * sum;  // [sparse-cost]
}

// (1) = ρ̄ · 1/(ρ̄/ρ_j) · (−ρ̄ ρ_j⁻²) + (1−ρ̄) · 1/((1−ρ̄)/(1−ρ_j)) · (−(1−ρ̄)(1−ρ_j)⁻²(−1))
Number Lecture::kl_by_rho(Number target, Number on, Number off) const {
    return -target / on + (1 - target) / off;  // [kl-by-rho]
}

// (2) = ∂/∂s_j^q (1/N) Σ_u h_j^u: of all patterns u only q has anything to do with s_j^q
Number Lecture::rho_by_s(size_t l, size_t q, size_t j) const {
    return rho_by_mean(l) / patterns() * slope(l, q, j);  // [rho-by-s]
}

// (3): of Σ_k w_ik x_k^q + b_i only the term of w_jk, if i is j; the last input is the bias's, always 1
Number Lecture::s_by_w(size_t l, size_t q, size_t i, size_t j, size_t k) const {
    const Number x_k = k < net.units(l - 1) ? seen(l - 1, q, k) : 1;
    return i == j ? x_k : 0;  // [s-by-w]
}

// (1) · (2) · (3)
Number Lecture::kl_gradient(size_t l, size_t q, size_t j, size_t k) const {
    const Number by_rho = kl_by_rho(target(), rho(l, j), off(l, j));
    return by_rho * rho_by_s(l, q, j) * s_by_w(l, q, j, j, k);  // [kl-gradient]
}

Number Lecture::rho_by_mean(size_t l) const { return activation(l) == Activation::tanh ? 0.5 : 1; }

// Made fast in
//     src/network/sparse_layer.cpp  measured             mean-activity
//     src/network/sparsity.cpp      kl                   kl, sparse-cost
//     src/network/sparsity.cpp      by_rho               kl-by-rho
//     src/network/sparsity.cpp      mean_activity_slope  rho-by-s
//     src/kernels/epilogue.hpp      each_gradient        s-by-w, kl-gradient

namespace {

// KL and (1) by themselves, as functions of ρ: on a row of ρ_j and three targets ρ̄, without a network.

constexpr std::array targets = {0.01, 0.05, 0.3};
constexpr std::array rhos = {0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 0.97};

using OfRho = std::function<double(double rho)>;

std::vector<double> on_all_rhos(const OfRho& value) {
    std::vector<double> values;
    for (double rho : rhos) values.push_back(value(rho));
    return values;
}

/// The derivatives by ρ_j of Σ_j KL_j, one by one.
std::vector<double> slopes(const OfRho& divergence) {
    Layout layout;
    layout.add("rho", {rhos.size()});
    Buffer<double> at(layout.size);
    for (size_t j = 0; j < rhos.size(); ++j) at[j] = rhos[j];
    GradientCheckOptions options;
    options.step = 3e-5;  // small against the smallest ρ, where KL bends most
    const Objective<double> sum = [&](std::span<const double> rho, std::span<double>) {
        double kl = 0;
        for (size_t j = 0; j < rhos.size(); ++j) kl += divergence(rho[j]);
        return kl;
    };
    const Buffer<double> quotients = difference_quotients(sum, at, layout, options);
    return {quotients.begin(), quotients.begin() + rhos.size()};
}

CheckResult kl_check() {
    const Example none;
    const Lecture lecture(none);
    const KlReversed twin(none);
    Findings findings;
    // 0.1 log(0.1/0.4) + 0.9 log(0.9/0.6), worked out elsewhere; and no divergence from itself.
    const std::array known = {kl(0.1, 0.4), kl(0.3, 0.3)}, expected = {0.22628916118535888, 0.0};
    findings.found(2, relative_difference(known, expected), term_tolerance);
    for (double target : targets) {
        const OfRho ours = [&](double rho) { return kl(target, rho); };
        const OfRho literal = [&](double rho) { return lecture.kl(target, rho, 1 - rho).value; };
        const OfRho reversed = [&](double rho) { return twin.kl(target, rho, 1 - rho).value; };
        const std::vector<double> slope =
            on_all_rhos([&](double rho) { return lecture.kl_by_rho(target, rho, 1 - rho).value; });
        findings.found(rhos.size(), relative_difference(on_all_rhos(ours), on_all_rhos(literal)),
                       term_tolerance);
        findings.found(rhos.size(), relative_difference(slope, slopes(ours)), gradient_tolerance);
        findings.twin_found(relative_difference(slope, slopes(reversed)), gradient_tolerance);
    }
    return findings.result();
}

CheckResult kl_by_rho_check() {
    const Example none;
    const Lecture lecture(none);
    const KlFirstSign twin(none);
    Findings findings;
    for (double target : targets) {
        const std::vector<double> quotients = slopes([&](double rho) { return kl(target, rho); });
        const std::vector<double> ours =
            on_all_rhos([&](double rho) { return kl_by_rho(target, rho); });
        const auto literal = [&](const Lecture& formulas) {
            return on_all_rhos(
                [&](double rho) { return formulas.kl_by_rho(target, rho, 1 - rho).value; });
        };
        findings.found(rhos.size(), relative_difference(ours, quotients), gradient_tolerance);
        findings.found(0, relative_difference(ours, literal(lecture)), term_tolerance);
        findings.twin_found(relative_difference(literal(twin), quotients), gradient_tolerance);
    }
    return findings.result();
}

// The links, on networks: what is differenced is the ρ_j, s_j^q and KL_j that the project's network
// reports while θ is moved.

CheckResult mean_activity_check() {
    Findings findings;
    for (const Example& example : shallow_autoencoders(sparse())) {
        const auto lecture = evaluated(example);
        for (size_t unit = 0; unit < example.network.units(1); ++unit) {
            const Derivative sum_over_patterns = [&](size_t j, size_t k) {
                double sum = 0;
                for (size_t q = 0; q < lecture->N; ++q)
                    sum += (lecture->rho_by_s(1, q, unit) * lecture->s_by_w(1, q, unit, j, k)).value;
                return sum;
            };
            const Value rho = [&](const Example& at) { return production_terms(at).rho[0][unit]; };
            const Value over_units = [&](const Example& at) {
                return lecture_terms(at, with<RhoOverUnits>).rho[0][unit];
            };
            findings.derivative(example, rho, sum_over_patterns);
            findings.twin_derivative(example, over_units, sum_over_patterns);
        }
        findings.found(0, relative_difference(production_terms(example).rho[0], lecture->t.rho[0]),
                       term_tolerance);
    }
    return findings.result();
}

CheckResult rho_by_s_check() {
    Findings findings;
    for (const Example& example : shallow_autoencoders(sparse())) {
        const auto lecture = evaluated(example), twin = evaluated(example, with<NoRhoDerivative>);
        const Activation f = example.network.layer(1).activation;
        const size_t N = example.patterns();
        Layout blocks;
        blocks.add("s", {N});
        for (size_t j = 0; j < example.network.units(1); ++j) {
            Buffer<double> s(blocks.size), by_s(blocks.size), twin_by_s(blocks.size), h(N);
            for (size_t q = 0; q < N; ++q) {
                s[q] = lecture->s(1, q, j).value;
                by_s[q] = lecture->rho_by_s(1, q, j).value;
                twin_by_s[q] = twin->rho_by_s(1, q, j).value;
            }
            const Objective<double> rho = [&](std::span<const double> at, std::span<double>) {
                activate<double>(f, at.first(N), h);
                double sum = 0;
                for (double each : h) sum += each;
                return mean_activity(f, sum / double(N)).on;
            };
            const Buffer<double> quotients = difference_quotients(rho, s, blocks);
            const auto error = [&](const Buffer<double>& derivative) {
                return gradient_error(compare_gradients(derivative, quotients, blocks));
            };
            findings.found(N, error(by_s), gradient_tolerance);
            findings.twin_found(error(twin_by_s), gradient_tolerance);
        }
    }
    return findings.result();
}

CheckResult s_by_w_check() {
    Findings findings;
    for (const Example& example : shallow_autoencoders(sparse())) {
        const auto lecture = evaluated(example), twin = evaluated(example, with<ActivityForInput>);
        for (size_t q : {size_t(0), lecture->N - 1}) {
            for (size_t i = 0; i < example.network.units(1); ++i) {
                const auto by_w = [&](const Lecture& formulas) -> Derivative {
                    return [&](size_t j, size_t k) { return formulas.s_by_w(1, q, i, j, k).value; };
                };
                const Value s = [&](const Example& at) { return production_terms(at).s[0](q, i); };
                findings.derivative(example, s, by_w(*lecture));
                findings.twin_derivative(example, s, by_w(*twin));
            }
        }
    }
    return findings.result();
}

CheckResult kl_gradient_check() {
    Findings findings;
    for (const Example& example : shallow_autoencoders(sparse())) {
        const auto lecture = evaluated(example), twin = evaluated(example, with<ProductOfMeans>);
        for (size_t unit = 0; unit < example.network.units(1); ++unit) {
            const auto sum_over_patterns = [&](const Lecture& formulas) -> Derivative {
                return [&](size_t j, size_t k) {
                    double sum = 0;
                    for (size_t q = 0; j == unit && q < formulas.N; ++q)
                        sum += formulas.kl_gradient(1, q, j, k).value;
                    return sum;
                };
            };
            const Value kl = [&](const Example& at) { return production_terms(at).kl[0][unit]; };
            findings.derivative(example, kl, sum_over_patterns(*lecture));
            findings.twin_derivative(example, kl, sum_over_patterns(*twin));
        }
    }
    return findings.result();
}

constexpr Check checks[] = {
    {"mean-activity", "mean over the units too", mean_activity_check},
    {"kl", "KL(ρ_j‖ρ̄)", kl_check},
    {"sparse-cost", "mean over the units",
     [] { return examine_all(autoencoders(sparse()), with<KlMeanOverUnits>, Shows::in_cost); }},
    {"kl-by-rho", "+ρ̄/ρ_j", kl_by_rho_check},
    {"rho-by-s", "f' left out", rho_by_s_check},
    {"s-by-w", "h_j for x_k", s_by_w_check},
    {"kl-gradient", "mean of f' times mean of x", kl_gradient_check},
};

}  // namespace

std::span<const Check> sparse_coding_checks() { return checks; }

}  // namespace autoencoder::lecture
