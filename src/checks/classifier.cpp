// Models that are the dense network with other inputs, targets or last layers: the heads of a
// classifier, a whole stack with its head, and the denoising autoencoder.
#include <algorithm>

#include "autoencoder/corruption.hpp"
#include "autoencoder/random.hpp"
#include "checks/findings.hpp"

namespace autoencoder::checks {
namespace {

Network classifier(std::size_t inputs, std::vector<Layer> layers) {
    Network network;
    network.inputs = inputs;
    network.layers = std::move(layers);
    if (network.layers.back().activation == Activation::softmax) network.loss = Loss::cross_entropy;
    return network;
}

/// An example whose targets are one-hot, whatever the last layer.
Example labelled(const Network& network, std::size_t patterns, std::uint64_t seed) {
    Example example = make_example(network, patterns, seed);
    Random labels(seed, 1);
    std::fill(example.y.values.begin(), example.y.values.end(), 0.0);
    for (std::size_t q = 0; q < patterns; ++q) example.y(q, labels.below(example.y.cols)) = 1;
    return example;
}

}  // namespace

CheckResult head_check() {
    using enum Activation;
    Findings findings;  // LMS, multi-layer and softmax
    examine(findings, labelled(classifier(4, {{3, linear}}), 9, 1), Mistake::softmax_squared_delta,
            Shows::in_gradient);
    examine(findings, labelled(classifier(5, {{6, sigmoid}, {4, sigmoid}}), 40, 2),
            Mistake::no_output_derivative, Shows::in_gradient);
    examine(findings, labelled(classifier(4, {{3, softmax}}), 7, 3), Mistake::softmax_squared_delta,
            Shows::in_gradient);
    return findings.result();
}

CheckResult fine_tune_check() {
    using enum Activation;
    const std::vector<Example> stacks = {
        // encoders, then the head
        labelled(classifier(6, {{5, sigmoid}, {3, sigmoid}, {4, softmax}}), 11, 1),
        labelled(classifier(5, {{4, tanh}, {3, linear}}), 35, 2),
        labelled(classifier(4, {{6, sigmoid}, {5, sigmoid}, {3, sigmoid}, {2, sigmoid}}), 6, 3)};
    constexpr Mistake mistake = Mistake::no_derivative_below_head;
    return network_check(stacks, mistake, Shows::in_gradient);  // [fine-tune]
}

CheckResult denoise_check() {
    Findings findings;  // each noise on each shape
    for (const Corruption& noise : {Corruption{Noise::masking, 0.3}, Corruption{Noise::salt_pepper, 0.4},
                                    Corruption{Noise::gaussian, 0.5}}) {
        for (Example example : autoencoders({})) {
            example.x = corrupted<double>(noise, example.x, 5, 0);  // y stays the clean x  [denoise]
            examine(findings, example, Mistake::noisy_target, Shows::in_gradient);
        }
    }
    return findings.result();
}

}  // namespace autoencoder::checks
