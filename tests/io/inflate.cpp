// DEFLATE streams: made by hand from RFC 1951, and by zlib; and what is wrong with others.
#include "base/inflate.hpp"

#include <doctest/doctest.h>

#include "base/crc32.hpp"
#include "base/gzip.hpp"
#include "scratch.hpp"

using namespace autoencoder;

namespace {

std::string text_of(const Bytes& bytes) { return std::string(bytes.begin(), bytes.end()); }

struct Sample {
    const char* name;
    Bytes stream;
    std::size_t size;
    std::uint32_t checksum;  // of what was compressed, by zlib
};

// zlib: fixed codes; Huffman coding only, of bytes with the frequencies 1, 1, 2, 3, 5, 8 … so that
// words have up to 13 bits, more than are looked up; dynamic codes with matches.
const Sample samples[] = {
    {"fixed", from_hex("4b49cd29495448412701"), 23, 0x0B8505B7},
    {"long words",
     from_hex("05c1918204411004d1b3b5b5b5b1b1b6b6b2b2b4b4b0f8ffffb8f7e866499b808e5abd562372"
              "0dd20e0bca254a5d6d82d5ad3ff324047dad686b2a6305aae08d14ad820a4e45770c42f47554"
              "af780457d4234f55c3a8b346aa5441546cb165b376618d55ab96dba0a96dafaa4482c4f0479b"
              "a2d35f9d522704b18b13755fd015776328b316824455b44b294d1aac3a44985bed584c64822a"
              "dbb646a0ee562974bfee15650547d5a6a22311b156f5b85b7434284015e20b025869278a82d2"
              "2b7815a93aaa3d76b7d5785197d53625ade9d29162790ec6a2226b75635555af45a91d22ead6"
              "305c15d1daa25a4d76ee1411d7d0a5c662555da2b80d62305c9f2dc68ebdd98e5a4409685034"
              "def0e6a0741b4acf42a55ad5646a5c5b7d7967bcb281d82355f8d4024219822cca4fb5964225"
              "be2511d05e8ea0c44516551a41cb1510da28a275ab66452cc6b6884189f8e039a72ed5e25705"
              "3d6c4490eda8ec3f"),
     986, 0x14AB5898},
    {"dynamic",
     from_hex("e5cbc101c0400802b0593944"
              "50f7ff7790e61fc443a036cb9d6bb27110"
              "8e91528f26b5f675695ac6ec4b1b7f6c1f"),
     300, 0x69371FCE},
    {"stored", from_hex("010500faff68656c6c6f"), 5, 0x3610A686},
};

}  // namespace

