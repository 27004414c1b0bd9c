// Theirs against theirs: whether their gradient is the slope of their cost, and where steps along it
// lead.
#pragma once

#include <string>
#include <vector>

#include "diagnosis/comparison.hpp"
#include "diagnosis/finding.hpp"
#include "diagnosis/mistakes.hpp"

namespace autoencoder::diagnosis {

using Explanation = ExplanationOf<Rules, Frame>;

/// Whether their cost at θ ± ε e_k and their gradient, or where they have none ours, belong
/// together; the sentence that says so is added.
bool belongs_together(const Theirs& theirs, Comparison& comparison, Workings& workings,
                      const std::vector<Explanation>& found, std::vector<std::string>& sentences);

/// Whether their costs after 1 … K steps θ ← θ − η ∂J/∂θ are those of exact gradient descent, with
/// the mistakes that were found; the sentence that says so is added.
bool descends_alike(const Theirs& theirs, const Comparison& comparison, const Case& c,
                    const std::vector<Explanation>& found, std::vector<std::string>& sentences);

}  // namespace autoencoder::diagnosis
