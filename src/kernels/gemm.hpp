// The matrix product C = start + A·B with its epilogue, after Goto & van de Geijn (2008) and BLIS:
// five loops over blocks that fit the caches, around the tile.
#pragma once

#include "autoencoder/kernels.hpp"
#include "epilogue.hpp"
#include "pack.hpp"
#include "tile.hpp"

namespace autoencoder {
namespace {

using kernels::Product;

/// Block sizes: a block of A (block_rows × block_depth) takes half of an L2 cache of 1 MiB; a packed
/// block of B is streamed from wherever it is, a tile's share of it (100 KiB) stays in L2.
template <class T>
constexpr std::size_t block_depth = 3328 / sizeof(T);
constexpr std::size_t block_rows = 168 / tile_rows * tile_rows;
constexpr std::size_t spare_rows = 32;  // so many more go with the last block: a small one wastes B
constexpr std::size_t block_columns = 1024;
template <class T>
constexpr std::size_t packed_a_size =
    ((block_rows + spare_rows) / tile_rows + 1) * (block_depth<T> * tile_rows + 64);
template <class T>
constexpr std::size_t packed_b_size = (block_columns + panel_width) * block_depth<T>;

/// Rows this far apart fall on few sets of the L1 cache, and push one another out.
template <class T>
AUTOENCODER_INLINE bool conflicting(const kernels::Operand<const T>& x) {
    return x.row * sizeof(T) % 2048 == 0;
}

/// The tile at (i, j) of C, `columns` of it valid, with N vectors V: straight into C where it may be
/// written up to whole vectors, else by way of a copy. Then the epilogue, if k is through.
template <class T, class V, std::size_t N>
void place_tile(const Product<T>& p, Tile<T>& t, std::size_t i, std::size_t rows, std::size_t j,
                std::size_t columns, bool last) {
    constexpr std::size_t width = N * V::width;
    const bool update = last && p.epilogue.kind == kernels::Finish::update;
    T* c = p.c.data ? at(p.c, i, j) : nullptr;
    if (!update && (columns == width || p.c.padded)) {
        t.c = c;
        t.c_row = t.fetch_row = p.c.row;
        if (t.start != Start::resume) t.fetch[0] = c;
        tiles<T, V, N>.rows[rows - 1](t);
        if (last) finish<T, V>(p, i, rows, j, p.c.padded ? width : columns, c, p.c.row);
        return;
    }
    if (update) {
        const std::size_t offset = std::size_t(at(p.epilogue.other, i, j) - p.epilogue.other.data);
        const kernels::Step<T> step = p.epilogue.step.from(offset);
        t.fetch[0] = step.w;
        t.fetch[1] = step.v;
        t.fetch[2] = step.v ? step.m : nullptr;
        t.fetch_row = p.epilogue.other.row;
        if constexpr (N == tile_vectors) {  // most tiles are whole, and need not store their sums
            if (columns == width && t.start != Start::resume && rows + 1 >= tile_rows) {
                t.update = &p.epilogue;
                t.offset = offset;
                if (rows == tile_rows) return multiply_tile<T, V, tile_rows, N, true>(t);
                return multiply_tile<T, V, tile_rows - 1, N, true>(t);
            }
        }
    }
    alignas(64) T copy[tile_rows * width], bias[width];
    t.c = copy;
    t.c_row = width;
    if (t.start == Start::resume) {
        for (std::size_t r = 0; r < rows; ++r) {
            for (std::size_t x = 0; x < width; ++x)
                copy[r * width + x] = x < columns ? c[r * p.c.row + x] : T(0);
        }
    } else if (t.start == Start::column_bias && columns < width) {
        for (std::size_t x = 0; x < width; ++x) bias[x] = x < columns ? t.bias[x] : T(0);
        t.bias = bias;
    }
    tiles<T, V, N>.rows[rows - 1](t);
    if (last) finish<T, V>(p, i, rows, j, columns, copy, width);
    if (update) return;  // the sums go into the parameters and nowhere else
    for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t x = 0; x < columns; ++x) c[r * p.c.row + x] = copy[r * width + x];
    }
}

/// A block of C: rows i0 …, columns j0 …, and where its operands stand.
template <class T>
struct BlockOfC {
    std::size_t i0, rows, j0, columns, k0, depth;
    Start start;
    bool last;
    const T* packed_a;            // panels, or rows `copied_stride` apart, or nothing
    std::size_t copied_stride;
    const T* packed_b;
    std::size_t packed_from;      // columns of the block from here on are packed
};

/// Columns of the tile that begins at column j of a block: two vectors, or what the last columns need.
template <class T>
AUTOENCODER_INLINE std::size_t columns_at(const BlockOfC<T>& block, std::size_t j) {
    constexpr std::size_t width = tile_columns<T>, half = HalfLanes<T>::width;
    const std::size_t left = block.columns - j;
    return left >= width ? width : left > half ? Lanes<T>::width : half;
}

