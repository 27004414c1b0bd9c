// The model that a command is given.
#pragma once

#include <string>

#include "autoencoder/model.hpp"

namespace autoencoder::cli {

/// load_model; where the file is something else, the complaint says what it is and what is wanted.
Model given_model(const std::string& path);

/// Refuses a classifier, as std::invalid_argument: its output is no pattern.
void require_autoencoder(const Model& model, const std::string& command, const std::string& path);

}  // namespace autoencoder::cli
