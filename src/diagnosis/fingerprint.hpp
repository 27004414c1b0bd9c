// What can be said of wrong numbers without a name for them.
#pragma once

#include <string>

#include "diagnosis/comparison.hpp"

namespace autoencoder::diagnosis {

/// "the first term to go wrong is h1, the activity of layer 1, while s1 agrees: look at the
/// activation of layer 1", with the equation's tag.
std::string first_wrong_sentence(const Given& given, const Theirs& theirs, const Network& net);

}  // namespace autoencoder::diagnosis
