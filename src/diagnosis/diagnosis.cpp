// From an explanation, or none, to rows and sentences.
#include "autoencoder/diagnosis.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/npy.hpp"
#include "diagnosis/by_parts.hpp"
#include "diagnosis/elsewhere.hpp"
#include "diagnosis/finding.hpp"
#include "diagnosis/search.hpp"

namespace autoencoder {
namespace {

using namespace diagnosis;
/// Which further term would tell explanations apart that all reproduce what is given.
std::string telling_term(Comparison& comparison, const Theirs& theirs,
                         const std::vector<Explanation>& found, const Workings& workings) {
    std::string best;
    std::size_t most = 0;
    for (const Term& term : workings.terms()) {
        if (theirs.find(term.key)) continue;
        std::size_t apart = 0;
        for (std::size_t i = 0; i < found.size(); ++i)
            for (std::size_t j = i + 1; j < found.size(); ++j)
                if (comparison.distinguishes(term, found[i].rules, found[j].rules)) ++apart;
        if (apart > most) {
            most = apart;
            best = term.key;
        }
    }
    return best;
}

/// What was compared and is wrong: not what has another size, or no number.
std::vector<std::string> wrong_keys(const Diagnosis& result, const Theirs& theirs) {
    std::vector<std::string> wrong;
    for (const TermRow& row : result.rows) {
        const Given& given = *theirs.find(row.key);
        if (!row.agrees && given.fit != Fit::other_size &&
            std::ranges::any_of(given.values, [](double value) { return std::isfinite(value); }))
            wrong.push_back(row.key);
    }
    return wrong;
}

/// Those of them that these rules give, if they give any.
std::vector<std::string> given_by(const Explanation& way, std::vector<std::string> keys,
                                  Comparison& comparison, const Theirs& theirs) {
    const auto not_given = [&](const std::string& key) {
        return !comparison.row(way.rules, way.frame, *theirs.find(key)).agrees;
    };
    if (!std::ranges::all_of(keys, not_given)) std::erase_if(keys, not_given);
    return keys;
}

void explained(Diagnosis& result, Comparison& comparison, const Theirs& theirs,
               const std::vector<Explanation>& found, const Workings& workings) {
    const std::vector<std::string> wrong = wrong_keys(result, theirs);
    const Layouts layouts = layouts_of(theirs, found[0]);
    result.sentences.insert(result.sentences.end(), layouts.sentences.begin(),
                            layouts.sentences.end());
    add_findings(result, found, layouts, wrong);
    result.agrees = found[0].mistakes.empty() && layouts.mistakes.empty();
    if (found.size() < 2) return;
    const std::string key = telling_term(comparison, theirs, found, workings);
    result.sentences.push_back("each of these alone reproduces all that differs; " +
                               (key.empty()
                                    ? std::string("no further term of this case tells them apart")
                                    : key + " would tell them apart"));
}

/// What the weights of the parts say, and under which mistakes and conventions, if any.
struct Account {
    ByParts said;
    std::vector<Explanation> found;
};

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
    if (result.said.all || !comparison.lost().empty()) return result;
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
            if (!way.mistakes.empty() || !entry.convention || entry.alone ||
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

void unexplained(Diagnosis& result, Comparison& comparison, const Theirs& theirs,
                 Workings& workings, Account account) {
    result.agrees = false;
    const auto first = std::find_if(result.rows.begin(), result.rows.end(),
                                    [](const TermRow& row) { return !row.agrees; });
    if (first == result.rows.end()) return;
    result.first_wrong = first->key;
    say_lost(result, comparison.lost());
    std::ranges::copy(result.read_as, std::back_inserter(result.sentences));
    const bool known = account.said.all && !account.said.sentences.empty();
    const Given& given = theirs.given[std::size_t(first - result.rows.begin())];
    const std::string wrong = first_wrong_sentence(given, theirs, workings.given().network);
    if (!account.found.empty()) {
        add_findings(result, account.found, layouts_of(theirs, account.found[0]),
                     given_by(account.found[0], wrong_keys(result, theirs), comparison, theirs));
        if (known) result.sentences.push_back("and beside that, ours taken with it:");
    } else if (!known) {
        result.sentences.push_back("this is wrong in no way that is known here; " + wrong);
    }
    for (std::string& sentence : account.said.sentences)
        result.sentences.push_back(std::move(sentence));
    if (account.found.empty() && known && given.term.layer > 0) result.sentences.push_back(wrong);
}

/// The frame in which most of their terms are right.
Frame nearest_frame(Comparison& comparison, const Theirs& theirs) {
    std::map<std::pair<const Given*, Frame>, bool> agrees;
    const auto right = [&](const Frame& frame) {
        return std::ranges::count_if(theirs.given, [&](const Given& given) {
            const auto [known, is_new] = agrees.try_emplace({&given, frame.needed_by(given)}, false);
            if (is_new) known->second = comparison.row({}, frame, given).agrees;
            return known->second;
        });
    };
    const std::vector<Frame>& all = comparison.frames();
    return all.size() == 1 ? all[0] : *std::ranges::max_element(all, {}, right);
}

/// That some of their numbers are none, where ours are.
void say_no_numbers(Diagnosis& result) {
    for (const auto& [key, term] : result.terms) {
        const std::vector<double> theirs = term.theirs.doubles(), right = term.right.doubles();
        std::size_t none = 0;
        for (std::size_t i = 0; i < theirs.size(); ++i)
            none += !std::isfinite(theirs[i]) && std::isfinite(right[i]) ? 1 : 0;
        if (none > 0)
            result.sentences.push_back(
                theirs.size() == 1 ? "their " + key + " is NaN or infinite"
                                   : std::to_string(none) + " of " + std::to_string(theirs.size()) +
                                         " numbers of " + key + " are NaN or infinite");
    }
}

CostAndGradient computed(const Case& c, const Rules& rules) {
    Workings workings(c);
    CostAndGradient result{(*workings.term(rules, workings.at("cost")))(0, 0), {}};
    for (const Block& block : layout_in_file(c.network).blocks) {
        const auto values = workings.term(rules, workings.at("grad_" + block.name));
        result.gradient.emplace_back(values->values.begin(), values->values.end());
    }
    return result;
}

/// What their costs elsewhere are held against: what is computed as what they have was explained.
Explained explained_by(Comparison& comparison, const Theirs& theirs, Workings& workings,
                       const std::vector<Explanation>& found) {
    const Rules rules = found.empty() ? Rules{} : found[0].rules;
    const Rules under = found.empty() ? Rules{} : changed_by(found[0].conventions);
    const Frame frame = found.empty() ? comparison.frames()[0] : found[0].frame;
    Explained result;
    for (const Block& block : layout_in_file(workings.given().network).blocks) {
        const auto ours = workings.term(under, workings.at("grad_" + block.name));
        const Given* given = theirs.find("grad_" + block.name);
        GradientBlock own;
        if (given && given->fit != Fit::other_size)
            own.values = comparison.in_our_order(*given, frame);
        own.theirs = given && own.values.size() == ours->values.size();
        if (!own.theirs) own.values.assign(ours->values.begin(), ours->values.end());
        result.gradient.push_back(std::move(own));
    }
    result.computed = [=](const Case& moved) { return computed(moved, rules); };
    Rules stepped = rules;
    stepped.back.carry = Carry::stepped;
    stepped.back.step = theirs.elsewhere.steps.learning_rate;
    result.stepped = [=](const Case& moved) { return computed(moved, stepped); };
    const double cost = (*workings.term({}, workings.at("cost")))(0, 0);
    result.tolerance = comparison.cost_tolerance() / std::max(std::abs(cost), 1e-300);
    result.single = theirs.single;
    result.mistaken = !found.empty() && !found[0].mistakes.empty();
    return result;
}

}  // namespace

Diagnosis diagnose(const Case& c, const Archive& archive,
                   const std::function<void(double)>& progress) {
    const Theirs theirs = read_theirs(c, archive);
    Workings workings(c);
    Comparison comparison(workings, theirs);
    const std::vector<Entry> entries = entries_for(c);
    std::vector<Explanation> found = explain(comparison, entries, progress);
    Account account;
    if (found.empty()) {
        account = account_of(comparison, theirs, workings, entries);
        found = conventional(comparison, account, entries);
    }

    Diagnosis result;
    result.single_precision = theirs.single;
    result.remarks = theirs.remarks;
    const Rules under = found.empty() ? Rules{} : changed_by(found[0].conventions);
    const Frame frame = found.empty() ? nearest_frame(comparison, theirs) : found[0].frame;
    for (const Given& given : theirs.given) {
        result.rows.push_back(comparison.row(under, frame, given));
        const std::vector<double>& values = comparison.in_our_order(given, frame);
        const auto right = workings.term(under, given.term);
        if (given.fit == Fit::other_size || values.size() != right->values.size()) continue;
        result.terms[given.term.key] = {Array(given.term.shape, std::span(values)),
                                        Array(given.term.shape, right->values),
                                        result.rows.back().agrees};
    }
    const auto wrong = std::ranges::find(result.rows, false, &TermRow::agrees);
    if (wrong != result.rows.end()) result.first_wrong = wrong->key;

    const bool other_size = std::any_of(theirs.given.begin(), theirs.given.end(),
                                        [](const Given& g) { return g.fit == Fit::other_size; });
    for (const Given& given : theirs.given)
        if (given.fit == Fit::other_size)
            result.sentences.push_back(given.term.key + " has shape " + shape_text(given.shape) +
                                       " where " + shape_text(given.term.shape) +
                                       " is expected, which no known layout gives");
    say_no_numbers(result);
    const Layouts layouts =
        layouts_of(theirs, found.empty() ? Explanation{{}, {}, frame, {}} : found[0]);
    result.read_as = layouts.sentences;
    if (!found.empty())
        explained(result, comparison, theirs, found, workings);
    else
        unexplained(result, comparison, theirs, workings, std::move(account));
    if (other_size) result.agrees = false;
    if (theirs.elsewhere.any() &&
        !agrees_elsewhere(theirs.elsewhere, c, explained_by(comparison, theirs, workings, found),
                          result.sentences))
        result.agrees = false;
    say_agreement(result, theirs.printed, comparison.lost());
    return result;
}

}  // namespace autoencoder
