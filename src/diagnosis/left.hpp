// What floating point leaves of 1 − ρ where a unit is on, and of tanh's 1 + ρ where it is off: a mean of
// numbers near 1 (or −1) is rounded as they are, so that the small number left of it loses its digits.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "diagnosis/rounding.hpp"

namespace autoencoder::diagnosis {

inline constexpr double digits_left = 1. / 3;  // an error beyond this share of a number leaves none

/// log(1 + e^x).
inline double log_one_plus_exp(double x) {
    return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x)));
}

/// Between what times ours a positive number of theirs lies.
struct Between {
    double low = 1, high = 1;
    double one = 0;   // the least that the patterns together add to it
    double step = 0;  // what one rounding is
    bool has_digits() const { return low > 1 - digits_left && high < 1 + digits_left; }
    /// A number that is rounded to 0 has an infinite logarithm: theirs is none.
    Between above_zero(double least) const {
        Between result = *this;
        result.low = std::max({low, step, least});
        return result;
    }
    /// What its logarithm is off by.
    Sides log() const { return {std::max(std::log(high), 0.0), std::max(-std::log(low), 0.0)}; }
};

/// What G(a) is off by where a lies between so many times ours.
inline Sides log_off_by(const Guard& guard, double a, const Between& of, double target,
                        Side side) {
    const auto log_at = [&](double x) {
        return guard.log_of(x, x > 0 ? std::log(x) : -HUGE_VAL, target, side);
    };
    const double at = log_at(side == Side::off ? guard.left_of(a) : a);
    return {std::max(log_at(of.high * a) - at, 0.0), std::max(at - log_at(of.low * a), 0.0)};
}
inline bool has_some(const Sides& log) { return std::max(log.above, log.below) < digits_left; }
inline bool has_slope(const Guard& guard, double a, const Between& of, double target,
                      Side side) {
    const double at =
                     guard.slope_of(side == Side::off ? guard.left_of(a) : a, target, side),
                 most = std::max(guard.slope_of(of.low * a, target, side),
                                 guard.slope_of(of.high * a, target, side));
    return at == 0 || most < at * (1 + digits_left);
}
/// What of 1 − ŷ, or of ŷ, is left by the rounding of ŷ: surely nothing, or as far as it goes.
inline Between left_of(double a, double off_by, Side side, double half_step) {
    if (side == Side::off && a < 0.4 * half_step) return {0, 0};
    return {std::max(1 - off_by, 0.0), 1 + off_by};
}

/// The mean as loops in their precision have it: from the first number or from the last, divided at the
/// end or each. They lose in full what is small beside the sum.
template <class T>
std::vector<double> plain_means(const std::vector<double>& of) {
    const std::size_t N = of.size();
    T forth = 0, back = 0, each_forth = 0, each_back = 0;
    for (std::size_t q = 0; q < N; ++q) {
        forth += T(of[q]);
        back += T(of[N - 1 - q]);
        each_forth += T(of[q]) / T(N);
        each_back += T(of[N - 1 - q]) / T(N);
    }
    return {double(forth / T(N)), double(back / T(N)), double(each_forth), double(each_back)};
}

/// (1 + sign · mean)/k, of activities h that are near −sign; it is `size`, and `off_by` comes from their
/// own roundings. k: 1 of sigmoid, 2 of tanh. half_step: the distance of the numbers below 1.
inline Between left_of_one(const std::vector<double>& h, double size, double off_by, double sign,
                           double k, double half_step) {
    const auto means = [&](const std::vector<double>& of) {
        return half_step > 1e-12 ? plain_means<float>(of) : plain_means<double>(of);
    };
    const double N = double(h.size()), of_mean = half_step * (1.2 * std::sqrt(N) + 1),
                 step = half_step / k / size, near = (2.5 * half_step + of_mean) / k / size;
    off_by += of_mean / size;
    Between result{1 - off_by, 1 + off_by, 0, step};
    for (const double mean : means(h)) {
        const double by_loop = (1 + sign * mean) / k / size;
        result.low = std::min(result.low, by_loop - near);
        result.high = std::max(result.high, by_loop + near);
    }
    result.low = std::max(result.low, 0.0);
    // If all are rounded to their end, can their mean be another number?
    const double rounded_to_end = (k == 2 ? 2.5 : 1.5) * half_step;
    const bool all_at_end =
        std::ranges::all_of(h, [&](double x) { return 1 + sign * x < rounded_to_end; });
    const auto is_other = [&](double mean) { return 1 + sign * mean > 0; };
    if (!all_at_end || std::ranges::none_of(means(std::vector<double>(h.size(), -sign)), is_other))
        result.one = step / N;
    return result;
}

}  // namespace autoencoder::diagnosis
