// The table of all checks, an equation a row, in the lecture's order. A new equation is one row
// here, one line in notation.hpp, and a test of its tag.
#include <array>

#include "checks/findings.hpp"

namespace autoencoder {
namespace {

using namespace checks;

Network plain() { return {}; }

Network penalised() {
    Network options;
    options.weight_penalty = 0.01;
    return options;
}

Network sparse() {
    Network options = penalised();
    options.sparsity_target = 0.1;
    options.sparsity_weight = 3;
    return options;
}

Network dropping() {
    Network options = sparse();
    options.dropout = 0.4;
    options.input_dropout = 0.2;
    return options;
}

/// A row whose check looks at whole autoencoders with these options.
template <auto options, Mistake mistake, Shows shows>
CheckResult whole() {
    return network_check(autoencoders(options()), mistake, shows);
}

using enum Mistake;
using enum Shows;

constexpr std::array table = {
    // the shallow autoencoder
    Check{"encode", "s_j = Σ_k w_jk x_k + b_j, h_j = f(s_j)", "b left out",
          whole<plain, no_bias, in_terms>},
    Check{"decode", "ŷ_i = f(Σ_j w_ij h_j + b_i)", "no f at the output",
          whole<plain, linear_output, in_terms>},
    Check{"cost", "J^q = ½ Σ_i (y_i − ŷ_i)²", "½ left out", whole<plain, no_half, in_cost>},
    Check{"delta-output", "δ_i = (y_i − ŷ_i) f'(s_i)", "f' left out",
          whole<plain, no_output_derivative, in_gradient>},
    Check{"delta-hidden", "δ_j = f'(s_j) Σ_i w_ij δ_i", "f' at h, not at s",
          whole<plain, derivative_at_activation, in_gradient>},
    Check{"gradient", "∂J^q/∂w_jk = −δ_j x_k, ∂J^q/∂b_j = −δ_j", "1/N lost",
          whole<plain, sum_for_mean, in_gradient>},
    Check{"update", "Δw_jk = η δ_j x_k", "+ for −: uphill", update_check},

    // weight penalty
    Check{"weight-penalty", "J + (λ/2) Σ w_ij²", "√(λ/2), as printed",
          whole<penalised, penalty_sqrt, in_cost>},
    Check{"weight-penalty-gradient", "∂J/∂w_ij + λ w_ij", "biases penalised too",
          whole<penalised, bias_penalised, in_gradient>},

    // sparse coding
    Check{"mean-activity", "ρ_j = (1/N) Σ_q h_j^q", "mean over the units too", mean_activity_check},
    Check{"kl", "ρ̄ log(ρ̄/ρ_j) + (1−ρ̄) log((1−ρ̄)/(1−ρ_j))", "KL(ρ_j‖ρ̄)", kl_check},
    Check{"sparse-cost", "J + β Σ_j KL(ρ̄‖ρ_j)", "mean over the units",
          whole<sparse, kl_mean_over_units, in_cost>},
    Check{"kl-by-rho", "∂KL/∂ρ_j = −ρ̄/ρ_j + (1−ρ̄)/(1−ρ_j)", "+ρ̄/ρ_j", kl_by_rho_check},
    Check{"rho-by-s", "∂ρ_j/∂s_j^q = (1/N) f'(s_j^q)", "f' left out", rho_by_s_check},
    Check{"s-by-w", "∂s_j^q/∂w_jk = x_k^q", "h_j for x_k", s_by_w_check},
    Check{"kl-gradient", "∂KL/∂w_jk = Σ_q ∂KL/∂ρ_j (1/N) f' x_k", "mean of f' times mean of x",
          kl_gradient_check},
    Check{"delta-sparse", "δ_j = [Σ_i w_ij δ_i − γ ∂KL/∂ρ_j] f'(s_j)", "f' over one term only",
          whole<sparse, kl_outside_derivative, in_gradient>},
    Check{"sparsity-direction", "ρ_j > ρ̄: w_jk falls; ρ_j < ρ̄: it rises", "sign of the KL term",
          sparsity_direction_check},
    Check{"scale", "Σ_q of the deck's gradients = N ∇J, γ = β/N", "β for γ", scale_check},

    // dropout
    Check{"dropout", "h̃_j = m_j h_j/(1−p), δ_j gains m_j/(1−p)", "mask not in the backward pass",
          whole<dropping, no_backward_mask, in_gradient>},

    // what a code should be
    Check{"pca", "linear units find the first K components", "data not centred", pca_check},
    Check{"code-quality", "K, mean |r_ij|, mean h, Hoyer's sparseness", "r_ij with its sign",
          code_quality_check},
    Check{"latent", "ŷ = b + Σ_j h_j w_·j, to the bit", "the encoder's rows", latent_check},

    // multi-stage autoencoders and the deep classifier
    Check{"greedy", "stage t learns the codes h of stage t−1", "its reconstructions for them",
          greedy_check},
    Check{"head", "LMS, multi-layer: ½ Σ (y−ŷ)²; softmax: δ = y − p", "δ = (y − p) p (1 − p)",
          head_check},
    Check{"fine-tune", "[delta-hidden] through stack and head", "f' or all missing below it",
          fine_tune_check},

    // denoising
    Check{"denoise", "x̃ goes in, the target is the clean x", "noisy target", denoise_check},

    // convolution
    Check{"convolve", "s_o(u,v) = b_o + Σ k_oc(a,b) x_c(stride·u+a−pad, …)", "kernel flipped",
          convolve_check},
    Check{"deconvolve", "its transpose: ⟨A x, y⟩ = ⟨x, Aᵀ y⟩", "not the adjoint", deconvolve_check},
    Check{"convolve-gradient", "by x the transpose of δ, by k input ⋆ δ, by b Σ δ",
          "bias of one position", convolve_gradient_check},

    // variational autoencoder
    Check{"reparameterise", "z = μ + σ ⊙ ε, ε ~ N(0, I)", "e^{log σ²} for σ", reparameterise_check},
    Check{"elbo", "−Σ log p(x|z) − ½ Σ (1 + log σ² − μ² − σ²)", "sign of the divergence",
          elbo_check},
    Check{"elbo-gradient", "g + μ, ½ σ ⊙ ε ⊙ g + ½(σ² − 1)", "½ missing in ∂z/∂log σ²",
          elbo_gradient_check},
    Check{"generate", "z ~ N(0, I), decode", "z uniform in (0, 1)", generate_check},
};

}  // namespace

std::span<const Check> all_checks() { return table; }

CheckResult run(const Check& check) {
    const OneThread alone;
    return check.work();
}

}  // namespace autoencoder
