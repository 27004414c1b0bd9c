// Element by element work: a body is written once on lanes and run over n elements, the last few of
// them through a register padded with zeros, so that every element takes the same path.
#pragma once

#include "autoencoder/kernels.hpp"
#include "lanes.hpp"

namespace autoencoder {
namespace {

/// Loads and stores a whole register.
template <class V, class T>
struct Whole {
    AUTOENCODER_INLINE V load(const T* p) const { return V::load(p); }
    AUTOENCODER_INLINE void store(T* p, V v) const { v.store(p); }
    AUTOENCODER_INLINE V only(V v) const { return v; }
};

/// Loads and stores the first `count` lanes; the others are zero.
template <class V, class T>
struct Part {
    std::size_t count;
    AUTOENCODER_INLINE V load(const T* p) const { return V::load_part(p, count); }
    AUTOENCODER_INLINE void store(T* p, V v) const { v.store_part(p, count); }
    /// v, and zero in the other lanes.
    AUTOENCODER_INLINE V only(V v) const {
        T lanes[V::width];
        v.store(lanes);
        return V::load_part(lanes, count);
    }
};

/// body(i, access) for i = 0, width, 2·width, … < n, where access loads and stores lanes from i on.
template <class T, class V = Lanes<T>, class Body>
AUTOENCODER_INLINE void stream(std::size_t n, Body&& body) {
    std::size_t i = 0;
    for (; i + V::width <= n; i += V::width) body(i, Whole<V, T>{});
    if (i < n) body(i, Part<V, T>{n - i});
}

/// cost_q = of(q …) for the patterns of a panel, a register at a time; cost may be none.
template <class T, class Of>
AUTOENCODER_INLINE void each_register(std::size_t patterns, T* cost, const Of& of) {
    T costs[kernels::panel_width];
    for (std::size_t q = 0; q < kernels::panel_width; q += Lanes<T>::width) of(q).store(costs + q);
    for (std::size_t q = 0; cost && q < patterns; ++q) cost[q] = costs[q];
}

}  // namespace
}  // namespace autoencoder
