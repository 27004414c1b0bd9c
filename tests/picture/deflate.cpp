// The compressor against the project's own inflate, which shares nothing with it.
#include "picture/deflate.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "read_png.hpp"

using namespace autoencoder;
using testing::noise;
using testing::zlib_decompress;

namespace {

/// Compresses, checks the way back, and returns the compressed size.
std::size_t round_trip(const Bytes& bytes) {
    const Bytes stream = zlib_compress(bytes);
    CHECK(zlib_decompress(stream, bytes.size()) == bytes);
    return stream.size();
}

}  // namespace

TEST_SUITE("picture") {

TEST_CASE("an empty input is the ten bits of an empty block") {
    const Bytes expected{0x78, 0x01, 0x03, 0x00, 0x00, 0x00, 0x00, 0x01};
    CHECK(zlib_compress({}) == expected);
}

TEST_CASE("short inputs come back, with and without a repeat") {
    for (std::size_t n = 1; n < 40; ++n) {
        CAPTURE(n);
        round_trip(Bytes(n, 7));
        round_trip(noise(n));
    }
}

TEST_CASE("every byte value comes back") {
    Bytes bytes;
    for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<std::uint8_t>(i));
    // 144 literals of 8 bits, 112 of 9, and three, seven bits around them.
    CHECK(round_trip(bytes) == 2 + (3 + 144 * 8 + 112 * 9 + 7 + 7) / 8 + 4);
}

TEST_CASE("runs of all lengths around the longest copy come back") {
    for (std::size_t n = 250; n < 800; ++n) {
        CAPTURE(n);
        round_trip(Bytes(n, 0));
    }
    CHECK(round_trip(Bytes(1000000, 0)) < 7000);
}

TEST_CASE("a repeat is found at every length and at the ends of the window") {
    for (const std::size_t length : {3u, 10u, 11u, 18u, 19u, 34u, 67u, 130u, 131u, 257u, 258u}) {
        for (const std::size_t distance : {300u, 4097u, 16385u, 24577u, 32767u, 32768u, 32769u}) {
            CAPTURE(length);
            CAPTURE(distance);
            Bytes bytes = noise(distance);
            const std::size_t alone = round_trip(bytes);
            bytes.insert(bytes.end(), bytes.begin(), bytes.begin() + static_cast<long>(length));
            const std::size_t longer = round_trip(bytes);
            if (distance <= 32768) CHECK(longer <= alone + 4);  // at most 8 + 5 + 5 + 13 bits
            else CHECK(longer > alone + (length > 10 ? 4 : 0));
        }
    }
}

TEST_CASE("long inputs with repeats near and far come back") {
    Bytes bytes;
    const Bytes pool = noise(5000);
    for (std::size_t i = 0; bytes.size() < 300000; ++i) {
        const std::size_t from = (i * 7919) % 4000, length = 1 + (i * 104729) % 700;
        bytes.insert(bytes.end(), pool.begin() + static_cast<long>(from),
                     pool.begin() + static_cast<long>(std::min(from + length, pool.size())));
    }
    CHECK(round_trip(bytes) < bytes.size() / 10);
}

TEST_CASE("noise grows by no more than an eighth") {
    const std::size_t n = 100000, size = round_trip(noise(n));
    CHECK(size > n);
    CHECK(size < n + n / 8);
}

}  // TEST_SUITE
