// What is written as NumPy's arrays.
#include <doctest/doctest.h>

#include "base/npy.hpp"
#include "io/scratch.hpp"

using namespace autoencoder;

TEST_SUITE("io/npy written") {
    TEST_CASE("what is written is NumPy's own form, aligned to 64 bytes") {
        const Bytes file = encode_npy(Array({2, 2}, std::vector<float>{0, 1, 2, 3}));
        std::string text = "\x93NUMPY\x01";
        text += std::string("\0\x76\0", 3) +
                "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }";
        text.resize(127, ' ');
        text += "\n" + std::string("\0\0\0\0\0\0\x80\x3f\0\0\0\x40\0\0\x40\x40", 16);
        CHECK(file == bytes_of(text));
        for (std::size_t d = 0; d <= 32; ++d) {
            CAPTURE(d);
            const Array ones(Array::Shape(d, 1), std::vector<double>{7});
            CHECK(encode_npy(ones).size() % 64 == 8);
            CHECK(decode_npy(encode_npy(ones), "f.npy").shape == ones.shape);
        }
    }

    TEST_CASE("text is written as wide as its longest, and never as wide as nothing") {
        CHECK(decode_npy(encode_npy(Array("zü𝄞")), "f.npy").text() == "zü𝄞");
        CHECK(decode_npy(encode_npy(Array("")), "f.npy").text() == "");
        const std::vector<std::string> list = {"sigmoid", "", "tanh"};
        CHECK(decode_npy(encode_npy(Array(list)), "f.npy").texts() == list);
        CHECK(contains(
            std::string(reinterpret_cast<const char*>(encode_npy(Array(list)).data()), 64), "<U7"));
        CHECK_THROWS_AS(encode_npy(Array("\xC0\x80")), std::invalid_argument);
        CHECK_THROWS_AS(encode_npy(Array("\xED\xA0\x80")), std::invalid_argument);
        CHECK_THROWS_AS(encode_npy(Array("\xE2\x82")), std::invalid_argument);
    }

    TEST_CASE("an array whose shape was spoiled is not written") {
        Array array({2}, std::vector<double>{1, 2});
        array.shape = {3};
        CHECK_THROWS_AS(encode_npy(array), std::invalid_argument);
    }
}
