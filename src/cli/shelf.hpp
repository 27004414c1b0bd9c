// What is installed beside the program, made from the tables that --help is made from.
#pragma once

#include <string>
#include <vector>

#include "cli/options.hpp"

namespace autoencoder::cli {

/// autoencoder.1, for man.
std::string man_page(const std::vector<Command>& commands);

/// The completion of a line in a shell, bash or zsh. Throws std::invalid_argument for another.
std::string completion(const std::string& shell, const std::vector<Command>& commands);

}  // namespace autoencoder::cli
