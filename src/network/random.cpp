#include "autoencoder/random.hpp"

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

void Random::normal(std::span<double> x) {
    std::size_t i = 0;
    if (has_spare_ && !x.empty()) x[i++] = normal();
    constexpr std::size_t block = 32;  // pairs: their logarithms are taken together
    double u[block], v[block], square[block], log_square[block];
    while (x.size() - i >= 2) {
        const std::size_t pairs = (x.size() - i) / 2 < block ? (x.size() - i) / 2 : block;
        for (std::size_t k = 0; k < pairs; ++k) {
            do {
                u[k] = uniform(-1, 1);
                v[k] = uniform(-1, 1);
                square[k] = u[k] * u[k] + v[k] * v[k];
            } while (square[k] >= 1 || square[k] == 0);
        }
        kernels::current().real64.map(kernels::Function::log, square, log_square, pairs);
        for (std::size_t k = 0; k < pairs; ++k) {
            const double radius = std::sqrt(-2 * log_square[k] / square[k]);
            x[i++] = u[k] * radius;
            x[i++] = v[k] * radius;
        }
    }
    if (i < x.size()) x[i] = normal();
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
