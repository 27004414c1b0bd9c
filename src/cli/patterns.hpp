// Which patterns a command gives to a model: --data, --split, --count.
#pragma once

#include <string>

#include "autoencoder/data.hpp"
#include "autoencoder/model.hpp"
#include "cli/folder.hpp"
#include "cli/options.hpp"

namespace autoencoder::cli {

struct PatternChoice {
    std::string data;    // empty: what the model was trained on
    bool train = false;  // the training patterns instead of the test patterns
    std::size_t count = 0;
};

Group pattern_options(PatternChoice& choice);

/// --noise and the seed that it is drawn from.
Group noise_options(Disturbance& noise, const std::string& fallback = "");
/// The noise that the model learned to undo, if any. Throws std::runtime_error if it is none known.
Corruption trained_noise(const Model& model);

/// The patterns, as wide as the model's input. Throws std::runtime_error if they are not, and
/// std::invalid_argument if no data are named and the model does not know any by name.
Dataset load_patterns(const PatternChoice& choice, const Model& model, const std::string& path);

/// What a training has of a data set; what is remarkable about it is among the remarks of the former.
struct TrainingData {
    Dataset train, test;  // where there are no test patterns, the same
};
TrainingData load_training(const std::string& data, std::size_t count);

/// Notes what a model was trained on, so that load_patterns finds it: `kind`; `data`, if the name is
/// not a path, which may lead elsewhere tomorrow; the number of `patterns`.
void note_origin(Model& model, const std::string& kind, const std::string& data,
                 std::size_t patterns);

}  // namespace autoencoder::cli
