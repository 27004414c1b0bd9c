// One reader for every kind of model: which keys there may be is a table; the layers come first, then
// their options.
#include "exchange/network.hpp"

#include <algorithm>
#include <cmath>

#include "autoencoder/activation.hpp"
#include "autoencoder/convolution.hpp"
#include "autoencoder/variational.hpp"
#include "exchange/keys.hpp"
#include "exchange/layers.hpp"
#include "exchange/reading.hpp"

namespace autoencoder {
namespace {

constexpr unsigned layered = dense | windows, every = layered | variational;

enum class Stands { once, on_layers, with_patterns, with_patterns_on_hidden_layers };

bool not_negative(double value) { return value >= 0 && std::isfinite(value); }
bool between_0_and_1(double value) { return value > 0 && value < 1; }
bool is_share(double value) { return value >= 0 && value < 1; }

/// A key that is no parameter; of an option that is a number, where it goes and what it may be.
struct Key {
    const char* name;
    unsigned families;
    Stands stands = Stands::once;
    double Network::*number = nullptr;
    const char* expected = nullptr;
    bool (*in_range)(double) = nullptr;
};

using enum Stands;
constexpr Key keys[] = {
    {"model", every},
    {"activation", every},
    {"loss", layered},
    {"weight_penalty", every, once, &Network::weight_penalty, "λ of 0 or more", not_negative},
    {"sparsity_target", layered, once, &Network::sparsity_target, "ρ̄ between 0 and 1",
     between_0_and_1},
    {"sparsity_weight", layered, once, &Network::sparsity_weight, "γ of 0 or more", not_negative},
    {"sparse_layers", layered},
    {"dropout", layered, once, &Network::dropout, "p of 0 or more and less than 1", is_share},
    {"layer", windows, on_layers},
    {"stride", windows, on_layers},
    {"pad", windows, on_layers},
    {"output_pad", windows, on_layers},
    {"activation", layered, on_layers},
    {"x", every, with_patterns},
    {"y", layered, with_patterns},
    {"labels", layered, with_patterns},
    {"mask", layered, with_patterns_on_hidden_layers},
    {"eps", variational, with_patterns},
};

/// The keys that these layers may have; of two that are equally near to a wrong one the first is
/// suggested.
std::vector<std::string> known_keys(const Network& network, Family family, bool patterns) {
    std::vector<std::string> known, on_each, of_patterns;
    for (const Block& block : layout_in_file(network).blocks) on_each.push_back(block.name);
    const auto add = [](std::vector<std::string>& names, const Key& key, std::size_t layers) {
        for (std::size_t l = 1; l <= layers; ++l) names.push_back(numbered(key.name, l));
    };
    for (const Key& key : keys) {
        if (!(key.families & family)) continue;
        switch (key.stands) {
            case once: known.push_back(key.name); break;
            case on_layers: add(on_each, key, network.depth()); break;
            case with_patterns: of_patterns.push_back(key.name); break;
            case with_patterns_on_hidden_layers: add(of_patterns, key, network.depth() - 1); break;
        }
    }
    if (family != dense) std::swap(known, on_each);
    known.insert(known.end(), on_each.begin(), on_each.end());
    if (patterns) known.insert(known.end(), of_patterns.begin(), of_patterns.end());
    return known;
}

/// Where the activation of layer l stands: its own key goes before the one for all.
std::string activation_key(const Archive& archive, std::size_t l) {
    const std::string own = numbered("activation", l);
    return archive.find(own) ? own : "activation";
}

Activation read_activation(const Archive& archive, const Network& network, std::size_t l) {
    const std::string key = activation_key(archive, l);
    const std::size_t L = network.depth(), code = network.gaussian_layer();
    if (!archive.find(key)) return code > 0 ? Activation::relu : Activation::sigmoid;
    const Activation f = choice(archive, key, code > 0 ? std::span<const Activation>(unit_activations) : activations);
    if (f == Activation::softmax && l < L) {
        fail(place(archive, key), "layer " + std::to_string(l) + " of " + std::to_string(L) +
                                      ": expected softmax on the last layer only, found 'softmax'");
    }
    return f;
}

/// The activation that the file names is of the hidden layers alone where there is a code.
void read_activations(const Archive& archive, Network& network) {
    const std::size_t L = network.depth(), code = network.gaussian_layer();
    for (std::size_t l = 1; l <= L; ++l) {
        const Activation f = read_activation(archive, network, l);
        network.layers[l - 1].activation = l == code              ? Activation::linear
                                           : code > 0 && l == L ? Activation::sigmoid
                                                                : f;
    }
}

Loss read_loss(const Archive& archive, const Network& network) {
    const Activation output = network.layers.back().activation;
    if (!archive.find("loss")) {
        const bool odds = output == Activation::softmax || network.gaussian_layer() > 0;
        return odds ? Loss::cross_entropy : Loss::squared_error;
    }
    const Loss loss = choice<Loss>(archive, "loss", losses);
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
    if (!has_shape(*array, {array->size()}))
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

/// Sparse units need an activation with a mean between two bounds.
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

bool means_something(std::string_view key) {
    const std::string_view stem = key.substr(0, key.find_last_not_of("0123456789") + 1);
    const bool of_blocks = stem.ends_with("W") || stem.ends_with("b");
    const bool of_models = std::any_of(std::begin(keys), std::end(keys),
                                       [&](const Key& each) { return each.name == stem; });
    constexpr std::string_view codes[] = {"h", "a", "hidden", "code"};
    return of_blocks || of_models || key.starts_with("training_") || !case_key(key).empty() ||
           !result_key(key).empty() || layer_key(key) || parameter_name(key) ||
           std::find(std::begin(codes), std::end(codes), key) != std::end(codes);
}

Network read_network(const Archive& archive, bool with_patterns) {
    const Family family = family_of(archive);
    Network network = layers_of(archive, family);
    refuse_unknown_keys(archive, known_keys(network, family, with_patterns));
    read_layers(archive, family, network);
    read_activations(archive, network);
    network.loss = read_loss(archive, network);
    for (const Key& key : keys) {
        if (!key.number) continue;
        double& number = network.*key.number;
        number = number_or(archive, key.name, number, key.expected, key.in_range);
    }
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

Array::Shape pattern_shape(const Network& network, std::size_t l) {
    const Layer& layer = network.layer(std::max<std::size_t>(l, 1));
    if (!has_window(layer)) return {network.units(l)};
    const Window& w = layer.window;
    const Maps maps = l == 0 ? Maps{w.maps, w.height, w.width} : output_maps(network, l);
    return {maps.count, maps.height, maps.width};
}

}  // namespace autoencoder
