#include "diagnosis/search.hpp"

#include <algorithm>
#include <optional>

namespace autoencoder::diagnosis {
namespace {

/// 0 … 3, or nothing where these are not tried together.
std::optional<std::size_t> level(const Candidate& entries) {
    std::size_t mistakes = 0;
    bool usual = true, alone = false;
    for (const Entry* entry : entries) {
        if (!entry->convention) ++mistakes;
        usual = usual && (entry->convention || entry->usual);
        alone |= entry->alone;
    }
    const std::size_t all = entries.size();
    if (all < 2) return all;
    if (alone || mistakes > 2 || (mistakes > 1 && (!usual || all > 2))) return {};
    if (all == 2) return 2;
    if (mistakes == 0 ? all <= 4 : usual && all == 3) return 3;
    return {};
}

/// Every candidate, by level; `chosen` and what can be added to it from this entry on.
void add_candidates(const std::vector<Entry>& entries, std::size_t from, Candidate& chosen,
                    std::vector<std::vector<Candidate>>& levels) {
    if (const auto at = level(chosen))
        levels[*at].push_back(chosen);
    else
        return;  // more of them would not be tried either
    for (std::size_t i = from; i < entries.size() && chosen.size() < 4; ++i) {
        if (std::any_of(chosen.begin(), chosen.end(),
                        [&](const Entry* e) { return e->id == entries[i].id; }))
            continue;
        chosen.push_back(&entries[i]);
        add_candidates(entries, i + 1, chosen, levels);
        chosen.pop_back();
    }
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
    const auto is_tuned = [](const Entry* entry) { return entry->tuned || entry->alone; };
    keep(found, [&](const Explanation& e) {
        return std::none_of(e.mistakes.begin(), e.mistakes.end(), is_tuned);
    });
}

std::vector<Explanation> explain(Comparison& comparison, const std::vector<Entry>& entries,
                                 const std::function<void(double)>& progress) {
    std::vector<std::vector<Candidate>> levels(4);
    Candidate none;
    add_candidates(entries, 0, none, levels);
    const auto& frames = comparison.frames();
    const bool only_mistakes = comparison.never_assigned(), no_mistakes = comparison.overwhelmed();
    std::size_t done = 0, total = 0;
    for (const auto& level : levels) total += level.size();

    const bool unspeakable = !comparison.lost().empty();
    const auto is_guard = [](const Entry* entry) { return entry->id == "log-guard"; };
    for (const auto& level : levels) {
        std::vector<Explanation> found;
        std::size_t plainest = frames.size(),
                    tried = 0;  // the plainest frame that explains anything
        for (const Candidate& candidate : level) {
            if (progress && ++tried % 16 == 0) progress(double(done + tried) / double(total));
            const Rules rules = changed_by(candidate);
            if (!candidate.empty() && rules == Rules{}) continue;
            const bool conventional =
                std::all_of(candidate.begin(), candidate.end(),
                            [](const Entry* entry) { return entry->convention; });
            if (conventional ? only_mistakes : no_mistakes) continue;
            // Where digits are lost, what a guard does cannot be told from what rounding has done.
            if (unspeakable && std::ranges::any_of(candidate, is_guard)) continue;
            for (std::size_t i = 0; i < frames.size() && i <= plainest; ++i) {
                const bool again =
                    std::any_of(found.begin(), found.end(),
                                [&](const Explanation& e) { return e.rules == rules; });
                if (i == plainest && again) continue;
                if (!comparison.reproduces(rules, frames[i])) continue;
                const Held apart = comparison.against_right(frames[i]);
                if (!candidate.empty() && apart.evidence < telling) continue;
                // One number is met by chance where there are many to try.
                if (candidate.size() == 1 && candidate[0]->alone && apart.wrong < 3 &&
                    apart.evidence < 1e4)
                    continue;
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
        keep(found, passes);
        keep_plain(found);
        return found;
    }
    return {};
}

}  // namespace autoencoder::diagnosis
