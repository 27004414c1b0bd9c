// NumPy arrays: every type and order that is read, and what is refused. The bytes
// of arrays are made here from their dictionaries, as NumPy makes them.
#include "base/npy.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <limits>

#include "base/bytes.hpp"
#include "scratch.hpp"

using namespace autoencoder;

namespace {

Bytes npy(std::string_view dictionary, const Bytes& data, unsigned version = 1) {
    Bytes file = bytes_of("\x93NUMPY");
    file.push_back(static_cast<std::uint8_t>(version));
    file.push_back(0);
    if (version == 1) {
        append_little<std::uint16_t>(file, static_cast<std::uint16_t>(dictionary.size()));
    } else {
        append_little<std::uint32_t>(file, static_cast<std::uint32_t>(dictionary.size()));
    }
    file.insert(file.end(), dictionary.begin(), dictionary.end());
    file.insert(file.end(), data.begin(), data.end());
    return file;
}

Bytes array_of(std::string descr, std::string shape, const Bytes& data, bool fortran = false) {
    return npy("{'descr': '" + descr + "', 'fortran_order': " + (fortran ? "True" : "False") +
                   ", 'shape': " + shape + ", }   \n",
               data);
}

Array decode(const Bytes& file) { return decode_npy(file, "f.npy"); }

std::string refusal(const Bytes& file) {
    return complaint([&] { decode(file); });
}

std::string dictionary_refusal(std::string_view dictionary) {
    return refusal(npy(dictionary, Bytes(8, 0)));
}

}  // namespace

