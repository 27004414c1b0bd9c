// Random cases of convolutional and variational autoencoders on which mistakes can be told apart.
#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

#include "autoencoder/conformance.hpp"
#include "autoencoder/convolution.hpp"
#include "autoencoder/random.hpp"
#include "autoencoder/variational.hpp"
#include "cases.hpp"

namespace autoencoder::test {

enum class Chain {
    strided,         // conv and deconv by 2, an output padding, images that are not square
    plain,           // stride 1, no padding, squared error, kernels that are not square
    sparse,          // two convolutions and back, a sparsity term
    classifier,      // a convolution and a dense softmax
    no_hidden,       // variational: 0, 1, 2 hidden layers
    one_hidden,
    two_hidden,
    alike,           // as sparse, of layers of one size and with a sigmoid output
    dropout,         // a classifier with a dense hidden layer and its mask, sparse
    denoising,       // as plain, from noisy inputs
    tied,            // one kernel for the convolution and its transpose
};
inline constexpr Chain chains[] = {Chain::strided,    Chain::plain,     Chain::sparse,
                                   Chain::classifier, Chain::no_hidden, Chain::one_hidden,
                                   Chain::two_hidden, Chain::alike,     Chain::dropout,
                                   Chain::denoising,  Chain::tied};

inline Network windows(Chain sort) {
    Network net;
    const auto window = [&](Kind kind, Window w, std::size_t maps, Activation f) {
        if (!net.layers.empty()) {
            const Maps before = output_maps(net, net.depth());
            w.maps = before.count;
            w.height = before.height;
            w.width = before.width;
        } else {
            net.inputs = w.maps * w.height * w.width;
        }
        net.layers.push_back(window_layer(kind, w, maps, f));
    };
    const Activation sigmoid = Activation::sigmoid, tanh = Activation::tanh;
    if (sort == Chain::strided) {
        window(Kind::convolution, {2, 6, 4, 3, 3, 2, 1, 0}, 3, tanh);
        window(Kind::deconvolution, {1, 0, 0, 3, 3, 2, 1, 1}, 2, sigmoid);
        net.loss = Loss::cross_entropy;
    } else if (sort == Chain::plain || sort == Chain::denoising) {
        window(Kind::convolution, {1, 5, 4, 2, 3, 1, 0, 0}, 2, sigmoid);
        window(Kind::deconvolution, {1, 0, 0, 2, 3, 1, 0, 0}, 1, sigmoid);
    } else if (sort == Chain::tied) {
        window(Kind::convolution, {1, 5, 4, 3, 2, 1, 1, 0}, 2, tanh);
        window(Kind::deconvolution, {1, 0, 0, 3, 2, 1, 1, 0}, 1, sigmoid);
    } else if (sort == Chain::sparse) {
        window(Kind::convolution, {1, 5, 6, 3, 3, 1, 1, 0}, 2, sigmoid);
        window(Kind::convolution, {1, 0, 0, 3, 2, 2, 1, 0}, 3, tanh);
        window(Kind::deconvolution, {1, 0, 0, 3, 2, 2, 1, 0}, 1, Activation::linear);
        net.sparsity_weight = 0.3;
        net.sparsity_target = 0.2;
    } else if (sort == Chain::alike) {
        window(Kind::convolution, {1, 4, 3, 3, 3, 1, 1, 0}, 2, sigmoid);
        window(Kind::convolution, {1, 0, 0, 3, 3, 1, 1, 0}, 2, sigmoid);
        window(Kind::deconvolution, {1, 0, 0, 3, 3, 1, 1, 0}, 1, sigmoid);
        net.sparsity_weight = 0.4;
        net.sparsity_target = 0.15;
    } else if (sort == Chain::dropout) {
        window(Kind::convolution, {1, 5, 4, 3, 2, 2, 1, 0}, 2, sigmoid);
        net.layers.push_back({5, sigmoid});
        net.layers.push_back({3, Activation::softmax});
        net.loss = Loss::cross_entropy;
        net.sparsity_weight = 0.3;
        net.dropout = 0.3;
    } else {
        window(Kind::convolution, {1, 5, 4, 3, 2, 2, 1, 0}, 3, Activation::relu);
        net.layers.push_back({4, Activation::softmax});
        net.loss = Loss::cross_entropy;
    }
    return net;
}

inline Network random_network(Chain sort) {
    if (sort == Chain::no_hidden) return variational_network(6, {}, 3);
    const std::size_t hidden[] = {5, 4};
    if (sort == Chain::one_hidden) return variational_network(6, {hidden, 1}, 3, Activation::tanh);
    if (sort == Chain::two_hidden) return variational_network(7, {hidden, 2}, 2);
    return windows(sort);
}

inline Case random_case(Chain sort, std::uint64_t seed) {
    Random random(seed, 100 + std::uint64_t(sort));
    Case c;
    c.network = random_network(sort);
    c.network.weight_penalty = random.uniform(0.01, 0.1);
    const Network& net = c.network;
    const Layout blocks = layout(net);
    c.theta = Buffer<double>(blocks.size);
    for (const Block& block : blocks.blocks)
        for (double& value : part<double>(c.theta, block)) value = random.uniform(-0.8, 0.8);
    if (sort == Chain::tied) {
        const auto W1 = part<double>(c.theta, blocks.blocks[0]);
        std::copy(W1.begin(), W1.end(), part<double>(c.theta, blocks.blocks[2]).begin());
    }
    const std::size_t N = 9 + random.below(3), outputs = net.units(net.depth());
    c.x = Matrix<double>(N, net.inputs);
    for (double& value : c.x.values) value = random.uniform(0.05, 0.95);
    c.y = c.x;
    if (outputs != net.inputs) {
        c.y = Matrix<double>(N, outputs);
        for (std::size_t q = 0; q < N; ++q) c.y(q, random.below(outputs)) = 1;
    }
    if (sort == Chain::denoising)
        for (double& value : c.y.values) value = random.uniform(0.05, 0.95);
    if (sort == Chain::dropout) {
        c.masks.resize(2);
        c.masks[1] = Matrix<double>(N, net.units(2));
        for (double& value : c.masks[1].values) value = random.uniform() < 0.7 ? 1 : 0;
    }
    if (const std::size_t code = net.gaussian_layer(); code > 0) {
        c.noise = Matrix<double>(N, net.units(code));
        for (double& value : c.noise.values) value = random.normal();
    }
    return c;
}

/// The keys of the costs and the gradients.
inline Archive few(const Archive& all) { return only(all, {"cost", "grad_"}); }

inline bool said(const Diagnosis& d, std::string_view part) {
    return std::any_of(d.sentences.begin(), d.sentences.end(), [&](const std::string& sentence) {
        return sentence.find(part) != std::string::npos;
    });
}

}  // namespace autoencoder::test
