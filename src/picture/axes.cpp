// Axes. Ticks are at 1, 2 or 5 times a power of ten. The logarithm is a series of its own, since
// those of the libraries differ in their last bits and a figure's bytes shall not.
#include "picture/axes.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace autoencoder {
namespace {

using canvas::Align;

constexpr double largest_value = 1e300;  // beyond, the round numbers around it overflow
constexpr double margin = 28;
constexpr double gap = 12;              // between a line of text and its neighbour
constexpr double tick_room_x = 90;      // pixels for a tick's label
constexpr double tick_room_y = 56;
constexpr double text_height = canvas::cap_height();
constexpr double legend_mark = 22;      // the length of a legend's colour sample

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

std::size_t tick_count(double length, double room) {
    return static_cast<std::size_t>(std::max(2.0, length / room));
}

/// Draws the legend's entries side by side, and on further lines where there is no room; returns
/// the height below it.
double draw_legend(Picture& picture, std::span<const LegendEntry> legend, double top) {
    double x = margin;
    bool any = false;
    for (const auto& [name, colour] : legend) {
        if (name.empty()) continue;
        const double width = legend_mark + 8 + canvas::text_width(name);
        if (any && x + width > static_cast<double>(picture.width) - margin) {
            x = margin;
            top += text_height + gap;
        }
        any = true;
        const double middle = top + text_height / 2;
        const canvas::Segment mark{{x + 3, middle}, {x + legend_mark - 3, middle}};
        canvas::stroke(picture, {&mark, 1}, 3, colour);
        canvas::draw_text(picture, {x + legend_mark + 8, top}, name);
        x += width + 2 * gap;
    }
    return any ? top + text_height + 1.5 * gap : top;
}

void draw_grid(Plot& plot) {
    const auto pixel = [](double at) { return static_cast<std::size_t>(at); };
    const std::size_t left = pixel(plot.left), top = pixel(plot.top);
    const std::size_t width = pixel(plot.right) - left, height = pixel(plot.bottom) - top;
    Picture& picture = plot.picture;
    for (const Tick& tick : plot.y.ticks) {
        const double y = plot.place(plot.x.low, tick.value).y;
        canvas::fill(picture, left, pixel(y), width, 1, canvas::hairline);
        canvas::draw_text(picture, {plot.left - gap, y - text_height / 2}, tick.label,
                          canvas::quiet, Align::right);
    }
    for (const Tick& tick : plot.x.ticks) {
        const double x = plot.place(tick.value, plot.y.low).x;
        canvas::fill(picture, pixel(x), top, 1, height, canvas::hairline);
        canvas::draw_text(picture, {x, plot.bottom + gap}, tick.label, canvas::quiet,
                          Align::centre);
    }
    canvas::fill(picture, left, top, 1, height, canvas::quiet);
    canvas::fill(picture, left, pixel(plot.bottom), width + 1, 1, canvas::quiet);
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

Plot make_plot(const std::string& caller, Range x, Range y, std::span<const LegendEntry> legend,
               const ChartOptions& options) {
    require(options.width >= 320 && options.height >= 240, [&] {
        return caller + ": expected at least 320 × 240 pixels, found " +
               std::to_string(options.width) + " × " + std::to_string(options.height);
    });
    Plot plot{canvas::blank(options.width, options.height, 3), {}, {}, 0, 0, 0, 0};
    double top = margin;
    if (!options.title.empty()) {
        canvas::draw_text(plot.picture, {margin, top}, options.title, canvas::ink, Align::left,
                          canvas::bold);
        top += text_height + 1.5 * gap;
    }
    top = draw_legend(plot.picture, legend, top);
    if (!options.y_label.empty()) {
        canvas::draw_text(plot.picture, {margin, top}, options.y_label, canvas::quiet);
        top += text_height + gap;
    }
    plot.top = top + text_height / 2;
    plot.bottom = static_cast<double>(options.height) - margin - text_height - gap -
                  (options.x_label.empty() ? 0 : text_height + gap);
    require(plot.bottom - plot.top >= 60, caller + ": the legend leaves no room for the plot");
    plot.y = make_axis(y, options.log_y, tick_count(plot.bottom - plot.top, tick_room_y));
    double widest = 0;
    for (const Tick& tick : plot.y.ticks) widest = std::max(widest, canvas::text_width(tick.label));
    plot.left = std::ceil(margin + widest + gap);
    plot.right = static_cast<double>(options.width) - 1.5 * margin;
    plot.x = make_axis(x, false, tick_count(plot.right - plot.left, tick_room_x));
    draw_grid(plot);
    if (!options.x_label.empty()) {
        canvas::draw_text(plot.picture,
                          {(plot.left + plot.right) / 2, plot.bottom + 2 * gap + text_height},
                          options.x_label, canvas::quiet, Align::centre);
    }
    return plot;
}

}  // namespace autoencoder
