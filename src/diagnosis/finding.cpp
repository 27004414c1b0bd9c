#include "diagnosis/finding.hpp"

#include <algorithm>

namespace autoencoder::diagnosis {
namespace {

constexpr const char* misplaced_words =
    "the gradients of the weights hold the right values at other places: a column-major vector read "
    "row-major, or the reverse";

/// What an explanation says of the keys that are wrong.
Finding finding_of(const Explanation& found, const Layouts& layouts,
                   const std::vector<std::string>& wrong) {
    Finding finding;
    std::vector<std::string> clauses, under;
    for (const Entry* entry : found.mistakes) {
        finding.mistakes.push_back(entry->id);
        clauses.push_back(entry->clause + " (" + entry->id + "): see [" + entry->tag + "]");
    }
    for (const Entry* entry : found.conventions) {
        finding.conventions.push_back(entry->id);
        under.push_back(entry->clause + " (" + entry->id + ")");
    }
    finding.conventions.insert(finding.conventions.end(), layouts.conventions.begin(),
                               layouts.conventions.end());
    finding.mistakes.insert(finding.mistakes.end(), layouts.mistakes.begin(),
                            layouts.mistakes.end());
    if (!clauses.empty()) {
        finding.sentence = listed(wrong) + (wrong.size() == 1 ? " is" : " are") +
                           " what comes out when " + listed(clauses, "; and ");
        if (!under.empty()) finding.sentence += "; in a different convention: " + listed(under);
    } else if (!under.empty()) {
        finding.sentence = (found.weighed ? "in a different convention: "
                                          : "a different convention, and no mistake: ") +
                           listed(under);
    }
    return finding;
}

/// Of dense layers' weights: their shape, against the order that their numbers were found in.
void say_weights(Layouts& result, const Theirs& theirs, const Explanation& found) {
    bool reversed = false, unrolled = false;
    for (const Given& given : theirs.given) {
        if (given.sort != Sort::weights) continue;
        reversed |= given.fit == Fit::reordered;
        unrolled |= given.fit == Fit::unrolled;
    }
    // The exchanged gradient of a layer has the shape that the transposed one would have.
    const Assigned assigned = found.rules.gradient.assigned;
    const bool exchanged =
        assigned == Assigned::swapped || assigned == Assigned::swapped_transposed;
    const std::size_t order = found.frame.orders[std::size_t(Sort::weights)];
    const bool flipped = order > 0 && !(exchanged && reversed);
    if (flipped && reversed)
        result.convention(ids_of(Sort::weights, orders_of(Sort::weights)[order]),
                          words_of(Sort::weights, orders_of(Sort::weights)[order]));
    else if (flipped && unrolled)
        result.convention({"transposed-weights"},
                          "their weights are unrolled column by column, or (in, out)");
    else if (flipped)
        result.mistake("row-major-unroll", misplaced_words);
    else if (reversed && !exchanged)
        result.mistake("row-major-unroll",
                       "the gradients of the weights have the transposed shape, but hold their "
                       "values in our order: a row-major vector read column-major");
}

}  // namespace

std::string listed(const std::vector<std::string>& parts, const std::string& last) {
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i)
        text += (i == 0 ? "" : i + 1 == parts.size() ? last : ", ") + parts[i];
    return text;
}

void Layouts::convention(const std::vector<std::string>& ids, const std::string& sentence) {
    for (const std::string& id : ids)
        if (std::find(conventions.begin(), conventions.end(), id) == conventions.end())
            conventions.push_back(id);
    sentences.push_back("a different convention: " + sentence + " (" + listed(ids, ", ") + ")");
}

void Layouts::mistake(const char* id, const std::string& sentence) {
    if (std::find(mistakes.begin(), mistakes.end(), id) != mistakes.end()) return;
    mistakes.emplace_back(id);
    sentences.push_back(sentence + " (" + id + ")");
}

Layouts layouts_of(const Theirs& theirs, const Explanation& found) {
    Layouts result;
    const Frame& frame = found.frame;
    for (std::size_t i = 0; i < sorts; ++i) {
        if (Sort(i) == Sort::weights) {
            say_weights(result, theirs, found);
        } else if (const std::size_t order = frame.orders[i]) {
            const Axes& axes = orders_of(Sort(i))[order];
            result.convention(ids_of(Sort(i), axes), words_of(Sort(i), axes));
        }
    }
    if (frame.delta_sign < 0) result.convention({"delta-sign"}, "their δ is +∂J/∂s, ours −∂J/∂s");
    if (frame.delta_over_n) result.convention({"delta-over-n"}, "their δ is divided by N already");
    if (std::any_of(theirs.given.begin(), theirs.given.end(), is_unsummed))
        result.mistake("bias-gradient-not-summed",
                       std::string("a gradient of biases has a row for each pattern: its ") +
                           (frame.biases_averaged ? "mean" : "sum") + " over the patterns is ours");
    if (frame.misplaced) result.mistake("row-major-unroll", misplaced_words);
    return result;
}

void say_lost(Diagnosis& result, const std::vector<std::string>& lost) {
    constexpr std::size_t most = 3;
    for (std::size_t i = 0; i < lost.size() && i < most; ++i)
        result.sentences.push_back(lost[i] + (i + 1 == most && lost.size() > most ? "; and others" : ""));
}

void say_agreement(Diagnosis& result, const Printed& printed,
                   const std::vector<std::string>& lost) {
    if (!result.agrees) return;
    if (result.sentences.empty()) result.sentences.push_back("all that they have agrees with ours");
    if (printed.any())
        result.sentences.push_back("their numbers are rounded to " + printed.words() +
                                   ", and were compared as far as these go");
    if (std::none_of(result.rows.begin(), result.rows.end(), [](const TermRow& row) { return row.by_size; })) return;
    say_lost(result, lost);
    result.sentences.push_back("so its own numbers were compared by their size only");
}

void add_findings(Diagnosis& result, const std::vector<Explanation>& found,
                  const Layouts& layouts, const std::vector<std::string>& wrong) {
    for (const Explanation& each : found) {
        const Finding finding = finding_of(each, layouts, wrong);
        const bool listed =
            std::any_of(result.findings.begin(), result.findings.end(),
                        [&](const Finding& f) { return f.sentence == finding.sentence; });
        if (listed || (finding.conventions.empty() && finding.mistakes.empty())) continue;
        result.findings.push_back(finding);
        if (!finding.sentence.empty()) result.sentences.push_back(finding.sentence);
    }
}

}  // namespace autoencoder::diagnosis
