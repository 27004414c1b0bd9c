// What this machine can do at most: multiply-adds in registers, a word between two cores, and bytes from
// each level of the memory, read alone and in STREAM's triad (two reads and a write; the write's own reading of the
// line is not counted).
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace autoencoder::bench {

struct Limit {
    std::string what;  // "peak fma f32 avx512", "L2 (512 KiB a core) read"
    std::size_t threads = 1;
    std::string unit;  // "GFLOP/s", "ns", "GB/s"
    std::vector<double> values;
};

/// Measures them all, and hands over each as soon as it is known.
void measure_limits(std::size_t threads, std::size_t reps,
                    const std::function<void(const Limit&)>& take);

}  // namespace autoencoder::bench
