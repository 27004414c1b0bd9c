// A classifier's training: the lecture's three steps, pre-trained encoders, a head, fine-tuning, and
// what it is worth on the test set after each.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "autoencoder/classifier.hpp"
#include "autoencoder/model.hpp"
#include "cli/stack.hpp"

namespace autoencoder::cli {

struct ClassifierSettings {
    StackSettings stack;
    std::string pretrained = {};  // a model whose encoders are used; empty: they are trained here
    std::string encoder = {};     // the same, a convolutional one; the stack's layers are on top of it
    bool no_pretraining = false, no_head_training = false, no_fine_tuning = false;
    Head head_kind = Head::softmax;
    std::vector<std::size_t> head_hidden = {};
    TrainSettings head = {.weight_penalty = 1e-4, .training = {.iterations = 200}};
    TrainSettings fine_tune = {.dropout = 0.2,
                               .training = {.optimizer = Optimizer::adam, .epochs = 30}};
};

/// Takes the steps and writes the results. `deciding` are the options that decide them; `given` are
/// encoders of another run. Returns the exit status.
template <class T>
int run_classifier(const ClassifierSettings& settings, std::vector<Group> deciding,
                   const Sets& sets, const std::optional<Model>& given, const Archive* checkpoint);

}  // namespace autoencoder::cli
