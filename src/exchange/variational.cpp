#include "exchange/variational.hpp"

#include <cmath>

#include "autoencoder/activation.hpp"
#include "autoencoder/error.hpp"
#include "autoencoder/report.hpp"
#include "autoencoder/variational.hpp"
#include "exchange/keys.hpp"
#include "base/utf8.hpp"

namespace autoencoder {
namespace {

/// l, where PREFIX1 … PREFIXl are there.
std::size_t count(const Archive& archive, const std::string& prefix) {
    std::size_t l = 0;
    while (archive.find(prefix + std::to_string(l + 1))) ++l;
    return l;
}

std::vector<std::string> keys(std::size_t encoders, std::size_t decoders) {
    std::vector<std::string> names;
    const auto add = [&](const std::string& part, std::size_t layers) {
        for (std::size_t l = 1; l <= layers; ++l) {
            names.push_back(part + "W" + std::to_string(l));
            names.push_back(part + "b" + std::to_string(l));
        }
    };
    add("enc_", encoders);
    names.insert(names.end(), {"mu_W", "mu_b", "logvar_W", "logvar_b"});
    add("dec_", decoders);
    names.insert(names.end(), {"model", "activation", "weight_penalty"});
    return names;
}

/// The rows of the weights under this key, whose columns are the units before; 0: any number.
std::size_t rows_of(const Archive& archive, const std::string& key, std::size_t before) {
    const Array& W = archive.at(key);
    const bool fits = !W.is_text() && W.shape.size() == 2 && W.size() > 0 &&
                      (before == 0 || W.shape[1] == before);
    if (!fits) {
        const std::string columns = before == 0 ? "n_0" : std::to_string(before);
        fail(place(archive, key),
             "expected numbers of shape (units, " + columns + "), found " + W.description());
    }
    return W.shape[0];
}

Activation read_activation(const Archive& archive) {
    const Array* array = archive.find("activation");
    if (!array) return Activation::relu;
    const std::string text = array->text();
    for (const Activation f : {Activation::sigmoid, Activation::tanh, Activation::relu,
                               Activation::linear}) {
        if (name(f) == text) return f;
    }
    fail(place(archive, "activation"),
         "expected one of 'sigmoid', 'tanh', 'relu', 'linear', found " + in_quotes(text));
}

double read_weight_penalty(const Archive& archive) {
    const Array* array = archive.find("weight_penalty");
    const double penalty = array ? array->number() : 0;
    if (!(penalty >= 0) || !std::isfinite(penalty)) {
        fail(place(archive, "weight_penalty"),
             "expected λ of 0 or more, found " + shortest(penalty));
    }
    return penalty;
}

}  // namespace

Network read_variational(const Archive& archive, const std::vector<std::string>& besides) {
    const std::size_t encoders = count(archive, "enc_W"), decoders = count(archive, "dec_W");
    std::vector<std::string> known = keys(encoders, decoders == 0 ? 1 : decoders);
    known.insert(known.end(), besides.begin(), besides.end());
    refuse_unknown_keys(archive, known);

    Network network;
    network.loss = Loss::cross_entropy;
    const Activation f = read_activation(archive);
    std::size_t before = 0;
    for (std::size_t l = 1; l <= encoders; ++l) {
        const std::string key = "enc_W" + std::to_string(l);
        before = rows_of(archive, key, before);
        network.layers.push_back({before, f});
    }
    const std::size_t code = rows_of(archive, "mu_W", before);
    network.layers.push_back({code, Activation::linear, false, Kind::gaussian});
    network.inputs = archive.at(encoders > 0 ? "enc_W1" : "mu_W").shape[1];
    before = code;
    rows_of(archive, "dec_W1", before);
    for (std::size_t l = 1; l <= decoders; ++l) {
        const std::string key = "dec_W" + std::to_string(l);
        before = rows_of(archive, key, before);
        network.layers.push_back({before, l < decoders ? f : Activation::sigmoid});
    }
    if (before != network.inputs) {
        const std::string last = "dec_W" + std::to_string(decoders);
        fail(place(archive, last), "expected as many outputs as inputs, " +
                                       std::to_string(network.inputs) + ", found " +
                                       archive.at(last).description());
    }
    network.weight_penalty = read_weight_penalty(archive);
    for (const Block& block : variational_layout(network).blocks) {
        const Array& array = archive.at(block.name);
        if (!array.is_text() && array.shape == block.shape) continue;
        const Array expected(block.shape, std::vector<double>(block.size));
        fail(place(archive, block.name), "expected " + expected.description() + ", found " +
                                             array.description());
    }
    return network;
}

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

}  // namespace autoencoder
