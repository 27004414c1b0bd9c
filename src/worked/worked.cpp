// The worked cases. Their weights, biases and patterns have one digit each and come from seeds for which
// every line can be followed with a pencil: worked out from the rounded numbers that it shows, it gives
// the rounded result. A test holds them to that.
#include <algorithm>

#include "autoencoder/activation.hpp"
#include "autoencoder/classifier.hpp"
#include "autoencoder/convolution.hpp"
#include "autoencoder/random.hpp"
#include "autoencoder/stacked.hpp"
#include "autoencoder/variational.hpp"
#include "worked/pencil.hpp"

namespace autoencoder::lecture {
namespace {

using enum Activation;

/// ±0.1 … ±0.9; patterns 0.1 … 0.9; a class a pattern where the output is not as wide as the input.
Case case_of(const Network& network, size_t patterns, std::uint64_t seed) {
    const size_t outputs = network.units(network.depth());
    Case c{network, Buffer<double>(layout(network).size), Matrix<double>(patterns, network.inputs),
           Matrix<double>(patterns, outputs), {}};
    Random random(seed);
    const auto digit = [&] { return double(1 + random.below(9)) / 10; };
    const Layout blocks = layout(network);
    for (const Block& block : blocks.blocks)
        for (double& number : part<double>(c.theta, block)) number = random.below(2) == 0 ? digit() : -digit();
    for (double& number : c.x.values) number = digit();
    if (outputs == network.inputs) c.y = c.x;
    for (size_t q = 0; outputs != network.inputs && q < patterns; ++q) c.y(q, q % outputs) = 1;
    if (const size_t l = network.gaussian_layer()) {
        c.noise = Matrix<double>(patterns, network.units(l));
        for (double& number : c.noise.values) number = random.below(2) == 0 ? digit() : -digit();
    }
    return c;
}

Network two(Activation f = sigmoid, Activation output = sigmoid) {
    const size_t hidden[] = {2};
    return autoencoder_network(2, hidden, f, output);
}

constexpr std::uint64_t of_shallow = 869, of_dropout = 2, of_latent = 1, of_pca = 2, of_stack = 1,
                        of_lms = 1, of_multi_layer = 1, of_softmax = 2, of_classifier = 1,
                        of_denoising = 1, of_convolutional = 2, of_variational = 1;

}  // namespace

std::vector<Case> worked_shallow() { return {case_of(two(), 4, of_shallow)}; }

std::vector<Case> worked_sparse() {
    Case c = worked_shallow()[0];
    c.network.weight_penalty = 0.01;
    c.network.sparsity_target = 0.2;
    c.network.sparsity_weight = 0.5;
    return {c};
}

std::vector<Case> worked_dropout() {
    Case c = case_of(two(), 2, of_dropout);
    c.network.dropout = 0.5;
    c.masks = {Matrix<double>(2, 2)};
    c.masks[0](0, 1) = c.masks[0](1, 0) = 1;
    return {c};
}

std::vector<Case> worked_latent() { return {case_of(two(sigmoid, linear), 1, of_latent)}; }

std::vector<Case> worked_pca() {
    const size_t hidden[] = {1};
    return {case_of(autoencoder_network(2, hidden, linear, linear), 4, of_pca)};
}

std::vector<Case> worked_codes() {
    Case codes;
    codes.network.inputs = 3;
    codes.x = Matrix<double>(4, 3);
    const double h[] = {0.1, 0.3, 0.1, 0.2, 0.4, 0.1, 0.3, 0.1, 0.2, 0.4, 0.2, 0.4};
    std::ranges::copy(h, codes.x.values.begin());
    return {codes};
}

std::vector<Case> worked_stack() {
    const size_t hidden[] = {2, 2, 2};
    return {case_of(autoencoder_network(2, hidden, sigmoid, sigmoid), 1, of_stack)};
}

std::vector<Case> worked_heads() {
    const size_t hidden[] = {2};
    return {case_of(head_network(Head::lms, 2, {}, 3), 1, of_lms),
            case_of(head_network(Head::multi_layer, 2, hidden, 3), 1, of_multi_layer),
            case_of(head_network(Head::softmax, 2, {}, 3), 1, of_softmax)};
}

std::vector<Case> worked_classifier() {
    Network below;
    below.inputs = 2;
    below.layers = {{2, sigmoid}, {2, sigmoid}};
    return {case_of(joined(below, head_network(Head::softmax, 2, {}, 3)), 1, of_classifier)};
}

std::vector<Case> worked_denoising() {
    Case c = case_of(two(), 1, of_denoising);
    c.x(0, 0) = 0;  // masked
    return {c};
}

std::vector<Case> worked_convolutional() {
    Network network;
    network.inputs = 16;
    const Window down{1, 4, 4, 2, 2, 2, 0, 0}, up{1, 2, 2, 2, 2, 2, 0, 0};
    network.layers = {window_layer(Kind::convolution, down, 1, sigmoid),
                      window_layer(Kind::deconvolution, up, 1, sigmoid)};
    return {case_of(network, 1, of_convolutional)};
}

std::vector<Case> worked_variational() {
    const size_t hidden[] = {2};
    return {case_of(variational_network(2, hidden, 1, sigmoid), 1, of_variational)};
}

}  // namespace autoencoder::lecture
