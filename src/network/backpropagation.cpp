#include "autoencoder/backpropagation.hpp"

#include "autoencoder/activation.hpp"
#include "autoencoder/elementwise.hpp"
#include "autoencoder/penalty.hpp"
#include "network/evaluation.hpp"
#include "network/layer_products.hpp"
#include "network/sparse_layer.hpp"

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
    Sink<T> sink;  // no gradient: only the cost is wanted

    LayerProducts<T> products(std::size_t l) const { return {net, theta, batch, e, l}; }
    auto& layer(std::size_t l) const { return e.layers[l - 1]; }
    Activation f(std::size_t l) const { return net.layer(l).activation; }
    bool gaussian(std::size_t l) const { return net.layer(l).kind == Kind::gaussian; }
    bool by_net_input(std::size_t l) const { return slope_by_net_input<T>(f(l), layer(l)); }

    /// A chunk of what layer l keeps.
    PanelView<T> at(Panels<T>& kept, std::size_t l, Chunk c) const {
        return kept.view().slice(l <= e.whole ? c.first : 0, c.count);
    }
    PanelView<T> s(std::size_t l, Chunk c) const { return at(layer(l).s, l, c); }
    PanelView<T> h(std::size_t l, Chunk c) const { return at(layer(l).h, l, c); }
    PanelView<T> delta(std::size_t l, Chunk c) const {
        if (!layer(l).delta.patterns) return h(l, c);
        return layer(l).delta.view().slice(e.everything ? c.first : 0, c.count);
    }
    bool masked(std::size_t l) const { return l < L && l <= batch.masks.size() && batch.masks[l - 1].data; }
    PanelView<const T> mask(std::size_t l, Chunk c) const { return batch.masks[l - 1].slice(c.first, c.count); }
    /// What layer l + 1 sees: x or h^l, after dropout.
    Seen<T> seen(std::size_t l, Chunk c) const {
        if (l > 0) return {masked(l) ? at(layer(l).masked, l, c) : h(l, c)};
        if (batch.input_mask.data) return {at(e.masked_x, 1, c)};
        return {batch.x.slice(c.first, c.count),
                batch.x_rows.data ? batch.x_rows.slice(c.first, c.count) : batch.x_rows};
    }

    void forward(std::size_t l, Chunk c) const;
    void sample(std::size_t l, Chunk c) const;
    void drop(PanelView<const T> from, PanelView<const T> m, double p, PanelView<T> to) const;
    void cost(Chunk c) const;
    void backward(std::size_t l, Chunk c) const;
    void gradient(std::size_t l, Chunk c) const {
        products(l).gradient(delta(l, c), seen(l - 1, c), c, N, sink);
    }
    kernels::Code<T> code(std::size_t l, Chunk c, std::size_t p, std::size_t columns) const;
};

/// body(p, columns) for every panel p, with `columns` patterns in it.
template <class T, class Body>
void for_panels(PanelView<T> panels, const Body& body) {
    in_parallel(panels.patterns, panels.units, kernels::panel_width, [&](std::size_t first, std::size_t end) {
        body(first / kernels::panel_width, end - first);
    });
}

// 1 forward -----------------------------------------------------------------------------------------

/// h^l = f(s^l), s^l = W^l h^{l−1} + b^l.
template <class T>
void Pass<T>::forward(std::size_t l, Chunk c) const {
    if (gaussian(l)) return sample(l, c);
    if (l == 1 && batch.input_mask.data)
        drop(batch.x.slice(c.first, c.count), batch.input_mask.slice(c.first, c.count), net.input_dropout,
             at(e.masked_x, 1, c));
    const PanelView<T> h_l = h(l, c);
    if (!layer(l).s.patterns) {
        products(l).forward(f(l), seen(l - 1, c), h_l);
    } else {  // s is asked for: in two steps
        const PanelView<T> s_l = s(l, c);
        products(l).forward(Activation::linear, seen(l - 1, c), s_l);
        for_panels(s_l, [&](std::size_t p, std::size_t) {
            const auto& table = kernels::current().table<T>();
            if (f(l) == Activation::softmax) table.softmax(s_l.panel(p), h_l.panel(p), s_l.units);
            else table.activate(f(l), s_l.panel(p), h_l.panel(p), s_l.units * kernels::panel_width);
        });
    }
    if (masked(l)) drop(h_l, mask(l, c), net.dropout, at(layer(l).masked, l, c));
}

