// [kl] and [kl-by-rho], as functions of ρ alone: on a row of ρ_j and three targets ρ̄, of which KL
// and its derivative are taken by themselves, without a network.
#include <array>

#include "autoencoder/sparsity.hpp"
#include "checks/findings.hpp"

namespace autoencoder::checks {
namespace {

constexpr std::array targets = {0.01, 0.05, 0.3};
constexpr std::array rhos = {0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 0.97};

/// Σ_j KL_j as a function of the ρ_j, whose derivatives by ρ_j are taken one by one.
template <class Divergence>
Buffer<double> slopes(const Divergence& of_rho) {
    Layout layout;
    layout.add("rho", {rhos.size()});
    Buffer<double> at(layout.size);
    for (std::size_t j = 0; j < rhos.size(); ++j) at[j] = rhos[j];
    GradientCheckOptions options;
    options.step = 3e-5;  // small against the smallest ρ, where KL bends most
    return difference_quotients(
        [&](std::span<const double> rho, std::span<double>) {
            double sum = 0;
            for (std::size_t j = 0; j < rhos.size(); ++j) sum += of_rho(rho[j]);
            return sum;
        },
        at, layout, options);
}

template <class Function>
std::vector<double> on_all_rhos(const Function& f) {
    std::vector<double> values;
    for (double rho : rhos) values.push_back(f(rho));
    return values;
}

std::span<const double> first(const Buffer<double>& buffer) {
    return std::span<const double>(buffer).first(rhos.size());
}

}  // namespace

CheckResult kl_check() {
    Findings findings;
    // 0.1 log(0.1/0.4) + 0.9 log(0.9/0.6), worked out elsewhere; and no divergence from itself.
    const std::array known = {kl(0.1, 0.4), kl(0.3, 0.3)}, expected = {0.22628916118535888, 0.0};
    findings.found(2, relative_difference(known, expected), term_tolerance);
    for (double target : targets) {
        const auto ours = [&](double rho) { return kl(target, rho); };  // [kl]
        const auto reversed = [&](double rho) { return kl(rho, target); };
        const std::vector<double> values = on_all_rhos(ours);
        const std::vector<double> literal =
            on_all_rhos([&](double rho) { return divergence(target, rho); });
        findings.found(rhos.size(), relative_difference(values, literal), term_tolerance);
        const std::vector<double> slope =
            on_all_rhos([&](double rho) { return divergence_slope(target, rho); });
        findings.found(rhos.size(), relative_difference(slope, first(slopes(ours))),
                       gradient_tolerance);
        findings.twin_found(relative_difference(slope, first(slopes(reversed))),
                            gradient_tolerance);
    }
    return findings.result();
}

CheckResult kl_by_rho_check() {
    Findings findings;
    for (double target : targets) {
        const Buffer<double> quotients = slopes([&](double rho) { return kl(target, rho); });
        const std::vector<double> ours =
            on_all_rhos([&](double rho) { return kl_by_rho(target, rho); });  // [kl-by-rho]
        const std::vector<double> literal =
            on_all_rhos([&](double rho) { return divergence_slope(target, rho); });
        const std::vector<double> wrong = on_all_rhos(
            [&](double rho) { return divergence_slope(target, rho, Mistake::kl_first_sign); });
        findings.found(rhos.size(), relative_difference(ours, first(quotients)),
                       gradient_tolerance);
        findings.found(0, relative_difference(ours, literal), term_tolerance);
        findings.twin_found(relative_difference(wrong, first(quotients)), gradient_tolerance);
    }
    return findings.result();
}

}  // namespace autoencoder::checks
