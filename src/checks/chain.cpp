// The chain rule of sparse coding, link by link: ρ_j, ∂ρ_j/∂s_j^q, ∂s_j^q/∂w_jk, and their product.
// What is differenced is the ρ_j, s_j^q and KL_j that the project's network reports while θ is
// moved.
#include <algorithm>
#include <functional>

#include "autoencoder/elementwise.hpp"
#include "autoencoder/sparsity.hpp"
#include "checks/findings.hpp"

namespace autoencoder::checks {
namespace {

using Value = std::function<double(const Terms&)>;
/// ∂/∂w_jk of a hidden unit's quantity, with k = inputs for ∂/∂b_j: there x_k = 1.
using Derivative = std::function<double(std::size_t unit, std::size_t k)>;

/// A number of the first layer as a function of θ, against its derivative by W1 and b1.
struct Link {
    const Example& example;
    Terms terms;  // at θ
    std::size_t N, units, inputs;
    Activation f;

    explicit Link(const Example& example_)
        : example(example_),
          terms(production_terms(example_)),
          N(example_.patterns()),
          units(example_.network.units(1)),
          inputs(example_.network.inputs),
          f(example_.network.layer(1).activation) {}

    double slope(std::size_t q, std::size_t j) const {
        return activation_slope(f, terms.s[0](q, j));
    }
    double x(std::size_t q, std::size_t k) const { return k == inputs ? 1 : example.x(q, k); }

    Buffer<double> gradient(const Derivative& derivative) const {
        const Layout blocks = layout(example.network);
        Buffer<double> result(blocks.size);
        const View<double> by_W = matrix<double>(result, blocks.find("W1"));
        const std::span<double> by_b = part<double>(result, blocks.find("b1"));
        for (std::size_t j = 0; j < units; ++j) {
            for (std::size_t k = 0; k < inputs; ++k) by_W(j, k) = derivative(j, k);
            by_b[j] = derivative(j, inputs);
        }
        return result;
    }
    void examine(Findings& findings, const Value& value, const Derivative& right,
                 const Derivative& wrong) const {
        const Layout blocks = layout(example.network);
        GradientCheckOptions options;
        options.zero_blocks = {"W2", "b2"};  // what comes later has no say in it
        Example moved = example;
        const Buffer<double> quotients = difference_quotients(
            [&](std::span<const double> theta, std::span<double>) {
                std::copy(theta.begin(), theta.end(), moved.theta.begin());
                return value(production_terms(moved));
            },
            example.theta, blocks, options);
        const GradientCheck check = compare_gradients(gradient(right), quotients, blocks, options);
        findings.found(blocks.parameters(), gradient_error(check), gradient_tolerance);
        if (N == 1) return;
        const GradientCheck twin = compare_gradients(gradient(wrong), quotients, blocks, options);
        findings.twin_found(gradient_error(twin), gradient_tolerance);
    }
};

std::vector<Example> sparse_autoencoders() {
    Network options;
    options.sparsity_target = 0.1;
    options.sparsity_weight = 3;
    return shallow_autoencoders(options);
}

}  // namespace

CheckResult mean_activity_check() {
    Findings findings;
    for (const Example& example : sparse_autoencoders()) {
        const Link link(example);
        const double share = mean_activity_slope(link.f) / double(link.N);
        for (std::size_t unit = 0; unit < link.units; ++unit) {
            const Derivative of_its_own = [&](std::size_t j, std::size_t k) {
                double sum = 0;  // ∂ρ_j/∂w_jk = (1/N) Σ_q f'(s_j^q) x_k^q       [mean-activity]
                for (std::size_t q = 0; j == unit && q < link.N; ++q)
                    sum += share * link.slope(q, j) * link.x(q, k);
                return sum;
            };
            const Derivative over_units = [&](std::size_t j, std::size_t k) {
                double sum = 0;
                for (std::size_t q = 0; q < link.N; ++q)
                    sum += share * link.slope(q, j) * link.x(q, k) / double(link.units);
                return sum;
            };
            link.examine(
                findings, [&](const Terms& terms) { return terms.rho[0][unit]; }, of_its_own,
                over_units);
        }
        findings.found(0, relative_difference(link.terms.rho[0], reference_terms(example).rho[0]),
                       term_tolerance);
    }
    return findings.result();
}

CheckResult rho_by_s_check() {
    Findings findings;
    for (const Example& example : sparse_autoencoders()) {
        const Link link(example);
        const double N = double(link.N);
        Layout blocks;
        blocks.add("s", {link.N});
        for (std::size_t j = 0; j < link.units; ++j) {
            Buffer<double> s(blocks.size), right(blocks.size), wrong(blocks.size), h(link.N);
            for (std::size_t q = 0; q < link.N; ++q) {
                s[q] = link.terms.s[0](q, j);
                right[q] = mean_activity_slope(link.f) * link.slope(q, j) / N;  // [rho-by-s]
                wrong[q] = mean_activity_slope(link.f) / N;
            }
            const Objective<double> rho = [&](std::span<const double> at, std::span<double>) {
                map<double>(function(link.f), at.first(link.N), h);
                double sum = 0;
                for (double each : h) sum += each;
                return mean_activity(link.f, sum / N).on;
            };
            const Buffer<double> quotients = difference_quotients(rho, s, blocks);
            findings.found(link.N, gradient_error(compare_gradients(right, quotients, blocks)),
                           gradient_tolerance);
            findings.twin_found(gradient_error(compare_gradients(wrong, quotients, blocks)),
                                gradient_tolerance);
        }
    }
    return findings.result();
}

CheckResult s_by_w_check() {
    Findings findings;
    for (const Example& example : sparse_autoencoders()) {
        const Link link(example);
        for (std::size_t q : {std::size_t(0), link.N - 1}) {
            for (std::size_t unit = 0; unit < link.units; ++unit) {
                const Derivative input = [&](std::size_t j, std::size_t k) {
                    return j == unit ? link.x(q, k) : 0;  // [s-by-w]
                };
                const Derivative activity = [&](std::size_t j, std::size_t) {
                    return j == unit ? link.terms.h[0](q, j) : 0;
                };
                link.examine(
                    findings, [&](const Terms& terms) { return terms.s[0](q, unit); }, input,
                    activity);
            }
        }
    }
    return findings.result();
}

CheckResult kl_gradient_check() {
    Findings findings;
    for (const Example& example : sparse_autoencoders()) {
        const Link link(example);
        const double N = double(link.N);
        for (std::size_t unit = 0; unit < link.units; ++unit) {
            const double by_rho =
                kl_by_rho(example.network.sparsity_target, link.terms.rho[0][unit]) *
                mean_activity_slope(link.f);
            const Derivative sum_over_patterns = [&](std::size_t j, std::size_t k) {
                double sum = 0;
                for (std::size_t q = 0; j == unit && q < link.N; ++q)
                    sum += by_rho * (1 / N) * link.slope(q, j) * link.x(q, k);  // [kl-gradient]
                return sum;
            };
            const Derivative product_of_means = [&](std::size_t j, std::size_t k) {
                double slopes = 0, inputs = 0;
                for (std::size_t q = 0; j == unit && q < link.N; ++q) {
                    slopes += link.slope(q, j) / N;
                    inputs += link.x(q, k) / N;
                }
                return by_rho * slopes * inputs;
            };
            link.examine(
                findings, [&](const Terms& terms) { return terms.kl[0][unit]; }, sum_over_patterns,
                product_of_means);
        }
    }
    return findings.result();
}

}  // namespace autoencoder::checks
