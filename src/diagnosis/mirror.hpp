// Which encoder's weights stand opposite to a decoder's, and fit where its transpose belongs: the
// first layer's opposite to the last one's, and so on inwards.
#pragma once

#include "autoencoder/convolution.hpp"

namespace autoencoder::diagnosis {

/// The layer whose weights have the form that those of layer l have transposed; 0: none. Of a
/// gaussian layer the weights of μ are meant.
inline std::size_t mirror(const Network& network, std::size_t l) {
    const std::size_t opposite = network.depth() + 1 - l;
    const Layer &layer = network.layer(l), &other = network.layer(opposite);
    const auto below = [&](std::size_t of) {
        return of == 1 ? network.inputs : network.units(of - 1);
    };
    if (network.units(opposite) != below(l) || below(opposite) != network.units(l)) return 0;
    if (!has_window(layer) && !has_window(other))
        return layer.kind == Kind::dense ? opposite : 0;
    if (!has_window(layer) || !has_window(other) || layer.kind == other.kind) return 0;
    const Window &window = layer.window, &its = other.window;
    const bool same = window.kernel_height == its.kernel_height &&
                      window.kernel_width == its.kernel_width &&
                      output_maps(network, l).count == its.maps &&
                      output_maps(network, opposite).count == window.maps;
    return same ? opposite : 0;
}

}  // namespace autoencoder::diagnosis
