// One layer of the online rule: its weights are read, updated and used in one pass, since for one
// pattern at a time it is the reading and writing of the weights that takes the time.
//
// Row k of the weights belongs to input k, columns are outputs: the sums stay in registers while k runs.
//     w_kj  = keep · w_kj + u_k v_j          of a pattern that came before, once or twice
//     sum_j = start_j + Σ_k x_k w_kj
// Updates wait until the weights are read anyway. What they make of w may be used and forgotten, and
// made again with the next: a multiplication costs less than a way to memory.
#pragma once

#include "autoencoder/kernels.hpp"
#include "epilogue.hpp"
#include "stream.hpp"
#include "tile.hpp"

namespace autoencoder {
namespace {

using kernels::OnlinePass;

/// N vectors of columns from j on, with so many updates waiting.
template <class T, std::size_t N, std::size_t Updates>
void online_columns(const OnlinePass<T>& p, std::size_t j) {
    using V = Lanes<T>;
    V sum[N], v[N];
    unroll<N>([&](auto n) __attribute__((always_inline)) {
        sum[n] = p.start ? V::load(p.start + j + n * V::width) : V::all(T(0));
        v[n] = Updates > 0 ? V::load(p.waiting[0].v + j + n * V::width) : V::all(T(0));
    });
    const T* const second = Updates > 1 ? p.waiting[1].v + j : nullptr;
    const V keep = V::all(p.keep);
    const bool decays = p.keep != T(1);
    for (std::size_t k = 0; k < p.rows; ++k) {
        const T x_k = p.x ? p.x[k] : T(0);
        T u[Updates + 1];
        bool changed = decays;
        unroll<Updates>([&](auto i) __attribute__((always_inline)) {
            u[i] = p.waiting[i].u[k];
            changed = changed || u[i] != 0;
        });
        const bool stores = Updates > 0 && p.store && changed;
        if (x_k == 0 && !stores) continue;  // images are mostly zeros: nothing happens in this row
        T* const w = p.w + k * p.stride + j;
        const V x = V::all(x_k);
        unroll<N>([&](auto n) __attribute__((always_inline)) {
            V now = V::load(w + n * V::width);
            unroll<Updates>([&](auto i) __attribute__((always_inline)) {
                const V by = i == 0 ? v[n] : V::load(second + n * V::width);
                now = mul_add(V::all(u[i]), by, decays ? keep * now : now);  // [update]
            });
            if (stores) now.store(w + n * V::width);
            sum[n] = mul_add(x, now, sum[n]);
        });
    }
    unroll<N>([&](auto n) __attribute__((always_inline)) {
        if (p.sum) sum[n].store(p.sum + j + n * V::width);
    });
}

/// Two registers a vector, as many as leave some for the weights.
constexpr std::size_t most_online = tile_rows < 13 ? tile_rows : 13;
template <class T, std::size_t Updates>
constexpr auto online_functions =
    by_count<most_online>([](auto vectors) { return &online_columns<T, vectors, Updates>; });

/// All columns, in blocks as even as possible.
template <class T>
void online_pass(const OnlinePass<T>& p) {
    constexpr std::size_t width = Lanes<T>::width;
    const auto& functions = p.updates == 0   ? online_functions<T, 0>.each
                            : p.updates == 1 ? online_functions<T, 1>.each
                                             : online_functions<T, 2>.each;
    const std::size_t vectors = p.columns / width, blocks = (vectors + most_online - 1) / most_online;
    for (std::size_t b = 0; b < blocks; ++b) {
        const std::size_t begin = b * vectors / blocks, count = (b + 1) * vectors / blocks - begin;
        functions[count - 1](p, begin * width);
    }
}

/// A layer's δ, and at once what becomes of it.
template <class T>
void online_delta(const kernels::OnlineDelta<T>& p) {
    using V = Lanes<T>;
    with_activation(p.f, [&](auto f) {
        stream<T>(p.n, [&](std::size_t i, auto access) {
            const V h = access.load(p.h + i);
            const V error = p.target ? access.load(p.target + i) - h : access.load(p.error + i);
            if (p.target) access.store(p.error + i, error);
            const V delta = slope<T>(f, error, h);
            const V change = V::all(p.rate) * delta;
            access.store(p.delta + i, delta);
            access.store(p.change + i, change);
            access.store(p.bias + i, access.load(p.bias + i) + change);
        });
    });
}

}  // namespace
}  // namespace autoencoder
