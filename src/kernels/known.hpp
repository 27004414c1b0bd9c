// How long the jobs of a kind take, so that small ones stay on the thread that has them.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iterator>

#include "autoencoder/parallel.hpp"

namespace autoencoder::kernels {

using Clock = std::chrono::steady_clock;
using std::chrono::microseconds;

constexpr microseconds worth_sharing{4};  // of a job, in all: less than its data takes from core to core

inline void alone(std::size_t count, Pieces pieces) {
    pieces.call(pieces.body, 0, count);
}

/// Jobs of a kind, and what one of them takes a single thread that nobody interrupts.
struct Known {
    void (*call)(const void* body, std::size_t begin, std::size_t end) = nullptr;
    std::size_t count = 0, size = 0, runs = 0;
    Clock::duration work = worth_sharing;  // until it is known
};

inline Known& known_of(std::size_t count, Pieces pieces) {
    thread_local Known all[64];
    Known& known = all[(reinterpret_cast<std::uintptr_t>(pieces.call) / 16 + count + pieces.size) % std::size(all)];
    if (known.call != pieces.call || known.count != count || known.size != pieces.size)
        known = {pieces.call, count, pieces.size};
    return known;
}

/// A small job. How small it is is asked now and then: the clock takes longer than some of them.
inline void small_alone(Known& known, Pieces pieces) {
    constexpr std::size_t seldom = 16;
    if (++known.runs % seldom != 0) return alone(known.count, pieces);
    const auto begin = Clock::now();
    alone(known.count, pieces);
    known.work = std::min(Clock::now() - begin, 2 * known.work);  // it may have been interrupted
}

}  // namespace autoencoder::kernels
