// How far the numbers of a right program may lie from ours: rounding, followed through the right
// computation number by number, so that what one unit loses is allowed to that unit alone.
//
// Single roundings add up like a random walk; what is handed on adds up by squares over the units of a
// sum, and in full over the patterns, which share it. A program is taken to work in the usual way:
// 1/(1 + e^−s), and h (1 − h) or 1 − h² for f'. Then of 1 − h few digits are left where a unit is on, and of
// its own terms, and no others, as few. Where there are none at all it is `lost`, and said: what is left of
// 1 − ρ is no less than what numbers near 1 are rounded to, so that a cost is not above what that has, and a
// gradient is not near 0. `least` is what a program is off by that takes 1 − h = σ(−s).
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "autoencoder/conformance.hpp"
#include "diagnosis/guard.hpp"

namespace autoencoder::diagnosis {

/// What a number may be off by above ours, and below.
struct Sides {
    double above = 0, below = 0;
};

struct Rounding {
    /// By key, as the term's numbers lie: above ours; below, where that is not the same.
    std::map<std::string, std::vector<double>> errors, below, least;
    /// By unit of a layer that has lost digits: whether some of its gradients cannot be rounded to 0.
    std::map<std::string, std::vector<char>> alive;
    std::vector<std::string> lost;  // "unit 1 of layer 1 has ρ = 1 in floating point …"
};

/// A block that is 0 all over, as one that was never assigned: it is no number that comes near 0.
inline bool all_zero(std::span<const double> values) {
    return std::all_of(values.begin(), values.end(), [](double value) { return value == 0; });
}

/// What each number of a term may be off by.
struct Allowed {
    std::span<const double> errors, least;  // of the right computation
    std::span<const double> right;          // its numbers
    double scale;                           // how much larger most of them are under these rules
    double unit;
    std::span<const double> below = {};  // errors of numbers below ours, where they differ
    std::span<const char> alive = {};    // by unit, and how many of the numbers a unit has
    std::size_t of_unit = 1;
    double largest_error = 0;
    double most_printed = 0;  // that printing may have taken
    std::function<double(double)> printed = {};
    std::vector<double> sums = {};  // what the sums under these rules are rounded as, where it is more than the number

    double of(std::size_t i, double theirs, double ours, bool dead = false) const {
        if (dead && 2 * std::abs(ours) >= std::abs(right[i])) return of(least[i], i, theirs, ours);
        const bool under = (theirs < ours) != (ours * right[i] < 0);
        return of(under && !below.empty() ? below[i] : errors[i], i, theirs, ours);
    }
    /// Whether number i is of a unit that has no gradient, and should have.
    bool dead(std::span<const double> theirs, std::size_t i) const {
        return theirs[i] == 0 && i / of_unit < alive.size() && alive[i / of_unit] &&
               all_zero(theirs.subspan(i - i % of_unit, of_unit));
    }
    /// From what the right number may be off by.
    double of(double error, std::size_t i, double theirs, double ours) const {
        const double whole = from(error, i, ours);
        return printed && std::isfinite(ours) ? whole + std::min(printed(theirs), most_printed)
                                              : whole;
    }
    double from(double error, std::size_t i, double ours) const {
        // Below its smallest normal number a type has no digits.
        const double smallest = unit > 1e-12 ? double(std::numeric_limits<float>::min())
                                             : std::numeric_limits<double>::min();
        // What cancels in a sum leaves what its terms were rounded to.
        const double floor = 64 * unit * std::max(std::abs(ours), sums.empty() ? 0 : 4 * sums[i]) + smallest;
        if (!std::isfinite(ours)) return 0;
        // Of a number that is 0 for the lecture and not under these rules, what the others may be off by.
        if (right[i] == 0 && ours != 0) error = std::max(error, largest_error);
        const double larger = right[i] == 0 ? scale : std::max(scale, std::abs(ours / right[i]));
        // Where the right number has no digits, a larger one under other rules has some.
        const double most = std::max(error, std::abs(ours) / 128);
        return std::max(std::min(larger * error, most), floor);
    }
};

/// How much larger numbers are than the right ones: the median of some hundred, but no more than the
/// largest is larger, by so much.
inline double scale_of(std::span<const double> ours, std::span<const double> right, double most) {
    std::vector<double> ratios;
    const std::size_t step = right.size() / 128 + 1;
    for (std::size_t i = 0; i < right.size() && ours.size() == right.size(); i += step)
        if (right[i] != 0 && std::isfinite(ours[i])) ratios.push_back(std::abs(ours[i] / right[i]));
    if (ratios.empty()) return 1;
    const auto middle = ratios.begin() + std::ptrdiff_t(ratios.size() / 2);
    std::nth_element(ratios.begin(), middle, ratios.end());
    return std::min(*middle, most);
}

/// Numbers that are rounded together, beside the right ones.
struct Together {
    double most = 0, right = 0;  // the largest of either
    bool differs = false;

