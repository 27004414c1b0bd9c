// What a trained model is worth; what a classifier decides on labelled patterns: accuracy, confusions, the
// worst mistakes.
#pragma once

#include <string>
#include <vector>

#include "autoencoder/classifier.hpp"
#include "autoencoder/data.hpp"
#include "autoencoder/model.hpp"
#include "cli/page.hpp"
#include "cli/patterns.hpp"

namespace autoencoder::cli {

/// Whether the model is one that `train classifier` has written, or has a softmax output.
bool is_classifier(const Model& model);

/// Labels of patterns that a model of so many classes knows. Throws std::invalid_argument if there
/// are none or one is outside 0 … C − 1.
void require_labels(const Dataset& patterns, std::size_t classes, const std::string& words = "patterns");

struct Judgement {
    Matrix<float> outputs;          // [N×C]
    std::vector<int> decided;       // [N]
    Matrix<std::size_t> confusion;  // [C×C]
    double accuracy = 0;            // 0 … 1

    std::size_t wrong() const;
    /// "97.35 % of 10,000 right, 265 wrong".
    std::string words() const;
};

/// Judges, as long as somebody waits for it: not for more than a second after a signal, of which the page tells.
void while_waited_for(Page& page, const std::function<void()>& judging);

/// Decisions on patterns with labels; throws as require_labels does.
Judgement judge(const Model& model, const Dataset& patterns);

/// What the model is worth, beside the simplest that could be done: adds to the page's facts the error of training
/// and test patterns, that of the mean pattern and of as many principal components as the code has units, or of who
/// always says the commonest class; mean activity and dead units of the code, or of the layer below a classifier's
/// output. And to its judgements a sentence for each thing that is wrong: nothing learned, dead units, a collapsed
/// code, targets that the output cannot say.
void judge(const Model& model, const Sets& sets, Page& page);

/// Counts in columns: a row a true class, with the share of its hits at the end.
std::string confusion_table(const Matrix<std::size_t>& confusion);

/// Writes confusion.svg and, where patterns are images, mistakes.png (those first whose wrong class
/// leads by the most, "4 as 9"), features.png and what maps.hpp draws; returns their paths.
std::vector<std::string> write_judgement(const std::string& folder, const Model& model,
                                         const Dataset& patterns, const Judgement& judgement);

/// `evaluate` and `show` of a classifier.
int evaluate_classifier(const Model& model, const Dataset& patterns, const std::string& which,
                        bool json);
int show_classifier(const Model& model, const Dataset& patterns, const std::string& folder);

}  // namespace autoencoder::cli
