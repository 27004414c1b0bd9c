// What the tests of numbers share: equal bits, every unit in turn, random and poisoned buffers.
#pragma once

#include <cmath>
#include <cstring>
#include <limits>
#include <span>
#include <vector>

#include "autoencoder/kernels.hpp"
#include "autoencoder/matrix.hpp"
#include "autoencoder/panels.hpp"
#include "autoencoder/random.hpp"
#include "everywhere.hpp"

namespace autoencoder::test {

/// Equal bit by bit, so that NaN equals itself and −0 differs from 0.
template <class T>
bool same_bits(std::span<const T> a, std::span<const T> b) {
    return a.size() == b.size() &&
           (a.empty() || std::memcmp(a.data(), b.data(), a.size_bytes()) == 0);
}
template <class T>
bool same_bits(const Buffer<T>& a, const Buffer<T>& b) {
    return same_bits(std::span<const T>(a), std::span<const T>(b));
}

/// n numbers in [−1, 1).
template <class T>
Buffer<T> random_numbers(std::size_t n, std::uint64_t seed) {
    Random random(seed);
    Buffer<T> x(n);
    for (T& value : x) value = T(random.uniform(-1, 1));
    return x;
}

/// Panels of such numbers, their padding too.
template <class T>
Panels<T> random_panels(std::size_t patterns, std::size_t units, std::uint64_t seed) {
    Panels<T> panels(patterns, units);
    panels.values = random_numbers<T>(panels.values.size(), seed);
    return panels;
}

/// n NaNs: whatever is read before it was written shows.
template <class T>
Buffer<T> poison(std::size_t n) {
    Buffer<T> x(n);
    for (T& value : x) value = std::numeric_limits<T>::quiet_NaN();
    return x;
}

/// A bit hash (FNV-1a), for golden results.
template <class T>
std::uint64_t hash(std::span<const T> x) {
    std::uint64_t h = 14695981039346656037u;
    const auto* bytes = reinterpret_cast<const unsigned char*>(x.data());
    for (std::size_t i = 0; i < x.size_bytes(); ++i) h = (h ^ bytes[i]) * 1099511628211u;
    return h;
}

}  // namespace autoencoder::test
