// What the threads are worth where others want the cores.
#pragma once

#include <algorithm>
#include <chrono>
#include <ctime>

#include "kernels/known.hpp"

namespace autoencoder::kernels {

/// What this thread has run, so far.
inline Clock::duration run_time() {
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec);
}

/// Two ways to share jobs: each thread where the system runs it, or doubled up, two on a core (places.hpp). Where others
/// want the cores, the system runs neither the caller all the time nor who has a piece for which it waits: so of the time
/// in jobs it has run less than that. Then the other way is tried; that in which more work is done in a time is kept,
/// twice as long each time before the other one is tried again.
class Worth {
public:
    /// The way of the next job.
    bool is_doubled() const { return doubled_; }
    bool is_doubted() const { return doubted_; }

    /// A job of the caller's: what a single thread takes for it that nobody interrupts, and what it took.
    void count(Clock::duration work, Clock::duration took) {
        work_ += work;
        took_ += took;
        if (took_ < until_) return;
        const double rate = double(work_.count()) / double(took_.count());
        const auto run = run_time();
        const bool is_crowded = 4 * (run - run_) < 3 * took_;
        run_ = run;
        work_ = took_ = {};
        if (doubled_ == better_) {
            rate_ = rate;
            doubted_ = doubled_ || is_crowded;
            if (!doubted_) stay_ = std::max<Clock::duration>(stay_ / 2, trial);
            doubled_ ^= doubted_;
            until_ = doubted_ ? trial : window;
            return;
        }
        const bool changes = rate > rate_;
        stay_ = changes ? trial : std::min<Clock::duration>(2 * stay_, longest);
        if (changes) better_ = doubled_, rate_ = rate;
        doubled_ = better_;
        until_ = stay_;
    }

private:
    static constexpr microseconds window{10000}, trial{40000}, longest{1280000};
    Clock::duration work_{}, took_{}, run_{}, until_ = window, stay_ = trial;
    double rate_ = 0;  // in the better way
    bool doubled_ = false, better_ = false, doubted_ = false;
};

}  // namespace autoencoder::kernels
