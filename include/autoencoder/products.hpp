// The three products of a layer, each with what the lecture does next to it:
//
//     H  = f(X Wᵀ + b)                            forward
//     Δ′ = (Δ W − term) ⊙ f′(S′)                  back_propagate
//     G  = −(1/N) Δᵀ H + λ W,  g = −(1/N) Δᵀ 1    weight_gradient
//
// and the plain product of row-major matrices. All run on the threads in use, which split the results
// and never a sum; every result has the same bits for any number of threads and any batch.
#pragma once

#include <span>

#include "autoencoder/kernels.hpp"
#include "autoencoder/matrix.hpp"
#include "autoencoder/panels.hpp"

namespace autoencoder {

/// H = f(X Wᵀ + b): X [N×n], W [m×n], b [m], H [N×m]. H may not be X.
template <class T>
void forward(View<const T> W, std::span<const T> b, Activation f, PanelView<const T> x,
             PanelView<T> h);
/// The same with X and H row by row: for data that are passed once. The same bits.
template <class T>
void forward(View<const T> W, std::span<const T> b, Activation f, View<const T> x, View<T> h);

/// The same from the weights by inputs, V = Wᵀ [n×m], X and H row by row. The same bits.
template <class T>
void forward_by_inputs(View<const T> V, std::span<const T> b, Activation f, View<const T> x, View<T> h);

/// What a hidden layer does to the back-propagated sum besides f'.
template <class T>
struct BackPropagation {
    Activation f = {};        // of the units that h belongs to: always to be said
    PanelView<const T> h;     // [N×n] their activity, before any mask
    PanelView<const T> mask;  // [N×n] dropout, or none
    T mask_scale = 1;         // 1/(1−p)
    const T* term = nullptr;  // [n] the sparsity term, or none
};

/// Δ′ = (Δ W · mask/(1−p) − term) ⊙ f′: Δ [N×m], W [m×n], Δ′ [N×n], where f′ is read off h.
template <class T>
void back_propagate(View<const T> W, PanelView<const T> delta, const BackPropagation<T>& rule,
                    PanelView<T> before);

/// A part of the patterns' share in the gradient of one layer, added to what the parts before it left.
template <class T>
struct Share {
    bool first = true, last = true;  // the first share begins at 0; the last one scales and penalises
    T scale = 1;                     // −1/N
    T weight_penalty = 0;            // λ
    const kernels::Step<T>* step = nullptr;  // if set, the last share ends in this step of the optimiser
                                             // for W, and G holds nothing of use
};

/// G (+)= Δᵀ H; after the last share G = scale · G + λ W. Δ [N×m], H [N×n], G and W [m×n].
template <class T>
void weight_gradient(PanelView<const T> delta, PanelView<const T> h, const Share<T>& share,
                     View<const T> W, View<T> gradient);
/// The same with H row by row, where it is at hand that way (the input).
template <class T>
void weight_gradient(PanelView<const T> delta, View<const T> h, const Share<T>& share,
                     View<const T> W, View<T> gradient);

/// The gradient of the weights by inputs: G (+)= Hᵀ Δ, all row by row; G and V = Wᵀ [n×m]. The same bits.
template <class T>
void weight_gradient_by_inputs(View<const T> delta, View<const T> h, const Share<T>& share, View<const T> V,
                               View<T> gradient);

/// sums_j += Σ_q (a + b h_j^q): H [N×n], sums [n]. Begin a share at a multiple of kernels::sum_block patterns.
template <class T>
void add_sums(PanelView<const T> h, std::span<double> sums, T a = 0, T b = 1);

/// C = op(A) op(B), where op transposes if asked: row-major, op(A) [m×k], op(B) [k×n], C [m×n].
template <class T>
void multiply(View<const T> A, bool transpose_a, View<const T> B, bool transpose_b, View<T> C);

}  // namespace autoencoder
