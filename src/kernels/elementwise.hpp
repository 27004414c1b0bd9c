// Maps over contiguous elements: functions, derivatives, optimiser steps, transposition.
#pragma once

#include "autoencoder/kernels.hpp"
#include "epilogue.hpp"
#include "stream.hpp"

namespace autoencoder {
namespace {

template <class T>
void map(Function function, const T* x, T* y, std::size_t n) {
    with_function(function, [&](auto f) {
        stream<T>(n, [&](std::size_t i, auto access) {
            access.store(y + i, apply<T>(f, access.load(x + i)));
        });
    });
}

template <class T>
void times_slope(Function function, const T* d, const T* h, T* y, std::size_t n) {
    with_function(function, [&](auto f) {
        stream<T>(n, [&](std::size_t i, auto access) {
            access.store(y + i, slope<T>(f, access.load(d + i), access.load(h + i)));
        });
    });
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
        access.store(y + i, access.load(x + i) * (access.load(m + i) * V::all(scale)));  // [dropout]
    });
}

template <class T>
void momentum(T rate, T mu, const T* g, T* v, T* w, std::size_t n) {
    using V = Lanes<T>;
    stream<T>(n, [&](std::size_t i, auto access) {
        const V velocity = mul_add(V::all(mu), access.load(v + i), access.load(g + i));
        access.store(v + i, velocity);
        access.store(w + i, mul_add(V::all(-rate), velocity, access.load(w + i)));
    });
}

template <class T>
void adam(const kernels::AdamStep& step, const T* g, T* m, T* v, T* w, std::size_t n) {
    using V = Lanes<T>;
    const V beta1 = V::all(T(step.beta1)), rest1 = V::all(T(1 - step.beta1));
    const V beta2 = V::all(T(step.beta2)), rest2 = V::all(T(1 - step.beta2));
    const V rate = V::all(T(-step.rate / step.correction1));
    const V scale = V::all(T(1 / step.correction2)), epsilon = V::all(T(step.epsilon));
    stream<T>(n, [&](std::size_t i, auto access) {
        const V gradient = access.load(g + i);
        const V mean = mul_add(beta1, access.load(m + i), rest1 * gradient);
        const V square = mul_add(beta2, access.load(v + i), rest2 * (gradient * gradient));
        access.store(m + i, mean);
        access.store(v + i, square);
        const V direction = mean / (root(square * scale) + epsilon);
        access.store(w + i, mul_add(rate, direction, access.load(w + i)));
    });
}

/// In square blocks, so that both sides stay in the L1 cache.
template <class T>
void transpose(const T* from, std::size_t from_stride, std::size_t rows, std::size_t cols, T* to,
               std::size_t to_stride) {
    constexpr std::size_t block = 16;
    for (std::size_t i0 = 0; i0 < rows; i0 += block) {
        const std::size_t i1 = i0 + block < rows ? i0 + block : rows;
        for (std::size_t j0 = 0; j0 < cols; j0 += block) {
            const std::size_t j1 = j0 + block < cols ? j0 + block : cols;
            for (std::size_t j = j0; j < j1; ++j) {
                for (std::size_t i = i0; i < i1; ++i) to[j * to_stride + i] = from[i * from_stride + j];
            }
        }
    }
}

}  // namespace
}  // namespace autoencoder
