// What data and a network do not suit each other in, said before the first step. What cannot go well is
// refused by std::invalid_argument, one line with the way out; what may be meant so is a remark of the data.
#pragma once

#include <string>
#include <vector>

#include "autoencoder/data.hpp"
#include "autoencoder/model.hpp"
#include "autoencoder/network.hpp"

namespace autoencoder::cli {

/// A handful of patterns; numbers that never change, where patterns are no images.
void remark_on_numbers(Dataset& patterns);

/// "the patterns reach 2, a sigmoid output 1", where targets lie beyond what an output can say; or nothing.
std::string beyond_output(const Matrix<float>& targets, Activation output);

/// Patterns that the output should say: that, and numbers beyond what its activation reaches; refused where
/// the loss is the cross-entropy.
void remark_on_targets(Dataset& patterns, const Network& network);

/// Labels: classes without patterns. Refused where there are no labels, or they are no classes.
void remark_on_labels(Dataset& patterns);

/// The remarks, as rows of a table.
std::vector<std::vector<std::string>> remark_rows(const Dataset& patterns);

/// How the data that a model was trained on were understood: noted in it, and as it is noted.
void note_understanding(Model& model, const Understanding& as);
Understanding understood_by(const Model& model);

}  // namespace autoencoder::cli
