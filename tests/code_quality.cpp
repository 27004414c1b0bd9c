// The numbers on codes where one of them is not defined, or where much must be computed; the check
// of [code-quality] holds the others against hand-made ones.
#include "autoencoder/code_quality.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "autoencoder/random.hpp"

namespace autoencoder {

TEST_SUITE_BEGIN("code_quality");

TEST_CASE("features that never change and patterns that are all zero are counted and left out") {
    Matrix<double> codes(3, 2);  // the second feature is constant, the first pattern silent
    codes(1, 0) = 2;
    codes(2, 0) = 1;
    const CodeQuality quality = code_quality(codes);
    CHECK(quality.hidden == 2);
    CHECK(quality.constant_features == 1);
    CHECK(quality.silent_patterns == 1);
    CHECK(std::isnan(quality.mean_correlation));  // no pair is left
    CHECK(quality.mean_activity == 0.5);
    CHECK(std::fabs(quality.sparseness - 1) < 1e-15);  // one unit alone
}

TEST_CASE("a feature is constant even where its mean cannot be written down") {
    Matrix<double> codes(3, 3);
    for (std::size_t q = 0; q < 3; ++q) {
        codes(q, 0) = 0.1;  // 0.1 + 0.1 + 0.1 is not 3 · 0.1
        codes(q, 1) = double(q);
        codes(q, 2) = -2 * double(q);
    }
    const CodeQuality quality = code_quality(codes);
    CHECK(quality.constant_features == 1);
    CHECK(std::fabs(quality.mean_correlation - 1) < 1e-15);
}

TEST_CASE("a single feature has no correlation and no sparseness") {
    Matrix<double> codes(2, 1);
    codes(0, 0) = 1;
    const CodeQuality quality = code_quality(codes);
    CHECK(std::isnan(quality.mean_correlation));
    CHECK(std::isnan(quality.sparseness));
    CHECK(quality.mean_activity == 0.5);
}

TEST_CASE("all units alike is as dense as can be") {
    Matrix<double> codes(1, 4);
    for (double& h : codes.values) h = -0.25;
    const CodeQuality quality = code_quality(codes);
    CHECK(std::fabs(quality.sparseness) < 1e-15);
    CHECK(quality.constant_features == 4);  // one pattern: nothing varies
}

TEST_CASE("a window on a wider matrix is read as its own") {
    Random random(3);
    Matrix<double> wide(40, 9), narrow(40, 5);
    for (double& h : wide.values) h = random.uniform();
    for (std::size_t q = 0; q < 40; ++q)
        for (std::size_t j = 0; j < 5; ++j) narrow(q, j) = wide(q, j + 2);
    const CodeQuality a = code_quality(View<const double>(wide.data() + 2, 40, 5, 9));
    const CodeQuality b = code_quality(narrow);
    CHECK(a.mean_correlation == b.mean_correlation);
    CHECK(a.sparseness == b.sparseness);
    CHECK(a.mean_activity == b.mean_activity);
}

TEST_CASE("no patterns or no features are refused") {
    CHECK_THROWS_AS(code_quality(Matrix<double>(0, 3)), std::invalid_argument);
    CHECK_THROWS_AS(code_quality(Matrix<double>(3, 0)), std::invalid_argument);
}

TEST_SUITE_END();

}  // namespace autoencoder
