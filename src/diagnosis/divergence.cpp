#include "diagnosis/divergence.hpp"

#include <algorithm>
#include <cmath>

#include "lecture/lecture.hpp"

namespace autoencoder::diagnosis {
namespace {

/// ρ̄, or what softmax makes of as many of them as there are units.
double target_of(const Network& network, const Measure& how, std::size_t l) {
    return how.activity == Activity::softmaxed ? 1 / double(network.units(l))
                                               : network.sparsity_target;
}

/// What is taken for KL(ρ̄‖ρ_j).
double kl_of(const Sparsity& rules, double target, const Rho& exact) {
    const Rho rho = rules.guard.logs_of(exact, target);
    if (const SparseRow* row = sparse_row(rules.form)) return rules.first * row->of(rho.on, target);
    if (rules.form == Penalty::linear) return rules.first * rho.on;
    if (rules.form == Penalty::squared)
        return rules.first * ((rho.on - target) * (rho.on - target));
    if (rules.form == Penalty::square) return rules.first * (rho.on * rho.on);
    if (rules.form == Penalty::reversed)
        return rules.first * (rho.on * (rho.log_on - logarithm(target))) +
               rules.second * (rho.off * (rho.log_off - logarithm(1 - target)));
    if (rules.first == 1 && rules.second == 1) return kl(target, rho);
    const double first =
        rules.first == 0 ? 0 : rules.first * (target * (logarithm(target) - rho.log_on));
    return rules.second == 0
               ? first
               : first + rules.second * ((1 - target) * (logarithm(1 - target) - rho.log_off));
}

/// What is taken for ∂KL/∂ρ (kl-by-rho).
double by_rho(const Sparsity& rules, double target, const Rho& exact) {
    const Guard& guard = rules.guard;
    const Rho rho = guard.logs_of(exact, target);
    if (const SparseRow* row = sparse_row(rules.form)) return rules.first * row->slope(rho.on, target);
    if (rules.form == Penalty::linear) return rules.first;
    if (rules.form == Penalty::squared) return rules.first * (2 * (rho.on - target));
    if (rules.form == Penalty::square) return rules.first * (2 * rho.on);
    if (rules.form == Penalty::reversed)
        return rules.first * (rho.log_on - logarithm(target)) -
               rules.second * (rho.log_off - logarithm(1 - target));
    const double on = guard.divisor_of(rho.on, target, Side::on),
                 off = guard.divisor_of(guard.left_of(rho.off), 1 - target, Side::off);
    const double first = rules.first == 0 ? 0 : -rules.first * target / on;
    return rules.second == 0 ? first : first + rules.second * (1 - target) / off;
}

/// The same times f', of which the logarithm is given: where f' and ρ leave the range of float64, and
/// their quotient does not.
double sloped_by_rho(const Sparsity& rules, double target, const Rho& rho, double log_slope) {
    const double first =
        rules.first == 0 ? 0 : -rules.first * target * exponential(log_slope - rho.log_on);
    return rules.second == 0
               ? first
               : first + rules.second * (1 - target) * exponential(log_slope - rho.log_off);
}

/// The numbers of a column.
std::vector<double> column(const Real& values, std::size_t j) {
    std::vector<double> result(values.rows);
    for (std::size_t q = 0; q < values.rows; ++q) result[q] = values(q, j);
    return result;
}

/// KL of each activity, averaged over the patterns.
Real kl_by_pattern(const Network& network, const Sparsity& rules, const Real& h, std::size_t l) {
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

std::vector<Rho> measured(const Network& network, const Measure& how,
                          const std::vector<Real>& net_inputs, const std::vector<Real>& activities,
                          std::size_t l, bool own_f) {
    // Of a layer with other units it can be nobody's: together with a sparse output, which is another.
    if (how.layer != 0 && network.units(how.layer) == network.units(l)) l = how.layer;
    const Real &s = net_inputs[l - 1], &h = activities[l - 1];
    const Activation f = network.layer(l).activation;
    if (own_f && how.activity == Activity::over_patterns && how.memory == 0) {
        std::vector<Rho> rho;
        for (std::size_t j = 0; j < s.cols; ++j) rho.push_back(mean_activity(f, column(s, j)));
        return rho;
    }
    const bool part =
        how.activity == Activity::over_part || how.activity == Activity::over_part_for_all;
    const bool units =
        how.activity == Activity::over_units || how.activity == Activity::over_units_unscaled;
    const std::size_t first = part ? how.first : 0, count = part ? how.count : h.rows;
    std::vector<double> means(units ? h.rows : h.cols);
    for (std::size_t q = first; q < first + count; ++q)
        for (std::size_t j = 0; j < h.cols; ++j)
            means[units ? q : j] += how.activity == Activity::of_mean_input ? s(q, j)
                                    : how.activity == Activity::sizes       ? std::abs(h(q, j))
                                    : how.activity == Activity::squares     ? h(q, j) * h(q, j)
                                                                            : h(q, j);
    if (how.activity == Activity::largest)
        for (std::size_t j = 0; j < h.cols; ++j) {
            means[j] = h(0, j);
            for (std::size_t q = 1; q < h.rows; ++q) means[j] = std::max(means[j], h(q, j));
        }
    if (how.activity == Activity::largest) return {means.begin(), means.end()};
    double all = 0;
    for (double& each : means) {
        if (how.activity != Activity::summed) each /= double(units ? h.cols : count);
        if (how.activity == Activity::summed || how.activity == Activity::unmapped || how.activity == Activity::sizes ||
            how.activity == Activity::squares)
            continue;
        if (how.activity == Activity::of_mean_input) each = lecture::f(f, each).value;
        if (f == Activation::tanh) each = (1 + each) / 2;
        if (how.activity == Activity::squashed) each = 1 / (1 + exponential(-each));
        each = how.memory * how.begin + (1 - how.memory) * each;
        all += each / double(means.size());
    }
    if (how.activity == Activity::over_everything) std::fill(means.begin(), means.end(), all);
    if (how.activity == Activity::softmaxed) {
        double total = 0;
        for (double& each : means) total += each = exponential(each);
        for (double& each : means) each /= total;
    }
    return {means.begin(), means.end()};
}

Real divergences(const Network& network, const Sparsity& rules, const std::vector<Rho>& rho,
                 const Real& h, std::size_t l) {
    if (rules.rho.activity == Activity::single) return kl_by_pattern(network, rules, h, l);
    Real kl(1, rho.size());
    for (std::size_t j = 0; j < rho.size(); ++j)
        kl(0, j) = kl_of(rules, target_of(network, rules.rho, l), rho[j]);
    return kl;
}

double sparsity_cost(const Network& network, const Sparsity& rules, const std::vector<Real>& kl) {
    const double target = network.sparsity_target;
    double cost = 0;
    for (std::size_t l = 1; l <= network.depth(); ++l) {
        if (kl[l - 1].values.size() == 0 || (rules.only != 0 && rules.only != l)) continue;
        double sum = 0;
        for (const double each : kl[l - 1].values) sum += each;
        if (rules.mean_over_units) sum /= double(network.units(l));
        if (rules.over_visible && rules.first != 0) {
            const double constant =
                target * logarithm(target) + (1 - target) * logarithm(1 - target);
            sum += (double(network.inputs) - double(network.units(l))) * constant;
        }
        cost += network.sparsity_weight * rules.weight * sum;
    }
    return cost;
}

bool has_right_slope(const Network& network, const BackRules& rules, std::size_t l) {
    const bool output = l == network.depth();
    const bool here = is_sloped(rules, l, output);
    const bool flat =
        !output && (rules.no_slope_at == l || rules.no_slope_at == BackRules::every_layer);
    return !flat && (!here || rules.slope == Slope::right);
}

Real sparsity_shares(const Network& network, const Sparsity& rules, const std::vector<Rho>& rho,
                     const Real& s, const Real& h, std::size_t l, Units wanted, const Real* slope,
                     bool right) {
    const std::size_t N = h.rows, n = network.units(l);
    const Measure& how = rules.rho;
    const Activation f = network.layer(l).activation;
    double scale = network.sparsity_weight * rules.weight;
    if (rules.only != 0 && rules.only != l) return Real(N, wanted.count);
    if (!rules.whole_tanh && how.activity != Activity::unmapped &&
        how.activity != Activity::sizes && how.activity != Activity::squares && how.activity != Activity::largest)
        scale *= mean_activity_slope(f);  // rho-by-s
    if (rules.mean_over_units) scale /= double(n);

    const bool units =
        how.activity == Activity::over_units || how.activity == Activity::over_units_unscaled;
    const auto extreme = [&](const Rho& of) {
        constexpr double nearly_out_of_range = -300;
        return right && rules.form == Penalty::kl && !rules.guard &&
               !rules.outside_derivative && !rules.slope_of_mean && how.activity != Activity::softmaxed &&
               std::min(of.log_on, of.log_off) < nearly_out_of_range;
    };
    const double target = target_of(network, how, l);
    std::vector<double> by;
    for (const Rho& each : rho) by.push_back(by_rho(rules, target, each));
    if (how.activity == Activity::softmaxed) {  // back through the softmax
        double sum = 0;
        for (std::size_t j = 0; j < n; ++j) sum += by[j] * rho[j].on;
        for (std::size_t j = 0; j < n; ++j) by[j] = rho[j].on * (by[j] - sum);
    }
    std::vector<char> is_extreme;
    for (const Rho& each : rho) is_extreme.push_back(extreme(each));
    Real shares(N, wanted.count, unset);
    for_rows(N, [&](std::size_t q) {
        for (std::size_t i = 0; i < wanted.count; ++i) {
            const std::size_t j = wanted.first + i, k = units || (rules.along_patterns && N == n) ? q : j;
            double share = scale;
            if (how.activity == Activity::over_units) share *= double(N) / double(n);
            if (how.activity == Activity::over_part)
                share *=
                    q >= how.first && q < how.first + how.count ? double(N) / double(how.count) : 0;
            if (how.activity == Activity::squares) share *= 2 * h(q, j);
            if (how.activity == Activity::largest) share *= h(q, j) == rho[k].on ? double(N) : 0;
            if (how.activity == Activity::sizes) share *= h(q, j) > 0 ? 1 : -1;
            if (how.activity == Activity::squashed)
                share *= rho[k].on * rho[k].off;  // ρ is σ of the mean activity
            if (is_extreme[k]) {
                double log_f = 0;
                log_slope(f, {&s(q, j), 1}, {&log_f, 1});
                shares(q, i) = share * sloped_by_rho(rules, target, rho[k], log_f);
                continue;
            }
            share *= how.activity == Activity::single
                         ? by_rho(rules, target, mean_activity(f, h(q, j)))
                         : by[k];
            const bool sloped = slope && !rules.outside_derivative && how.activity != Activity::of_mean_input;
            if (how.activity == Activity::of_mean_input) share *= f == Activation::tanh ? 4 * rho[k].on * rho[k].off : rho[k].on * rho[k].off;
            // h (1 − h) of an h that is rounded to 1
            if (sloped && f == Activation::sigmoid && rules.guard &&
                rules.guard.left_of(1 / (1 + exponential(s(q, j)))) == 0)
                share = 0;
            if (rules.slope_of_mean) {
                shares(q, i) = share * (f == Activation::tanh ? 4 : 1) * rho[k].on * rho[k].off;
                continue;
            }
            shares(q, i) = share * (sloped ? (*slope)(q, j) : 1);
        }
    });
    return shares;
}

}  // namespace autoencoder::diagnosis
