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

/// Columns from the left end of a colour's pixels to the right, and rows from top to bottom.
struct Box {
    std::size_t left = SIZE_MAX, right = 0, top = SIZE_MAX, bottom = 0, count = 0;
};

/// Where the exact colour stands below row `from`, which leaves the legend out.
Box box_of(const Picture& picture, canvas::Colour colour, std::size_t from) {
    Box box;
    for (std::size_t y = from; y < picture.height; ++y) {
        for (std::size_t x = 0; x < picture.width; ++x) {
            const std::uint8_t* pixel = &picture.pixels[(y * picture.width + x) * 3];
            if (pixel[0] != colour[0] || pixel[1] != colour[1] || pixel[2] != colour[2]) continue;
            box = {std::min(box.left, x), std::max(box.right, x), std::min(box.top, y),
                   std::max(box.bottom, y), box.count + 1};
        }
    }
    return box;
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

TEST_CASE("a curve runs from its first point to its last, in its colour") {
    // The axes are 0 … 10 by 0 … 4; the curve ends at 8, 2.
    const Series rising{"cost", {0, 8}, {0, 2}}, flat{"other", {0, 10}, {4, 4}};
    const std::vector<Series> both{rising, flat};
    const Picture picture = line_chart(both, {.width = 640, .height = 480});
    CHECK(picture.width == 640);
    CHECK(picture.height == 480);
    CHECK(picture.channels == 3);
    const std::size_t below_legend = 28 + 14 + 4;
    const Box top = box_of(picture, canvas::palette[1], below_legend);
    const Box curve = box_of(picture, canvas::palette[0], below_legend);
    REQUIRE(top.count > 100);
    REQUIRE(curve.count > 100);
    CHECK(top.bottom - top.top <= 3);
    const double width = static_cast<double>(top.right - top.left);
    CHECK(std::abs(static_cast<double>(curve.right - curve.left) - 0.8 * width) < 4);
    CHECK(curve.left <= top.left + 2);
    const double height = static_cast<double>(curve.bottom) - static_cast<double>(top.top);
    CHECK(std::abs(static_cast<double>(curve.bottom - curve.top) - 0.5 * height) < 4);
}

TEST_CASE("the same data gives the same chart, other data another") {
    Series series{"", {1, 2, 3}, {3, 1, 2}};
    const Picture first = line_chart({&series, 1}), again = line_chart({&series, 1});
    CHECK(first.pixels == again.pixels);
    series.y[1] = 1.5;
    CHECK(line_chart({&series, 1}).pixels != first.pixels);
    series.name = "named";
    CHECK(box_of(line_chart({&series, 1}), canvas::ink, 0).count > 10);  // now there is a legend
    series.name = "";
    CHECK(box_of(line_chart({&series, 1}), canvas::ink, 0).count == 0);
}

TEST_CASE("a curve of a single point is a dot") {
    const Series dot{"", {3}, {7}};
    const Box box = box_of(line_chart({&dot, 1}), canvas::palette[0], 0);
    CHECK(box.count > 20);
    CHECK(box.right - box.left < 9);
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
    const Picture picture = scatter(points, labels);
    const Picture one_colour = scatter(points, {});
    CHECK(picture.pixels != one_colour.pixels);
    // 0.7 of the label's colour on white.
    canvas::Colour mixed{};
    for (std::size_t c = 0; c < 3; ++c) {
        mixed[c] = static_cast<std::uint8_t>(255 + 0.7 * (canvas::palette[3][c] - 255) + 0.5);
    }
    CHECK(box_of(picture, mixed, 46).count > 10);
    CHECK(box_of(one_colour, mixed, 0).count == 0);
    CHECK(box_of(picture, canvas::palette[3], 0).bottom < 46);  // unmixed in the legend only
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

TEST_CASE("a confusion matrix colours hits and confusions by their share of the row") {
    Matrix<std::size_t> counts(2, 2);
    counts(0, 0) = 3;
    counts(0, 1) = 1;  // a quarter of its row: half of the full colour
    counts(1, 1) = 200;
    const Picture picture = confusion_matrix(counts);
    const auto cells = [&](canvas::Colour colour) { return box_of(picture, colour, 0); };
    const Box full = cells({28, 78, 140});
    const Box half = cells({230, 174, 140});
    const Box most = cells({58, 102, 155});  // √0.75 of the way to the full blue
    REQUIRE(full.count > 1000);
    REQUIRE(half.count > 1000);
    REQUIRE(most.count > 1000);
    CHECK(full.left == half.left);   // the same column
    CHECK(most.top == half.top);     // the same row
    CHECK(full.top > half.bottom);
    CHECK(most.right < half.left);
}

TEST_CASE("a confusion matrix grows with its names, and takes a class nobody is of") {
    Matrix<std::size_t> counts(3, 3);
    counts(0, 0) = 5;
    const std::vector<std::string> names{"a", "b", "a rather long name"}, two{"a", "b"};
    CHECK(confusion_matrix(counts, names).width > confusion_matrix(counts).width);
    CHECK_THROWS_WITH_AS(confusion_matrix(counts, two), "confusion_matrix: 3 classes and 2 names",
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(confusion_matrix(Matrix<std::size_t>(2, 3)),
                         "confusion_matrix: expected square counts, found 2×3",
                         std::invalid_argument);
    CHECK_THROWS_AS(confusion_matrix(Matrix<std::size_t>(0, 0)), std::invalid_argument);
}

}  // TEST_SUITE
