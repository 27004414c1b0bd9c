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
#include "step.hpp"

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
    const std::uint16_t* steps = nullptr;  // of a tile that takes some k only: which
    const T* a = nullptr;
    std::size_t a_row = 0, a_step = 0, a_jump = 0;
    const T* b = nullptr;
    std::size_t b_step = 0;
    T* c = nullptr;
    std::size_t c_row = 0;
    Start start = Start::zero;
    const T* bias = nullptr;  // of the tile's first row or column
    // What will be wanted when k is through, rows fetch_row apart: C, or θ and what an optimiser remembers.
    const T* fetch[3] = {};
    std::size_t fetch_row = 0;
    const T* next = nullptr;  // and for the tiles of the next columns: rows of B, b_step apart
    std::size_t next_rows = 0;
    const kernels::Epilogue<T>* update = nullptr;  // of a tile that goes straight on into a step of θ
    std::size_t offset = 0;                        // of its first element
    std::size_t columns = 0;                       // that are θ's
};

/// Asks for rows [begin, end) of what the tile will want, a few at a time while k runs: all at once
/// they would fill the queue of the loads.
template <class T>
AUTOENCODER_INLINE void fetch_rows(const Tile<T>& t, std::size_t begin, std::size_t end,
                                   std::size_t columns) {
    constexpr std::size_t line = 64 / sizeof(T);
    for (const T* const* array = t.fetch; array < t.fetch + 3 && *array; ++array) {
        for (std::size_t r = begin; r < end; ++r) {
            const T* row = *array + r * t.fetch_row;
            for (std::size_t x = 0; x < columns; x += line) __builtin_prefetch(row + x, 1);
            if (reinterpret_cast<std::uintptr_t>(row) % 64 != 0) __builtin_prefetch(row + columns - 1, 1);
        }
    }
}

/// Asks for some rows of the next columns of B, which are as many as the tile's.
template <class T>
AUTOENCODER_INLINE const T* fetch_next(const Tile<T>& t, const T* row, std::size_t rows,
                                       std::size_t columns) {
    for (; rows > 0; --rows, row += t.b_step) {
        for (std::size_t x = 0; x < columns; x += 64 / sizeof(T)) __builtin_prefetch(row + x);
        __builtin_prefetch(row + columns - 1);
    }
    return row;
}

/// ∂J/∂w = scale Σ δ h + λ w, from registers straight on into a step of the optimiser, for whole vectors of θ.
/// Sums of the others are stored.
template <class T, class V, std::size_t M, std::size_t N>
AUTOENCODER_INLINE void update_tile(const Tile<T>& t, const V (&sum)[M][N]) {
    const kernels::Epilogue<T>& e = *t.update;
    const StepLanes<T, V> lanes(e.step);
    const V scale = V::all(e.scale), weight = V::all(e.weight);
    const bool penalised = e.weight != T(0);
    with_rule(e.step.rule, [&](auto rule) __attribute__((always_inline)) {
        unroll<M, N>([&](auto i, auto j) __attribute__((always_inline)) {
            const std::size_t at = t.offset + i * e.other.row + j * V::width;
            if (t.columns < (j + 1) * V::width) return sum[i][j].store(t.c + i * t.c_row + j * V::width);
            V g = scale * sum[i][j];
            if (penalised) g = mul_add(weight, V::load(e.other.data + at), g);
            lanes.take(rule, at, g, Whole<V, T>{});
        });
    });
}

/// Asks for a row of B that is wanted some steps later. It takes N instructions a step, which a tile of many
/// multiply-adds has room for, and brings 1 to 5 % where B comes from the L2 cache.
template <class T, class V, std::size_t N>
AUTOENCODER_INLINE void ask_for_row(const T* row) {
    unroll<N>([&](auto j) __attribute__((always_inline)) { __builtin_prefetch(row + j * V::width); });
}

/// One k: N vectors of B, M elements of A, M·N multiply-adds.
template <class T, class V, std::size_t M, std::size_t N>
AUTOENCODER_INLINE void take_step(V (&sum)[M][N], const T* a, std::size_t a_row, const T* b) {
    V row[N];
    unroll<N>([&](auto j) __attribute__((always_inline)) { row[j] = V::load(b + j * V::width); });
    unroll<M>([&](auto i) __attribute__((always_inline)) {
        const V element = V::all(a[i * a_row]);
        unroll<N>([&](auto j) __attribute__((always_inline)) {
            sum[i][j] = mul_add(element, row[j], sum[i][j]);
        });
    });
}

/// Which k a tile takes.
enum class Steps { all, some };

