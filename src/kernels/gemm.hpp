// The matrix product C = start + A·B with its epilogue, after Goto & van de Geijn (2008) and BLIS:
// five loops over blocks that fit the caches, around the tile.
#pragma once

#include "autoencoder/kernels.hpp"
#include "block.hpp"
#include "epilogue.hpp"
#include "last_columns.hpp"
#include "pack.hpp"
#include "tile.hpp"
#include "zeros.hpp"

namespace autoencoder {
namespace {

/// Tiles whose sums may go straight on into a step of θ. Each takes long to compile, so there are only those that
/// most of the weights of a training in float come through: the usual ones, and the low ones where rows have zeros.
template <class T, class V, std::size_t N, Steps Which>
constexpr bool goes_straight = sizeof(T) == 4 && V::width == Lanes<T>::width &&
                               N == (Which == Steps::all ? tile_vectors : low_vectors);

/// A tile that may not be stored as it is, at (i, j) of C, `columns` of it valid, with N vectors V: its sums go
/// straight on into a step of θ, or by way of a copy. Then the epilogue, if k is through.
template <class T, class V, std::size_t N, Steps Which>
void place_tile(const Product<T>& p, Tile<T>& t, std::size_t i, std::size_t rows, std::size_t j,
                std::size_t columns, bool last) {
    constexpr std::size_t width = N * V::width, most = most_rows<N, Which>;
    const bool update = last && p.epilogue.kind == kernels::Finish::update;
    T* const c = p.c.data ? at(p.c, i, j) : nullptr;
    alignas(64) T copy[most * width], bias[width];
    const T* const bias_of_c = t.bias;
    t.c = copy;
    t.c_row = width;
    if (update) {
        const std::size_t offset = place(p.epilogue.other, i, j);
        const kernels::Step<T>& step = p.epilogue.step;
        t.fetch[0] = step.w + offset;
        t.fetch[1] = step.v ? step.v + offset : nullptr;
        t.fetch[2] = step.m ? step.m + offset : nullptr;
        t.fetch_row = p.epilogue.other.row;
        // Most tiles have all rows, and need not store their sums.
        if constexpr (goes_straight<T, V, N, Which>) {
            if (t.start != Start::resume && rows + 1 >= most) {
                t.update = &p.epilogue;
                t.offset = offset;
                t.columns = columns;
                if (rows == most) multiply_tile<T, V, most, N, Which, true>(t);
                else multiply_tile<T, V, most - 1, N, Which, true>(t);
                const std::size_t whole = columns - columns % V::width;
                if (whole < columns) finish<T, V>(p, i, rows, j + whole, columns - whole, copy + whole, width);
                return;
            }
        }
    }
    if (t.start == Start::resume) {
        for (std::size_t r = 0; r < rows; ++r) {
            for (std::size_t x = 0; x < width; ++x)
                copy[r * width + x] = x < columns ? c[r * p.c.row + x] : T(0);
        }
    } else if (t.start == Start::column_bias && columns < width) {
        for (std::size_t x = 0; x < width; ++x) bias[x] = x < columns ? t.bias[x] : T(0);
        t.bias = bias;
    }
    tiles<T, V, N, Which>.each[rows - 1](t);
    t.bias = bias_of_c;
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
                                     std::size_t tiles, Tile<T>& t) {
    constexpr std::size_t far = 1024, near = 256 << 10;  // bytes: of a row; of a B that stays in L2
    constexpr std::size_t width = tile_columns<T>;
    const std::size_t row = p.b.row * sizeof(T);
    if (row < far || block.depth * row <= near || j + 2 * width > block.packed_from ||
        p.epilogue.kind == kernels::Finish::update)
        return;
    t.next_rows = (block.depth + tiles - 1) / tiles;
    t.next = t.b + width;
}

/// The tiles first … last − 1 of a block, one below the other, in its columns j …, N vectors V of them.
template <class T, class V, std::size_t N, Steps Which>
void multiply_tiles(const Product<T>& p, const BlockOfC<T>& block, const Cut& cut, std::size_t j, std::size_t first,
                    std::size_t last) {
    constexpr std::size_t width = N * V::width;
    const std::size_t left = block.columns - j, columns = left < width ? left : width;
    const bool update = block.last && p.epilogue.kind == kernels::Finish::update;
    const bool straight = !update && (columns == width || p.c.padded);
    const RowsOfA<T> a = rows_of_a(p, block);
    const Columns<T> b = columns_of_b(p, block, j);
    Tile<T> t;
    t.k = block.depth;
    t.a_row = a.row;
    t.a_step = a.step;
    t.a_jump = a.jump;
    t.b = b.data;
    t.b_step = b.step;
    t.c_row = t.fetch_row = p.c.row;
    t.start = block.start;
    if (p.start == Start::column_bias) t.bias = p.bias + block.j0 + j;
    if (Which == Steps::some && block.column_steps) {
        t.steps = block.column_steps[j / V::width];
        t.k = *t.steps++;
    }
    if (Which == Steps::all && N == tile_vectors) ask_for_next(p, block, j, cut.count, t);
    const T* const next = t.next;
    T* const c = p.c.data ? at(p.c, block.i0, block.j0 + j) : nullptr;
    for (std::size_t r = first, begin = cut.begin(first); r < last; ++r) {
        const std::size_t rows = cut.rows(r), i = block.i0 + begin;
        t.a = a.data + r * a.from_tile + begin * a.from_row;
        if (p.start == Start::row_bias) t.bias = p.bias + i;
        if (Which == Steps::some && block.row_steps) {
            t.steps = block.row_steps[r];
            t.k = *t.steps++;
        }
        if (next) t.next = next + r * t.next_rows * t.b_step;
        if (straight) {
            t.c = c + begin * p.c.row;
            // Sums to go on from are wanted at once: each tile asks for those of the tile below.
            t.fetch[0] = t.start == Start::resume ? t.c + rows * p.c.row : t.c;
            tiles<T, V, N, Which>.each[rows - 1](t);
            if (block.last)
                finish<T, V>(p, i, rows, block.j0 + j, p.c.padded ? width : columns, t.c, p.c.row);
        } else {
            place_tile<T, V, N, Which>(p, t, i, rows, block.j0 + j, columns, block.last);
        }
        begin += rows;
    }
}

/// The same with as many vectors as the tiles have there.
template <class T>
AUTOENCODER_INLINE void multiply_columns(const Product<T>& p, const BlockOfC<T>& block, const Cut& cut,
                                         std::size_t j, std::size_t first, std::size_t last) {
    using V = Lanes<T>;
    constexpr std::size_t width = tile_columns<T>;
    const std::size_t columns = columns_at(block, j);
    if constexpr (V::width > 1) {
        if (block.column_steps || block.row_steps) {
            if (columns == V::width) return multiply_tiles<T, V, 1, Steps::some>(p, block, cut, j, first, last);
            if (low_vectors > tile_vectors && columns > width)
                return multiply_tiles<T, V, low_vectors, Steps::some>(p, block, cut, j, first, last);
            return multiply_tiles<T, V, tile_vectors, Steps::some>(p, block, cut, j, first, last);
        }
    }
    if (columns == width) return multiply_tiles<T, V, tile_vectors, Steps::all>(p, block, cut, j, first, last);
    if (columns == V::width) return multiply_tiles<T, V, 1, Steps::all>(p, block, cut, j, first, last);
    multiply_tiles<T, HalfLanes<T>, 1, Steps::all>(p, block, cut, j, first, last);
}

template <class T>
void multiply_block(const Product<T>& p, const BlockOfC<T>& block) {
    const Cut cut = block.cut();
    // A step goes along the rows of θ and what goes with it, which are further away than B: a tile's, or as
    // many for low ones.
    const bool update = p.epilogue.kind == kernels::Finish::update;
    const std::size_t at_once = !update ? cut.count : block.row_steps ? high_tile / low_tile : 1;
    for (std::size_t r = 0; r < cut.count; r += at_once) {
        const std::size_t end = r + at_once < cut.count ? r + at_once : cut.count;
        // 2nd loop: tiles of columns; 1st loop, inside: tiles of rows
        for (std::size_t j = 0; j < block.columns; j += columns_at(block, j))
            multiply_columns(p, block, cut, j, r, end);
    }
}

template <class T>
void product(const Product<T>& all, T* workspace) {
    using V = Lanes<T>;
    Product<T> p = all;
    if (p.k == 0) p.a.data = p.b.data = workspace;  // nothing of them is read, but where it would stand is reckoned
    if (const std::size_t count = columns_as_rows(p)) {
        multiply_last_columns(p, count);
        p.n -= count;
    }
    T* const packed_a = workspace;
    T* const packed_b = workspace + packed_a_size<T>;
    std::uint16_t* const steps = reinterpret_cast<std::uint16_t*>(packed_b + packed_b_size<T>);
    const Sizes sizes = sizes_of(p);
    // Activities in panels multiply weights, which have no zeros. Rows may be data, on either side.
    const bool search = V::width > 1 && p.m >= 64 && p.n >= 64 && p.k > 0;
    const bool search_a = search && p.a.panel == panel_width && p.b.panel == panel_width && !p.b.padded &&
                          zeros_of_a_pay(p);
    const bool search_b = search && !search_a && !p.a.transposed;

    // A transposed can be read where it is if a tile takes most of each cache line that it touches.
    const bool pack_rows = !search_a && p.a.transposed &&
                           (tile_rows * sizeof(T) <= 48 || p.a.panel != panel_width || conflicting(p.a));
    const bool copy_rows = !search_a && !p.a.transposed && p.a.panel == panel_width && conflicting(p.a) && p.n > 64;
    // B as it is costs a little at each tile, a copy of it once: worth it over many rows of a long k.
    const bool reused = conflicting(p.b) ? p.m > 64 : p.m > 256 && p.k > 128;
    const bool pack_all = p.b.transposed || (!p.b.padded && reused);

    // What was searched should still be in the L2 cache when it is multiplied.
    const std::size_t columns_step = search_b && p.b.padded ? 4 * panel_width : block_columns;

    // 5th loop: blocks of k, so that what a tile reads stays in the caches
    // (once even if k is 0: C is the start value then)
    for (std::size_t k0 = 0; k0 == 0 || k0 < p.k; k0 += sizes.depth) {
        BlockOfC<T> block = {};
        block.k0 = k0;
        block.depth = p.k - k0 < sizes.depth ? p.k - k0 : sizes.depth;
        block.last = k0 + block.depth == p.k;
        block.start = k0 > 0 ? Start::resume : p.start;
        block.packed_a = pack_rows || copy_rows ? packed_a : nullptr;
        block.copied_stride = block.depth + 16;
        block.packed_b = packed_b;
        block.panel = search_a ? low_vectors * V::width : tile_columns<T>;
        // 4th loop: blocks of columns
        for (std::size_t j0 = 0; j0 < p.n; j0 += columns_step) {
            block.j0 = j0;
            block.columns = p.n - j0 < columns_step ? p.n - j0 : columns_step;
            // The last columns are packed, to be as wide as a low tile or a vector.
            const std::size_t whole = block.columns - block.columns % (search_a ? block.panel : V::width);
            block.packed_from = pack_all ? 0 : p.b.padded ? block.columns : whole;
            if (block.packed_from < block.columns)
                pack_b(p.b, k0, block.depth, j0 + block.packed_from, block.columns - block.packed_from,
                       packed_b, block.panel);
            block.column_steps = {};
            if (search_b) find_zeros_of_b(p, block, steps);
            // 3rd loop: blocks of rows
            for (std::size_t i0 = 0; i0 < p.m; i0 += block.rows) {
                block.i0 = i0;
                block.rows = p.m - i0 < sizes.rows ? p.m - i0 : sizes.rows;
                if (pack_rows) pack_a(p, i0, block.rows, k0, block.depth, packed_a);
                if (copy_rows) copy_a(p.a, i0, block.rows, k0, block.depth, packed_a, block.copied_stride);
                block.row_steps = {};
                if (search_a) find_zeros_of_a(p, block, steps);
                multiply_block(p, block);
            }
        }
    }
}

}  // namespace
}  // namespace autoencoder
