// What data and a network do not suit each other in, said before the first step. What cannot go well is
// refused by std::invalid_argument, one line with the way out; what may be meant so is a remark of the data.
#pragma once

#include <string>
#include <vector>

#include "autoencoder/data.hpp"
#include "autoencoder/model.hpp"
#include "autoencoder/network.hpp"
#include "cli/patterns.hpp"

namespace autoencoder::cli {

/// A handful of patterns; all of them the same; numbers that never change, where patterns are no images.
void remark_on_numbers(Dataset& patterns);

/// "the patterns reach 2, a sigmoid output 1", where targets lie beyond what an output can say; or nothing.
std::string beyond_output(const Matrix<float>& targets, Activation output);

/// Targets beyond what an output can say. Refused for the cross-entropy, unless the scale of other patterns
/// has them there. `advise`: how to train for them.
void remark_on_reach(Dataset& targets, const Network& network, bool scaled, bool advise = true);

/// What a network shall learn to say, and what it is judged by: that; of the first also the numbers, and whether
/// salt and pepper, 1 and 0, are like them.
void remark_on_targets(Sets& sets, const Network& network, const Corruption& corruption);

/// Of a kind of training that learns to say the patterns themselves: what else they shall become is left out.
void leave_targets_out(Sets& sets, const std::string& kind);

/// The image that a model takes, where it knows one. Of flat patterns, that three maps stand one after the other;
/// refused are images of another shape than `wanted` ("MODEL.npz takes").
ImageShape image_of(const Model& model);
void remark_on_image(Dataset& patterns, const ImageShape& wanted, const std::string& who);

/// Labels: classes without patterns. Refused where there are no labels, or they are no classes. Of data whose own test
/// patterns have none the training patterns are judged by.
void remark_on_labels(Sets& sets);

/// The first or the last column may be labels, where it has few whole numbers, and all others have fractions, or are an image.
void remark_on_labels_among(Dataset& patterns);

/// A number that may stand for one that is missing, as −999: it ends its column's range, far from all others. Or, if
/// they are not `scaled`, columns of very different size.
void remark_on_ranges(Dataset& patterns, bool scaled);

/// What is said of the test patterns alone.
void remark_on_test(Sets& sets);

/// Classes that test patterns have, or the last ones that are held out, and no pattern that is learnt.
void remark_on_classes(Sets& sets, std::size_t held_out);

/// The remarks, as rows of a table.
std::vector<std::vector<std::string>> remark_rows(const Dataset& patterns);

/// How the data that a model was trained on were understood: noted in it, and as it is noted.
void note_understanding(Model& model, const Understanding& as);
Understanding understood_by(const Model& model);

}  // namespace autoencoder::cli
