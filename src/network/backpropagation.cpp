#include "autoencoder/backpropagation.hpp"

#include <algorithm>
#include <type_traits>

#include "autoencoder/activation.hpp"
#include "autoencoder/elementwise.hpp"
#include "autoencoder/penalty.hpp"
#include "autoencoder/products.hpp"
#include "autoencoder/sparsity.hpp"
#include "network/evaluation.hpp"

namespace autoencoder {
namespace {

/// One evaluation: the network, θ and the batch at hand, in the lecture's letters.
template <class T>
struct Pass {
    const Network& net;
    std::span<const T> theta;
    const Batch<T>& batch;
    Evaluation<T>& e;
    std::size_t N, L;
    std::span<T> gradient;                    // where the gradient goes, or
    const kernels::Step<T>* step = nullptr;   // what is done with it at once

    View<const T> W(std::size_t l) const { return matrix(theta, e.layout.blocks[2 * l - 2]); }
    std::span<const T> weights(std::size_t l) const { return part(theta, e.layout.blocks[2 * l - 2]); }
    std::span<const T> b(std::size_t l) const { return part(theta, e.layout.blocks[2 * l - 1]); }

    /// The patterns q … q + count − 1 of what layer l keeps.
    PanelView<T> at(Panels<T>& kept, std::size_t l, std::size_t q, std::size_t count) const {
        return kept.view().slice(l <= e.whole ? q : 0, count);
    }
    PanelView<T> h(std::size_t l, std::size_t q, std::size_t count) const {
        return at(e.layers[l - 1].h, l, q, count);
    }
    PanelView<T> delta(std::size_t l, std::size_t q, std::size_t count) const {
        auto& layer = e.layers[l - 1];
        if (!layer.delta.patterns) return h(l, q, count);
        return layer.delta.view().slice(e.everything ? q : 0, count);
    }
    bool masked(std::size_t l) const { return l < L && l <= batch.masks.size() && batch.masks[l - 1].data; }
    PanelView<const T> mask(std::size_t l, std::size_t q, std::size_t count) const {
        return batch.masks[l - 1].slice(q, count);
    }
    /// What layer l + 1 sees: x or h^l, after dropout.
    PanelView<const T> seen(std::size_t l, std::size_t q, std::size_t count) const {
        if (l == 0 && batch.input_mask.data) return at(e.masked_x, 1, q, count);
        if (l == 0) return batch.x.slice(q, count);
        return masked(l) ? at(e.layers[l - 1].masked, l, q, count) : h(l, q, count);
    }

    void drop(PanelView<const T> from, PanelView<const T> m, double p, PanelView<T> to) const;
    /// Panel p of a gaussian layer, of `columns` patterns.
    kernels::Code<T> code(std::size_t l, std::size_t q, std::size_t count, std::size_t p,
                          std::size_t columns) const;

