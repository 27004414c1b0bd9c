// One step of a first-order optimiser on lanes: from a gradient to new parameters. It runs over a vector,
// or as the epilogue of the gradient's product, so that a gradient need not travel to memory and back.
#pragma once

#include "autoencoder/kernels.hpp"
#include "stream.hpp"

namespace autoencoder {
namespace {

using kernels::Step;
using kernels::StepRule;

/// The parameters from `at` on, given their gradient in a register.
template <class T, class V, class Access>
AUTOENCODER_INLINE void step_lanes(const Step<T>& s, StepRule rule, std::size_t at, V g, Access access) {
    const V w = access.load(s.w + at);
    if (rule == StepRule::plain) {
        access.store(s.w + at, mul_add(V::all(-s.rate), g, w));
    } else if (rule == StepRule::momentum) {
        const V v = mul_add(V::all(s.mu), access.load(s.v + at), g);
        access.store(s.v + at, v);
        access.store(s.w + at, mul_add(V::all(-s.rate), v, w));
    } else {
        const auto& a = s.adam;
        const V m = mul_add(V::all(T(a.beta1)), access.load(s.m + at), V::all(T(1 - a.beta1)) * g);
        const V v = mul_add(V::all(T(a.beta2)), access.load(s.v + at), V::all(T(1 - a.beta2)) * (g * g));
        access.store(s.m + at, m);
        access.store(s.v + at, v);
        const V size = root(v * V::all(T(1 / a.correction2))) + V::all(T(a.epsilon));
        access.store(s.w + at, mul_add(V::all(T(-a.rate / a.correction1)), m / size, w));
    }
}

template <class T>
void step(const Step<T>& s, const T* g, std::size_t n) {
    stream<T>(n, [&](std::size_t i, auto access) { step_lanes(s, s.rule, i, access.load(g + i), access); });
}

}  // namespace
}  // namespace autoencoder
