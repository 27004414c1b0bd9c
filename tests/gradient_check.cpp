// The gradient check on functions whose gradients are known, right and wrong.
#include "autoencoder/gradient_check.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

namespace autoencoder {
namespace {

/// Two blocks with a gap between them: W (2×3) and b (2).
Layout two_blocks() {
    Layout layout;
    layout.add("W", {2, 3});
    layout.add("b", {2});
    return layout;
}

Buffer<double> some_point(const Layout& layout) {
    Buffer<double> theta(layout.size);
    double value = -1.7;
    for (const Block& block : layout.blocks)
        for (double& each : part<double>(theta, block)) each = value += 0.9;
    return theta;
}

/// Σ θ_i⁴ / 4 + θ_i over the blocks: curved, and exactly differentiable. The gradient's entry at
/// `spoilt` is off by `by`.
struct Quartic {
    Layout layout = two_blocks();
    std::size_t spoilt = 0;
    double by = 0;

    double operator()(std::span<const double> theta, std::span<double> gradient) const {
        double sum = 0;
        for (const Block& block : layout.blocks) {
            for (std::size_t i = block.offset; i < block.offset + block.size; ++i) {
                const double x = theta[i];
                sum += x * x * x * x / 4 + x;
                gradient[i] = x * x * x + 1;
            }
        }
        gradient[spoilt] += by;
        return sum;
    }
};

}  // namespace

TEST_SUITE_BEGIN("gradient_check");

TEST_CASE("a right gradient passes on every parameter of every block") {
    const Layout layout = two_blocks();
    const GradientCheck check = check_gradient(Quartic{}, some_point(layout), layout);
    CHECK(check.passed);
    CHECK(check.parameters == 8);
    REQUIRE(check.blocks.size() == 2);
    CHECK(check.blocks[0].name == "W");
    CHECK(check.blocks[0].parameters == 6);
    CHECK(check.largest_error < 1e-12);  // five points leave nothing out of a quartic
    CHECK(describe(check).empty());
}

TEST_CASE("a wrong entry fails its block alone and is named first") {
    const Layout layout = two_blocks();
    const GradientCheck check =
        check_gradient(Quartic{layout, 4, 1e-5}, some_point(layout), layout);
    CHECK_FALSE(check.passed);
    CHECK_FALSE(check.blocks[0].passed);
    CHECK(check.blocks[1].passed);
    REQUIRE(check.blocks[0].worst.size() == 3);
    CHECK(check.blocks[0].worst[0].name == "W(1, 1)");
    CHECK(check.largest_error > 1e-8);
    CHECK(describe(check).find("W(1, 1)") != std::string::npos);
    CHECK(describe(check).find("b:") == std::string::npos);
}

TEST_CASE("a small entry counts like any other: it is compared, not skipped") {
    Layout layout;
    layout.add("w", {2});
    const Objective<double> tiny = [](std::span<const double> theta, std::span<double> gradient) {
        gradient[0] = 1e-9;
        gradient[1] = 0;  // forgotten: it is 1e-9 as well
        return 1e-9 * (theta[0] + theta[1]);
    };
    const GradientCheck check = check_gradient(tiny, Buffer<double>(layout.size), layout);
    CHECK_FALSE(check.passed);
    CHECK(check.blocks[0].worst[0].name == "w(1)");
}

TEST_CASE("a block whose gradient is all zero fails unless it is said to be") {
    const Layout layout = two_blocks();
    const Objective<double> without_b = [&](std::span<const double> theta,
                                            std::span<double> gradient) {
        Quartic quartic;
        quartic.layout.blocks.pop_back();
        return quartic(theta, gradient);
    };
    const Buffer<double> theta = some_point(layout);
    const GradientCheck check = check_gradient(without_b, theta, layout);
    CHECK_FALSE(check.passed);
    CHECK(check.blocks[1].all_zero);
    CHECK(describe(check).find("all zero") != std::string::npos);

    GradientCheckOptions options;
    options.zero_blocks = {"b"};
    CHECK(check_gradient(without_b, theta, layout, options).passed);

    SUBCASE("and then it must be zero, in the cost as well") {
        CHECK_FALSE(check_gradient(Quartic{}, theta, layout, options).passed);
        const Objective<double> forgotten = [](std::span<const double> at,
                                               std::span<double> gradient) {
            const double cost = Quartic{}(at, gradient);
            for (std::size_t i = 16; i < 18; ++i) gradient[i] = 0;
            return cost;
        };
        CHECK_FALSE(check_gradient(forgotten, theta, layout, options).passed);
    }
    SUBCASE("a zero block that does not exist is refused") {
        options.zero_blocks = {"c"};
        CHECK_THROWS_AS(check_gradient(without_b, theta, layout, options), std::invalid_argument);
    }
}

TEST_CASE("a number between the blocks fails") {
    const Layout layout = two_blocks();
    const GradientCheck check =
        check_gradient(Quartic{layout, 6, 1e-300}, some_point(layout), layout);
    CHECK_FALSE(check.gaps_zero);
    CHECK_FALSE(check.passed);
    CHECK(describe(check).find("between the blocks") != std::string::npos);
}

TEST_CASE("NaN never passes, wherever it stands") {
    const Layout layout = two_blocks();
    const double nan = std::numeric_limits<double>::quiet_NaN();
    for (const std::size_t place : {std::size_t(0), std::size_t(17)}) {
        const GradientCheck check =
            check_gradient(Quartic{layout, place, nan}, some_point(layout), layout);
        CHECK_FALSE(check.passed);
        CHECK(std::isnan(check.largest_error));
    }
}

TEST_CASE("a point near a kink is refused") {
    const Layout layout = two_blocks();
    GradientCheckOptions options;
    options.nearest_kink = 0.01;
    CHECK_THROWS_AS(check_gradient(Quartic{}, some_point(layout), layout, options),
                    std::invalid_argument);
    options.nearest_kink = 0.03;
    CHECK(check_gradient(Quartic{}, some_point(layout), layout, options).passed);
}

TEST_CASE("sizes that do not belong together are refused") {
    const Layout layout = two_blocks();
    CHECK_THROWS_AS(check_gradient(Quartic{}, Buffer<double>(8), layout), std::invalid_argument);
    CHECK_THROWS_AS(compare_gradients(Buffer<double>(8), Buffer<double>(32), layout),
                    std::invalid_argument);
}

TEST_SUITE_END();

}  // namespace autoencoder
