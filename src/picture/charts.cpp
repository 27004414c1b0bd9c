// Charts as SVG: the cost over the iterations, codes of two units, the confusion matrix. Text and lines
// have the colour and the font of the page that they stand in, so they suit light and dark alike.
#include <cmath>
#include <string>

#include "autoencoder/error.hpp"
#include "autoencoder/text.hpp"
#include "autoencoder/picture.hpp"
#include "picture/axes.hpp"
#include "picture/mathml.hpp"

namespace autoencoder {
namespace {

/// The colours of curves and classes: ten hues that show on white and on black.
constexpr const char* palette[] = {"#3b7dc4", "#d9712a", "#428f58", "#c8484f", "#8a66b8",
                                   "#3ca0ac", "#c09a20", "#d46ea0", "#8b6650", "#7f8692"};
constexpr double letter = 8, line = 20, tick_room_x = 90, tick_room_y = 50;  // pixels
constexpr const char* faint = "stroke=\"currentColor\" stroke-opacity=\".18\"";

const char* colour_of(std::size_t number) { return palette[number % std::size(palette)]; }

/// A coordinate, to a tenth of a pixel.
std::string at(double pixels) { return shortest(std::round(10 * pixels) / 10); }

std::string attribute(const char* name, double pixels) {
    return " " + std::string(name) + "=\"" + at(pixels) + "\"";
}

std::string text(double x, double y, const std::string& words, const char* more = "") {
    return "<text" + attribute("x", x) + attribute("y", y) + " " + more + ">" + escaped(words) + "</text>\n";
}

std::string line_from(double x1, double y1, double x2, double y2) {
    return "<line" + attribute("x1", x1) + attribute("y1", y1) + attribute("x2", x2) +
           attribute("y2", y2) + " " + faint + "/>\n";
}

std::string dot(double x, double y, double radius, const char* colour, const char* more = "") {
    return "<circle" + attribute("cx", x) + attribute("cy", y) + attribute("r", radius) + " fill=\"" +
           colour + "\"" + more + "/>\n";
}

std::string svg(double width, double height, const std::string& title, const std::string& body) {
    return "<svg viewBox=\"0 0 " + at(width) + " " + at(height) + "\"" + attribute("width", width) +
           attribute("height", height) + " role=\"img\" font-family=\"sans-serif\" font-size=\"13\" "
           "fill=\"currentColor\">\n<title>" + escaped(title) + "</title>\n" + body + "</svg>\n";
}

struct LegendEntry {
    std::string name;  // empty: not listed
    const char* colour;
};

/// Everything of a chart but its data, and where the data goes.
struct Plot {
    std::string body;
    Axis x, y;
    double left, right, top, bottom;

