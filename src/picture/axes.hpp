// What stands around curves and points: axes with round numbers, a grid, captions and a legend.
// Private to the charts.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "picture/canvas.hpp"

namespace autoencoder {

/// The smallest and the largest of some numbers.
struct Range {
    double low, high;
};

/// The range of numbers. Throws std::invalid_argument where there is none, and for one that is not
/// finite or beyond 1e300.
Range range_of(const std::string& what, std::span<const double> values);

struct Tick {
    double value;
    std::string label;
};

/// Maps values to 0 … 1 along a side of a plot.
struct Axis {
    double low = 0, high = 1;
    bool logarithmic = false;
    std::vector<Tick> ticks;

    double share(double value) const;
};

/// An axis whose ends are round numbers around the range, with about `count` ticks. Throws
/// std::invalid_argument for a logarithmic one that does not begin above 1e-300.
Axis make_axis(Range range, bool logarithmic, std::size_t count);

/// A line of the legend; without a name it is not listed.
struct LegendEntry {
    std::string name;
    canvas::Colour colour;
};

/// A picture with everything but the data, and where the data goes.
struct Plot {
    Picture picture;
    Axis x, y;
    double left, right, top, bottom;  // the ends of the axes, in pixels

    canvas::Point place(double x_value, double y_value) const {
        return {left + x.share(x_value) * (right - left),
                bottom - y.share(y_value) * (bottom - top)};
    }
};

/// Draws title, legend, grid, axes and their captions. Throws std::invalid_argument for sizes below
/// 320 × 240, and where the legend leaves no room to draw in.
Plot make_plot(const std::string& caller, Range x, Range y, std::span<const LegendEntry> legend,
               const ChartOptions& options);

}  // namespace autoencoder