    /// f(s) of layer l, to wherever it is wanted.
    void forward_to(std::size_t l, Activation f, std::size_t q, PanelView<T> h_l) const {
        const std::size_t count = h_l.patterns;
        if (by_inputs(l)) {
            const View<T> h_rows = e.first_rows.view().slice(0, count);
            forward_by_inputs<T>(W(l), b(l), f, batch.x_rows.slice(q, count), h_rows);  // [encode]
            to_panels<T>(h_rows, h_l);
        } else if (has_window(net.layer(l))) {
            e.layers[l - 1].convolution.forward(weights(l), b(l), f, seen(l - 1, q, count),
                                                h_l);  // [convolve] [deconvolve]
        } else {
            forward<T>(W(l), b(l), f, seen(l - 1, q, count), h_l);  // [encode] [decode]
        }
    }
    bool by_inputs(std::size_t l) const { return l == 1 && e.first_by_inputs(); }
    void forward_layer(std::size_t l, std::size_t q, std::size_t count) const;
    void sample_layer(std::size_t l, std::size_t q, std::size_t count) const;
    /// Whether f' of layer l is taken from s, not from h: in float64, where s is kept.
    bool by_net_input(std::size_t l) const {
        const Activation f = net.layer(l).activation;
        return std::is_same_v<T, double> && e.layers[l - 1].s.patterns > 0 &&
               (f == Activation::sigmoid || f == Activation::tanh);
    }
    double measure_sparsity(std::size_t l) const;
    Rho measured(std::size_t l, std::size_t j) const;
    void times_slope(std::size_t l, std::size_t q, std::size_t count, PanelView<T> d) const;
    void output(std::size_t q, std::size_t count, bool with_delta) const;
    void backward_layer(std::size_t l, std::size_t q, std::size_t count) const;
    void gradient_layer(std::size_t l, std::size_t q, std::size_t count) const;
};

template <class T>
kernels::Code<T> Pass<T>::code(std::size_t l, std::size_t q, std::size_t count, std::size_t p,
                               std::size_t columns) const {
    auto& layer = e.layers[l - 1];
    kernels::Code<T> c;
    c.units = net.units(l);
    c.columns = columns;
    c.s = at(layer.s, l, q, count).panel(p);
    if (batch.noise.data) c.noise = batch.noise.slice(q, count).panel(p);
    c.sigma = at(layer.sigma, l, q, count).panel(p);
    c.z = h(l, q, count).panel(p);
    c.cost = e.pattern_kl.data() + q + p * kernels::panel_width;
    c.delta_z = layer.delta_z.view().panel(p);
    c.delta = delta(l, q, count).panel(p);
    return c;
}

// 1 forward -----------------------------------------------------------------------------------------

/// h̃ = m h/(1−p).
template <class T>
void Pass<T>::drop(PanelView<const T> from, PanelView<const T> m, double p, PanelView<T> to) const {
    const T scale = T(1 / (1 - p));
    in_parallel(from.patterns, kernels::panel_width, [&](std::size_t first, std::size_t) {
        const std::size_t panel = first / kernels::panel_width;
        kernels::current().table<T>().mask(m.panel(panel), scale, from.panel(panel),
                                           to.panel(panel),
                                           from.units * kernels::panel_width);  // [dropout]
    });
}

template <class T>
void Pass<T>::forward_layer(std::size_t l, std::size_t q, std::size_t count) const {
    if (net.layer(l).kind == Kind::gaussian) return sample_layer(l, q, count);
    auto& layer = e.layers[l - 1];
    if (l == 1 && batch.input_mask.data)
        drop(batch.x.slice(q, count), batch.input_mask.slice(q, count), net.input_dropout,
             at(e.masked_x, 1, q, count));
    const Activation f = net.layer(l).activation;
    const PanelView<T> h_l = h(l, q, count);
    if (layer.s.patterns) {  // s is asked for: in two steps
        const PanelView<T> s = at(layer.s, l, q, count);
        forward_to(l, Activation::linear, q, s);  // s = W h + b
        in_parallel(count, kernels::panel_width, [&](std::size_t first, std::size_t) {
            const std::size_t p = first / kernels::panel_width;
            const auto& table = kernels::current().table<T>();
            const std::size_t size = s.units * kernels::panel_width;
            if (f == Activation::softmax) table.softmax(s.panel(p), h_l.panel(p), s.units);  // [head]
            else table.activate(f, s.panel(p), h_l.panel(p), size);                   // h = f(s)
        });
    } else {
        forward_to(l, f, q, h_l);  // [encode] [decode]
    }
    if (masked(l)) drop(h_l, mask(l, q, count), net.dropout, at(layer.masked, l, q, count));
}

/// (μ, log σ²) = W h + b, then z and its divergence.                          [reparameterise] [elbo]
template <class T>
void Pass<T>::sample_layer(std::size_t l, std::size_t q, std::size_t count) const {
    forward<T>(W(l), b(l), Activation::linear, seen(l - 1, q, count),
               at(e.layers[l - 1].s, l, q, count));
    in_parallel(count, kernels::panel_width, [&](std::size_t first, std::size_t end) {
        const std::size_t p = first / kernels::panel_width;
        kernels::current().table<T>().sample(code(l, q, count, p, end - first));
    });
}

/// ρ_j of all patterns, from s where it is kept, else from the sums of h and of 1 − h.
template <class T>
Rho Pass<T>::measured(std::size_t l, std::size_t j) const {
    const auto& layer = e.layers[l - 1];
    const Activation f = net.layer(l).activation;
    if constexpr (std::is_same_v<T, double>) {
        std::vector<double> s(N);
        const PanelView<const double> all = layer.s.view().slice(0, N);
        for (std::size_t q = 0; q < N; ++q)
            s[q] = all.panel(q / kernels::panel_width)[j * kernels::panel_width + q % kernels::panel_width];
        return mean_activity(f, s);
    } else {
        const double half = mean_activity_slope(f);  // of 1 ± h, for tanh
        return Rho(half * layer.sums[j] / double(N), half * layer.complements[j] / double(N))
            .template held<T>(f);
    }
}

/// ρ_j, KL and the term of δ for the units of layer l; returns γ Σ_j KL(ρ̄‖ρ_j).
template <class T>
double Pass<T>::measure_sparsity(std::size_t l) const {
    auto& layer = e.layers[l - 1];
    const Activation f = net.layer(l).activation;
    const double target = net.sparsity_target;
    if (!by_net_input(l)) {
        std::fill(layer.sums.begin(), layer.sums.end(), 0.0);
        std::fill(layer.complements.begin(), layer.complements.end(), 0.0);
        add_sums<T>(h(l, 0, N), layer.sums, f == Activation::tanh ? T(1) : T(0));
        add_sums<T>(h(l, 0, N), layer.complements, T(1), T(-1));
    }
    double sum = 0;
    for (std::size_t j = 0; j < layer.rho.size(); ++j) {
        Rho rho = measured(l, j);  // [mean-activity]
        if (e.running) {
            auto& mean = e.running->rho[l - 1];
            if (mean.size() <= j) mean.push_back(rho.on);
            else mean[j] = e.running->memory * mean[j] + (1 - e.running->memory) * rho.on;
            rho = Rho(mean[j]).template held<T>(f);
        }
        layer.rho[j] = rho;
        layer.kl[j] = kl(target, rho);  // [kl]
        sum += layer.kl[j];
        // γ ((1−ρ̄)/(1−ρ_j) − ρ̄/ρ_j), and ½ of it for tanh                          [delta-sparse]
        layer.sparsity_term[j] =
            T(net.sparsity_weight * kl_by_rho(target, rho) * mean_activity_slope(f));
    }
    return net.sparsity_weight * sum;  // [sparse-cost]
}

/// From Σ w δ to δ with f' from s. The terms of the sparsity are f'/(1 − ρ_j) and f'/ρ_j, of which each
/// part may leave the range of float64 while their quotient, a difference of logarithms, does not.
template <class T>
void Pass<T>::times_slope(std::size_t l, std::size_t q, std::size_t count, PanelView<T> d) const {
    if constexpr (std::is_same_v<T, double>) {
        constexpr std::size_t width = kernels::panel_width;
        const auto& layer = e.layers[l - 1];
        const Activation f = net.layer(l).activation;
        const double target = net.sparsity_target,
                     gamma = net.sparsity_weight * mean_activity_slope(f);
        const PanelView<const double> s = at(e.layers[l - 1].s, l, q, count);
        in_parallel(count, width, [&](std::size_t first, std::size_t) {
            const std::size_t p = first / width, n = d.units * width;
            std::vector<double> slope(n), up, down;
            log_slope(f, {s.panel(p), n}, slope);
            if (net.sparse(l)) {
                up = down = slope;
                for (std::size_t i = 0; i < n; ++i) {
                    const Rho& rho = layer.rho[i / width];
                    up[i] -= rho.log_on;
                    down[i] -= rho.log_off;
                }
                map<double>(kernels::Function::exp, up, up);
                map<double>(kernels::Function::exp, down, down);
            }
            map<double>(kernels::Function::exp, slope, slope);
            double* const delta = d.panel(p);
            for (std::size_t i = 0; i < n; ++i) delta[i] *= slope[i];
            for (std::size_t i = 0; i < up.size(); ++i) {
                const Rho& rho = layer.rho[i / width];
                delta[i] -= gamma * ((rho.off_held ? 0 : (1 - target) * down[i]) -
                                     (rho.on_held ? 0 : target * up[i]));  // [delta-sparse]
            }
        });
    }
}

// 2 cost --------------------------------------------------------------------------------------------

template <class T>
void Pass<T>::output(std::size_t q, std::size_t count, bool with_delta) const {
    auto& layer = e.layers[L - 1];
    const Activation f = net.layer(L).activation;
    const PanelView<T> h_L = h(L, q, count), delta_L = delta(L, q, count);
    in_parallel(count, kernels::panel_width, [&](std::size_t first, std::size_t end) {
        const std::size_t p = first / kernels::panel_width;
        kernels::Output<T> o;
        o.rule = net.loss == Loss::squared_error  ? kernels::OutputRule::squared_error
                 : f == Activation::sigmoid       ? kernels::OutputRule::bernoulli
                                                  : kernels::OutputRule::categorical;
        o.f = by_net_input(L) ? Activation::linear : f;
        o.rows = h_L.units;
        o.columns = end - first;
        if (layer.s.patterns) o.s = at(layer.s, L, q, count).panel(p);
        o.h = h_L.panel(p);
        o.y = batch.y.slice(q, count).panel(p);
        o.delta = with_delta ? delta_L.panel(p) : nullptr;
        o.cost = e.pattern_cost.data() + q + first;
        kernels::current().table<T>().output(o);  // [cost] [delta-output]
    });
    if (with_delta && net.loss == Loss::squared_error && by_net_input(L)) times_slope(L, q, count, delta_L);
}

// 3 backward ----------------------------------------------------------------------------------------

/// δ^l from δ^{l+1}, for a hidden layer l.
template <class T>
void Pass<T>::backward_layer(std::size_t l, std::size_t q, std::size_t count) const {
    BackPropagation<T> rule;
    rule.f = by_net_input(l) ? Activation::linear : net.layer(l).activation;
    rule.h = h(l, q, count);
    if (masked(l)) {
        rule.mask = mask(l, q, count);
        rule.mask_scale = T(1 / (1 - net.dropout));  // [dropout]
    }
    if (net.sparse(l) && !by_net_input(l)) rule.term = e.layers[l - 1].sparsity_term.data();  // [delta-sparse]
    const bool gaussian = net.layer(l).kind == Kind::gaussian;
    const PanelView<T> before =
        gaussian ? e.layers[l - 1].delta_z.view().slice(0, count) : delta(l, q, count);
    if (has_window(net.layer(l + 1)))
        e.layers[l].convolution.back_propagate(weights(l + 1), delta(l + 1, q, count), rule,
                                               before);  // [convolve-gradient]
    else
        back_propagate<T>(W(l + 1), delta(l + 1, q, count), rule, before);  // [delta-hidden]
    if (by_net_input(l)) times_slope(l, q, count, before);
    if (!gaussian) return;
    in_parallel(count, kernels::panel_width, [&](std::size_t first, std::size_t end) {
        const std::size_t p = first / kernels::panel_width;
        kernels::current().table<T>().sample_slope(code(l, q, count, p, end - first));
    });
}

// 4 gradient ----------------------------------------------------------------------------------------

template <class T>
void Pass<T>::gradient_layer(std::size_t l, std::size_t q, std::size_t count) const {
    const Block &W_block = e.layout.blocks[2 * l - 2], &b_block = e.layout.blocks[2 * l - 1];
    Share<T> share;
    share.first = q == 0;
    share.last = q + count == N;
    share.scale = T(-1.0 / double(N));
    share.weight_penalty = T(net.weight_penalty);  // [weight-penalty-gradient]
    kernels::Step<T> W_step;
    if (step) {
        W_step = step->from(W_block.offset);
        share.step = &W_step;
    }
    const PanelView<const T> delta_l = delta(l, q, count);
    const View<T> G = matrix(gradient, W_block);
    auto& convolution = e.layers[l - 1].convolution;
    const bool by_rows = l == 1 && batch.x_rows.data && !batch.input_mask.data;
    const bool window = has_window(net.layer(l));
    if (by_inputs(l)) {
        const View<T> delta_rows = e.first_rows.view().slice(0, count);
        from_panels<T>(delta_l, delta_rows);
        weight_gradient_by_inputs<T>(delta_rows, batch.x_rows.slice(q, count), share, W(l), G);  // [gradient]
    } else if (window)
        convolution.weight_gradient(delta_l, seen(l - 1, q, count), share, weights(l),
                                    part(gradient, W_block));  // [convolve-gradient]
    else if (by_rows)  // ∂J/∂W = −(1/N) Σ δ hᵀ + λ W                                      [gradient]
        weight_gradient<T>(delta_l, batch.x_rows.slice(q, count), share, W(l), G);
    else
        weight_gradient<T>(delta_l, seen(l - 1, q, count), share, W(l), G);

    const std::span<T> g = part(gradient, b_block);
    const std::span<double> sums = std::span(e.layers[l - 1].sums).first(g.size());
    if (share.first) std::fill(sums.begin(), sums.end(), 0.0);
    if (window) convolution.add_sums(delta_l, sums);
    else add_sums<T>(delta_l, sums);
    if (!share.last) return;
    for (std::size_t j = 0; j < g.size(); ++j)
        g[j] = T(-sums[j] / double(N));  // ∂J/∂b = −(1/N) Σ δ, never penalised              [gradient]
    if (step) kernels::current().table<T>().step(step->from(b_block.offset), g.data(), g.size());
}

template <class T>
Cost evaluate(const Pass<T>& pass) {
    require_fit<T>(pass.net, pass.theta, pass.batch, pass.gradient, pass.e);
    const Network& net = pass.net;
    Evaluation<T>& e = pass.e;
    const std::size_t N = pass.N, L = pass.L;
    Cost cost;
    if (net.weight_penalty > 0) {
        for (std::size_t l = 1; l <= L; ++l)
            cost.weight_penalty += weight_penalty_cost<T>(net.weight_penalty,
                                                          part(pass.theta, e.layout.blocks[2 * l - 2]));
    }

    // Forward as far as the last sparse layer, for every pattern: ρ needs them all.
    std::size_t last_sparse = 0;
    for (std::size_t l = 1; l < L; ++l) {
        if (net.sparse(l)) last_sparse = l;
    }
    for (std::size_t l = 1; l <= last_sparse; ++l) {
        pass.forward_layer(l, 0, N);
        if (net.sparse(l)) cost.sparsity += pass.measure_sparsity(l);
    }

    // The rest a chunk of patterns at a time, so that it stays in the cache.
    const bool backward = !pass.gradient.empty();
    for (std::size_t q = 0; q < N; q += e.chunk) {
        const std::size_t count = N - q < e.chunk ? N - q : e.chunk;
        for (std::size_t l = last_sparse + 1; l <= L; ++l) pass.forward_layer(l, q, count);
        pass.output(q, count, backward);
        if (!backward) continue;
        for (std::size_t l = L; l >= 1; --l) {
            if (l > 1) pass.backward_layer(l - 1, q, count);  // before a step changes W
            pass.gradient_layer(l, q, count);
        }
    }

    for (std::size_t q = 0; q < N; ++q) cost.data += double(e.pattern_cost[q]);
    cost.data /= double(N);  // (1/N) Σ J^q                                                   [scale]
    for (std::size_t q = 0; q < N && e.pattern_kl.size() > 0; ++q) cost.kl += double(e.pattern_kl[q]);
    cost.kl /= double(N);
    return cost;
}

}  // namespace

template <class T>
Cost cost_and_gradient(const Network& network, std::span<const T> theta, const Batch<T>& batch,
                       std::span<T> gradient, Evaluation<T>& e) {
    return evaluate<T>({network, theta, batch, e, batch.x.patterns, network.depth(), gradient});
}

template <class T>
Cost cost_and_step(const Network& network, const kernels::Step<T>& step, const Batch<T>& batch,
                   std::span<T> gradient, Evaluation<T>& e) {
    const std::span<const T> theta(step.w, e.layout.size);
    return evaluate<T>({network, theta, batch, e, batch.x.patterns, network.depth(), gradient, &step});
}

template Cost cost_and_gradient(const Network&, std::span<const float>, const Batch<float>&,
                                std::span<float>, Evaluation<float>&);
template Cost cost_and_gradient(const Network&, std::span<const double>, const Batch<double>&,
                                std::span<double>, Evaluation<double>&);
template Cost cost_and_step(const Network&, const kernels::Step<float>&, const Batch<float>&,
                            std::span<float>, Evaluation<float>&);
template Cost cost_and_step(const Network&, const kernels::Step<double>&, const Batch<double>&,
                            std::span<double>, Evaluation<double>&);

}  // namespace autoencoder
