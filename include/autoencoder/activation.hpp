// The activations f and their derivatives f'. Every f' here can be read off h = f(s), so that
// back-propagation needs no s.
//
//     sigmoid   h = 1/(1 + e^−s)        f' = h (1 − h)
//     tanh      h = tanh s              f' = 1 − h²
//     relu      h = max(s, 0)           f' = 1 where h > 0, else 0
//     linear    h = s                   f' = 1
//     softmax   h_i = e^{s_i}/Σ e^s     only as the last layer, with the cross-entropy, whose δ = y − h
//                                       needs no f'
//
// A new one is a word of the list below and its name; then the compiler asks for its f and its f', of the
// kernels and of the lecture.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace autoencoder {

enum class Activation : int { sigmoid, tanh, relu, linear, softmax };

/// The name in files and on the command line; empty where there is no such activation.
constexpr std::string_view name(Activation activation) {
    switch (activation) {
        case Activation::sigmoid: return "sigmoid";
        case Activation::tanh: return "tanh";
        case Activation::relu: return "relu";
        case Activation::linear: return "linear";
        case Activation::softmax: return "softmax";
    }
    return {};
}

/// How many there are: as many as have a name.
inline constexpr std::size_t activation_count = [] {
    std::size_t count = 0;
    while (!name(Activation(count)).empty()) ++count;
    return count;
}();

/// All of them.
inline constexpr auto activations = [] {
    std::array<Activation, activation_count> all = {};
    for (std::size_t i = 0; i < activation_count; ++i) all[i] = Activation(i);
    return all;
}();

/// Those that go unit by unit: all but softmax.
inline constexpr auto unit_activations = [] {
    std::array<Activation, activation_count - 1> some = {};
    std::size_t count = 0;
    for (const Activation f : activations)
        if (f != Activation::softmax) some[count++] = f;
    return some;
}();

/// Whether a layer's s stays as it is, unit by unit: softmax takes all units at once, and comes after.
constexpr bool leaves_sums(Activation f) { return f == Activation::linear || f == Activation::softmax; }

/// The activation of this name; std::invalid_argument lists the names if there is none.
Activation activation_of(std::string_view name);

}  // namespace autoencoder
