// Packing: copies of those parts of A and B that a tile cannot read as they stand.
//
// The tile wants B's columns side by side, and A's rows wherever they are. So B is packed where it is
// transposed, where it ends in part of a vector, where its rows lie a power of two apart and would
// fight for the same cache lines, or where many tiles read it; A for the third reason, or where it is
// transposed and a tile would use little of each cache line.
//
//     B packed: panels of a tile's columns         A packed: panels of tile_rows rows
//       ┌ k=0: c0 c1 … ┐ ┌ k=0: c32 … ┐              ┌ k=0: r0 r1 … r13 ┐ ┌ k=0: r14 …
//       │ k=1: c0 c1 … │ │ k=1: c32 … │              │ k=1: r0 r1 … r13 │ │ k=1: r14 …
#pragma once

#include "block.hpp"
#include "stream.hpp"

namespace autoencoder {
namespace {

/// A(i0 …, k0 …) of a transposed A (stored k × i): packed[tile][k][row of the tile].
template <class T>
void pack_a(const kernels::Product<T>& p, std::size_t i0, std::size_t rows, std::size_t k0,
            std::size_t depth, T* packed) {
    using V = Lanes<T>;
    constexpr std::size_t ahead = 8;  // rows lie pages apart: each is asked for in time
    constexpr std::size_t whole = (tile_rows + V::width - 1) / V::width * V::width;
    const kernels::Operand<const T>& a = p.a;
    const Cut tiles(rows);
    for (std::size_t k = 0; k < depth; ++k) {
        // Whole vectors, as long as A goes on for one behind the last tile: what is too much of one
        // row is overwritten by the next.
        const std::size_t behind = (p.k - 1 - k0 - k) * a.row + p.m - i0;
        const bool vectors = a.panel == panel_width && behind >= rows + whole;
        T* to = packed + k * tile_rows;
        for (std::size_t t = 0; t < tiles.count; ++t, to += packed_a_panel<T>(depth)) {
            const std::size_t i = i0 + tiles.begin(t);
            const T* from = at(a, k0 + k, i);
            if (k + ahead < depth) __builtin_prefetch(from + ahead * a.row);
            if (vectors) {
                for (std::size_t x = 0; x < whole; x += V::width) V::load(from + x).store(to + x);
            } else {
                for (std::size_t r = 0; r < tiles.rows(t); ++r) to[r] = *at(a, k0 + k, i + r);
            }
        }
    }
}

/// A(i0 …, k0 …) of an A that is not transposed, row by row at another distance.
template <class T>
void copy_a(const kernels::Operand<const T>& a, std::size_t i0, std::size_t rows, std::size_t k0,
            std::size_t depth, T* packed, std::size_t stride) {
    for (std::size_t r = 0; r < rows; ++r) {
        const T* from = at(a, i0 + r, k0);
        T* const to = packed + r * stride;
        stream<T>(depth, [&](std::size_t k, auto access) { access.store(to + k, access.load(from + k)); });
    }
}

/// Columns j … j + count − 1 of a transposed B (stored j × k) as one panel of `width`; the rest of it zero.
template <class T>
void pack_transposed(const kernels::Operand<const T>& b, std::size_t k0, std::size_t depth,
                     std::size_t j, std::size_t count, T* to, std::size_t width) {
    using V = Lanes<T>;
    for (std::size_t x = 0; x < width; x += V::width) {
        for (std::size_t k = 0; k < depth;) {
            // Square blocks in registers, within a panel of the operand.
            const std::size_t room = panel_width - (k0 + k) % panel_width;
            if (x + V::width <= count && k + V::width <= depth && V::width <= room) {
                transpose_square<T>(at(b, j + x, k0 + k), b.row, to + k * width + x, width);
                k += V::width;
                continue;
            }
            for (std::size_t y = x; y < x + V::width; ++y)
                to[k * width + y] = y < count ? *at(b, j + y, k0 + k) : T(0);
            ++k;
        }
    }
}

/// B(k0 …, j0 …), columns zero-padded to whole panels of `width`: packed[panel][k][column of the panel].
template <class T>
void pack_b(const kernels::Operand<const T>& b, std::size_t k0, std::size_t depth, std::size_t j0,
            std::size_t columns, T* packed, std::size_t width) {
    using V = Lanes<T>;
    if (b.transposed) {
        for (std::size_t j = 0; j < columns; j += width) {
            const std::size_t count = columns - j < width ? columns - j : width;
            pack_transposed(b, k0, depth, j0 + j, count, packed + j * depth, width);
        }
        return;
    }
    // A few panels at a time: rows may lie pages apart, and are asked for ahead; many panels would be stores
    // to as many places at once.
    constexpr std::size_t panels = 4, ahead = 4;
    for (std::size_t first = 0; first < columns; first += panels * width) {
        const std::size_t some = columns - first < panels * width ? columns - first : panels * width;
        for (std::size_t k = 0; k < depth; ++k) {
            if (k + ahead < depth) {
                for (std::size_t x = 0; x < some; x += 64 / sizeof(T))
                    __builtin_prefetch(at(b, k0 + k + ahead, j0 + first + x));
            }
            for (std::size_t j = first; j < first + some; j += width) {
                T* const to = packed + j * depth + k * width;
                // Vector by vector: within a panel of the operand.
                for (std::size_t x = 0; x < width; x += V::width) {
                    const T* const from = at(b, k0 + k, j0 + j + x);
                    const V lanes = j + x + V::width <= columns ? V::load(from)
                                    : j + x < columns           ? V::load_part(from, columns - j - x)
                                                                : V::all(T(0));
                    lanes.store(to + x);
                }
            }
        }
    }
}

}  // namespace
}  // namespace autoencoder
