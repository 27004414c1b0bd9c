// Their terms as sums of parts: whether some weights give them, and which. What of all is right.
#include <algorithm>

#include "diagnosis/comparison.hpp"

namespace autoencoder::diagnosis {

std::vector<double> every(std::size_t step, std::span<const double> numbers) {
    std::vector<double> some;
    for (std::size_t i = 0; i < numbers.size(); i += step) some.push_back(numbers[i]);
    return some;
}

bool Comparison::possible(const Rules& structure, const Frame& frame) {
    if (!rounding_.lost.empty() || !is_sum(structure)) return true;  // who knows
    const auto [known, is_new] = possible_.try_emplace({structure, frame}, true);
    const auto refutes = [&](const Given* given) {
        return given->term.has_parts() && !unassigned_.contains(given) &&
               !weighing(structure, frame, *given).possible;
    };
    if (!is_new) return known->second;
    if (impossible_ && refutes(impossible_)) return known->second = false;
    for (const Given* given : given_)
        if (refutes(given)) {
            impossible_ = given;
            return known->second = false;
        }
    return true;
}

/// What some of many numbers refute, all of them refute.
const Weighing& Comparison::weighing(const Rules& structure, const Frame& frame,
                                     const Given& given) {
    Compared key = compared(structure, frame, given);
    const auto before = weighings_.find(key);
    if (before != weighings_.end()) return before->second;
    const Term term = w_.sample_of(given.term);
    Weighing result = weighed_under(key.rules, frame, given, [&](const Part& part) {
        return numbers_of(w_, key.rules, part, term);
    });
    return weighings_.emplace(std::move(key), std::move(result)).first->second;
}

Weighing Comparison::weighed_under(const Rules& rules, const Frame& frame, const Given& given,
                                   const NumbersOf& numbers_of_part) {
    const Term term = w_.sample_of(given.term);
    std::vector<Weight> parts;
    std::vector<std::shared_ptr<const Real>> columns;
    for (const Part& part : parts_of(w_.given(), rules, term)) {
        columns.push_back(numbers_of_part(part));
        parts.push_back({part, weight_of(rules, part, term, w_.given().network)});
    }
    const std::span<const double> theirs = this->theirs(given, frame, term);
    Weighing result{false, false, HUGE_VAL, parts};
    if (std::ranges::all_of(columns,
                            [&](const auto& of) { return of->values.size() == theirs.size(); })) {
        const auto of_every = [&](std::size_t step, std::span<const double> some, const auto& of_ours) {
            return weighed(some, parts, of_ours, theirs_.single ? 3 : 1,
                           [&](const Real& ours) { return allowed(term, ours, true, step); });
        };
        const std::size_t step = theirs.size() / 4096;
        if (step > 1) {
            auto thinned = columns;
            for (auto& each : thinned) {
                Real thin(1, (theirs.size() + step - 1) / step);
                std::ranges::copy(every(step, numbers(*each)), thin.values.begin());
                each = std::make_shared<const Real>(std::move(thin));
            }
            result = of_every(step, every(step, theirs), thinned);
        }
        if (step <= 1 || result.possible) result = of_every(1, theirs, columns);
    }
    return result;
}

std::size_t Comparison::told_from(const Frame& frame, const Given& given, const Real& other) {
    const auto ours = w_.term({}, given.term);
    const std::vector<double>& numbers = in_our_order(given, frame);
    if (numbers.size() != other.values.size() || numbers.size() != ours->values.size()) return 0;
    const Allowed allowed = this->allowed(given.term, *ours);
    std::size_t told = 0;
    for (std::size_t i = 0; i < numbers.size(); ++i)
        told += !same_number(numbers[i], other.values[i],
                             3 * allowed.of(i, numbers[i], ours->values[i]));
    return told;
}

Comparison::Nearest Comparison::nearest() {
    std::map<std::pair<const Given*, Frame>, bool> agrees;
    Nearest best = {{}, -1};
    for (const Frame& frame : frames_) {
        const auto right = std::ranges::count_if(given_, [&](const Given* given) {
            const auto [known, is_new] =
                agrees.try_emplace({given, frame.needed_by(*given)}, false);
            if (is_new) known->second = row({}, frame, *given).agrees;
            return known->second;
        });
        if (right > best.agreeing) best = {frame, right};
    }
    return best;
}

bool Comparison::matters(const Rules& structure, const Frame& frame) {
    return std::ranges::any_of(given_, [&](const Given* given) {
        if (given->term.layer == 0) return false;
        if (!given->term.has_parts()) return !row({}, frame, *given).agrees;
        const Weighing& with = weighing(structure, frame, *given);
        const Term term = w_.sample_of(given->term);
        return !weighing({}, frame, *given).possible && with.possible &&
               std::ranges::any_of(with.weights, [&](const Weight& each) {
                   return each.said() && !each.is(0) &&
                          !std::ranges::equal(numbers_of(w_, structure, each.part, term)->values,
                                              numbers_of(w_, {}, each.part, term)->values);
               });
    });
}

}  // namespace autoencoder::diagnosis
