// Backward: δ layer by layer, and the gradients.
#include "autoencoder/products.hpp"
#include "diagnosis/chain/code.hpp"
#include "diagnosis/chain/window.hpp"
#include "diagnosis/chain/workings.hpp"

namespace autoencoder::diagnosis::chain {

std::shared_ptr<const Workings::Backward> Workings::backward(const Rules& rules) {
    const BackwardKey of{rules.forward, rules.back, rules.sparsity_slope};
    const auto pass = forward(rules.forward);
    return backwards_.get(of, [&](const BackwardKey& key) {
        const std::size_t L = net_.depth();
        Backward result;
        result.delta.resize(L);
        result.weights.resize(L);
        result.biases.resize(L);
        for (std::size_t l = L; l >= 1; --l) {
            Real& delta = result.delta[l - 1];
            if (l == L) {
                delta = output_delta(key, *pass);
            } else {
                Real before = carried(key, result.delta[l], l + 1);
                delta = net_.layer(l).kind == Kind::gaussian
                            ? code_delta(key, *pass, before)
                            : hidden_delta(key, *pass, std::move(before), l);
            }
            add_gradients(key, *pass, l, result);
        }
        return result;
    });
}

/// δ = (y − ŷ) f'(s), and for the cross-entropies y − ŷ.                   [delta-output] [head]
Real Workings::output_delta(const BackwardKey& key, const Forward& pass) const {
    const std::size_t L = net_.depth();
    const Real &s = pass.s.back(), &h = pass.h.back();
    const bool sloped = net_.loss == Loss::squared_error && key.back.output_slope;
    const bool sparse_output = sparse(net_, key.sparsity.on_output, L);
    const Real slope =
        sloped || sparse_output ? derivative(net_.layer(L).activation, s, h) : Real();
    Real delta(h.rows, h.cols);
    for (std::size_t i = 0; i < delta.values.size(); ++i)
        delta.values[i] = key.back.error_factor * (c_.y.values[i] - h.values[i]) *
                          (sloped ? slope.values[i] : 1);
    if (!sparse_output) return delta;
    const Real terms = sparsity_terms(net_, key.sparsity, pass.h, L);
    for (std::size_t q = 0; q < delta.rows; ++q)
        for (std::size_t i = 0; i < delta.cols; ++i)
            delta(q, i) -= terms(terms.rows == 1 ? 0 : q, i) * slope(q, i);
    return delta;
}

/// δ of layer l, carried back to the activity below it.
Real Workings::carried(const BackwardKey& key, const Real& delta, std::size_t l) const {
    const Kind kind = net_.layer(l).kind;
    if (kind == Kind::convolution) {
        WindowSums window = window_of(net_, l);
        window.flipped = key.back.kernel.of_convolution;
        return to_fine(window, W(l), delta);  // [convolve-gradient]
    }
    if (kind == Kind::deconvolution) {
        WindowSums window = window_of(net_, l);
        window.flipped = key.back.kernel.of_deconvolution;
        window.shift = key.forward.output_pad_before ? window.window.output_pad : 0;
        return to_coarse(window, W(l), delta);
    }
    Real before(delta.rows, net_.units(l - 1));
    multiply<double>(delta.view(), false, W_matrix(l), false, before.view());
    return before;
}

/// δ = [what was carried back − γ ∂KL/∂ρ ∂ρ/∂h] f'(s).            [delta-hidden] [delta-sparse]
Real Workings::hidden_delta(const BackwardKey& key, const Forward& pass, Real before,
                            std::size_t l) const {
    const Real &s = pass.s[l - 1], &h = pass.h[l - 1];
    const Real slope = key.back.hidden_slope ? derivative(net_.layer(l).activation, s, h) : Real();
    const bool sparse_here = net_.sparse(l), outside = key.sparsity.outside_derivative;
    const Real terms = sparse_here ? sparsity_terms(net_, key.sparsity, pass.h, l) : Real();
    for (std::size_t q = 0; q < before.rows; ++q)
        for (std::size_t j = 0; j < before.cols; ++j) {
            const double term = sparse_here ? terms(terms.rows == 1 ? 0 : q, j) : 0;
            const double f_slope = key.back.hidden_slope ? slope(q, j) : 1, sum = before(q, j);
            before(q, j) = outside ? sum * f_slope - term : (sum - term) * f_slope;
        }
    return before;
}

/// δ of μ and of log σ², side by side; −g was carried back.                      [elbo-gradient]
Real Workings::code_delta(const BackwardKey& key, const Forward& pass, const Real& before) const {
    const Real& s = pass.s[net_.gaussian_layer() - 1];
    const BackRules& rules = key.back;
    const std::size_t n = before.cols;
    Real delta(s.rows, s.cols);
    for (std::size_t q = 0; q < s.rows; ++q)
        for (std::size_t k = 0; k < n; ++k) {
            const double g = -before(q, k), mu = s(q, k), head = s(q, n + k);
            const double by_head = rules.sample_by_head * deviation_slope(key.forward.head, head) *
                                   noise(key.forward.noise, q, k);
            delta(q, k) = -(g + rules.divergence * mu);
            delta(q, n + k) = -(g * by_head + rules.divergence *
                                                  divergence_slope(rules.divergence_head, head));
        }
    return delta;
}

/// Σ_q δ h and Σ_q δ of layer l.                                  [gradient] [convolve-gradient]
void Workings::add_gradients(const BackwardKey& key, const Forward& pass, std::size_t l,
                             Backward& result) const {
    const Real &delta = result.delta[l - 1], &below = l == 1 ? c_.x : pass.h[l - 2];
    const Kind kind = net_.layer(l).kind;
    Real& weights = result.weights[l - 1];
    weights = Real(1, W(l).size());
    if (kind == Kind::convolution) {
        WindowSums window = window_of(net_, l);
        window.flipped = key.back.kernel_gradient.of_convolution;
        weights = by_weight(window, weights.cols, delta, below);
    } else if (kind == Kind::deconvolution) {
        WindowSums window = window_of(net_, l);
        window.flipped = key.back.kernel_gradient.of_deconvolution;
        window.shift = key.forward.output_pad_before ? window.window.output_pad : 0;
        weights = by_weight(window, weights.cols, below, delta);
    } else {
        multiply<double>(delta.view(), true, below.view(), false,
                         {weights.data(), delta.cols, below.cols});
    }
    const std::size_t units = b(l).size(), places = delta.cols / units;
    Real& biases = result.biases[l - 1];
    biases = Real(1, units);
    const Places how = key.back.places;
    for (std::size_t q = 0; q < delta.rows; ++q)
        for (std::size_t i = 0; i < delta.cols; ++i) {
            const std::size_t place = i % places;
            if (how == Places::first && place != 0) continue;
            if (how == Places::last && place != places - 1) continue;
            biases(0, i / places) += delta(q, i) / (how == Places::mean ? double(places) : 1);
        }
}

/// −(1/N) Σ_q … + λ W.                                                 [weight-penalty-gradient]
std::vector<double> Workings::gradient(const Rules& rules, const Term& term) {
    const auto back = backward(rules);
    const bool biases = term.what == What::biases;
    const Real& sums = (biases ? back->biases : back->weights)[term.layer - 1];
    const std::span<const double> of = biases ? b(term.layer) : W(term.layer);
    const GradientRules& how = rules.gradient;
    double factor = -(biases ? how.biases : how.weights) / double(c_.x.rows);
    if (biases && term.layer == net_.depth()) factor *= how.output_bias;
    double decay = net_.weight_penalty * (biases ? how.bias_penalty : how.penalty);
    if (how.penalty_last_only && term.layer < net_.depth()) decay = 0;
    std::vector<double> result(term.size);
    for (std::size_t i = 0; i < term.size; ++i)
        result[i] = factor * sums(0, term.first + i) + decay * of[term.first + i];
    return result;
}

}  // namespace autoencoder::diagnosis::chain
