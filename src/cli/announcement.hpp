// What is run, said before it runs: as a table, or with --json as a line.
#pragma once

#include "cli/page.hpp"
#include "cli/progress.hpp"
#include "cli/settings.hpp"

namespace autoencoder::cli {

/// A run: its kind, data, machine and folder (settings), and its one training (part); or, where it has
/// several, the run without them and then each of them alone. What is not said is nullptr.
void announce(const TrainSettings* settings, const Dataset& data, const PagePart* part, Style style);

}  // namespace autoencoder::cli
