// From an explanation, or none, to rows and sentences.
#include "autoencoder/diagnosis.hpp"

#include <algorithm>
#include <cmath>

#include "autoencoder/report.hpp"
#include "diagnosis/chain/diagnosis.hpp"
#include "diagnosis/consistency.hpp"
#include "diagnosis/finding.hpp"
#include "diagnosis/fingerprint.hpp"
#include "diagnosis/mistakes.hpp"

namespace autoencoder {
namespace {

using namespace diagnosis;
using Explanation = ExplanationOf<Rules, Frame>;

TermRow row_of(Comparison& comparison, const Rules& rules, const Frame& frame, const Given& given,
               const Network& net) {
    const Difference d = comparison.difference(rules, frame, given);
    TermRow row{name(given.term),
                std::string(tag(given.term, net)),
                d.absolute,
                d.relative,
                16,
                d.tolerance,
                d.agrees,
                ""};
    if (d.relative > 0) row.digits = std::clamp(-std::log10(d.relative), 0.0, 16.0);
    if (given.fit != Fit::as_expected)
        row.remark = "shape " + given.shape + ", ours is " + given.expected;
    if (given.fit == Fit::other_size) {
        row.absolute = row.relative = HUGE_VAL;
        row.digits = 0;
    }
    return row;
}

Layouts layouts_of(const Theirs& theirs, const Explanation& found) {
    Layouts result;
    const Frame& frame = found.frame;
    bool reversed = false, unrolled = false, columns = false, by_pattern = false;
    for (const Given& given : theirs.given) {
        if (given.term.kind == TermKind::grad_W) {
            reversed |= given.fit == Fit::reversed;
            unrolled |= given.fit == Fit::unrolled;
        }
        if (given.term.kind == TermKind::grad_b)
            by_pattern |= given.fit == Fit::by_pattern || given.fit == Fit::by_pattern_in_columns;
        if (given.term.kind == TermKind::s || given.term.kind == TermKind::h ||
            given.term.kind == TermKind::delta)
            columns |= frame.samples_flipped;
    }
    // The exchanged gradient of a layer has the shape that the transposed one would have.
    const Assigned assigned = found.rules.gradient.assigned;
    const bool exchanged =
        assigned == Assigned::swapped || assigned == Assigned::swapped_transposed;
    const bool flipped = frame.weights_flipped && !(exchanged && reversed);
    if (flipped && reversed)
        result.convention({"transposed-weights"},
                          "their weights are stored (in, out), the transpose of ours");
    else if (flipped && unrolled)
        result.convention({"transposed-weights"},
                          "their weights are unrolled column by column, or (in, out)");
    else if (flipped)
        result.mistake("row-major-unroll",
                       "the gradients of the weights hold the right values at other places: a "
                       "column-major vector read row-major, or the reverse");
    else if (reversed && !exchanged)
        result.mistake("row-major-unroll",
                       "the gradients of the weights have the transposed shape, but hold their "
                       "values in our order: a row-major vector read column-major");
    if (columns)
        result.convention({"column-samples"}, "their patterns are in columns, ours are in rows");
    say_sums_and_signs(result, frame, by_pattern);
    return result;
}

/// Which further term would tell explanations apart that all reproduce what is given.
std::string telling_term(Comparison& comparison, const Theirs& theirs,
                         const std::vector<Explanation>& found, const Network& net) {
    std::string best;
    std::size_t most = 0;
    for (const Term& term : terms_of(net)) {
        if (theirs.find(term)) continue;
        std::size_t apart = 0;
        for (std::size_t i = 0; i < found.size(); ++i)
            for (std::size_t j = i + 1; j < found.size(); ++j)
                if (comparison.distinguishes(term, found[i].rules, found[j].rules)) ++apart;
        if (apart > most) {
            most = apart;
            best = name(term);
        }
    }
    return best;
}

void explained(Diagnosis& result, Comparison& comparison, const Theirs& theirs,
               const std::vector<Explanation>& found, const Network& net) {
    std::vector<std::string> wrong;
    for (const TermRow& row : result.rows)
        if (!row.agrees) wrong.push_back(row.key);
    const Layouts layouts = layouts_of(theirs, found[0]);
    result.sentences.insert(result.sentences.end(), layouts.sentences.begin(),
                            layouts.sentences.end());
    add_findings(result, found, layouts, wrong);
    result.agrees = found[0].mistakes.empty() && layouts.mistakes.empty();
    if (found.size() < 2) return;
    const std::string key = telling_term(comparison, theirs, found, net);
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

/// The term that holds the gradient of θ's block i: W1, b1, W2, ….
Term gradient_term(std::size_t i) {
    return {i % 2 == 0 ? TermKind::grad_W : TermKind::grad_b, i / 2 + 1};
}

CostAndGradient computed(const Case& c, const Rules& rules) {
    Workings workings(c);
    CostAndGradient result{(*workings.term(rules, {TermKind::cost, 0}))(0, 0), {}};
    for (std::size_t i = 0; i < 2 * c.network.depth(); ++i) {
        const auto block = workings.term(rules, gradient_term(i));
        result.gradient.emplace_back(block->values.begin(), block->values.end());
    }
    return result;
}

/// What their costs elsewhere are held against: what is computed as what they have was explained.
Explained explained_by(Comparison& comparison, const Theirs& theirs, Workings& workings,
                       const std::vector<Explanation>& found) {
    const Rules rules = found.empty() ? Rules{} : found[0].rules;
    const Rules under = found.empty() ? Rules{} : changed_by<Rules>(found[0].conventions);
    const Frame frame = found.empty() ? comparison.frames()[0] : found[0].frame;
    Explained result;
    for (std::size_t i = 0; i < 2 * workings.given().network.depth(); ++i) {
        const auto ours = workings.term(under, gradient_term(i));
        const Given* given = theirs.find(gradient_term(i));
        GradientBlock block;
        if (given && given->fit != Fit::other_size)
            block.values = comparison.in_our_order(*given, frame, *ours);
        block.theirs = given && block.values.size() == ours->values.size();
        if (!block.theirs) block.values.assign(ours->values.begin(), ours->values.end());
        result.gradient.push_back(std::move(block));
    }
    result.computed = [=](const Case& moved) { return computed(moved, rules); };
    const double cost = (*workings.term({}, {TermKind::cost, 0}))(0, 0);
    result.tolerance =
        comparison.cost_tolerance() / std::max(std::abs(cost), 1e-300);
    result.single = theirs.single;
    result.mistaken = !found.empty() && !found[0].mistakes.empty();
    return result;
}

}  // namespace

Diagnosis diagnose(const Case& c, const Archive& archive,
                   const std::function<void(double)>& progress) {
    if (chain::is_for(c)) return chain::diagnose(c, archive, progress);
    const Theirs theirs = read_theirs(c, archive);
    Workings workings(c);
    Comparison comparison(workings, theirs);
    const std::vector<Entry> entries = entries_for(c);
    const std::vector<Explanation> found = explain(comparison, entries, progress);

    Diagnosis result;
    result.single_precision = theirs.single;
    const Rules under = found.empty() ? Rules{} : changed_by<Rules>(found[0].conventions);
    const Frame frame = found.empty() ? comparison.frames()[0] : found[0].frame;
    for (const Given& given : theirs.given)
        result.rows.push_back(row_of(comparison, under, frame, given, c.network));
    const auto wrong = std::find_if(result.rows.begin(), result.rows.end(),
                                    [](const TermRow& row) { return !row.agrees; });
    if (wrong != result.rows.end()) result.first_wrong = wrong->key;

    const bool other_size = std::any_of(theirs.given.begin(), theirs.given.end(),
                                        [](const Given& g) { return g.fit == Fit::other_size; });
    for (const Given& given : theirs.given)
        if (given.fit == Fit::other_size)
            result.sentences.push_back(name(given.term) + " has shape " + given.shape + " where " +
                                       given.expected +
                                       " is expected, which no known layout gives");
    if (!found.empty())
        explained(result, comparison, theirs, found, c.network);
    else
        unexplained(result, comparison, theirs, workings);
    if (other_size) result.agrees = false;
    if (theirs.elsewhere.any() &&
        !agrees_elsewhere(theirs.elsewhere, c, explained_by(comparison, theirs, workings, found),
                          result.sentences))
        result.agrees = false;
    if (result.agrees && result.sentences.empty())
        result.sentences.push_back("all that they have agrees with ours");
    return result;
}

}  // namespace autoencoder
