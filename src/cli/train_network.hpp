// Training a dense autoencoder from the command line, from the options to the folder of results.
#pragma once

#include "cli/train_settings.hpp"

namespace autoencoder::cli {

/// Reads the options over the settings, which hold the kind's defaults; trains; writes model.npz,
/// log.csv, the pictures and, where the run is stopped or asked to, checkpoint.npz. Returns 0, or 1
/// if the run was stopped by a signal.
int train_network(TrainSettings& settings, const Arguments& arguments);

/// "784-196-784, sigmoid-sigmoid; 308,308 parameters", the terms of the objective, and how it is
/// minimised, for a line of output each.
std::string network_words(const Network& network);
std::string objective_words(const Network& network, const TrainingOptions& options);
std::string optimiser_words(TrainingOptions options);

}  // namespace autoencoder::cli
