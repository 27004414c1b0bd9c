// Weight penalty: forces better generalization by keeping the weights small.
//
//     J_wd = J + (λ/2) Σ_L Σ_j Σ_i w_ij²
//     ∂J_wd/∂w_ij = ∂J/∂w_ij + λ w_ij
//
// Erratum: the deck prints √(λ/2) before the sum. Only λ/2 has the deck's own gradient;
// `autoencoder check weight-penalty` shows the printed form failing. Biases are never penalised.
// Typical λ: 0.0001 to 0.001. The gradient's term is added by weight_gradient (products.hpp), while
// the gradient is in the cache.
#pragma once

#include <span>

#include "autoencoder/elementwise.hpp"

namespace autoencoder {

/// (λ/2) Σ w² over one weight matrix.
template <class T>
double weight_penalty_cost(double weight_penalty, std::span<const T> weights) {
    return weight_penalty / 2 * dot<T>(weights, weights);  // [weight-penalty]
}

}  // namespace autoencoder
