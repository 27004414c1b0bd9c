// The cost and its parts. The objective of the project is the mean form:
//
//     J = (1/N) Σ_q J^q + (λ/2) Σ w² + γ Σ_j KL(ρ̄‖ρ_j)
//          data            weight penalty   sparsity
//
// with J^q one of
//     squared error          J^q = ½ Σ_i (y_i − ŷ_i)²
//     cross-entropy, sigmoid J^q = −Σ_i [y_i log ŷ_i + (1 − y_i) log(1 − ŷ_i)]
//                                = Σ_i log(1 + e^{s_i}) − y_i s_i                  stable, from s
//     cross-entropy, softmax J^q = −Σ_c y_c log p_c = log Σ_c e^{s_c} − Σ_c y_c s_c
//
// Adding the deck's per-pattern gradients over all q gives N times the gradient of this mean form, with
// γ = β/N: `autoencoder check scale` shows it.
#pragma once

#include <string_view>

namespace autoencoder {

enum class Loss { squared_error, cross_entropy };
inline constexpr Loss losses[] = {Loss::squared_error, Loss::cross_entropy};

std::string_view name(Loss loss);

struct Cost {
    double data = 0, weight_penalty = 0, sparsity = 0;
    double kl = 0;  // of a variational autoencoder's code from N(0, I), mean over patterns
    double total() const { return data + weight_penalty + sparsity + kl; }  // [scale]
};

}  // namespace autoencoder
