// PNG files, there and back, and the choice of filters.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>

#include "autoencoder/picture.hpp"
#include "read_png.hpp"

using namespace autoencoder;
using testing::noise;
using testing::read_png;

namespace {

/// A picture whose values are at(x, y, channel).
template <class At>
Picture make(std::size_t width, std::size_t height, std::size_t channels, At at) {
    Picture picture{width, height, channels, {}};
    for (std::size_t y = 0; y < height; ++y) {
        for (std::size_t x = 0; x < width; ++x) {
            for (std::size_t c = 0; c < channels; ++c) {
                picture.pixels.push_back(static_cast<std::uint8_t>(at(x, y, c)));
            }
        }
    }
    return picture;
}

testing::DecodedPng check_round_trip(const Picture& picture) {
    testing::DecodedPng back = read_png(encode_png(picture));
    CHECK(back.picture.width == picture.width);
    CHECK(back.picture.height == picture.height);
    CHECK(back.picture.channels == picture.channels);
    CHECK(back.picture.pixels == picture.pixels);
    CHECK(back.chunks == "IHDRIDATIEND");
    return back;
}

}  // namespace

TEST_SUITE("picture") {

TEST_CASE("a PNG gives back every pixel, whatever the size, the channels and the contents") {
    for (const std::size_t channels : {1u, 3u}) {
        const std::size_t sizes[][2] = {{1, 1}, {1, 9}, {9, 1}, {2, 3}, {17, 31}, {257, 65}};
        for (const auto& size : sizes) {
            const std::size_t width = size[0], height = size[1];
            CAPTURE(channels);
            CAPTURE(width);
            CAPTURE(height);
            const Bytes random = noise(width * height * channels);
            check_round_trip({width, height, channels, random});
            check_round_trip(make(width, height, channels, [](auto, auto, auto) { return 200; }));
            check_round_trip(make(width, height, channels,
                                  [](auto x, auto y, auto c) { return 3 * x + 5 * y + 80 * c; }));
            check_round_trip(make(width, height, channels,
                                  [](auto x, auto y, auto c) { return x * x / 7 + y * x + c; }));
        }
    }
}

TEST_CASE("the whole file of one black pixel is as worked by hand") {
    // The data is filter 0 and the pixel 0: the bits 1 10 | 00110000 | 00110000 | 0000000.
    const Bytes expected{
        0x89, 'P', 'N', 'G', 0x0d, 0x0a, 0x1a, 0x0a,                              //
        0, 0, 0, 13, 'I', 'H', 'D', 'R', 0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0,   //
        0x3a, 0x7e, 0x9b, 0x55,                                                   //
        0, 0, 0, 10, 'I', 'D', 'A', 'T',                                          //
        0x78, 0x01, 0x63, 0x60, 0x00, 0x00, 0x00, 0x02, 0x00, 0x01};
    const Bytes file = encode_png({1, 1, 1, {0}});
    REQUIRE(file.size() > expected.size());
    CHECK(Bytes(file.begin(), file.begin() + static_cast<long>(expected.size())) == expected);
}

TEST_CASE("each row takes the filter that leaves the least") {
    // Row 0 rises to the right: its left neighbours say it. Rows 1 and 2 repeat it: those above do.
    // Row 3 is noise around 0: left alone.
    Picture picture = make(40, 4, 1, [](auto x, auto, auto) { return 60 + 2 * x; });
    for (std::size_t x = 0; x < 40; ++x) {
        picture.pixels[3 * 40 + x] = static_cast<std::uint8_t>(x % 2 == 0 ? 0 : 1);
    }
    CHECK(check_round_trip(picture).filters == "1220");
    // Steps down count as little as steps up.
    const Picture falling = make(40, 1, 1, [](auto x, auto, auto) { return 120 - 2 * x; });
    CHECK(check_round_trip(falling).filters == "1");
    // Rows halfway between the left and the upper neighbour: the average.
    Picture half = make(30, 2, 1, [](auto x, auto, auto) { return (x * 37) % 200; });
    for (std::size_t x = 0; x < 30; ++x) {
        const int a = x > 0 ? half.pixels[30 + x - 1] : 0, b = half.pixels[x];
        half.pixels[30 + x] = static_cast<std::uint8_t>((a + b) / 2);
    }
    CHECK(check_round_trip(half).filters.back() == '3');
    // Each pixel is the one of its three neighbours that left + above − both is nearest to.
    Picture nearest = make(30, 2, 1, [](auto x, auto, auto) { return (x * 37) % 200; });
    nearest.pixels[30] = 50;
    for (std::size_t x = 1; x < 30; ++x) {
        const int a = nearest.pixels[30 + x - 1], b = nearest.pixels[x], c = nearest.pixels[x - 1];
        const int pa = std::abs(b - c), pb = std::abs(a - c), pc = std::abs(a + b - c - c);
        nearest.pixels[30 + x] =
            static_cast<std::uint8_t>(pa <= pb && pa <= pc ? a : pb <= pc ? b : c);
    }
    CHECK(check_round_trip(nearest).filters.back() == '4');
}

TEST_CASE("a constant picture shrinks below a hundredth, and its bytes are always the same") {
    const Picture picture = make(1000, 1000, 1, [](auto, auto, auto) { return 255; });
    const Bytes file = encode_png(picture);
    CHECK(file.size() < picture.pixels.size() / 100);
    CHECK(encode_png(picture) == file);
}

TEST_CASE("write_png leaves the encoded bytes in the file") {
    const auto path = std::filesystem::temp_directory_path() / "autoencoder-test-picture.png";
    const Picture picture = make(5, 4, 3, [](auto x, auto y, auto c) { return x * 50 + y + c; });
    write_png(path.string(), picture);
    CHECK(read_file(path.string()) == encode_png(picture));
    std::filesystem::remove(path);
}

TEST_CASE("what is not a picture is refused, with its sizes") {
    CHECK_THROWS_WITH_AS(encode_png({0, 4, 1, {}}), "encode_png: no PNG is 0 × 4 pixels",
                         std::invalid_argument);
    CHECK_THROWS_WITH_AS(encode_png({2, 2, 2, Bytes(8)}),
                         "encode_png: expected 1 or 3 channels, found 2", std::invalid_argument);
    CHECK_THROWS_WITH_AS(encode_png({2, 2, 3, Bytes(4)}),
                         "encode_png: 2 × 2 × 3 has 4 values", std::invalid_argument);
}

}  // TEST_SUITE
