// Backward: δ layer by layer, and the gradients.
#include "autoencoder/elementwise.hpp"
#include "autoencoder/products.hpp"
#include "autoencoder/sparsity.hpp"
#include "diagnosis/workings.hpp"

namespace autoencoder::diagnosis {
namespace {

/// f'(s), softmax excepted; h is f(s).
double derivative(Activation f, double s, double h) {
    if (f == Activation::sigmoid) return 1 / ((1 + exponential(-s)) * (1 + exponential(s)));
    if (f == Activation::tanh) return 1 - h * h;
    if (f == Activation::relu) return s > 0 ? 1 : 0;
    return 1;
}

double derivative(Activation f, double s) {
    return derivative(f, s, f == Activation::tanh ? 1 - 2 / (1 + exponential(2 * s)) : 0);
}

/// What is taken for ∂KL/∂ρ.                                                          [kl-by-rho]
double by_rho(const SparsitySlope& rules, double target, double rho) {
    if (rules.reversed) return logarithm(rho / target) - logarithm((1 - rho) / (1 - target));
    const double first = rules.first_sign * target / rho;
    return rules.first_term_only ? first : first + (1 - target) / (1 - rho);
}

Real transposed(const Real& values) {
    Real result(values.cols, values.rows);
    for (std::size_t i = 0; i < values.rows; ++i)
        for (std::size_t j = 0; j < values.cols; ++j)
            result(j, i) = values(i, j);
    return result;
}

}  // namespace

Workings::DeltaKey Workings::delta_key(const Rules& rules, std::size_t l) const {
    return {l, rules.forward, rules.sparsity_slope, rules.back};
}

std::shared_ptr<const Real> Workings::delta(const DeltaKey& of_key) {
    return deltas_.get(of_key, [&](const DeltaKey& key) {
        return key.layer == net_.depth() ? output_delta(key) : hidden_delta(key);
    });
}

/// f'(s_j^q) of the key's layer.
double Workings::slope(const DeltaKey& key, const Forward& pass, std::size_t q,
                       std::size_t j) const {
    const std::size_t l = key.layer, L = net_.depth();
    const double s = pass.s[l - 1](q, j), h = pass.h[l - 1](q, j);
    const Activation f_l = f(key.forward, l);
    const BackRules& rules = key.back;
    if (l < L && (rules.no_slope_at == l || rules.no_slope_at == BackRules::every_layer)) return 1;
    const bool here =
        rules.slope_where == Where::everywhere || (rules.slope_where == Where::output) == (l == L);
    if (!here || rules.slope == Slope::right) return derivative(f_l, s, h);
    if (rules.slope == Slope::at_activation) return derivative(f_l, h);
    if (rules.slope == Slope::of_net_input) {
        if (f_l == Activation::sigmoid) return s * (1 - s);
        return f_l == Activation::tanh ? 1 - s * s : derivative(f_l, s, h);
    }
    if (f_l != Activation::tanh) return derivative(f_l, s, h);
    constexpr double a = 1.7159, b = 2.0 / 3;  // a tanh(b s), LeCun et al. 1998
    if (rules.slope == Slope::lecun_by_h) return b / a * (a - h) * (a + h);
    return a * b * derivative(Activation::tanh, b * s);
}

/// γ ∂KL/∂ρ_j · N ∂ρ_j/∂h_j^q, as 1 × n where it is the same for every pattern, or N × n.
Real Workings::sparsity_terms(const DeltaKey& key, const Forward& pass) const {
    const std::size_t l = key.layer, N = patterns(), n = net_.units(l);
    const SparsitySlope& rules = key.sparsity;
    const Measure& how = rules.rho;
    const Activation f_l = f(key.forward, l);
    double scale = net_.sparsity_weight * rules.weight;
    if (!rules.whole_tanh && how.activity != Activity::unmapped)
        scale *= mean_activity_slope(f_l);  // [rho-by-s]
    if (rules.mean_over_units) scale /= double(n);
    const auto term = [&](double rho) { return scale * by_rho(rules, net_.sparsity_target, rho); };
    const std::vector<double> rho = measure(pass, key.forward, how, l);
    const bool part = how.activity == Activity::over_part;
    const bool units =
        how.activity == Activity::over_units || how.activity == Activity::over_units_unscaled;
    const bool by_pattern = part || units || how.activity == Activity::single;
    Real terms(by_pattern ? N : 1, n);
    for (std::size_t q = 0; q < terms.rows; ++q) {
        for (std::size_t j = 0; j < n; ++j) {
            if (how.activity == Activity::single) {
                terms(q, j) = term(mean_activity(f_l, pass.h[l - 1](q, j)));
            } else if (units) {
                const double share =
                    how.activity == Activity::over_units ? double(N) / double(n) : 1;
                terms(q, j) = term(rho[q]) * share;
            } else if (part) {
                const bool inside = q >= how.first && q < how.first + how.count;
                terms(q, j) = inside ? term(rho[j]) * double(N) / double(how.count) : 0;
            } else {
                terms(q, j) = term(rho[j]);
                if (how.activity != Activity::squashed) continue;
                terms(q, j) *= rho[j] * (1 - rho[j]);  // ρ is σ of the mean activity
            }
        }
    }
    return terms;
}

/// δ of the output.                                                               [delta-output]
Real Workings::output_delta(const DeltaKey& key) {
    const std::size_t L = net_.depth();
    const auto pass = forward(key.forward);
    const Real &h = pass->h.back(), &y = pass->y;
    const bool softmax = f(key.forward, L) == Activation::softmax;
    const bool sparse_output = sparse(key.sparsity.on_output, L);
    const Real terms = sparse_output ? sparsity_terms(key, *pass) : Real();
    Real delta(h.rows, h.cols);
    for (std::size_t q = 0; q < h.rows; ++q) {
        for (std::size_t i = 0; i < h.cols; ++i) {
            // The cross-entropy's own 1/f' cancels f'.
            const bool sloped = net_.loss == Loss::squared_error && key.back.output_slope;
            double factor = sloped ? slope(key, *pass, q, i) : 1;
            if (softmax && key.back.softmax_squared) factor = h(q, i) * (1 - h(q, i));
            delta(q, i) = key.back.error_factor * (y(q, i) - h(q, i)) * factor;
            if (sparse_output)
                delta(q, i) -= terms(terms.rows == 1 ? 0 : q, i) * slope(key, *pass, q, i);
        }
    }
    return delta;
}

/// Σ_i w_ij δ_i of the layer above, for layer key.layer.
std::shared_ptr<const Real> Workings::carried(const CarriedKey& of_key) {
    return carried_.get(of_key, [&](const CarriedKey& key) {
        const std::size_t l = key.layer, L = net_.depth();
        const auto above = delta({l + 1, key.forward, key.above, key.back});
        Real sum(patterns(), net_.units(l));
        Real G;
        View<const double> weights = W(l + 1);
        bool transpose = false;
        if (key.back.carry == Carry::mirrored_weights && L - l >= 1) {
            const View<const double> mirror = W(L - l);
            transpose = mirror.rows == sum.cols && mirror.cols == above->cols;
            if (transpose) weights = mirror;
        }
        if (key.back.carry == Carry::gradient || key.back.carry == Carry::data_gradient) {
            const double N = double(patterns());
            const bool penalised = key.back.carry == Carry::gradient;
            G = *product({{l + 1, key.forward, key.above, key.back}, Patterns::all});
            for (std::size_t i = 0; i < G.values.size(); ++i)
                G.values[i] =
                    -G.values[i] / N + (penalised ? net_.weight_penalty * weights.data[i] : 0);
            weights = G.view();
        }
        multiply<double>(above->view(), false, weights, transpose, sum.view());
        return sum;
    });
}

/// δ of a hidden layer.                                              [delta-hidden] [delta-sparse]
Real Workings::hidden_delta(const DeltaKey& key) {
    const std::size_t l = key.layer;
    bool sparse_above = sparse(key.sparsity.on_output, net_.depth());
    for (std::size_t m = l + 1; m < net_.depth(); ++m)
        sparse_above |= net_.sparse(m);
    const auto sums =
        carried({l, key.forward, key.back, sparse_above ? key.sparsity : SparsitySlope{}});
    const auto pass = forward(key.forward);
    const bool sparse_here = net_.sparse(l);
    const Real terms = sparse_here ? sparsity_terms(key, *pass) : Real();
    const bool masked = l <= c_.masks.size() && c_.masks[l - 1].rows > 0;
    Real delta(sums->rows, sums->cols);
    for (std::size_t q = 0; q < delta.rows; ++q) {
        for (std::size_t j = 0; j < delta.cols; ++j) {
            double kept = keep(key.forward, l, q, j);
            if (key.back.mask == BackwardMask::none) kept = 1;
            if (key.back.mask == BackwardMask::without_scale && masked)
                kept = c_.masks[l - 1](q, j);
            if (key.back.mask == BackwardMask::without_mask && masked)
                kept = 1 / (1 - net_.dropout);
            const double sum = (*sums)(q, j) * kept, by_s = slope(key, *pass, q, j);
            const double sparsity = sparse_here ? terms(terms.rows == 1 ? 0 : q, j) : 0;
            delta(q, j) =
                key.sparsity.outside_derivative ? sum * by_s - sparsity : (sum - sparsity) * by_s;
        }
    }
    return delta;
}

/// Σ_q δ^q (h^q)ᵀ of a layer.                                                          [gradient]
std::shared_ptr<const Real> Workings::product(const ProductKey& of_key) {
    return products_.get(of_key, [&](const ProductKey& key) {
        const std::size_t l = key.delta.layer, N = patterns();
        const auto pass = forward(key.delta.forward);
        const auto deltas = delta(key.delta);
        const Real& below = l == 1 ? c_.x : pass->seen[l - 2];
        Real sum(deltas->cols, below.cols);
        if (key.patterns == Patterns::all) {
            multiply<double>(deltas->view(), true, below.view(), false, sum.view());
            return sum;
        }
        std::vector<double> d(sum.rows), h(sum.cols);
        const std::size_t first = key.patterns == Patterns::product_of_means ? 0 : N - 1;
        for (std::size_t q = first; q < N; ++q) {
            for (std::size_t i = 0; i < sum.rows; ++i)
                d[i] += (*deltas)(q, i);
            for (std::size_t j = 0; j < sum.cols; ++j)
                h[j] += below(q, j);
        }
        const double factor = key.patterns == Patterns::product_of_means ? 1 / double(N)
                              : key.patterns == Patterns::last_undivided ? double(N)
                                                                         : 1;
        for (std::size_t i = 0; i < sum.rows; ++i)
            for (std::size_t j = 0; j < sum.cols; ++j)
                sum(i, j) = factor * d[i] * h[j];
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
    Real G = *product({delta_key(rules, l), how.patterns});
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
    const auto deltas = delta(delta_key(rules, l));
    const std::size_t N = patterns();
    double scale = -how.biases / double(N);
    if (l == net_.depth()) scale *= how.output_bias;
    const bool last = how.patterns == Patterns::last || how.patterns == Patterns::last_undivided;
    if (how.patterns == Patterns::last_undivided) scale *= double(N);
    const bool penalised = !how.penalty_last_only || l == net_.depth();
    Real g(1, deltas->cols);
    for (std::size_t q = last ? N - 1 : 0; q < N; ++q)
        for (std::size_t j = 0; j < g.cols; ++j)
            g(0, j) += (*deltas)(q, j);
    for (std::size_t j = 0; j < g.cols; ++j) {
        g(0, j) *= scale;
        if (penalised) g(0, j) += how.bias_penalty * net_.weight_penalty * b(l)[j];
    }
    return g;
}

}  // namespace autoencoder::diagnosis
