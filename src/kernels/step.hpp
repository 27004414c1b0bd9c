// One step of a first-order optimiser on lanes: from a gradient to new parameters. It runs over a vector,
// or as the epilogue of the gradient's product, so that a gradient need not travel to memory and back.
#pragma once

#include "autoencoder/kernels.hpp"
#include "stream.hpp"

namespace autoencoder {
namespace {

using kernels::Step;
using kernels::StepRule;

/// A step with its constants in registers: made once, not once a vector, since a store through T* may
/// change whatever they are made of, for all that the compiler knows.
template <class T, class V = Lanes<T>>
struct StepLanes {
    T *w, *v, *m;
    V rate, mu;                               // mu: β₁ of adam
    V new_mean, beta2, new_square, unbias, epsilon;  // adam: 1 − β₁, β₂, 1 − β₂, 1/(1 − β₂ᵗ), ε

    AUTOENCODER_INLINE explicit StepLanes(const Step<T>& s) : w(s.w), v(s.v), m(s.m) {
        const auto& a = s.adam;
        const bool adam = s.rule == StepRule::adam;
        rate = V::all(adam ? T(-a.rate / a.correction1) : -s.rate);
        mu = V::all(adam ? T(a.beta1) : s.mu);
        new_mean = V::all(T(1 - a.beta1));
        beta2 = V::all(T(a.beta2));
        new_square = V::all(T(1 - a.beta2));
        unbias = V::all(adam ? T(1 / a.correction2) : T(0));
        epsilon = V::all(T(a.epsilon));
    }

    /// The parameters from `at` on, given their gradient in a register.
    template <class Access>
    AUTOENCODER_INLINE void take(StepRule rule, std::size_t at, V g, Access access) const {
        const V old = access.load(w + at);
        if (rule == StepRule::plain) {
            access.store(w + at, mul_add(rate, g, old));
        } else if (rule == StepRule::momentum) {
            const V velocity = mul_add(mu, access.load(v + at), g);
            access.store(v + at, velocity);
            access.store(w + at, mul_add(rate, velocity, old));
        } else {
            const V mean = mul_add(mu, access.load(m + at), new_mean * g);
            const V square = mul_add(beta2, access.load(v + at), new_square * (g * g));
            access.store(m + at, mean);
            access.store(v + at, square);
            access.store(w + at, mul_add(rate, mean / (root(square * unbias) + epsilon), old));
        }
    }
};

/// The rule is chosen once, outside of the loop: body(constant rule).
template <class Body>
AUTOENCODER_INLINE void with_rule(StepRule rule, Body&& body) {
    switch (rule) {
        case StepRule::plain: return body(std::integral_constant<StepRule, StepRule::plain>{});
        case StepRule::momentum: return body(std::integral_constant<StepRule, StepRule::momentum>{});
        case StepRule::adam: return body(std::integral_constant<StepRule, StepRule::adam>{});
    }
}

template <class T>
void step(const Step<T>& s, const T* g, std::size_t n) {
    const StepLanes<T> lanes(s);
    with_rule(s.rule, [&](auto rule) {
        stream<T>(n, [&](std::size_t i, auto access) __attribute__((always_inline)) {
            lanes.take(rule, i, access.load(g + i), access);
        });
    });
}

}  // namespace
}  // namespace autoencoder
