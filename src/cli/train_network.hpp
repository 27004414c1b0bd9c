// Training a dense autoencoder from the command line, from the options to the folder of results.
#pragma once

#include "cli/train_settings.hpp"

namespace autoencoder::cli {

/// Reads the options over the settings, which hold the kind's defaults; trains; writes model.npz,
/// log.csv, the pictures, report.html and, where the run is stopped or asked to, checkpoint.npz.
/// Returns 0, or 1 if the run was stopped by a signal.
int train_network(TrainSettings& settings, const Arguments& arguments);

}  // namespace autoencoder::cli
