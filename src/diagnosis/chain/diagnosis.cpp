// From an explanation, or none, to rows and sentences.
#include "diagnosis/chain/diagnosis.hpp"

#include <algorithm>
#include <cmath>

#include "autoencoder/report.hpp"
#include "diagnosis/chain/comparison.hpp"
#include "diagnosis/chain/mistakes.hpp"
#include "diagnosis/consistency.hpp"
#include "diagnosis/finding.hpp"

namespace autoencoder::diagnosis::chain {
namespace {

using Explanation = ExplanationOf<Rules, Frame>;

Layouts layouts_of(const Comparison& comparison, const Frame& frame) {
    Layouts result;
    const auto& given = comparison.given();
    for (std::size_t i = 0; i < sorts; ++i) {
        const Axes& order = frame.orders[i];
        if (order.empty()) continue;
        const bool unrolled = std::any_of(given.begin(), given.end(), [&](const Given& g) {
            return g.sort == Sort(i) && g.fit == Fit::unrolled;
        });
        result.convention(ids_of(Sort(i), order),
                          Sort(i) == Sort::weights && unrolled
                              ? "their weights are unrolled column by column, or (in, out)"
                              : words_of(Sort(i), order));
    }
    const bool by_pattern = std::any_of(given.begin(), given.end(), [](const Given& g) {
        return g.fit == Fit::by_pattern && g.term->what == What::biases;
    });
    say_sums_and_signs(result, frame, by_pattern);
    if (frame.misplaced)
        result.mistake("row-major-unroll",
                       "the gradients of the weights hold the right values at other places: a "
                       "column-major vector read row-major, or the reverse");
    return result;
}

/// Which further term would tell explanations apart that all reproduce what is given.
std::string telling_term(Comparison& comparison, const Workings& workings,
                         const std::vector<Explanation>& found) {
    std::string best;
    std::size_t most = 0;
    for (const Term& term : workings.terms()) {
        if (comparison.find(term.key)) continue;
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

/// "their grad_b2 is 7 times ours, and N is 7", where one number takes all of ours to theirs.
std::string fingerprint(const Given& given, Comparison& comparison, Workings& workings) {
    const std::vector<double> ours = workings.values({}, *given.term),
                              theirs = comparison.in_our_order(given, comparison.frames()[0]);
    if (theirs.size() != ours.size() || ours.size() < 2) return "";
    double product = 0, square = 0;
    for (std::size_t i = 0; i < ours.size(); ++i) {
        product += theirs[i] * ours[i];
        square += ours[i] * ours[i];
    }
    const double factor = product / square, N = double(workings.given().x.rows);
    if (!std::isfinite(factor) || factor == 0) return "";
    const Allowed allowed = comparison.allowed(*given.term, ours);
    const double scale = 4 * std::max(std::abs(factor), 1.0);
    for (std::size_t i = 0; i < ours.size(); ++i)
        if (!(std::abs(theirs[i] - factor * ours[i]) <= scale * allowed.of(i, ours[i]))) return "";
    const auto is = [&](double value) { return std::abs(factor / value - 1) < 1e-5; };
    return "their " + given.term->key + " is " + rounded(factor, 6) + " times ours" +
           (is(-1)                   ? ", the other sign"
            : is(N)                  ? ", and N is " + std::to_string(workings.given().x.rows)
            : is(1 / N)              ? ", and 1/N is 1/" + std::to_string(workings.given().x.rows)
            : is(2) || is(0.5)       ? ", perhaps a ½"
                                     : "");
}

void unexplained(Diagnosis& result, Comparison& comparison, Workings& workings) {
    const auto wrong = [](const TermRow& row) { return !row.agrees; };
    const auto first = std::find_if(result.rows.begin(), result.rows.end(), wrong);
    if (first == result.rows.end()) return;
    say_lost(result, comparison.lost());
    const auto at = std::size_t(first - result.rows.begin());
    const Term& term = *comparison.given()[at].term;
    result.sentences.push_back(
        "this is wrong in no way that is known here; the first term to go wrong is " + term.key +
        ", " + term.words +
        (at > 0 ? ", while " + result.rows[at - 1].key + " before it agrees" : "") + " [" +
        term.tag + "]");
    for (const Given& given : comparison.given()) {
        if (comparison.row({}, comparison.frames()[0], given).agrees) continue;
        const std::string print = fingerprint(given, comparison, workings);
        if (!print.empty()) result.sentences.push_back(print);
    }
}

void explained(Diagnosis& result, Comparison& comparison, const Workings& workings,
               const std::vector<Explanation>& found) {
    std::vector<std::string> wrong;
    for (const TermRow& row : result.rows)
        if (!row.agrees) wrong.push_back(row.key);
    const Layouts layouts = layouts_of(comparison, found[0].frame);
    result.sentences.insert(result.sentences.end(), layouts.sentences.begin(),
                            layouts.sentences.end());
    add_findings(result, found, layouts, wrong);
    result.agrees = found[0].mistakes.empty() && layouts.mistakes.empty();
    if (found.size() < 2) return;
    const std::string key = telling_term(comparison, workings, found);
    result.sentences.push_back("each of these alone reproduces all that differs; " +
                               (key.empty()
                                    ? std::string("no further term of this case tells them apart")
                                    : key + " would tell them apart"));
}

/// A term by its key; the case has one of it.
const Term& term_of(const Workings& workings, const std::string& key) {
    return *std::find_if(workings.terms().begin(), workings.terms().end(),
                         [&](const Term& term) { return term.key == key; });
}

CostAndGradient computed(const Case& c, const Rules& rules) {
    Workings workings(c);
    CostAndGradient result{workings.values(rules, term_of(workings, "cost"))[0], {}};
    for (const Block& block : named_layout(c.network).blocks)
        result.gradient.push_back(
            workings.values(rules, term_of(workings, "grad_" + block.name)));
    return result;
}

/// What their costs elsewhere are held against: what is computed as what they have was explained.
Explained explained_by(const Comparison& comparison, Workings& workings,
                       const std::vector<Explanation>& found) {
    const Rules rules = found.empty() ? Rules{} : found[0].rules;
    const Rules under = found.empty() ? Rules{} : changed_by<Rules>(found[0].conventions);
    const Frame frame = found.empty() ? comparison.frames()[0] : found[0].frame;
    Explained result;
    for (const Block& block : named_layout(workings.given().network).blocks) {
        const std::string key = "grad_" + block.name;
        const Given* given = comparison.find(key);
        const bool theirs = given && given->fit != Fit::other_size;
        result.gradient.push_back({theirs ? comparison.in_our_order(*given, frame)
                                          : workings.values(under, term_of(workings, key)),
                                   theirs});
    }
    result.computed = [=](const Case& moved) { return computed(moved, rules); };
    const double cost = workings.values({}, term_of(workings, "cost"))[0];
    result.tolerance = comparison.cost_tolerance() / std::max(std::abs(cost), 1e-300);
    result.single = comparison.single();
    result.mistaken = !found.empty() && !found[0].mistakes.empty();
    return result;
}

}  // namespace

Diagnosis diagnose(const Case& c, const Archive& theirs,
                   const std::function<void(double)>& progress) {
    Workings workings(c);
    Comparison comparison(workings, theirs);
    const std::vector<Entry> entries = entries_for(c);
    const std::vector<Explanation> found = explain(comparison, entries, progress);

    Diagnosis result;
    result.single_precision = comparison.single();
    const Rules under = found.empty() ? Rules{} : changed_by<Rules>(found[0].conventions);
    const Frame frame = found.empty() ? comparison.frames()[0] : found[0].frame;
    for (const Given& given : comparison.given()) {
        result.rows.push_back(comparison.row(under, frame, given));
        const TermRow& row = result.rows.back();
        if (!row.agrees && result.first_wrong.empty()) result.first_wrong = row.key;
        if (given.fit == Fit::other_size)
            result.sentences.push_back(row.key + " has another size: " + row.remark);
    }
    if (found.empty())
        unexplained(result, comparison, workings);
    else
        explained(result, comparison, workings, found);
    for (const Given& given : comparison.given())
        if (given.fit == Fit::other_size) result.agrees = false;
    if (comparison.elsewhere().any() &&
        !agrees_elsewhere(comparison.elsewhere(), c, explained_by(comparison, workings, found),
                          result.sentences))
        result.agrees = false;
    if (result.agrees && result.sentences.empty())
        result.sentences.push_back("all that they have agrees with ours");
    return result;
}

}  // namespace autoencoder::diagnosis::chain
