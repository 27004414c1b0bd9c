#include "diagnosis/search.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace autoencoder::diagnosis {
namespace {

/// 0 … 3, or nothing where these are not tried together.
std::optional<std::size_t> level(const Candidate& entries) {
    std::size_t mistakes = 0;
    bool usual = true;
    for (const Entry* entry : entries) {
        if (!entry->convention) ++mistakes;
        usual = usual && (entry->convention || entry->usual);
    }
    const std::size_t all = entries.size();
    if (all < 2) return all;
    if (mistakes > 2 || (mistakes > 1 && (!usual || all > 2))) return {};
    if (all == 2) return 2;
    if (mistakes == 0 ? all <= 4 : usual && all == 3) return 3;
    return {};
}

/// A mistake that is not tried beside another one.
bool is_rare(const Entry* entry) { return !entry->convention && !entry->usual; }

/// Visits every candidate of a level: `chosen` and what can be added to it from this entry on.
template <class Visit>
void for_candidates(const Candidate& entries, std::size_t wanted, const Visit& visit,
                    Candidate& chosen, std::size_t from = 0) {
    const auto at = level(chosen);
    if (!at) return;  // more of them would not be tried either
    if (*at == wanted) visit(chosen);
    const std::size_t most = wanted < 3 ? wanted : 4;
    const bool beside_rare = std::ranges::any_of(chosen, is_rare);
    const bool beside_mistake = !std::ranges::all_of(chosen, &Entry::convention);
    for (std::size_t i = from; i < entries.size() && chosen.size() < most; ++i) {
        if ((beside_mistake && is_rare(entries[i])) || (beside_rare && !entries[i]->convention)) continue;
        if (std::ranges::any_of(chosen, [&](const Entry* e) { return e->id == entries[i]->id; }))
            continue;
        chosen.push_back(entries[i]);
        for_candidates(entries, wanted, visit, chosen, i + 1);
        chosen.pop_back();
    }
}

/// Entries that no candidate needs to be tried with, since none of its weights gives theirs.
class Refuted {
public:
    Refuted(Comparison& comparison, const std::vector<Entry>& entries)
        : comparison_(comparison), entries_(entries), known_(entries.size(), unknown) {}

    /// Whether all but one of these are weights of parts, and that one is refuted whatever the weights.
    bool all_of(const Candidate& candidate) {
        const Entry* structure = nullptr;
        for (const Entry* entry : candidate) {
            if (state(entry) == weights) continue;
            if (structure) return false;
            structure = entry;
        }
        return structure && state(structure) == refuted;
    }

private:
    enum State : char { unknown, weights, possible, refuted };

    State state(const Entry* entry) {
        State& known = known_[std::size_t(entry - entries_.data())];
        if (known != unknown) return known;
        const Rules structure = structure_of(changed_by({entry}));
        if (structure == Rules{}) return known = weights;
        const bool some = std::ranges::any_of(comparison_.frames(), [&](const Frame& frame) { return comparison_.possible(structure, frame); });
        return known = some ? possible : refuted;
    }

    Comparison& comparison_;
    const std::vector<Entry>& entries_;
    std::vector<State> known_;
};

/// Whether two mistakes make one number of the rules together: any factor would be met by some pair.
bool meet_in_one_weight(const Candidate& candidate) {
    std::vector<Rules> alone;
    for (const Entry* entry : candidate)
        if (!entry->convention) alone.push_back(changed_by({entry}));
    const auto both = [&](const auto& weight) {
        return alone.size() == 2 && weight(alone[0]) != 1 && weight(alone[1]) != 1;
    };
    return both([](const Rules& r) { return r.sparsity_slope.weight; }) ||
           both([](const Rules& r) { return r.sparsity_cost.weight; }) ||
           both([](const Rules& r) { return r.gradient.decay.weights; }) ||
           both([](const Rules& r) { return r.cost.decay.weights; }) ||
           both([](const Rules& r) { return r.back.code.weight; }) ||
           both([](const Rules& r) { return r.cost.code.weight; });
}

Explanation explanation(const Candidate& candidate, const Frame& frame, const Rules& rules) {
    Explanation result{{}, {}, frame, rules, false};
    for (const Entry* entry : candidate)
        (entry->convention ? result.conventions : result.mistakes).push_back(entry);
    return result;
}

/// Those that are plainer alone, if there are any.
template <class Plainer>
void keep(std::vector<Explanation>& found, const Plainer& plainer) {
    if (std::any_of(found.begin(), found.end(), plainer))
        std::erase_if(found, [&](const Explanation& e) { return !plainer(e); });
}

}  // namespace