    double across(double value) const { return left + x.share(value) * (right - left); }
    double up(double value) const { return bottom - y.share(value) * (bottom - top); }
};

Plot make_plot(const std::string& caller, Range x, Range y, std::span<const LegendEntry> legend,
               const ChartOptions& options) {
    require(options.width >= 320 && options.height >= 240, [&] {
        return caller + ": expected at least 320 × 240 pixels, found " + std::to_string(options.width) +
               " × " + std::to_string(options.height);
    });
    Plot plot{"", {}, {}, 0, double(options.width) - line, line, 0};
    double legend_x = 0;
    for (const auto& [name, colour] : legend) {
        if (name.empty()) continue;
        const double width = 30 + letter * double(name.size());
        if (legend_x > 0 && legend_x + width > plot.right) legend_x = 0, plot.top += line;
        plot.body += dot(legend_x + 6, plot.top - 5, 5, colour) + text(legend_x + 16, plot.top, name);
        legend_x += width;
    }
    if (legend_x > 0) plot.top += line;
    if (!options.y_label.empty()) {
        plot.body += text(0, plot.top, options.y_label, "fill-opacity=\".7\"");
        plot.top += line / 2;
    }
    plot.bottom = double(options.height) - 1.5 * line - (options.x_label.empty() ? 0 : line);
    require(plot.bottom - plot.top >= 60, caller + ": the legend leaves no room for the plot");
    const auto ticks = [](double length, double room) { return std::size_t(std::max(2.0, length / room)); };
    plot.y = make_axis(y, options.log_y, ticks(plot.bottom - plot.top, tick_room_y));
    for (const Tick& tick : plot.y.ticks)
        plot.left = std::max(plot.left, letter * double(tick.label.size() + 1));
    plot.x = make_axis(x, false, ticks(plot.right - plot.left, tick_room_x));
    for (const Tick& tick : plot.y.ticks) {
        const double height = plot.up(tick.value);
        plot.body += line_from(plot.left, height, plot.right, height) +
                     text(plot.left - letter, height + 4, tick.label, "text-anchor=\"end\"");
    }
    for (const Tick& tick : plot.x.ticks) {
        const double place = plot.across(tick.value);
        plot.body += line_from(place, plot.top, place, plot.bottom) +
                     text(place, plot.bottom + line, tick.label, "text-anchor=\"middle\"");
    }
    if (!options.x_label.empty())
        plot.body += text((plot.left + plot.right) / 2, plot.bottom + 2 * line, options.x_label,
                          "text-anchor=\"middle\" fill-opacity=\".7\"");
    return plot;
}

/// "97.3%"; "-" of nothing.
std::string percent(std::size_t part, std::size_t whole) {
    if (whole == 0) return "-";
    const std::size_t thousandths = (1000 * part + whole / 2) / whole;
    return std::to_string(thousandths / 10) + "." + std::to_string(thousandths % 10) + "%";
}

}  // namespace

void write_svg(const std::string& path, const std::string& svg) {
    write_file(path, "<svg xmlns=\"http://www.w3.org/2000/svg\"" + svg.substr(4));
}

std::string line_chart(std::span<const Series> series, const ChartOptions& options) {
    std::vector<double> all_x, all_y;
    std::vector<LegendEntry> legend;
    for (const Series& one : series) {
        require(one.x.size() == one.y.size(), [&] {
            return "line_chart: \"" + one.name + "\" has " + std::to_string(one.x.size()) + " x and " +
                   std::to_string(one.y.size()) + " y";
        });
        for (std::size_t i = 0; options.log_y && i < one.y.size(); ++i)
            require(one.y[i] > 0, [&] {
                return "line_chart: \"" + one.name + "\": value " + std::to_string(i) +
                       " is not positive, as a logarithmic axis needs";
            });
        all_x.insert(all_x.end(), one.x.begin(), one.x.end());
        all_y.insert(all_y.end(), one.y.begin(), one.y.end());
        legend.push_back({one.name, colour_of(legend.size())});
    }
    Plot plot = make_plot("line_chart", range_of("line_chart: x", all_x),
                          range_of("line_chart: y", all_y), legend, options);
    for (std::size_t s = 0; s < series.size(); ++s) {
        const Series& one = series[s];
        std::string points;
        for (std::size_t i = 0; i < one.x.size(); ++i)
            points += (i == 0 ? "" : " ") + at(plot.across(one.x[i])) + "," + at(plot.up(one.y[i]));
        if (one.x.size() == 1) plot.body += dot(plot.across(one.x[0]), plot.up(one.y[0]), 3.5, colour_of(s));
        else plot.body += "<polyline points=\"" + points + "\" fill=\"none\" stroke-width=\"2\" stroke=\"" +
                          colour_of(s) + "\"/>\n";
    }
    return svg(double(options.width), double(options.height), options.title, plot.body);
}

std::string scatter(View<const float> points, std::span<const std::uint8_t> labels,
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
    for (std::size_t i = 0; i < points.rows; ++i) x.push_back(points(i, 0)), y.push_back(points(i, 1));
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
    for (std::size_t k = 0; k < present.size(); ++k)
        if (present[k]) legend.push_back({names.empty() ? std::to_string(k) : names[k], colour_of(k)});
    Plot plot = make_plot("scatter", range_of("scatter: x", x), range_of("scatter: y", y), legend, options);
    for (std::size_t i = 0; i < points.rows; ++i)
        plot.body += dot(plot.across(x[i]), plot.up(y[i]), 2.6, colour_of(labels.empty() ? 0 : labels[i]),
                         " fill-opacity=\".7\"");
    return svg(double(options.width), double(options.height), options.title, plot.body);
}

std::string confusion_matrix(View<const std::size_t> counts, std::span<const std::string> names) {
    const std::size_t k = counts.rows;
    require(k > 0 && counts.cols == k, [&] {
        return "confusion_matrix: expected square counts, found " + size_text(counts);
    });
    require(names.empty() || names.size() == k, [&] {
        return "confusion_matrix: " + std::to_string(k) + " classes and " +
               std::to_string(names.size()) + " names";
    });
    constexpr double cell = 52;
    const auto name = [&](std::size_t i) { return names.empty() ? std::to_string(i) : names[i]; };
    double left = 5 * letter;
    for (std::size_t i = 0; i < k; ++i) left = std::max(left, letter * double(name(i).size() + 1));
    const double top = 2.5 * line, right = left + cell * double(k), bottom = top + cell * double(k);
    const char* const end = "text-anchor=\"end\"";
    const char* const middle = "text-anchor=\"middle\"";
    std::string body = text((left + right) / 2, 0.8 * line, "predicted", middle) +
                       text(left - letter, top - 8, "true", end) + text(right + 7 * letter, top - 8, "correct", end);
    std::size_t total = 0, hits = 0;
    for (std::size_t i = 0; i < k; ++i) {
        const double y = top + cell * double(i), base = y + cell / 2 + 5;
        std::size_t of_row = 0;
        for (const std::size_t count : counts.row(i)) of_row += count;
        total += of_row, hits += counts(i, i);
        body += text(left + cell * (double(i) + 0.5), top - 8, name(i), middle) +
                text(left - letter, base, name(i), end) +
                text(right + 7 * letter, base, percent(counts(i, i), of_row), end);
        for (std::size_t j = 0; j < k; ++j) {
            const double x = left + cell * double(j);
            const double share = counts(i, j) > 0 ? std::sqrt(double(counts(i, j)) / double(of_row)) : 0;
            body += "<rect" + attribute("x", x) + attribute("y", y) + attribute("width", cell) +
                    attribute("height", cell) + " fill=\"" + colour_of(i == j ? 0 : 1) + "\" fill-opacity=\"" +
                    shortest(std::round(100 * share) / 100) + "\" " + faint + "/>\n" +
                    text(x + cell / 2, base, std::to_string(counts(i, j)),
                         counts(i, j) > 0 ? middle : "text-anchor=\"middle\" fill-opacity=\".4\"");
        }
    }
    body += text(left, bottom + line, std::to_string(hits) + " of " + std::to_string(total) + " correct: " +
                                          percent(hits, total));
    return svg(right + 8 * letter, bottom + 1.5 * line, "Confusion matrix", body);
}

}  // namespace autoencoder
