// Options of a run of several trainings, one after the other. The first ones go by the usual names;
// those of a later step are the same under longer ones: --epochs becomes --fine-tune-epochs.
#pragma once

#include <set>
#include <string>

#include "cli/train_settings.hpp"

namespace autoencoder::cli {

/// The usual options of objective and training, "--PREFIX-…", tied to the step's settings. Left out
/// are those that the step does not choose: the loss, sparsity, the seed.
Group step_options(TrainSettings& step, const std::string& prefix, std::string title);

/// What `settle` does, for such a step. Throws std::invalid_argument that names the longer options.
void settle_step(TrainSettings& step, const std::string& prefix,
                 const std::set<std::string>& given);

/// Refuses options that were given for a step that does not take place: those that begin with
/// "--PREFIX-". Throws std::invalid_argument, with the reason.
void refuse_step(const std::string& prefix, const std::set<std::string>& given,
                 const std::string& reason);

/// The network with the other terms of the objective as the settings have them.
Network with_objective(Network network, const TrainSettings& settings);

/// A switch that a checkpoint can keep.
Value kept_flag(bool& variable);

}  // namespace autoencoder::cli
