// The cost and its parts.
#include <algorithm>

#include "autoencoder/sparsity.hpp"
#include "diagnosis/spectral.hpp"
#include "diagnosis/workings.hpp"

namespace autoencoder::diagnosis {
namespace {

/// What is taken for KL(ρ̄‖ρ_j).
double kl_of(const SparsityCost& rules, double target, double rho) {
    if (rules.reversed) return kl(rho, target);
    if (rules.first_term_only) return target * logarithm(target / rho);
    return kl(target, rho);  // [kl]
}

}  // namespace

/// ρ as it is measured: a number a unit, or with over_units a number a pattern.
std::vector<double> Workings::measure(const Forward& pass, const ForwardRules& rules,
                                      const Measure& how, std::size_t l) const {
    if (how.layer != 0) l = how.layer;
    const Real& h = pass.h[l - 1];
    const bool part =
        how.activity == Activity::over_part || how.activity == Activity::over_part_for_all;
    const bool units =
        how.activity == Activity::over_units || how.activity == Activity::over_units_unscaled;
    const std::size_t first = part ? how.first : 0, count = part ? how.count : h.rows;
    std::vector<double> rho(units ? h.rows : h.cols);
    for (std::size_t q = first; q < first + count; ++q)
        for (std::size_t j = 0; j < h.cols; ++j) rho[units ? q : j] += h(q, j);
    const Activation f_l = f(rules, l);
    double all = 0;
    for (double& each : rho) {
        if (how.activity != Activity::summed) each /= double(units ? h.cols : count);
        if (how.activity == Activity::summed || how.activity == Activity::unmapped) continue;
        each = mean_activity(f_l, each);  // [mean-activity]
        if (how.activity == Activity::squashed) each = 1 / (1 + exponential(-each));
        each = how.memory * how.begin + (1 - how.memory) * each;
        all += each / double(rho.size());
    }
    if (how.activity == Activity::over_everything) std::fill(rho.begin(), rho.end(), all);
    return rho;
}

/// KL of each activity, averaged over the patterns.
Real Workings::kl_by_pattern(const Rules& rules, const Real& h, std::size_t l) const {
    Real sum(1, h.cols);
    for (std::size_t q = 0; q < h.rows; ++q)
        for (std::size_t j = 0; j < h.cols; ++j)
            sum(0, j) += kl_of(rules.sparsity_cost, net_.sparsity_target,
                               mean_activity(f(rules.forward, l), h(q, j))) /
                         double(h.rows);
    return sum;
}

std::shared_ptr<const Workings::Divergence> Workings::divergence(const Rules& of_rules) {
    const Rules key = needed_by({TermKind::cost_sparsity, 0}, of_rules, net_);
    return divergences_.get(key, [&](const Rules& all) {
        const SparsityCost& rules = all.sparsity_cost;
        const double target = net_.sparsity_target;
        const auto pass = forward(all);
        Divergence result;
        for (std::size_t l = 1; l <= net_.depth(); ++l) {
            result.rho.emplace_back();
            result.kl.emplace_back();
            if (!sparse(net_, rules.on_output, l)) continue;
            const std::vector<double> rho = measure(*pass, all.forward, rules.rho, l);
            Real rho_row(1, rho.size()), kl_row(1, rho.size());
            for (std::size_t j = 0; j < rho.size(); ++j) {
                rho_row(0, j) = rho[j];
                kl_row(0, j) = kl_of(rules, target, rho[j]);
            }
            if (rules.rho.activity == Activity::single)
                kl_row = kl_by_pattern(all, pass->h[l - 1], l);
            double sum = 0;
            for (const double each : kl_row.values) sum += each;
            if (rules.mean_over_units) sum /= double(net_.units(l));
            if (rules.over_visible) {
                const double constant =
                    target * logarithm(target) + (1 - target) * logarithm(1 - target);
                sum += (double(net_.inputs) - double(net_.units(l))) * constant;
            }
            result.cost += net_.sparsity_weight * rules.weight * sum;  // [sparse-cost]
            result.rho.back() = std::move(rho_row);
            result.kl.back() = std::move(kl_row);
        }
        return result;
    });
}

/// (1/N) Σ_q J^q.
double Workings::mean_error(const Rules& rules) {
    const auto pass = forward(rules);
    const auto y = wanted(rules);
    const Real &s = pass->s.back(), &h = pass->h.back();
    const bool squared = net_.loss == Loss::squared_error;
    const bool categorical = f(rules.forward, net_.depth()) == Activation::softmax;
    const Real bernoulli = squared || categorical ? Real() : softplus(s);
    double sum = 0;
    for (std::size_t q = 0; q < s.rows; ++q) {
        double J = categorical ? log_of_sum(s.row(q)) : 0;  // [head]
        for (std::size_t i = 0; i < s.cols; ++i) {
            const double error = (*y)(q, i) - h(q, i);
            if (squared)
                J += error * error / 2;  // [cost]
            else
                J -= (*y)(q, i) * s(q, i);
            if (!squared && !categorical) J += bernoulli(q, i);
        }
        sum += J;
    }
    return sum / double(s.rows);  // [scale]
}

/// ‖Y − Ŷ‖₂²/(2N).
double Workings::spectral_error(const Rules& rules) {
    const auto pass = forward(rules);
    Real error = *wanted(rules);
    for (std::size_t i = 0; i < error.values.size(); ++i)
        error.values[i] -= pass->h.back().values[i];
    return spectral_square(error) / 2 / double(patterns());
}

/// The data's part, times the factor of the form.
double Workings::data_cost(const Rules& rules) {
    const auto spectral = [&](const ForwardRules&) { return spectral_error(rules); };
    const auto mean = [&](const ForwardRules&) { return mean_error(rules); };
    return rules.cost.data * *(rules.cost.data_spectral
                                   ? spectral_errors_.get(rules.forward, spectral)
                                   : errors_.get(rules.forward, mean));
}

/// (λ/2) Σ w².                                                                    [weight-penalty]
double Workings::penalty_cost(const CostRules& rules) {
    if (rules.penalty_spectral && spectral_squares_.empty())
        for (std::size_t l = 1; l <= net_.depth(); ++l)
            spectral_squares_.push_back(spectral_square(W(l)));
    double weights = 0, biases = 0;
    for (std::size_t l = 1; l <= net_.depth(); ++l) {
        if (rules.penalty_last_only && l < net_.depth()) continue;
        if (rules.penalty_first_only && l > 1) continue;
        weights += rules.penalty_spectral ? spectral_squares_[l - 1] : squares_[l - 1];
        biases += bias_squares_[l - 1];
    }
    return net_.weight_penalty / 2 * (rules.penalty * weights + rules.bias_penalty * biases);
}

double Workings::cost(const Rules& rules, TermKind kind) {
    if (kind == TermKind::cost_data) return data_cost(rules);
    if (kind == TermKind::cost_weight_penalty) return penalty_cost(rules.cost);
    if (kind == TermKind::cost_sparsity) return divergence(rules)->cost;
    return data_cost(rules) + penalty_cost(rules.cost) + divergence(rules)->cost;  // [scale]
}

}  // namespace autoencoder::diagnosis
