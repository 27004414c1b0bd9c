// The options of a command as a table, from which both the parser and --help are made.
//
//     --name value     --name=value     --switch     --help
#pragma once

#include <set>
#include <string>
#include <vector>

#include "cli/text.hpp"
#include "cli/values.hpp"

namespace autoencoder::cli {

using Arguments = std::vector<std::string>;

/// Why an option has no effect, as its other options are; "" where it has one.
using Idle = std::function<std::string()>;

struct Option {
    std::string name;  // with its dashes
    Value value;
    std::string help;
    std::string tag = {};       // the equation that it belongs to
    std::string fallback = {};  // the default in words, where the value's own text does not say it
    Idle idle = {};             // none: it always has an effect
};

struct Group {
    std::string title;
    std::vector<Option> options;
};

struct Command {
    std::string name;                // "train sparse"
    std::string summary;             // one line
    std::vector<std::string> words;  // what it takes besides options: "MODEL.npz"; "FILE…": one or more
    std::vector<Group> groups;
    std::string notes = {};          // below the options, lines of their own
};

struct Parsed {
    bool help = false;
    std::vector<std::string> words;  // as many as Command::words, or more
    std::set<std::string> given;     // names of the options that were given
};

/// The option of that name, or nothing.
const Option* find_option(const std::vector<Group>& groups, const std::string& name);

/// Takes the values of the options that are given. With --help among the arguments nothing is taken
/// and `help` is set. Throws std::invalid_argument, one line: an unknown option and the nearest
/// known one, a value that is missing or out of its range, a word too many or too few.
Parsed parse(const Command& command, const Arguments& arguments);

/// Prints the page that --help asks for: usage, options with their defaults and equations. Returns 0,
/// the exit status.
int print_help(const Command& command);

/// Where the table goes instead, if anywhere, with its defaults as texts: whoever wants those of all commands
/// asks each for help.
std::vector<Command>*& help_collected();

/// The group that every command with work to do has: --threads and --isa. They take effect at once.
Group machine_options();

}  // namespace autoencoder::cli
