// How a case of any model is computed, line by line, with every place where people go another way
// as a choice. The defaults are the lecture; a known mistake (mistakes.hpp) changes one line. Grouped
// by the step of the computation that they belong to, and ordered, so that what a mistake does not
// touch (needs.hpp) need not be computed again.
#pragma once

#include <compare>
#include <cstddef>

#include "diagnosis/guard.hpp"

namespace autoencoder::diagnosis {

enum class Target { given, noisy_input, class_before, class_after };
enum class Mask { own, inverted, none };                // m, 1 − m, 1
enum class Rescale { once, never, by_dropout, twice };  // h̃ = m h · 1/(1−p), 1, 1/p, 1/(1−p)²

/// Whose kernels are turned by 180°, or padding stands elsewhere.
struct Flipped {
    bool of_convolution = false, of_deconvolution = false;

    void operator|=(const Flipped& more) {
        of_convolution |= more.of_convolution;
        of_deconvolution |= more.of_deconvolution;
    }
    auto operator<=>(const Flipped&) const = default;
};

/// What stands beyond the border of an image that is convolved: 0, its edge, the image mirrored at its edge, or again from its other side.
enum class Border { zeros, edge, mirrored, circular };
/// Where the windows of convolutions begin: as they should, with all padding at the end, or at the start, or one place on.
enum class Start { own, padded_at_end, padded_at_start, one_on };

/// What the second head of a gaussian layer is taken for; the lecture: log σ².
enum class Head : int { log_variance, deviation, log_deviation, unit, first_row };  // unit: σ is 1; then rows of functions.hpp
enum class Noise { own, first_of_row, last_of_row, none };         // ε of a latent unit

/// J^q as a function of y and ŷ: the network's own, or
///     squared       ½ Σ (y − ŷ)²                bernoulli   −Σ [y log ŷ + (1 − y) log(1 − ŷ)]
///     categorical   −Σ y log ŷ                  absolute    Σ |y − ŷ|             norm    √Σ (y − ŷ)²
/// From first_loss, and first_curve, on: a row of functions.hpp.
enum class Error : int { own, squared, bernoulli, categorical, absolute, norm, first_loss };
enum class Shape : int { own, sigmoid, tanh, relu, linear, softmax, first_curve };  // f

enum class SoftmaxOver { classes, patterns, everything };

/// What is normalised at dense hidden layers: s over the patterns, s over the units, h to length 1; or of h the largest are kept.
struct Normal {
    enum Of { none, batch, units, length, largest } of = none;
    double epsilon = 0;    // beside the variance
    std::size_t kept = 0;  // of the largest
    auto operator<=>(const Normal&) const = default;
};

struct ForwardRules {
    Target target = Target::given;  // what y is
    bool exchanged = false;         // x is what y should be
    std::size_t shares = 0;         // what each error counts, into Workings::add_shares; 0: all alike
    Error error = Error::own;
    Error added = Error::own;  // and so many times another one
    double times_added = 0;
    Guard guard, guard_slope;  // of the logarithms, in the cost and in δ
    Shape hidden = Shape::own, output = Shape::own;
    std::size_t hidden_at = 0;  // the hidden layer whose; 0: of all
    Normal normal;
    bool bias_after = false;    // h = f(W x) + b at the hidden layers
    std::size_t remade = 0;     // what W and b are made of, into remade_parameters (remade.hpp), from 1
    double leak = 0;          // f of a rectifier that is off, by s
    bool twice = false;       // the output's f, of itself
    SoftmaxOver softmax_over = SoftmaxOver::classes;
    double temperature = 1;   // that s is divided by, of softmax
    Rescale rescale = Rescale::once;
    Mask mask = Mask::own;
    bool mask_of_input = false;  // f(m s/(1 − p))
    Flipped kernel;
    Border border = Border::zeros;
    Start start = Start::own;
    bool output_pad_before = false;  // on top and left, where it belongs below and right
    Flipped pad_after;               // whose padding is 'same': an odd one below and right
    std::size_t flat = 0;  // the order in which a dense layer takes maps: into flat_orders
    Head head = Head::log_variance;  // in z = μ + σ ⊙ ε
    Noise noise = Noise::own;
    std::size_t sample = 0;  // another z of μ, log σ² and ε: row of functions.hpp, from 1
    std::size_t mean = 0;    // a function of the first head that is taken for μ, too

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
    softmaxed,            // softmax of ρ over the units, with 1/n for ρ̄
    single,               // h_j^q itself
    dropped,              // over h as dropout leaves it, scaled or not
    dropped_unscaled,
    of_mean_input,  // f of the mean net input
    sizes,          // over |h|
    squares,        // over h²
    largest,        // the largest h
};

struct Measure {
    Activity activity = Activity::over_patterns;
    std::size_t first = 0, count = 0;  // the part
    std::size_t layer = 0;             // whose ρ; 0: the layer's own
    double memory = 0, begin = 0;      // running mean: memory · begin + (1 − memory) · ρ

