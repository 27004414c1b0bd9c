#include "autoencoder/random.hpp"

#include <bit>
#include <cmath>

#include "autoencoder/elementwise.hpp"
#include "autoencoder/error.hpp"

namespace autoencoder {
namespace {

std::uint64_t splitmix64(std::uint64_t& state) {
    std::uint64_t z = state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

}  // namespace

Random::Random(std::uint64_t seed, std::uint64_t stream) {
    std::uint64_t mixed = splitmix64(seed) ^ (stream * 0xd1342543de82ef95);
    for (std::uint64_t& word : state_) word = splitmix64(mixed);
}

std::uint64_t Random::bits() {
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

double Random::normal() {
    if (has_spare_) {
        has_spare_ = false;
        return spare_;
    }
    double u, v, square;
    do {
        u = uniform(-1, 1);
        v = uniform(-1, 1);
        square = u * u + v * v;
    } while (square >= 1 || square == 0);
    const double radius = std::sqrt(-2 * logarithm(square) / square);
    spare_ = v * radius;
    has_spare_ = true;
    return u * radius;
}

std::size_t Random::below(std::size_t n) {
    require(n > 0, "Random::below: expected n > 0");
    // Reject the last, incomplete run of n among the 2⁶⁴ values.
    const std::uint64_t limit = ~std::uint64_t{0} - (~std::uint64_t{0} % n + 1) % n;
    std::uint64_t x = bits();
    while (x > limit) x = bits();
    return std::size_t(x % n);
}

}  // namespace autoencoder
