#include "inputs.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <numeric>

namespace autoencoder::bench {

std::string mnist_folder() {
    const char* named = std::getenv("MNIST_DIR");
    const std::string chosen = named ? named : "";
    for (const std::string& folder : {std::string("data/mnist"), chosen}) {
        if (std::filesystem::exists(folder + "/train-images-idx3-ubyte"))
            return std::filesystem::absolute(folder).string();
    }
    return std::filesystem::absolute("data/digits").string();
}

const Dataset& training_images(const std::string& folder) {
    static std::map<std::string, Dataset> kept;
    const auto found = kept.find(folder);
    if (found != kept.end()) return found->second;
    return kept.emplace(folder, load_data(folder, Split::train)).first->second;
}

Buffer<float> portable_parameters(const Network& network) {
    const Layout blocks = layout(network);
    Buffer<float> theta(blocks.size);
    std::minstd_rand0 stream(1);
    for (std::size_t l = 1; l <= network.depth(); ++l) {
        const Block& W = blocks.blocks[2 * l - 2];
        const std::size_t kernel = W.shape.size() == 4 ? W.shape[2] * W.shape[3] : 1;
        const double r = std::sqrt(6.0 / double((W.shape[0] + W.shape[1]) * kernel + 1));
        for (float& w : part(std::span<float>(theta), W))
            w = float((2 * (double(stream()) / 2147483647.0) - 1) * r);
    }
    return theta;
}

std::vector<std::size_t> portable_order(std::size_t n) {
    std::minstd_rand0 stream(12345);
    std::vector<unsigned long> keys(n);
    for (unsigned long& key : keys) key = stream();
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return keys[a] < keys[b]; });
    return order;
}

}  // namespace autoencoder::bench