    auto operator<=>(const Measure&) const = default;
};

/// For KL(ρ̄‖ρ_j): KL(ρ_j‖ρ̄), ρ_j, (ρ_j − ρ̄)², ρ_j².
enum class Penalty : int { kl, reversed, linear, squared, square, first_row };  // then rows of functions.hpp

/// The sparsity term of the cost, or of the gradient.
struct Sparsity {
    Measure rho;
    double weight = 1;             // times γ
    double first = 1, second = 1;  // times ρ̄ log(ρ̄/ρ_j), times the other term, or their slopes
    std::size_t only = 0;          // layer that has one; 0: all that are sparse
    Penalty form = Penalty::kl;
    Guard guard;
    bool mean_over_units = false, on_output = false;
    bool over_visible = false;                            // of the cost
    bool outside_derivative = false, whole_tanh = false;  // of the gradient
    bool slope_of_mean = false;   // f' at ρ for f' of each pattern
    bool along_patterns = false;  // that of unit q at pattern q

    auto operator<=>(const Sparsity&) const = default;
};

/// For ½ Σ w²: half of the matrix 2-norm's square, of the cost alone; Σ |w|; √Σ w², of each layer or of all; then rows of norms.hpp.
enum class Norm { squares, spectral, absolute, length, length_of_all, first_row };

/// (λ/2) Σ w² of the cost, λw of the gradient.
struct Decay {
    double weights = 1, biases = 0;
    std::size_t only = 0;  // layer whose weights are penalised; 0: all
    Norm of = Norm::squares;

    auto operator<=>(const Decay&) const = default;
};

/// The divergence of a code, or its slope: times all of it, times the terms of −½ (1 + log σ² − μ² − σ²).
struct Code {
    double weight = 1, mean = 1, variance = 1, log_variance = 1, one = 1;
    Head head = Head::log_variance;
    bool log_squared = false;  // −(log σ)² for log σ²
    std::size_t shares = 0;    // what each latent unit counts, into Workings::add_shares
    std::size_t form = 0;      // another divergence: row of functions.hpp, from 1; all of it is in `mean`

    auto operator<=>(const Code&) const = default;
};

// of_sigmoid, of_tanh: that function's f', read off h.
enum class Slope : int {
    right, of_net_input, at_activation, lecun_by_s, lecun_by_h, of_sigmoid, of_tanh,
    mean, of_mean,  // over the patterns; of the mean h
    of_above,     // that of the layer above, or below, where it has as many units
    of_below,
    mean_of_units,  // over the units of a pattern
    of_dropped,     // of h as dropout leaves it
    without_bias,   // at s − b
    first_taken  // from here on: a row of functions.hpp
};
enum class Where { everywhere, hidden, output };
// δ as it is, of its mean over the patterns, of the head of μ or of log σ² alone; through the weights of another layer, |w|, their signs, 1
enum class Carry {
    weights, mirrored_weights, turned_weights, gradient, data_gradient, error, stepped,
    nothing, mean, of_mean_head, of_log_head, of_other_layer, sizes, signs, ones
};
enum class BackwardMask { whole, none, without_scale, without_mask, own };  // own: that of the case
/// What goes on through f of what comes back to a layer: all of it, or where ∂J/∂h is above 0, or below, whatever s is, or beside f'.
enum class Through { all, positive, negative, positive_too, negative_too };
/// For y − ŷ at the output: its square, −½ Σ (y − ŷ)² of the pattern or in the mean over all, (y − ŷ) ŷ, (y − ŷ) f', (y − ŷ) f' at y;
/// it itself where it is not δ; −∂J/∂ŷ of a cross-entropy; y less 1 of the class that is chosen; y less ŷ cut at ½.
enum class ErrorBack { own, square, of_pattern, mean, times_output, times_slope, slope_of_target, itself, of_output, of_choice, of_cut };
/// How a window takes δ back, or is multiplied for the gradient of its kernel.
enum class Ties { right, stride_one, unpadded, overwritten, first_map, last_map, exchanged_maps, summed_maps };
struct WindowBack {
    Ties ties = Ties::right;
    Flipped whose;
    auto operator<=>(const WindowBack&) const = default;
};
/// A penalty of (1/N) Σ h² λ/2 of all layers or the hidden ones, or λ |h| of those.
enum class OfActivity { none, squares, squares_hidden, sizes_hidden };
enum class Places { all, first, last, mean };  // of δ, that share a bias

struct BackRules {
    double error_factor = 1;       // of y − ŷ
    bool output_slope = true;      // f' at the output
    bool softmax_squared = false;  // p (1 − p) at a softmax
    std::size_t no_slope_at = 0;   // hidden layer without f'; every_layer: all of them
    Slope slope = Slope::right;
    Where slope_where = Where::everywhere;
    std::size_t slope_at = 0;      // the hidden layer where; 0: as slope_where says
    double leak = 0;               // f' of a rectifier that is off
    Carry carry = Carry::weights;  // what takes δ back through a layer, or y − ŷ itself
    double step = 0;               // η of weights that have moved before they do
    std::size_t stepped_at = 0;    // layer whose weights have; 0: all
    std::size_t carried_by = 0;    // layer whose weights are taken instead of those of `stepped_at`
    Through through = Through::all;
    ErrorBack error = ErrorBack::own;
    WindowBack window, window_gradient;
    OfActivity of_activity = OfActivity::none;
    BackwardMask mask = BackwardMask::whole;
    std::size_t mask_at = 0;  // the layer whose; 0: of all
    Flipped kernel;  // that takes δ back through a layer
    Flipped kernel_gradient;
    Places places = Places::all;
    std::size_t places_at = 0;  // layer whose; 0: of all
    Code code;
    double sample_by_head = 1;  // times ∂z/∂log σ²
    std::size_t sample_slope = 0;  // what is taken for ∂z/∂log σ²: row of functions.hpp, from 1

