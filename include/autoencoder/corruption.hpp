// Corruption: what a denoising autoencoder has to undo.
//
//     x̃ ~ C(x̃|x),  ŷ = decode(encode(x̃)),  J^q = ½ ‖x^q − ŷ^q‖²
//
// The target is the *clean* x. C is one of
//     masking      each number becomes 0 with this probability
//     salt_pepper  each number becomes 0 or 1, equally often, with this probability
//     gaussian     normal noise of this standard deviation is added, not clipped
// after Vincent et al. 2010, section 3.3.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "autoencoder/matrix.hpp"
#include "autoencoder/random.hpp"

namespace autoencoder {

enum class Noise { none, masking, salt_pepper, gaussian };

struct Corruption {
    Noise noise = Noise::none;
    double level = 0;  // a probability in [0, 1], or a standard deviation
};

/// "masking:0.3", "salt-pepper:0.2", "gaussian:0.5" or "none"; std::invalid_argument says what is wrong.
Corruption corruption_of(std::string_view text);
std::string name(const Corruption& corruption);

/// x becomes x̃, drawn from the stream.
template <class T>
void corrupt(const Corruption& corruption, Random& random, std::span<T> x);

/// The noise on pattern q in a round of the seed, whatever batch the pattern falls into. In
/// training an epoch is a round.
Random noise_stream(std::uint64_t seed, std::uint64_t round, std::size_t q);

/// A round that is no epoch: for patterns that are not learned from.
inline constexpr std::uint64_t evaluation_round = 0x7fffffff;

/// x̃ for every row of x [N×n], each from its stream of this round.
template <class T>
Matrix<T> corrupted(const Corruption& corruption, View<const T> x, std::uint64_t seed,
                    std::uint64_t round);

}  // namespace autoencoder
