// The last few columns of a product with a transposed A, as rows: 100 patterns are three panels and four
// columns, which would fill a quarter of a vector. A's rows lie along the other side of C:
//
//     Cᵀ (4 × m) = Bᵀ (4 × k) · A (k × m)
//
// so vectors are full, and each sum is the chain that it was. Then its numbers go back to where C has them.
#pragma once

#include "block.hpp"
#include "epilogue.hpp"

namespace autoencoder {
namespace {

/// How many columns are better taken as rows.
template <class T>
AUTOENCODER_INLINE std::size_t columns_as_rows(const Product<T>& p) {
    const std::size_t last = p.n % panel_width;
    const bool side_by_side = p.a.transposed && p.a.panel == panel_width && p.m >= tile_columns<T>;
    return side_by_side && p.b.padded && p.c.padded && p.start == Start::zero && last <= low_tile ? last : 0;
}

/// The last `count` columns of C, and their epilogue.
template <class T>
void multiply_last_columns(const Product<T>& p, std::size_t count) {
    using V = Lanes<T>;
    constexpr std::size_t width = tile_columns<T>;
    const std::size_t j = p.n - count;
    T copy[low_tile * width];
    Tile<T> t;
    t.k = p.k;
    t.a = at(p.b, 0, j);
    t.a_row = 1;
    t.a_step = p.b.row;
    t.b_step = p.a.row;
    t.c = copy;
    t.c_row = width;
    for (std::size_t i = 0; i < p.m; i += width) {
        if (i + width > p.m) i = p.m - width;  // some once more, from the beginning
        t.b = at(p.a, 0, i);
        tiles<T, V, tile_vectors, Steps::all>.each[count - 1](t);
        T* const c = at(p.c, i, j);
        for (std::size_t x = 0; x < width; ++x) {
            for (std::size_t r = 0; r < count; ++r) c[x * p.c.row + r] = copy[r * width + x];
        }
        finish<T, V>(p, i, width, j, count, c, p.c.row);
    }
}

}  // namespace
}  // namespace autoencoder
