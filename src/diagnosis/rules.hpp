// How a case of any model is computed, line by line, with every place where people go another way
// as a choice. The defaults are the lecture; a known mistake (mistakes.hpp) changes one line. Grouped
// by the step of the computation that they belong to, and ordered, so that what a mistake does not
// touch (needs.hpp) need not be computed again.
#pragma once

#include <compare>
#include <cstddef>

namespace autoencoder::diagnosis {

enum class Target { given, noisy_input, class_before, class_after };
enum class Rescale { once, never, by_dropout, twice };  // h̃ = m h · 1/(1−p), 1, 1/p, 1/(1−p)²

/// Whose kernels are turned by 180°.
struct Flipped {
    bool of_convolution = false, of_deconvolution = false;

    auto operator<=>(const Flipped&) const = default;
};

/// What the second head of a gaussian layer is taken for; the lecture: log σ².
enum class Head { log_variance, deviation, log_deviation };
enum class Noise { own, first_of_row, last_of_row };  // ε of a latent unit

struct ForwardRules {
    Target target = Target::given;  // what y is
    bool sigmoid_output = false;    // f of the last layer
    Rescale rescale = Rescale::once;
    Flipped kernel;
    bool output_pad_before = false;  // on top and left, where it belongs below and right
    Head head = Head::log_variance;  // in z = μ + σ ⊙ ε
    Noise noise = Noise::own;

    auto operator<=>(const ForwardRules&) const = default;
};

/// Of what ρ is the mean.
enum class Activity {
    over_patterns,        // the lecture: ρ_j = (1/N) Σ_q h_j^q
    summed,               // Σ_q h_j^q
    over_part,            // over a part of the patterns, which alone carry the gradient
    over_part_for_all,    // the same, and every pattern carries the gradient
    over_units,           // ρ^q: one for each pattern, the mean of its units
    over_units_unscaled,  // the same, without N ∂ρ^q/∂h = N/n in the gradient
    over_everything,      // one mean over units and patterns
    squashed,             // σ(ρ_j)
    unmapped,             // the mean of tanh, not mapped to (0, 1)
    single,               // h_j^q itself
};

struct Measure {
    Activity activity = Activity::over_patterns;
    std::size_t first = 0, count = 0;  // the part
    std::size_t layer = 0;             // whose ρ; 0: the layer's own
    double memory = 0, begin = 0;      // running mean: memory · begin + (1 − memory) · ρ

    auto operator<=>(const Measure&) const = default;
};

struct SparsityCost {
    Measure rho;
    double weight = 1;  // times γ
    bool reversed = false, first_term_only = false, mean_over_units = false;
    bool over_visible = false, on_output = false;

    auto operator<=>(const SparsityCost&) const = default;
};

struct SparsitySlope {
    Measure rho;
    double weight = 1;       // times γ
    double first_sign = -1;  // of ρ̄/ρ_j
    bool reversed = false, first_term_only = false, mean_over_units = false;
    bool on_output = false, outside_derivative = false, whole_tanh = false;

    auto operator<=>(const SparsitySlope&) const = default;
};

enum class Slope { right, of_net_input, at_activation, lecun_by_s, lecun_by_h };
enum class Where { everywhere, hidden, output };
enum class Carry { weights, mirrored_weights, gradient, data_gradient };
enum class BackwardMask { whole, none, without_scale, without_mask };
enum class Places { all, first, last, mean };  // of δ, that share a bias

struct BackRules {
    double error_factor = 1;       // of y − ŷ
    bool output_slope = true;      // f' at the output
    bool softmax_squared = false;  // p (1 − p) at a softmax
    std::size_t no_slope_at = 0;   // hidden layer without f'; every_layer: all of them
    Slope slope = Slope::right;
    Where slope_where = Where::everywhere;
    Carry carry = Carry::weights;  // what takes δ back through a layer
    BackwardMask mask = BackwardMask::whole;
    Flipped kernel;  // that takes δ back through a layer
    Flipped kernel_gradient;
    Places places = Places::all;
    double divergence = 1;  // times the slope of KL(q‖N(0, I))
    Head divergence_head = Head::log_variance;
    double sample_by_head = 1;  // times ∂z/∂log σ²

    static constexpr std::size_t every_layer = std::size_t(-1);
    auto operator<=>(const BackRules&) const = default;
};

enum class Patterns { all, last, last_undivided, product_of_means };
enum class Assigned { right, swapped, swapped_transposed, none, none_first, none_last };
inline bool never_assigns(Assigned how) {
    return how == Assigned::none || how == Assigned::none_first || how == Assigned::none_last;
}
enum class Tied { no, both_terms, encoder_term, decoder_term };

struct GradientRules {
    Patterns patterns = Patterns::all;
    double weights = 1, biases = 1, output_bias = 1;  // times 1/N
    double penalty = 1, bias_penalty = 0;             // times λ
    bool penalty_last_only = false;
    Assigned assigned = Assigned::right;
    Tied tied = Tied::no;

    auto operator<=>(const GradientRules&) const = default;
};

struct CostRules {
    double data = 1;                       // times (1/N) Σ J^q
    bool data_spectral = false;            // ‖Y − Ŷ‖₂² for Σ (y − ŷ)²
    double penalty = 1, bias_penalty = 0;  // times λ/2
    bool penalty_spectral = false, penalty_last_only = false, penalty_first_only = false;
    double divergence = 1;                         // times (1/N) Σ_q KL(q‖N(0, I))
    Head divergence_head = Head::log_variance;     // in it

    auto operator<=>(const CostRules&) const = default;
};

struct Rules {
    ForwardRules forward;
    SparsityCost sparsity_cost;
    SparsitySlope sparsity_slope;
    CostRules cost;
    BackRules back;
    GradientRules gradient;

    auto operator<=>(const Rules&) const = default;
};

}  // namespace autoencoder::diagnosis
