// From an explanation, or none, to rows and sentences.
#include "autoencoder/diagnosis.hpp"

#include <algorithm>
#include <cmath>

#include "base/npy.hpp"
#include "diagnosis/consistency.hpp"
#include "diagnosis/finding.hpp"
#include "diagnosis/fingerprint.hpp"
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

void explained(Diagnosis& result, Comparison& comparison, const Theirs& theirs,
               const std::vector<Explanation>& found, const Workings& workings) {
    std::vector<std::string> wrong;
    for (const TermRow& row : result.rows)  // what has another size was not compared
        if (!row.agrees && theirs.find(row.key)->fit != Fit::other_size) wrong.push_back(row.key);
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

void unexplained(Diagnosis& result, Comparison& comparison, const Theirs& theirs,
                 Workings& workings) {
    result.agrees = false;
    std::string text = "this is wrong in no way that is known here";
    const auto first = std::find_if(result.rows.begin(), result.rows.end(),
                                    [](const TermRow& row) { return !row.agrees; });
    if (first == result.rows.end()) return;
    result.first_wrong = first->key;
    say_lost(result, comparison.lost());
    const Given& given = theirs.given[std::size_t(first - result.rows.begin())];
    result.sentences.push_back(text + "; " +
                               first_wrong_sentence(given, theirs, workings.given().network));
    for (const Given& each : theirs.given) {
        const std::string print = fingerprint(each, comparison, workings);
        if (!print.empty()) result.sentences.push_back(print);
    }
}

CostAndGradient computed(const Case& c, const Rules& rules) {
    Workings workings(c);
    CostAndGradient result{(*workings.term(rules, workings.at("cost")))(0, 0), {}};
    for (const Block& block : named_layout(c.network).blocks) {
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
    for (const Block& block : named_layout(workings.given().network).blocks) {
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
    const std::vector<Explanation> found = explain(comparison, entries, progress);

    Diagnosis result;
    result.single_precision = theirs.single;
    result.remarks = theirs.remarks;
    const Rules under = found.empty() ? Rules{} : changed_by(found[0].conventions);
    const Frame frame = found.empty() ? comparison.frames()[0] : found[0].frame;
    for (const Given& given : theirs.given)
        result.rows.push_back(comparison.row(under, frame, given));
    const auto wrong = std::find_if(result.rows.begin(), result.rows.end(),
                                    [](const TermRow& row) { return !row.agrees; });
    if (wrong != result.rows.end()) result.first_wrong = wrong->key;

    const bool other_size = std::any_of(theirs.given.begin(), theirs.given.end(),
                                        [](const Given& g) { return g.fit == Fit::other_size; });
    for (const Given& given : theirs.given)
        if (given.fit == Fit::other_size)
            result.sentences.push_back(given.term.key + " has shape " + shape_text(given.shape) +
                                       " where " + shape_text(given.term.shape) +
                                       " is expected, which no known layout gives");
    if (!found.empty())
        explained(result, comparison, theirs, found, workings);
    else
        unexplained(result, comparison, theirs, workings);
    if (other_size) result.agrees = false;
    if (theirs.elsewhere.any() &&
        !agrees_elsewhere(theirs.elsewhere, c, explained_by(comparison, theirs, workings, found),
                          result.sentences))
        result.agrees = false;
    say_agreement(result, comparison.lost());
    return result;
}

}  // namespace autoencoder
