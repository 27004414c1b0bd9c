// Tags as words of a command.
#pragma once

#include "autoencoder/checks.hpp"
#include "autoencoder/npz.hpp"
#include "cli/options.hpp"

namespace autoencoder::cli {

/// Takes the tags out of the arguments: whatever is neither an option nor an option's value.
std::vector<std::string> take_tags(const Command& command, Arguments& arguments);

/// The check of this tag, with or without its brackets. Throws std::invalid_argument, which names the
/// nearest one.
const Check& find_check(std::string tag);

}  // namespace autoencoder::cli
