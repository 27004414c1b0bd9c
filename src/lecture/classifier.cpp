// Autoencoder-based deep classifier: 1 pre-trained encoders, 2 a head on their codes, 3 both fine-tuned
// as one deep network with back-propagation.
//
//     the head is a layer of neurons (LMS)   J^q = ½ ‖y − ŷ‖², f linear: δ_c = y_c − ŷ_c
//              or a multi-layer network      sigmoid layers, as in `shallow.cpp`
//              or softmax                    p_c = e^{s_c}/(Σ e^s), J^q = −log p_label: δ_c = y_c − p_c
//                                                                                           [head]
//     δ_j = f'(s_j) Σ_i w_ij δ_i, through head and encoders alike                           [fine-tune]
#include <algorithm>

#include "autoencoder/classifier.hpp"
#include "autoencoder/elementwise.hpp"
#include "autoencoder/random.hpp"
#include "autoencoder/stacked.hpp"
#include "lecture/mistakes.hpp"

namespace autoencoder::lecture {

// p_c
Number Lecture::softmax(size_t q, size_t c) const {
    Number sum = 0;
    for (size_t i = 0; i < net.units(L); ++i) sum += exponential(s(L, q, i));
    return exponential(s(L, q, c)) / sum;
}

// J^q
Number Lecture::label_cost(size_t q) const {
    Number J = 0;  // y is 1 for the label, else 0
    for (size_t c = 0; c < net.units(L); ++c) J -= y(q, c) * logarithm(y_hat(q, c));
    return J;
}

Number Lecture::delta_head(size_t q, size_t c) const {
    return y(q, c) - y_hat(q, c);  // [head]
}

Number Lecture::delta_through(size_t l, size_t q, size_t j) const {
    if (l == L) return delta_top(q, j);
    Number sum = 0;
    for (size_t i = 0; i < net.units(l + 1); ++i)
        sum += w(l + 1, i, j) * delta_through(l + 1, q, i);
    return keep(l, q, j) * sum * slope(l, q, j);  // [fine-tune]
}

// Made fast in
//     src/kernels/output.hpp   output_lanes  head
//     src/methods/stacked.cpp  joined        fine-tune

namespace {

/// Encoders of these widths and, on their codes, the head; its hidden layers are `below_output`.
Network deep_classifier(size_t inputs, std::span<const size_t> encoders, Activation activation,
                        Head head, std::span<const size_t> below_output, size_t classes) {
    const size_t code = encoders.empty() ? inputs : encoders.back();
    Network below;
    below.inputs = inputs;
    for (const size_t units : encoders) below.layers.push_back({units, activation});
    return joined(below, head_network(head, code, below_output, classes));
}

/// An example whose targets are one-hot, whatever the last layer.
Example labelled(const Network& network, size_t patterns, std::uint64_t seed) {
    Example example = make_example(network, patterns, seed);
    Random labels(seed, 1);
    std::fill(example.y.values.begin(), example.y.values.end(), 0.0);
    for (size_t q = 0; q < patterns; ++q) example.y(q, labels.below(example.y.cols)) = 1;
    return example;
}

CheckResult head_check() {
    Findings findings;
    const size_t hidden[] = {6, 5};
    const auto look = [&](Head head, size_t layers, size_t N, Formulas twin) {
        const Network network = head_network(head, 5, std::span(hidden).first(layers), 4);
        examine(findings, labelled(network, N, N), twin, Shows::in_gradient);
    };
    look(Head::lms, 0, 9, with<HeadTimesSlope>);  // ŷ (1 − ŷ), where f' is 1
    look(Head::multi_layer, 1, 40, with<NoOutputDerivative>);
    look(Head::multi_layer, 2, 8, with<NoOutputDerivative>);
    look(Head::softmax, 0, 7, with<HeadTimesSlope>);
    return findings.result();
}

/// δ of all layers, from the output down in one go, against the project's.
double chain_difference(const Example& example) {
    const auto lecture = evaluated(example);
    const Terms terms = production_terms(example);
    double largest = 0;
    for (size_t l = 1; l <= lecture->L; ++l) {
        Matrix<double> delta(lecture->N, example.network.units(l));
        for (size_t q = 0; q < delta.rows; ++q)
            for (size_t j = 0; j < delta.cols; ++j)
                delta(q, j) = lecture->delta_through(l, q, j).value;
        largest = std::max(largest, relative_difference(delta.values, terms.delta[l - 1].values));
    }
    return largest;
}

CheckResult fine_tune_check() {
    using enum Activation;
    Findings findings;
    const size_t encoders[] = {6, 5, 4, 6}, hidden[] = {5};
    for (size_t depth = 2; depth <= 5; ++depth) {
        for (const Head head : {Head::lms, Head::multi_layer, Head::softmax}) {
            const size_t in_head = head == Head::multi_layer ? 1 : 0;
            Network network = deep_classifier(5, std::span(encoders).first(depth - 1 - in_head),
                                              depth % 2 == 0 ? sigmoid : tanh, head,
                                              std::span(hidden).first(in_head), 3);
            network.weight_penalty = 0.01;
            network.dropout = depth < 4 ? 0 : 0.3;  // the masks are fixed
            const Example example = labelled(network, 3 + 8 * depth, depth);
            examine(findings, example, depth < 4 ? with<NoDerivativeBelowHead> : with<StopsAtHead>,
                    Shows::in_gradient);
            findings.found(0, chain_difference(example), term_tolerance);
        }
    }
    return findings.result();
}

constexpr Check checks[] = {
    {"head", "δ = (y − p) p (1 − p)", head_check},
    {"fine-tune", "f' or all missing below it", fine_tune_check},
};

}  // namespace

std::span<const Check> classifier_checks() { return checks; }

}  // namespace autoencoder::lecture
