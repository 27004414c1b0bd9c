// Arrays and archives in memory: making them, and reading them as what is wanted.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "autoencoder/npz.hpp"
#include "scratch.hpp"

using namespace autoencoder;

TEST_SUITE("io/array") {
    TEST_CASE("an array is made of whatever holds numbers, and says what it is") {
        Matrix<float> matrix(2, 3);
        for (std::size_t i = 0; i < 6; ++i) matrix.values[i] = static_cast<float>(i);
        CHECK(Array(matrix).description() == "float32 (2, 3)");
        CHECK(Array({6}, matrix.values).floats() == std::vector<float>{0, 1, 2, 3, 4, 5});
        const View<float> columns(matrix.data() + 1, 2, 2, 3);
        CHECK(Array(columns).floats() == std::vector<float>{1, 2, 4, 5});
        CHECK(Array(0.5).description() == "float64 ()");
        CHECK(Array(7).description() == "integers ()");
        CHECK(Array("tanh").description() == "text ()");
        CHECK(Array({2, 0}, std::vector<std::uint8_t>{}).description() == "uint8 (2, 0)");
        const std::vector<int> labels = {5, 0, 4};
        CHECK(Array({3}, labels).integers() == std::vector<std::int64_t>{5, 0, 4});
        CHECK(Array().size() == 0);
    }

    TEST_CASE("a shape that the values do not fill is a mistake") {
        CHECK_THROWS_AS(Array({2, 2}, std::vector<double>{1, 2, 3}), std::invalid_argument);
        CHECK_THROWS_AS(Array({std::size_t{1} << 63, 2}, std::vector<double>{}),
                        std::invalid_argument);
    }

    TEST_CASE("numbers become doubles, floats and matrices, integers only come from integers") {
        const Array array({1, 2}, std::vector<double>{0.1, -2});
        CHECK(array.doubles() == std::vector<double>{0.1, -2});
        CHECK(array.floats() == std::vector<float>{0.1f, -2});
        CHECK(array.matrix<float>()(0, 1) == -2.0f);
        CHECK(Array({1}, std::vector<std::int64_t>{3}).number() == 3.0);
        CHECK(Array({1, 1}, std::vector<std::uint8_t>{255}).matrix<double>()(0, 0) == 255.0);

        Array read = array;
        read.origin = "case.npz: W1";
        CHECK(complaint([&] { read.integers(); }) ==
              "case.npz: W1: expected integers, found float64 (1, 2)");
        CHECK(complaint([&] { read.texts(); }) ==
              "case.npz: W1: expected text, found float64 (1, 2)");
        CHECK(complaint([&] { read.number(); }) ==
              "case.npz: W1: expected a number, found float64 (1, 2)");
        CHECK(complaint([&] { Array("tanh").doubles(); }) ==
              "array: expected numbers, found text ()");
        CHECK(complaint([&] { Array(0.5).integer(); }) ==
              "array: expected an integer, found float64 ()");
        CHECK(complaint([&] { Array(0.5).matrix<float>(); }) ==
              "array: expected a matrix, found float64 ()");
        CHECK(complaint([&] { Array({0}, std::vector<float>{}).number(); }) ==
              "array: expected a number, found float32 (0,)");
    }

    TEST_CASE("a double that no float can hold is refused, infinity and NaN are not") {
        const double infinity = std::numeric_limits<double>::infinity();
        CHECK(Array(infinity).floats()[0] == std::numeric_limits<float>::infinity());
        CHECK(std::isnan(Array(std::nan("")).floats()[0]));
        CHECK(contains(complaint([] { Array(1e39).floats(); }), "numbers that fit float32"));
    }

    TEST_CASE("an archive keeps its order, finds by name, and has every name once") {
        Archive archive;
        archive.add("x", 1);
        archive.add("activation", "tanh");
        CHECK(archive.at("activation").text() == "tanh");
        CHECK(archive.find("y") == nullptr);
        CHECK(archive.entries[0].first == "x");
        CHECK_THROWS_AS(archive.add("x", 2), std::invalid_argument);
        archive.origin = "case.npz";
        CHECK(complaint([&] { archive.at("y"); }) == "case.npz: expected the key 'y', found none");
    }
}
