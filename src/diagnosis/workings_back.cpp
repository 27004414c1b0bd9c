// Backward: δ layer by layer, and the gradients.
#include "autoencoder/products.hpp"
#include "diagnosis/mirror.hpp"
#include "diagnosis/options.hpp"
#include "diagnosis/workings.hpp"

namespace autoencoder::diagnosis {
namespace {

Real transposed(const Real& values) {
    Real result(values.cols, values.rows);
    for (std::size_t i = 0; i < values.rows; ++i)
        for (std::size_t j = 0; j < values.cols; ++j) result(j, i) = values(i, j);
    return result;
}

}  // namespace

std::shared_ptr<const Real> Workings::delta(const Rules& rules, std::size_t l) {
    const Key key{l, needed_by({TermKind::delta, l}, rules, net_)};
    return deltas_.get(key, [&](const Key& of) {
        return l == net_.depth() ? output_delta(of.rules) : hidden_delta(of.rules, l);
    });
}

/// f'(s_j^q) of a layer, or what is taken for it.
std::shared_ptr<const Real> Workings::slope(const Rules& rules, std::size_t l) {
    const BackRules& back = rules.back;
    const bool output = l == net_.depth();
    const bool here =
        back.slope_where == Where::everywhere || (back.slope_where == Where::output) == output;
    ForwardRules forward_rules = rules.forward;
    forward_rules.target = Target::given;
    const SlopeKey key{
        l, forward_rules, here ? back.slope : Slope::right,
        !output && (back.no_slope_at == l || back.no_slope_at == BackRules::every_layer)};
    return slopes_.get(key, [&](const SlopeKey& of) { return slope_of(of); });
}

Real Workings::slope_of(const SlopeKey& key) {
    Rules rules;
    rules.forward = key.forward;
    const auto pass = forward(rules);
    const Real &s = pass->s[key.layer - 1], &h = pass->h[key.layer - 1];
    const Activation f_l = key.flat ? Activation::linear : f(key.forward, key.layer);
    return derivative(f_l, key.slope, s, h);
}

/// δ of the output.                                                               [delta-output]
Real Workings::output_delta(const Rules& rules) {
    const std::size_t L = net_.depth();
    const auto pass = forward(rules);
    const auto y = target(rules);
    const Real& h = pass->h.back();
    const bool squared_softmax =
        f(rules.forward, L) == Activation::softmax && rules.back.softmax_squared;
    const bool sparse_output = sparse(net_, rules.sparsity_slope.on_output, L);
    // The cross-entropy's own 1/f' cancels f'.
    const bool sloped = net_.loss == Loss::squared_error && rules.back.output_slope;
    const auto by_s = sloped || sparse_output ? slope(rules, L) : nullptr;
    const Real shares = sparse_output ? sparsity_shares(net_, rules.sparsity_slope, pass->s, pass->h, L, by_s.get(),
                                                        has_right_slope(net_, rules.back, L))
                                      : Real();
    Real delta(h.rows, h.cols);
    for_rows(h.rows, [&](std::size_t q) {
        for (std::size_t i = 0; i < h.cols; ++i) {
            double factor = sloped ? (*by_s)(q, i) : 1;
            if (squared_softmax) factor = h(q, i) * (1 - h(q, i));
            delta(q, i) = rules.back.error_factor * ((*y)(q, i) - h(q, i)) * factor;
            if (sparse_output) delta(q, i) -= shares(q, i);
        }
    });
    return delta;
}

/// Σ_i w_ij δ_i of the layer above layer l.
std::shared_ptr<const Real> Workings::carried(const Rules& rules, std::size_t l) {
    Key key{l, needed_by({TermKind::delta, l + 1}, rules, net_)};
    key.rules.back.carry = rules.back.carry;
    return carried_.get(key, [&](const Key& of) {
        const Carry carry = of.rules.back.carry;
        const auto above = delta(of.rules, l + 1);
        Real sum(patterns(), net_.units(l));
        Real G;
        View<const double> weights = W(l + 1);
        bool transpose = false;
        if (const std::size_t other = mirror(net_, l + 1);
            carry == Carry::mirrored_weights && other > 0) {
            weights = W(other);
            transpose = true;
        }
        if (carry == Carry::gradient || carry == Carry::data_gradient) {
            const double N = double(patterns()),
                         penalty = carry == Carry::gradient ? net_.weight_penalty : 0;
            Rules plain = of.rules;
            plain.gradient.patterns = Patterns::all;
            G = *product(plain, l + 1);
            for (std::size_t i = 0; i < G.values.size(); ++i)
                G.values[i] = -G.values[i] / N + penalty * weights.data[i];
            weights = G.view();
        }
        multiply<double>(above->view(), false, weights, transpose, sum.view());
        return sum;
    });
}

/// δ of a hidden layer.                                              [delta-hidden] [delta-sparse]
Real Workings::hidden_delta(const Rules& rules, std::size_t l) {
    const auto sums = carried(rules, l), by_s = slope(rules, l);
    const bool sparse_here = net_.sparse(l), masked_here = masked(c_, l);
    const auto pass = forward(rules);
    const Real shares = sparse_here ? sparsity_shares(net_, rules.sparsity_slope, pass->s, pass->h, l, by_s.get(),
                                                      has_right_slope(net_, rules.back, l))
                                    : Real();
    const Real mask =
        masked_here ? backward_mask(c_, rules.forward.rescale, rules.back.mask, l) : Real();
    Real delta(sums->rows, sums->cols);
    for_rows(delta.rows, [&](std::size_t q) {
        for (std::size_t j = 0; j < delta.cols; ++j) {
            const double sum = (*sums)(q, j) * (masked_here ? mask(q, j) : 1);
            delta(q, j) = sum * (*by_s)(q, j) - (sparse_here ? shares(q, j) : 0);
        }
    });
    return delta;
}

/// Σ_q δ^q (h^q)ᵀ of a layer.                                                          [gradient]
std::shared_ptr<const Real> Workings::product(const Rules& rules, std::size_t l) {
    Key key{l, needed_by({TermKind::delta, l}, rules, net_)};
    key.rules.gradient.patterns = rules.gradient.patterns;
    return products_.get(key, [&](const Key& of) {
        const std::size_t N = patterns();
        const Patterns how = of.rules.gradient.patterns;
        const auto pass = forward(of.rules);
        const auto deltas = delta(of.rules, l);
        const Real& inputs = below(*pass, l);
        Real sum(deltas->cols, inputs.cols);
        if (how == Patterns::all) {
            multiply<double>(deltas->view(), true, inputs.view(), false, sum.view());
            return sum;
        }
        std::vector<double> d(sum.rows), h(sum.cols);
        for (std::size_t q = how == Patterns::product_of_means ? 0 : N - 1; q < N; ++q) {
            for (std::size_t i = 0; i < sum.rows; ++i) d[i] += (*deltas)(q, i);
            for (std::size_t j = 0; j < sum.cols; ++j) h[j] += inputs(q, j);
        }
        const double factor = how == Patterns::product_of_means ? 1 / double(N)
                              : how == Patterns::last_undivided ? double(N)
                                                                : 1;
        for (std::size_t i = 0; i < sum.rows; ++i)
            for (std::size_t j = 0; j < sum.cols; ++j) sum(i, j) = factor * d[i] * h[j];
        return sum;
    });
}

/// −(1/N) Σ_q δ^q (h^q)ᵀ + λ W.                                          [weight-penalty-gradient]
Real Workings::weight_gradient(const Rules& rules, std::size_t l) {
    const std::size_t L = net_.depth();
    const GradientRules& how = rules.gradient;
    if (how.tied != Tied::no) return tied_gradient(rules, l);
    if (how.assigned == Assigned::swapped || how.assigned == Assigned::swapped_transposed) {
        Rules plain = rules;
        plain.gradient.assigned = Assigned::right;
        const Real other = weight_gradient(plain, L + 1 - l);
        return how.assigned == Assigned::swapped ? other : transposed(other);
    }
    const bool none = how.assigned == Assigned::none ||
                      (how.assigned == Assigned::none_first && l == 1) ||
                      (how.assigned == Assigned::none_last && l == L);
    if (none) return Real(W(l).rows, W(l).cols);
    Real G = *product(rules, l);
    const double scale = -how.weights / double(patterns());
    const double penalty = how.penalty_last_only && l < L ? 0 : how.penalty * net_.weight_penalty;
    for (std::size_t i = 0; i < G.values.size(); ++i)
        G.values[i] = scale * G.values[i] + penalty * W(l).data[i];
    return G;
}

/// With W2 = W1ᵀ one matrix: what the encoder's term and the decoder's term add up to, its penalty
/// once.
Real Workings::tied_gradient(const Rules& rules, std::size_t l) {
    Rules apart = rules;
    apart.gradient.tied = Tied::no;
    const Real encoder = weight_gradient(apart, 1), decoder = weight_gradient(apart, 2);
    if (rules.gradient.tied == Tied::encoder_term) return l == 1 ? encoder : transposed(encoder);
    if (rules.gradient.tied == Tied::decoder_term) return l == 2 ? decoder : transposed(decoder);
    Real sum = transposed(decoder);
    const double once = rules.gradient.penalty * net_.weight_penalty;
    for (std::size_t i = 0; i < sum.values.size(); ++i)
        sum.values[i] += encoder.values[i] - once * W(1).data[i];
    return l == 1 ? sum : transposed(sum);
}

/// −(1/N) Σ_q δ^q.                                                                     [gradient]
Real Workings::bias_gradient(const Rules& rules, std::size_t l) {
    const GradientRules& how = rules.gradient;
    const auto deltas = delta(rules, l);
    const std::size_t N = patterns();
    double scale = -how.biases / double(N);
    if (l == net_.depth()) scale *= how.output_bias;
    const bool last = how.patterns == Patterns::last || how.patterns == Patterns::last_undivided;
    if (how.patterns == Patterns::last_undivided) scale *= double(N);
    const bool penalised = !how.penalty_last_only || l == net_.depth();
    Real g(1, deltas->cols);
    for (std::size_t q = last ? N - 1 : 0; q < N; ++q)
        for (std::size_t j = 0; j < g.cols; ++j) g(0, j) += (*deltas)(q, j);
    for (std::size_t j = 0; j < g.cols; ++j) {
        g(0, j) *= scale;
        if (penalised) g(0, j) += how.bias_penalty * net_.weight_penalty * b(l)[j];
    }
    return g;
}

}  // namespace autoencoder::diagnosis
