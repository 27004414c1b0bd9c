// What is run, said before it runs: as a table, or with --json as a line.
#pragma once

#include "cli/page.hpp"
#include "cli/progress.hpp"
#include "cli/settings.hpp"

namespace autoencoder::cli {

/// What is trained on, and below it what is remarkable about that.
std::vector<std::vector<std::string>> data_rows(const Dataset& data);

/// A run of several trainings: kind, data, machine and folder.
void announce_run(const TrainSettings& settings, const Dataset& data, Style style);

/// One of them: its name, network, objective and optimiser.
void announce_training(const PagePart& part, Style style);

/// A run that is one training: all of that.
void announce_whole_run(const TrainSettings& settings, const Dataset& data, const PagePart& part,
                        Style style);

}  // namespace autoencoder::cli
