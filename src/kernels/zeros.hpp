// Steps of k that a tile may leave out: those where its columns of B, or its rows of A, are all zero.
//
// Most of an image is empty: 81 of 100 pixels of the digits, and of one pixel in 16 patterns, or of some
// pixels in one pattern, often all at once. fma(a, 0, sum) is sum for every finite a, so a tile that
// takes only the other steps, in the same order, leaves the same bits. (Where a weight is not finite, or a sum
// −0, it may not be; no training goes on from there, and no sum that begins at 0 becomes −0.)
//
//          columns 0 … 3   columns 4 … 7
//     k=0   0  0  0  0      .3  0  0 .9       steps of columns 0 … 3:   1 3
//     k=1   0 .1  0  0       0  0  0  0       steps of columns 4 … 7:   0 3
//     k=2   0  0  0  0       0  0  0  0
//     k=3  .7  0  0  0       0  1  0  0
//
// Zeros are found, not announced: samples tell whether a search of the whole will pay. The search reads
// an operand once, which is little beside a product that reads it for every tile of rows, or columns.
#pragma once

#include "block.hpp"
#include "stream.hpp"

namespace autoencoder {
namespace {

/// A search pays if it may leave out an eighth.
AUTOENCODER_INLINE bool pays(std::size_t wanted, std::size_t samples) { return 8 * wanted < 7 * samples; }

/// Lists the steps of each vector of columns of a block, if B has enough zeros.
template <class T>
void find_zeros_of_b(const Product<T>& p, BlockOfC<T>& block, std::uint16_t* room) {
    using V = Lanes<T>;
    constexpr std::size_t apart = 64, most = block_columns / V::width;  // each sample waits for the memory
    const std::size_t groups = (block.columns + V::width - 1) / V::width;
    Columns<T> b[most];
    for (std::size_t g = 0; g < groups; ++g) b[g] = columns_of_b(p, block, g * V::width);
    const auto wanted = [&](std::size_t g, std::size_t k) __attribute__((always_inline)) {
        return any(V::load(b[g].data + k * b[g].step));
    };
    std::size_t samples = 0, found = 0;
    for (std::size_t g = 0; g < groups; ++g) {
        for (std::size_t k = g % apart; k < block.depth; k += apart, ++samples) found += wanted(g, k);
    }
    if (!pays(found, samples)) return;

    block.column_steps.data = room;
    std::size_t counts[most] = {};
    const auto look = [&](std::size_t g, std::size_t k) __attribute__((always_inline)) {
        block.column_steps[g][1 + counts[g]] = std::uint16_t(k);  // stays, or is overwritten
        counts[g] += wanted(g, k);
    };
    // In the order of memory: panel after panel, or row after row.
    if (p.b.panel != panel_width) {
        for (std::size_t g = 0; g < groups; ++g) {
            for (std::size_t k = 0; k < block.depth; ++k) look(g, k);
        }
    } else {
        for (std::size_t k = 0; k < block.depth; ++k) {
            for (std::size_t g = 0; g < groups; ++g) look(g, k);
        }
    }
    for (std::size_t g = 0; g < groups; ++g) block.column_steps[g][0] = std::uint16_t(counts[g]);
}

/// Whether any of some numbers side by side is not 0, a NaN among them.
template <class T>
AUTOENCODER_INLINE bool any_of(const T* x, std::size_t count) {
    Bits<T> bits = 0;
    for (std::size_t i = 0; i < count; ++i) bits |= std::bit_cast<Bits<T>>(x[i]);
    return bits << 1 != 0;  // but for the sign
}

/// Whether A, which stands row by row or column by column, has enough zeros: samples from all of it.
template <class T>
bool zeros_of_a_pay(const Product<T>& p) {
    constexpr std::size_t rounds = 16, samples = 16;
    std::size_t found = 0;
    for (std::size_t r = 0; r < rounds; ++r) {
        const std::size_t i = r * (p.m - low_tile) / rounds;
        for (std::size_t s = 0; s < samples; ++s) {
            const std::size_t k = (s * rounds + r) * p.k / (rounds * samples);
            if (p.a.transposed) {
                found += any_of(at(p.a, k, i), low_tile);
                continue;
            }
            std::size_t row = 0;
            while (row < low_tile && *at(p.a, i + row, k) == T(0)) ++row;
            found += row < low_tile;
        }
    }
    return pays(found, rounds * samples);
}

/// Lists the steps of each tile of rows of a block.
template <class T>
void find_zeros_of_a(const Product<T>& p, BlockOfC<T>& block, std::uint16_t* room) {
    using V = Lanes<T>;
    block.row_steps.data = room;
    const Cut tiles = block.cut();
    if (p.a.transposed) {  // A's columns, one k after the other
        constexpr std::size_t most = block_rows / low_tile + 1;
        std::size_t counts[most] = {};
        for (std::size_t k = 0; k < block.depth; ++k) {
            const T* x = at(p.a, block.k0 + k, block.i0);
            const auto look = [&](std::size_t t, bool wanted) __attribute__((always_inline)) {
                block.row_steps[t][1 + counts[t]] = std::uint16_t(k);  // stays, or is overwritten
                counts[t] += wanted;
            };
            const std::size_t whole = block.rows / low_tile;
            for (std::size_t t = 0; t < whole; ++t) look(t, any_of(x + t * low_tile, low_tile));
            if (whole < tiles.count) look(whole, any_of(x + whole * low_tile, tiles.rows(whole)));
        }
        for (std::size_t t = 0; t < tiles.count; ++t) block.row_steps[t][0] = std::uint16_t(counts[t]);
        return;
    }
    T sums[block_depth<T>];
    for (std::size_t t = 0; t < tiles.count; ++t) {
        const T* const a = at(p.a, block.i0 + tiles.begin(t), block.k0);
        stream<T>(block.depth, [&](std::size_t k, auto access) {
            V sum = V::all(T(0));  // of magnitudes: 0 if all are
            for (std::size_t i = 0; i < tiles.rows(t); ++i)
                sum = sum + magnitude(access.load(a + i * p.a.row + k));
            access.store(sums + k, sum);
        });
        std::uint16_t* const list = block.row_steps[t];
        std::size_t count = 0;
        for (std::size_t k = 0; k < block.depth; ++k) {
            list[1 + count] = std::uint16_t(k);
            count += std::bit_cast<Bits<T>>(sums[k]) != 0;
        }
        list[0] = std::uint16_t(count);
    }
}

}  // namespace
}  // namespace autoencoder
