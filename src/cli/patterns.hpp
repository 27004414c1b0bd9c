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

/// Notes what a model was trained on, so that load_patterns finds it: `kind`; `data`, if the name is
/// not a path, which may lead elsewhere tomorrow; the number of `patterns`.
void note_origin(Model& model, const std::string& kind, const std::string& data,
                 std::size_t patterns);

/// Adds h^l of patterns under that key, in the model's precision.
void add_activity(Archive& result, const char* key, const Model& model, View<const float> x,
                  std::size_t l);
/// Adds the key `labels`, where the patterns have any.
void add_labels(Archive& result, const Dataset& patterns);

/// The layer of that number: 1 … `last`; 0: the middle one, the code. Throws std::invalid_argument.
std::size_t chosen_layer(const Network& network, std::size_t layer, std::size_t last);

/// Beside the model, unless the user said where.
std::string beside(const std::string& model, const std::string& out, const char* name);

/// Writes the file, and prints where it is and what stands in it under this key.
void write_result(const std::string& path, const Archive& result, const char* key);

}  // namespace autoencoder::cli
