#include "diagnosis/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace autoencoder::diagnosis {
namespace {

bool is_sample(TermKind kind) {
    return kind == TermKind::s || kind == TermKind::h || kind == TermKind::delta;
}

double largest(const Real& values) {
    double result = 0;
    for (const double value : values.values) result = std::max(result, std::abs(value));
    return result;
}

/// How much work a term is, for the order of comparison.
int effort(const Term& term, std::size_t L) {
    if (term.kind == TermKind::s || term.kind == TermKind::h) return -1;  // of few rules
    if (term.kind == TermKind::rho || term.kind == TermKind::kl) return 0;
    if (term.layer == 0) return 1;
    if (term.kind == TermKind::grad_W) return 1000;
    return 2 + int(L - term.layer) * 2 + (term.kind == TermKind::grad_b ? 1 : 0);
}

}  // namespace

Comparison::Comparison(Workings& workings, const Theirs& theirs)
    : w_(workings),
      theirs_(theirs),
      rounding_(rounding_of(workings.given(), theirs.single)),
      unit_(theirs.single ? 0x1p-24 : 0x1p-53) {
    for (const Given& given : theirs.given)
        if (given.fit != Fit::other_size) given_.push_back(&given);
    for (const Given* given : given_) {
        if (given->term.kind != TermKind::grad_W && given->term.kind != TermKind::grad_b) continue;
        const auto ours = w_.term({}, given->term);
        if (all_zero(given->values) && ours->values.size() == given->values.size() &&
            !held(given->values, {ours->values.data(), ours->values.size()}, allowed(given->term, *ours)).agrees)
            unassigned_.insert(given);
    }
    const std::size_t L = w_.given().network.depth();
    std::stable_sort(given_.begin(), given_.end(), [&](const Given* a, const Given* b) {
        return effort(a->term, L) < effort(b->term, L);
    });
    find_frames();
}

/// What shapes say, and both ways where they say nothing.
void Comparison::find_frames() {
    bool weights = false, weights_reversed = false, samples = false, deltas = false;
    bool sample_as_expected = false, sample_reversed = false, by_pattern = false;
    for (const Given& given : theirs_.given) {
        if (given.term.kind == TermKind::grad_W) {
            weights = true;
            weights_reversed |= given.fit == Fit::reversed;
        }
        by_pattern |= given.term.kind == TermKind::grad_b &&
                      (given.fit == Fit::by_pattern || given.fit == Fit::by_pattern_in_columns);
        if (!is_sample(given.term.kind)) continue;
        deltas |= given.term.kind == TermKind::delta;
        const bool square = w_.patterns() == w_.given().network.units(given.term.layer);
        samples |= given.fit == Fit::unrolled || square;
        sample_as_expected |= given.fit == Fit::as_expected && !square;
        sample_reversed |= given.fit == Fit::reversed && !square;
    }
    const auto both = [](bool first) { return std::vector<bool>{first, !first}; };
    const std::vector<bool> by_weights =
        weights ? both(weights_reversed) : std::vector<bool>{false};
    std::vector<bool> by_samples = {sample_reversed};
    if (samples && sample_as_expected == sample_reversed) by_samples = {false, true};
    const std::vector<bool> averaged = by_pattern ? both(false) : std::vector<bool>{false};
    for (const bool sample : by_samples)
        for (const bool weight : by_weights)
            for (const bool average : averaged)
                for (const bool over_n :
                     deltas&& w_.patterns() > 1 ? both(false) : std::vector<bool>{false})
                    for (const double sign :
                         deltas ? std::vector<double>{1, -1} : std::vector<double>{1})
                        frames_.push_back({weight, sample, average, sign, over_n});
}

double Comparison::cost_tolerance() const { return rounding_.errors.at("cost")[0]; }

Allowed Comparison::allowed(const Term& term, const Real& ours) {
    auto& right = right_[term];
    if (!right) right = w_.term({}, term);
    const std::string key = name(term);
    const std::span<const double> numbers(right->values.data(), right->values.size());
    return {rounding_.errors.at(key),
            rounding_.least.at(key),
            numbers,
            scale_of({ours.values.data(), ours.values.size()}, numbers),
            unit_,
            term.kind == TermKind::grad_b};
}

/// From their δ to ours.
double Comparison::delta_factor(const Frame& frame) const {
    return frame.delta_sign * (frame.delta_over_n ? double(w_.patterns()) : 1);
}

std::vector<double> Comparison::in_our_order(const Given& given, const Frame& frame,
                                             const Real& ours) const {
    std::vector<double> values = given.values;
    const bool by_column = given.fit == Fit::by_pattern_in_columns;
    if (given.term.kind == TermKind::grad_b && (given.fit == Fit::by_pattern || by_column)) {
        const std::size_t N = w_.patterns(), n = ours.cols;
        values.assign(n, 0);
        for (std::size_t q = 0; q < N; ++q)
            for (std::size_t j = 0; j < n; ++j)
                values[j] += given.values[by_column ? j * N + q : q * n + j] /
                             (frame.biases_averaged ? double(N) : 1);
        return values;
    }
    const bool sample = is_sample(given.term.kind);
    const bool flipped = (given.term.kind == TermKind::grad_W && frame.weights_flipped) ||
                         (sample && frame.samples_flipped);
    if (flipped && values.size() == ours.values.size())
        for (std::size_t i = 0; i < ours.rows; ++i)
            for (std::size_t j = 0; j < ours.cols; ++j)
                values[i * ours.cols + j] = given.values[j * ours.rows + i];
    if (given.term.kind == TermKind::delta)
        for (double& value : values) value *= delta_factor(frame);
    return values;
}

