// What is fed with hostile bytes: every reader, in memory, and whole commands.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "autoencoder/npz.hpp"
#include "io/scratch.hpp"

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

/// Checkpoints, the runs that are resumed from them, and a model that is evaluated.
void add_commands(std::vector<Target>& targets);

/// A folder for the files of commands; patterns with labels.
const Scratch& scratch();
Archive small_data();

/// Words that formats and option lines are made of, for all targets.
const std::vector<std::string>& dictionary();

}  // namespace autoencoder::fuzz
