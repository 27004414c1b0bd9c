#include "diagnosis/search.hpp"

#include <algorithm>

namespace autoencoder::diagnosis {
namespace {

using Candidate = std::vector<const Entry*>;

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
    std::vector<const Entry*> conventions, mistakes;
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
    const auto extended = [](const std::vector<Candidate>& all,
                             const std::vector<const Entry*>& more) {
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
    for (const Entry& entry : entries)
        singles.push_back({&entry});
    const std::vector<std::vector<Candidate>> levels = {
        {{}}, singles, pairs(entries), under_conventions(entries)};
    std::size_t done = 0, total = 0;
    for (const auto& level : levels)
        total += level.size();

    for (const auto& level : levels) {
        std::vector<Explanation> found;
        for (const Frame& frame : comparison.frames()) {
            std::size_t in_frame = 0;
            for (const Candidate& candidate : level) {
                if (progress && ++in_frame % 16 == 0)
                    progress(double(done + in_frame) / double(total));
                const Rules rules = changed_by(candidate);
                const bool again = std::any_of(
                    found.begin(), found.end(),
                    [&](const Explanation& e) { return e.rules == rules && e.frame == frame; });
                if (again || (!candidate.empty() && rules == Rules{})) continue;
                if (!comparison.reproduces(rules, frame)) continue;
                Explanation explanation{{}, {}, frame, rules};
                for (const Entry* entry : candidate)
                    (entry->convention ? explanation.conventions : explanation.mistakes)
                        .push_back(entry);
                found.push_back(std::move(explanation));
            }
            if (!found.empty()) break;  // the plainest frame that has one
        }
        done += level.size();
        if (found.empty()) continue;
        const auto passes = [](const Explanation& e) { return e.mistakes.empty(); };
        if (std::any_of(found.begin(), found.end(), passes))
            std::erase_if(found, [&](const Explanation& e) { return !passes(e); });
        return found;
    }
    return {};
}

}  // namespace autoencoder::diagnosis
