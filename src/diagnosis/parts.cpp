#include "diagnosis/parts.hpp"

#include <algorithm>

#include "diagnosis/divergence.hpp"

namespace autoencoder::diagnosis {
namespace {

bool is_cost(const Term& term) { return term.layer == 0; }

constexpr Share shares[] = {Share::data,     Share::penalty,      Share::biases,
                            Share::first,    Share::second,       Share::mean,
                            Share::variance, Share::log_variance, Share::one};

/// Where rules have the weight of a part: of the cost, or of δ and the gradients.
double& slot(Rules& rules, Share share, bool in_cost) {
    Code& code = in_cost ? rules.cost.code : rules.back.code;
    switch (share) {
        case Share::data:
            return in_cost ? rules.cost.data : rules.back.error_factor;
        case Share::penalty:
            return in_cost ? rules.cost.decay.weights : rules.gradient.decay.weights;
        case Share::biases:
            return in_cost ? rules.cost.decay.biases : rules.gradient.decay.biases;
        case Share::first:
            return in_cost ? rules.sparsity_cost.first : rules.sparsity_slope.first;
        case Share::second:
            return in_cost ? rules.sparsity_cost.second : rules.sparsity_slope.second;
        case Share::mean:
            return code.mean;
        case Share::variance:
            return code.variance;
        case Share::log_variance:
            return code.log_variance;
        case Share::one:
            break;
    }
    return code.one;
}

/// Only this part, weighed 1.
Rules only(Rules rules, const Part& part) {
    for (const Share share : shares)
        for (const bool in_cost : {true, false})
            slot(rules, share, in_cost) = share == part.share ? 1 : 0;
    rules.cost.decay.only = rules.sparsity_cost.only = rules.sparsity_slope.only = part.layer;
    return rules;
}

/// Orthogonal columns of the parts, in tolerances: A = Q R, without those that the ones before them, or
/// rounding, make up.
struct Columns {
    std::vector<std::vector<double>> Q;
    std::vector<std::size_t> kept;       // the part of each column of Q
    std::vector<std::vector<double>> R;  // R[i][j], i ≤ j
    std::vector<char> known;             // by part: whether it can be told from the others

