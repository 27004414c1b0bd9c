// The matrix product C = start + A·B with its epilogue, after Goto & van de Geijn (2008) and BLIS:
// loops over blocks that fit the caches, around a tile of C that stays in registers.
//
// Bits: C(i,j) = fma(A(i,k), B(k,j), C(i,j)) for k ascending, begun from the start value. A block of k
// ends by storing the exact accumulators and the next one resumes from them, so the result is that
// of the naive triple loop with std::fma, whatever the blocks, tiles, vector width and threads.
//
// What is packed: only what the tile cannot read as it stands. The tile wants B's columns side by
// side, and takes A's rows wherever they are. So A is packed only where it is transposed (panels of
// tile_rows rows, k outermost), B only where it is transposed or ends in part of a vector (panels of
// tile_columns columns, k outermost).
#pragma once

#include "autoencoder/kernels.hpp"
#include "epilogue.hpp"
#include "lanes.hpp"
#include "stream.hpp"

namespace autoencoder {
namespace {

using kernels::Finish;
using kernels::Operand;
using kernels::panel_width;
using kernels::Product;
using kernels::Start;

constexpr std::size_t tile_rows = AUTOENCODER_TILE_ROWS;
constexpr std::size_t tile_vectors = AUTOENCODER_TILE_VECTORS;
template <class T>
constexpr std::size_t tile_columns = tile_vectors * Lanes<T>::width;

/// Block sizes: a block of A (block_rows × block_depth) is to stay in the L2 cache of 1 MiB, half of
/// which it takes; a packed block of B may be larger, it is streamed.
template <class T>
constexpr std::size_t block_depth = 3328 / sizeof(T);
constexpr std::size_t block_rows = 168 / tile_rows * tile_rows;
constexpr std::size_t block_columns = 1024;
template <class T>
constexpr std::size_t packed_a_size = (block_rows + tile_rows) * block_depth<T>;
template <class T>
constexpr std::size_t packed_b_size = (block_columns + panel_width) * block_depth<T>;

/// What a tile reads and writes. A is at a[i · a_row + k · a_step], plus a_jump for each 32 of k.
template <class T>
struct Tile {
    std::size_t k;
    const T* a;
    std::size_t a_row, a_step, a_jump;
    const T* b;
    std::size_t b_step;
    T* c;
    std::size_t c_row;
    Start start;
    const T* bias;
};

/// M rows by N vectors of C in registers: load the start, run over k, store.
template <class T, class V, std::size_t M, std::size_t N>
void multiply_tile(const Tile<T>& t) {
    V sum[M][N];
    unroll<M>([&](auto i) __attribute__((always_inline)) {
        T* c = t.c + i * t.c_row;
        unroll<N>([&](auto j) __attribute__((always_inline)) {
            if (t.start == Start::resume) sum[i][j] = V::load(c + j * V::width);
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

/// Rows [first, first + count) of a block cut into tiles as even as possible: tile t begins here.
AUTOENCODER_INLINE std::size_t tile_begin(std::size_t t, std::size_t tile_count, std::size_t rows) {
    return t * rows / tile_count;
}

/// A(i0 …, k0 …) of a transposed A (stored k × i), one panel a tile: packed[k][row of the tile].
template <class T>
void pack_a(const Operand<const T>& a, std::size_t i0, std::size_t rows, std::size_t k0,
            std::size_t depth, T* packed) {
    const std::size_t tile_count = (rows + tile_rows - 1) / tile_rows;
    for (std::size_t k = 0; k < depth; ++k) {
        for (std::size_t t = 0; t < tile_count; ++t) {
            const std::size_t begin = tile_begin(t, tile_count, rows);
            const std::size_t count = tile_begin(t + 1, tile_count, rows) - begin;
            T* to = packed + (t * depth + k) * tile_rows;
            for (std::size_t r = 0; r < count;) {  // runs within a panel of the operand
                const std::size_t i = i0 + begin + r;
                const std::size_t room = a.panel == panel_width ? count : panel_width - i % panel_width;
                const std::size_t run = r + room < count ? room : count - r;
                const T* from = at(a, k0 + k, i);
                for (std::size_t x = 0; x < run; ++x) to[r + x] = from[x];
                r += run;
            }
        }
    }
}

/// B(k0 …, j0 …), columns zero-padded to whole panels: packed[panel][k][column of the panel].
template <class T>
void pack_b(const Operand<const T>& b, std::size_t k0, std::size_t depth, std::size_t j0,
            std::size_t columns, T* packed) {
    constexpr std::size_t width = tile_columns<T>;
    for (std::size_t j = 0; j < columns; j += width) {
        const std::size_t count = columns - j < width ? columns - j : width;
        T* to = packed + j * depth;
        if (!b.transposed) {
            for (std::size_t k = 0; k < depth; ++k) {
                const T* from = at(b, k0 + k, j0 + j);
                for (std::size_t x = 0; x < width; ++x) to[k * width + x] = x < count ? from[x] : T(0);
            }
            continue;
        }
        for (std::size_t x = 0; x < count; ++x) {
            for (std::size_t k = 0; k < depth;) {  // runs within a panel of the operand
                const T* from = at(b, j0 + j + x, k0 + k);
                const std::size_t room = panel_width - (k0 + k) % panel_width;
                const std::size_t end = k + room < depth ? k + room : depth;
                for (; k < end; ++k) to[k * width + x] = *from++;
            }
        }
        for (std::size_t x = count; x < width; ++x) {
            for (std::size_t k = 0; k < depth; ++k) to[k * width + x] = 0;
        }
    }
}

/// One tile of C, `columns` of it valid, with V as vector and N vectors: straight into C where it may
/// be written up to whole vectors, else by way of a copy.
template <class T, class V, std::size_t N>
void place_tile(const Product<T>& p, Tile<T> t, std::size_t i, std::size_t rows, std::size_t j,
                std::size_t columns) {
    T* c = at(p.c, i, j);
    if (columns == N * V::width || p.c.padded) {
        t.c = c;
        t.c_row = p.c.row;
        tiles<T, V, N>.rows[rows - 1](t);
        return;
    }
    alignas(64) T copy[tile_rows * V::width * N];
    t.c = copy;
    t.c_row = V::width * N;
    if (t.start == Start::resume) {
        for (std::size_t r = 0; r < rows; ++r) {
            for (std::size_t x = 0; x < t.c_row; ++x)
                copy[r * t.c_row + x] = x < columns ? c[r * p.c.row + x] : T(0);
        }
    }
    tiles<T, V, N>.rows[rows - 1](t);
    for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t x = 0; x < columns; ++x) c[r * p.c.row + x] = copy[r * t.c_row + x];
    }
}

template <class T>
void product(const Product<T>& p, T* workspace) {
    using V = Lanes<T>;
    using H = HalfLanes<T>;
    constexpr std::size_t width = tile_columns<T>;
    T* const packed_a = workspace;
    T* const packed_b = workspace + packed_a_size<T>;

    // Blocks of k as even as possible, whole panels each.
    const std::size_t k_blocks = (p.k + block_depth<T> - 1) / block_depth<T>;
    const std::size_t k_panels = (p.k + panel_width - 1) / panel_width;
    const std::size_t k_step =
        k_blocks < 2 ? block_depth<T> : (k_panels + k_blocks - 1) / k_blocks * panel_width;
    // 4th loop: blocks of k, so that what a tile reads stays in the caches
    // (once even if k is 0: C is the start value then)
    for (std::size_t k0 = 0; k0 == 0 || k0 < p.k; k0 += k_step) {
        const std::size_t depth = p.k - k0 < k_step ? p.k - k0 : k_step;
        const bool last = k0 + depth == p.k;
        // 5th loop: blocks of columns
        for (std::size_t j0 = 0; j0 < p.n; j0 += block_columns) {
            const std::size_t columns = p.n - j0 < block_columns ? p.n - j0 : block_columns;
            const std::size_t whole = columns - columns % V::width;
            // What of B has to be packed: all of it, its last part of a vector, nothing.
            const std::size_t pack_from = p.b.transposed ? 0 : p.b.padded ? columns : whole;
            if (pack_from < columns)
                pack_b(p.b, k0, depth, j0 + pack_from, columns - pack_from, packed_b);
            // 3rd loop: blocks of rows
            for (std::size_t i0 = 0; i0 < p.m; i0 += block_rows) {
                const std::size_t rows = p.m - i0 < block_rows ? p.m - i0 : block_rows;
                if (p.a.transposed) pack_a(p.a, i0, rows, k0, depth, packed_a);
                const std::size_t tile_count = (rows + tile_rows - 1) / tile_rows;
                // 2nd loop: tiles of columns
                for (std::size_t j = 0; j < columns;) {
                    const std::size_t left = columns - j;
                    const std::size_t step = left >= width       ? width
                                             : left > H::width   ? V::width
                                                                 : H::width;
                    const std::size_t valid = left < step ? left : step;
                    Tile<T> t = {};
                    t.k = depth;
                    if (j >= pack_from) {
                        const std::size_t x = j - pack_from;
                        t.b = packed_b + x / width * width * depth + x % width;
                        t.b_step = width;
                    } else {
                        t.b = at(p.b, k0, j0 + j);
                        t.b_step = p.b.row;
                    }
                    t.start = k0 > 0 ? Start::resume : p.start;
                    // 1st loop: tiles of rows
                    for (std::size_t r = 0; r < tile_count; ++r) {
                        const std::size_t begin = tile_begin(r, tile_count, rows);
                        const std::size_t count = tile_begin(r + 1, tile_count, rows) - begin;
                        const std::size_t i = i0 + begin;
                        if (p.a.transposed) {
                            t.a = packed_a + r * depth * tile_rows;
                            t.a_row = 1;
                            t.a_step = tile_rows;
                            t.a_jump = 0;
                        } else {
                            t.a = at(p.a, i, k0);
                            t.a_row = p.a.row;
                            t.a_step = 1;
                            t.a_jump = p.a.panel - panel_width;
                        }
                        t.bias = p.bias + i;
                        if (step == width)
                            place_tile<T, V, tile_vectors>(p, t, i, count, j0 + j, valid);
                        else if (step == V::width)
                            place_tile<T, V, 1>(p, t, i, count, j0 + j, valid);
                        else
                            place_tile<T, H, 1>(p, t, i, count, j0 + j, valid);
                        if (last) finish(p, i, count, j0 + j, valid);
                    }
                    j += step;
                }
            }
        }
    }
}

}  // namespace
}  // namespace autoencoder
