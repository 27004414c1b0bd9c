// What is measured. A case is one piece of work that we and others can do: its definition, its
// unit, its floating point operations, and the loss it must end with. A turn is doing it once (or,
// where once is too short to time, a few times) and saying how long that took.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace autoencoder::bench {

struct Turn {
    double seconds = 0, loss = 0;
};

/// How a time is told: as a rate (amount / seconds) or as a duration (amount · seconds).
struct Unit {
    std::string name;
    double amount = 1;
    bool rate = true;
    double of(double seconds) const { return rate ? amount / seconds : amount * seconds; }
};

struct Case {
    std::string workload;  // "W1", and "W6" for the products
    std::string variant;   // "sgemm 100x500x784 NT", or nothing where the workload says it all
    std::string request;   // how peers are asked for it: "W1", "gemm s NT 100 500 784"; empty: not
    Unit unit;
    double flops = 0;  // of what a turn's seconds are the time of
    bool real64 = false;
    double loss = 0, tolerance = 0;  // the known loss; tolerance 0: none is known
    std::size_t images = 10'000;     // of MNIST that it needs
    std::size_t reps = 9;            // turns of each party, unless asked otherwise
    std::string round;  // neighbours of the same one take turns with one another; empty: on its own
    /// Builds what is needed, untimed, for the threads in use; the result does one turn.
    std::function<std::function<Turn()>()> prepare;
};

inline double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t half = values.size() / 2;
    return values.size() % 2 ? values[half] : (values[half - 1] + values[half]) / 2;
}

/// Seconds of one call.
template <class Call>
double seconds_of(const Call& call) {
    const auto start = std::chrono::steady_clock::now();
    call();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Calls for 20 milliseconds, at least three times after one that does not count: their median.
/// For what is too short to be timed once.
template <class Call>
double seconds_of_short(const Call& call) {
    call();
    std::vector<double> seconds;
    double sum = 0;
    while (seconds.size() < 3 || sum < 0.02) {
        seconds.push_back(seconds_of(call));
        sum += seconds.back();
    }
    return median(seconds);
}

// Where cases come from. `folder` holds MNIST's files (inputs.hpp).
std::vector<Case> workload_cases(const std::string& name, const std::string& folder);
std::vector<Case> product_cases(bool real64);
std::vector<Case> growth_cases(const std::string& folder);

}  // namespace autoencoder::bench
