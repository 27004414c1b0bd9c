// Axes, curves, clouds of points and the confusion matrix.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>

#include "autoencoder/picture.hpp"
#include "picture/axes.hpp"

using namespace autoencoder;

namespace {

std::string labels(const Axis& axis) {
    std::string all;
    for (const Tick& tick : axis.ticks) all += (all.empty() ? "" : " ") + tick.label;
    return all;
}

/// The numbers of an attribute, each time it comes.
std::vector<double> numbers(const std::string& svg, const std::string& attribute) {
    std::vector<double> found;
    const std::string before = " " + attribute + "=\"";
    for (std::size_t at = svg.find(before); at != std::string::npos; at = svg.find(before, at + 1))
        found.push_back(std::stod(svg.substr(at + before.size())));
    return found;
}

/// The points of curve number k: x, y, x, y …
std::vector<double> curve(const std::string& svg, std::size_t k) {
    std::size_t at = svg.find("<polyline");
    while (k-- > 0) at = svg.find("<polyline", at + 1);
    std::string points = svg.substr(at, svg.find("/>", at) - at);
    points = points.substr(points.find('"') + 1);
    std::vector<double> found;
    while (points[0] >= '0' && points[0] <= '9') {
        std::size_t used = 0;
        found.push_back(std::stod(points, &used));
        points = points.substr(used + 1);
    }
    return found;
}

bool contains_text(const std::string& svg, const std::string& text) {
    return svg.find(text) != std::string::npos;
}

}  // namespace

