#include "autoencoder/classifier.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "autoencoder/activation.hpp"
#include "autoencoder/text.hpp"

namespace autoencoder {
namespace {

constexpr std::array<std::string_view, 3> names = {"lms", "multi-layer", "softmax"};

void require_label(int label, std::size_t q, std::size_t classes) {
    require(label >= 0 && std::size_t(label) < classes, [&] {
        return "labels: expected 0 to " + std::to_string(classes - 1) + ", found " +
               std::to_string(label) + " for pattern " + std::to_string(q);
    });
}

}  // namespace

std::string_view name(Head head) { return names[std::size_t(head)]; }

Head head_of(std::string_view name) {
    return named<Head>(names, name, "head");
}

Network head_network(Head head, std::size_t inputs, std::span<const std::size_t> hidden,
                     std::size_t classes) {
    require(classes >= 2, "a head needs at least two classes, found " + std::to_string(classes));
    const bool multi_layer = head == Head::multi_layer;
    require(multi_layer == !hidden.empty(), [&] {
        return "the head " + std::string(name(head)) + " has " +
               (multi_layer ? "hidden layers, found none" : "no hidden layers, found ") +
               (multi_layer ? "" : std::to_string(hidden.size()));
    });
    Network network;
    network.inputs = inputs;
    for (const std::size_t units : hidden) network.layers.push_back({units, Activation::sigmoid});
    switch (head) {
        case Head::lms: network.layers.push_back({classes, Activation::linear}); break;
        case Head::multi_layer: network.layers.push_back({classes, Activation::sigmoid}); break;
        case Head::softmax:
            network.layers.push_back({classes, Activation::softmax});
            network.loss = Loss::cross_entropy;  // squared error and softmax do not go together
            break;
    }
    validate(network);
    return network;
}

std::size_t classes_of(std::span<const int> labels) {
    require(!labels.empty(), "labels: expected one for each pattern, found none");
    const auto [least, most] = std::ranges::minmax(labels);
    require(least >= 0, [&, found = least] {
        return "labels: expected 0 and above, found " + std::to_string(found);
    });
    require(most >= 1, "labels: expected at least two classes, found one");
    return std::size_t(most) + 1;
}

template <class T>
Matrix<T> one_hot(std::span<const int> labels, std::size_t classes) {
    Matrix<T> y(labels.size(), classes);
    for (std::size_t q = 0; q < labels.size(); ++q) {
        require_label(labels[q], q, classes);
        y(q, std::size_t(labels[q])) = 1;
    }
    return y;
}

template <class T>
std::vector<int> decide(View<const T> outputs) {
    require(outputs.cols > 0, "decide: expected at least one class");
    std::vector<int> decided;
    for (std::size_t q = 0; q < outputs.rows; ++q) {
        const std::span<const T> row = outputs.row(q);
        decided.push_back(int(std::max_element(row.begin(), row.end()) - row.begin()));
    }
    return decided;
}

Matrix<std::size_t> confusion(std::span<const int> labels, std::span<const int> decided,
                              std::size_t classes) {
    require(labels.size() == decided.size(), [&] {
        return "confusion: " + std::to_string(labels.size()) + " labels but " +
               std::to_string(decided.size()) + " decisions";
    });
    Matrix<std::size_t> counts(classes, classes);
    for (std::size_t q = 0; q < labels.size(); ++q) {
        require_label(labels[q], q, classes);
        require_label(decided[q], q, classes);
        ++counts(std::size_t(labels[q]), std::size_t(decided[q]));
    }
    return counts;
}

double accuracy(const Matrix<std::size_t>& confusion) {
    std::size_t right = 0, all = 0;
    for (std::size_t i = 0; i < confusion.rows; ++i) {
        right += confusion(i, i);
        for (const std::size_t count : confusion.row(i)) all += count;
    }
    return all == 0 ? 0 : double(right) / double(all);
}

template <class T>
std::vector<std::size_t> worst_mistakes(View<const T> outputs, std::span<const int> labels,
                                        std::size_t count) {
    require(labels.size() == outputs.rows, [&] {
        return "worst_mistakes: " + std::to_string(outputs.rows) + " outputs but " +
               std::to_string(labels.size()) + " labels";
    });
    const std::vector<int> decided = decide(outputs);
    std::vector<std::size_t> wrong;
    for (std::size_t q = 0; q < labels.size(); ++q) {
        require_label(labels[q], q, outputs.cols);
        if (decided[q] != labels[q]) wrong.push_back(q);
    }
    const auto excess = [&](std::size_t q) {
        return outputs(q, std::size_t(decided[q])) - outputs(q, std::size_t(labels[q]));
    };
    std::ranges::stable_sort(wrong, std::greater<>(), excess);
    wrong.resize(std::min(count, wrong.size()));
    return wrong;
}

template Matrix<float> one_hot(std::span<const int>, std::size_t);
template Matrix<double> one_hot(std::span<const int>, std::size_t);
template std::vector<int> decide(View<const float>);
template std::vector<int> decide(View<const double>);
template std::vector<std::size_t> worst_mistakes(View<const float>, std::span<const int>,
                                                 std::size_t);
template std::vector<std::size_t> worst_mistakes(View<const double>, std::span<const int>,
                                                 std::size_t);

}  // namespace autoencoder