/// M rows by N vectors of C: load the start, run over k, store, or update θ.
template <class T, class V, std::size_t M, std::size_t N, Steps Which = Steps::all, bool Update = false>
void multiply_tile(const Tile<T>& t) {
    V sum[M][N];
    unroll<M, N>([&](auto i, auto j) __attribute__((always_inline)) {
        if (t.start == Start::resume) sum[i][j] = V::load(t.c + i * t.c_row + j * V::width);
        else if (t.start == Start::column_bias) sum[i][j] = V::load(t.bias + j * V::width);
        else sum[i][j] = V::all(t.start == Start::row_bias ? t.bias[i] : T(0));
    });
    [[maybe_unused]] const T* a = t.a;
    [[maybe_unused]] const T* b = t.b;
    [[maybe_unused]] const std::uint16_t* step = t.steps;
    constexpr std::size_t at_a_time = Which == Steps::some ? 8 : panel_width;
    const std::size_t parts = t.k < at_a_time ? 1 : t.k / at_a_time;
    const std::size_t fetch_at_once = !t.fetch[0] ? 0 : t.fetch_row == panel_width ? M : (M + parts - 1) / parts;
    const T* next = t.next;
    const std::size_t next_at_once = next ? (t.next_rows + parts - 1) / parts : 0;
    for (std::size_t left = t.k, fetched = fetch_at_once ? 0 : M; left > 0;) {
        if (fetched < M) {
            const std::size_t end = fetched + fetch_at_once < M ? fetched + fetch_at_once : M;
            fetch_rows(t, fetched, end, N * V::width);
            fetched = end;
        }
        if constexpr (Which == Steps::all) next = fetch_next(t, next, next_at_once, N * V::width);
        const std::size_t steps = left < at_a_time ? left : at_a_time;
        left -= steps;
        if constexpr (Which == Steps::some) {
            for (std::size_t k = 0; k < steps; ++k) {
                const std::size_t at = *step++;
                take_step(sum, t.a + at * t.a_step + at / panel_width * t.a_jump, t.a_row,
                          t.b + at * t.b_step);
            }
        } else {
            // Four at a time: where another thread runs on the same core, every instruction counts.
#pragma GCC unroll 4
            for (std::size_t k = 0; k < steps; ++k, a += t.a_step, b += t.b_step) {
                if constexpr (M * N >= 16) ask_for_row<T, V, N>(b + 8 * t.b_step);
                take_step(sum, a, t.a_row, b);
            }
            a += t.a_jump;
        }
    }
    if constexpr (Update) return update_tile<T, V, M, N>(t, sum);
    unroll<M, N>([&](auto i, auto j) __attribute__((always_inline)) {
        sum[i][j].store(t.c + i * t.c_row + j * V::width);
    });
}

/// Rows of a tile of N vectors at most. Of those that take some k only, one that leaves out zeros of its
/// columns is as narrow as can be, since the fewer columns the more zeros they share, and as high as the
/// registers allow; one that leaves out zeros of its rows is low for the same reason, and wide: four pixels
/// side by side are wanted in 28 of 100 patterns, 16 in 58.
constexpr std::size_t low_tile = 4;
constexpr std::size_t low_vectors = tile_rows * tile_vectors < 4 * low_tile ? tile_vectors : 2 * tile_vectors;
template <std::size_t N, Steps Which>
constexpr std::size_t most_rows = Which == Steps::all ? tile_rows : N == 1 ? tile_rows * tile_vectors : low_tile;

/// multiply_tile for 1 … most_rows rows.
template <class T, class V, std::size_t N, Steps Which>
constexpr auto tiles = by_count<most_rows<N, Which>>([](auto rows) { return &multiply_tile<T, V, rows, N, Which>; });

/// A block of rows cut into tiles: as even as possible, or whole ones and what is left.
struct Cut {
    std::size_t all, count, each, longer;  // the first `longer` tiles have a row more

    AUTOENCODER_INLINE explicit Cut(std::size_t rows, std::size_t most = tile_rows, bool even = true)
        : all(rows), count((rows + most - 1) / most), each(even ? rows / count : most), longer(even ? rows % count : 0) {}
    AUTOENCODER_INLINE std::size_t begin(std::size_t tile) const {
        return tile * each + (tile < longer ? tile : longer);
    }
    AUTOENCODER_INLINE std::size_t rows(std::size_t tile) const {
        const std::size_t left = all - begin(tile), most = each + (tile < longer);
        return left < most ? left : most;
    }
};

}  // namespace
}  // namespace autoencoder
