// The deep classifier and the denoising autoencoder: the dense network with other inputs, targets
// or last layers. Each head, and stacks of one to four encoders under each of them, with dropout and
// without.
#include <algorithm>

#include "autoencoder/classifier.hpp"
#include "autoencoder/corruption.hpp"
#include "autoencoder/random.hpp"
#include "autoencoder/stacked.hpp"
#include "checks/findings.hpp"

namespace autoencoder::checks {
namespace {

/// Encoders of these widths and, on their codes, the head; its hidden layers are `below_output`.
Network deep_classifier(std::size_t inputs, std::span<const std::size_t> encoders,
                        Activation activation, Head head,
                        std::span<const std::size_t> below_output, std::size_t classes) {
    const std::size_t code = encoders.empty() ? inputs : encoders.back();
    Network below;
    below.inputs = inputs;
    for (const std::size_t units : encoders) below.layers.push_back({units, activation});
    return joined(below, head_network(head, code, below_output, classes));
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
    Findings findings;
    const std::size_t hidden[] = {6, 5};
    const auto look = [&](Head head, std::size_t layers, std::size_t N, Mistake mistake) {
        const Network network = head_network(head, 5, std::span(hidden).first(layers), 4);
        examine(findings, labelled(network, N, N), mistake, Shows::in_gradient);  // [head]
    };
    look(Head::lms, 0, 9, Mistake::softmax_squared_delta);  // ŷ (1 − ŷ), where f' is 1
    look(Head::multi_layer, 1, 40, Mistake::no_output_derivative);
    look(Head::multi_layer, 2, 8, Mistake::no_output_derivative);
    look(Head::softmax, 0, 7, Mistake::softmax_squared_delta);
    return findings.result();
}

CheckResult fine_tune_check() {
    using enum Activation;
    Findings findings;
    const std::size_t encoders[] = {6, 5, 4, 6}, hidden[] = {5};
    for (std::size_t depth = 2; depth <= 5; ++depth) {
        for (const Head head : {Head::lms, Head::multi_layer, Head::softmax}) {
            const std::size_t in_head = head == Head::multi_layer ? 1 : 0;
            Network network = deep_classifier(5, std::span(encoders).first(depth - 1 - in_head),
                                              depth % 2 == 0 ? sigmoid : tanh, head,
                                              std::span(hidden).first(in_head), 3);
            network.weight_penalty = 0.01;
            network.dropout = depth < 4 ? 0 : 0.3;  // the masks are fixed
            const Example example = labelled(network, 3 + 8 * depth, depth);
            const Mistake mistake =
                depth < 4 ? Mistake::no_derivative_below_head : Mistake::stops_at_head;
            examine(findings, example, mistake, Shows::in_gradient);  // [fine-tune]
        }
    }
    return findings.result();
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
