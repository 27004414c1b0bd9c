// Floating point operations that the mathematics needs: two for each multiply-add of a product.
// Element by element work is left out, so that a fraction of the limit is never flattered.
#pragma once

#include "autoencoder/network.hpp"

namespace autoencoder::bench {

/// For one pattern: forward and gradient cost a product with every W, δ one with all but the first.
inline double training_flops(const Network& network) {
    double multiply_adds = 0;
    for (std::size_t l = 1; l <= network.depth(); ++l) {
        const double weights = double(network.net_inputs(l)) * double(network.units(l - 1));
        multiply_adds += (l == 1 ? 2 : 3) * weights;
    }
    return 2 * multiply_adds;
}

}  // namespace autoencoder::bench
