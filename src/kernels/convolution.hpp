// The two sums of a convolution, on images kept in panels: an image's unit is a row of 32 patterns, so a
// window is a list of rows, and patterns run along the lanes.
//
//     gathered      at a place, all maps of the result: the product's tile, except that a row of B
//                   stands at an offset from a table. Nothing is copied together (no "im2col").
//     correlation   the gradient of the window: here the sum runs over places and patterns, so the maps
//                   of the coarse image take the lanes and a tap's patterns are broadcast one by one.
//
// Bits: each result is one chain of fused multiply-adds, in the order of the taps, or of the places
// and then the patterns. A tap that lies outside of the image is left out of the first sum; in the
// second it is a row of zeros, unless all taps of the group are outside.
#pragma once

#include "autoencoder/kernels.hpp"
#include "epilogue.hpp"
#include "tile.hpp"

namespace autoencoder {
namespace {

using kernels::Correlation;
using kernels::Gathered;

/// What is done with M rows of C that were just stored, the first of map i, from c on.
template <class T>
void finish_maps(const Gathered<T>& g, std::size_t i, std::size_t rows, std::size_t at,
                 std::size_t columns) {
    using V = Lanes<T>;
    const auto& e = g.epilogue;
    for (std::size_t r = 0; r < rows; ++r) {
        const std::size_t first = at + (i + r) * g.c_map;
        if (e.kind == kernels::Finish::activate) activate_row<T, V>(e.f, columns, g.c + first);
        else
            back_propagate_row<T, V>(e, e.other.data + first, e.mask.data ? e.mask.data + first : nullptr,
                                     e.term ? e.term[first / panel_width] : T(0), columns, g.c + first);
    }
}

/// What needs no more than the sums in their registers, and perhaps h.
template <class T>
AUTOENCODER_INLINE bool quickly_finished(const kernels::Epilogue<T>& e) {
    if (e.kind == kernels::Finish::none) return true;
    const bool simple = e.f == Activation::relu || e.f == Activation::linear;
    return simple && !e.mask.data && !e.term;
}

/// M maps by N vectors of patterns at one place.
template <class T, class V, std::size_t M, std::size_t N>
void gather_tile(const Gathered<T>& g, std::size_t i, const kernels::Place& place, std::size_t column) {
    const std::size_t at = place.to + i * g.c_map + column;
    T* const c = g.c + at;
    const T* const h = g.epilogue.other.data ? g.epilogue.other.data + at : nullptr;
    constexpr std::size_t line = 64 / sizeof(T);
    unroll<M>([&](auto m) __attribute__((always_inline)) {  // wanted when the taps are through
        for (std::size_t x = 0; x < N * V::width; x += line) {
            __builtin_prefetch(c + m * g.c_map + x, 1);
            if (h) __builtin_prefetch(h + m * g.c_map + x);
        }
    });
    V sum[M][N];
    unroll<M, N>([&](auto m, auto n) __attribute__((always_inline)) {
        sum[m][n] = V::all(g.bias ? g.bias[i + m] : T(0));
    });
    const T* const a = g.a + i;
    const T* const b = g.b + place.from + column;
    for (const kernels::Tap& tap : g.taps) {
        const T* const weight = a + tap.a;
        V row[N];
        unroll<N>([&](auto n) __attribute__((always_inline)) { row[n] = V::load(b + tap.b + n * V::width); });
        unroll<M>([&](auto m) __attribute__((always_inline)) {
            const V element = V::all(weight[m]);
            unroll<N>([&](auto n) __attribute__((always_inline)) {
                sum[m][n] = mul_add(element, row[n], sum[m][n]);  // [convolve] [deconvolve]
            });
        });
    }
    const bool quick = quickly_finished(g.epilogue);
    const V zero = V::all(T(0));
    if (quick && g.epilogue.f == Activation::relu) {  // f and f' of a relu: where the sum, or h, is positive
        unroll<M, N>([&](auto m, auto n) __attribute__((always_inline)) {
            const V by = h ? V::load(h + m * g.c_map + n * V::width) : sum[m][n];
            sum[m][n] = select(zero < by, sum[m][n], zero);
        });
    }
    unroll<M, N>([&](auto m, auto n) __attribute__((always_inline)) {
        sum[m][n].store(c + m * g.c_map + n * V::width);
    });
    if (!quick) finish_maps(g, i, M, place.to + column, N * V::width);
}

template <class T>
void gathered(const Gathered<T>& g) {
    static constexpr auto tile =
        by_count<tile_rows>([](auto maps) { return &gather_tile<T, Lanes<T>, maps, tile_vectors>; });
    constexpr std::size_t columns = tile_columns<T>;
    static_assert(panel_width % columns == 0);
    const Cut tiles(g.maps);
    for (const kernels::Place& place : g.places) {
        for (std::size_t t = 0; t < tiles.count; ++t) {
            for (std::size_t column = 0; column < panel_width; column += columns)
                tile.each[tiles.rows(t) - 1](g, tiles.begin(t), place, column);
        }
    }
}

/// What is read in the place of a row outside of the image.
template <class T>
alignas(64) constexpr T zero_row[panel_width] = {};

/// Rows `first` … `first` + M − 1 of the group (tap after tap, all maps of each) by N vectors of maps.
template <class T, class V, std::size_t M, std::size_t N>
void correlation_tile(const Correlation<T>& k, std::size_t first, std::size_t lane) {
    std::size_t tap[M], offset[M];
    V sum[M][N];
    unroll<M>([&](auto m) __attribute__((always_inline)) {
        tap[m] = (first + m) / k.maps;
        offset[m] = (first + m) % k.maps * k.fine_map;
    });
    unroll<M, N>([&](auto m, auto n) __attribute__((always_inline)) { sum[m][n] = V::all(T(0)); });
    const std::uint32_t* rows = k.rows;
    for (const std::uint32_t place : k.places) {
        const T* fine[M];
        unroll<M>([&](auto m) __attribute__((always_inline)) {
            const std::uint32_t row = rows[tap[m]];
            fine[m] = row == Correlation<T>::outside ? zero_row<T> : k.fine + row + offset[m];
        });
        rows += k.taps;
        const T* coarse = k.coarse + place * panel_width * k.lanes + lane;
        for (std::size_t q = 0; q < k.patterns; ++q, coarse += k.lanes) {
            V row[N];
            unroll<N>([&](auto n) __attribute__((always_inline)) { row[n] = V::load(coarse + n * V::width); });
            unroll<M>([&](auto m) __attribute__((always_inline)) {
                const V element = V::all(fine[m][q]);
                unroll<N>([&](auto n) __attribute__((always_inline)) {
                    sum[m][n] = mul_add(element, row[n], sum[m][n]);  // [convolve-gradient]
                });
            });
        }
    }
    unroll<M>([&](auto m) __attribute__((always_inline)) {
        T* to = k.sums + (first + m) % k.maps * k.sums_map + tap[m] * k.lanes + lane;
        unroll<N>([&](auto n) __attribute__((always_inline)) { sum[m][n].store(to + n * V::width); });
    });
}

template <class T, std::size_t N>
constexpr auto correlation_tiles =
    by_count<tile_rows>([](auto rows) { return &correlation_tile<T, Lanes<T>, rows, N>; });

template <class T>
void correlation(const Correlation<T>& k) {
    // Lanes are a multiple of 16: one vector is left over only where two are 32.
    constexpr std::size_t narrowest = tile_columns<T> % 16 == 0 && tile_columns<T> > 16 ? 1 : tile_vectors;
    const Cut tiles(k.taps * k.maps);
    for (std::size_t lane = 0, step; lane < k.lanes; lane += step) {
        const bool whole = k.lanes - lane >= tile_columns<T>;
        step = whole ? tile_columns<T> : narrowest * Lanes<T>::width;
        for (std::size_t t = 0; t < tiles.count; ++t)
            (whole ? correlation_tiles<T, tile_vectors>.each
                   : correlation_tiles<T, narrowest>.each)[tiles.rows(t) - 1](k, tiles.begin(t), lane);
    }
}

}  // namespace
}  // namespace autoencoder
