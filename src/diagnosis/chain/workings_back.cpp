// Backward: δ layer by layer, and the gradients.
#include "autoencoder/products.hpp"
#include "diagnosis/chain/code.hpp"
#include "diagnosis/chain/window.hpp"
#include "diagnosis/chain/workings.hpp"
#include "diagnosis/mirror.hpp"
#include "diagnosis/options.hpp"

namespace autoencoder::diagnosis::chain {

/// The rules with everything that δ of layer l does not depend on set back to the lecture's.
Workings::BackwardRules Workings::needed(const BackwardRules& rules, std::size_t l) const {
    BackwardRules key = rules;
    key.back.kernel_gradient = {};
    key.back.places = Places::all;
    const BackRules right;
    if (key.back.no_slope_at < l) key.back.no_slope_at = right.no_slope_at;
    if (l > net_.gaussian_layer()) {
        key.back.divergence = right.divergence;
        key.back.divergence_head = right.divergence_head;
        key.back.sample_by_head = right.sample_by_head;
    }
    if (l == net_.depth()) {
        key.back.no_slope_at = right.no_slope_at;
        key.back.carry = right.carry;
        key.back.kernel = right.kernel;
        key.back.mask = right.mask;
    }
    bool sparse_from_here = false;
    for (std::size_t m = l; m <= net_.depth(); ++m)
        sparse_from_here |= sparse(net_, rules.sparsity.on_output, m);
    if (!sparse_from_here) key.sparsity = {};
    return key;
}

/// f'(s) of a layer, or what is taken for it.
std::shared_ptr<const Real> Workings::slope(const BackwardRules& rules, std::size_t l) {
    const bool output = l == net_.depth();
    const Where where = rules.back.slope_where;
    const bool here = where == Where::everywhere || (where == Where::output) == output;
    return slopes_.get({l, rules.forward, here ? rules.back.slope : Slope::right},
                       [&](const Slopes& key) {
                           const auto pass = forward(key.forward);
                           return derivative(f(key.forward, l), key.slope, pass->s[l - 1],
                                             pass->h[l - 1]);
                       });
}

std::shared_ptr<const Real> Workings::delta(const BackwardRules& rules, std::size_t l) {
    return deltas_.get({l, needed(rules, l)}, [&](const Key& key) {
        if (l == net_.depth()) return output_delta(key.rules);
        return net_.layer(l).kind == Kind::gaussian ? code_delta(key.rules)
                                                    : hidden_delta(key.rules, l);
    });
}

/// δ = (y − ŷ) f'(s), and for the cross-entropies y − ŷ.                   [delta-output] [head]
Real Workings::output_delta(const BackwardRules& rules) {
    const std::size_t L = net_.depth();
    const auto pass = forward(rules.forward);
    const Real &h = pass->h.back(), y = wanted(c_, rules.forward.target);
    const bool sloped = net_.loss == Loss::squared_error && rules.back.output_slope;
    const bool sparse_output = sparse(net_, rules.sparsity.on_output, L);
    const auto by_s = sloped || sparse_output ? slope(rules, L) : nullptr;
    const bool squared =
        f(rules.forward, L) == Activation::softmax && rules.back.softmax_squared;
    Real delta(h.rows, h.cols);
    for (std::size_t i = 0; i < delta.values.size(); ++i) {
        const double p = h.values[i],
                     factor = sloped ? by_s->values[i] : squared ? p * (1 - p) : 1;
        delta.values[i] = rules.back.error_factor * (y.values[i] - p) * factor;
    }
    if (!sparse_output) return delta;
    const Real shares = sparsity_shares(net_, rules.sparsity, pass->s, pass->h, L, by_s.get(),
                                        has_right_slope(net_, rules.back, L));
    for (std::size_t i = 0; i < delta.values.size(); ++i) delta.values[i] -= shares.values[i];
    return delta;
}

/// δ of the layer above layer l, carried back to the activity of layer l.
std::shared_ptr<const Real> Workings::carried(const BackwardRules& rules, std::size_t l) {
    Key of{l, needed(rules, l + 1)};
    of.rules.back.kernel = rules.back.kernel;
    of.rules.back.carry = rules.back.carry;
    return carried_.get(of, [&](const Key& key) {
        const auto above = delta(key.rules, l + 1);
        const Kind kind = net_.layer(l + 1).kind;
        const Carry carry = key.rules.back.carry;
        const std::size_t other = mirror(net_, l + 1);
        const bool mirrored = carry == Carry::mirrored_weights && other > 0;
        std::span<const double> weights = mirrored ? W(other) : W(l + 1);
        Real G;
        if (carry == Carry::gradient || carry == Carry::data_gradient) {
            const double penalty = carry == Carry::gradient ? net_.weight_penalty : 0;
            G = *weight_sums(key.rules, Patterns::all, l + 1);
            for (std::size_t i = 0; i < G.values.size(); ++i)
                G.values[i] = penalty * weights[i] - G.values[i] / double(c_.x.rows);
            weights = G.row(0);
        }
        if (kind == Kind::convolution) {
            WindowSums window = window_of(net_, l + 1);
            window.flipped = key.rules.back.kernel.of_convolution;
            return to_fine(window, weights, *above);  // [convolve-gradient]
        }
        if (kind == Kind::deconvolution) {
            WindowSums window = window_of(net_, l + 1);
            window.flipped = key.rules.back.kernel.of_deconvolution;
            window.shift = key.rules.forward.output_pad_before ? window.window.output_pad : 0;
            return to_coarse(window, weights, *above);
        }
        Real before(above->rows, net_.units(l));
        const std::size_t in = before.cols, out = above->cols;
        const View<const double> matrix = mirrored ? View<const double>{weights.data(), in, out}
                                                   : View<const double>{weights.data(), out, in};
        multiply<double>(above->view(), false, matrix, mirrored, before.view());
        return before;
    });
}

/// δ = [what was carried back − γ ∂KL/∂ρ ∂ρ/∂h] f'(s).  [delta-hidden] [delta-sparse] [dropout]
Real Workings::hidden_delta(const BackwardRules& rules, std::size_t l) {
    const auto pass = forward(rules.forward);
    const std::size_t flat = rules.back.no_slope_at;
    const bool sloped = flat != l && flat != BackRules::every_layer;
    const bool sparse_here = net_.sparse(l);
    const auto by_s = sloped ? slope(rules, l) : nullptr;
    const Real shares = sparse_here ? sparsity_shares(net_, rules.sparsity, pass->s, pass->h, l, by_s.get(),
                                                      has_right_slope(net_, rules.back, l))
                                    : Real();
    Real delta = *carried(rules, l);
    if (masked(c_, l)) {
        const Real mask = backward_mask(c_, rules.forward.rescale, rules.back.mask, l);
        for (std::size_t i = 0; i < delta.values.size(); ++i) delta.values[i] *= mask.values[i];
    }
    for (std::size_t q = 0; q < delta.rows; ++q)
        for (std::size_t j = 0; j < delta.cols; ++j) {
            const double f_slope = sloped ? (*by_s)(q, j) : 1;
            delta(q, j) = delta(q, j) * f_slope - (sparse_here ? shares(q, j) : 0);
        }
    return delta;
}

/// δ of μ and of log σ², side by side; −g was carried back.                      [elbo-gradient]
Real Workings::code_delta(const BackwardRules& rules) {
    const std::size_t code = net_.gaussian_layer(), n = net_.units(code);
    const auto pass = forward(rules.forward);
    const auto before = carried(rules, code);
    const Real& s = pass->s[code - 1];
    const BackRules& back = rules.back;
    Real delta(s.rows, s.cols);
    for (std::size_t q = 0; q < s.rows; ++q)
        for (std::size_t k = 0; k < n; ++k) {
            const double g = -(*before)(q, k), mu = s(q, k), head = s(q, n + k);
            const double by_head = back.sample_by_head *
                                   deviation_slope(rules.forward.head, head) *
                                   noise(rules.forward.noise, q, k);
            delta(q, k) = -(g + back.divergence * mu);
            delta(q, n + k) =
                -(g * by_head + back.divergence * divergence_slope(back.divergence_head, head));
        }
    return delta;
}

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

/// What such a row counts for: of the last pattern once in a mean, or N times.
double times(Patterns how, std::size_t N) {
    return how == Patterns::product_of_means || how == Patterns::last_undivided ? double(N) : 1;
}

}  // namespace

