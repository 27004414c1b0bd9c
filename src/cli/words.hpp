// A training in words, for a line of output or of the report each.
#pragma once

#include <string>

#include "autoencoder/data.hpp"
#include "autoencoder/training.hpp"

namespace autoencoder::cli {

/// "digits: 10,000 patterns of 784 (28×28)".
std::string data_words(const Dataset& data);
/// "784-196-784, sigmoid-sigmoid; 308,308 parameters".
std::string network_words(const Network& network);
/// The terms of the objective.
std::string objective_words(const Network& network, const TrainingOptions& options);
/// How it is minimised.
std::string optimiser_words(TrainingOptions options);

}  // namespace autoencoder::cli
