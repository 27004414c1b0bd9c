// What their arrays mean, where that is a choice: the order of their axes, sums and signs.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <vector>

#include "diagnosis/activity.hpp"
#include "diagnosis/axes.hpp"
#include "diagnosis/theirs.hpp"

namespace autoencoder::diagnosis {

struct Frame {
    std::array<std::uint8_t, sorts> orders = {};  // by sort, into orders_of(sort); 0: ours
    bool misplaced =
        false;  // gradients of kernels, of weights on images: a column-major vector read
                // row-major; of other weights that is their other order
    bool by_shape = false;  // dense layers' weights lie some so and some so, as their shapes say
    bool biases_averaged = false;  // gradients of biases by pattern: their mean is ours
    bool delta_over_n = false;
    double delta_sign = 1;

    // Named, since not every library's array has an ordering of its own.
    std::partial_ordering operator<=>(const Frame&) const = default;

    /// Of this, what the term depends on.
    Frame needed_by(const Given& given) const;
    /// From their δ to ours.
    double delta_factor(std::size_t N) const { return delta_sign * (delta_over_n ? double(N) : 1); }
    /// Whether this says that the numbers lie otherwise than in our order.
    bool reorders(const Given& given) const;
};

/// Every frame that their shapes leave open, the plain one first.
std::vector<Frame> frames_of(const Theirs& theirs, std::size_t N);

/// Their values in our order, as many as they have.
std::vector<double> in_our_order(const Given& given, const Frame& frame, std::size_t N);

/// Ours as they lie in that frame.
Array laid_out(const Case& c, const Term& term, const Real& ours, const Frame& frame);

}  // namespace autoencoder::diagnosis
