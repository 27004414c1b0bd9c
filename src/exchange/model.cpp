#include "autoencoder/model.hpp"

#include <cmath>
#include <span>

#include "autoencoder/activation.hpp"
#include "autoencoder/convolution.hpp"
#include "autoencoder/error.hpp"
#include "autoencoder/text.hpp"
#include "exchange/keys.hpp"
#include "exchange/names.hpp"
#include "exchange/network.hpp"

namespace autoencoder {
namespace {

constexpr std::string_view note = "training_";

bool convolutional(const Network& network) {
    for (const Layer& layer : network.layers) {
        if (has_window(layer)) return true;
    }
    return false;
}

/// θ in the precision that all of its blocks have.
std::variant<Buffer<float>, Buffer<double>> theta_of(const Archive& archive,
                                                     const Network& network) {
    const Layout blocks = layout_in_file(network);
    const Array& first = archive.at(blocks.blocks[0].name);
    if (!first.is_real())
        fail(first.origin, "expected float32 or float64, found " + first.description());
    for (const Block& block : blocks.blocks) {
        const Array& array = archive.at(block.name);
        if (array.kind() == first.kind()) continue;
        fail(array.origin, "expected the precision of " + blocks.blocks[0].name + ", " +
                               first.description() + ", found " + array.description());
    }
    if (first.kind() == Array::Kind::real32) return read_parameters<float>(archive, network);
    return read_parameters<double>(archive, network);
}

/// The kinds and windows of the layers, W and b aside.
void add_windows(Archive& archive, const Network& network) {
    for (std::size_t l = 1; l <= network.depth(); ++l) {
        const Layer& layer = network.layer(l);
        const bool window = has_window(layer);
        require(!window || l == 1 || has_window(network.layer(l - 1)),
                "layer " + std::to_string(l) +
                    ": a file cannot hold a window that follows on a dense layer");
        const bool transposed = layer.kind == Kind::deconvolution;
        archive.add(numbered("layer", l), window ? (transposed ? "deconv" : "conv") : "dense");
        if (!window) continue;
        archive.add(numbered("stride", l), layer.window.stride);
        archive.add(numbered("pad", l), layer.window.pad);
        archive.add(numbered("output_pad", l), layer.window.output_pad);
    }
    archive.add("training_image_height", network.layer(1).window.height);
    archive.add("training_image_width", network.layer(1).window.width);
}

/// The one activation of all hidden layers, as the file of a variational autoencoder has it.
Activation hidden_activation(const Network& network) {
    const std::size_t code = network.gaussian_layer();
    Activation found = Activation::relu;
    bool first = true;
    for (std::size_t l = 1; l < network.depth(); ++l) {
        if (l == code) continue;
        const Activation f = network.layer(l).activation;
        require(first || f == found, "a variational autoencoder in a file has one activation in "
                                     "all hidden layers, found " +
                                         std::string(name(found)) + " and " + std::string(name(f)));
        found = f;
        first = false;
    }
    return found;
}

std::size_t image_side(const Archive& archive, const char* key) {
    const Array* array = archive.find(std::string(note) + key);
    if (!array) return 0;
    const std::int64_t side = array->integer();
    if (side < 1) fail(array->origin, "expected 1 or more, found " + std::to_string(side));
    return std::size_t(side);
}

void read_training(const Archive& archive, Model& model) {
    model.height = image_side(archive, "image_height");
    model.width = image_side(archive, "image_width");
    model.network.input_dropout =
        number_or(archive, std::string(note) + "input_dropout", 0, "p of 0 or more and less than 1",
                  [](double value) { return value >= 0 && value < 1; });
    const std::size_t inputs = model.network.inputs;
    const Layer& first = model.network.layer(1);
    if (has_window(first) && first.window.maps != 1 && first.window.maps != 3)
        model.height = model.width = 0;  // maps that are no colours are not an image to be shown
    const std::size_t pixels =
        model.height && model.width <= inputs / model.height ? model.height * model.width : 0;
    if ((model.height || model.width) &&
        (pixels == 0 || (inputs != pixels && inputs != 3 * pixels))) {
        fail(archive.origin, "expected an image of " + std::to_string(inputs) +
                                 " pixels, found one of " + size_text(model.height, model.width));
    }
    for (const auto& [key, array] : archive.entries) {
        if (!key.starts_with(note)) continue;
        const std::string name = key.substr(note.size());
        if (name != "image_height" && name != "image_width" && name != "input_dropout")
            model.training.emplace_back(name, array);
    }
}

}  // namespace

std::size_t code_layer(const Network& network) {
    require(network.depth() >= 2, "expected an autoencoder, found a network without hidden layers");
    if (const std::size_t gaussian = network.gaussian_layer()) return gaussian;
    return network.depth() / 2;
}

Matrix<float> weights(const Model& model, std::size_t l) {
    const Layout blocks = layout(model.network);
    const Block& block = blocks.find(numbered("W", l));
    return with_parameters(model, [&]<class T>(std::span<const T> theta) {
        const View<const T> W = matrix(theta, block);
        Matrix<float> result(W.rows, W.cols);
        for (std::size_t i = 0; i < block.size; ++i) result.values[i] = float(W.data[i]);
        return result;
    });
}

const Array* noted(const Model& model, std::string_view key) {
    for (const auto& [name, array] : model.training) {
        if (name == key) return &array;
    }
    return nullptr;
}

void save_model(const std::string& path, const Model& model) {
    const Network& network = model.network;
    validate(network);
    const Layout blocks = layout_in_file(network);
    const bool variational = network.gaussian_layer() > 0;
    Archive archive;
    const bool windows = convolutional(network);
    archive.add("model", variational ? "variational" : windows ? "convolutional" : "network");
    with_parameters(model, [&]<class T>(std::span<const T> theta) {
        require(theta.size() == blocks.size, "save_model: θ does not belong to this network");
        for (const Block& block : blocks.blocks) {
            const std::span<const T> values = part(theta, block);
            for (const T value : values)
                require(std::isfinite(value), "save_model: " + block.name + " is not finite");
            archive.add(block.name, Array(block.shape, values));
        }
    });
    if (variational) {
        archive.add("activation", std::string(name(hidden_activation(network))));
    } else {
        for (std::size_t l = 1; l <= network.depth(); ++l)
            archive.add(numbered("activation", l), std::string(name(network.layer(l).activation)));
        archive.add("loss", std::string(name(network.loss)));
    }
    archive.add("weight_penalty", network.weight_penalty);
    if (network.sparsity_weight > 0) {
        archive.add("sparsity_target", network.sparsity_target);
        archive.add("sparsity_weight", network.sparsity_weight);
        std::vector<std::int64_t> layers;
        for (std::size_t l = 1; l < network.depth(); ++l) {
            if (network.sparse(l)) layers.push_back(std::int64_t(l));
        }
        archive.add("sparse_layers", Array({layers.size()}, layers));
    }
    if (network.dropout > 0) archive.add("dropout", network.dropout);
    if (network.input_dropout > 0)
        archive.add(std::string(note) + "input_dropout", network.input_dropout);
    if (windows) {
        add_windows(archive, network);
    } else if (model.height > 0) {
        archive.add(std::string(note) + "image_height", model.height);
        archive.add(std::string(note) + "image_width", model.width);
    }
    for (const auto& [key, array] : model.training) archive.add(std::string(note) + key, array);
    write_npz(path, archive);
}

Model load_model(const std::string& path) { return read_model(read_npz(path, means_something)); }

Model read_model(const Archive& archive) {
    Model model;
    model.network = read_network(archive, false);
    model.theta = theta_of(archive, model.network);
    read_training(archive, model);
    return model;
}

}  // namespace autoencoder