/// Σ_q δ h of layer l.                                            [gradient] [convolve-gradient]
std::shared_ptr<const Real> Workings::weight_sums(const BackwardRules& rules, Patterns patterns,
                                                  std::size_t l) {
    Key of{l, needed(rules, l), patterns};
    of.rules.back.kernel_gradient = rules.back.kernel_gradient;
    return products_.get(of, [&](const Key& key) {
        const auto pass = forward(key.rules.forward);
        const auto whole = delta(key.rules, l);
        Real delta_row, input_row;
        const Real &deltas = taken(*whole, key.patterns, delta_row),
                   &input = taken(below(*pass, l), key.patterns, input_row);
        const Kind kind = net_.layer(l).kind;
        const std::size_t weights = W(l).size();
        if (kind == Kind::convolution) {
            WindowSums window = window_of(net_, l);
            window.flipped = key.rules.back.kernel_gradient.of_convolution;
            return by_weight(window, weights, deltas, input);
        }
        if (kind == Kind::deconvolution) {
            WindowSums window = window_of(net_, l);
            window.flipped = key.rules.back.kernel_gradient.of_deconvolution;
            window.shift = key.rules.forward.output_pad_before ? window.window.output_pad : 0;
            return by_weight(window, weights, input, deltas);
        }
        Real sums(1, weights);
        multiply<double>(deltas.view(), true, input.view(), false,
                         {sums.data(), deltas.cols, input.cols});
        return sums;
    });
}

