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
// no digit of 1 − ρ_j is left in ρ_j: it is a sum of its own, `off`, of 1 − h = σ(−s).
#include <array>

#include "autoencoder/elementwise.hpp"
#include "autoencoder/sparsity.hpp"
#include "lecture/mistakes.hpp"

namespace autoencoder::lecture {

double Lecture::on(size_t l, size_t q, size_t j, double sign) const {
    const double scale = activation(l) == Activation::tanh ? 2 : 1;
    return f(Activation::sigmoid, sign * scale * s(l, q, j));
}

double Lecture::mean_activity(size_t l, size_t j) const {
    double rho = 0;
    for (size_t q = 0; q < N; ++q) rho += on(l, q, j, 1) / double(N);  // [mean-activity]
    return rho;
}

double Lecture::mean_inactivity(size_t l, size_t j) const {
    double off = 0;
    for (size_t q = 0; q < N; ++q) off += on(l, q, j, -1) / double(N);
    return off;
}

double Lecture::kl(double target, double rho, double off) const {
    return target * logarithm(target / rho) + (1 - target) * logarithm((1 - target) / off);  // [kl]
}

double Lecture::sparse_cost(size_t l) const {
    double sum = 0;
    for (const double kl_j : t.kl[l - 1]) sum += kl_j;
    return net.sparsity_weight * sum;  // γ for β: the mean form                        [sparse-cost]
}

double Lecture::kl_by_rho(double target, double rho, double off) const {
    return -target / rho + (1 - target) / off;  // [kl-by-rho]
}

double Lecture::rho_by_s(size_t l, size_t q, size_t j) const {
    return rho_by_mean(l) / double(N) * f_slope(activation(l), s(l, q, j));  // [rho-by-s]
}

double Lecture::s_by_w(size_t l, size_t q, size_t i, size_t j, size_t k) const {
    const bool bias = k == net.units(l - 1);  // b_j is the weight of a constant input
    return i == j ? (bias ? 1 : seen(l - 1, q, k)) : 0;  // [s-by-w]
}

double Lecture::kl_gradient(size_t l, size_t q, size_t j, size_t k) const {
    const double by_rho = kl_by_rho(net.sparsity_target, t.rho[l - 1][j], rho_off[l - 1][j]);
    return by_rho * rho_by_s(l, q, j) * s_by_w(l, q, j, j, k);  // [kl-gradient]
}

double Lecture::rho_by_mean(size_t l) const {
    return activation(l) == Activation::tanh ? 0.5 : 1;
}

// Made fast in src/sparsity.cpp: mean_activity, kl, kl_by_rho.

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

/// The formulas, without a network of which they would be.
struct NoNetwork {
    Example none;
    const std::unique_ptr<Lecture> right, wrong;

