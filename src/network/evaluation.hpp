// Whether θ, a batch and a gradient fit a network and the memory of its evaluation.
#pragma once

#include <span>

#include "autoencoder/backpropagation.hpp"

namespace autoencoder {

/// Throws std::invalid_argument, with both sizes, where they do not. The gradient may be empty.
template <class T>
void require_fit(const Network& net, std::span<const T> theta, const Batch<T>& batch,
                 std::span<const T> gradient, const Evaluation<T>& e);

/// Bytes of what an Evaluation of so many patterns keeps, from sizes alone: about.
template <class T>
std::size_t evaluation_bytes(const Network& network, std::size_t patterns, bool everything = false);

}  // namespace autoencoder
