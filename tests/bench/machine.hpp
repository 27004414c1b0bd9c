// The machine while we measure: its cores, what they can do at most, and whether they are ours.
//
// Virtual cores may be two halves of one physical core for a while, or be lent to somebody else. No
// counter shows it, but the rate of multiply-adds does: so it is measured on the same cores before
// and after every timing, for a few milliseconds, each thread bound to its core.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "loops.hpp"

namespace autoencoder::bench {

/// The cores that threads are bound to, in order.
std::vector<int> cores();
/// Binds this process (to begin with; threads may bind themselves later) to the first `count` of them.
void bind_process(std::size_t count);

/// Runs body(thread) on `threads` threads, each bound to its core, that start together: seconds from
/// the first one's beginning to the last one's end.
double together(std::size_t threads, const std::function<void(std::size_t)>& body);

/// Measures one instruction set's rate of multiply-adds, and judges by it.
class Probe {
public:
    explicit Probe(const Loops& loops);

    /// Whether this instruction set has a loop to measure with.
    bool able() const { return loops_.fma32 != nullptr; }
    /// GFLOP/s of this many threads at once, now.
    double rate(std::size_t threads, bool real64);
    /// Whether such a rate is at least `enough` of so many times the best that one thread ever gave.
    bool quiet(double rate, std::size_t threads, bool real64) const;

    static constexpr double enough = 0.9;

private:
    Loops loops_;
    double best_[2] = {0, 0};  // GFLOP/s of one thread, float and double
};

}  // namespace autoencoder::bench