    explicit NoNetwork(Formulas twin) : right(lecture::right(none)), wrong(twin(none)) {}
};

CheckResult kl_check() {
    const NoNetwork formulas(with<KlReversed>);
    Findings findings;
    // 0.1 log(0.1/0.4) + 0.9 log(0.9/0.6), worked out elsewhere; and no divergence from itself.
    const std::array known = {kl(0.1, 0.4), kl(0.3, 0.3)}, expected = {0.22628916118535888, 0.0};
    findings.found(2, relative_difference(known, expected), term_tolerance);
    for (double target : targets) {
        const OfRho ours = [&](double rho) { return kl(target, rho); };
        const OfRho literal = [&](double rho) { return formulas.right->kl(target, rho, 1 - rho); };
        const OfRho reversed = [&](double rho) { return formulas.wrong->kl(target, rho, 1 - rho); };
        findings.found(rhos.size(), relative_difference(on_all_rhos(ours), on_all_rhos(literal)),
                       term_tolerance);
        const std::vector<double> slope = on_all_rhos(
            [&](double rho) { return formulas.right->kl_by_rho(target, rho, 1 - rho); });
        findings.found(rhos.size(), relative_difference(slope, slopes(ours)), gradient_tolerance);
        findings.twin_found(relative_difference(slope, slopes(reversed)), gradient_tolerance);
    }
    return findings.result();
}

CheckResult kl_by_rho_check() {
    const NoNetwork formulas(with<KlFirstSign>);
    Findings findings;
    for (double target : targets) {
        const std::vector<double> quotients = slopes([&](double rho) { return kl(target, rho); });
        const auto slope = [&](const Lecture& lecture) {
            return on_all_rhos([&](double rho) { return lecture.kl_by_rho(target, rho, 1 - rho); });
        };
        const std::vector<double> ours =
            on_all_rhos([&](double rho) { return kl_by_rho(target, rho); });
        findings.found(rhos.size(), relative_difference(ours, quotients), gradient_tolerance);
        findings.found(0, relative_difference(ours, slope(*formulas.right)), term_tolerance);
        findings.twin_found(relative_difference(slope(*formulas.wrong), quotients),
                            gradient_tolerance);
    }
    return findings.result();
}

// The links, on networks: what is differenced is the ρ_j, s_j^q and KL_j that the project's network
// reports while θ is moved.

using Value = std::function<double(const Example&)>;
/// ∂/∂w_jk of a hidden unit's quantity, with k = inputs for ∂/∂b_j.
using Derivative = std::function<double(size_t j, size_t k)>;

/// A number of the first layer against its derivative by W1 and b1.
struct Link {
    Findings& findings;
    const Example& example;
    const Layout blocks = layout(example.network);
    const size_t units = example.network.units(1), inputs = example.network.inputs;

