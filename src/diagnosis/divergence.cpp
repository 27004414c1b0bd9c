#include "diagnosis/divergence.hpp"

#include <algorithm>

#include "autoencoder/sparsity.hpp"

namespace autoencoder::diagnosis {
namespace {

/// What is taken for KL(ρ̄‖ρ_j).
double kl_of(const SparsityCost& rules, double target, double rho) {
    if (rules.reversed) return kl(rho, target);
    if (rules.first_term_only) return target * logarithm(target / rho);
    return kl(target, rho);  // [kl]
}

/// What is taken for ∂KL/∂ρ.                                                          [kl-by-rho]
double by_rho(const SparsitySlope& rules, double target, double rho) {
    if (rules.reversed) return logarithm(rho / target) - logarithm((1 - rho) / (1 - target));
    const double first = rules.first_sign * target / rho;
    return rules.first_term_only ? first : first + (1 - target) / (1 - rho);
}

/// ρ as it is measured: a number a unit, or with over_units a number a pattern.
std::vector<double> measured(const Network& network, const Measure& how,
                             const std::vector<Real>& activities, std::size_t l) {
    // Of a layer with other units it can be nobody's: together with a sparse output, which is another.
    if (how.layer != 0 && network.units(how.layer) == network.units(l)) l = how.layer;
    const Real& h = activities[l - 1];
    const bool part =
        how.activity == Activity::over_part || how.activity == Activity::over_part_for_all;
    const bool units =
        how.activity == Activity::over_units || how.activity == Activity::over_units_unscaled;
    const std::size_t first = part ? how.first : 0, count = part ? how.count : h.rows;
    std::vector<double> rho(units ? h.rows : h.cols);
    for (std::size_t q = first; q < first + count; ++q)
        for (std::size_t j = 0; j < h.cols; ++j) rho[units ? q : j] += h(q, j);
    double all = 0;
    for (double& each : rho) {
        if (how.activity != Activity::summed) each /= double(units ? h.cols : count);
        if (how.activity == Activity::summed || how.activity == Activity::unmapped) continue;
        each = mean_activity(network.layer(l).activation, each);  // [mean-activity]
        if (how.activity == Activity::squashed) each = 1 / (1 + exponential(-each));
        each = how.memory * how.begin + (1 - how.memory) * each;
        all += each / double(rho.size());
    }
    if (how.activity == Activity::over_everything) std::fill(rho.begin(), rho.end(), all);
    return rho;
}

/// KL of each activity, averaged over the patterns.
Real kl_by_pattern(const Network& network, const SparsityCost& rules, const Real& h,
                   std::size_t l) {
    Real sum(1, h.cols);
    for (std::size_t q = 0; q < h.rows; ++q)
        for (std::size_t j = 0; j < h.cols; ++j)
            sum(0, j) += kl_of(rules, network.sparsity_target,
                               mean_activity(network.layer(l).activation, h(q, j))) /
                         double(h.rows);
    return sum;
}

}  // namespace

bool sparse(const Network& network, bool on_output, std::size_t l) {
    return network.sparse(l) || (on_output && network.sparsity_weight > 0 && l == network.depth());
}

Divergence divergence(const Network& network, const SparsityCost& rules,
                      const std::vector<Real>& h) {
    const double target = network.sparsity_target;
    Divergence result;
    for (std::size_t l = 1; l <= network.depth(); ++l) {
        result.rho.emplace_back();
        result.kl.emplace_back();
        if (!sparse(network, rules.on_output, l)) continue;
        const std::vector<double> rho = measured(network, rules.rho, h, l);
        Real rho_row(1, rho.size()), kl_row(1, rho.size());
        for (std::size_t j = 0; j < rho.size(); ++j) {
            rho_row(0, j) = rho[j];
            kl_row(0, j) = kl_of(rules, target, rho[j]);
        }
        if (rules.rho.activity == Activity::single)
            kl_row = kl_by_pattern(network, rules, h[l - 1], l);
        double sum = 0;
        for (const double each : kl_row.values) sum += each;
        if (rules.mean_over_units) sum /= double(network.units(l));
        if (rules.over_visible) {
            const double constant =
                target * logarithm(target) + (1 - target) * logarithm(1 - target);
            sum += (double(network.inputs) - double(network.units(l))) * constant;
        }
        result.cost += network.sparsity_weight * rules.weight * sum;  // [sparse-cost]
        result.rho.back() = std::move(rho_row);
        result.kl.back() = std::move(kl_row);
    }
    return result;
}

Real sparsity_terms(const Network& network, const SparsitySlope& rules, const std::vector<Real>& h,
                    std::size_t l) {
    const std::size_t N = h[l - 1].rows, n = network.units(l);
    const Measure& how = rules.rho;
    const Activation f = network.layer(l).activation;
    double scale = network.sparsity_weight * rules.weight;
    if (!rules.whole_tanh && how.activity != Activity::unmapped)
        scale *= mean_activity_slope(f);  // [rho-by-s]
    if (rules.mean_over_units) scale /= double(n);
    const auto term = [&](double rho) {
        return scale * by_rho(rules, network.sparsity_target, rho);
    };
    const std::vector<double> rho = measured(network, how, h, l);
    const bool part = how.activity == Activity::over_part;
    const bool units =
        how.activity == Activity::over_units || how.activity == Activity::over_units_unscaled;
    const bool by_pattern = part || units || how.activity == Activity::single;
    Real terms(by_pattern ? N : 1, n);
    for (std::size_t q = 0; q < terms.rows; ++q) {
        for (std::size_t j = 0; j < n; ++j) {
            if (how.activity == Activity::single) {
                terms(q, j) = term(mean_activity(f, h[l - 1](q, j)));
            } else if (units) {
                const double share =
                    how.activity == Activity::over_units ? double(N) / double(n) : 1;
                terms(q, j) = term(rho[q]) * share;
            } else if (part) {
                const bool inside = q >= how.first && q < how.first + how.count;
                terms(q, j) = inside ? term(rho[j]) * double(N) / double(how.count) : 0;
            } else {
                terms(q, j) = term(rho[j]);
                if (how.activity != Activity::squashed) continue;
                terms(q, j) *= rho[j] * (1 - rho[j]);  // ρ is σ of the mean activity
            }
        }
    }
    return terms;
}

}  // namespace autoencoder::diagnosis
