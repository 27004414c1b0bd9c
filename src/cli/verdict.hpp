// What an autoencoder is worth, for its page: beside the simplest that could be done, and in sentences where
// something has gone wrong.
#pragma once

#include <string>
#include <vector>

#include "autoencoder/data.hpp"
#include "autoencoder/model.hpp"
#include "cli/page.hpp"

namespace autoencoder::cli {

/// Adds to the facts the squared error of training and test patterns, that of the mean pattern and of as
/// many principal components as the code has units, mean activity and dead units; and to the judgements a
/// sentence for each thing that is wrong: nothing learned, dead units, a collapsed code, targets out of the
/// output's reach.
void judge_autoencoder(const Model& model, const Dataset& train, const Dataset& test,
                       std::vector<Fact>& facts, std::vector<std::string>& judgements);

}  // namespace autoencoder::cli