Rules changed_by(const Candidate& entries) {
    Rules rules;
    for (const Entry* entry : entries)
        if (entry->convention) entry->change(rules);
    for (const Entry* entry : entries)
        if (!entry->convention) entry->change(rules);
    return rules;
}

void keep_plain(std::vector<Explanation>& found) {
    const auto is_tuned = [](const Entry* entry) { return entry->tuned; };
    keep(found, [&](const Explanation& e) {
        return std::none_of(e.mistakes.begin(), e.mistakes.end(), is_tuned);
    });
}

void keep_unlike(Comparison& comparison, std::vector<Explanation>& found) {
    for (std::size_t i = 1; i < found.size();) {
        const bool row = std::ranges::any_of(found[i].mistakes, &Entry::is_row);
        const auto is_one = [](const Entry* a, const Entry* b) { return a->id == b->id; };
        const auto same = [&](const Explanation& e) {
            return (row || std::ranges::equal(e.mistakes, found[i].mistakes, is_one)) && comparison.alike(e.rules, found[i].rules);
        };
        if (!found[i].mistakes.empty() && std::any_of(found.begin(), found.begin() + std::ptrdiff_t(i), same))
            found.erase(found.begin() + std::ptrdiff_t(i));
        else
            ++i;
    }
}

std::vector<Explanation> explain(Comparison& comparison, const std::vector<Entry>& entries,
                                 Levels levels, const std::function<void(double)>& progress) {
    const auto& frames = comparison.frames();
    const bool only_mistakes = comparison.never_assigned(), no_mistakes = comparison.overwhelmed();
    const auto is_convention = [](const Entry* entry) { return entry->convention; };
    std::vector<Explanation> found;
    double tried[2] = {};  // mistakes, conventions
    std::size_t plainest = frames.size();  // frame that explains anything
    Refuted refuted(comparison, entries);
    const auto attempt = [&](const Candidate& candidate) {
        const bool conventional = std::ranges::all_of(candidate, is_convention);
        if (conventional ? only_mistakes : no_mistakes) return;
        if (candidate.size() > 1 && refuted.all_of(candidate)) return void(++tried[conventional]);
        const Rules rules = changed_by(candidate);
        if (!candidate.empty() && (rules == Rules{} || meet_in_one_weight(candidate))) return;
        ++tried[conventional];
        const Rules structure = structure_of(rules);
        for (std::size_t i = 0; i < frames.size() && i <= plainest; ++i) {
            const auto again = [&](const Explanation& e) { return e.rules == rules; };
            if (i == plainest && std::ranges::any_of(found, again)) continue;
            // Other weights of the parts of a structure that is refuted need no comparison.
            if (!comparison.possible(structure, frames[i]) ||
                !comparison.reproduces(rules, frames[i]))
                continue;
            const Held apart = comparison.against_right(frames[i]);
            if (!candidate.empty() && apart.evidence < telling) continue;
            // A number is met by one guess in so many as it is tolerances from ours: of many guesses by some.
            constexpr double sure = 100;
            if (!candidate.empty() && std::pow(apart.evidence, double(apart.wrong)) < sure * tried[conventional]) continue;
            if (!conventional && comparison.by_size(rules, frames[i])) continue;
            if (i < plainest) found.clear();
            plainest = i;
            found.push_back(explanation(candidate, frames[i], rules));
            return;
        }
    };
    Candidate chosen;
    for (std::size_t at = levels.first; at <= levels.last && found.empty(); ++at) {
        Candidate of_level;
        for (const Entry& entry : entries)
            if (at < 3 || !is_rare(&entry)) of_level.push_back(&entry);
        for_candidates(
            of_level, at,
            [&](const Candidate& candidate) {
                const double first = candidate.empty() ? 0 : double(candidate[0] - entries.data());
                if (progress) progress((double(at) + first / double(entries.size())) / 4);
                attempt(candidate);
            },
            chosen);
    }
    keep(found, [](const Explanation& e) { return e.mistakes.empty(); });
    keep_plain(found);
    keep_unlike(comparison, found);
    return found;
}

}  // namespace autoencoder::diagnosis