    double error(const Derivative& derivative, const Value& value) const {
        GradientCheckOptions options;
        options.zero_blocks = {"W2", "b2"};  // what comes later has no say in it
        Buffer<double> gradient(blocks.size);
        const View<double> by_W = matrix<double>(gradient, blocks.find("W1"));
        const std::span<double> by_b = part<double>(gradient, blocks.find("b1"));
        for (size_t j = 0; j < units; ++j) {
            for (size_t k = 0; k < inputs; ++k) by_W(j, k) = derivative(j, k);
            by_b[j] = derivative(j, inputs);
        }
        Example moved = example;
        const Objective<double> at = [&](std::span<const double> theta, std::span<double>) {
            std::copy(theta.begin(), theta.end(), moved.theta.begin());
            return value(moved);
        };
        const Buffer<double> quotients = difference_quotients(at, example.theta, blocks, options);
        return gradient_error(compare_gradients(gradient, quotients, blocks, options));
    }
    void holds(const Derivative& derivative, const Value& value) const {
        findings.found(blocks.parameters(), error(derivative, value), gradient_tolerance);
    }
    void fails(const Derivative& derivative, const Value& value) const {
        if (example.patterns() == 1) return;
        findings.twin_found(error(derivative, value), gradient_tolerance);
    }
};

CheckResult mean_activity_check() {
    Findings findings;
    for (const Example& example : shallow_autoencoders(sparse())) {
        const Link link{findings, example};
        const auto lecture = evaluated(example);
        for (size_t unit = 0; unit < link.units; ++unit) {
            const Derivative sum_over_patterns = [&](size_t j, size_t k) {
                double sum = 0;
                for (size_t q = 0; q < lecture->N; ++q)
                    sum += lecture->rho_by_s(1, q, unit) * lecture->s_by_w(1, q, unit, j, k);
                return sum;
            };
            link.holds(sum_over_patterns,
                       [&](const Example& at) { return production_terms(at).rho[0][unit]; });
            link.fails(sum_over_patterns, [&](const Example& at) {
                return lecture_terms(at, with<RhoOverUnits>).rho[0][unit];
            });
        }
        findings.found(0, relative_difference(production_terms(example).rho[0], lecture->t.rho[0]),
                       term_tolerance);
    }
    return findings.result();
}

CheckResult rho_by_s_check() {
    Findings findings;
    for (const Example& example : shallow_autoencoders(sparse())) {
        const auto lecture = evaluated(example), wrong = evaluated(example, with<NoRhoDerivative>);
        const Activation f = example.network.layer(1).activation;
        const size_t N = example.patterns();
        Layout blocks;
        blocks.add("s", {N});
        for (size_t j = 0; j < example.network.units(1); ++j) {
            Buffer<double> s(blocks.size), by_s(blocks.size), wrong_by_s(blocks.size), h(N);
            for (size_t q = 0; q < N; ++q) {
                s[q] = lecture->s(1, q, j);
                by_s[q] = lecture->rho_by_s(1, q, j);
                wrong_by_s[q] = wrong->rho_by_s(1, q, j);
            }
            const Objective<double> rho = [&](std::span<const double> at, std::span<double>) {
                map<double>(function(f), at.first(N), h);
                double sum = 0;
                for (double each : h) sum += each;
                return mean_activity(f, sum / double(N));
            };
            const Buffer<double> quotients = difference_quotients(rho, s, blocks);
            const auto error = [&](const Buffer<double>& derivative) {
                return gradient_error(compare_gradients(derivative, quotients, blocks));
            };
            findings.found(N, error(by_s), gradient_tolerance);
            findings.twin_found(error(wrong_by_s), gradient_tolerance);
        }
    }
    return findings.result();
}

CheckResult s_by_w_check() {
    Findings findings;
    for (const Example& example : shallow_autoencoders(sparse())) {
        const Link link{findings, example};
        const auto lecture = evaluated(example), wrong = evaluated(example, with<ActivityForInput>);
        for (size_t q : {size_t(0), lecture->N - 1}) {
            for (size_t i = 0; i < link.units; ++i) {
                const Value s = [&](const Example& at) { return production_terms(at).s[0](q, i); };
                link.holds([&](size_t j, size_t k) { return lecture->s_by_w(1, q, i, j, k); }, s);
                link.fails([&](size_t j, size_t k) { return wrong->s_by_w(1, q, i, j, k); }, s);
            }
        }
    }
    return findings.result();
}

CheckResult kl_gradient_check() {
    Findings findings;
    for (const Example& example : shallow_autoencoders(sparse())) {
        const Link link{findings, example};
        const auto lecture = evaluated(example), wrong = evaluated(example, with<ProductOfMeans>);
        for (size_t unit = 0; unit < link.units; ++unit) {
            const Value kl = [&](const Example& at) { return production_terms(at).kl[0][unit]; };
            const auto sum_over_patterns = [&](const Lecture& formulas) -> Derivative {
                return [&](size_t j, size_t k) {
                    double sum = 0;
                    for (size_t q = 0; j == unit && q < formulas.N; ++q)
                        sum += formulas.kl_gradient(1, q, j, k);
                    return sum;
                };
            };
            link.holds(sum_over_patterns(*lecture), kl);
            link.fails(sum_over_patterns(*wrong), kl);
        }
    }
    return findings.result();
}

CheckResult sparse_cost_check() {
    return examine_all(autoencoders(sparse()), with<KlMeanOverUnits>, Shows::in_cost);
}

constexpr Check checks[] = {
    {"mean-activity", "ρ_j = (1/N) Σ_q h_j^q", "mean over the units too", mean_activity_check},
    {"kl", "ρ̄ log(ρ̄/ρ_j) + (1−ρ̄) log((1−ρ̄)/(1−ρ_j))", "KL(ρ_j‖ρ̄)", kl_check},
    {"sparse-cost", "J + β Σ_j KL(ρ̄‖ρ_j)", "mean over the units", sparse_cost_check},
    {"kl-by-rho", "∂KL/∂ρ_j = −ρ̄/ρ_j + (1−ρ̄)/(1−ρ_j)", "+ρ̄/ρ_j", kl_by_rho_check},
    {"rho-by-s", "∂ρ_j/∂s_j^q = (1/N) f'(s_j^q)", "f' left out", rho_by_s_check},
    {"s-by-w", "∂s_j^q/∂w_jk = x_k^q", "h_j for x_k", s_by_w_check},
    {"kl-gradient", "∂KL/∂w_jk = Σ_q ∂KL/∂ρ_j (1/N) f' x_k", "mean of f' times mean of x",
     kl_gradient_check},
};

}  // namespace

std::span<const Check> sparse_coding_checks() { return checks; }

}  // namespace autoencoder::lecture
