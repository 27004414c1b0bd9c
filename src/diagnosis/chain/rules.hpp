// As ../rules.hpp, for a chain of layers with windows or with a gaussian code: the defaults are the
// lecture, a known mistake (mistakes.hpp) changes one line.
#pragma once

#include <compare>

#include "diagnosis/rules.hpp"

namespace autoencoder::diagnosis::chain {

/// Whose kernels are turned by 180°.
struct Flipped {
    bool of_convolution = false, of_deconvolution = false;

    auto operator<=>(const Flipped&) const = default;
};

/// What the second head of a gaussian layer is taken for; the lecture: log σ².
enum class Head { log_variance, deviation, log_deviation };
enum class Noise { own, first_of_row, last_of_row };  // ε of a latent unit

struct ForwardRules : diagnosis::ForwardRules {
    Flipped kernel;
    bool output_pad_before = false;  // on top and left, where it belongs below and right
    Head head = Head::log_variance;  // in z = μ + σ ⊙ ε
    Noise noise = Noise::own;

    auto operator<=>(const ForwardRules&) const = default;
};

enum class Places { all, first, last, mean };  // of a bias' δ

struct BackRules : diagnosis::BackRules {
    Flipped kernel;  // that takes δ back through a layer
    Flipped kernel_gradient;
    Places places = Places::all;
    double divergence = 1;                     // times the slope of KL(q‖N(0, I))
    Head divergence_head = Head::log_variance;
    double sample_by_head = 1;                 // times ∂z/∂log σ²

    auto operator<=>(const BackRules&) const = default;
};

struct CostRules : diagnosis::CostRules {
    double divergence = 1;  // times (1/N) Σ_q

    auto operator<=>(const CostRules&) const = default;
};

struct Rules {
    ForwardRules forward;
    Head divergence_head = Head::log_variance;  // in KL(q‖N(0, I))
    SparsityCost sparsity_cost;
    SparsitySlope sparsity_slope;
    CostRules cost;
    BackRules back;
    GradientRules gradient;

    auto operator<=>(const Rules&) const = default;
};

}  // namespace autoencoder::diagnosis::chain
