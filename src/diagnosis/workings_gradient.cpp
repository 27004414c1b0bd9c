// The gradients, from δ.
#include "autoencoder/products.hpp"
#include "diagnosis/options.hpp"
#include "diagnosis/window.hpp"
#include "diagnosis/workings.hpp"

namespace autoencoder::diagnosis {
namespace {

/// The patterns that a sum of products goes over: all of them, or a row that stands for them all.
const Real& taken(const Real& values, Patterns how, Real& row) {
    if (how == Patterns::all) return values;
    const bool mean = how == Patterns::product_of_means;
    row = Real(1, values.cols);
    for (std::size_t q = mean ? 0 : values.rows - 1; q < values.rows; ++q)
        for (std::size_t i = 0; i < values.cols; ++i)
            row(0, i) += values(q, i) / (mean ? double(values.rows) : 1);
    return row;
}

/// Σ_q of the values, times a factor.
Real summed(const Real& values, double factor) {
    Real row(1, values.cols);
    for (std::size_t q = 0; q < values.rows; ++q)
        for (std::size_t i = 0; i < values.cols; ++i) row(0, i) += values(q, i);
    for (double& each : row.values) each *= factor;
    return row;
}

Real transposed(const Real& values) {
    Real result(values.cols, values.rows);
    for (std::size_t i = 0; i < values.rows; ++i)
        for (std::size_t j = 0; j < values.cols; ++j) result(j, i) = values(i, j);
    return result;
}

}  // namespace

/// Σ_q δ h of layer l (gradient, convolve-gradient).
std::shared_ptr<const Real> Workings::weight_sums(const Rules& rules, std::size_t l) {
    Key of{l, needed_by(What::delta, l, rules, net_)};
    of.rules.back.kernel_gradient = rules.back.kernel_gradient;
    of.rules.gradient.patterns = rules.gradient.patterns;
    return products_.get(of, [&](const Key& key) {
        const auto pass = forward(key.rules);
        const auto whole = delta(key.rules, l);
        Real delta_row, input_row;
        const Real* deltas = &taken(*whole, key.rules.gradient.patterns, delta_row);
        const Real* input = &taken(below(*pass, l), key.rules.gradient.patterns, input_row);
        if (dense_ && key.rules.gradient.patterns == Patterns::product_of_means) {
            // Divided in the order that the files of `vectors` have it, to the last bit.
            delta_row = summed(*whole, 1 / double(patterns()));
            input_row = summed(below(*pass, l), 1);
        }
        const Kind kind = net_.layer(l).kind;
        const std::size_t weights = W(l).size();
        if (kind == Kind::convolution) {
            WindowSums window = window_of(net_, l);
            window.flipped = key.rules.back.kernel_gradient.of_convolution;
            return by_weight(window, weights, *deltas, *input);
        }
        if (kind == Kind::deconvolution) {
            WindowSums window = window_of(net_, l);
            window.flipped = key.rules.back.kernel_gradient.of_deconvolution;
            window.shift = key.rules.forward.output_pad_before ? window.window.output_pad : 0;
            return by_weight(window, weights, *input, *deltas);
        }
        Real sums(deltas->cols, input->cols);
        multiply<double>(deltas->view(), true, input->view(), false, sums.view());
        return sums;
    });
}

/// Σ_q δ of layer l, over the places that share a bias.
Real Workings::bias_sums(const Rules& rules, std::size_t l) {
    const auto whole = delta(rules, l);
    const std::size_t units = b(l).size(), places = whole->cols / units;
    if (rules.gradient.patterns == Patterns::all && places == 1) return summed(*whole, 1);
    // A product of means leaves the mean as it is.
    if (dense_ && rules.gradient.patterns == Patterns::product_of_means) return summed(*whole, 1);
    Real row;
    const Real& deltas = taken(*whole, rules.gradient.patterns, row);
    const Places how = rules.back.places;
    Real sums(1, units);
    for (std::size_t q = 0; q < deltas.rows; ++q)
        for (std::size_t i = 0; i < deltas.cols; ++i) {
            const std::size_t place = i % places;
            if (how == Places::first && place != 0) continue;
            if (how == Places::last && place != places - 1) continue;
            sums(0, i / places) += deltas(q, i) / (how == Places::mean ? double(places) : 1);
        }
    return sums;
}

/// −(1/N) Σ_q … + λ W (weight-penalty-gradient).
Real Workings::gradient(const Rules& rules, const Term& term) {
    const bool biases = term.what == What::biases;
    const GradientRules& how = rules.gradient;
    const std::size_t L = net_.depth(), l = term.layer;
    const bool is_matrix = term.shape.size() == 2;
    Real result(is_matrix ? term.shape[0] : 1, is_matrix ? term.shape[1] : term.size);
    if (!biases) {
        if (how.tied != Tied::no) return tied_gradient(rules, term);
        if (how.assigned == Assigned::swapped || how.assigned == Assigned::swapped_transposed) {
            Rules plain = rules;
            plain.gradient.assigned = Assigned::right;
            const Real other = gradient_of(plain, L + 1 - l);
            return how.assigned == Assigned::swapped ? other : transposed(other);
        }
        const bool none = how.assigned == Assigned::none ||
                          (how.assigned == Assigned::none_first && l == 1) ||
                          (how.assigned == Assigned::none_last && l == L);
        if (none) return result;
    }
    Real own;
    std::shared_ptr<const Real> kept;
    if (biases) own = bias_sums(rules, l);
    else kept = weight_sums(rules, l);
    const Real& sums = biases ? own : *kept;
    const double N = double(patterns());
    // What a row that stands for all patterns counts for.
    const bool whole = how.patterns == Patterns::last_undivided ||
                       (how.patterns == Patterns::product_of_means && !dense_);
    double factor = -(biases ? how.biases : how.weights) * (whole ? N : 1) / N;
    if (biases && l == L) factor *= how.output_bias;
    const bool penalised = !how.penalty_last_only || l == L;
    const double decay =
        penalised ? (biases ? how.bias_penalty : how.penalty) * net_.weight_penalty : 0;
    const std::span<const double> of = biases ? b(l) : W(l);
    for (std::size_t i = 0; i < term.size; ++i)
        result.values[i] = factor * sums.values[term.first + i] + decay * of[term.first + i];
    return result;
}

/// Of the weights of layer l, which are one block.
Real Workings::gradient_of(const Rules& rules, std::size_t l) {
    return gradient(rules, at("grad_" + names_of(net_, l, false)));
}

/// With W2 = W1ᵀ one matrix, or both kernels one: what the encoder's term and the decoder's term add
/// up to, its penalty once.
Real Workings::tied_gradient(const Rules& rules, const Term& term) {
    Rules apart = rules;
    apart.gradient.tied = Tied::no;
    const bool matrices = term.shape.size() == 2;
    const auto turned = [&](Real values) { return matrices ? transposed(values) : values; };
    const std::size_t l = term.layer;
    const Real encoder = gradient_of(apart, 1), decoder = gradient_of(apart, 2);
    if (rules.gradient.tied == Tied::encoder_term) return l == 1 ? encoder : turned(encoder);
    if (rules.gradient.tied == Tied::decoder_term) return l == 2 ? decoder : turned(decoder);
    Real sum = turned(decoder);
    const double once = rules.gradient.penalty * net_.weight_penalty;
    for (std::size_t i = 0; i < sum.values.size(); ++i)
        sum.values[i] += encoder.values[i] - once * W(1)[i];
    return l == 1 ? sum : turned(sum);
}

}  // namespace autoencoder::diagnosis
