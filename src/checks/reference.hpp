// The second opinion: the lecture's formulas once more, literally, pattern by pattern in plain
// loops with the deck's own sums. Nothing here is shared with the code that trains models but e^x,
// log x and the layout of θ. It is slow and meant to be read beside the slides.
//
// It can also be wrong on purpose, in one place at a time: the twins of the checks.
#pragma once

#include "autoencoder/matrix.hpp"
#include "checks/example.hpp"

namespace autoencoder::checks {

/// One deliberate mistake, with the equation that it breaks.
enum class Mistake {
    none,
    no_bias,                   // [encode]: s without b, in the first layer
    linear_output,             // [decode]: ŷ = s
    no_half,                   // [cost]: Σ (y − ŷ)² in the cost, its gradient as it was
    no_output_derivative,      // [delta-output]: without f'
    derivative_at_activation,  // [delta-hidden]: f'(h) for f'(s)
    sum_for_mean,              // [gradient]: 1/N lost
    uphill,                    // [update]: Δw = −η δ x
    penalty_sqrt,              // [weight-penalty]: √(λ/2), as printed
    bias_penalised,            // [weight-penalty-gradient]: λ b in the biases' gradient
    rho_over_units,            // [mean-activity]: one mean over all units
    kl_reversed,               // [kl]: KL(ρ_j‖ρ̄)
    kl_mean_over_units,        // [sparse-cost]: mean over hidden units for their sum
    kl_first_sign,             // [kl-by-rho]: +ρ̄/ρ_j
    no_rho_derivative,         // [rho-by-s]: without f'
    activity_for_input,        // [s-by-w]: h_j for x_k
    product_of_means,          // [kl-gradient]: mean of f' times mean of x
    kl_outside_derivative,     // [delta-sparse]: f' over the back-propagated term only
    kl_sign,                   // [sparsity-direction]: + for −
    beta_for_gamma,            // [scale]: the sum form's β where the mean form has γ
    no_backward_mask,          // [dropout]: δ without the mask
    softmax_squared_delta,     // [head]: δ = (y − p) p (1 − p)
    no_derivative_below_head,  // [fine-tune]: f' missing between head and top encoder
    stops_at_head,             // [fine-tune]: δ does not go below the head
    noisy_target,              // [denoise]: the target is the noisy x
    logvar_as_sigma,           // [reparameterise]: σ = e^{log σ²}
    divergence_sign,           // [elbo]: + for − before the divergence
    no_half_log_variance       // [elbo-gradient]: ½ missing in ∂z/∂log σ²
};

double activation(Activation f, double s);        // f(s), softmax excepted
double activation_slope(Activation f, double s);  // f'(s)
double divergence(double target, double rho);     // KL(ρ̄‖ρ_j)
double divergence_slope(double target, double rho, Mistake mistake = Mistake::none);  // ∂KL/∂ρ_j

/// Every term of the example.
Terms reference_terms(const Example& example, Mistake mistake = Mistake::none);

/// The deck's per-pattern gradients as rows [N × θ]: ∂J_s^q/∂w_jk = −δ_j^q x_k^q + λ w_jk, where
/// δ_j^q carries pattern q's own 1/N share of ρ_j with γ = β/N.
Matrix<double> pattern_gradients(const Example& example, const Terms& terms,
                                 Mistake mistake = Mistake::none);

}  // namespace autoencoder::checks
