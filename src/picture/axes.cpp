// Ticks are at 1, 2 or 5 times a power of ten. The logarithm is a series of its own, since those of the
// libraries differ in their last bits and a figure's bytes shall not.
#include "picture/axes.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "autoencoder/error.hpp"

namespace autoencoder {
namespace {

constexpr double largest_value = 1e300;  // beyond, the round numbers around it overflow

/// log₁₀ v = (e + log₂ m) log₁₀ 2 for v = 2ᵉ m, ½ ≤ m < 1, with ln m = 2 artanh((m − 1)/(m + 1)).
/// Good to about 10⁻¹², a billionth of a pixel.
double log10_of(double value) {
    int exponent = 0;
    const double m = std::frexp(value, &exponent);
    const double t = (m - 1) / (m + 1);
    double power = t, sum = 0;
    for (int k = 1; k < 25; k += 2, power *= t * t) sum += power / k;
    constexpr double log10_e = 0.43429448190325182765, log10_2 = 0.30102999566398119521;
    return exponent * log10_2 + 2 * sum * log10_e;
}

double power_of_ten(int exponent) {
    double power = 1;
    for (int i = 0; i < std::abs(exponent); ++i) power *= 10;
    return exponent < 0 ? 1 / power : power;
}

/// Digits · 10^exponent with digits 1, 2 or 5.
struct Round {
    int digits, exponent;

    double value() const { return digits * power_of_ten(exponent); }
    Round next() const {
        return digits == 1 ? Round{2, exponent}
               : digits == 2 ? Round{5, exponent}
                             : Round{1, exponent + 1};
    }
};

/// The smallest round number that is not below the value.
Round round_above(double value) {
    Round found{1, static_cast<int>(std::floor(log10_of(value))) - 1};
    while (found.value() < value) found = found.next();
    return found;
}

/// A multiple of 10^exponent in as many digits as it needs.
std::string label(double value, int exponent) {
    if (value == 0) return "0";
    char text[64];
    const double size = std::abs(value);
    const bool plain = size < 1e6 && exponent >= -5;
    // In the scientific form the digits run from the value's own power of ten down to `exponent`.
    const int digits =
        plain ? -exponent : static_cast<int>(std::floor(log10_of(size) + 1e-9)) - exponent;
    const auto end =
        std::to_chars(text, text + sizeof text, value,
                      plain ? std::chars_format::fixed : std::chars_format::scientific,
                      std::clamp(digits, 0, 17));
    const std::string written(text, end.ptr);
    if (plain) return written;
    const std::size_t e = written.find('e');  // 1e-06 reads 1e-6, and 1e+12 reads 1e12
    return written.substr(0, e + 1) + std::to_string(std::stoi(written.substr(e + 1)));
}

Axis linear_axis(Range range, std::size_t count) {
    const double size = std::max(std::abs(range.low), std::abs(range.high));
    if (range.high - range.low <= 1e-9 * size) {  // one value, as far as labels can tell
        const double around = size > 0 ? size / 2 : 1;
        range = {range.low - around, range.high + around};
    }
    const Round step = round_above((range.high - range.low) / static_cast<double>(count));
    const double first = std::floor(range.low / step.value());
    const double last = std::ceil(range.high / step.value());
    Axis axis{first * step.value(), last * step.value(), false, {}};
    for (double i = first; i <= last; ++i) {
        axis.ticks.push_back({i * step.value(), label(i * step.value(), step.exponent)});
    }
    return axis;
}

Axis logarithmic_axis(Range range, std::size_t count) {
    require(range.low >= 1 / largest_value, "a chart: logarithmic axes need values above 1e-300");
    Round low = round_above(range.low);
    Round high = round_above(range.high);
    if (low.value() > range.low || low.value() == high.value()) {  // one round number down
        low = low.digits == 1 ? Round{5, low.exponent - 1} : Round{low.digits / 2, low.exponent};
    }
    if (low.value() == high.value()) high = high.next();
    Axis axis{low.value(), high.value(), true, {}};
    const int decades = high.exponent - low.exponent + 1;
    const bool whole = 3 * decades > static_cast<int>(count) + 3;  // no room for 2 and 5
    const int every = whole ? decades / static_cast<int>(count) + 1 : 1;
    for (Round at = low; at.value() <= high.value(); at = at.next()) {
        if (whole && (at.digits != 1 || at.exponent % every != 0)) continue;
        axis.ticks.push_back({at.value(), label(at.value(), at.exponent)});
    }
    return axis;
}

}  // namespace

Range range_of(const std::string& what, std::span<const double> values) {
    require(!values.empty(), what + ": there is no point to draw");
    Range range{values[0], values[0]};
    for (std::size_t i = 0; i < values.size(); ++i) {
        require(std::abs(values[i]) <= largest_value, [&] {
            return what + ": value " + std::to_string(i) + " is not a number below 1e300";
        });
        range = {std::min(range.low, values[i]), std::max(range.high, values[i])};
    }
    return range;
}

double Axis::share(double value) const {
    if (!logarithmic) return (value - low) / (high - low);
    return (log10_of(value) - log10_of(low)) / (log10_of(high) - log10_of(low));
}

Axis make_axis(Range range, bool logarithmic, std::size_t count) {
    return logarithmic ? logarithmic_axis(range, count) : linear_axis(range, count);
}

}  // namespace autoencoder
