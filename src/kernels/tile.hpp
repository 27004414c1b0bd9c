// The tile: a few rows of A times a few vectors of B's columns, with the results in registers while k
// runs. Everything else of the product exists to keep this loop fed.
//
//             b: one row of B, N vectors
//           ┌───────────┬───────────┐
//     a(0)  │ sum[0][0] │ sum[0][1] │      for each k:  load N vectors of B,
//     a(1)  │ sum[1][0] │ sum[1][1] │                   broadcast M elements of A,
//      ⋮    │     ⋮     │     ⋮     │                   M·N fused multiply-adds
//   a(M−1)  └───────────┴───────────┘
//
// Bits: sum = fma(A(i,k), B(k,j), sum) for k ascending, begun from the start value. A block of k ends by
// storing the exact sums and the next one resumes from them, so the result is that of the naive
// triple loop with std::fma, whatever the blocks, the tile, the vector width and the threads.
#pragma once

#include "autoencoder/kernels.hpp"
#include "lanes.hpp"

namespace autoencoder {
namespace {

using kernels::panel_width;
using kernels::Start;

// A unit says how many accumulators its registers hold.
constexpr std::size_t tile_rows = AUTOENCODER_TILE_ROWS;
constexpr std::size_t tile_vectors = AUTOENCODER_TILE_VECTORS;
template <class T>
constexpr std::size_t tile_columns = tile_vectors * Lanes<T>::width;

/// What a tile reads and writes. A is at a[i · a_row + k · a_step], plus a_jump for each 32 of k.
template <class T>
struct Tile {
    std::size_t k = 0;
    const T* a = nullptr;
    std::size_t a_row = 0, a_step = 0, a_jump = 0;
    const T* b = nullptr;
    std::size_t b_step = 0;
    T* c = nullptr;
    std::size_t c_row = 0;
    Start start = Start::zero;
    const T* bias = nullptr;  // of the tile's first row or column
};

/// M rows by N vectors of C: load the start, run over k, store.
template <class T, class V, std::size_t M, std::size_t N>
void multiply_tile(const Tile<T>& t) {
    V sum[M][N];
    unroll<M>([&](auto i) __attribute__((always_inline)) {
        T* c = t.c + i * t.c_row;
        unroll<N>([&](auto j) __attribute__((always_inline)) {
            if (t.start == Start::resume) sum[i][j] = V::load(c + j * V::width);
            else if (t.start == Start::column_bias) sum[i][j] = V::load(t.bias + j * V::width);
            else sum[i][j] = V::all(t.start == Start::row_bias ? t.bias[i] : T(0));
        });
        if (t.start != Start::resume) {  // the lines of C arrive while k runs
            for (std::size_t j = 0; j < N * V::width; j += 64 / sizeof(T)) __builtin_prefetch(c + j, 1);
        }
    });
    const T* a = t.a;
    const T* b = t.b;
    for (std::size_t left = t.k; left > 0;) {
        const std::size_t steps = left < panel_width ? left : panel_width;
        left -= steps;
        for (std::size_t k = 0; k < steps; ++k) {
            V row[N];
            unroll<N>([&](auto j) __attribute__((always_inline)) { row[j] = V::load(b + j * V::width); });
            unroll<M>([&](auto i) __attribute__((always_inline)) {
                const V element = V::all(a[i * t.a_row]);
                unroll<N>([&](auto j) __attribute__((always_inline)) {
                    sum[i][j] = mul_add(element, row[j], sum[i][j]);
                });
            });
            a += t.a_step;
            b += t.b_step;
        }
        a += t.a_jump;
    }
    unroll<M>([&](auto i) __attribute__((always_inline)) {
        unroll<N>([&](auto j) __attribute__((always_inline)) {
            sum[i][j].store(t.c + i * t.c_row + j * V::width);
        });
    });
}

template <class T>
using TileFunction = void (*)(const Tile<T>&);

/// multiply_tile for 1 … tile_rows rows.
template <class T, class V, std::size_t N>
struct TileFunctions {
    TileFunction<T> rows[tile_rows];
    template <std::size_t... I>
    static constexpr TileFunctions make(std::index_sequence<I...>) {
        return {{multiply_tile<T, V, I + 1, N>...}};
    }
};
template <class T, class V, std::size_t N>
constexpr auto tiles = TileFunctions<T, V, N>::make(std::make_index_sequence<tile_rows>{});

/// A block of rows is cut into tiles as even as possible: tile t of `count` begins at this row.
AUTOENCODER_INLINE std::size_t tile_begin(std::size_t t, std::size_t count, std::size_t rows) {
    return t * rows / count;
}

}  // namespace
}  // namespace autoencoder
