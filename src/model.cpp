#include "autoencoder/model.hpp"

#include <cmath>
#include <set>
#include <span>

#include "autoencoder/convolution.hpp"
#include "autoencoder/error.hpp"
#include "autoencoder/variational.hpp"
#include "conformance/convolutional.hpp"
#include "conformance/keys.hpp"
#include "conformance/variational.hpp"
#include "nearest.hpp"

namespace autoencoder {
namespace {

constexpr std::string_view note = "training_";

std::string numbered(const char* name, std::size_t l) { return name + std::to_string(l); }

// Complaints about an option of the network become complaints about the file.
template <class Call>
auto in_file(const std::string& place, const Call& call) {
    try {
        return call();
    } catch (const std::invalid_argument& error) {
        fail(place, error.what());
    }
}

/// The parameters under the names that they have in files.
Layout layout_in_file(const Network& network) {
    return network.gaussian_layer() > 0 ? variational_layout(network) : layout(network);
}

std::size_t count_layers(const Archive& archive) {
    std::size_t depth = 0;
    while (archive.find(numbered("W", depth + 1))) ++depth;
    if (depth == 0) fail(archive.origin, "expected the key W1, found none: this is not a model");
    return depth;
}

bool convolutional(const Network& network) {
    for (const Layer& layer : network.layers) {
        if (has_window(layer)) return true;
    }
    return false;
}

void refuse_unknown_keys(const Archive& archive, std::size_t depth) {
    std::vector<std::string> known = {"model",           "activation",      "loss",
                                      "weight_penalty",  "sparsity_target", "sparsity_weight",
                                      "sparse_layers",   "dropout"};
    for (std::size_t l = 1; l <= depth; ++l) {
        for (const char* name : {"W", "b", "activation"}) known.push_back(numbered(name, l));
    }
    if (model_of(archive) == "convolutional") known = convolutional_keys(depth);
    const std::set<std::string> names(known.begin(), known.end());
    for (const auto& [key, array] : archive.entries) {
        if (key.starts_with(note) || names.contains(key)) continue;
        fail(archive.origin, "expected the keys of a model, found '" + key + "'; the nearest is '" +
                                 nearest(key, known) + "'");
    }
}

double number(const Archive& archive, const char* key, double otherwise) {
    const Array* array = archive.find(key);
    return array ? array->number() : otherwise;
}

Activation read_activation(const Archive& archive, std::size_t l) {
    const Array* array = archive.find(numbered("activation", l));
    if (!array) array = archive.find("activation");
    if (!array) return Activation::sigmoid;
    return in_file(array->origin, [&] { return activation_of(array->text()); });
}

void read_sparse_layers(const Archive& archive, Network& network) {
    const Array* array = archive.find("sparse_layers");
    if (!array) return;
    for (Layer& layer : network.layers) layer.sparse = false;
    for (const std::int64_t l : array->integers()) {
        if (l < 1 || std::size_t(l) >= network.depth()) {
            fail(array->origin, "expected hidden layers, 1 to " +
                                    std::to_string(network.depth() - 1) + ", found " +
                                    std::to_string(l));
        }
        network.layers[std::size_t(l) - 1].sparse = true;
    }
}

/// Shapes of the layers of a dense network.
Network read_dense(const Archive& archive, std::size_t depth) {
    Network network;
    for (std::size_t l = 1; l <= depth; ++l) {
        const Array& W = archive.at(numbered("W", l));
        if (W.shape.size() != 2 || !W.is_real())
            fail(W.origin, "expected weights (outputs, inputs), found " + W.description());
        if (l == 1) network.inputs = W.shape[1];
        if (W.shape[1] != network.units(l - 1)) {
            fail(W.origin, "expected " + std::to_string(network.units(l - 1)) +
                               " inputs, as many as the layer before has units, found " +
                               W.description());
        }
        network.layers.push_back({W.shape[0]});
    }
    return network;
}

Network read_network(const Archive& archive) {
    if (model_of(archive) == "variational") return read_variational(archive);
    const std::size_t depth = count_layers(archive);
    refuse_unknown_keys(archive, depth);
    const bool windows = model_of(archive) == "convolutional";
    if (const Array* kind = archive.find("model"); kind && !windows && kind->text() != "network")
        fail(kind->origin, "expected 'network', 'convolutional' or 'variational', found '" +
                               kind->text() + "'");
    Network network = windows ? read_windows(archive, depth) : read_dense(archive, depth);
    for (std::size_t l = 1; l <= depth; ++l)
        network.layers[l - 1].activation = read_activation(archive, l);
    network.loss = network.layers.back().activation == Activation::softmax ? Loss::cross_entropy
                                                                           : Loss::squared_error;
    if (const Array* loss = archive.find("loss"))
        network.loss = in_file(loss->origin, [&] { return loss_of(loss->text()); });
    network.weight_penalty = number(archive, "weight_penalty", 0);
    network.sparsity_target = number(archive, "sparsity_target", 0.05);
    network.sparsity_weight = number(archive, "sparsity_weight", 0);
    network.dropout = number(archive, "dropout", 0);
    network.input_dropout = number(archive, "training_input_dropout", 0);
    read_sparse_layers(archive, network);
    in_file(archive.origin, [&] { validate(network); });
    return network;
}

template <class T>
Buffer<T> read_parameters(const Archive& archive, const Network& network) {
    const Layout blocks = layout_in_file(network);
    const std::string& first = blocks.blocks[0].name;
    const Array::Kind kind = archive.at(first).kind();
    Buffer<T> theta(blocks.size);
    for (const Block& block : blocks.blocks) {
        const Array& array = archive.at(block.name);
        if (array.kind() != kind) {
            fail(array.origin, "expected the precision of " + first + ", " +
                                   archive.at(first).description() + ", found " +
                                   array.description());
        }
        if (array.shape != block.shape) {
            const Array expected(block.shape, std::vector<T>(block.size));
            fail(array.origin,
                 "expected " + expected.description() + ", found " + array.description());
        }
        const std::vector<T>& values = std::get<std::vector<T>>(array.values);
        const std::span<T> to = part<T>(theta, block);
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (!std::isfinite(values[i]))
                fail(array.origin, "expected finite numbers, found " + std::to_string(values[i]) +
                                       " at element " + std::to_string(i));
            to[i] = values[i];
        }
    }
    return theta;
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
    const std::size_t inputs = model.network.inputs;
    if (has_window(model.network.layer(1)) && model.network.layer(1).window.maps > 1)
        model.height = model.width = 0;  // several maps are not an image to be shown
    if ((model.height || model.width) &&
        (model.height == 0 || inputs % model.height != 0 || inputs / model.height != model.width)) {
        fail(archive.origin, "expected an image of " + std::to_string(inputs) +
                                 " pixels, found one of " + std::to_string(model.height) + "×" +
                                 std::to_string(model.width));
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

Model load_model(const std::string& path) {
    const Archive archive = read_npz(path);
    Model model;
    model.network = read_network(archive);
    const std::string first = layout_in_file(model.network).blocks[0].name;
    if (archive.at(first).kind() == Array::Kind::real32)
        model.theta = read_parameters<float>(archive, model.network);
    else
        model.theta = read_parameters<double>(archive, model.network);
    read_training(archive, model);
    return model;
}

}  // namespace autoencoder