    static constexpr std::size_t every_layer = std::size_t(-1);
    auto operator<=>(const BackRules&) const = default;
};

/// Whether what is taken for f' is so at layer l.
inline bool is_sloped(const BackRules& rules, std::size_t l, bool output) {
    if (rules.slope_at != 0) return rules.slope_at == l;
    return rules.slope_where == Where::everywhere || (rules.slope_where == Where::output) == output;
}
inline BackwardMask mask_at(const BackRules& rules, std::size_t l) {
    return rules.mask_at == 0 || rules.mask_at == l ? rules.mask : BackwardMask::whole;
}

// weighed: each as Workings::weigh says
enum class Patterns { all, last, last_undivided, product_of_means, weighed };
enum class Assigned { right, swapped, swapped_transposed, none, none_first, none_last };
inline bool never_assigns(Assigned how) {
    return how == Assigned::none || how == Assigned::none_first || how == Assigned::none_last;
}
/// What δ of a layer is multiplied by; at one layer: an activity or a net input of any layer, what is taken from
/// below before dropout, of the pattern before or after, less its mean over the patterns, or 0 and 1.
enum class Input { below, net_input_below, own, x, target, activity, net_input, before_dropout, pattern_before, pattern_after, centred, binary, reversed, squared, mean };
/// What the gradient of a bias sums: δ; what comes back before f'; δ over the units, or all of it.
enum class BiasOf { delta, before_slope, over_units, everything };
enum class Tied { no, both_terms, encoder_term, decoder_term };

struct GradientRules {
    Patterns patterns = Patterns::all;
    double weights = 1, biases = 1, output_bias = 1;  // times 1/N
    Decay decay;
    Assigned assigned = Assigned::right;
    Input input = Input::below;
    std::size_t input_at = 0, input_of = 0;  // the layer where, 0: everywhere; whose activity
    Tied tied = Tied::no;
    BiasOf biases_of = BiasOf::delta;
    bool apart = false;  // parameters that are made of others get the gradient of what they are made into

    auto operator<=>(const GradientRules&) const = default;
};

struct CostRules {
    double data = 1;             // times (1/N) Σ J^q
    bool data_spectral = false;  // ‖Y − Ŷ‖₂² for Σ (y − ŷ)²
    bool of_delta = false;       // ½ Σ δ² for the error
    OfActivity of_activity = OfActivity::none;
    Decay decay;
    Code code;

    auto operator<=>(const CostRules&) const = default;
};

/// Whether J^q or the way from s to ŷ is another than the network's.
inline bool is_other_error(const ForwardRules& rules) {
    return rules.error != Error::own || rules.times_added != 0 || rules.guard || rules.guard_slope || rules.twice ||
           rules.softmax_over != SoftmaxOver::classes || rules.temperature != 1;
}

struct Rules {
    ForwardRules forward;
    Sparsity sparsity_cost;
    Sparsity sparsity_slope;
    CostRules cost;
    BackRules back;
    GradientRules gradient;

    auto operator<=>(const Rules&) const = default;
};

inline void set_guards(Rules& rules, const Guards& guards) {
    rules.sparsity_cost.guard = guards.rho;
    rules.sparsity_slope.guard = guards.rho_slope;
    rules.forward.guard = guards.output;
    rules.forward.guard_slope = guards.output_slope;
}

}  // namespace autoencoder::diagnosis