TEST_SUITE("io/inflate") {
    TEST_CASE("every kind of block gives back what was compressed") {
        for (const Sample& sample : samples) {
            CAPTURE(sample.name);
            const Inflated inflated = inflate(sample.stream, sample.size, "sample");
            CHECK(inflated.bytes.size() == sample.size);
            CHECK(crc32(inflated.bytes) == sample.checksum);
            CHECK(inflated.used == sample.stream.size());
        }
        CHECK(text_of(inflate(samples[0].stream, 23, "").bytes) == "delta delta delta delta");
        CHECK(text_of(inflate(samples[3].stream, 5, "").bytes) == "hello");
    }

    TEST_CASE("an empty stream, blocks in a row and bytes behind the end are told apart") {
        CHECK(inflate(from_hex("0300"), 0, "").bytes.empty());
        const Inflated two = inflate(from_hex("000100feff61"
                                              "010100feff62"
                                              "99"),
                                     2, "");
        CHECK(text_of(two.bytes) == "ab");
        CHECK(two.used == 12);
    }

    TEST_CASE("a copy that overlaps itself repeats") {
        // Fixed: 'a', then length 258 at distance 1, then the end.
        CHECK(text_of(inflate(from_hex("4b1c0500"), 259, "").bytes) == std::string(259, 'a'));
    }

    TEST_CASE("every stream that is cut short is refused") {
        for (const Sample& sample : samples) {
            for (std::size_t size = 0; size < sample.stream.size(); ++size) {
                CAPTURE(sample.name);
                CAPTURE(size);
                const ByteView part = ByteView(sample.stream).first(size);
                CHECK(complaint([&] {
                          inflate(part, sample.size, "sample");
                      }).starts_with("sample: "));
            }
        }
    }

    TEST_CASE("a stream whose size is not the declared one is refused") {
        for (const Sample& sample : samples) {
            CAPTURE(sample.name);
            CHECK(contains(complaint([&] { inflate(sample.stream, sample.size - 1, ""); }),
                           "found more"));
            CHECK(contains(complaint([&] { inflate(sample.stream, sample.size + 1, ""); }),
                           "found " + std::to_string(sample.size)));
        }
    }

    TEST_CASE("more than a stream can hold is refused before anything is inflated") {
        const Bytes stream(10, 0);
        CHECK(contains(complaint([&] { inflate(stream, 11 * 1032, ""); }), "cannot hold"));
        CHECK(contains(complaint([&] { inflate(stream, std::size_t(-1), ""); }), "cannot hold"));
    }

    TEST_CASE("malformed blocks are refused by name") {
        const auto refusal = [](std::string_view digits) {
            return complaint([&] { inflate(from_hex(digits), 100, "s"); });
        };
        CHECK(contains(refusal("07"), "kind 0, 1 or 2, found 3"));
        CHECK(contains(refusal("010500faf068656c6c6f"), "length and its complement"));
        // Fixed: 'a', then a match at distance 2.
        CHECK(contains(refusal("4b044200"), "distance of at most 1, found 2"));
        // Fixed: symbol 286 (11000110); 'a' and length 3 and distance symbol 30.
        CHECK(contains(refusal("1b0300"), "symbol 286 or 287"));
        CHECK(contains(refusal("4b043e00"), "symbol 30 or 31"));
        // Dynamic: 257 + 31 symbols; a code of lengths with no words, and with too many.
        CHECK(contains(refusal("fd000000"), "at most 286 and 30 symbols"));
        CHECK(contains(refusal("05000000"), "complete code of lengths"));
        CHECK(contains(refusal("05e09324499224499200"), "complete code of lengths"));
    }

    TEST_CASE("whatever bit is wrong, the result is a complaint or as large as declared") {
        for (const Sample& sample : samples) {
            for (std::size_t bit = 0; bit < 8 * sample.stream.size(); ++bit) {
                Bytes stream = sample.stream;
                stream[bit / 8] = static_cast<std::uint8_t>(stream[bit / 8] ^ (1u << bit % 8));
                std::size_t size = sample.size;
                const std::string refusal =
                    complaint([&] { size = inflate(stream, sample.size, "s").bytes.size(); });
                CAPTURE(sample.name);
                CAPTURE(bit);
                CAPTURE(refusal);
                CHECK((size == sample.size || !refusal.empty()));
            }
        }
    }
}

TEST_SUITE("io/gzip") {
    // Written by Python's gzip: the name "labels", then an IDX file of the labels 5, 0, 4.
    const Bytes file = from_hex(
        "1f8b08080000000002ff6c6162656c73006360e060646060606665600100"
        "76bae60f0b000000");

    TEST_CASE("a gzip file with a name gives back the file") {
        CHECK(gunzip(file, "f") == from_hex("0000080100000003050004"));
    }

    TEST_CASE("several members are one file") {
        Bytes twice = file, whole = gunzip(file, "f");
        twice.insert(twice.end(), file.begin(), file.end());
        const Bytes once = whole;
        whole.insert(whole.end(), once.begin(), once.end());
        CHECK(gunzip(twice, "f") == whole);
    }

    TEST_CASE("all optional fields of the header are skipped") {
        Bytes full = from_hex(
            "1f8b081e0000000002ff"
            "0300616263"
            "6e00"
            "6300"
            "1234");
        full.insert(full.end(), file.begin() + 17, file.end());
        CHECK(gunzip(full, "f") == gunzip(file, "f"));
    }

    TEST_CASE("a gzip file that is cut short, or longer, or wrong in its trailer is refused") {
        for (std::size_t size = 0; size < file.size(); ++size) {
            CAPTURE(size);
            CHECK(complaint([&] { gunzip(ByteView(file).first(size), "f"); }).starts_with("f: "));
        }
        Bytes longer = file;
        longer.push_back(0);  // what tapes add
        CHECK(gunzip(longer, "f") == gunzip(file, "f"));
        longer.push_back(1);
        CHECK(!complaint([&] { gunzip(longer, "f"); }).empty());
        for (std::size_t i = file.size() - 8; i < file.size(); ++i) {
            Bytes wrong = file;
            wrong[i] ^= 1;
            CAPTURE(i);
            CHECK(!complaint([&] { gunzip(wrong, "f"); }).empty());
        }
    }

    TEST_CASE("what is no gzip file, other methods and unknown flags are refused by name") {
        const auto refusal = [](std::size_t place, std::uint8_t value) {
            Bytes wrong = file;
            wrong[place] = value;
            return complaint([&] { gunzip(wrong, "f"); });
        };
        CHECK(contains(refusal(1, 0x8C), "expected a gzip file"));
        CHECK(contains(refusal(2, 7), "method 8"));
        CHECK(contains(refusal(3, 0x28), "flags below 32"));
    }
}
