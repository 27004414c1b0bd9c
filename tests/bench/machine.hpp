// The machine while we measure: its cores, what they can do at most, and whether they are ours.
//
// Virtual cores may be two halves of one physical core for a while, or be lent to somebody else. No
// counter shows it, but two rates do: that of multiply-adds, and that of additions of integers, where the
// other half of the core works on something else than floats and takes its share of the instructions (from
// a product on AVX2 a third of its speed, and from the multiply-adds, which are few, nothing). And they may
// be cores that share a cache for a while, and for a while lie on different dies: then a word from one to
// the other takes six times as long, and mini-batches on two threads take up to twice theirs. So these
// are measured on the same cores before and after every timing, for a few milliseconds, each thread bound to
// its core. Other programs on this machine do not show in so short a probe; Linux's accounts of processor
// time tell of them.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <map>
#include <vector>

#include "loops.hpp"

namespace autoencoder::bench {

/// The cores that threads are bound to, in order.
std::vector<int> cores();
/// Binds this process to the first `count` of them; its threads may bind themselves later.
void bind_process(std::size_t count);

/// Runs body(thread) on `threads` threads, each bound to its core, that start together: seconds
/// from the first one's beginning to the last one's end.
double together(std::size_t threads, const std::function<void(std::size_t)>& body);

/// Seconds that a word takes from the first core to another and back: of so many cores, the farthest.
double round_trip(std::size_t threads);

/// Seconds that the first `threads` cores have spent on others than these processes, or that the
/// host kept for itself; good to a few hundredths.
double taken_by_others(std::size_t threads, const std::vector<pid_t>& ours);

/// How many threads of other programs want to run at this moment, the caller's own being asleep.
std::size_t waiting_to_run();

/// Measures one instruction set's rate of multiply-adds, and judges by it.
class Probe {
public:
    explicit Probe(const Loops& loops);

    /// Whether this instruction set has a loop to measure with.
    bool able() const { return loops_.fma32 != nullptr; }
    /// GFLOP/s of this many threads at once, now.
    double rate(std::size_t threads, bool real64);
    /// Additions a nanosecond, likewise.
    double additions(std::size_t threads);

    struct Look {
        double rate = 0;    // GFLOP/s
        // Both rates are at least `enough` of the best that one thread gave, times threads, and the cores are
        // not `far` times as far from one another as they once were.
        bool quiet = true;
    };
    Look look(std::size_t threads, bool real64);

    static constexpr double enough = 0.9, far = 2;

private:
    Loops loops_;
    double best_[2] = {0, 0};  // GFLOP/s of one thread, float and double
    double best_additions_ = 0;
    std::map<std::size_t, double> best_trip_;  // by threads
};

}  // namespace autoencoder::bench
