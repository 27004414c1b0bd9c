// What is fed with hostile bytes: every reader, in memory, and whole commands.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "autoencoder/file.hpp"

namespace autoencoder::fuzz {

/// A reader, with valid inputs, which the program makes itself. It may throw std::runtime_error or
/// std::invalid_argument in one line, and nothing else.
struct Target {
    std::string name;
    std::function<void(ByteView)> read;
    std::vector<Bytes> seeds;
    unsigned one_in =
        1;  // a whole command takes as long as many inputs of a reader: of so many it gets one
};

const std::vector<Target>& targets();

/// Words that formats and option lines are made of, for all targets.
const std::vector<std::string>& dictionary();

}  // namespace autoencoder::fuzz
