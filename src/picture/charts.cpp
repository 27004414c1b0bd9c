// Curves and clouds of points: the cost over the iterations, and codes of two units.
#include <string>

#include "picture/axes.hpp"

namespace autoencoder {
namespace {

constexpr double pen = 1.15;         // radius of a curve
constexpr double lone_point = 3.5;   // radius of a curve that is one point
constexpr double disc = 2.6;         // radius of a point in a cloud
constexpr double disc_opacity = 0.7;  // lets the density of a cloud show

canvas::Colour colour_of(std::size_t number) {
    return canvas::palette[number % canvas::palette.size()];
}

void require_series(const Series& one, bool log_y) {
    require(one.x.size() == one.y.size(), [&] {
        return "line_chart: \"" + one.name + "\" has " + std::to_string(one.x.size()) +
               " x and " + std::to_string(one.y.size()) + " y";
    });
    for (std::size_t i = 0; log_y && i < one.y.size(); ++i) {
        require(one.y[i] > 0, [&] {
            return "line_chart: \"" + one.name + "\": value " + std::to_string(i) +
                   " is not positive, as a logarithmic axis needs";
        });
    }
}

}  // namespace

Picture line_chart(std::span<const Series> series, const ChartOptions& options) {
    std::vector<double> all_x, all_y;
    std::vector<LegendEntry> legend;
    for (const Series& one : series) {
        require_series(one, options.log_y);
        all_x.insert(all_x.end(), one.x.begin(), one.x.end());
        all_y.insert(all_y.end(), one.y.begin(), one.y.end());
        legend.push_back({one.name, colour_of(legend.size())});
    }
    Plot plot = make_plot("line_chart", range_of("line_chart: x", all_x),
                          range_of("line_chart: y", all_y), legend, options);
    for (std::size_t s = 0; s < series.size(); ++s) {
        const Series& one = series[s];
        std::vector<canvas::Segment> curve;
        for (std::size_t i = 1; i < one.x.size(); ++i) {
            curve.push_back(
                {plot.place(one.x[i - 1], one.y[i - 1]), plot.place(one.x[i], one.y[i])});
        }
        if (one.x.size() == 1) {
            const canvas::Point at = plot.place(one.x[0], one.y[0]);
            curve.push_back({at, at});
        }
        canvas::stroke(plot.picture, curve, one.x.size() == 1 ? lone_point : pen, colour_of(s));
    }
    return plot.picture;
}

Picture scatter(View<const float> points, std::span<const std::uint8_t> labels,
                std::span<const std::string> names, const ChartOptions& options) {
    require(points.cols == 2, [&] {
        return "scatter: expected points of 2 columns, found " + std::to_string(points.cols);
    });
    require(labels.empty() || labels.size() == points.rows, [&] {
        return "scatter: " + std::to_string(points.rows) + " points and " +
               std::to_string(labels.size()) + " labels";
    });
    require(!options.log_y, "scatter: expected linear axes, found log_y");
    std::vector<double> x, y;
    for (std::size_t i = 0; i < points.rows; ++i) {
        x.push_back(points(i, 0));
        y.push_back(points(i, 1));
    }
    std::vector<bool> present;
    for (const std::uint8_t label : labels) {
        require(names.empty() || label < names.size(), [&] {
            return "scatter: label " + std::to_string(label) + " has no name among " +
                   std::to_string(names.size());
        });
        if (label >= present.size()) present.resize(label + 1u);
        present[label] = true;
    }
    std::vector<LegendEntry> legend;
    for (std::size_t k = 0; k < present.size(); ++k) {
        if (!present[k]) continue;
        legend.push_back({names.empty() ? std::to_string(k) : names[k], colour_of(k)});
    }
    Plot plot = make_plot("scatter", range_of("scatter: x", x), range_of("scatter: y", y), legend,
                          options);
    for (std::size_t i = 0; i < points.rows; ++i) {
        const canvas::Point at = plot.place(x[i], y[i]);
        const canvas::Segment dot{at, at};
        canvas::stroke(plot.picture, {&dot, 1}, disc, colour_of(labels.empty() ? 0 : labels[i]),
                       disc_opacity);
    }
    return plot.picture;
}

}  // namespace autoencoder