TEST_SUITE("picture") {

TEST_CASE("ticks are at round numbers around the range") {
    CHECK(labels(make_axis({0, 100}, false, 5)) == "0 20 40 60 80 100");
    CHECK(labels(make_axis({3, 97}, false, 5)) == "0 20 40 60 80 100");
    CHECK(labels(make_axis({-0.31, 0.42}, false, 4)) == "-0.4 -0.2 0 0.2 0.4 0.6");
    CHECK(labels(make_axis({0.00001, 0.00003}, false, 2)) == "0.00001 0.00002 0.00003");
    CHECK(labels(make_axis({0, 3e-7}, false, 3)) == "0 1e-7 2e-7 3e-7");
    CHECK(labels(make_axis({1e6, 1.5e6}, false, 5)) == "1.0e6 1.1e6 1.2e6 1.3e6 1.4e6 1.5e6");
    CHECK(labels(make_axis({5, 5}, false, 5)) == "2 3 4 5 6 7 8");
    CHECK(labels(make_axis({0, 0}, false, 2)) == "-1 0 1");
}

TEST_CASE("logarithmic ticks are at decades, and at 2 and 5 where there is room") {
    CHECK(labels(make_axis({0.3, 40}, true, 7)) == "0.2 0.5 1 2 5 10 20 50");
    CHECK(labels(make_axis({0.02, 500}, true, 7)) == "0.1 1 10 100");
    CHECK(labels(make_axis({1e-12, 1}, true, 4)) == "1e-12 1e-8 0.0001 1");
    CHECK(labels(make_axis({3, 3}, true, 7)) == "2 5");
    CHECK(labels(make_axis({10, 10}, true, 7)) == "5 10");
}

TEST_CASE("an axis covers its range and maps its ends to 0 and 1") {
    for (const bool logarithmic : {false, true}) {
        for (const double low : {1e-300, 1e-20, 1e-4, 0.7, 1.0, 2.0, 31.0, 1e9, 1e299}) {
            for (const double factor : {1.0, 1.0 + 1e-12, 1.5, 10.0}) {
                const Range range{low, low * factor};
                CAPTURE(logarithmic);
                CAPTURE(low);
                CAPTURE(factor);
                const Axis axis = make_axis(range, logarithmic, 6);
                CHECK(axis.low <= range.low);
                CHECK(axis.high >= range.high);
                CHECK(axis.share(axis.low) == 0);
                CHECK(axis.share(axis.high) == 1);
                CHECK(axis.ticks.size() >= 1);
                CHECK(axis.ticks.size() < 20);
            }
        }
    }
}

TEST_CASE("a logarithmic axis agrees with the library's logarithm") {
    const Axis axis = make_axis({1e-3, 1e5}, true, 7);
    for (double value = 1.1e-3; value < 1e5; value *= 1.37) {
        CHECK(std::abs(axis.share(value) - (std::log10(value) + 3) / 8) < 1e-12);
    }
}

TEST_CASE("a curve runs from its first point to its last") {
    // The axes are 0 … 10 by 0 … 4; the curve ends at 8, 2.
    const Series rising{"cost", {0, 8}, {0, 2}}, flat{"a < b", {0, 10}, {4, 4}};
    const std::vector<Series> both{rising, flat};
    const std::string svg = line_chart(both, {.width = 640, .height = 480});
    CHECK(svg.starts_with("<svg viewBox=\"0 0 640 480\""));
    CHECK(contains_text(svg, ">a &lt; b</text>"));
    const std::vector<double> one = curve(svg, 0), two = curve(svg, 1);
    REQUIRE(one.size() == 4);
    REQUIRE(two.size() == 4);
    CHECK(two[1] == two[3]);
    CHECK(one[0] == two[0]);
    CHECK(std::abs((one[2] - one[0]) - 0.8 * (two[2] - two[0])) < 0.2);
    CHECK(std::abs((one[1] - one[3]) - 0.5 * (one[1] - two[1])) < 0.2);
}

TEST_CASE("a curve without a name is not in the legend, and one of a single point is a dot") {
    Series series{"", {1, 2, 3}, {3, 1, 2}};
    const std::string svg = line_chart({&series, 1});
    CHECK(svg == line_chart({&series, 1}));
    CHECK_FALSE(contains_text(svg, "<circle"));
    series.name = "named";
    CHECK(contains_text(line_chart({&series, 1}), ">named</text>"));
    const Series dot{"", {3}, {7}};
    CHECK(numbers(line_chart({&dot, 1}), "cx").size() == 1);
}

TEST_CASE("line_chart refuses what it cannot draw") {
    const auto draw = [](Series series, ChartOptions options = {}) {
        return line_chart({&series, 1}, options);
    };
    CHECK_THROWS_AS(line_chart({}), std::invalid_argument);
    CHECK_THROWS_AS(draw({"a", {}, {}}), std::invalid_argument);
    CHECK_THROWS_WITH_AS(draw({"a", {1, 2}, {1}}), "line_chart: \"a\" has 2 x and 1 y",
                         std::invalid_argument);
    const double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_WITH_AS(draw({"a", {1, 2}, {1, nan}}),
                         "line_chart: y: value 1 is not a number below 1e300",
                         std::invalid_argument);
    CHECK_THROWS_AS(draw({"a", {1, 2}, {1, 0}}, {.log_y = true}), std::invalid_argument);
    CHECK_THROWS_WITH_AS(draw({"a", {1}, {1}}, {.width = 200, .height = 300}),
                         "line_chart: expected at least 320 × 240 pixels, found 200 × 300",
                         std::invalid_argument);
    const std::vector<Series> many(300, Series{"a curve with a long name", {1}, {1}});
    CHECK_THROWS_AS(line_chart(many), std::invalid_argument);
}

TEST_CASE("points stand where their coordinates are, in the colour of their label") {
    Matrix<float> points(3, 2);
    points(1, 0) = 10;  // (0, 0), (10, 0), (0, 10)
    points(2, 1) = 10;
    const std::vector<std::uint8_t> labels{0, 3, 3};
    const std::string svg = scatter(points, labels), one_colour = scatter(points, {});
    CHECK(numbers(one_colour, "cx").size() == 3);
    const std::vector<double> x = numbers(svg, "cx"), y = numbers(svg, "cy");
    REQUIRE(x.size() == 5);  // two of the legend
    CHECK(x[2] == x[4]);
    CHECK(y[2] == y[3]);
    CHECK(x[3] > x[2]);
    CHECK(y[4] < y[2]);
    CHECK(contains_text(svg, ">3</text>"));
}

TEST_CASE("scatter refuses what it cannot draw") {
    const std::vector<std::uint8_t> labels{0, 2};
    const std::vector<std::string> names{"zero", "one"};
    CHECK_THROWS_WITH_AS(scatter(Matrix<float>(2, 3), {}),
                         "scatter: expected points of 2 columns, found 3", std::invalid_argument);
    CHECK_THROWS_WITH_AS(scatter(Matrix<float>(3, 2), labels), "scatter: 3 points and 2 labels",
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(scatter(Matrix<float>(2, 2), labels, names),
                         "scatter: label 2 has no name among 2", std::invalid_argument);
    CHECK_THROWS_AS(scatter(Matrix<float>(0, 2), {}), std::invalid_argument);
    CHECK_THROWS_AS(scatter(Matrix<float>(1, 2), {}, {}, {.log_y = true}), std::invalid_argument);
}

TEST_CASE("a confusion matrix shades hits and confusions by their share of the row") {
    Matrix<std::size_t> counts(2, 2);
    counts(0, 0) = 3;
    counts(0, 1) = 1;  // a quarter of its row: half of the full colour
    counts(1, 1) = 200;
    const std::string svg = confusion_matrix(counts);
    std::vector<double> shades;
    for (std::size_t at = svg.find("<rect"); at != std::string::npos; at = svg.find("<rect", at + 1))
        shades.push_back(numbers(svg.substr(at, svg.find("/>", at) - at), "fill-opacity")[0]);
    CHECK(shades == std::vector<double>{0.87, 0.5, 0, 1});
    CHECK(contains_text(svg, ">203 of 204 correct: 99.5%</text>"));
}

TEST_CASE("a confusion matrix grows with its names, and takes a class nobody is of") {
    Matrix<std::size_t> counts(3, 3);
    counts(0, 0) = 5;
    const std::vector<std::string> names{"a", "b", "a rather long name"}, two{"a", "b"};
    CHECK(numbers(confusion_matrix(counts, names), "width")[0] >
          numbers(confusion_matrix(counts), "width")[0]);
    CHECK_THROWS_WITH_AS(confusion_matrix(counts, two), "confusion_matrix: 3 classes and 2 names",
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(confusion_matrix(Matrix<std::size_t>(2, 3)),
                         "confusion_matrix: expected square counts, found 2×3",
                         std::invalid_argument);
    CHECK_THROWS_AS(confusion_matrix(Matrix<std::size_t>(0, 0)), std::invalid_argument);
}

}  // TEST_SUITE