    Columns(const std::vector<std::shared_ptr<const Real>>& numbers,
            const std::vector<double>& tolerance)
        : known(numbers.size(), true) {
        constexpr double visible = 4, dependent = 1e-9;
        for (std::size_t k = 0; k < numbers.size(); ++k) {
            std::vector<double> v(tolerance.size()), along(Q.size());
            for (std::size_t i = 0; i < v.size(); ++i) v[i] = numbers[k]->values[i] / tolerance[i];
            const double before = length(v);
            for (int round = 0; round < 2; ++round)
                for (std::size_t j = 0; j < Q.size(); ++j) {
                    const double share = inner(Q[j], v);
                    along[j] += share;
                    for (std::size_t i = 0; i < v.size(); ++i) v[i] -= share * Q[j][i];
                }
            const double left = length(v);
            if (left < std::max(visible, dependent * before)) {
                known[k] = false;
                for (std::size_t j = 0; j < Q.size() && before >= visible; ++j)
                    if (std::abs(along[j]) > 1e-6 * before) known[kept[j]] = false;
                continue;
            }
            for (double& each : v) each /= left;
            along.push_back(left);
            R.push_back(std::move(along));
            Q.push_back(std::move(v));
            kept.push_back(k);
        }
    }
    /// From the column's coordinates in Q to weights.
    std::vector<double> solved(std::vector<double> y) const {
        for (std::size_t k = y.size(); k-- > 0;) {
            y[k] /= R[k][k];
            for (std::size_t j = 0; j < k; ++j) y[j] -= R[k][j] * y[k];
        }
        return y;
    }
    static double inner(const std::vector<double>& a, const std::vector<double>& b) {
        double sum = 0;
        for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
        return sum;
    }
    static double length(const std::vector<double>& v) { return std::sqrt(inner(v, v)); }
};

}  // namespace

Rules structure_of(Rules rules) {
    for (const Share share : shares)
        for (const bool in_cost : {true, false})
            slot(rules, share, in_cost) = share == Share::biases ? 0 : 1;
    rules.sparsity_cost.weight = rules.sparsity_slope.weight = 1;
    rules.sparsity_cost.mean_over_units = rules.sparsity_slope.mean_over_units = false;
    rules.cost.code.weight = rules.back.code.weight = 1;
    rules.cost.decay.only = rules.gradient.decay.only = 0;
    rules.gradient.weights = rules.gradient.biases = rules.gradient.output_bias = 1;
    return rules;
}

bool is_sum(const Rules& structure) {
    const Carry carry = structure.back.carry;
    return carry != Carry::gradient && carry != Carry::data_gradient && carry != Carry::stepped && structure.back.through == Through::all;
}

std::vector<Part> parts_of(const Case& c, const Rules& structure, const Term& term) {
    const Network& net = c.network;
    const std::size_t L = net.depth(), code = net.gaussian_layer(), l = term.layer;
    const bool all = term.what == What::cost, gradient = term.is_gradient();
    if (!is_cost(term) && !gradient && term.what != What::delta) return {};
    std::vector<Part> parts;
    if (all || term.what == What::cost_data || l > 0) parts.push_back({Share::data});
    if (gradient) parts.push_back({term.what == What::weights ? Share::penalty : Share::biases, l});
    for (std::size_t m = 1;
         (all || term.what == What::cost_weight_penalty) && net.weight_penalty > 0 && m <= L; ++m) {
        parts.push_back({Share::penalty, m});
        parts.push_back({Share::biases, m});
    }
    const bool cost_of_sparsity = all || term.what == What::cost_sparsity;
    const GradientRules& how = structure.gradient;
    const bool any = gradient && (how.assigned != Assigned::right ||
                                  how.tied != Tied::no);  // of another layer too
    const bool on_output =
        l == 0 ? structure.sparsity_cost.on_output : structure.sparsity_slope.on_output;
    for (std::size_t m = any || l == 0 ? 1 : l; m <= L; ++m)
        if (sparse(net, on_output, m) && (cost_of_sparsity || l > 0))
            for (const Share share : {Share::first, Share::second}) parts.push_back({share, m});
    if (code > 0 && (all || term.what == What::cost_kl || any || (l > 0 && l <= code)))
        for (const Share share : {Share::mean, Share::variance, Share::log_variance})
            parts.push_back({share});
    if (code > 0 && (all || term.what == What::cost_kl)) parts.push_back({Share::one});
    return parts;
}

double weight_of(const Rules& rules, const Part& part, const Term& term, const Network& network) {
    const bool in_cost = is_cost(term);
    const GradientRules& how = rules.gradient;
    const bool decay = part.share == Share::penalty || part.share == Share::biases;
    const std::size_t penalised = in_cost ? rules.cost.decay.only : how.decay.only;
    if (decay && (network.weight_penalty == 0 || (penalised != 0 && penalised != part.layer)))
        return 0;
    Rules copy = rules;
    double weight = slot(copy, part.share, in_cost);
    if (part.share == Share::first || part.share == Share::second) {
        weight *= in_cost ? rules.sparsity_cost.weight : rules.sparsity_slope.weight;
        if (in_cost ? rules.sparsity_cost.mean_over_units : rules.sparsity_slope.mean_over_units)
            weight /= double(network.units(part.layer));
    } else if (part.share != Share::data && !decay) {
        weight *= in_cost ? rules.cost.code.weight : rules.back.code.weight;
    }
    if (decay || in_cost || term.what == What::delta) return weight;
    if (term.what == What::weights) return weight * how.weights;
    return weight * how.biases * (term.layer == network.depth() ? how.output_bias : 1);
}

std::shared_ptr<const Real> numbers_of(Workings& workings, const Rules& structure, const Part& part,
                                       const Term& term) {
    const Case& c = workings.given();
    const bool own = part.share == Share::penalty || part.share == Share::biases;
    if (!own || is_cost(term) || structure.gradient.assigned != Assigned::right ||
        structure.gradient.tied != Tied::no)
        return workings.term(only(structure, part), term);
    Real result = workings.decayed(structure.gradient.decay.of, term);
    const double lambda = c.network.weight_penalty > 0 ? c.network.weight_penalty : 1;
    for (double& each : result.values) each *= lambda;
    return std::make_shared<const Real>(std::move(result));
}

Weighing weighed(std::span<const double> theirs, std::vector<Weight> parts,
                 const std::vector<std::shared_ptr<const Real>>& numbers, std::size_t spare,
                 const std::function<Allowed(const Real&)>& allowed) {
    Weighing result{true, false, 0, std::move(parts)};
    const std::size_t n = theirs.size();
    const auto sum = [&] {
        Real total(1, n);
        for (std::size_t k = 0; k < numbers.size(); ++k)
            for (std::size_t i = 0; i < n; ++i)
                if (result.weights[k].value != 0)
                    total.values[i] += result.weights[k].value * numbers[k]->values[i];
        return total;
    };
    for (Weight& weight : result.weights) weight.value = weight.usual;
    const Real ours = sum();
    const auto no_number = [](double x) { return !std::isfinite(x); };
    if (std::any_of(theirs.begin(), theirs.end(), no_number) ||
        std::any_of(ours.values.begin(), ours.values.end(), no_number))
        return result;                // who knows
    constexpr double least = 1e-100;  // so that no square leaves the range of float64
    const Allowed at_ours = allowed(ours);
    std::vector<double> tolerance(n), left(n);
    for (std::size_t i = 0; i < n; ++i) tolerance[i] = std::max(at_ours.of(i, theirs[i], ours.values[i]), least);
    const Columns columns(numbers, tolerance);
    Real theirs_again = ours;
    for (int round = 0; round < 2; ++round) {  // the first leaves what it rounds, of numbers of 10¹⁵ tolerances
        std::vector<double> along;
        for (std::size_t i = 0; i < n; ++i) left[i] = (theirs[i] - theirs_again.values[i]) / tolerance[i];
        for (const auto& q : columns.Q) {
            along.push_back(Columns::inner(q, left));
            for (std::size_t i = 0; i < n; ++i) left[i] -= along.back() * q[i];
        }
        const std::vector<double> moved = columns.solved(along);
        for (std::size_t k = 0; k < moved.size(); ++k) result.weights[columns.kept[k]].value += moved[k];
        theirs_again = sum();
    }
    const Allowed at_theirs = allowed(theirs_again);
    std::vector<double> larger(n);
    for (std::size_t i = 0; i < n; ++i) {
        const double tolerated =
            std::max(at_theirs.of(i, theirs[i], theirs_again.values[i]), least);
        larger[i] = std::max(1.0, tolerated / tolerance[i]);
        const double share = std::abs(theirs[i] - theirs_again.values[i]) / tolerated;
        result.possible = result.possible && share <= 2;
        result.remainder = std::max(result.remainder, share);
    }
    // Of a unit that is off the numbers tell nothing of weights that have moved.
    std::vector<std::size_t> moved_parts;
    for (const std::size_t k : columns.kept)
        if (std::abs(result.weights[k].value - result.weights[k].usual) > 1e-9) moved_parts.push_back(k);
    std::size_t telling = 0;
    for (std::size_t i = 0; i < n; ++i)
        telling += std::ranges::any_of(moved_parts, [&](std::size_t k) { return numbers[k]->values[i] != 0; });
    result.decided = n >= columns.kept.size() + spare &&
                     (moved_parts.empty() || telling >= moved_parts.size() + spare);
    if (!result.possible || !result.decided) return result;
    std::vector<double> off_by(columns.kept.size());
    for (std::size_t i = 0; i < n; ++i) {
        std::vector<double> row;
        for (const auto& q : columns.Q) row.push_back(q[i]);
        row = columns.solved(std::move(row));
        for (std::size_t k = 0; k < row.size(); ++k) off_by[k] += larger[i] * std::abs(row[k]);
    }
    for (std::size_t k = 0; k < off_by.size(); ++k)
        if (columns.known[columns.kept[k]]) result.weights[columns.kept[k]].off_by = off_by[k];
    return result;
}

}  // namespace autoencoder::diagnosis
