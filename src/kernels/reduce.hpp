// Sums in an order that no vector width can change: element i of a block goes to virtual lane
// i mod L (L = 16 for float, 8 for double: one AVX-512 register, two of AVX2, four of NEON, an array
// in the scalar unit); the lanes are joined in double, in pairs, always the same pairs.
#pragma once

#include "autoencoder/kernels.hpp"
#include "epilogue.hpp"
#include "lanes.hpp"

namespace autoencoder {
namespace {

template <class T>
struct VirtualLanes {
    using V = Lanes<T>;
    static constexpr std::size_t count = 64 / sizeof(T);
    static constexpr std::size_t registers = count / V::width;
    V lane[registers];

    AUTOENCODER_INLINE VirtualLanes() {
        unroll<registers>([&](auto r) __attribute__((always_inline)) { lane[r] = V::all(T(0)); });
    }
    /// lane += a + b x, and of n < count elements, as if zeros came after them.
    AUTOENCODER_INLINE void add(V a, V b, const T* x) {
        unroll<registers>([&](auto r) __attribute__((always_inline)) {
            lane[r] = lane[r] + mul_add(b, V::load(x + r * V::width), a);
        });
    }
    AUTOENCODER_INLINE void add(V a, V b, const T* x, std::size_t n) {
        T values[count];
        unroll<registers>([&](auto r) __attribute__((always_inline)) {
            mul_add(b, load(x, r, n), a).store(values + r * V::width);
        });
        unroll<registers>([&](auto r) __attribute__((always_inline)) { lane[r] = lane[r] + load(values, r, n); });
    }
    /// lane += x · y, likewise.
    AUTOENCODER_INLINE void add_product(const T* x, const T* y) {
        unroll<registers>([&](auto r) __attribute__((always_inline)) {
            lane[r] = mul_add(V::load(x + r * V::width), V::load(y + r * V::width), lane[r]);
        });
    }
    AUTOENCODER_INLINE void add_product(const T* x, const T* y, std::size_t n) {
        unroll<registers>([&](auto r) __attribute__((always_inline)) {
            lane[r] = mul_add(load(x, r, n), load(y, r, n), lane[r]);
        });
    }
    AUTOENCODER_INLINE double total() const {
        T values[count];
        unroll<registers>([&](auto r) __attribute__((always_inline)) {
            lane[r].store(values + r * V::width);
        });
        double sum[count];
        for (std::size_t i = 0; i < count; ++i) sum[i] = double(values[i]);
        for (std::size_t step = count / 2; step > 0; step /= 2) {
            for (std::size_t i = 0; i < step; ++i) sum[i] = sum[i] + sum[i + step];
        }
        return sum[0];
    }

private:
    /// Register r of n elements.
    static AUTOENCODER_INLINE V load(const T* x, std::size_t r, std::size_t n) {
        const std::size_t begin = r * V::width;
        if (n <= begin) return V::all(T(0));
        return n - begin < V::width ? V::load_part(x + begin, n - begin) : V::load(x + begin);
    }
};

template <class T>
double dot(const T* x, const T* y, std::size_t n) {
    constexpr std::size_t L = VirtualLanes<T>::count;
    VirtualLanes<T> lanes;
    std::size_t i = 0;
    for (; i + L <= n; i += L) lanes.add_product(x + i, y + i);
    if (i < n) lanes.add_product(x + i, y + i, n - i);
    return lanes.total();
}

template <class T>
void row_sums(const kernels::Operand<const T>& x, std::size_t rows, std::size_t columns, T a, T b,
              double* sums) {
    using V = Lanes<T>;
    constexpr std::size_t L = VirtualLanes<T>::count;
    const V shift = V::all(a), scale = V::all(b);
    for (std::size_t i = 0; i < rows; ++i) {
        for (std::size_t begin = 0; begin < columns; begin += kernels::sum_block) {
            const std::size_t rest = columns - begin;
            const std::size_t n = rest < kernels::sum_block ? rest : kernels::sum_block;
            VirtualLanes<T> lanes;
            std::size_t j = 0;
            for (; j + L <= n; j += L) lanes.add(shift, scale, at(x, i, begin + j));
            if (j < n) lanes.add(shift, scale, at(x, i, begin + j), n - j);
            sums[i] = sums[i] + lanes.total();
        }
    }
}

}  // namespace
}  // namespace autoencoder
