// Whether it pays to share a job. Large ones always are, and others beside them, very small ones never; of small ones
// alone it is measured.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iterator>

#include "autoencoder/parallel.hpp"

namespace autoencoder::kernels {

using Clock = std::chrono::steady_clock;
using std::chrono::microseconds;

constexpr microseconds worth_sharing{4};   // of a job, in all: less than its data takes from core to core
constexpr microseconds surely_worth{200};  // likewise: no longer a question

inline void alone(std::size_t count, Pieces pieces) {
    pieces.call(pieces.body, 0, count);
}

/// What jobs took on the average, without the first; one that was interrupted counts as twice the quickest.
class Usual {
public:
    void count(Clock::duration took) {
        if (runs_++ == 0) return;
        quickest_ = std::min(quickest_, took);
        sum_ += std::min(took, 2 * quickest_);
    }
    unsigned runs() const { return runs_; }
    Clock::duration took() const { return sum_ / int(runs_ - 1); }

private:
    unsigned runs_ = 0;
    Clock::duration quickest_ = std::chrono::hours(1), sum_{};
};

/// Jobs of a kind. Some are run alone, then as many shared: so the next ones are run as the quicker ones were.
class Known {
public:
    Known() = default;
    Known(std::size_t count, Pieces pieces)
        : call_(pieces.call), count_(count), size_(pieces.size),
          work_(size_ >= 65536 ? surely_worth : worth_sharing) {}  // until it is known

    bool is_free() const { return !call_; }
    bool is_of(std::size_t count, Pieces pieces) const {
        return call_ == pieces.call && count_ == count && size_ == pieces.size;
    }

    /// shared(usual): runs it on all threads, and says what it takes a single one that nobody interrupts, of which
    /// `usual` is what has been seen so far. `beside_large`: the other threads are awake, and have their part of the data.
    template <class Shared>
    void run(Pieces pieces, bool beside_large, const Shared& shared) {
        if (work_ < worth_sharing) return alone_and_seldom_timed(pieces);
        if (work_ >= surely_worth || beside_large) {
            work_ = share(shared);
            return;
        }
        if (decided_ > 0) {
            --decided_;
            return pays_ ? void(share(shared)) : alone(count_, pieces);
        }
        const bool first = alone_.runs() < trial;
        const auto begin = Clock::now();
        first ? alone(count_, pieces) : void(share(shared));
        (first ? alone_ : shared_).count(Clock::now() - begin);
        if (shared_.runs() == trial || (alone_.runs() == trial && alone_.took() < worth_sharing)) decide();
    }

    template <class Shared>
    Clock::duration share(const Shared& shared) {
        const Clock::duration work = shared(usual_);
        usual_ = std::min(work, usual_ + usual_ / 1024);
        return work;
    }

private:
    static constexpr unsigned trial = 9, soon = 256, seldom = 16384, timed = 16;

    void decide() {
        const bool paid = pays_;
        work_ = alone_.took();
        pays_ = work_ >= worth_sharing && shared_.took() < work_;
        until_ = paid == pays_ ? std::min(4 * until_, seldom) : soon;
        decided_ = until_;
        alone_ = shared_ = {};
    }

    /// The clock takes longer than some of them.
    void alone_and_seldom_timed(Pieces pieces) {
        if (++runs_ % timed != 0) return alone(count_, pieces);
        const auto begin = Clock::now();
        alone(count_, pieces);
        work_ = std::min(Clock::now() - begin, 2 * work_);  // it may have been interrupted
    }

    void (*call_)(const void* body, std::size_t begin, std::size_t end) = nullptr;
    std::size_t count_ = 0, size_ = 0;
    Clock::duration work_{}, usual_ = std::chrono::hours(1);
    unsigned runs_ = 0, decided_ = 0, until_ = soon;
    bool pays_ = false;
    Usual alone_, shared_;
};

inline Known& known_of(std::size_t count, Pieces pieces) {
    thread_local Known all[128];
    const std::size_t first = reinterpret_cast<std::uintptr_t>(pieces.call) / 16 + count + pieces.size;
    for (std::size_t place = first; place < first + 8; ++place) {
        Known& known = all[place % std::size(all)];
        if (known.is_of(count, pieces)) return known;
        if (known.is_free()) return known = {count, pieces};
    }
    return all[first % std::size(all)] = {count, pieces};
}

}  // namespace autoencoder::kernels
