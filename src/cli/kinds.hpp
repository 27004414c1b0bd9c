// The ways to train that the kinds of `train` share. Each takes what is usual for its kind and the
// arguments after its name, and returns the exit status: 1 where the run is stopped by a signal.
#pragma once

#include "cli/settings.hpp"

namespace autoencoder::cli {

/// The names of all kinds of training.
std::vector<std::string> kind_names();

/// One network, all of it at once.
int train_network(TrainSettings settings, const Arguments& arguments);
/// Stage by stage, then, if asked, the unrolled stack as a whole.
int train_stacked(TrainSettings settings, const Arguments& arguments);
/// Encoders, a head on their code, and fine-tuning.
int train_classifier(TrainSettings settings, const Arguments& arguments);
/// Principal components, which need no training.
int train_pca(TrainSettings settings, const Arguments& arguments);

}  // namespace autoencoder::cli
