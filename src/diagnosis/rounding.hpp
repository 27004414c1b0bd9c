// How far the numbers of a right program may lie from ours: rounding, followed through the right
// computation number by number, so that what one unit loses is allowed to that unit alone.
//
// Single roundings add up like a random walk; what is handed on adds up by squares over the units of a
// sum, and in full over the patterns, which share it. A program is taken to work in the usual way:
// 1/(1 + e^−s), and h (1 − h) or 1 − h² for f'. Then of 1 − h few digits are left where a unit is on, and of
// its own terms, and no others, as few. Where there are none at all such a unit is `lost`: then numbers are
// held to what a program gets that takes 1 − h = σ(−s), and where theirs differ it is said why.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "autoencoder/conformance.hpp"

namespace autoencoder::diagnosis {

struct Rounding {
    std::map<std::string, std::vector<double>> errors;  // by key, as the term's numbers lie
    std::vector<std::string> lost;                      // "unit 1 of layer 1 has ρ = 1 in floating point …"
};

/// What each number of a term may be off by.
struct Allowed {
    const std::vector<double>* errors;  // of the right computation
    double scale;                       // how much larger the term is under these rules
    double unit;

    double of(std::size_t i, double ours) const {
        // Below its smallest normal number a type has no digits.
        const double smallest = unit > 1e-12 ? double(std::numeric_limits<float>::min())
                                             : std::numeric_limits<double>::min();
        const double least = 64 * unit * std::abs(ours) + smallest;
        return std::isfinite(ours) ? std::max(scale * (*errors)[i], least) : 0;
    }
};

/// NaN is the same as NaN, an infinity as itself.
inline bool same_number(double a, double b, double tolerance) {
    if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
    return a == b || std::abs(a - b) <= tolerance;
}

/// A block that is 0 all over, as one that was never assigned: it is no number that comes near 0.
inline bool all_zero(std::span<const double> values) {
    return std::all_of(values.begin(), values.end(), [](double value) { return value == 0; });
}

/// Theirs against ours, as many of each.
struct Held {
    bool agrees = true;
    double absolute = 0;   // the largest difference
    double tolerance = 0;  // where it is found; of numbers that differ, where it is exceeded most
    double evidence = 0;   // the largest difference of numbers that are some, in tolerances
};
inline Held held(std::span<const double> theirs, std::span<const double> ours, const Allowed& allowed) {
    Held result;
    double exceeded = -1, largest = -1;
    for (std::size_t i = 0; i < ours.size(); ++i) {
        const double apart = std::abs(theirs[i] - ours[i]), tolerance = allowed.of(i, ours[i]);
        const bool same = same_number(theirs[i], ours[i], tolerance);
        if (same && std::isnan(apart)) continue;
        const double size = std::isnan(apart) ? HUGE_VAL : apart;
        const double share = tolerance > 0 ? size / tolerance : size > 0 ? HUGE_VAL : 0;
        if (std::isfinite(apart)) result.evidence = std::max(result.evidence, share);
        if (!same && share > exceeded) {
            exceeded = share;
            result.tolerance = tolerance;
        }
        if (result.agrees && same && size > largest) result.tolerance = tolerance;
        largest = std::max(largest, size);
        result.agrees = result.agrees && same;
    }
    result.absolute = std::max(largest, 0.0);
    return result;
}

/// `single`: in float32.
Rounding rounding_of(const Case& c, bool single);

}  // namespace autoencoder::diagnosis
