// One layer of the online rule: its weights are read, used and updated in one pass, since for one
// pattern at a time it is the reading of the weights that takes the time.
//
// Row k of the weights belongs to input k, columns are outputs: the sums stay in registers while k runs.
//     sum_j = start_j + Σ_k x_k w_kj                                   [encode] [decode] [delta-hidden]
//     w_kj  = keep · w_kj + u_k v_j                                                          [update]
// The update comes before the use (the previous pattern's, delayed until the weights are read anyway)
// or after it (back-propagation sees the old weights).
#pragma once

#include "autoencoder/kernels.hpp"
#include "tile.hpp"

namespace autoencoder {
namespace {

using kernels::OnlinePass;

/// N vectors of columns from j on.
template <class T, std::size_t N>
void online_columns(const OnlinePass<T>& p, std::size_t j) {
    using V = Lanes<T>;
    V sum[N], v[N];
    unroll<N>([&](auto n) __attribute__((always_inline)) {
        sum[n] = p.sum ? V::load(p.sum + j + n * V::width) : V::all(T(0));
        v[n] = p.v ? V::load(p.v + j + n * V::width) : V::all(T(0));
    });
    const V keep = V::all(p.keep);
    const bool decays = p.keep != T(1);
    for (std::size_t k = 0; k < p.rows; ++k) {
        const T x_k = p.x ? p.x[k] : T(0), u_k = p.u ? p.u[k] : T(0);
        const bool updates = u_k != 0 || decays;
        if (x_k == 0 && !updates) continue;  // images are mostly zeros: nothing happens in this row
        T* w = p.w + k * p.stride + j;
        const V x = V::all(x_k), u = V::all(u_k);
        unroll<N>([&](auto n) __attribute__((always_inline)) {
            const V old = V::load(w + n * V::width);
            V next = old;
            if (updates) {
                next = mul_add(u, v[n], decays ? keep * old : old);
                next.store(w + n * V::width);
            }
            sum[n] = mul_add(x, p.use_old ? old : next, sum[n]);
        });
    }
    unroll<N>([&](auto n) __attribute__((always_inline)) {
        if (p.sum) sum[n].store(p.sum + j + n * V::width);
    });
}

/// online_columns for 1 … most vectors: two registers a vector, as many as leave some for the weights.
template <class T>
struct OnlineFunctions {
    static constexpr std::size_t most = tile_rows < 13 ? tile_rows : 13;
    void (*vectors[most])(const OnlinePass<T>&, std::size_t);
    template <std::size_t... I>
    static constexpr OnlineFunctions make(std::index_sequence<I...>) {
        return {{online_columns<T, I + 1>...}};
    }
};
template <class T>
constexpr auto online_functions =
    OnlineFunctions<T>::make(std::make_index_sequence<OnlineFunctions<T>::most>{});

/// All columns, in blocks as even as possible.
template <class T>
void online_pass(const OnlinePass<T>& p) {
    constexpr std::size_t width = Lanes<T>::width, most = OnlineFunctions<T>::most;
    const std::size_t vectors = p.columns / width, blocks = (vectors + most - 1) / most;
    for (std::size_t b = 0; b < blocks; ++b) {
        const std::size_t begin = b * vectors / blocks, count = (b + 1) * vectors / blocks - begin;
        online_functions<T>.vectors[count - 1](p, begin * width);
    }
}

}  // namespace
}  // namespace autoencoder
