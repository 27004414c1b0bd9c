// What can be said of wrong numbers without a name for them.
#pragma once

#include <string>

#include "diagnosis/comparison.hpp"

namespace autoencoder::diagnosis {

/// "the first term to go wrong is h1, the activity of layer 1, while s1 agrees: look at the
/// activation of layer 1", with the equation's tag.
std::string first_wrong_sentence(const Given& given, const Theirs& theirs, const Network& net);

/// "their grad_b2 is 7 times ours, and N is 7", where a block is a constant multiple of ours other
/// than 1; or "".
std::string fingerprint(const Given& given, Comparison& comparison, Workings& workings);

}  // namespace autoencoder::diagnosis
