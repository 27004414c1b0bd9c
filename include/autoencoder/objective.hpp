// What an optimiser minimises: cost = f(θ, ∇). Anything callable will do.
#pragma once

#include <functional>
#include <span>

namespace autoencoder {

/// Returns the cost at θ and writes its gradient, which is as long as θ.
template <class T>
using Objective = std::function<double(std::span<const T> theta, std::span<T> gradient)>;

}  // namespace autoencoder