/// Σ_q δ of layer l, over the places that share a bias.           [gradient] [convolve-gradient]
Real Workings::bias_sums(const BackwardRules& rules, Patterns patterns, std::size_t l) {
    const auto whole = delta(rules, l);
    Real row;
    const Real& deltas = taken(*whole, patterns, row);
    const std::size_t units = b(l).size(), places = deltas.cols / units;
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

/// −(1/N) Σ_q … + λ W.                                                 [weight-penalty-gradient]
std::vector<double> Workings::gradient(const Rules& rules, const Term& term) {
    const BackwardRules back{rules.forward, rules.back, rules.sparsity_slope};
    const bool biases = term.what == What::biases;
    const GradientRules& how = rules.gradient;
    const std::size_t N = c_.x.rows, L = net_.depth();
    if (!biases) {
        if (how.tied != Tied::no) return tied_gradient(rules, term);
        const bool none = how.assigned == Assigned::none ||
                          (how.assigned == Assigned::none_first && term.layer == 1) ||
                          (how.assigned == Assigned::none_last && term.layer == L);
        if (none) return std::vector<double>(term.size);
        if (how.assigned == Assigned::swapped) {
            Rules plain = rules;
            plain.gradient.assigned = Assigned::right;
            Term other = term;
            other.layer = L + 1 - term.layer;
            return gradient(plain, other);
        }
    }
    const Real sums = biases ? bias_sums(back, how.patterns, term.layer)
                             : *weight_sums(back, how.patterns, term.layer);
    const std::span<const double> of = biases ? b(term.layer) : W(term.layer);
    double factor = -(biases ? how.biases : how.weights) * times(how.patterns, N) / double(N);
    if (biases && term.layer == L) factor *= how.output_bias;
    double decay = net_.weight_penalty * (biases ? how.bias_penalty : how.penalty);
    if (how.penalty_last_only && term.layer < L) decay = 0;
    std::vector<double> result(term.size);
    for (std::size_t i = 0; i < term.size; ++i)
        result[i] = factor * sums(0, term.first + i) + decay * of[term.first + i];
    return result;
}

/// With both kernels one: what the encoder's term and the decoder's term add up to, its penalty
/// once.
std::vector<double> Workings::tied_gradient(const Rules& rules, const Term& term) {
    Rules apart = rules;
    apart.gradient.tied = Tied::no;
    Term encoder = term, decoder = term;
    encoder.layer = 1;
    decoder.layer = 2;
    if (rules.gradient.tied == Tied::encoder_term) return gradient(apart, encoder);
    std::vector<double> sum = gradient(apart, decoder);
    if (rules.gradient.tied == Tied::decoder_term) return sum;
    const std::vector<double> more = gradient(apart, encoder);
    const double once = rules.gradient.penalty * net_.weight_penalty;
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += more[i] - once * W(1)[i];
    return sum;
}

}  // namespace autoencoder::diagnosis::chain
