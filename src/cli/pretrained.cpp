#include "cli/pretrained.hpp"

#include <algorithm>

#include "autoencoder/convolution.hpp"
#include "autoencoder/stacked.hpp"
#include "cli/folder.hpp"
#include "cli/given_model.hpp"

namespace autoencoder::cli {
namespace {

std::string size_of(std::size_t height, std::size_t width) {
    return std::to_string(height) + "×" + std::to_string(width);
}

void require_inputs(const std::string& option, const Network& network, const Dataset& patterns) {
    if (network.inputs != patterns.x.cols) {
        throw std::invalid_argument(option + ": expected a model of patterns of " +
                                    std::to_string(patterns.x.cols) + " numbers, found one of " +
                                    std::to_string(network.inputs));
    }
    const Layer& first = network.layer(1);
    if (!has_window(first) || first.window.maps != patterns.image.maps || patterns.height == 0)
        return;
    if (first.window.height == patterns.height && first.window.width == patterns.width) return;
    throw std::invalid_argument(option + ": expected a model of images of " +
                                size_of(patterns.height, patterns.width) + ", found one of " +
                                size_of(first.window.height, first.window.width));
}

}  // namespace

Model load_encoders(const Pretrained& from, const Dataset& patterns) {
    Model model = given_model(model_path(from.path));
    if (std::holds_alternative<Buffer<double>>(model.theta) != from.double_precision) {
        throw std::invalid_argument("--precision: expected that of " + from.path +
                                    ", found the other one");
    }
    require_inputs(from.option, model.network, patterns);
    const Network encoders = first_layers(model.network, code_layer(model.network));
    if (from.convolutional && !std::ranges::all_of(encoders.layers, has_window)) {
        throw std::invalid_argument(from.option + ": expected a convolutional autoencoder, found a " +
                                    "model with dense encoders, which --pretrained takes");
    }
    model.network = encoders;
    std::visit([&](auto& theta) {
        std::remove_reference_t<decltype(theta)> own(layout(encoders).size);
        std::copy_n(theta.begin(), own.size(), own.begin());
        theta = std::move(own);
    }, model.theta);
    return model;
}

}  // namespace autoencoder::cli
