// Data that are read as others were: integers divided alike, words for the same classes.
#include <doctest/doctest.h>

#include <stdexcept>

#include "autoencoder/data.hpp"

using namespace autoencoder;

namespace {

Dataset data_of(float first, float second, const Understanding& as) {
    Dataset data;
    data.name = "some";
    data.x = Matrix<float>(1, 2);
    data.x(0, 0) = first;
    data.x(0, 1) = second;
    data.as = as;
    return data;
}

}  // namespace

TEST_SUITE("data") {
    TEST_CASE("integers are divided as those that were trained on") {
        const auto alike = [](Dataset data, std::size_t divisor) {
            read_alike(data, {divisor, {}});
            return data.x(0, 1);
        };
        CHECK(alike(data_of(0, 51, {1, {}}), 255) == 51 / 255.0f);  // of a table of text
        CHECK(alike(data_of(0, 1, {1, {}}), 255) == 1 / 255.0f);   // a dark image
        CHECK(alike(data_of(0, 0.5f, {}), 255) == 0.5f);           // divided already
        CHECK(alike(data_of(0, 51 / 255.0f, {255, {}}), 1) == 51);  // counts that are small here
        CHECK(alike(data_of(0, 51 / 255.0f, {255, {}}), 255) == 51 / 255.0f);
        CHECK(alike(data_of(0, 51 / 255.0f, {255, {}}), 0) == 51 / 255.0f);
    }

    TEST_CASE("numbers of another size than those that were trained on are said to be so") {
        const auto remarks = [](float least, float most) {
            Understanding other, as;
            other.range = {least, most}, as.range = {0, 1};
            Dataset data = data_of(least, most, other);
            read_alike(data, as);
            return data.remarks;
        };
        CHECK(remarks(-0.5f, 1.5f).empty());
        REQUIRE(remarks(0, 255).size() == 1);
        CHECK(remarks(0, 255)[0] == "the patterns run from 0 to 255, those that were trained on from 0 to 1");
        CHECK(remarks(-5, 0).size() == 1);
        CHECK(remarks(0, 0.001f).empty());  // one pattern may be dark
        Understanding other, as;
        other.range = {20000, 150, 80000, 190}, as.range = {30000, 1.5f, 90000, 1.9f}, as.columns = {"income", "height"};
        Dataset data = data_of(0, 1, other);
        read_alike(data, as);
        REQUIRE(data.remarks.size() == 1);
        CHECK(data.remarks[0] == "column 'height' runs from 150 to 190, in the data that were trained on from 1.5 to 1.9");
    }

    TEST_CASE("what patterns shall become is divided as they are") {
        Dataset pairs = data_of(0, 51, {1, {}});
        pairs.y = pairs.x;
        read_alike(pairs, {255, {}});
        CHECK(pairs.y(0, 1) == 51 / 255.0f);
    }

    TEST_CASE("words stand for the classes of the data that were trained on, others are refused") {
        Dataset data = data_of(0, 0, {0, {"dog", "elk"}});
        data.labels = {1};
        read_alike(data, {0, {"cat", "dog", "elk"}});
        CHECK(data.labels[0] == 2);
        Dataset other = data_of(0, 0, {0, {"cow"}});
        other.labels = {0};
        CHECK_THROWS_AS(read_alike(other, {0, {"cat", "dog"}}), std::runtime_error);
    }
}
