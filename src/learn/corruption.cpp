#include "autoencoder/corruption.hpp"

#include <algorithm>
#include <charconv>

#include "autoencoder/elementwise.hpp"
#include "autoencoder/error.hpp"
#include "autoencoder/text.hpp"

namespace autoencoder {
namespace {

/// p as the number of 32-bit values below which a draw counts.
std::uint64_t threshold(double p) { return std::uint64_t(p * 0x1p32); }

/// x_i = replacement(draw) where a 32-bit draw is below the threshold; two draws from 64 bits, the
/// lower half first. Draws come block by block: the chain of the generator and the comparisons, which
/// the compiler vectorises, each in a loop of its own.
template <class T, class Replacement>
void replace(std::uint64_t limit, Random& random, std::span<T> x, Replacement replacement) {
    if (limit == 0) return;
    const std::uint32_t last = std::uint32_t(limit - 1);
    constexpr std::size_t block = 64;
    std::uint32_t draws[block];
    std::size_t begin = 0;
    for (; begin + block <= x.size(); begin += block) {
        for (std::size_t i = 0; i < block; i += 2) {
            const std::uint64_t bits = random.bits();
            draws[i] = std::uint32_t(bits);
            draws[i + 1] = std::uint32_t(bits >> 32);
        }
        T* const part = x.data() + begin;
        for (std::size_t i = 0; i < block; ++i)
            part[i] = draws[i] <= last ? replacement(draws[i]) : part[i];
    }
    for (std::uint64_t bits = 0; begin < x.size(); ++begin) {
        const bool first = begin % 2 == 0, alone = first && begin + 1 == x.size();
        if (first) bits = random.bits();
        const std::uint32_t draw = std::uint32_t(first && !alone ? bits : bits >> 32);
        if (draw <= last) x[begin] = replacement(draw);
    }
}

}  // namespace

Corruption corruption_of(std::string_view text) {
    if (text == "none") return {};
    const std::size_t colon = text.find(':');
    const std::string_view kind = text.substr(0, colon);
    Corruption c;
    if (kind == "masking") c.noise = Noise::masking;
    else if (kind == "salt-pepper") c.noise = Noise::salt_pepper;
    else if (kind == "gaussian") c.noise = Noise::gaussian;
    const std::string found = ", found '" + std::string(text) + "'";
    require(c.noise != Noise::none && colon != std::string_view::npos,
            "expected masking:P, salt-pepper:P, gaussian:S or none" + found);
    const std::optional<double> level = number_of(text.substr(colon + 1));
    require(level.has_value(), "expected a number after the colon" + found);
    c.level = *level;
    if (c.noise == Noise::gaussian)
        require(c.level >= 0 && c.level < 1e6,
                "expected a standard deviation from 0 to 1e6" + found);
    else
        require(c.level >= 0 && c.level <= 1, "expected a probability in [0, 1]" + found);
    return c;
}

std::string name(const Corruption& corruption) {
    if (corruption.noise == Noise::none) return "none";
    char digits[32];
    const auto [end, error] = std::to_chars(digits, digits + sizeof digits, corruption.level);
    (void)error;
    const char* kind = corruption.noise == Noise::masking       ? "masking:"
                       : corruption.noise == Noise::salt_pepper ? "salt-pepper:"
                                                                : "gaussian:";
    return kind + std::string(digits, end);
}

template <class T>
void corrupt(const Corruption& corruption, Random& random, std::span<T> x) {
    const std::uint64_t limit = threshold(corruption.level);
    switch (corruption.noise) {
        case Noise::none: return;
        case Noise::masking:
            return replace(limit, random, x, [](std::uint32_t) { return T(0); });  // [denoise]
        case Noise::salt_pepper:
            return replace(limit, random, x, [pepper = std::uint32_t(limit / 2)](std::uint32_t draw) {
                return draw < pepper ? T(0) : T(1);
            });
        case Noise::gaussian:
            for (T& value : x) value = T(double(value) + corruption.level * random.normal());
            return;
    }
}

Random noise_stream(std::uint64_t seed, std::uint64_t round, std::size_t q) {
    return Random(seed, (round + 1) << 32 | q);
}

template <class T>
Matrix<T> corrupted(const Corruption& corruption, View<const T> x, std::uint64_t seed,
                    std::uint64_t round) {
    Matrix<T> noisy(x.rows, x.cols);
    in_parallel(x.rows, x.cols, kernels::panel_width, [&](std::size_t begin, std::size_t end) {
        for (std::size_t q = begin; q < end; ++q) {
            std::copy_n(x.row(q).begin(), x.cols, noisy.row(q).begin());
            Random random = noise_stream(seed, round, q);
            corrupt<T>(corruption, random, noisy.row(q));
        }
    });
    return noisy;
}

template Matrix<float> corrupted(const Corruption&, View<const float>, std::uint64_t,
                                 std::uint64_t);
template Matrix<double> corrupted(const Corruption&, View<const double>, std::uint64_t,
                                  std::uint64_t);
template void corrupt(const Corruption&, Random&, std::span<float>);
template void corrupt(const Corruption&, Random&, std::span<double>);

}  // namespace autoencoder