/// (μ, log σ²) = W h + b, then z and its divergence.
template <class T>
void Pass<T>::sample(std::size_t l, Chunk c) const {
    products(l).forward(Activation::linear, seen(l - 1, c), s(l, c));
    for_panels(s(l, c), [&](std::size_t p, std::size_t columns) {
        kernels::current().table<T>().sample(code(l, c, p, columns));
    });
}

/// h̃ = m h/(1−p).
template <class T>
void Pass<T>::drop(PanelView<const T> from, PanelView<const T> m, double p, PanelView<T> to) const {
    const T scale = T(1 / (1 - p));
    for_panels(from, [&](std::size_t panel, std::size_t) {
        kernels::current().table<T>().mask(m.panel(panel), scale, from.panel(panel), to.panel(panel),
                                           from.units * kernels::panel_width);
    });
}

/// Panel p of a gaussian layer.
template <class T>
kernels::Code<T> Pass<T>::code(std::size_t l, Chunk c, std::size_t p, std::size_t columns) const {
    kernels::Code<T> code;
    code.units = net.units(l);
    code.columns = columns;
    code.s = s(l, c).panel(p);
    if (batch.noise.data) code.noise = batch.noise.slice(c.first, c.count).panel(p);
    code.sigma = at(layer(l).sigma, l, c).panel(p);
    code.z = h(l, c).panel(p);
    code.cost = e.pattern_kl.data() + c.first + p * kernels::panel_width;
    code.delta_z = layer(l).delta_z.view().panel(p);
    code.delta = delta(l, c).panel(p);
    return code;
}

// 2 cost --------------------------------------------------------------------------------------------

/// J^q, and with it δ^L.
template <class T>
void Pass<T>::cost(Chunk c) const {
    const PanelView<T> h_L = h(L, c), delta_L = delta(L, c);
    const bool with_delta = !sink.gradient.empty();
    for_panels(h_L, [&](std::size_t p, std::size_t columns) {
        kernels::Output<T> o;
        o.rule = net.loss == Loss::squared_error  ? kernels::OutputRule::squared_error
                 : f(L) == Activation::sigmoid    ? kernels::OutputRule::bernoulli
                                                  : kernels::OutputRule::categorical;
        o.f = by_net_input(L) ? Activation::linear : f(L);
        o.rows = h_L.units;
        o.columns = columns;
        if (layer(L).s.patterns) o.s = s(L, c).panel(p);
        o.h = h_L.panel(p);
        o.y = batch.y.slice(c.first, c.count).panel(p);
        o.delta = with_delta ? delta_L.panel(p) : nullptr;
        o.cost = e.pattern_cost.data() + c.first + p * kernels::panel_width;
        kernels::current().table<T>().output(o);
    });
    if (with_delta && net.loss == Loss::squared_error && by_net_input(L))
        times_slope<T>(net, L, layer(L), s(L, c), delta_L);
}

// 3 backward ----------------------------------------------------------------------------------------