/// The tile of a block in its columns j … and its rows begin ….
template <class T>
void multiply_at(const Product<T>& p, const BlockOfC<T>& block, std::size_t j, std::size_t r,
                 std::size_t begin, std::size_t rows) {
    using V = Lanes<T>;
    constexpr std::size_t width = tile_columns<T>;
    const std::size_t i = block.i0 + begin, left = block.columns - j, columns = columns_at(block, j);
    const std::size_t valid = left < columns ? left : columns;
    Tile<T> t;
    t.k = block.depth;
    t.start = block.start;
    t.bias = p.start == Start::column_bias ? p.bias + block.j0 + j : p.bias + i;
    if (j >= block.packed_from) {
        const std::size_t x = j - block.packed_from;
        t.b = block.packed_b + x / width * width * block.depth + x % width;
        t.b_step = width;
    } else {
        t.b = at(p.b, block.k0, block.j0 + j);
        t.b_step = p.b.row;
    }
    if (p.a.transposed) {
        const bool packed = block.packed_a != nullptr;
        t.a = packed ? block.packed_a + r * packed_a_panel<T>(block.depth) : at(p.a, block.k0, i);
        t.a_row = 1;
        t.a_step = packed ? tile_rows : p.a.row;
    } else if (block.packed_a) {
        t.a = block.packed_a + begin * block.copied_stride;
        t.a_row = block.copied_stride;
        t.a_step = 1;
    } else {
        t.a = at(p.a, i, block.k0);
        t.a_row = p.a.row;
        t.a_step = 1;
        t.a_jump = p.a.panel - panel_width;
    }
    if (columns == width)
        place_tile<T, V, tile_vectors>(p, t, i, rows, block.j0 + j, valid, block.last);
    else if (columns == V::width)
        place_tile<T, V, 1>(p, t, i, rows, block.j0 + j, valid, block.last);
    else
        place_tile<T, HalfLanes<T>, 1>(p, t, i, rows, block.j0 + j, valid, block.last);
}

template <class T>
void multiply_block(const Product<T>& p, const BlockOfC<T>& block) {
    const Cut tiles(block.rows);
    if (p.epilogue.kind == kernels::Finish::update) {
        // Along the rows of θ and what goes with it, which are further away than B.
        for (std::size_t r = 0; r < tiles.count; ++r) {
            for (std::size_t j = 0; j < block.columns; j += columns_at(block, j))
                multiply_at(p, block, j, r, tiles.begin(r), tiles.rows(r));
        }
        return;
    }
    // 2nd loop: tiles of columns; 1st loop: tiles of rows
    for (std::size_t j = 0; j < block.columns; j += columns_at(block, j)) {
        for (std::size_t r = 0; r < tiles.count; ++r)
            multiply_at(p, block, j, r, tiles.begin(r), tiles.rows(r));
    }
}

template <class T>
void product(const Product<T>& p, T* workspace) {
    using V = Lanes<T>;
    T* const packed_a = workspace;
    T* const packed_b = workspace + packed_a_size<T>;
    // Blocks of k as even as possible, whole panels each.
    const std::size_t k_blocks = (p.k + block_depth<T> - 1) / block_depth<T>;
    const std::size_t k_panels = (p.k + panel_width - 1) / panel_width;
    const std::size_t k_step =
        k_blocks < 2 ? block_depth<T> : (k_panels + k_blocks - 1) / k_blocks * panel_width;
    // A transposed can be read where it is if a tile takes most of each cache line that it touches.
    const bool pack_rows = p.a.transposed && (tile_rows * sizeof(T) <= 48 ||
                                              p.a.panel != panel_width || conflicting(p.a));
    const bool copy_rows = !p.a.transposed && p.a.panel == panel_width && conflicting(p.a) && p.n > 64;
    // B as it is costs a little at each tile, a copy of it once: worth it over many rows of a long k.
    const bool reused = conflicting(p.b) ? p.m > 64 : p.m > 256 && p.k > 128;
    const bool pack_all = p.b.transposed || (!p.b.padded && reused);

    // 5th loop: blocks of k, so that what a tile reads stays in the caches
    // (once even if k is 0: C is the start value then)
    for (std::size_t k0 = 0; k0 == 0 || k0 < p.k; k0 += k_step) {
        BlockOfC<T> block = {};
        block.k0 = k0;
        block.depth = p.k - k0 < k_step ? p.k - k0 : k_step;
        block.last = k0 + block.depth == p.k;
        block.start = k0 > 0 ? Start::resume : p.start;
        block.packed_b = packed_b;
        // 4th loop: blocks of columns
        for (std::size_t j0 = 0; j0 < p.n; j0 += block_columns) {
            block.j0 = j0;
            block.columns = p.n - j0 < block_columns ? p.n - j0 : block_columns;
            const std::size_t whole = block.columns - block.columns % V::width;
            block.packed_from = pack_all ? 0 : p.b.padded ? block.columns : whole;
            if (block.packed_from < block.columns)
                pack_b(p.b, k0, block.depth, j0 + block.packed_from, block.columns - block.packed_from,
                       packed_b);
            // 3rd loop: blocks of rows
            for (std::size_t i0 = 0; i0 < p.m; i0 += block.rows) {
                block.i0 = i0;
                block.rows = p.m - i0 <= block_rows + spare_rows ? p.m - i0 : block_rows;
                if (pack_rows) {
                    pack_a(p, i0, block.rows, k0, block.depth, packed_a);
                    block.packed_a = packed_a;
                } else if (copy_rows) {
                    block.copied_stride = block.depth + 16;
                    copy_a(p.a, i0, block.rows, k0, block.depth, packed_a, block.copied_stride);
                    block.packed_a = packed_a;
                }
                multiply_block(p, block);
            }
        }
    }
}

}  // namespace
}  // namespace autoencoder
