// θ: all parameters of a model in one flat vector, with a layout of named, shaped blocks. So every
// optimiser, the gradient check, saving and loading are each one loop over one span.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "autoencoder/error.hpp"
#include "autoencoder/matrix.hpp"

namespace autoencoder {

/// One parameter: its name in files, its shape, and where it stands in θ.
struct Block {
    std::string name;
    std::vector<std::size_t> shape;
    std::size_t offset = 0, size = 0;
};

/// Blocks begin at multiples of 16 elements (a cache line of floats). What lies between them is zero,
/// has a zero gradient, and stays zero under every optimiser.
struct Layout {
    std::vector<Block> blocks;
    std::size_t size = 0;  // of θ, gaps included

    void add(std::string name, std::vector<std::size_t> shape);
    /// The block of this name; std::invalid_argument if there is none.
    const Block& find(std::string_view name) const;
    /// Numbers that are parameters, gaps not counted.
    std::size_t parameters() const;
};

/// A block of θ as a span, and as a matrix of shape[0] rows.
template <class T>
std::span<T> part(std::span<T> theta, const Block& block) {
    return theta.subspan(block.offset, block.size);
}
template <class T>
View<T> matrix(std::span<T> theta, const Block& block) {
    const std::size_t rows = block.shape[0];
    return {theta.data() + block.offset, rows, rows == 0 ? 0 : block.size / rows};
}

}  // namespace autoencoder
