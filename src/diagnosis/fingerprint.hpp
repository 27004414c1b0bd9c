// What can be said of wrong numbers without a name for them.
#pragma once

#include <string>
#include <vector>

#include "diagnosis/search.hpp"

namespace autoencoder::diagnosis {

/// "the first term to go wrong is h1, the activity of layer 1, while s1 agrees: look at the
/// activation [encode]".
std::string first_wrong_sentence(const Given& given, const Theirs& theirs, const Network& net);

/// "their grad_b2 is 7 times ours, and N is 7", where a block is a constant multiple of ours other
/// than 1; or "".
std::string fingerprint(const Given& given, Comparison& comparison, Workings& workings);

/// Whether their cost at θ ± ε e_k and their gradient, or where they have none ours, belong
/// together; the sentence that says so is added.
bool belongs_together(const Theirs& theirs, Comparison& comparison, Workings& workings,
                      const std::vector<Explanation>& found, std::vector<std::string>& sentences);

}  // namespace autoencoder::diagnosis
