// L-BFGS where something is in its way: rounding, costs that are not finite, wrong gradients, a
// history that misleads, options that make no sense.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

#include "autoencoder/optimize.hpp"
#include "functions.hpp"

using namespace autoencoder;
using testing::Bowl;
using testing::distance;

namespace {

const auto at_index = [](std::size_t i) { return double(i); };

}  // namespace

TEST_SUITE("optimize") {

TEST_CASE("L-BFGS goes on by slopes where costs are lost in rounding") {
    // 10⁴ is good to 10⁻³ in float. Here errors are a tenth of that, and always to the worse: each
    // evaluation costs more than the one before, so that near the minimum nothing seems to help.
    const Bowl<float> bowl(8, 2);
    double error = 0;
    const auto blurred = [&](std::span<const float> x, std::span<float> g) {
        return 1e4 + bowl(x, g) + (error += 1e-4);
    };
    std::vector<float> x(8, 9.0f);
    LbfgsOptions options;
    options.patience = 100;
    const Minimum found = minimise_lbfgs<float>(blurred, x, options);
    CHECK(found.gradient_norm < 1e-3);
    CHECK(distance(x, at_index) < 1e-4);
}

TEST_CASE("L-BFGS backtracks where cost or gradient are not finite") {
    // 1/(w−x) + 1/(w+x) has its minimum at 0 between walls at ±w, beyond which all is lost.
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double inf = std::numeric_limits<double>::infinity();
    struct Beyond {
        double cost, gradient;
    };
    for (const Beyond beyond : {Beyond{nan, nan}, {inf, inf}, {inf, 1}, {-inf, 0}, {-1, nan}}) {
        for (const double w : {1e-3, 1e-8}) {  // the first step is of length 1, far too long
            CAPTURE(beyond.cost);
            CAPTURE(w);
            std::size_t met = 0;
            const auto walls = [&](std::span<const double> x, std::span<double> g) {
                if (std::abs(x[0]) >= w) {
                    ++met;
                    g[0] = beyond.gradient;
                    return beyond.cost;
                }
                const double right = 1 / (w - x[0]), left = 1 / (w + x[0]);
                g[0] = right * right - left * left;
                return right + left;
            };
            LbfgsOptions options;
            options.cost_tolerance = 0;
            for (const double start : {-0.5 * w, 0.999 * w}) {
                std::vector<double> x{start};
                met = 0;
                minimise_lbfgs<double>(walls, x, options);
                CHECK(std::abs(x[0]) < 1e-5 * w);
                CHECK(met > 0);
            }
        }
    }
}

TEST_CASE("L-BFGS says so if it begins where the cost is not finite") {
    std::vector<double> x{1};
    const auto f = [](std::span<const double>, std::span<double> g) {
        g[0] = 1;
        return std::numeric_limits<double>::quiet_NaN();
    };
    const Minimum found = minimise_lbfgs<double>(f, x);
    CHECK(found.outcome == Outcome::not_finite);
    CHECK(found.evaluations == 1);
    CHECK(x[0] == 1);
}

TEST_CASE("L-BFGS leaves θ alone if the gradient is wrong and no step lowers the cost") {
    std::vector<double> x{3, 4};
    const auto uphill = [](std::span<const double> t, std::span<double> g) {
        g[0] = -2 * t[0], g[1] = -2 * t[1];
        return t[0] * t[0] + t[1] * t[1];
    };
    const Minimum found = minimise_lbfgs<double>(uphill, x);
    CHECK(found.outcome == Outcome::no_better_step);
    CHECK(x == std::vector<double>{3, 4});
    CHECK(found.cost == 25);
}

TEST_CASE("L-BFGS forgets a history that leads nowhere and goes on against the gradient") {
    std::vector<double> x{3, 4};
    LbfgsState<double> state;
    LbfgsOptions options;
    options.iterations = 1;
    const Objective<double> bowl = Bowl<double>(2, 4);
    minimise_lbfgs<double>(bowl, x, options, {}, &state);
    REQUIRE(state.stored == 1);
    state.scale = -1, state.sy[0] = -state.sy[0];  // as if the cost curved down: it leads uphill
    options.iterations = 100;
    const Minimum found = minimise_lbfgs<double>(bowl, x, options, {}, &state);
    CHECK(found.outcome == Outcome::gradient_small);
    CHECK(distance(x, at_index) < 1e-4);
}

TEST_CASE("L-BFGS remembers no pair along which the cost curves downwards") {
    const auto hill = [](std::span<const double> x, std::span<double> g) {
        const double a = x[0];
        g[0] = 4 * a * a * a - 2 * a;
        return a * a * a * a - a * a;
    };
    std::vector<double> x{0.01};
    LbfgsState<double> state;
    LbfgsOptions options;
    options.iterations = 1;
    options.max_evaluations_per_line_search = 1;  // so that a step is taken where it still steepens
    const Minimum first = minimise_lbfgs<double>(hill, x, options, {}, &state);
    CHECK(first.iterations == 1);
    CHECK(first.cost < 0);
    CHECK(std::abs(state.gradient[0]) > 0.02);
    CHECK(state.stored == 0);
    options.iterations = 100;
    options.max_evaluations_per_line_search = 20;
    minimise_lbfgs<double>(hill, x, options, {}, &state);
    CHECK(state.stored > 0);
    CHECK(std::abs(x[0] - std::sqrt(0.5)) < 1e-5);
}

TEST_CASE("L-BFGS refuses options out of range and states of another size") {
    const Objective<double> f = Bowl<double>(4, 2);
    std::vector<double> x(4), longer(5);
    const auto refuses = [&](auto change) {
        LbfgsOptions options;
        change(options);
        CHECK_THROWS_AS(minimise_lbfgs<double>(f, x, options), std::invalid_argument);
    };
    refuses([](LbfgsOptions& o) { o.memory = 0; });
    refuses([](LbfgsOptions& o) { o.curvature = 1; });
    refuses([](LbfgsOptions& o) { o.sufficient_decrease = 0; });
    refuses([](LbfgsOptions& o) { o.sufficient_decrease = 0.95; });
    refuses([](LbfgsOptions& o) { o.gradient_tolerance = -1; });
    refuses([](LbfgsOptions& o) { o.cost_tolerance = std::nan(""); });
    refuses([](LbfgsOptions& o) { o.patience = 0; });
    refuses([](LbfgsOptions& o) { o.max_evaluations_per_line_search = 0; });

    LbfgsState<double> state;
    LbfgsOptions options;
    options.iterations = 2;
    minimise_lbfgs<double>(f, x, options, {}, &state);
    CHECK_THROWS_AS(minimise_lbfgs<double>(f, longer, options, {}, &state), std::invalid_argument);
    options.memory = 7;
    CHECK_THROWS_AS(minimise_lbfgs<double>(f, x, options, {}, &state), std::invalid_argument);
}

}
