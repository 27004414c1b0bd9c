// Grids, borders, shades and captions of tiles, pixel by pixel.
#include <doctest/doctest.h>

#include <limits>
#include <string>

#include "autoencoder/picture.hpp"

using namespace autoencoder;

namespace {

constexpr int frame = 24, separator = 176, page = 255;

int at(const Picture& picture, std::size_t x, std::size_t y) {
    REQUIRE(x < picture.width);
    REQUIRE(y < picture.height);
    return picture.pixels[(y * picture.width + x) * picture.channels];
}

Matrix<float> filled(std::size_t rows, std::size_t cols, std::initializer_list<float> values) {
    Matrix<float> matrix(rows, cols);
    std::copy(values.begin(), values.end(), matrix.data());
    return matrix;
}

/// Columns and rows of the grid that feature_tiles chooses for so many units.
std::pair<std::size_t, std::size_t> grid(std::size_t units) {
    const Picture picture =
        feature_tiles(Matrix<float>(units, 1), 1, 1, {}, {.magnify = 1, .border = 1, .margin = 0});
    return {(picture.width - 1) / 2, (picture.height - 1) / 2};
}

using Pair = std::pair<std::size_t, std::size_t>;

}  // namespace

TEST_SUITE("picture") {

TEST_CASE("a feature is scaled by its largest weight, and zero is the middle grey") {
    // Two tiles of 1 × 3, each value three pixels wide, borders of one, a margin of two.
    const auto weights = filled(2, 3, {-0.5f, 0.0f, 0.25f, 8.0f, -4.0f, 0.0f});
    const TileOptions options{.columns = 2, .magnify = 3, .border = 1, .margin = 2};
    const Picture picture = feature_tiles(weights, 1, 3, {}, options);
    CHECK(picture.channels == 1);
    REQUIRE(picture.width == 2 + 1 + 9 + 1 + 9 + 1 + 2);
    REQUIRE(picture.height == 2 + 1 + 3 + 1 + 2);
    const int tiles[2][3] = {{0, 128, 191}, {255, 64, 128}};
    for (std::size_t t = 0; t < 2; ++t) {
        for (std::size_t x = 0; x < 9; ++x) {
            for (std::size_t y = 0; y < 3; ++y) {
                CHECK(at(picture, 3 + 10 * t + x, 3 + y) == tiles[t][x / 3]);
            }
        }
    }
    for (std::size_t x = 0; x < picture.width; ++x) {
        CHECK(at(picture, x, 0) == page);
        CHECK(at(picture, x, 1) == page);
        const bool margin = x < 2 || x >= picture.width - 2;
        CHECK(at(picture, x, 2) == (margin ? page : frame));
        CHECK(at(picture, x, 6) == (margin ? page : frame));
    }
    for (const std::size_t x : {2u, 12u, 22u}) CHECK(at(picture, x, 4) == frame);
    for (const std::size_t x : {1u, 23u}) CHECK(at(picture, x, 4) == page);
}

TEST_CASE("a tile's rows are the image's rows") {
    const auto weights = filled(1, 6, {1, 0, -1, 0, 1, 0});  // 2 high, 3 wide
    const TileOptions options{.magnify = 1, .border = 0, .margin = 0};
    const Picture picture = feature_tiles(weights, 2, 3, {}, options);
    CHECK(picture.pixels == std::vector<std::uint8_t>{255, 128, 0, 128, 255, 128});
}

TEST_CASE("a unit without weights is a plain grey tile, also beside others") {
    const auto weights = filled(3, 2, {0, 0, 1e-30f, -1e-30f, 0, -0.0f});
    const TileOptions options{.columns = 3, .magnify = 1, .border = 0, .margin = 0};
    const Picture picture = feature_tiles(weights, 1, 2, {}, options);
    CHECK(picture.pixels == std::vector<std::uint8_t>{128, 128, 255, 0, 128, 128});
}

TEST_CASE("an order shows the units it names, and no others") {
    const auto weights = filled(3, 2, {1, -1, -1, 1, 1, 1});
    const TileOptions options{.columns = 2, .magnify = 1, .border = 0, .margin = 0};
    const std::vector<std::size_t> order{2, 1};
    const Picture picture = feature_tiles(weights, 1, 2, order, options);
    CHECK(picture.pixels == std::vector<std::uint8_t>{255, 255, 0, 255});
}

TEST_CASE("grids are near-square, and without empty places where that is near") {
    CHECK(grid(1) == Pair{1, 1});
    CHECK(grid(2) == Pair{2, 1});
    CHECK(grid(3) == Pair{2, 2});
    CHECK(grid(10) == Pair{5, 2});
    CHECK(grid(25) == Pair{5, 5});
    CHECK(grid(30) == Pair{6, 5});
    CHECK(grid(196) == Pair{14, 14});
    CHECK(grid(200) == Pair{15, 14});
    CHECK(grid(500) == Pair{25, 20});
}

TEST_CASE("empty places of the grid stay the page's colour") {
    const TileOptions options{.columns = 2, .magnify = 2, .border = 1, .margin = 0};
    const Picture picture = feature_tiles(Matrix<float>(3, 1), 1, 1, {}, options);
    REQUIRE(picture.width == 7);
    REQUIRE(picture.height == 7);
    CHECK(at(picture, 4, 3) == frame);  // under the second tile
    CHECK(at(picture, 3, 4) == frame);  // right of the third
    CHECK(at(picture, 4, 4) == page);
    CHECK(at(picture, 6, 6) == page);
}

TEST_CASE("a figure is about 1050 pixels wide unless the factor is given") {
    for (const std::size_t units : {4u, 16u, 25u, 64u, 100u, 196u, 225u}) {
        CAPTURE(units);
        const Picture picture = feature_tiles(Matrix<float>(units, 28 * 28), 28, 28);
        CHECK(picture.width >= 840);
        CHECK(picture.width <= 1280);
    }
}

TEST_CASE("images are shown from black to white, and clipped outside of it") {
    const auto images = filled(1, 6, {0, 0.5f, 1, -3, 1.5f, 0.25f});
    const std::vector<View<const float>> groups{images};
    const std::vector<std::string> captions{""};
    const Picture picture = image_groups(groups, 1, 6, captions,
                                         {.columns = 1, .magnify = 1, .border = 0, .margin = 0});
    CHECK(picture.pixels == std::vector<std::uint8_t>{0, 128, 255, 0, 255, 64});
}

TEST_CASE("groups stand side by side under their captions") {
    const auto first = filled(4, 1, {0, 0, 0, 0}), second = filled(4, 1, {1, 1, 1, 1});
    const std::vector<View<const float>> groups{first, second};
    const TileOptions options{.columns = 2, .magnify = 20, .border = 1, .margin = 10};
    const std::vector<std::string> none{"", ""}, captions{"A", ""};
    const Picture plain = image_groups(groups, 1, 1, none, options);
    REQUIRE(plain.width == 10 + 43 + 26 + 43 + 10);
    REQUIRE(plain.height == 10 + 43 + 10);
    CHECK(at(plain, 10, 10) == separator);
    CHECK(at(plain, 11, 11) == 0);
    CHECK(at(plain, 10 + 43, 20) == page);
    CHECK(at(plain, 10 + 43 + 26, 10) == separator);
    CHECK(at(plain, 10 + 43 + 26 + 1, 11) == 255);

    const Picture captioned = image_groups(groups, 1, 1, captions, options);
    REQUIRE(captioned.height > plain.height);
    const std::size_t added = captioned.height - plain.height;
    CHECK(at(captioned, 11, 11 + added) == 0);
    std::size_t dark_left = 0, dark_right = 0;
    for (std::size_t y = 10; y < 10 + added; ++y) {
        for (std::size_t x = 0; x < captioned.width; ++x) {
            if (at(captioned, x, y) < 128) ++(x < 10 + 43 ? dark_left : dark_right);
        }
    }
    CHECK(dark_left > 30);
    CHECK(dark_right == 0);
}

TEST_CASE("rows of images stand under each other, beside their captions") {
    const auto first = filled(2, 1, {0, 1}), second = filled(2, 1, {1, 0});
    const std::vector<View<const float>> rows{first, second};
    const TileOptions options{.magnify = 30, .border = 2, .margin = 8};
    const std::vector<std::string> captions{"in", "out"}, none{"", ""};
    const Picture plain = image_rows(rows, 1, 1, none, options);
    REQUIRE(plain.width == 8 + 2 + 30 + 2 + 30 + 2 + 8);
    REQUIRE(plain.height == 8 + 2 + 30 + 2 + 30 + 2 + 8);
    CHECK(at(plain, 10, 10) == 0);
    CHECK(at(plain, 42, 10) == 255);
    CHECK(at(plain, 10, 42) == 255);
    CHECK(at(plain, 42, 42) == 0);
    CHECK(at(plain, 8, 8) == separator);

    const Picture captioned = image_rows(rows, 1, 1, captions, options);
    CHECK(captioned.height == plain.height);
    REQUIRE(captioned.width > plain.width);
    const std::size_t added = captioned.width - plain.width;
    CHECK(at(captioned, added + 10, 10) == 0);
    std::size_t dark_above = 0, dark_below = 0;
    for (std::size_t y = 0; y < captioned.height; ++y) {
        for (std::size_t x = 0; x < added; ++x) {
            if (at(captioned, x, y) < 128) ++(y < 8 + 32 ? dark_above : dark_below);
        }
    }
    CHECK(dark_above > 30);
    CHECK(dark_below > dark_above);  // three letters against two
}

TEST_CASE("single images stand in a grid, each above its own caption") {
    const auto values = filled(3, 1, {0, 1, 0});
    const std::vector<std::string> captions{"4 as 9", "1", "7"};
    const TileOptions options{.columns = 2, .magnify = 40, .border = 2, .margin = 10};
    const Picture picture = captioned_images(values, 1, 1, captions, options);
    const auto dark = [&](std::size_t left, std::size_t top, std::size_t right,
                          std::size_t bottom) {
        std::size_t count = 0;
        for (std::size_t y = top; y < bottom; ++y) {
            for (std::size_t x = left; x < right; ++x) count += at(picture, x, y) < 128 ? 1 : 0;
        }
        return count;
    };
    const std::size_t column = (picture.width - 20 + 26) / 2, row = (picture.height - 20 + 26) / 2;
    CHECK(dark(10, 10, 10 + column, 54) == 40 * 40);                   // black
    CHECK(dark(10 + column, 10, picture.width, 54) == 0);              // white
    CHECK(dark(10, 10 + row, 10 + column, 10 + row + 44) == 40 * 40);  // black, in the second row
    const std::size_t first = dark(0, 54, column, row);
    const std::size_t second = dark(column, 54, picture.width, row);
    CHECK(second > 10);
    CHECK(first > 2 * second);  // "4 as 9" against "1"
    CHECK_THROWS_WITH_AS(captioned_images(values, 1, 1, {captions.data(), 2}),
                         "captioned_images: 3 images and 2 captions", std::invalid_argument);
}

TEST_CASE("three maps are red, green and blue, in every figure") {
    const auto colours =
        filled(2, 6, {0, 1, 0.5f, 0, 1, 1, 1, 0, 0, 0, 0, -1});  // two tiles of 1 × 2
    const TileOptions options{.columns = 1, .magnify = 1, .border = 0, .margin = 0};
    using Pixels = std::vector<std::uint8_t>;
    const Pixels shown{0, 128, 255, 255, 0, 255, 255, 0, 0, 0, 0, 0};
    const std::vector<View<const float>> group{colours}, row{colours.view().slice(0, 1)};
    const std::vector<std::string> caption{""};
    const Picture groups = image_groups(group, 1, 2, caption, options);
    CHECK(groups.channels == 3);
    CHECK(groups.pixels == shown);
    CHECK(image_rows(row, 1, 2, caption, options).pixels ==
          Pixels(shown.begin(), shown.begin() + 6));
    // Of features, by the largest weight of all three maps.
    CHECK(feature_tiles(colours, 1, 2, {}, options).pixels ==
          Pixels{128, 191, 255, 255, 128, 255, 255, 128, 128, 128, 128, 0});
    const std::vector<std::string> two{"", ""};
    CHECK(captioned_images(colours, 1, 2, two, {}).channels == 3);
    const std::vector<View<const float>> mixed{colours, View<const float>(colours.data(), 2, 2, 6)};
    CHECK_THROWS_WITH_AS(image_groups(mixed, 1, 2, two),
                         "image_groups: grey images beside coloured ones", std::invalid_argument);
}

TEST_CASE("a view's stride is respected") {
    const auto wide = filled(2, 3, {0, 1, 9, 1, 0, 9});
    const std::vector<View<const float>> groups{View<const float>(wide.data(), 2, 2, 3)};
    const std::vector<std::string> captions{""};
    const TileOptions options{.columns = 1, .magnify = 1, .border = 0, .margin = 0};
    CHECK(image_groups(groups, 1, 2, captions, options).pixels ==
          std::vector<std::uint8_t>{0, 255, 255, 0});
}

TEST_CASE("tiles refuse shapes that do not fit, nothing at all, and what is not a number") {
    const Matrix<float> six(2, 6);
    CHECK_THROWS_WITH_AS(feature_tiles(six, 2, 2),
                         "feature_tiles: tiles of 2×2 need 4 columns, in colour three times as "
                         "many, but the matrix is 2×6",
                         std::invalid_argument);
    CHECK_THROWS_AS(feature_tiles(Matrix<float>(0, 6), 2, 3), std::invalid_argument);
    CHECK_THROWS_AS(feature_tiles(Matrix<float>(2, 0), 0, 3), std::invalid_argument);
    const std::vector<std::size_t> order{0, 2};
    CHECK_THROWS_WITH_AS(feature_tiles(six, 2, 3, order), "feature_tiles: order names unit 2 of 2",
                         std::invalid_argument);
    Matrix<float> broken(2, 6);
    broken(1, 4) = std::numeric_limits<float>::quiet_NaN();
    CHECK_THROWS_WITH_AS(feature_tiles(broken, 2, 3),
                         "feature_tiles: row 1, column 4 is not finite", std::invalid_argument);
    broken(1, 4) = std::numeric_limits<float>::infinity();
    const std::vector<View<const float>> parts{six, broken};
    const std::vector<std::string> two{"a", "b"}, one{"a"};
    CHECK_THROWS_WITH_AS(image_rows(parts, 2, 3, two),
                         "image_rows: row 1, column 4 is not finite", std::invalid_argument);
    CHECK_THROWS_WITH_AS(image_rows(parts, 2, 3, one),
                         "image_rows: 2 sets of images and 1 captions", std::invalid_argument);
    const std::vector<View<const float>> uneven{six, six.view().slice(0, 1)};
    CHECK_THROWS_WITH_AS(image_groups(uneven, 2, 3, two), "image_groups: 1 images beside 2",
                         std::invalid_argument);
    CHECK_THROWS_AS(image_groups({}, 2, 3, {}), std::invalid_argument);
    const std::vector<View<const float>> good{six};
    const std::vector<std::string> greek{"ρ"};
    CHECK_THROWS_AS(image_rows(good, 2, 3, greek), std::invalid_argument);
}

}  // TEST_SUITE
