// A block of a product: how large it may be to stay in the caches, and where its operands stand.
#pragma once

#include <algorithm>

#include "epilogue.hpp"
#include "tile.hpp"

namespace autoencoder {
namespace {

using kernels::Product;

/// Block sizes, at most: a block of A and a tile's share of B stay in the L2 cache, and take 25/32 of it; a
/// packed block of B is streamed from wherever it is. A low tile needs its columns of B so soon again that they
/// should stay in the L1 cache.
template <class T>
constexpr std::size_t block_depth =
    std::min<std::size_t>(4096, (tile_rows < 8 ? 32768 : 131072) / tile_columns<T>) / sizeof(T);
constexpr std::size_t high_tile = most_rows<1, Steps::some>;  // the rows of the highest
constexpr std::size_t block_rows = 168 / high_tile * high_tile;
constexpr std::size_t block_columns = 1024;

/// How a product is cut, by the cache that it may count on: as deep as it can be, since C is read and written for
/// each depth, and then as high; as even as whole panels and tiles allow.
struct Sizes {
    std::size_t depth, rows;
};
template <class T>
AUTOENCODER_INLINE Sizes sizes_of(const kernels::Product<T>& p) {
    constexpr std::size_t columns = tile_columns<T>, least = (24 / high_tile + 1) * high_tile;
    const auto at_most = [](std::size_t x, std::size_t most) { return x < most ? x : most; };
    // The size of equal parts of a number, none over `most`, in multiples of `whole`.
    const auto parts = [](std::size_t x, std::size_t most, std::size_t whole) {
        const std::size_t count = (x + most - 1) / most;
        return count == 0 ? whole : ((x + count - 1) / count + whole - 1) / whole * whole;
    };
    const std::size_t room = p.cache / sizeof(T) / 32 * 25;
    const std::size_t deepest = at_most(room / (least + columns) / panel_width * panel_width, block_depth<T>);
    const std::size_t depth = parts(p.k, deepest ? deepest : panel_width, panel_width), fit = room / depth;
    const std::size_t highest = fit < least + columns ? least : (fit - columns) / high_tile * high_tile;
    return {depth, parts(p.m, at_most(highest, block_rows), high_tile)};
}

/// Elements from one packed panel of A to the next: a copy may run over its end by part of a vector.
template <class T>
AUTOENCODER_INLINE constexpr std::size_t packed_a_panel(std::size_t depth) {
    return depth * tile_rows + 64 / sizeof(T);
}
template <class T>
constexpr std::size_t packed_a_size =
    (block_rows / tile_rows + 1) * packed_a_panel<T>(block_depth<T>);
template <class T>
constexpr std::size_t packed_b_size = (block_columns + 2 * panel_width) * block_depth<T>;

/// Rows this far apart fall on few sets of the L1 cache, and push one another out.
template <class T>
AUTOENCODER_INLINE bool conflicting(const kernels::Operand<const T>& x) {
    return x.row * sizeof(T) % 2048 == 0;
}

/// The k that tiles take, where they do not take all: a list for each vector of columns, or for each tile
/// of rows. A list begins with its length.
template <class T>
struct StepLists {
    static constexpr std::size_t stride = block_depth<T> + 1;
    static constexpr std::size_t size = (block_columns + panel_width) / Lanes<T>::width * stride;

    std::uint16_t* data = nullptr;  // or none: they take all

    explicit operator bool() const { return data != nullptr; }
    std::uint16_t* operator[](std::size_t i) const { return data + i * stride; }
};

/// A block of C: rows i0 …, columns j0 …, and where its operands stand.
template <class T>
struct BlockOfC {
    std::size_t i0, rows, j0, columns, k0, depth;
    Start start;
    bool last;
    const T* packed_a;          // panels, or rows `copied_stride` apart, or nothing
    std::size_t copied_stride;
    const T* packed_b;
    std::size_t packed_from;    // columns of the block from here on are packed, in panels
    std::size_t panel;          // of so many columns
    StepLists<T> column_steps;  // for each vector of columns
    StepLists<T> row_steps;     // for each tile of rows

    Cut cut() const {
        if (row_steps) return Cut(rows, low_tile, false);
        if (!column_steps) return Cut(rows);
        // As high as they can be, or one row less.
        const Cut even(rows, high_tile);
        return even.each + 1 >= high_tile ? even : Cut(rows, high_tile, false);
    }
};

/// Columns of the tile that begins at column j of a block: two vectors, more for low tiles, or what the last
/// columns need; one vector where each has steps of its own.
template <class T>
AUTOENCODER_INLINE std::size_t columns_at(const BlockOfC<T>& block, std::size_t j) {
    constexpr std::size_t vector = Lanes<T>::width, width = tile_columns<T>, half = HalfLanes<T>::width;
    if (block.column_steps) return vector;
    const std::size_t left = block.columns - j;
    if (!block.row_steps) return left >= width ? width : left > half ? vector : half;
    return left > width ? low_vectors * vector : left > vector ? width : vector;
}

/// Where the rows of A stand: those of a block's tile r, which begins at its row `begin`, are at
/// data + r · from_tile + begin · from_row, and then as a tile wants them told.
template <class T>
struct RowsOfA {
    const T* data;
    std::size_t from_tile, from_row;
    std::size_t row, step, jump;
};
template <class T>
AUTOENCODER_INLINE RowsOfA<T> rows_of_a(const Product<T>& p, const BlockOfC<T>& block) {
    if (p.a.transposed && block.packed_a)
        return {block.packed_a, packed_a_panel<T>(block.depth), 0, 1, tile_rows, 0};
    if (p.a.transposed) return {at(p.a, block.k0, block.i0), 0, 1, 1, p.a.row, 0};
    if (block.packed_a) return {block.packed_a, 0, block.copied_stride, block.copied_stride, 1, 0};
    return {at(p.a, block.i0, block.k0), 0, p.a.row, p.a.row, 1, p.a.panel - panel_width};
}

/// Where a block's columns of B begin, and how far apart its rows are: as they stand, or packed.
template <class T>
struct Columns {
    const T* data;
    std::size_t step;
};
template <class T>
AUTOENCODER_INLINE Columns<T> columns_of_b(const Product<T>& p, const BlockOfC<T>& block, std::size_t j) {
    if (j < block.packed_from) return {at(p.b, block.k0, block.j0 + j), p.b.row};
    const std::size_t x = j - block.packed_from, in_panel = x % block.panel;
    return {block.packed_b + (x - in_panel) * block.depth + in_panel, block.panel};
}

}  // namespace
}  // namespace autoencoder
