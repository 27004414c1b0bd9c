// From settings to the network that they describe.
#include <cmath>

#include "autoencoder/convolution.hpp"
#include "autoencoder/variational.hpp"
#include "cli/settings.hpp"

namespace autoencoder::cli {
namespace {

/// The objective's terms besides the loss.
void set_terms(Network& network, const TrainSettings& s) {
    network.weight_penalty = s.weight_penalty;
    network.sparsity_target = s.sparsity_target;
    network.sparsity_weight = s.sparsity_weight;
    network.dropout = s.dropout;
    network.input_dropout = s.input_dropout;
}

/// "28x28" for 784 numbers: the nearest to a square that has as many.
std::string likely_shape(std::size_t numbers) {
    const std::size_t maps = numbers % 3 == 0 && std::sqrt(numbers / 3) == std::floor(std::sqrt(numbers / 3)) ? 3 : 1;
    std::size_t height = std::size_t(std::sqrt(numbers / maps));
    while (numbers / maps % height != 0) --height;
    return std::to_string(height) + "x" + std::to_string(numbers / maps / height) + (maps > 1 ? "x3" : "");
}

Network sized_network(const TrainSettings& s, const Dataset& patterns) {
    if (s.code > 0)
        return variational_network(patterns.x.cols, s.hidden, s.code, s.activation);
    if (!s.channels.empty()) {
        const auto& [maps, height, width] = patterns.image;
        if (maps == 0)
            throw std::invalid_argument("--data: train " + s.kind + " takes images, and the height and width of " +
                                        patterns.name + " are unknown; --image HxW says them, for example " +
                                        likely_shape(patterns.x.cols));
        return convolutional_autoencoder({maps, height, width}, s.channels, s.kernel, s.stride, s.activation,
                                         s.output_activation);
    }
    std::vector<std::size_t> hidden = s.hidden;
    if (s.mirrored) {
        hidden.insert(hidden.end(), s.hidden.rbegin() + 1, s.hidden.rend());
    } else if (hidden.size() != 1) {
        throw std::invalid_argument("--hidden: train " + s.kind + " has one hidden layer, found " +
                                    std::to_string(hidden.size()) +
                                    " numbers; train deep takes several");
    }
    return autoencoder_network(patterns.x.cols, hidden, s.activation, s.output_activation);
}

}  // namespace

Network make_network(const TrainSettings& s, const Dataset& patterns) {
    Network network = sized_network(s, patterns);
    if (s.code == 0) network.loss = s.loss;
    set_terms(network, s);
    if (!s.sparse_layers.empty()) {
        for (Layer& layer : network.layers) layer.sparse = false;
    }
    for (const std::size_t l : s.sparse_layers) {
        if (l >= network.depth())
            throw std::invalid_argument("--sparse-layers: expected hidden layers, 1 to " +
                                        std::to_string(network.depth() - 1) + ", found " +
                                        std::to_string(l));
        network.layers[l - 1].sparse = true;
    }
    validate(network);
    return network;
}

Network with_objective(Network network, const TrainSettings& s) {
    set_terms(network, s);
    validate(network);
    return network;
}

}  // namespace autoencoder::cli
