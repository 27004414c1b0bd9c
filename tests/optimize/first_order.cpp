#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include "autoencoder/optimize.hpp"
#include "everywhere.hpp"
#include "functions.hpp"

using namespace autoencoder;
using testing::Bowl;
using testing::distance;
using testing::same_bits;

namespace {

/// One step on one number.
template <class Optimiser, class T>
T next(Optimiser& optimiser, T theta, T gradient) {
    optimiser.step(std::span<T>(&theta, 1), std::span<const T>(&gradient, 1));
    return theta;
}

/// Steps down a bowl, from 0.
template <class T, class Optimiser>
std::vector<T> descend(Optimiser& optimiser, const Bowl<T>& bowl, std::size_t steps,
                       std::vector<T> theta) {
    std::vector<T> gradient(theta.size());
    for (std::size_t i = 0; i < steps; ++i) {
        bowl(theta, gradient);
        optimiser.step(theta, gradient);
    }
    return theta;
}

template <class T, class Optimiser>
void check_bits_everywhere(const Optimiser& settings) {
    const std::size_t n = 70'003;
    const Bowl<T> bowl(n, 1.00001);
    std::vector<T> first;
    test::everywhere([&](const char* unit, std::size_t threads) {
        CAPTURE(unit);
        CAPTURE(threads);
        Optimiser optimiser = settings;
        const std::vector<T> theta = descend<T>(optimiser, bowl, 3, std::vector<T>(n));
        if (first.empty()) {
            first = theta;
            CHECK(distance(theta, [](std::size_t) { return 0.0; }) > 0);
        }
        CHECK(same_bits(theta, first));
    });
}

template <class T, class Optimiser>
void check_gaps(Optimiser optimiser) {
    std::vector<T> theta(40), gradient(40);
    for (std::size_t step = 0; step < 5; ++step) {
        for (std::size_t i = 0; i < 40; ++i) gradient[i] = i % 16 < 10 ? T(1) : T(0);
        optimiser.step(theta, gradient);
    }
    for (std::size_t i = 0; i < 40; ++i) CHECK((theta[i] == 0) == (i % 16 >= 10));
}

}  // namespace