/// δ^l = [Σ w δ^{l+1} − γ ∂KL/∂ρ] f' of a hidden layer; of a gaussian one δ of z, and on to μ and log σ².
template <class T>
void Pass<T>::backward(std::size_t l, Chunk c) const {
    const bool by_s = by_net_input(l);
    BackPropagation<T> rule;
    rule.f = by_s ? Activation::linear : f(l);
    rule.h = h(l, c);
    if (masked(l)) {
        rule.mask = mask(l, c);
        rule.mask_scale = T(1 / (1 - net.dropout));
    }
    if (net.sparse(l) && !by_s) rule.term = layer(l).sparsity_term.data();
    const PanelView<T> before = gaussian(l) ? layer(l).delta_z.view().slice(0, c.count) : delta(l, c);
    products(l + 1).back_propagate(delta(l + 1, c), rule, before);
    if (by_s) times_slope<T>(net, l, layer(l), s(l, c), before);
    if (!gaussian(l)) return;
    for_panels(s(l, c), [&](std::size_t p, std::size_t columns) {
        kernels::current().table<T>().sample_slope(code(l, c, p, columns));
    });
}

// All of it -----------------------------------------------------------------------------------------

/// (1/N) Σ_q of a number a pattern.
template <class T>
double mean(const Buffer<T>& of_patterns, std::size_t N) {
    double sum = 0;
    for (std::size_t q = 0; q < N; ++q) sum += double(of_patterns[q]);
    return sum / double(N);
}

template <class T>
Cost evaluate(const Pass<T>& pass) {
    require_fit<T>(pass.net, pass.theta, pass.batch, pass.sink.gradient, pass.e);
    const Network& net = pass.net;
    Evaluation<T>& e = pass.e;
    const std::size_t N = pass.N, L = pass.L;
    Cost cost;
    for (std::size_t l = 1; net.weight_penalty > 0 && l <= L; ++l)
        cost.weight_penalty +=
            weight_penalty_cost<T>(net.weight_penalty, part(pass.theta, e.layout.blocks[2 * l - 2]));

    // Forward as far as the last sparse layer, for every pattern: ρ needs them all. Many at a time: threads
    // wait for one another less often.
    const Chunk all{0, N};
    const auto in_chunks = [&](std::size_t size, const auto& work) {
        for (std::size_t q = 0; q < N; q += size) work(Chunk{q, N - q < size ? N - q : size});
    };
    const auto forward = [&](std::size_t l, Chunk c) {
        if (e.between) e.between();
        pass.forward(l, c);
    };
    std::size_t last_sparse = 0;
    for (std::size_t l = 1; l < L; ++l) {
        if (net.sparse(l)) last_sparse = l;
    }
    for (std::size_t l = 1; l <= last_sparse; ++l) {
        in_chunks(8 * e.chunk, [&](Chunk c) { forward(l, c); });
        if (net.sparse(l)) cost.sparsity += measure_sparsity<T>(net, l, pass.h(l, all), e);
    }

    // The rest a chunk of patterns at a time, so that it stays in the cache.
    in_chunks(e.chunk, [&](Chunk c) {
        for (std::size_t l = last_sparse + 1; l <= L; ++l) forward(l, c);
        pass.cost(c);
        if (pass.sink.gradient.empty()) return;
        for (std::size_t l = L; l >= 1; --l) {
            if (e.between) e.between();
            if (l > 1) pass.backward(l - 1, c);  // before a step changes W
            pass.gradient(l, c);
        }
    });

    cost.data = mean(e.pattern_cost, N);  // (1/N) Σ J^q
    if (e.pattern_kl.size() > 0) cost.kl = mean(e.pattern_kl, N);
    return cost;
}

}  // namespace

template <class T>
Cost cost_and_gradient(const Network& network, std::span<const T> theta, const Batch<T>& batch,
                       std::span<T> gradient, Evaluation<T>& e) {
    return evaluate<T>({network, theta, batch, e, batch.x.patterns, network.depth(), {gradient}});
}

template <class T>
Cost cost_and_step(const Network& network, const kernels::Step<T>& step, const Batch<T>& batch,
                   std::span<T> gradient, Evaluation<T>& e) {
    const std::span<const T> theta(step.w, e.layout.size);
    return evaluate<T>({network, theta, batch, e, batch.x.patterns, network.depth(), {gradient, &step}});
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
