// Floating point operations that the mathematics needs: two for each multiply-add of a product.
// Element by element work is left out, so that a fraction of the limit is never flattered.
#pragma once

#include "autoencoder/convolution.hpp"

namespace autoencoder::bench {

/// What layer l multiplies for one pattern: each weight once, or at every place of a window, those
/// outside of the image counted too.
inline double layer_products(const Network& network, std::size_t l) {
    if (!has_window(network.layer(l))) return double(network.units(l)) * double(network.units(l - 1));
    const Window& w = network.layer(l).window;
    const Maps out = output_maps(network, l);
    const bool transposed = network.layer(l).kind == Kind::deconvolution;
    return double(transposed ? w.height * w.width : out.places()) * double(w.maps * out.count) *
           double(w.kernel_height * w.kernel_width);
}

/// For one pattern: forward and gradient cost a product with every W, δ one with all but the first.
inline double training_flops(const Network& network) {
    double multiply_adds = 0;
    for (std::size_t l = 1; l <= network.depth(); ++l) {
        const double weights = layer_products(network, l);
        multiply_adds += (l == 1 ? 2 : 3) * weights;
    }
    return 2 * multiply_adds;
}

}  // namespace autoencoder::bench
