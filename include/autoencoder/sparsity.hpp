// Sparse coding: forces the features to be more diverse by allowing each hidden unit only a limited
// average activity.
//
//     ρ_j = (1/N) Σ_q h_j^q                                                   [mean-activity]
//     KL(ρ̄‖ρ_j) = ρ̄ log(ρ̄/ρ_j) + (1−ρ̄) log((1−ρ̄)/(1−ρ_j))                    [kl]
//     ∂KL/∂ρ_j = −ρ̄/ρ_j + (1−ρ̄)/(1−ρ_j)                                      [kl-by-rho]
//     ∂ρ_j/∂s_j^q = (1/N) f'(s_j^q),  ∂s_j^q/∂w_jk = x_k^q                    [rho-by-s] [s-by-w]
//
// The product of the three is the derivative through pattern q [kl-gradient]; with γ = β/N it joins
// the back-propagated sum, *inside* the bracket that f' multiplies:
//
//     δ_j^q = [Σ_i w_ij δ_i^q − γ((1−ρ̄)/(1−ρ_j) − ρ̄/ρ_j)] f'(s_j^q)           [delta-sparse]
//
// ρ_j > ρ̄ makes the new term negative, so w_jk falls for x_k > 0; ρ_j < ρ̄ makes it rise
// [sparsity-direction]. Typical γ: 1 to 5; typical ρ̄: 0.01 to 0.05.
//
// For tanh units the activity is mapped to (0, 1) first, ρ_j = (1 + (1/N) Σ h)/2, so that [rho-by-s]
// gains a factor ½. Other activations have no such ρ and are refused.
#pragma once

#include "autoencoder/activation.hpp"

namespace autoencoder {

/// ρ_j is held this far from 0 and 1, where KL and its derivative would be infinite: a unit that is
/// off (or on) for every pattern in floating point costs 27.6 ρ̄ (or 27.6 (1−ρ̄)), not infinity.
inline constexpr double rho_margin = 1e-12;

/// ρ_j from the mean of h_j over patterns, for sigmoid and tanh units.               [mean-activity]
double mean_activity(Activation activation, double mean_h);
/// ∂ρ_j/∂(mean of h_j): 1 for sigmoid, ½ for tanh.                                     [rho-by-s]
double mean_activity_slope(Activation activation);

/// KL(ρ̄‖ρ_j), both in (0, 1).                                                               [kl]
double kl(double target, double rho);
/// ∂KL/∂ρ_j = −ρ̄/ρ_j + (1−ρ̄)/(1−ρ_j).                                                [kl-by-rho]
double kl_by_rho(double target, double rho);

}  // namespace autoencoder
