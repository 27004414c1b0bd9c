// Boxes, strokes and letters.
#include "picture/canvas.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

using namespace autoencoder;

namespace {

constexpr canvas::Colour black{0, 0, 0};

int at(const Picture& picture, std::size_t x, std::size_t y) {
    return picture.pixels[(y * picture.width + x) * picture.channels];
}

Picture drawn(const std::string& text) {
    Picture picture = canvas::blank(60, 30, 1);
    canvas::draw_text(picture, {10, 5}, text, black);
    return picture;
}

}  // namespace

TEST_SUITE("picture") {

TEST_CASE("a box is filled to its edges and not beyond, also over the picture's edge") {
    Picture picture = canvas::blank(4, 3, 3);
    canvas::fill(picture, 2, 1, 9, 1, {10, 20, 30});
    for (std::size_t y = 0; y < 3; ++y) {
        for (std::size_t x = 0; x < 4; ++x) {
            const std::uint8_t* pixel = &picture.pixels[(y * 4 + x) * 3];
            const bool inside = y == 1 && x >= 2;
            CHECK(pixel[0] == (inside ? 10 : 255));
            CHECK(pixel[1] == (inside ? 20 : 255));
            CHECK(pixel[2] == (inside ? 30 : 255));
        }
    }
}

TEST_CASE("a stroke covers the pixels within its radius, half of those at its edge") {
    Picture picture = canvas::blank(20, 9, 1);
    const canvas::Segment level{{5, 4.5}, {15, 4.5}};
    canvas::stroke(picture, {&level, 1}, 1.0, black);
    for (std::size_t x = 5; x < 15; ++x) {  // rows 4 at distance 0, 3 and 5 at 1, 2 and 6 at 2
        CHECK(at(picture, x, 4) == 0);
        CHECK(at(picture, x, 3) == 128);
        CHECK(at(picture, x, 5) == 128);
        CHECK(at(picture, x, 2) == 255);
        CHECK(at(picture, x, 6) == 255);
    }
    CHECK(at(picture, 2, 4) == 255);
    CHECK(at(picture, 17, 4) == 255);
}

TEST_CASE("overlapping segments of a stroke are not darker than one") {
    Picture once = canvas::blank(20, 20, 1), twice = once;
    const std::vector<canvas::Segment> one{{{3, 4}, {15, 11}}};
    const std::vector<canvas::Segment> two{one[0], one[0]};
    canvas::stroke(once, one, 2, black, 0.5);
    canvas::stroke(twice, two, 2, black, 0.5);
    CHECK(once.pixels == twice.pixels);
    CHECK(*std::min_element(once.pixels.begin(), once.pixels.end()) == 128);
}

TEST_CASE("a stroke that leaves the picture is cut at its edge") {
    Picture picture = canvas::blank(8, 8, 1);
    const std::vector<canvas::Segment> beyond{{{-50, 4}, {60, 4}}, {{-20, -20}, {-10, -10}},
                                              {{30, 2}, {40, 90}}};
    canvas::stroke(picture, beyond, 1, black);
    for (std::size_t x = 0; x < 8; ++x) {
        CHECK(at(picture, x, 3) == 0);
        CHECK(at(picture, x, 4) == 0);
        CHECK(at(picture, x, 0) == 255);
        CHECK(at(picture, x, 7) == 255);
    }
}

TEST_CASE("every printable character has a shape of its own but O and 0, within its line") {
    std::set<std::vector<std::uint8_t>> shapes;
    for (char c = ' '; c <= '~'; ++c) {
        CAPTURE(c);
        const Picture picture = drawn(std::string(1, c));
        const bool is_new = shapes.insert(picture.pixels).second;
        CHECK(is_new == (c != 'O'));
        for (std::size_t y = 0; y < picture.height; ++y) {
            for (std::size_t x = 0; x < picture.width; ++x) {
                if (at(picture, x, y) == 255) continue;
                CHECK(x >= 9);
                CHECK(x <= 10 + 10);
                CHECK(y >= 4);
                CHECK(y <= 5 + 18);
            }
        }
    }
    CHECK(shapes.size() == 94);
}

TEST_CASE("an L is an upright and a foot") {
    // Cells of 2 pixels: the pen runs down at x = 11, then to the right at y = 18.
    const Picture picture = drawn("L");
    for (std::size_t y = 6; y < 18; ++y) {
        CHECK(at(picture, 10, y) < 80);
        CHECK(at(picture, 11, y) < 80);
        if (y < 16) CHECK(at(picture, 14, y) == 255);
    }
    for (std::size_t x = 11; x < 19; ++x) {
        CHECK(at(picture, x, 17) < 80);
        CHECK(at(picture, x, 18) < 80);
    }
}

TEST_CASE("diagonal cells are joined only where no cell leads around the corner") {
    // The stroke of a slash runs through the corner between two diagonal cells; the inside of the
    // corner of an L stays free.
    const Picture slash = drawn("X");
    CHECK(at(slash, 13, 10) < 128);  // between cells (1, 2) and (2, 3)
    const Picture corner = drawn("L");
    CHECK(at(corner, 12, 16) == 255);
}

TEST_CASE("widths add up, and digits are all as wide") {
    CHECK(canvas::text_width("") == 0);
    CHECK(canvas::text_width("H") == 10);
    CHECK(canvas::text_width("i") == 2);
    CHECK(canvas::text_width("Hi") == 10 + 2 + 2);
    CHECK(canvas::text_width("1") == canvas::text_width("8"));
    CHECK(canvas::text_width("H", {3, 1}) == 15);
}

TEST_CASE("text is aligned at its left end, its middle and its right end") {
    Picture left = canvas::blank(80, 30, 1), centre = left, right = left;
    canvas::draw_text(left, {20, 5}, "HH", black);  // 22 pixels wide
    canvas::draw_text(centre, {31, 5}, "HH", black, canvas::Align::centre);
    canvas::draw_text(right, {42, 5}, "HH", black, canvas::Align::right);
    CHECK(left.pixels == centre.pixels);
    CHECK(left.pixels == right.pixels);
    CHECK(at(left, 21, 10) < 80);
}

TEST_CASE("text outside of ASCII is refused") {
    CHECK_THROWS_WITH_AS(drawn("caf\xc3\xa9"),
                         "draw_text: expected printable ASCII, found the byte 195",
                         std::invalid_argument);
    CHECK_THROWS_AS(drawn("a\tb"), std::invalid_argument);
}

}  // TEST_SUITE
