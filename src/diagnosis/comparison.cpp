#include "diagnosis/comparison.hpp"

#include <algorithm>
#include <cmath>

#include "base/npy.hpp"

namespace autoencoder::diagnosis {
namespace {

double largest(std::span<const double> values) {
    double result = 0;
    for (const double value : values) result = std::max(result, std::abs(value));
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
      rounding_(workings.guards().any()
                    ? rounding_of(workings.given(), theirs.single, workings.guards(),
                                  workings.right_terms())
                    : rounding_of(workings.given(), theirs.single)),
      unit_(theirs.single ? 0x1p-24 : 0x1p-53),
      frames_(frames_of(theirs, workings.patterns())) {
    for (const Given& given : theirs.given)
        if (given.fit != Fit::other_size) given_.push_back(&given);
    for (const Given* given : given_)
        if (given->term.is_gradient() && all_zero(given->values) &&
            given->values.size() == given->term.size && !row({}, Frame{}, *given).agrees)
            unassigned_.insert(given);
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

const std::vector<double>& Comparison::in_our_order(const Given& given, const Frame& frame) {
    std::vector<double>& values = ordered_[{&given, frame.needed_by(given)}];
    if (values.empty()) values = diagnosis::in_our_order(given, frame, w_.patterns());
    return values;
}

Comparison::Right& Comparison::right(const Term& term) {
    Right& right = right_[term.number];
    if (right.numbers) return right;
    const Term& whole = w_.terms()[term.number];
    right.numbers = w_.term({}, whole);
    right.errors = rounding_.errors.at(whole.key);
    right.below = rounding_.below.at(whole.key);
    right.least = rounding_.least.at(whole.key);
    right.largest = largest(numbers(*right.numbers));
    right.largest_error = largest(right.errors);
    return right;
}

Allowed Comparison::allowed(const Term& term, const Real& ours, bool of_parts, std::size_t step) {
    Right& whole = right(term);
    const Term& whole_term = w_.terms()[term.number];
    const std::size_t all = term.is_gradient() ? term.size : whole.errors.size();
    const std::size_t n = step == 1 ? ours.values.size() : all;
    if (term.size == 0 && n > whole.errors.size()) {
        whole.zeros.assign(n, 0);
        whole.alike.assign(n, whole.largest_error);
        return {whole.alike, whole.alike, whole.zeros, 1, unit_};
    }
    // Of some units' rows, theirs.
    const auto rows = [&](std::span<const double> of) {
        return term.is_gradient() ? of.subspan(term.first - whole_term.first, n) : of;
    };
    Allowed result{rows(whole.errors), rows(whole.least), rows(numbers(*whole.numbers)), 1, unit_};
    if (!whole.below.empty()) result.below = rows(whole.below);
    if (step > 1) {
        std::span<const double>* spans[] = {&result.errors, &result.least, &result.right,
                                            &result.below};
        for (std::size_t i = 0; i < std::size(spans); ++i) {
            thin_[i] = every(step, *spans[i]);
            *spans[i] = thin_[i];
        }
    } else if (const auto alive = rounding_.alive.find(whole_term.key);
               alive != rounding_.alive.end()) {
        result.of_unit = whole_term.size / alive->second.size();
        result.alive =
            std::span(alive->second).subspan((term.first - whole_term.first) / result.of_unit);
    }
    if (term.what == What::biases) add_biases(result, numbers(ours));
    const auto are_its_biases = [&](const Term& each) { return each.what == What::biases && each.layer == term.layer; };
    if (const auto biases = std::ranges::find_if(w_.terms(), are_its_biases); term.what == What::weights && biases != w_.terms().end())
        add_rows(result, numbers(ours), whole_term.size / biases->size);
    if (const double most = largest(numbers(ours)); most > whole.largest_error) {
        const bool of_all = result.right.size() == whole.numbers->values.size();
        result.scale = scale_of(numbers(ours), result.right,
                                most / (of_all ? whole.largest : largest(result.right)));
    }
    if (of_parts) result.scale = std::max(result.scale, 1.0);
    result.largest_error = whole.largest_error;
    result.most_printed = 0.05 * whole.largest;
    if (theirs_.printed.any())
        result.printed = [of = theirs_.printed](double number) { return of.off_by(number); };
    return result;
}

Held Comparison::held(const Given& given, const Frame& frame, const Real& ours) {
    return diagnosis::held(in_our_order(given, frame), numbers(ours), allowed(given.term, ours));
}

TermRow Comparison::row(const Rules& rules, const Frame& frame, const Given& given) {
    const auto ours = w_.term(rules, given.term);
    TermRow row;
    row.key = given.term.key;
    row.tag = given.term.tag;
    if (given.fit != Fit::as_expected)
        row.remark =
            "shape " + shape_text(given.shape) + ", ours is " + shape_text(given.term.shape);
    if (given.fit == Fit::other_size || in_our_order(given, frame).size() != ours->values.size()) {
        row.tolerance = allowed(given.term, *ours).of(0, 1, ours->values[0]);
        row.absolute = row.relative = HUGE_VAL;
        return row;
    }
    const Held of = held(given, frame, *ours);
    row.agrees = of.agrees;
    row.by_size = of.by_size;
    row.absolute = of.absolute;
    row.tolerance = of.tolerance;
    const double size = largest(numbers(*ours));
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

/// As row(), but only yes or no, and as soon as that is known: the weights of the parts come first.
bool Comparison::agrees(const Rules& rules, const Frame& frame, const Given& given) {
    const bool unassigned = unassigned_.contains(&given);
    const Rules structure = structure_of(rules);
    if (given.term.has_parts() && !unassigned && rounding_.lost.empty() && is_sum(structure)) {
        const Weighing& fit = weighing(structure, frame, given);
        const auto fits = [&](const Weight& each) {
            return !each.said() ||
                   each.is(weight_of(rules, each.part, given.term, w_.given().network));
        };
        const bool plain =
            rules.gradient.assigned == Assigned::right && rules.gradient.tied == Tied::no;
        if (!fit.possible || (plain && !std::ranges::all_of(fit.weights, fits))) return false;
    }
    if (unassigned)
        return never_assigns(rules.gradient.assigned) &&
               largest(numbers(*w_.term(rules, given.term))) == 0;
    const auto same = [&](const Term& rows) {
        return gives(frame, given, rows, *w_.term(rules, rows), {});
    };
    const Term sample = w_.sample_of(given.term);
    return !given.values.empty() && same(sample) &&
           (sample.size == given.term.size || same(given.term));
}

std::span<const double> Comparison::theirs(const Given& given, const Frame& frame,
                                           const Term& rows) {
    const std::span<const double> all = in_our_order(given, frame);
    return rows.size < given.term.size ? all.subspan(rows.first - given.term.first, rows.size)
                                       : all;
}

bool Comparison::gives(const Frame& frame, const Given& given, const Term& rows, const Real& ours,
                       std::span<const double> more) {
    const std::span<const double> theirs = this->theirs(given, frame, rows);
    if (theirs.size() != ours.values.size()) return false;
    const Allowed allowed = this->allowed(rows, ours, !more.empty());
    for (std::size_t i = 0; i < theirs.size(); ++i)
        if (!same_number(theirs[i], ours.values[i],
                         allowed.of(i, theirs[i], ours.values[i], allowed.dead(theirs, i)) +
                             (more.empty() ? 0 : more[i])))
            return false;
    return true;
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

Held Comparison::against_right(const Frame& frame) {
    Held all;
    for (const Given* given : given_) {
        const auto ours = w_.term({}, given->term);
        if (in_our_order(*given, frame).size() != ours->values.size()) continue;
        const Held one = held(*given, frame, *ours);
        all.evidence = std::max(all.evidence, one.evidence);
        all.wrong += one.wrong;
    }
    return all;
}

bool Comparison::by_size(const Rules& rules, const Frame& frame) {
    return !rounding_.lost.empty() && std::ranges::any_of(given_, [&](const Given* given) {
        return row(rules, frame, *given).by_size;
    });
}

double Comparison::tolerance_of(const Term& term) const {
    double sum = 0;
    for (const double each : rounding_.errors.at(term.key)) sum += each;
    return sum;
}

bool Comparison::overwhelmed() const {
    return !rounding_.lost.empty() && std::ranges::any_of(given_, [](const Given* given) {
        return !std::ranges::all_of(given->values, [](double x) { return std::isfinite(x); });
    });
}

bool Comparison::alike(const Rules& a, const Rules& b) {
    return std::ranges::all_of(w_.terms(), [&](const Term& term) {
        const auto left = w_.term(a, term), right = w_.term(b, term);
        const double most = 1e-9 * largest(numbers(*left));
        return std::ranges::equal(left->values, right->values,
                                  [&](double x, double y) { return same_number(x, y, most); });
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
