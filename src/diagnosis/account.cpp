#include "diagnosis/account.hpp"

#include <algorithm>

namespace autoencoder::diagnosis {
namespace {

/// Under the lecture, in the frames in which most is accounted for; where weights are not all that
/// differs, under each mistake that leaves nothing else.
Account account_of(Comparison& comparison, const Theirs& theirs, Workings& workings,
                   const std::vector<Entry>& entries) {
    Account result;
    const Rules right;
    std::vector<Frame> best;
    for (const Frame& frame : comparison.frames()) {
        if (comparison.against_right(frame).evidence < telling) return {};
        ByParts said = by_parts({comparison, theirs, workings, right, frame});
        const auto better = [](const ByParts& a, const ByParts& b) {  // more of it, in fewer words
            return a.accounted != b.accounted ? a.accounted > b.accounted
                                              : a.sentences.size() < b.sentences.size();
        };
        if (!best.empty() && better(result.said, said)) continue;
        if (best.empty() || better(said, result.said)) {
            best.clear();
            result.said = std::move(said);
        }
        best.push_back(frame);
    }
    if ((result.said.all && result.said.by_weights) || !comparison.lost().empty()) return result;
    const bool large = workings.patterns() * workings.given().theta.size() > 20000000;
    for (const Entry& entry : entries) {
        Explanation way{{}, {}, {}, structure_of(changed_by({&entry})), true};
        const bool again = std::any_of(result.found.begin(), result.found.end(),
                                       [&](const Explanation& e) { return e.rules == way.rules; });
        if (again || way.rules == right || (large && !entry.usual) || !is_sum(way.rules)) continue;
        for (const Frame& frame : best) {
            if (!comparison.possible(way.rules, frame)) continue;
            ByParts said = by_parts({comparison, theirs, workings, way.rules, frame});
            if (!said.all || !comparison.matters(way.rules, frame)) continue;
            way.frame = frame;
            (entry.convention ? way.conventions : way.mistakes).push_back(&entry);
            way.costs = said.costs;
            result.found.push_back(way);
            break;
        }
    }
    keep_plain(result.found);
    keep_unlike(comparison, result.found);
    // A mistake of the cost too is refuted by a cost that it does not give, where another is not.
    if (const Given* cost = theirs.find("cost")) {
        const auto refuted = [&](const Explanation& way) {
            return !way.costs && comparison.distinguishes(cost->term, way.rules, right);
        };
        if (!std::ranges::all_of(result.found, refuted)) std::erase_if(result.found, refuted);
    }
    if (result.found.size() > 2) result.found.clear();  // where many would do, none is known
    if (result.found.empty()) return result;
    const Explanation& first = result.found[0];
    result.said = by_parts({comparison, theirs, workings, first.rules, first.frame});
    return result;
}

/// A convention beside which weights are left that are one too is explained by both.
std::vector<Explanation> conventional(Comparison& comparison, const Account& account,
                                      const std::vector<Entry>& entries) {
    for (const Explanation& way : account.found)
        for (const Entry& entry : entries) {
            if (!way.mistakes.empty() || !entry.convention ||
                entry.id == way.conventions[0]->id)
                continue;
            Explanation both = way;
            both.conventions.push_back(&entry);
            both.rules = changed_by(both.conventions);
            both.weighed = false;
            if (comparison.reproduces(both.rules, both.frame)) return {both};
        }
    return {};
}

/// A guard is of any ε, and is looked for by itself.
std::vector<Entry> of_no_guard(std::vector<Entry> entries) {
    std::erase_if(entries, [](const Entry& entry) { return entry.id == "log-guard"; });
    return entries;
}

}  // namespace

Search::Search(const Case& c, const Theirs& held, std::vector<Entry> known_entries,
               const std::function<void(double)>& progress)
    : theirs(held),
      workings(c),
      entries(of_no_guard(std::move(known_entries))),
      best(best_explained(theirs, workings, entries, progress)),
      guard{"log-guard", workings.guards().words(), "kl", true, true, [](Rules&) {}},
      found(std::move(best.found)) {
    if (found.empty()) {
        account = account_of(comparison, theirs, workings, entries);
        found = conventional(comparison, account, entries);
    }
    add_guard(found);
    add_guard(account.found);
}

void Search::add_guard(std::vector<Explanation>& ways) const {
    if (workings.guards().any())
        for (Explanation& way : ways) way.conventions.push_back(&guard);
}

void Search::further(const Frame& frame) {
    quotients = quotients_of(comparison, theirs, workings, entries);
    if (quotients) found = {quotients->way};
    if (!found.empty() || comparison.against_right(frame).evidence < telling) return;
    counts = counts_of(right(frame));
    fitted = fitted_entries(right(frame), counts);
    hold_fitted();
}

void Search::hold_fitted() {
    if (fitted.empty()) return;
    const std::size_t own = fitted.size();
    std::ranges::copy_if(entries, std::back_inserter(fitted), &Entry::convention);
    found = explain(comparison, fitted, {0, 3}, {});
    add_guard(found);
    if (!found.empty()) return;
    fitted.resize(own);
    // How often patterns count would leave too much to weights beside it.
    std::erase_if(fitted, [](const Entry& entry) { return !entry.id.starts_with("weighed-") && entry.id != "other-loss"; });
    Account with = account_of(comparison, theirs, workings, fitted);
    if (with.found.empty()) return;
    // An output that is held has no error in the gradient: a cost that is neither ours nor that is wrong otherwise.
    const Explanation& way = with.found[0];
    const Given* cost = theirs.find("cost");
    if (cost && !way.costs && !way.mistakes.empty() && way.mistakes[0]->id == "weighed-errors" &&
        !comparison.row({}, way.frame, *cost).agrees)
        return;
    account = std::move(with);
    add_guard(account.found);
}

void Search::last_of_all(const Frame& frame) {
    fitted.clear();
    add_shares(right(frame), fitted, true);
    if (fitted.empty()) add_second_loss(right(frame), fitted);
    hold_fitted();
}

}  // namespace autoencoder::diagnosis
