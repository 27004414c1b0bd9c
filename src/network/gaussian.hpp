// ε of a gaussian layer: who draws it, and from which stream.
#pragma once

#include <cstdint>
#include <span>

#include "autoencoder/panels.hpp"

namespace autoencoder {

/// ε ~ N(0, I) for these patterns in an epoch [N×z], each from a stream of its own, so that it does
/// not matter which batch a pattern falls into; padding is 0.
template <class T>
void draw_noise(std::uint64_t seed, std::size_t epoch, std::span<const std::size_t> patterns,
                PanelView<T> noise);

/// ε for patterns 0 … N − 1.
template <class T>
Panels<T> drawn_noise(std::uint64_t seed, std::size_t patterns, std::size_t units);

}  // namespace autoencoder
