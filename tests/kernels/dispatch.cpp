#include <doctest/doctest.h>

#include <string>

#include "numeric.hpp"

using namespace autoencoder;

TEST_SUITE("kernels: dispatch") {
    TEST_CASE("every unit that this machine runs can be chosen, the scalar one is always there") {
        const test::Restore restore;
        for (const kernels::Unit* unit : kernels::available()) {
            kernels::choose(unit->name);
            CHECK(&kernels::current() == unit);
        }
        CHECK(std::string(kernels::available().back()->name) == "scalar");
    }
    TEST_CASE("a unit that is not there is refused with the names of those that are") {
        CHECK_THROWS_WITH_AS(kernels::choose("sse9"), doctest::Contains("scalar"), std::invalid_argument);
    }
    TEST_CASE("a number of threads outside 1 to 1024 is refused") {
        CHECK_THROWS_AS(kernels::set_threads(0), std::invalid_argument);
        CHECK_THROWS_AS(kernels::set_threads(100000), std::invalid_argument);
    }
}
