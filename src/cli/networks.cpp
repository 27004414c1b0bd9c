// From settings to the network that they describe.
#include <algorithm>

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

/// Windows that do not lead back to the image, with others near them that would. Throws.
template <class Make>
[[noreturn]] void refuse_windows(const TrainSettings& s, const Make& network, std::string why) {
    for (const std::size_t stride : {s.stride, s.stride - 1, std::size_t{1}}) {
        for (std::size_t kernel = std::min<std::size_t>(s.kernel, 9); kernel-- > 0 && stride > 0;) {
            try {
                network(kernel + 1, stride);
            } catch (const std::exception&) {
                continue;
            }
            throw std::invalid_argument(why + "; --kernel " + std::to_string(kernel + 1) + " --stride " +
                                        std::to_string(stride) + " would do");
        }
    }
    throw std::invalid_argument(why);
}

Network sized_network(const TrainSettings& s, const Dataset& patterns) {
    if (s.code > 0)
        return variational_network(patterns.x.cols, s.hidden, s.code, s.activation);
    if (!s.channels.empty()) {
        const auto& [maps, height, width] = patterns.image;
        if (maps == 0)
            throw std::invalid_argument("--data: train " + s.kind + " takes images, and the height " +
                                        "and width of " + patterns.name + " are unknown");
        const auto network = [&, shape = Maps{maps, height, width}](std::size_t kernel, std::size_t stride) {
            return convolutional_autoencoder(shape, s.channels, kernel, stride,
                                             s.activation, s.output_activation);
        };
        try {
            return network(s.kernel, s.stride);
        } catch (const std::invalid_argument& error) {
            refuse_windows(s, network, error.what());
        }
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