TEST_SUITE("io/npy") {
    TEST_CASE("real numbers keep their bits in either byte order") {
        const Bytes little32 = from_hex(
                        "0000803f"
                        "000080ff"
                        "0100c07f"),
                    big32 = from_hex(
                        "3f800000"
                        "ff800000"
                        "7fc00001");
        for (const auto& file :
             {array_of("<f4", "(3,)", little32), array_of(">f4", "(3,)", big32)}) {
            const Array array = decode(file);
            CHECK(array.kind() == Array::Kind::real32);
            CHECK(array.shape == Array::Shape{3});
            const auto& values = std::get<std::vector<float>>(array.values);
            REQUIRE(values.size() == 3);
            CHECK(std::bit_cast<std::uint32_t>(values[0]) == 0x3F800000u);
            CHECK(std::bit_cast<std::uint32_t>(values[1]) == 0xFF800000u);
            CHECK(std::bit_cast<std::uint32_t>(values[2]) == 0x7FC00001u);
        }
        CHECK(decode(array_of("<f8", "()", from_hex("000000000000f8bf"))).number() == -1.5);
        CHECK(decode(array_of(">f8", "()", from_hex("bff8000000000000"))).number() == -1.5);
    }

    TEST_CASE("integers of every width keep sign and value in either byte order") {
        const struct {
            const char *descr, *bytes;
            std::int64_t value;
        } cases[] = {
            {"|i1", "80", -128},
            {"<i1", "ff", -1},
            {"<i2", "feff", -2},
            {">i2", "8000", -32768},
            {"<u2", "feff", 65534},
            {">u2", "fffe", 65534},
            {"<i4", "00000080", -2147483648LL},
            {">i4", "fffffffe", -2},
            {"<u4", "ffffffff", 4294967295LL},
            {">u4", "80000000", 2147483648LL},
            {"<i8", "0000000000000080", std::numeric_limits<std::int64_t>::min()},
            {">i8", "fffffffffffffffe", -2},
            {"<u8", "ffffffffffffff7f", std::numeric_limits<std::int64_t>::max()},
            {">u8", "7fffffffffffffff", std::numeric_limits<std::int64_t>::max()},
            {"|b1", "01", 1},
            {"|u1", "ff", 255},
        };
        for (const auto& c : cases) {
            CAPTURE(c.descr);
            const Array array = decode(array_of(c.descr, "()", from_hex(c.bytes)));
            CHECK(array.is_integer());
            CHECK(array.integer() == c.value);
        }
        CHECK(decode(array_of("|u1", "(1,)", {7})).kind() == Array::Kind::byte);
        CHECK(decode(array_of("|b1", "(1,)", {0})).kind() == Array::Kind::integer);
    }

    TEST_CASE("Fortran order becomes C order in one, two and three dimensions") {
        CHECK(decode(array_of("|i1", "(3,)", {1, 2, 3}, true)).integers() ==
              std::vector<std::int64_t>{1, 2, 3});
        CHECK(decode(array_of("|i1", "(2, 3)", {1, 4, 2, 5, 3, 6}, true)).integers() ==
              std::vector<std::int64_t>{1, 2, 3, 4, 5, 6});
        // Element (i, j, k) of (2, 3, 4) has the value 12 i + 4 j + k, its place in C order.
        Bytes data;
        for (unsigned k = 0; k < 4; ++k) {
            for (unsigned j = 0; j < 3; ++j) {
                for (unsigned i = 0; i < 2; ++i) {
                    data.push_back(static_cast<std::uint8_t>(12 * i + 4 * j + k));
                }
            }
        }
        const Array array = decode(array_of("|u1", "(2, 3, 4)", data, true));
        for (std::int64_t i = 0; i < 24; ++i) {
            CHECK(array.integers()[static_cast<std::size_t>(i)] == i);
        }
    }

    TEST_CASE("half precision becomes float32: normal, small, infinite numbers and none") {
        const auto half = [](const char* bytes) {
            return decode(array_of(">f2", "()", from_hex(bytes))).number();
        };
        CHECK(half("3c00") == 1);
        CHECK(half("c100") == -2.5);
        CHECK(half("7bff") == 65504);
        CHECK(half("0400") == 0x1p-14);
        CHECK(half("8001") == -0x1p-24);
        CHECK(half("7c00") == std::numeric_limits<double>::infinity());
        CHECK(half("7e00") != half("7e00"));
        CHECK(decode(array_of("<f2", "(2,)", from_hex("003c0040"))).doubles() ==
              std::vector<double>{1, 2});
    }

    TEST_CASE("a shape of Python 2 has long integers") {
        CHECK(decode(array_of("|u1", "(2L, 1L)", {1, 2})).shape == Array::Shape{2, 1});
        CHECK(decode(array_of("|u1", "(2L,)", {1, 2})).shape == Array::Shape{2});
        CHECK(contains(refusal(array_of("|u1", "(2LL,)", {1, 2})), "expected ','"));
    }

    TEST_CASE("text is read from code points and from bytes, without the zeros behind it") {
        const Bytes little = from_hex(
            "7a000000"
            "fc000000"
            "1ed10100"
            "00000000");
        CHECK(decode(array_of("<U4", "()", little)).text() == "zü𝄞");
        CHECK(decode(array_of(">U2", "()",
                              from_hex("0000007a"
                                       "000000fc")))
                  .text() == "zü");
        CHECK(decode(array_of("|S5", "()", bytes_of(std::string("tanh\0", 5)))).text() == "tanh");
        const Array list = decode(array_of("|S2", "(3,)", bytes_of(std::string("ab\0\0c\0", 6))));
        CHECK(list.texts() == std::vector<std::string>{"ab", "", "c"});
    }

    TEST_CASE("arrays without elements, and scalars, keep their shape") {
        CHECK(decode(array_of("<f4", "(3, 0, 2)", {})).shape == Array::Shape{3, 0, 2});
        CHECK(decode(array_of("<f4", "(3, 0, 2)", {}, true)).size() == 0);
        CHECK(decode(array_of("<U3", "(0,)", {})).texts().empty());
        CHECK(decode(array_of("<f4", "()", Bytes(4, 0), true)).shape.empty());
    }

    TEST_CASE("all three versions and any order of the keys are read") {
        const std::string_view other =
            "{\"shape\": (1, 2), \"descr\": \"|u1\", \"fortran_order\": True}\n";
        for (unsigned version : {1u, 2u, 3u}) {
            CHECK(decode_npy(npy(other, {3, 4}, version), "").shape == Array::Shape{1, 2});
        }
        CHECK(contains(refusal(npy(other, {3, 4}, 4)),
                       "expected version 1.0, 2.0 or 3.0, found 4.0"));
    }

    TEST_CASE("other types are refused by name") {
        const auto refused = [](const std::string& descr) {
            return refusal(array_of(descr, "(1,)", Bytes(16, 0)));
        };
        CHECK(contains(refused("|O"), "pickled Python objects"));
        CHECK(contains(refused("<c16"), "complex numbers"));
        CHECK(contains(refused("<f16"), "extended precision: save it as x.astype('float64')"));
        CHECK(contains(refused("<M8[s]"), "dates"));
        CHECK(contains(refused("|V16"), "a structure"));
        CHECK(contains(dictionary_refusal("{'descr': [('a', '<f4')], "), "a structure"));
        for (const char* descr :
             {"", "<", "<f", "f4", "=f4", "<f4 ", "<i3", "<i16", "|i4", "<b1", "|b2", "<U0", "|S0",
              "|U1", "<S1", "<f-4", "<U99999999999999999999"}) {
            CAPTURE(descr);
            CHECK(contains(refused(descr),
                           "f.npy: expected float32, float64, integers, booleans or text"));
        }
    }

    TEST_CASE("values that cannot be held are refused with their place") {
        const auto message =
            refusal(array_of("<u8", "(2,)", from_hex("01000000000000000000000000000080")));
        CHECK(message ==
              "f.npy: element 1 of the file: expected at most 2⁶³ − 1, found 9223372036854775808");
        CHECK(contains(refusal(array_of("|b1", "(2,)", {1, 2})),
                       "element 1 of the file: expected 0 or 1"));
        CHECK(contains(refusal(array_of("<U1", "()", from_hex("00d80000"))), "expected Unicode"));
        CHECK(contains(refusal(array_of("<U1", "()", from_hex("00001100"))), "expected Unicode"));
        CHECK(contains(refusal(array_of("|S1", "()", {0xFF})),
                       "expected text in UTF-8, found '\\xFF'"));
        CHECK(contains(refusal(array_of("|S1", "(1, 1)", {65})),
                       "a list of texts, found the shape (1, 1)"));
    }

    TEST_CASE("more or fewer bytes than the shape says are refused") {
        CHECK(contains(refusal(array_of("<f4", "(2, 2)", Bytes(15, 0))),
                       "expected 4 elements of 4 bytes"));
        CHECK(contains(refusal(array_of("<f4", "(2, 2)", Bytes(17, 0))), "found 17 bytes"));
        CHECK(contains(refusal(array_of("<f4", "(2, 2)", Bytes(20, 0))), "found 20 bytes"));
        CHECK(contains(refusal(array_of("<f4", "(0,)", {0})), "expected 0 elements"));
    }

    TEST_CASE("shapes that overflow, or are none, are refused") {
        const auto shape = [](const char* text) {
            return refusal(array_of("<f4", text, Bytes(8, 0)));
        };
        CHECK(contains(shape("(4294967296, 4294967296)"),
                       "fits memory, found (4294967296, 4294967296)"));
        CHECK(contains(shape("(0, 4294967296, 4294967296)"), "fits memory"));
        CHECK(contains(shape("(4611686018427387906,)"), "expected 4611686018427387906 elements"));
        CHECK(contains(shape("(18446744073709551616,)"), "a size from 0"));
        CHECK(contains(shape("(-2,)"), "a size from 0"));
        CHECK(contains(shape("(2.0,)"), "expected ','"));
        CHECK(contains(shape("(2)"), "a comma"));
        CHECK(contains(shape("(1 2)"), "expected ','"));
        CHECK(contains(shape("(1, 2"), "a size from 0"));
        CHECK(contains(shape("[2]"), "expected '('"));
        CHECK(contains(shape("(1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,2)"),
                       "at most 32 dimensions"));
    }

    TEST_CASE("headers in any other form are refused") {
        CHECK(contains(dictionary_refusal(""), "expected '{', found the end"));
        CHECK(contains(dictionary_refusal("{}"), "the keys descr"));
        CHECK(contains(dictionary_refusal("{'descr': '<f8', 'shape': ()}"), "the keys descr"));
        CHECK(contains(dictionary_refusal("{'descr': '<f8', 'descr': '<f8'}"), "every key once"));
        CHECK(contains(dictionary_refusal("{'align': True}"), "not 'align'"));
        CHECK(contains(dictionary_refusal("{'descr"), "a string that ends"));
        CHECK(contains(dictionary_refusal("{'fortran_order': 1}"), "True or False"));
        CHECK(
            contains(dictionary_refusal("{'descr': '<f8', 'fortran_order': False, 'shape': ()} x"),
                     "the end of the header, found 'x'"));
        CHECK(contains(dictionary_refusal("{'descr': '<\x1b[2J'}"), "'<\\x1B[2J'"));
        Bytes other = array_of("<f8", "()", Bytes(8, 0));
        other[0] = 0x94;
        CHECK(contains(refusal(other), "expected a NumPy array"));
    }

    TEST_CASE("every array that is cut short is refused, whatever its version") {
        const std::string_view dictionary =
            "{'descr': '<f4', 'fortran_order': True, 'shape': (1, 3)}\n";
        for (unsigned version : {1u, 2u}) {
            const Bytes file = npy(dictionary, Bytes(12, 1), version);
            CHECK(decode(file).size() == 3);
            for (std::size_t size = 0; size < file.size(); ++size) {
                CAPTURE(size);
                CHECK(refusal(Bytes(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size)))
                          .starts_with("f.npy: "));
            }
        }
    }
}
