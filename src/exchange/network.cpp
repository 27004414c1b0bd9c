#include "exchange/network.hpp"

#include <algorithm>
#include <cmath>
#include <initializer_list>

#include "autoencoder/activation.hpp"
#include "autoencoder/error.hpp"
#include "autoencoder/variational.hpp"
#include "exchange/convolutional.hpp"
#include "exchange/keys.hpp"
#include "exchange/values.hpp"
#include "exchange/variational.hpp"
#include "base/utf8.hpp"

namespace autoencoder {
namespace {

bool not_negative(double value) { return value >= 0 && std::isfinite(value); }
bool between_0_and_1(double value) { return value > 0 && value < 1; }
bool is_share(double value) { return value >= 0 && value < 1; }

/// The choice that a text names.
template <class Choice>
Choice choice(const Archive& archive, const std::string& key,
              std::initializer_list<Choice> choices) {
    const std::string text = archive.at(key).text();
    std::string expected;
    for (const Choice c : choices) {
        if (name(c) == text) return c;
        expected += (expected.empty() ? "'" : ", '") + std::string(name(c)) + "'";
    }
    fail(place(archive, key), "expected one of " + expected + ", found " + in_quotes(text));
}

/// Where the activation of layer l stands: its own key goes before the one for all.
std::string activation_key(const Archive& archive, std::size_t l) {
    const std::string own = numbered("activation", l);
    return archive.find(own) ? own : "activation";
}

Activation read_activation(const Archive& archive, std::size_t l, std::size_t L) {
    const std::string key = activation_key(archive, l);
    if (!archive.find(key)) return Activation::sigmoid;
    const Activation activation =
        choice(archive, key, {Activation::sigmoid, Activation::tanh, Activation::relu,
                              Activation::linear, Activation::softmax});
    if (activation == Activation::softmax && l < L) {
        fail(place(archive, key), "layer " + std::to_string(l) + " of " + std::to_string(L) +
                                      ": expected softmax on the last layer only, found 'softmax'");
    }
    return activation;
}

Loss read_loss(const Archive& archive, Activation output) {
    if (!archive.find("loss"))
        return output == Activation::softmax ? Loss::cross_entropy : Loss::squared_error;
    const Loss loss = choice(archive, "loss", {Loss::squared_error, Loss::cross_entropy});
    const bool probability = output == Activation::sigmoid || output == Activation::softmax;
    const bool fits = loss == Loss::cross_entropy ? probability : output != Activation::softmax;
    if (fits) return loss;
    const Loss other = loss == Loss::cross_entropy ? Loss::squared_error : Loss::cross_entropy;
    fail(place(archive, "loss"), "expected '" + std::string(name(other)) + "' with a " +
                                     std::string(name(output)) + " output, found '" +
                                     std::string(name(loss)) + "'");
}

/// Which hidden layers are sparse: all of them, or those that the list names.
void read_sparse_layers(const Archive& archive, Network& network) {
    const Array* array = archive.find("sparse_layers");
    if (!array) return;
    for (Layer& layer : network.layers) layer.sparse = false;
    const std::string where = place(archive, "sparse_layers");
    const std::size_t hidden = network.depth() - 1;
    if (array->is_text() || array->shape.size() > 1)
        fail(where, "expected a list of hidden layers, found " + array->description());
    if (array->size() == 0) return;  // NumPy's empty list is one of floats
    for (const std::int64_t l : array->integers()) {
        if (l < 1 || static_cast<std::size_t>(l) > hidden) {
            fail(where, "expected hidden layers from 1 to " + std::to_string(hidden) + ", found " +
                            std::to_string(l));
        }
        bool& sparse = network.layers[static_cast<std::size_t>(l) - 1].sparse;
        if (sparse) fail(where, "expected each layer once, found " + std::to_string(l) + " again");
        sparse = true;
    }
}

/// Shapes of the layers of a dense network.
Network read_dense(const Archive& archive, std::size_t L) {
    Network network;
    const Array& W1 = archive.at("W1");
    if (W1.is_text() || W1.shape.size() != 2 || W1.size() == 0) {
        fail(place(archive, "W1"),
             "expected numbers of shape (n_1, n_0), found " + W1.description());
    }
    network.inputs = W1.shape[1];
    for (std::size_t l = 1; l <= L; ++l) {
        const std::size_t before = network.units(l - 1);
        Layer layer;
        layer.units = rows_of(archive, numbered("W", l), before,
                              "(n_" + std::to_string(l) + ", " + std::to_string(before) + ")");
        network.layers.push_back(layer);
    }
    return network;
}

/// Sparse units need an activation with a mean between two bounds.                      [mean-activity]
void require_bounded(const Archive& archive, const Network& network) {
    for (std::size_t l = 1; l < network.depth(); ++l) {
        const Activation f = network.layer(l).activation;
        if (!network.sparse(l) || f == Activation::sigmoid || f == Activation::tanh) continue;
        fail(place(archive, activation_key(archive, l)),
             "expected 'sigmoid' or 'tanh' for layer " + std::to_string(l) +
                 ", which is sparse, found '" + std::string(name(f)) + "'");
    }
}

}  // namespace

Network read_network(const Archive& archive, const std::vector<std::string>& besides) {
    const std::string model = model_of(archive);
    if (model == "variational") return read_variational(archive, besides);
    const bool windows = model == "convolutional";
    if (!windows && model != "network") {
        fail(place(archive, "model"),
             "expected 'network', 'convolutional' or 'variational', found " + in_quotes(model));
    }
    const std::size_t L = depth_of(archive);
    std::vector<std::string> known = windows ? convolutional_keys(L) : network_keys(L);
    known.insert(known.end(), besides.begin(), besides.end());
    refuse_unknown_keys(archive, known);
    Network network = windows ? read_windows(archive, L) : read_dense(archive, L);
    for (std::size_t l = 1; l <= L; ++l)
        network.layers[l - 1].activation = read_activation(archive, l, L);
    network.loss = read_loss(archive, network.layers.back().activation);
    network.weight_penalty =
        number_or(archive, "weight_penalty", 0, "λ of 0 or more", not_negative);
    network.sparsity_target =
        number_or(archive, "sparsity_target", 0.05, "ρ̄ between 0 and 1", between_0_and_1);
    network.sparsity_weight =
        number_or(archive, "sparsity_weight", 0, "γ of 0 or more", not_negative);
    network.dropout =
        number_or(archive, "dropout", 0, "p of 0 or more and less than 1", is_share);
    read_sparse_layers(archive, network);
    require_bounded(archive, network);
    return network;
}

Layout layout_in_file(const Network& network) {
    return network.gaussian_layer() > 0 ? variational_layout(network) : layout(network);
}

template <class T>
Buffer<T> read_parameters(const Archive& archive, const Network& network) {
    const Layout blocks = layout_in_file(network);
    Buffer<T> theta(blocks.size);
    for (const Block& block : blocks.blocks) {
        const std::vector<double> values = numbers(archive, block.name, block.shape);
        std::transform(values.begin(), values.end(), part<T>(theta, block).begin(),
                       [](double value) { return T(value); });
    }
    return theta;
}

template Buffer<float> read_parameters(const Archive&, const Network&);
template Buffer<double> read_parameters(const Archive&, const Network&);

}  // namespace autoencoder
