// Theirs against theirs: whether their gradient is the slope of their cost, and where steps along
// it lead. For every model: what is asked of its workings is a cost and a gradient.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "autoencoder/conformance.hpp"
#include "diagnosis/elsewhere.hpp"

namespace autoencoder::diagnosis {

/// A block of ∂J/∂θ in our order: theirs where they have it, else ours.
struct GradientBlock {
    std::vector<double> values;
    bool theirs = false;
};

/// The cost at some θ, and its gradient by the blocks of named_layout.
struct CostAndGradient {
    double cost = 0;
    std::vector<std::vector<double>> gradient;
};

/// What a model's workings say, under the rules that explain what else they have.
struct Explained {
    std::vector<GradientBlock> gradient;                   // at the case's θ
    std::function<CostAndGradient(const Case&)> computed;  // at another
    std::function<CostAndGradient(const Case&)>
        stepped;  // where weights move before δ goes back through them
    double tolerance = 0;                                  // of a cost, as a share of it
    bool single = false;                                   // they have float32
    bool mistaken = false;                                 // the rules have a mistake in them
};

/// Whether their costs elsewhere are what they have to be; sentences that say so are added:
/// at θ ± ε e_k the cost and their gradient, or where they have none ours, belong together;
/// after 1 … K steps θ ← θ − η ∂J/∂θ the cost is that of exact gradient descent, with the mistakes
/// that were found.
bool agrees_elsewhere(const Elsewhere& theirs, const Case& c, const Explained& explained,
                      std::vector<std::string>& sentences);

}  // namespace autoencoder::diagnosis
