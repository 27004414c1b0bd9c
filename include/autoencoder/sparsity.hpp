// Sparse coding: forces the features to be more diverse by allowing each hidden unit only a limited
// average activity.
//
//     ρ_j = (1/N) Σ_q h_j^q
//     KL(ρ̄‖ρ_j) = ρ̄ log(ρ̄/ρ_j) + (1−ρ̄) log((1−ρ̄)/(1−ρ_j))
//     ∂KL/∂ρ_j = −ρ̄/ρ_j + (1−ρ̄)/(1−ρ_j)
//     ∂ρ_j/∂s_j^q = (1/N) f'(s_j^q),  ∂s_j^q/∂w_jk = x_k^q
//
// The product of the three is the derivative through pattern q; with γ = β/N it joins the
// back-propagated sum, *inside* the bracket that f' multiplies:
//
//     δ_j^q = [Σ_i w_ij δ_i^q − γ((1−ρ̄)/(1−ρ_j) − ρ̄/ρ_j)] f'(s_j^q)
//
// ρ_j > ρ̄ makes the new term negative, so w_jk falls for x_k > 0; ρ_j < ρ̄ makes it rise.
// Typical γ: 1 to 5; typical ρ̄: 0.01 to 0.05.
//
// For tanh units the activity is mapped to (0, 1) first, ρ_j = (1 + (1/N) Σ h)/2, so that
// ∂ρ_j/∂s_j^q gains a factor ½. Other activations have no such ρ and are refused.
//
// Where a unit saturates, 1 − ρ_j cannot be had from ρ_j, nor 1 − h from h: of 1 − 10⁻¹³ three digits are
// left in float64, of 1 − 10⁻¹⁷ none. So both are sums of their own, ρ_j of h = σ(s), 1 − ρ_j of
// 1 − h = σ(−s) (for tanh σ(±2s)), and both are kept as logarithms besides: log σ(±s) = −softplus(∓s) is
// exact for every s, also where σ itself leaves the range of float64.
#pragma once

#include <cstddef>
#include <span>

namespace autoencoder {

enum class Activation : int;

/// ρ_j and 1 − ρ_j, and their logarithms.
struct Rho {
    double on = 0, off = 0, log_on = 0, log_off = 0;
    /// Whether `on`, or `off`, is held: it stands still, and so does KL.
    bool on_held = false, off_held = false;

    Rho() = default;
    /// 1 − ρ by subtraction: for a ρ that is well within (0, 1).
    Rho(double rho) : Rho(rho, 1 - rho) {}
    Rho(double rho, double complement);
    static Rho from_logarithms(double log_on, double log_off);

    /// The same, where activities come in type T: what is nearer to 0 or 1 than an activity of type T can
    /// say is held there, 2^−26 (float) or 2^−55 (double) away; 0 itself, where sigmoids in T go on, at
    /// twice T's smallest normal number. The cost is constant there, so the slope counts as 0.
    template <class T>
    Rho held(Activation activation) const;
};

/// ρ_j from the mean of h_j over patterns, for sigmoid and tanh units.
Rho mean_activity(Activation activation, double mean_h);
/// The same from the net inputs s_j^q of all patterns: exact for every s.
Rho mean_activity(Activation activation, std::span<const double> s);
/// ∂ρ_j/∂(mean of h_j): 1 for sigmoid, ½ for tanh.
double mean_activity_slope(Activation activation);
/// log f'(s) of sigmoid and tanh units, exact for every s; `result` may be s.
void log_slope(Activation activation, std::span<const double> s, std::span<double> result);

/// KL(ρ̄‖ρ_j), ρ̄ in (0, 1).
double kl(double target, const Rho& rho);
/// ∂KL/∂ρ_j = −ρ̄/ρ_j + (1−ρ̄)/(1−ρ_j).
double kl_by_rho(double target, const Rho& rho);
/// From Σ w δ to δ of sigmoid and tanh units in float64, with f' from s: of some units, each `patterns` numbers
/// one after another. f'/ρ_j and f'/(1 − ρ_j) are differences of logarithms: each part may leave the range of
/// float64 while their quotient does not. Without ρ there is no sparsity.
void times_slope(Activation activation, std::span<const double> s, std::size_t patterns, std::span<const Rho> rho,
                 double target, double gamma, std::span<double> delta);

}  // namespace autoencoder
