#include "diagnosis/comparison.hpp"

#include <algorithm>
#include <cmath>

#include "base/npy.hpp"

namespace autoencoder::diagnosis {
namespace {

std::span<const double> numbers(const Real& of) { return {of.data(), of.values.size()}; }

double largest(const Real& values) {
    double result = 0;
    for (const double value : values.values) result = std::max(result, std::abs(value));
    return result;
}

/// How much work a term is, for the order of comparison.
int effort(const Term& term, std::size_t L) {
    if (term.what == What::s || term.what == What::h) return -1;  // of few rules
    if (term.what == What::rho || term.what == What::kl) return 0;
    if (term.layer == 0) return 1;
    if (term.what == What::weights) return 1000;
    return 2 + int(L - term.layer) * 2 + (term.what == What::biases ? 1 : 0);
}

}  // namespace

Comparison::Comparison(Workings& workings, const Theirs& theirs)
    : w_(workings),
      theirs_(theirs),
      rounding_(rounding_of(workings.given(), theirs.single)),
      unit_(theirs.single ? 0x1p-24 : 0x1p-53),
      frames_(frames_of(theirs, workings.patterns())) {
    for (const Given& given : theirs.given)
        if (given.fit != Fit::other_size) given_.push_back(&given);
    for (const Given* given : given_) {
        if (!given->term.is_gradient() || !all_zero(given->values)) continue;
        const auto ours = w_.term({}, given->term);
        if (ours->values.size() == given->values.size() &&
            !held(given->values, numbers(*ours), allowed(given->term, *ours)).agrees)
            unassigned_.insert(given);
    }
    // δ that agree as they are have our sign and size, whatever their gradients would like better.
    if (std::all_of(given_.begin(), given_.end(), [&](const Given* given) {
            return given->term.what != What::delta || row({}, frames_[0], *given).agrees;
        }))
        std::erase_if(frames_, [&](const Frame& frame) {
            return frame.delta_sign < 0 || frame.delta_over_n;
        });
    const std::size_t L = w_.given().network.depth();
    std::stable_sort(given_.begin(), given_.end(), [&](const Given* a, const Given* b) {
        return effort(a->term, L) < effort(b->term, L);
    });
}

Allowed Comparison::allowed(const Term& term, const Real& ours) {
    auto& right = right_[term.number];
    if (!right) right = w_.term({}, w_.terms()[term.number]);
    const std::vector<double>& errors = rounding_.errors.at(term.key);
    // What cancels leaves what it was rounded to.
    const bool nothing = largest(ours) <= *std::max_element(errors.begin(), errors.end());
    std::function<double(double)> printed;
    if (theirs_.printed.any())
        printed = [of = theirs_.printed](double number) { return of.off_by(number); };
    // Of some units' rows, theirs.
    const Term& whole = w_.terms()[term.number];
    const auto rows = [&](std::span<const double> of) {
        return term.is_gradient() ? of.subspan(term.first - whole.first, term.size) : of;
    };
    return {rows(errors),
            rows(rounding_.least.at(term.key)),
            rows(numbers(*right)),
            nothing ? 1 : scale_of(numbers(ours), rows(numbers(*right))),
            unit_,
            term.what == What::biases,
            0.01 * largest(*right),
            printed};
}

/// Of numbers of which some parts are left out, and what was rounded with them: what cancels is no smaller.
Allowed Comparison::allowed_of_sum(const Term& term, const Real& ours) {
    Allowed result = allowed(term, ours);
    result.scale = std::max(result.scale, 1.0);
    return result;
}

TermRow Comparison::row(const Rules& rules, const Frame& frame, const Given& given) {
    const auto ours = w_.term(rules, given.term);
    const Allowed allowed = this->allowed(given.term, *ours);
    TermRow row;
    row.key = given.term.key;
    row.tag = given.term.tag;
    row.tolerance = allowed.of(0, 1, ours->values[0]);
    if (given.fit != Fit::as_expected)
        row.remark =
            "shape " + shape_text(given.shape) + ", ours is " + shape_text(given.term.shape);
    const std::vector<double> theirs = in_our_order(given, frame);
    if (given.fit == Fit::other_size || theirs.size() != ours->values.size()) {
        row.absolute = row.relative = HUGE_VAL;
        return row;
    }
    const Held of = held(theirs, numbers(*ours), allowed);
    row.agrees = of.agrees;
    row.by_size = of.by_size;
    row.absolute = of.absolute;
    row.tolerance = of.tolerance;
    const double size = largest(*ours);
    row.relative = row.absolute == 0 ? 0 : row.absolute / (size > 0 ? size : 1);
    row.digits = row.relative > 0 ? std::clamp(-std::log10(row.relative), 0.0, 16.0) : 16;
    return row;
}

Comparison::Compared Comparison::compared(const Rules& rules, const Frame& frame,
                                          const Given& given) const {
    const Term& term = given.term;
    return {term.number, needed_by(term.what, term.layer, rules, w_.given().network),
            frame.needed_by(given)};
}

/// As row(), but only yes or no, and as soon as that is known.
bool Comparison::agrees(const Rules& rules, const Frame& frame, const Given& given) {
    const bool unassigned = unassigned_.contains(&given);
    if (!unassigned && rounding_.lost.empty() &&
        (given.term.is_gradient() || given.term.what == What::delta)) {
        const Rules structure = structure_of(rules);
        const Weighing* fit = is_sum(structure) ? &weighing(structure, frame, given) : nullptr;
        const auto fits = [&](const Weight& each) {
            return !each.said() ||
                   each.is(weight_of(rules, each.part, given.term, w_.given().network));
        };
        const bool plain =
            rules.gradient.assigned == Assigned::right && rules.gradient.tied == Tied::no;
        if (fit && (!fit->possible ||
                    (plain && !std::all_of(fit->weights.begin(), fit->weights.end(), fits))))
            return false;
    }
    const auto ours = w_.term(rules, given.term);
    if (given.values.empty()) return false;
    if (unassigned) return never_assigns(rules.gradient.assigned) && largest(*ours) == 0;
    const Allowed allowed = this->allowed(given.term, *ours);
    const auto all_same = [&](const std::vector<double>& theirs, double factor) {
        if (theirs.size() != ours->values.size()) return false;
        for (std::size_t i = 0; i < theirs.size(); ++i)
            if (!same_number(factor * theirs[i], ours->values[i],
                             allowed.of(i, theirs[i], ours->values[i])))
                return false;
        return true;
    };
    if (is_unsummed(given) || frame.reorders(given)) return all_same(in_our_order(given, frame), 1);
    return all_same(given.values,
                    given.term.what == What::delta ? frame.delta_factor(w_.patterns()) : 1);
}

bool Comparison::gives(const Frame& frame, const Given& given, const std::vector<double>& numbers,
                       const std::vector<double>& more) {
    Real ours(1, numbers.size());
    std::copy(numbers.begin(), numbers.end(), ours.values.begin());
    const std::vector<double> theirs = in_our_order(given, frame);
    const Allowed allowed = allowed_of_sum(given.term, ours);
    for (std::size_t i = 0; i < theirs.size(); ++i)
        if (!same_number(theirs[i], numbers[i], allowed.of(i, theirs[i], numbers[i]) + more[i]))
            return false;
    return true;
}

const Weighing& Comparison::weighing(const Rules& structure, const Frame& frame,
                                     const Given& given) {
    Compared key = compared(structure, frame, given);
    const auto before = weighings_.find(key);
    if (before != weighings_.end()) return before->second;
    const Term term = w_.sample_of(given.term);
    std::vector<Weight> parts;
    std::vector<std::shared_ptr<const Real>> numbers;
    for (const Part& part : parts_of(w_.given(), key.rules, term)) {
        numbers.push_back(numbers_of(w_, key.rules, part, term));
        parts.push_back({part, weight_of(key.rules, part, term, w_.given().network)});
    }
    for (const Frame& each : frames_) {  // while the numbers are at hand
        Compared in_frame = compared(structure, each, given);
        if (weighings_.contains(in_frame)) continue;
        std::vector<double> theirs = in_our_order(given, each);
        if (term.size < given.term.size) {
            const auto first = theirs.begin() + std::ptrdiff_t(term.first - given.term.first);
            theirs = std::vector<double>(first, first + std::ptrdiff_t(term.size));
        }
        Weighing result{false, false, parts};
        if (std::all_of(numbers.begin(), numbers.end(),
                        [&](const auto& of) { return of->values.size() == theirs.size(); }))
            result = weighed(theirs, parts, numbers, theirs_.single ? 3 : 1,
                             [&](const Real& ours) { return allowed_of_sum(term, ours); });
        weighings_.emplace(std::move(in_frame), std::move(result));
    }
    return weighings_.at(key);
}

bool Comparison::reproduces(const Rules& rules, const Frame& frame) {
    // What refuted the guess before this one mostly refutes this one too.
    if (refuter_) {
        const auto before = agreed_.find(compared(rules, frame, *refuter_));
        if (before != agreed_.end() && !before->second) return false;
    }
    std::vector<std::pair<const Given*, Compared>> open;
    for (const Given* given : given_) {
        Compared key = compared(rules, frame, *given);
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
        const std::vector<double> theirs = in_our_order(*given, frame);
        if (theirs.size() == ours->values.size())
            most =
                std::max(most, held(theirs, numbers(*ours), allowed(given->term, *ours)).evidence);
    }
    return most;
}

std::size_t Comparison::wrong_numbers(const Frame& frame) {
    std::size_t wrong = 0;
    for (const Given* given : given_) {
        const auto ours = w_.term({}, given->term);
        const std::vector<double> theirs = in_our_order(*given, frame);
        const Allowed allowed = this->allowed(given->term, *ours);
        for (std::size_t i = 0; i < theirs.size() && i < ours->values.size() && wrong < 3; ++i)
            if (!same_number(theirs[i], ours->values[i], allowed.of(i, theirs[i], ours->values[i])))
                ++wrong;
    }
    return wrong;
}

bool Comparison::by_size(const Rules& rules, const Frame& frame) {
    return !rounding_.lost.empty() &&
           std::any_of(given_.begin(), given_.end(),
                       [&](const Given* given) { return row(rules, frame, *given).by_size; });
}

bool Comparison::overwhelmed() const {
    return !rounding_.lost.empty() &&
           std::any_of(given_.begin(), given_.end(), [](const Given* given) {
               return !std::all_of(given->values.begin(), given->values.end(),
                                   [](double x) { return std::isfinite(x); });
           });
}

bool Comparison::matters(const Rules& structure, const Frame& frame) {
    return std::any_of(given_.begin(), given_.end(), [&](const Given* given) {
        if (given->term.layer == 0) return false;
        const bool sum = given->term.is_gradient() || given->term.what == What::delta;
        if (!sum) return !row({}, frame, *given).agrees;
        const Weighing& with = weighing(structure, frame, *given);
        const Term term = w_.sample_of(given->term);
        return !weighing({}, frame, *given).possible && with.possible &&
               std::any_of(with.weights.begin(), with.weights.end(), [&](const Weight& each) {
                   if (!each.said() || each.is(0)) return false;
                   const auto a = numbers_of(w_, structure, each.part, term),
                              b = numbers_of(w_, {}, each.part, term);
                   return !std::equal(a->values.begin(), a->values.end(), b->values.begin(),
                                      b->values.end());
               });
    });
}

bool Comparison::distinguishes(const Term& term, const Rules& a, const Rules& b) {
    const auto left = w_.term(a, term), right = w_.term(b, term);
    if (left->values.size() != right->values.size()) return true;
    const Allowed at_left = allowed(term, *left), at_right = allowed(term, *right);
    for (std::size_t i = 0; i < left->values.size(); ++i) {
        const double x = left->values[i], y = right->values[i];
        if (!same_number(x, y, 4 * std::max(at_left.of(i, 1, x), at_right.of(i, 1, y))))
            return true;
    }
    return false;
}

}  // namespace autoencoder::diagnosis
