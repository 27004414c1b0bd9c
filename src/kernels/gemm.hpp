// The matrix product C = start + A·B with its epilogue, after Goto & van de Geijn (2008) and BLIS:
// five loops over blocks that fit the caches, around the tile.
#pragma once

#include "autoencoder/kernels.hpp"
#include "block.hpp"
#include "epilogue.hpp"
#include "pack.hpp"
#include "tile.hpp"
#include "zeros.hpp"

namespace autoencoder {
namespace {

/// The tile at (i, j) of C, `columns` of it valid, with N vectors V: straight into C where it may be
/// written up to whole vectors, else by way of a copy. Then the epilogue, if k is through.
template <class T, class V, std::size_t N, Steps Which>
void place_tile(const Product<T>& p, Tile<T>& t, std::size_t i, std::size_t rows, std::size_t j,
                std::size_t columns, bool last) {
    constexpr std::size_t width = N * V::width, most = most_rows<N, Which>;
    const bool update = last && p.epilogue.kind == kernels::Finish::update;
    T* const c = at(p.c, i, j);
    if (!update && (columns == width || p.c.padded)) {
        t.c = c;
        t.c_row = t.fetch_row = p.c.row;
        // Sums to go on from are wanted at once: each tile asks for those of the tile below.
        t.fetch[0] = t.start == Start::resume ? c + rows * p.c.row : c;
        tiles<T, V, N, Which>.rows[rows - 1](t);
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
        if constexpr (N == (Which == Steps::all ? tile_vectors : 1)) {
            // Most tiles are whole, and need not store their sums.
            if (columns == width && t.start != Start::resume && rows + 1 >= most) {
                t.update = &p.epilogue;
                t.offset = offset;
                if (rows == most) return multiply_tile<T, V, most, N, Which, true>(t);
                return multiply_tile<T, V, most - 1, N, Which, true>(t);
            }
        }
    }
    alignas(64) T copy[most * width], bias[width];
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
    tiles<T, V, N, Which>.rows[rows - 1](t);
    if (last) finish<T, V>(p, i, rows, j, columns, copy, width);
    if (update) return;  // the sums go into the parameters and nowhere else
    for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t x = 0; x < columns; ++x) c[r * p.c.row + x] = copy[r * width + x];
    }
}

/// Rows of a B that is read as it stands may lie pages apart, where no processor guesses the next tile's
/// columns in time: the tiles one below the other in these columns ask for them, each for its share.
template <class T>
AUTOENCODER_INLINE void ask_for_next(const Product<T>& p, const BlockOfC<T>& block, std::size_t j,
                                     std::size_t r, Tile<T>& t) {
    constexpr std::size_t far = 1024, near = 256 << 10;  // bytes: of a row; of a B that stays in L2
    constexpr std::size_t width = tile_columns<T>;
    const std::size_t row = p.b.row * sizeof(T);
    if (row < far || block.depth * row <= near || j + 2 * width > block.packed_from ||
        p.epilogue.kind == kernels::Finish::update)
        return;
    const std::size_t tiles = block.cut().count;
    t.next_rows = (block.depth + tiles - 1) / tiles;
    t.next = t.b + width + r * t.next_rows * t.b_step;
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
    const Columns<T> b = columns_of_b(p, block, j);
    t.b = b.data;
    t.b_step = b.step;
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
    if constexpr (V::width > 1) {
        if (block.column_steps || block.row_steps) {
            t.steps = block.column_steps ? block.column_steps[j / V::width] : block.row_steps[r];
            t.k = *t.steps++;
            if (columns == V::width)
                place_tile<T, V, 1, Steps::some>(p, t, i, rows, block.j0 + j, valid, block.last);
            else
                place_tile<T, V, tile_vectors, Steps::some>(p, t, i, rows, block.j0 + j, valid, block.last);
            return;
        }
    }
    if (columns == width) {
        ask_for_next(p, block, j, r, t);
        place_tile<T, V, tile_vectors, Steps::all>(p, t, i, rows, block.j0 + j, valid, block.last);
    } else if (columns == V::width)
        place_tile<T, V, 1, Steps::all>(p, t, i, rows, block.j0 + j, valid, block.last);
    else
        place_tile<T, HalfLanes<T>, 1, Steps::all>(p, t, i, rows, block.j0 + j, valid, block.last);
}

template <class T>
void multiply_block(const Product<T>& p, const BlockOfC<T>& block) {
    const Cut tiles = block.cut();
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
    std::uint16_t* const steps = reinterpret_cast<std::uint16_t*>(packed_b + packed_b_size<T>);
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

    // Data have zeros, weights have not: data are B, or A where the weights are a transposed B.
    const bool search = Lanes<T>::width > 1 && !p.a.transposed && p.m >= 64 && p.n >= 64;
    const bool search_a = search && p.b.transposed && p.a.panel == panel_width && !copy_rows;
    const bool search_b = search && !search_a;
    // What was searched should still be in the L2 cache when it is multiplied.
    const std::size_t columns_step = search_b && p.b.padded ? 4 * panel_width : block_columns;

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
        for (std::size_t j0 = 0; j0 < p.n; j0 += columns_step) {
            block.j0 = j0;
            block.columns = p.n - j0 < columns_step ? p.n - j0 : columns_step;
            const std::size_t whole = block.columns - block.columns % V::width;
            block.packed_from = pack_all ? 0 : p.b.padded ? block.columns : whole;
            if (block.packed_from < block.columns)
                pack_b(p.b, k0, block.depth, j0 + block.packed_from, block.columns - block.packed_from,
                       packed_b);
            block.column_steps = {};
            if (search_b) find_zeros_of_b(p, block, steps);
            // 3rd loop: blocks of rows
            const std::size_t rows_step = rows_of_blocks(p.m);
            for (std::size_t i0 = 0; i0 < p.m; i0 += block.rows) {
                block.i0 = i0;
                block.rows = p.m - i0 <= block_rows + spare_rows ? p.m - i0 : rows_step;
                if (pack_rows) {
                    pack_a(p, i0, block.rows, k0, block.depth, packed_a);
                    block.packed_a = packed_a;
                } else if (copy_rows) {
                    block.copied_stride = block.depth + 16;
                    copy_a(p.a, i0, block.rows, k0, block.depth, packed_a, block.copied_stride);
                    block.packed_a = packed_a;
                }
                block.row_steps = {};
                if (search_a) find_zeros_of_a(p, block, steps);
                multiply_block(p, block);
            }
        }
    }
}

}  // namespace
}  // namespace autoencoder
