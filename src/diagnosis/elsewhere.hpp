// Their cost elsewhere than at the case's θ, of whichever model: at θ ± ε e_k, and after steps of
// gradient descent. The keys are drawn in diagnosis.hpp.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "autoencoder/network.hpp"
#include "autoencoder/npz.hpp"

namespace autoencoder::diagnosis {

/// Their cost at θ ± ε e_k, for a check of theirs against theirs.
struct Nudges {
    double epsilon = 0;
    std::vector<std::size_t> coordinates;  // into the blocks of named_layout, without gaps
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

/// θ's blocks under the names that they have in cases and results.
Layout named_layout(const Network& network);

/// The keys that are read here; those of them that hold costs come first.
std::span<const std::string_view> keys_elsewhere();
std::span<const std::string_view> costs_elsewhere();

/// Throws std::runtime_error "FILE: KEY: …" where one of the keys lacks another that it needs, or
/// has not the size or the range that is drawn in diagnosis.hpp.
Elsewhere read_elsewhere(const Network& network, const Archive& archive);

}  // namespace autoencoder::diagnosis