Difference Comparison::difference(const Rules& rules, const Frame& frame, const Given& given) {
    const auto ours = w_.term(rules, given.term);
    Difference result;
    const double size = largest(*ours);
    const Allowed allowed = this->allowed(given.term, *ours);
    result.tolerance = allowed.of(0, 1, ours->values[0]);
    if (given.fit == Fit::other_size || given.values.empty()) return result;
    const std::vector<double> theirs = in_our_order(given, frame, *ours);
    if (theirs.size() != ours->values.size()) return result;
    const Held of = held(theirs, {ours->values.data(), theirs.size()}, allowed);
    result.agrees = of.agrees;
    result.by_size = of.by_size;
    result.absolute = of.absolute;
    result.tolerance = of.tolerance;
    result.relative = result.absolute == 0 ? 0 : result.absolute / (size > 0 ? size : 1);
    return result;
}

Comparison::Compared Comparison::compared(const Rules& rules, const Frame& frame,
                                          const Term& term) const {
    Frame needed;
    if (term.kind == TermKind::grad_W) needed.weights_flipped = frame.weights_flipped;
    if (term.kind == TermKind::grad_b) needed.biases_averaged = frame.biases_averaged;
    if (is_sample(term.kind)) needed.samples_flipped = frame.samples_flipped;
    if (term.kind == TermKind::delta) {
        needed.delta_sign = frame.delta_sign;
        needed.delta_over_n = frame.delta_over_n;
    }
    return {term, needed_by(term, rules, w_.given().network), needed};
}

/// As difference(), but only yes or no, and as soon as that is known.
bool Comparison::agrees(const Rules& rules, const Frame& frame, const Given& given) {
    const auto ours = w_.term(rules, given.term);
    if (given.values.empty()) return false;
    if (unassigned_.contains(&given)) return never_assigns(rules.gradient.assigned) && largest(*ours) == 0;
    const Allowed allowed = this->allowed(given.term, *ours);
    const auto all_same = [&](const std::vector<double>& theirs, double factor) {
        if (theirs.size() != ours->values.size()) return false;
        for (std::size_t i = 0; i < theirs.size(); ++i)
            if (!same_number(factor * theirs[i], ours->values[i], allowed.of(i, theirs[i], ours->values[i]))) return false;
        return true;
    };
    const bool by_pattern = given.fit == Fit::by_pattern || given.fit == Fit::by_pattern_in_columns;
    const bool flipped = (given.term.kind == TermKind::grad_W && frame.weights_flipped) ||
                         (is_sample(given.term.kind) && frame.samples_flipped);
    if (by_pattern || flipped) return all_same(in_our_order(given, frame, *ours), 1);
    return all_same(given.values, given.term.kind == TermKind::delta ? delta_factor(frame) : 1);
}

bool Comparison::reproduces(const Rules& rules, const Frame& frame) {
    // What refuted the guess before this one mostly refutes this one too.
    if (refuter_) {
        const auto before = agreed_.find(compared(rules, frame, refuter_->term));
        if (before != agreed_.end() && !before->second) return false;
    }
    std::vector<std::pair<const Given*, Compared>> open;
    for (const Given* given : given_) {
        Compared key = compared(rules, frame, given->term);
        const auto before = agreed_.find(key);
        if (before == agreed_.end()) {
            open.emplace_back(given, std::move(key));
        } else if (!before->second) {
            refuter_ = given;
            return false;
        }
    }
    for (auto& [given, key] : open) {
        const bool same = agrees(key.rules, key.frame, *given);
        agreed_.emplace(std::move(key), same);
        if (!same) return false;
    }
    return true;
}

double Comparison::evidence(const Frame& frame) {
    double most = 0;
    for (const Given* given : given_) {
        const auto ours = w_.term({}, given->term);
        const std::vector<double> theirs = in_our_order(*given, frame, *ours);
        if (theirs.size() != ours->values.size()) continue;
        most = std::max(most, held(theirs, {ours->values.data(), theirs.size()},
                                   allowed(given->term, *ours))
                                  .evidence);
    }
    return most;
}

bool Comparison::by_size(const Rules& rules, const Frame& frame) {
    return !rounding_.lost.empty() && std::any_of(given_.begin(), given_.end(), [&](const Given* given) {
        return difference(rules, frame, *given).by_size;
    });
}

bool Comparison::overwhelmed() const {
    return !rounding_.lost.empty() && std::any_of(given_.begin(), given_.end(), [](const Given* given) {
        return !std::all_of(given->values.begin(), given->values.end(), [](double x) { return std::isfinite(x); });
    });
}

bool Comparison::distinguishes(const Term& term, const Rules& a, const Rules& b) {
    const auto left = w_.term(a, term), right = w_.term(b, term);
    if (left->values.size() != right->values.size()) return true;
    const Allowed at_left = allowed(term, *left), at_right = allowed(term, *right);
    for (std::size_t i = 0; i < left->values.size(); ++i) {
        const double x = left->values[i], y = right->values[i];
        if (!same_number(x, y, 4 * std::max(at_left.of(i, 1, x), at_right.of(i, 1, y)))) return true;
    }
    return false;
}

}  // namespace autoencoder::diagnosis