    void see(double ours, double should) {
        most = std::max(most, std::abs(ours));
        right = std::max(right, std::abs(should));
        differs = differs || std::abs(ours - should) > 1e-6 * std::abs(should);
    }
    bool is_larger() const { return most > 4 * right; }
    /// What a difference left of numbers as large as others are, where f' is near 0 for the one and not for the other.
    double left_of(double largest) const { return differs && most > 0 ? largest / 64 : 0; }
};

/// Of a gradient of weights the numbers of a unit share δ, those of an input h: where the largest of either is much
/// larger than the right one, it says what the sums are rounded to. `n`: inputs.
inline void add_rows(Allowed& allowed, std::span<const double> ours, std::size_t n) {
    if (ours.size() != allowed.right.size() || ours.size() % n != 0) return;
    std::vector<Together> units(ours.size() / n), inputs(n);
    Together all;
    for (std::size_t i = 0; i < ours.size(); ++i)
        for (Together* line : {&units[i / n], &inputs[i % n], &all}) line->see(ours[i], allowed.right[i]);
    if (!all.differs || !std::isfinite(all.most)) return;
    for (std::size_t i = 0; i < ours.size(); ++i) {
        const Together &unit = units[i / n], &input = inputs[i % n];
        allowed.sums.push_back(std::max(unit.is_larger() ? unit.most : unit.left_of(all.most), input.is_larger() ? input.most : 0));
    }
}

/// Of a gradient of biases, those that are much larger than the right ones are sums of numbers as large as the largest.
inline void add_biases(Allowed& allowed, std::span<const double> ours) {
    if (ours.size() != allowed.right.size()) return;
    double most = 0;
    for (const double each : ours) most = std::max(most, std::abs(each));
    if (!std::isfinite(most)) return;
    for (std::size_t i = 0; i < ours.size(); ++i) {
        Together one;
        one.see(ours[i], allowed.right[i]);
        allowed.sums.push_back(one.is_larger() ? most : one.left_of(most));
    }
}

/// NaN is the same as NaN, an infinity as itself.
inline bool same_number(double a, double b, double tolerance) {
    if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
    return a == b || std::abs(a - b) <= tolerance;
}

/// Theirs against ours, as many of each.
struct Held {
    bool agrees = true;
    double absolute = 0;   // the largest difference
    double tolerance = 0;  // where it is found; of numbers that differ, where it is exceeded most
    double evidence = 0;   // the largest difference of numbers that are some, in tolerances
    bool by_size = false;  // whether some agree by their size only
    std::size_t wrong = 0;
};
inline Held held(std::span<const double> theirs, std::span<const double> ours,
                 const Allowed& allowed) {
    Held result;
    double exceeded = -1, largest = -1;
    for (std::size_t i = 0; i < ours.size(); ++i) {
        const double apart = std::abs(theirs[i] - ours[i]),
                     tolerance = allowed.of(i, theirs[i], ours[i], allowed.dead(theirs, i));
        const bool same = same_number(theirs[i], ours[i], tolerance);
        if (!same) ++result.wrong;
        if (same && std::isnan(apart)) continue;
        const double size = std::isnan(apart) ? HUGE_VAL : apart;
        const double share = tolerance > 0 ? size / tolerance : size > 0 ? HUGE_VAL : 0;
        result.by_size =
            result.by_size || (same && apart > allowed.of(allowed.least[i], i, theirs[i], ours[i]));
        if (std::isfinite(apart)) result.evidence = std::max(result.evidence, share);
        if (!same && share > exceeded) {
            exceeded = share;
            result.tolerance = tolerance;
        }
        if (result.wrong == 0 && size > largest) result.tolerance = tolerance;
        largest = std::max(largest, size);
    }
    result.agrees = result.wrong == 0;
    result.absolute = std::max(largest, 0.0);
    return result;
}

/// `single`: in float32.
Rounding rounding_of(const Case& c, bool single);
/// Of a program with these guards, whose terms are given.
Rounding rounding_of(const Case& c, bool single, const Guards& guards, const Archive& terms);

}  // namespace autoencoder::diagnosis
