// The three products of a layer, whichever way its weights and its patterns are kept, and where its gradient
// goes. Who goes through the layers asks for a product, and need not know which of them it is:
//
//     panels      W row by row, patterns in panels of 32
//     rows        the same, but the gradient takes the input row by row, where it is at hand that way
//     by inputs   W as its transpose, the input row by row: of images, which are mostly zeros
//     window      W of a convolution or deconvolution, patterns in panels
#pragma once

#include <algorithm>
#include <span>

#include "autoencoder/activation.hpp"
#include "autoencoder/backpropagation.hpp"
#include "autoencoder/products.hpp"

namespace autoencoder {

/// Patterns of a batch: `first`, a multiple of 32, and so many more.
struct Chunk {
    std::size_t first = 0, count = 0;
};

/// What a layer sees of a chunk: x, or h of the layer before it, after dropout.
template <class T>
struct Seen {
    PanelView<const T> panels;
    View<const T> rows = {};  // if they are at hand
};

/// Where a gradient goes: into ∇, or straight on into a step of the optimiser. Then ∇ holds sums on the way, and
/// nothing of use.
template <class T>
struct Sink {
    std::span<T> gradient;
    const kernels::Step<T>* step = nullptr;
};

template <class T>
class LayerProducts {
public:
    LayerProducts(const Network& network, std::span<const T> theta, const Batch<T>& batch, Evaluation<T>& e,
                  std::size_t l)
        : theta_(theta),
          W_block_(e.layout.blocks[2 * l - 2]),
          b_block_(e.layout.blocks[2 * l - 1]),
          layer_(e.layers[l - 1]),
          rows_(e.first_rows),
          penalty_(T(network.weight_penalty)) {
        if (has_window(network.layer(l))) kept_ = Kept::window;
        else if (l == 1 && e.first_by_inputs()) kept_ = Kept::by_inputs;
        else if (l == 1 && batch.x_rows.data && !batch.input_mask.data) kept_ = Kept::rows;
    }

    /// H = f(X Wᵀ + b).
    void forward(Activation f, const Seen<T>& x, PanelView<T> h) const {
        switch (kept_) {
            case Kept::window: return layer_.convolution.forward(weights(), b(), f, x.panels, h);
            case Kept::by_inputs: {
                const View<T> by_rows = rows_.view().slice(0, h.patterns);
                forward_by_inputs<T>(W(), b(), f, x.rows, by_rows);
                return to_panels<T>(by_rows, h);
            }
            case Kept::rows:
            case Kept::panels: return autoencoder::forward<T>(W(), b(), f, x.panels, h);
        }
    }

    /// Δ′ = (Δ W · mask/(1−p) − term) ⊙ f′ of the layer before.
    void back_propagate(PanelView<const T> delta, const BackPropagation<T>& rule, PanelView<T> before) const {
        if (kept_ == Kept::window) return layer_.convolution.back_propagate(weights(), delta, rule, before);
        autoencoder::back_propagate<T>(W(), delta, rule, before);
    }

    /// A chunk's share of ∂J/∂W = −(1/N) Σ δ hᵀ + λ W and of ∂J/∂b = −(1/N) Σ δ, which is never penalised.
    void gradient(PanelView<const T> delta, const Seen<T>& h, Chunk chunk, std::size_t N, const Sink<T>& to) const {
        Share<T> share;
        share.first = chunk.first == 0;
        share.last = chunk.first + chunk.count == N;
        share.scale = T(-1.0 / double(N));
        share.weight_penalty = penalty_;
        kernels::Step<T> step;
        if (to.step) {
            step = to.step->from(W_block_.offset);
            share.step = &step;
        }
        weight_gradient(delta, h, share, to.gradient);

        const std::span<T> g = part(to.gradient, b_block_);
        const std::span<double> sums = std::span(layer_.sums).first(g.size());
        if (share.first) std::fill(sums.begin(), sums.end(), 0.0);
        if (kept_ == Kept::window) layer_.convolution.add_sums(delta, sums);
        else add_sums<T>(delta, sums);
        if (!share.last) return;
        for (std::size_t j = 0; j < g.size(); ++j) g[j] = T(-sums[j] / double(N));
        if (to.step) kernels::current().table<T>().step(to.step->from(b_block_.offset), g.data(), g.size());
    }

private:
    enum class Kept { panels, rows, by_inputs, window };

    void weight_gradient(PanelView<const T> delta, const Seen<T>& h, const Share<T>& share,
                         std::span<T> gradient) const {
        const View<T> G = matrix(gradient, W_block_);
        switch (kept_) {
            case Kept::window:
                return layer_.convolution.weight_gradient(delta, h.panels, share, weights(),
                                                          part(gradient, W_block_));
            case Kept::by_inputs: {
                const View<T> by_rows = rows_.view().slice(0, delta.patterns);
                from_panels<T>(delta, by_rows);
                return weight_gradient_by_inputs<T>(by_rows, h.rows, share, W(), G);
            }
            case Kept::rows: return autoencoder::weight_gradient<T>(delta, h.rows, share, W(), G);
            case Kept::panels: return autoencoder::weight_gradient<T>(delta, h.panels, share, W(), G);
        }
    }
    View<const T> W() const { return matrix(theta_, W_block_); }
    std::span<const T> weights() const { return part(theta_, W_block_); }
    std::span<const T> b() const { return part(theta_, b_block_); }

    std::span<const T> theta_;
    const Block &W_block_, &b_block_;
    typename Evaluation<T>::LayerState& layer_;
    Matrix<T>& rows_;  // room for h or δ row by row
    T penalty_;        // λ
    Kept kept_ = Kept::panels;
};

}  // namespace autoencoder