TEST_SUITE("optimize") {

TEST_CASE_TEMPLATE("SGD goes against the gradient", T, float, double) {
    const Sgd<T> sgd{0.5};
    CHECK(next(sgd, T(1), T(1)) == T(0.5));
    CHECK(next(sgd, T(0.5), T(-3)) == T(2));
}

TEST_CASE_TEMPLATE("Momentum makes three steps as worked by hand", T, float, double) {
    Momentum<T> momentum{0.5, 0.5};
    T theta = next(momentum, T(1), T(1));  // v = 1
    CHECK(theta == T(0.5));
    theta = next(momentum, theta, T(2));  // v = ½ + 2
    CHECK(theta == T(-0.75));
    theta = next(momentum, theta, T(-1));  // v = 1¼ − 1
    CHECK(theta == T(-0.875));
    CHECK(momentum.velocity[0] == T(0.25));
}

TEST_CASE_TEMPLATE("Adam makes three steps as worked by hand", T, float, double) {
    Adam<T> adam{1, 0.5, 0.75, 2};
    const auto near = [](T found, double expected) {
        return std::abs(double(found) - expected) <= 8 * double(std::numeric_limits<T>::epsilon());
    };
    // t   ∇    m       v        1−β₁ᵗ   1−β₂ᵗ      m̂      v̂        m̂ / (√v̂ + 2)
    // 1   2    1       1        ½       ¼          2      4        ½
    // 2  −2   −½       1¾       ¾       7/16      −2/3    4       −1/6
    // 3   4    1¾      5 5/16   7/8     37/64      2      340/37   2 / (√(340/37) + 2)
    T theta = next(adam, T(3), T(2));
    CHECK(near(theta, 2.5));
    theta = next(adam, theta, T(-2));
    CHECK(near(theta, 2.5 + 1.0 / 6));
    theta = next(adam, theta, T(4));
    CHECK(near(theta, 2.5 + 1.0 / 6 - 2 / (std::sqrt(340.0 / 37) + 2)));
    CHECK(adam.mean[0] == T(1.75));
    CHECK(adam.square[0] == T(5.3125));
    CHECK(adam.steps == 3);
}

TEST_CASE_TEMPLATE("First-order optimisers reach the bottom of a bowl", T, float, double) {
    const Bowl<T> bowl(8, 1.25);
    const std::vector<T> zero(8);
    const auto at_index = [](std::size_t i) { return double(i); };
    Sgd<T> sgd{0.2};
    CHECK(distance(descend(sgd, bowl, 150, zero), at_index) < 1e-5);
    Momentum<T> momentum{0.05, 0.8};
    CHECK(distance(descend(momentum, bowl, 300, zero), at_index) < 1e-5);
    Adam<T> adam{0.05};
    CHECK(distance(descend(adam, bowl, 2000, zero), at_index) < 1e-3);
}

TEST_CASE_TEMPLATE("A copy of an optimiser continues with the same bits", T, float, double) {
    const Bowl<T> bowl(8, 1.5);
    Adam<T> adam{0.01}, again{0.01};
    const std::vector<T> through = descend(adam, bowl, 20, std::vector<T>(8));
    const std::vector<T> half = descend(again, bowl, 7, std::vector<T>(8));
    Adam<T> copy = again;
    CHECK(same_bits(descend(copy, bowl, 13, half), through));
    Adam<T> fresh{0.01};
    CHECK(!same_bits(descend(fresh, bowl, 13, half), through));
}

TEST_CASE_TEMPLATE("First-order steps have the same bits everywhere", T, float, double) {
    check_bits_everywhere<T>(Sgd<T>{0.1});
    check_bits_everywhere<T>(Momentum<T>{0.1, 0.9});
    check_bits_everywhere<T>(Adam<T>{0.1});
}

TEST_CASE_TEMPLATE("First-order steps leave gaps in θ at zero", T, float, double) {
    check_gaps<T>(Sgd<T>{0.1});
    check_gaps<T>(Momentum<T>{0.1, 0.9});
    check_gaps<T>(Adam<T>{0.1});
}

TEST_CASE("First-order steps refuse sizes that differ and settings out of range") {
    std::vector<float> two(2), three(3);
    CHECK_THROWS_AS(Sgd<float>{}.step(two, three), std::invalid_argument);
    CHECK_THROWS_AS(Sgd<float>{-1}.step(two, two), std::invalid_argument);
    Momentum<float> momentum;
    momentum.step(two, two);
    CHECK_THROWS_AS(momentum.step(three, three), std::invalid_argument);
    momentum.momentum = 1;
    CHECK_THROWS_AS(momentum.step(two, two), std::invalid_argument);
    Adam<float> adam;
    adam.step(two, two);
    CHECK_THROWS_AS(adam.step(three, three), std::invalid_argument);
    adam.epsilon = 1e-60;  // zero as a float
    CHECK_THROWS_AS(adam.step(two, two), std::invalid_argument);
    CHECK(adam.steps == 1);
}

TEST_CASE("Schedules fall as they should") {
    const auto near = [](double x, double y) { return std::abs(x - y) < 3e-16; };
    CHECK(learning_rate_factor({}, 0) == 1);
    CHECK(learning_rate_factor({}, 1000) == 1);

    const Schedule steps{Decay::steps, 0, 10, 0.5};
    CHECK(learning_rate_factor(steps, 9) == 1);
    CHECK(learning_rate_factor(steps, 10) == 0.5);
    CHECK(learning_rate_factor(steps, 59) == 0.03125);

    // ½ (1 + cos) of multiples of 15°
    const Schedule cosine{Decay::cosine, 12, 1, 0};
    const double cos15 = (std::sqrt(6.0) + std::sqrt(2.0)) / 4, cos45 = std::sqrt(0.5);
    CHECK(learning_rate_factor(cosine, 0) == 1);
    CHECK(near(learning_rate_factor(cosine, 1), (1 + cos15) / 2));
    CHECK(near(learning_rate_factor(cosine, 3), (1 + cos45) / 2));
    CHECK(near(learning_rate_factor(cosine, 4), 0.75));
    CHECK(near(learning_rate_factor(cosine, 6), 0.5));
    CHECK(near(learning_rate_factor(cosine, 8), 0.25));
    CHECK(near(learning_rate_factor(cosine, 11), (1 - cos15) / 2));
    CHECK(learning_rate_factor(cosine, 12) == 0);
    CHECK_THROWS_AS(learning_rate_factor(cosine, 13), std::invalid_argument);
}

}
