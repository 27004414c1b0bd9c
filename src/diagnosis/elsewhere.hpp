// Their cost elsewhere than at the case's θ, of whichever model: at θ ± ε e_k, and after steps of
// gradient descent. The keys are drawn in diagnosis.hpp.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "autoencoder/conformance.hpp"
#include "autoencoder/network.hpp"
#include "autoencoder/npz.hpp"
#include "exchange/network.hpp"

namespace autoencoder::diagnosis {

/// Their cost at θ ± ε e_k, for a check of theirs against theirs.
struct Nudges {
    double epsilon = 0;
    std::vector<std::size_t> coordinates;  // into the blocks of layout_in_file, without gaps
    std::vector<double> plus, minus;
};

/// Their cost after each of some steps of gradient descent.
struct Steps {
    double learning_rate = 0;
    std::vector<double> costs;
};

struct Elsewhere {
    Nudges nudges;  // none: epsilon is 0
    Steps steps;    // none: no costs

    bool any() const { return nudges.epsilon > 0 || !steps.costs.empty(); }
};

/// The keys that are read here; those of them that hold costs come first.
std::span<const std::string_view> keys_elsewhere();
std::span<const std::string_view> costs_elsewhere();

/// Throws std::runtime_error "FILE: KEY: …" where one of the keys lacks another that it needs, or
/// has not the size or the range that is drawn in diagnosis.hpp.
Elsewhere read_elsewhere(const Network& network, const Archive& archive);

// Theirs against theirs: whether their gradient is the slope of their cost, and where steps along
// it lead. For every model: what is asked of its workings is a cost and a gradient.
/// A block of ∂J/∂θ in our order: theirs where they have it, else ours.
struct GradientBlock {
    std::vector<double> values;
    bool theirs = false;
};

/// The cost at some θ, and its gradient by the blocks of layout_in_file.
struct CostAndGradient {
    double cost = 0;
    std::vector<std::vector<double>> gradient;
};

/// What a model's workings say, under the rules that explain what else they have.
struct Explained {
    std::vector<GradientBlock> gradient;                   // at the case's θ
    std::function<CostAndGradient(const Case&)> computed;  // at another
    std::function<CostAndGradient(const Case&)>
        stepped;            // where weights move before δ goes back through them
    double tolerance = 0;   // of a cost, as a share of it
    bool single = false;    // they have float32
    bool mistaken = false;  // the rules have a mistake in them
};

/// Whether their costs elsewhere are what they have to be; sentences that say so are added:
/// at θ ± ε e_k the cost and their gradient, or where they have none ours, belong together;
/// after 1 … K steps θ ← θ − η ∂J/∂θ the cost is that of exact gradient descent, with the mistakes
/// that were found.
bool agrees_elsewhere(const Elsewhere& theirs, const Case& c, const Explained& explained,
                      std::vector<std::string>& sentences);

}  // namespace autoencoder::diagnosis
