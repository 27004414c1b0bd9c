// The terms of a case by name and in the order of the computation: which they are, where they are
// from, and how they lie.
#pragma once

#include <string>
#include <vector>

#include "autoencoder/conformance.hpp"

namespace autoencoder::diagnosis {

enum class What {
    s,
    h,
    rho,
    kl,
    cost_data,
    cost_weight_penalty,
    cost_sparsity,
    cost_kl,
    cost,
    delta,
    weights,
    biases
};

/// A key of the results, and where its numbers are.
struct Term {
    What what;
    std::size_t layer;            // 1 … L; 0 for the costs
    std::string key, words, tag;  // "s1", "the net input of layer 1", its equation
    Array::Shape shape;
    std::size_t first = 0, size = 0;  // the part of the layer's s (in columns) or gradient
    std::size_t number = 0;           // in the order of the computation

    bool is_gradient() const { return what == What::weights || what == What::biases; }
    /// Whether it is a sum of the parts of the cost, number by number.
    bool has_parts() const { return is_gradient() || what == What::delta; }
    /// Whether it has a row a pattern.
    bool is_sample() const { return what == What::s || what == What::h || what == What::delta; }
};

/// Every term of a case: forward s, h, ρ, KL; the costs; backward δ; the gradients.
std::vector<Term> terms_of(const Case& c);

/// What the weights of a layer, or its biases, are called: "W1", "mu_W and logvar_W".
std::string names_of(const Network& network, std::size_t l, bool biases);

}  // namespace autoencoder::diagnosis
