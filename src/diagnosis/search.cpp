#include "diagnosis/search.hpp"

#include <algorithm>

namespace autoencoder::diagnosis {
namespace {

/// Every two entries of different ids, of mistakes only the usual ways.
std::vector<Candidate> pairs(const std::vector<Entry>& entries) {
    std::vector<Candidate> result;
    for (const Entry& a : entries) {
        for (const Entry& b : entries) {
            if (&a >= &b || a.id == b.id) continue;
            if (!a.convention && (!a.usual || !b.usual)) continue;
            result.push_back({&a, &b});
        }
    }
    return result;
}

/// Three and four conventions, and one mistake under two.
std::vector<Candidate> under_conventions(const std::vector<Entry>& entries) {
    Candidate conventions, mistakes;
    for (const Entry& entry : entries) {
        if (entry.convention)
            conventions.push_back(&entry);
        else if (entry.usual)
            mistakes.push_back(&entry);
    }
    std::vector<Candidate> twos, result;
    for (const Entry* a : conventions)
        for (const Entry* b : conventions)
            if (a < b && a->id != b->id) twos.push_back({a, b});
    const auto extended = [](const std::vector<Candidate>& all, const Candidate& more) {
        std::vector<Candidate> longer;
        for (const Candidate& each : all) {
            for (const Entry* entry : more) {
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

Explanation explanation(const Candidate& candidate, const Frame& frame,
                                        const Rules& rules) {
    Explanation result{{}, {}, frame, rules};
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

std::vector<Explanation> explain(Comparison& comparison, const std::vector<Entry>& entries,
                                 const std::function<void(double)>& progress) {
    std::vector<Candidate> singles;
    for (const Entry& entry : entries) singles.push_back({&entry});
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
            const Rules rules = changed_by(candidate);
            if (!candidate.empty() && rules == Rules{}) continue;
            const bool conventional = std::all_of(candidate.begin(), candidate.end(),
                                                  [](const Entry* entry) { return entry->convention; });
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
        keep(found, passes);
        const auto is_tuned = [](const Entry* entry) { return entry->tuned; };
        keep(found, [&](const Explanation& e) { return std::none_of(e.mistakes.begin(), e.mistakes.end(), is_tuned); });
        return found;
    }
    return {};
}

}  // namespace autoencoder::diagnosis
