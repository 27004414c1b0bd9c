// The activations f and their derivatives f' on lanes, side by side. Whoever adds one to the list of
// autoencoder/activation.hpp is asked by the compiler for a line in each.
#pragma once

#include <type_traits>

#include "autoencoder/activation.hpp"
#include "function.hpp"

namespace autoencoder {
namespace {

/// h = f(s).
template <class T, class V>
AUTOENCODER_INLINE V apply(Activation f, V s) {
    switch (f) {
        case Activation::sigmoid: return sigmoid<T>(s);
        case Activation::tanh: return hyperbolic_tangent<T>(s);
        case Activation::relu: return select(V::all(T(0)) < s, s, V::all(T(0)));
        case Activation::linear: return s;
        case Activation::softmax: break;  // not of one unit: see softmax() in output.hpp
    }
    return s;
}

/// d · f'(s), with f' written as a function of h = f(s).
template <class T, class V>
AUTOENCODER_INLINE V slope(Activation f, V d, V h) {
    switch (f) {
        case Activation::sigmoid: return d * (h * (V::all(T(1)) - h));
        case Activation::tanh: return d * (V::all(T(1)) - h * h);
        case Activation::relu: return select(V::all(T(0)) < h, d, V::all(T(0)));
        case Activation::linear: return d;
        case Activation::softmax: break;  // its δ needs none
    }
    return d;
}

/// f is chosen once, outside of the loop: body(constant f). Softmax passes for linear: of it kernels that go
/// unit by unit only see the sums.
template <std::size_t I = 0, class Body>
AUTOENCODER_INLINE void with_activation(Activation f, Body&& body) {
    if constexpr (I < activation_count) {
        constexpr Activation each = Activation(I);
        if constexpr (each != Activation::linear && each != Activation::softmax) {
            if (f == each) return body(std::integral_constant<Activation, each>{});
        }
        return with_activation<I + 1>(f, body);
    } else {
        return body(std::integral_constant<Activation, Activation::linear>{});
    }
}

}  // namespace
}  // namespace autoencoder
