// Cost and gradient of a network: forward, cost, backward, gradient, as the lecture has them.
//
//     1 forward    s^l = W^l h^{l−1} + b^l, h^l = f(s^l)
//                  ρ_j of the sparse layers, which needs every pattern
//     2 cost       J^q of the output, λ/2 Σ w², γ Σ KL
//     3 backward   δ^L = (y − ŷ) f', δ^{l−1} = [W^l δ^l − γ ∂KL/∂ρ] f'
//                  of a gaussian code on to μ and log σ²
//     4 gradient   ∂J/∂W^l = −(1/N) Σ_q δ^l (h^{l−1})ᵀ + λ W^l, ∂J/∂b^l = −(1/N) Σ_q δ^l
//
// δ has the deck's sign: it points downhill, −∂J^q/∂s.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "autoencoder/convolution.hpp"
#include "autoencoder/network.hpp"
#include "autoencoder/panels.hpp"
#include "autoencoder/sparsity.hpp"

namespace autoencoder {

/// Patterns to learn from. For an autoencoder y is x; for a denoising one x is the noisy y.
template <class T>
struct Batch {
    PanelView<const T> x;  // [N×n_0]
    PanelView<const T> y;  // [N×n_L]
    View<const T> x_rows;  // x row by row, if it is at hand: spares the first layer's gradient a transposition
    std::vector<PanelView<const T>> masks;  // dropout's m of dense hidden layer l at [l−1]; or none
    PanelView<const T> input_mask = {};     // dropout's m of x [N×n_0], or none
    PanelView<const T> noise = {};  // ε of the gaussian layer [N×n_l], or none: z = μ
};

/// How ρ_j is measured when a batch is a part of the training set. On the full batch they agree.
struct RunningActivity {
    double memory = 0;                      // ρ ← memory · ρ + (1 − memory) · ρ of this batch
    std::vector<std::vector<double>> rho;   // of hidden layer l at [l−1]; empty before the first batch
};

/// What an evaluation computes and leaves for who wants to look, and its working memory: made once for
/// the largest batch, then nothing is allocated.
template <class T>
struct Evaluation {
    /// `everything` keeps s, h, δ of every layer for every pattern (for the terms of a case); otherwise
    /// only what has to be is kept for all patterns, the rest for a chunk of them at a time.
    Evaluation(const Network& network, std::size_t patterns, bool everything = false);

    /// From now on W¹ stands in θ and in the gradient as its transpose, inputs × units. Then images, which
    /// are mostly zeros, cost what their other pixels cost. The same bits, but for the sum of the weight penalty,
    /// which runs in this order. Needs Batch::x_rows, does not go with dropped inputs; Batch::x is not read.
    void keep_first_by_inputs();
    bool first_by_inputs() const { return first_rows.rows > 0; }

    struct LayerState {
        Panels<T> s;         // net input, where it is needed or asked for
        Panels<T> h;         // activity, before dropout
        Panels<T> masked;    // h̃ = m h/(1−p), with dropout
        Panels<T> delta;     // the output's shares h's memory, unless everything is kept
        std::vector<Rho> rho;           // of the sparse layers
        std::vector<double> kl;         // of the sparse layers
        Buffer<T> sparsity_term;        // γ ∂KL/∂ρ_j ∂ρ_j/∂h̄_j
        std::vector<double> sums;       // over patterns: of h, later of δ
        std::vector<double> complements;  // over patterns: of 1 − h
        Panels<T> sigma, delta_z;       // of a gaussian layer, where s and δ are of μ and log σ²
        Convolution<T> convolution;     // of a layer with a window
    };
    /// Called before each layer of each chunk of patterns, if there is one. What it throws ends the evaluation.
    std::function<void()> between;

    Layout layout;
    std::size_t capacity = 0;  // patterns
    std::size_t chunk = 0;     // patterns at a time
    std::size_t whole = 0;     // layers 1 … whole are kept for every pattern
    bool everything = false;
    std::vector<LayerState> layers;
    Panels<T> masked_x;      // x̃ = m x/(1−p), with dropout of the input
    Buffer<T> pattern_cost;  // J^q
    Buffer<T> pattern_kl;    // divergence of the code from N(0, I), where it is gaussian
    Matrix<T> first_rows;    // h¹ or δ¹ row by row, where W of the first layer is kept by inputs
    RunningActivity* running = nullptr;  // if set, ρ is this running mean instead of the batch's mean
};

/// The cost of a batch and, if gradient is not empty, its gradient (as long as θ, gaps zero).
/// Throws std::invalid_argument where shapes do not fit.
template <class T>
Cost cost_and_gradient(const Network& network, std::span<const T> theta, const Batch<T>& batch,
                       std::span<T> gradient, Evaluation<T>& evaluation);

/// The same, and the optimiser's step with that gradient, taken where the gradient arises: the same
/// bits as cost_and_gradient and then take(), without the way of the gradient to memory and back.
/// θ is in the step; the gradient is working memory as long as θ and holds nothing of use.
template <class T>
Cost cost_and_step(const Network& network, const kernels::Step<T>& step, const Batch<T>& batch,
                   std::span<T> gradient, Evaluation<T>& evaluation);

}  // namespace autoencoder
