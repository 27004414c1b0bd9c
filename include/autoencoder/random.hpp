// Random numbers, the same on every machine: the standard library's distributions and shuffle differ
// between libraries, so these are our own.
//   generator  xoshiro256** (Blackman & Vigna 2018), its state filled by splitmix64 from the seed
//              and a stream number; streams of one seed are unrelated.
//   normal     Marsaglia's polar method, with our own logarithm.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace autoencoder {

/// A stream of random numbers. Copies continue on their own.
class Random {
public:
    explicit Random(std::uint64_t seed, std::uint64_t stream = 0);

    /// 64 random bits.
    std::uint64_t bits() {
        const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
        const std::uint64_t t = state_[1] << 17;
        state_[2] ^= state_[0];
        state_[3] ^= state_[1];
        state_[1] ^= state_[2];
        state_[0] ^= state_[3];
        state_[2] ^= t;
        state_[3] = std::rotl(state_[3], 45);
        return result;
    }
    /// Uniform in [0, 1), a multiple of 2⁻⁵³.
    double uniform() { return double(bits() >> 11) * 0x1p-53; }
    /// Uniform in [low, high).
    double uniform(double low, double high) { return low + (high - low) * uniform(); }
    /// Standard normal.
    double normal();
    /// As many of them: the same numbers as one by one, in less time.
    void normal(std::span<double> x);
    /// Uniform in 0 … n − 1, without bias; n > 0.
    std::size_t below(std::size_t n);
    /// Every order of the items equally likely (Fisher & Yates).
    template <class T>
    void shuffle(std::span<T> items) {
        for (std::size_t i = items.size(); i > 1; --i) {
            const std::size_t j = below(i);
            const T item = items[i - 1];
            items[i - 1] = items[j];
            items[j] = item;
        }
    }

private:
    std::uint64_t state_[4];
    double spare_ = 0;  // the polar method makes two at a time
    bool has_spare_ = false;
};

}  // namespace autoencoder
