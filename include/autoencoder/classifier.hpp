// The deep classifier: a stack of encoders with a head on the top code, in three steps, each of
// which can be left out.
//
//     1 pre-train    the encoders, without labels                         train_greedy
//     2 head         on the codes, which stay as they are                 train(head, …)
//     3 fine-tune    all of it as one network                             train(joined(…), …)
//
// Three heads, as the lecture has them:
//
//     lms            linear units, J^q = ½ ‖y − ŷ‖² on one-hot y, δ = y − ŷ
//     multi-layer    sigmoid layers and a sigmoid output, J^q = ½ ‖y − ŷ‖², δ = (y − ŷ) f'
//     softmax        p_c = e^{s_c} / Σ e^s, J^q = −log p_label, δ = y − p
//
// Labels are 0 … C − 1. This file makes heads and targets, and judges decisions; everything that is
// trained is a Network.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "autoencoder/network.hpp"

namespace autoencoder {

enum class Head { lms, multi_layer, softmax };

/// "lms", "multi-layer", "softmax".
std::string_view name(Head head);
/// The head of this name; std::invalid_argument lists the names if there is none.
Head head_of(std::string_view name);

/// A head on codes of this width: `hidden` are the sigmoid layers of a multi-layer head. The loss
/// is the one that the head needs. Throws std::invalid_argument for fewer than two classes, and where
/// hidden layers are given to another head or missing in a multi-layer one.
Network head_network(Head head, std::size_t inputs, std::span<const std::size_t> hidden,
                     std::size_t classes);

/// C: one more than the largest label. Throws std::invalid_argument if there are no labels, a label
/// is negative, or there is one class only.
std::size_t classes_of(std::span<const int> labels);

/// Targets [N×C]: 1 in the column of the label, 0 elsewhere. Throws std::invalid_argument for a
/// label outside 0 … C − 1.
template <class T>
Matrix<T> one_hot(std::span<const int> labels, std::size_t classes);

/// The class of each row of outputs [N×C]: the largest; of equals the first.
template <class T>
std::vector<int> decide(View<const T> outputs);

/// How often class `row` was taken for class `column` [C×C]. Throws std::invalid_argument if the
/// numbers of labels and decisions differ or one of them is outside 0 … C − 1.
Matrix<std::size_t> confusion(std::span<const int> labels, std::span<const int> decided,
                              std::size_t classes);

/// The share of patterns on the diagonal, 0 … 1; of no patterns 0.
double accuracy(const Matrix<std::size_t>& confusion);

/// The wrong decisions, at most `count`, those first in which the output of the class chosen
/// exceeds that of the true class the most; of equals the first pattern.
template <class T>
std::vector<std::size_t> worst_mistakes(View<const T> outputs, std::span<const int> labels,
                                        std::size_t count);

}  // namespace autoencoder
