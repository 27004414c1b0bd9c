// Maps over contiguous elements: functions, masks; transposition.
#pragma once

#include "activation.hpp"
#include "autoencoder/kernels.hpp"
#include "stream.hpp"

namespace autoencoder {
namespace {

/// y = f(x).
template <class T, class Apply>
AUTOENCODER_INLINE void map(const T* x, T* y, std::size_t n, const Apply& f) {
    stream<T>(n, [&](std::size_t i, auto access) { access.store(y + i, f(access.load(x + i))); });
}

template <class T>
void activate(Activation activation, const T* s, T* h, std::size_t n) {
    with_activation(activation, [&](auto f) { map(s, h, n, [&](auto x) { return apply<T>(f, x); }); });
}

template <class T>
void map(kernels::Function f, const T* x, T* y, std::size_t n) {
    using V = Lanes<T>;
    switch (f) {
        case kernels::Function::exp: return map(x, y, n, [](V v) { return exponential<T>(v); });
        case kernels::Function::log: return map(x, y, n, [](V v) { return logarithm<T>(v); });
        case kernels::Function::softplus: return map(x, y, n, [](V v) { return softplus<T>(v); });
    }
}

template <class T>
void blend(T a, const T* x, T b, T* y, std::size_t n) {
    using V = Lanes<T>;
    stream<T>(n, [&](std::size_t i, auto access) {
        access.store(y + i, mul_add(V::all(a), access.load(x + i), V::all(b) * access.load(y + i)));
    });
}

template <class T>
void mask(const T* m, T scale, const T* x, T* y, std::size_t n) {
    using V = Lanes<T>;
    stream<T>(n, [&](std::size_t i, auto access) {
        access.store(y + i, access.load(x + i) * (access.load(m + i) * V::all(scale)));
    });
}

/// By squares in registers; the edges element by element.
template <class T>
void transpose(const T* from, std::size_t from_stride, std::size_t rows, std::size_t cols, T* to,
               std::size_t to_stride) {
    constexpr std::size_t width = Lanes<T>::width;
    const std::size_t whole_rows = rows / width * width, whole_cols = cols / width * width;
    for (std::size_t i = 0; i < whole_rows; i += width) {
        for (std::size_t j = 0; j < whole_cols; j += width)
            transpose_square<T>(from + i * from_stride + j, from_stride, to + j * to_stride + i, to_stride);
    }
    for (std::size_t i = 0; i < rows; ++i) {
        for (std::size_t j = i < whole_rows ? whole_cols : 0; j < cols; ++j)
            to[j * to_stride + i] = from[i * from_stride + j];
    }
}

}  // namespace
}  // namespace autoencoder
