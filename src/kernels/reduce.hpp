// Sums in an order that no vector width can change: element i of a block goes to virtual lane
// i mod L (L = 16 for float, 8 for double: one AVX-512 register, two of AVX2, four of NEON, an array
// in the scalar unit); the lanes are joined in double, in pairs, always the same pairs.
#pragma once

#include "autoencoder/kernels.hpp"
#include "epilogue.hpp"
#include "stream.hpp"

namespace autoencoder {
namespace {

/// take(lane, i, access) adds elements i … of n to a register of the virtual lanes.
template <class T, class Take>
AUTOENCODER_INLINE double sum_of(std::size_t n, const Take& take) {
    using V = Lanes<T>;
    constexpr std::size_t count = 64 / sizeof(T), registers = count / V::width;
    V lane[registers];
    unroll<registers>([&](auto r) __attribute__((always_inline)) { lane[r] = V::all(T(0)); });
    std::size_t i = 0;
    for (; i + count <= n; i += count)
        unroll<registers>([&](auto r) __attribute__((always_inline)) { take(lane[r], i + r * V::width, Whole<V, T>{}); });
    unroll<registers>([&](auto r) __attribute__((always_inline)) {
        const std::size_t begin = i + r * V::width;
        if (begin < n) take(lane[r], begin, Part<V, T>{n - begin < V::width ? n - begin : V::width});
    });
    T values[count];
    unroll<registers>([&](auto r) __attribute__((always_inline)) { lane[r].store(values + r * V::width); });
    double sum[count];
    for (std::size_t x = 0; x < count; ++x) sum[x] = double(values[x]);
    for (std::size_t step = count / 2; step > 0; step /= 2) {
        for (std::size_t x = 0; x < step; ++x) sum[x] = sum[x] + sum[x + step];
    }
    return sum[0];
}

template <class T>
double dot(const T* x, const T* y, std::size_t n) {
    return sum_of<T>(n, [&](auto& lane, std::size_t i, auto access) __attribute__((always_inline)) {
        lane = mul_add(access.load(x + i), access.load(y + i), lane);
    });
}

/// sums_i += Σ_j (a + b x_ij), in blocks of columns.
template <class T>
void row_sums(const kernels::Operand<const T>& x, std::size_t rows, std::size_t columns, T a, T b,
              double* sums) {
    using V = Lanes<T>;
    const V shift = V::all(a), scale = V::all(b);
    for (std::size_t i = 0; i < rows; ++i) {
        for (std::size_t begin = 0; begin < columns; begin += kernels::sum_block) {
            const std::size_t rest = columns - begin, n = rest < kernels::sum_block ? rest : kernels::sum_block;
            sums[i] = sums[i] + sum_of<T>(n, [&](auto& lane, std::size_t j, auto access) __attribute__((always_inline)) {
                lane = lane + access.only(mul_add(scale, access.load(at(x, i, begin + j)), shift));
            });
        }
    }
}

}  // namespace
}  // namespace autoencoder
