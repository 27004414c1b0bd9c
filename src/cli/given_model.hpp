// The model that a command is given.
#pragma once

#include <string>
#include <string_view>

#include "autoencoder/data.hpp"
#include "autoencoder/model.hpp"
#include "autoencoder/npz.hpp"

namespace autoencoder::cli {

/// load_model; where the file is something else, the complaint says what it is and what is wanted.
Model given_model(const std::string& path);

/// Of patterns as a file has them: in colour, or of maps, they say so by their shape, (N, 3, height, width); those of a
/// data set, under the key x, also in grey, (N, height, width).
Array::Shape pattern_shape(const Model& model, std::size_t rows, std::size_t numbers, std::string_view key);

/// Refuses a classifier, as std::invalid_argument: its output is no pattern.
void require_autoencoder(const Model& model, const std::string& command, const std::string& path);

/// What tells a model's parameters from others, and beside its codes says whose they are.
std::string mark_of(const Model& model);
/// Refuses, as std::runtime_error, codes that are marked as another model's.
void require_codes_of(const Model& model, const std::string& path, const Archive& codes);

/// What tells patterns from others, and behind a hyphen their labels, where there are any.
std::string mark_of(const Dataset& patterns);
/// Whether a model notes other patterns than these, or other labels of them.
bool has_changed(const Model& model, const std::string& mark, const char* which = "mark");

}  // namespace autoencoder::cli
