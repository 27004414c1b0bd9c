// Explanations as sentences, for every model.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "autoencoder/diagnosis.hpp"
#include "diagnosis/search.hpp"

namespace autoencoder::diagnosis {

/// "a, b and c".
inline std::string joined(const std::vector<std::string>& parts,
                          const std::string& last = " and ") {
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i)
        text += (i == 0 ? "" : i + 1 == parts.size() ? last : ", ") + parts[i];
    return text;
}

/// What the chosen frame says about the layout of their arrays.
struct Layouts {
    std::vector<std::string> conventions, mistakes, sentences;

    void convention(const std::vector<std::string>& ids, const std::string& sentence) {
        for (const std::string& id : ids)
            if (std::find(conventions.begin(), conventions.end(), id) == conventions.end())
                conventions.push_back(id);
        sentences.push_back("a different convention: " + sentence + " (" + joined(ids, ", ") + ")");
    }
    void mistake(const char* id, const std::string& sentence) {
        mistakes.emplace_back(id);
        sentences.push_back(sentence + " (" + id + ")");
    }
};

/// What a frame of any model says of δ, and of gradients of biases that come by pattern.
template <class Frame>
void say_sums_and_signs(Layouts& result, const Frame& frame, bool by_pattern) {
    if (frame.delta_sign < 0) result.convention({"delta-sign"}, "their δ is +∂J/∂s, ours −∂J/∂s");
    if (frame.delta_over_n) result.convention({"delta-over-n"}, "their δ is divided by N already");
    if (by_pattern)
        result.mistake("bias-gradient-not-summed",
                       std::string("a gradient of biases has a row for each pattern: its ") +
                           (frame.biases_averaged ? "mean" : "sum") + " over the patterns is ours");
}

/// Why some of the numbers can't be had in their precision, where that may be what is wrong.
inline void say_lost(Diagnosis& result, const std::vector<std::string>& lost) {
    constexpr std::size_t most = 3;
    for (std::size_t i = 0; i < lost.size() && i < most; ++i)
        result.sentences.push_back(lost[i] + (i + 1 == most && lost.size() > most ? "; and others" : ""));
}

/// What an explanation says of the keys that are wrong.
template <class Rules, class Frame>
Finding finding_of(const ExplanationOf<Rules, Frame>& found, const Layouts& layouts,
                   const std::vector<std::string>& wrong) {
    Finding finding;
    std::vector<std::string> clauses, under;
    for (const auto* entry : found.mistakes) {
        finding.mistakes.push_back(entry->id);
        clauses.push_back(entry->clause + " (" + entry->id + "): see [" + entry->tag + "]");
    }
    for (const auto* entry : found.conventions) {
        finding.conventions.push_back(entry->id);
        under.push_back(entry->clause + " (" + entry->id + ")");
    }
    finding.conventions.insert(finding.conventions.end(), layouts.conventions.begin(),
                               layouts.conventions.end());
    finding.mistakes.insert(finding.mistakes.end(), layouts.mistakes.begin(),
                            layouts.mistakes.end());
    if (!clauses.empty()) {
        finding.sentence = joined(wrong) + (wrong.size() == 1 ? " is" : " are") +
                           " what comes out when " + joined(clauses, "; and ");
        if (!under.empty()) finding.sentence += "; in a different convention: " + joined(under);
    } else if (!under.empty()) {
        finding.sentence = "a different convention, and no mistake: " + joined(under);
    }
    return finding;
}

/// The findings that say something, each once, and their sentences.
template <class Rules, class Frame>
void add_findings(Diagnosis& result, const std::vector<ExplanationOf<Rules, Frame>>& found,
                  const Layouts& layouts, const std::vector<std::string>& wrong) {
    for (const auto& each : found) {
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
