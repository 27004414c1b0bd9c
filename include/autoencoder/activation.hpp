// The activations f and their derivatives f', side by side. Every f' here can be read off h = f(s), so
// that back-propagation needs no s.
//
//     sigmoid   h = 1/(1 + e^−s)        f' = h (1 − h)
//     tanh      h = tanh s              f' = 1 − h²
//     relu      h = max(s, 0)           f' = 1 where h > 0, else 0
//     linear    h = s                   f' = 1
//     softmax   h_i = e^{s_i}/Σ e^s     only as the last layer, with the cross-entropy, whose δ = y − h
//                                       needs no f'
#pragma once

#include <string_view>

#include "autoencoder/kernels.hpp"

namespace autoencoder {

enum class Activation { sigmoid, tanh, relu, linear, softmax };

/// The name in files and on the command line.
std::string_view name(Activation activation);
/// The activation of this name; std::invalid_argument lists the names if there is none.
Activation activation_of(std::string_view name);

/// The element by element function behind it; softmax has none and gives linear.
kernels::Function function(Activation activation);

}  // namespace autoencoder
