// The checksum of ZIP, gzip and PNG against published values.
#include "base/crc32.hpp"

#include <doctest/doctest.h>

#include "scratch.hpp"

using namespace autoencoder;

TEST_SUITE("io/crc32") {
    TEST_CASE("the checksums of nothing, of the standard's digits and of one bit are right") {
        CHECK(crc32({}) == 0u);
        CHECK(crc32(bytes_of("123456789")) == 0xCBF43926u);
        CHECK(crc32(bytes_of(std::string(1, '\0'))) == 0xD202EF8Du);
        CHECK(crc32(bytes_of(std::string(1, '\1'))) == 0xA505DF1Bu);
    }

    TEST_CASE("a checksum can be continued") {
        CHECK(crc32(bytes_of("6789"), crc32(bytes_of("12345"))) == 0xCBF43926u);
        CHECK(crc32({}, 0xCBF43926u) == 0xCBF43926u);
    }
}
