// Which known mistakes, under which conventions, reproduce all that somebody else has: the fewest
// that do, and all such explanations. For every model: a Comparison has frames() and
// reproduces(rules, frame), and evidence(frame), the largest difference from the right numbers in
// tolerances; what is no number is no evidence, nor is a size, for a mistake: by_size(rules, frame).
//
//     0  nothing                      1  one mistake, or one convention
//     2  two of them                  3  more conventions together; one mistake under two
//     conventions
#pragma once

#include <algorithm>
#include <functional>
#include <vector>

#include "diagnosis/entry.hpp"

namespace autoencoder::diagnosis {

/// How many times its tolerance a number of theirs must be off, for a mistake or a convention to be
/// told from it: what is nearer to rounding than that would fit some rule by chance.
inline constexpr double telling = 30;

template <class Rules>
using CandidateOf = std::vector<const EntryOf<Rules>*>;

template <class Rules, class Frame>
struct ExplanationOf {
    CandidateOf<Rules> conventions, mistakes;
    Frame frame;
    Rules rules;
};

/// Every two entries of different ids, of mistakes only the usual ways.
template <class Rules>
std::vector<CandidateOf<Rules>> pairs(const std::vector<EntryOf<Rules>>& entries) {
    std::vector<CandidateOf<Rules>> result;
    for (const auto& a : entries) {
        for (const auto& b : entries) {
            if (&a >= &b || a.id == b.id) continue;
            if (!a.convention && (!a.usual || !b.usual)) continue;
            result.push_back({&a, &b});
        }
    }
    return result;
}

/// Three and four conventions, and one mistake under two.
template <class Rules>
std::vector<CandidateOf<Rules>> under_conventions(const std::vector<EntryOf<Rules>>& entries) {
    using Candidate = CandidateOf<Rules>;
    Candidate conventions, mistakes;
    for (const auto& entry : entries) {
        if (entry.convention)
            conventions.push_back(&entry);
        else if (entry.usual)
            mistakes.push_back(&entry);
    }
    std::vector<Candidate> twos, result;
    for (const auto* a : conventions)
        for (const auto* b : conventions)
            if (a < b && a->id != b->id) twos.push_back({a, b});
    const auto extended = [](const std::vector<Candidate>& all, const Candidate& more) {
        std::vector<Candidate> longer;
        for (const Candidate& each : all) {
            for (const auto* entry : more) {
                if (entry <= each.back() || entry->id == each.back()->id) continue;
                longer.push_back(each);
                longer.back().push_back(entry);
            }
        }
        return longer;
    };
    const std::vector<Candidate> threes = extended(twos, conventions);
    for (const auto& some : {threes, extended(threes, conventions), extended(twos, mistakes)})
        result.insert(result.end(), some.begin(), some.end());
    return result;
}

template <class Rules, class Frame>
ExplanationOf<Rules, Frame> explanation(const CandidateOf<Rules>& candidate, const Frame& frame,
                                        const Rules& rules) {
    ExplanationOf<Rules, Frame> result{{}, {}, frame, rules};
    for (const auto* entry : candidate)
        (entry->convention ? result.conventions : result.mistakes).push_back(entry);
    return result;
}

/// The rules with these entries' changes, conventions first.
template <class Rules>
Rules changed_by(const CandidateOf<Rules>& entries) {
    Rules rules;
    for (const auto* entry : entries)
        if (entry->convention) entry->change(rules);
    for (const auto* entry : entries)
        if (!entry->convention) entry->change(rules);
    return rules;
}

/// All explanations of the first level that has one; those by conventions alone, if there are any.
/// `progress` gets the share of the candidates that are done.
template <class Rules, class Comparison>
auto explain(Comparison& comparison, const std::vector<EntryOf<Rules>>& entries,
             const std::function<void(double)>& progress) {
    using Explanation = ExplanationOf<Rules, typename Comparison::Frame>;
    using Candidate = CandidateOf<Rules>;
    std::vector<Candidate> singles;
    for (const auto& entry : entries) singles.push_back({&entry});
    const std::vector<std::vector<Candidate>> levels = {
        {{}}, singles, pairs(entries), under_conventions(entries)};
    const auto& frames = comparison.frames();
    const bool only_mistakes = comparison.never_assigned(), no_mistakes = comparison.overwhelmed();
    std::size_t done = 0, total = 0;
    for (const auto& level : levels) total += level.size();

    for (const auto& level : levels) {
        std::vector<Explanation> found;
        std::size_t plainest = frames.size(),
                    tried = 0;  // the plainest frame that explains anything
        for (const Candidate& candidate : level) {
            if (progress && ++tried % 16 == 0) progress(double(done + tried) / double(total));
            const Rules rules = changed_by<Rules>(candidate);
            if (!candidate.empty() && rules == Rules{}) continue;
            const bool conventional = std::all_of(candidate.begin(), candidate.end(),
                                                  [](const auto* entry) { return entry->convention; });
            if (conventional ? only_mistakes : no_mistakes) continue;
            for (std::size_t i = 0; i < frames.size() && i <= plainest; ++i) {
                const bool again =
                    std::any_of(found.begin(), found.end(),
                                [&](const Explanation& e) { return e.rules == rules; });
                if (i == plainest && again) continue;
                if (!comparison.reproduces(rules, frames[i])) continue;
                if (!candidate.empty() && comparison.evidence(frames[i]) < telling) continue;
                if (!conventional && comparison.by_size(rules, frames[i])) continue;
                if (i < plainest) found.clear();
                plainest = i;
                found.push_back(explanation(candidate, frames[i], rules));
                break;
            }
        }
        done += level.size();
        if (found.empty()) continue;
        const auto passes = [](const Explanation& e) { return e.mistakes.empty(); };
        if (std::any_of(found.begin(), found.end(), passes))
            std::erase_if(found, [&](const Explanation& e) { return !passes(e); });
        return found;
    }
    return std::vector<Explanation>{};
}

}  // namespace autoencoder::diagnosis
