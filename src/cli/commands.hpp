// The commands. Each takes the arguments after its name, prints its results, and returns the exit
// status: 0 done, 1 it ran and the answer is no (or it was stopped). What it cannot do it throws;
// `run` turns that into one line and 2.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace autoencoder::cli {

inline constexpr const char* version = "0.1.0";

int train(std::vector<std::string> arguments);
int encode(std::vector<std::string> arguments);
int decode(std::vector<std::string> arguments);
int denoise(std::vector<std::string> arguments);
int reconstruct(std::vector<std::string> arguments);
int classify(std::vector<std::string> arguments);
int generate(std::vector<std::string> arguments);
int evaluate(std::vector<std::string> arguments);
int show(std::vector<std::string> arguments);
int explain(std::vector<std::string> arguments);
int lecture_page(std::vector<std::string> arguments);
int check(std::vector<std::string> arguments);
int terms(std::vector<std::string> arguments);
int validate(std::vector<std::string> arguments);
int vectors(std::vector<std::string> arguments);
int demo(std::vector<std::string> arguments);
int info(std::vector<std::string> arguments);

/// A run that was stopped and saved, and has no standard output to say so: the line, with the status 1.
struct Unheard : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The whole program: finds the command, runs it, and reports what it throws as one line on stderr.
int run(std::vector<std::string> arguments, const std::string& name = "autoencoder");
/// The name by which it was called, as a shell takes it.
const std::string& program_name();

}  // namespace autoencoder::cli
