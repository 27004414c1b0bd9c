#include "autoencoder/parameters.hpp"

#include <utility>

namespace autoencoder {

void Layout::add(std::string name, std::vector<std::size_t> shape) {
    constexpr std::size_t alignment = 16;
    Block block{std::move(name), std::move(shape), size, 1};
    for (std::size_t extent : block.shape) block.size = times(block.size, extent);
    size = plus(block.offset, block.size, alignment - 1) / alignment * alignment;
    blocks.push_back(std::move(block));
}

const Block& Layout::find(std::string_view name) const {
    for (const Block& block : blocks) {
        if (block.name == name) return block;
    }
    throw std::invalid_argument("no parameter is called '" + std::string(name) + "'");
}

std::size_t Layout::parameters() const {
    std::size_t count = 0;
    for (const Block& block : blocks) count = plus(count, block.size);
    return count;
}

}  // namespace autoencoder
