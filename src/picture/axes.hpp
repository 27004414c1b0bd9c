// Axes with round numbers. Private to the charts.
#pragma once

#include <span>
#include <string>
#include <vector>


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

}  // namespace autoencoder
