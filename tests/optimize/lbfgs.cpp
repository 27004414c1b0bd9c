#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

#include "autoencoder/optimize.hpp"
#include "everywhere.hpp"
#include "functions.hpp"

using namespace autoencoder;
using testing::Bowl;
using testing::distance;
using testing::rosenbrock;
using testing::rosenbrock_start;
using testing::same_bits;

namespace {

const auto at_one = [](std::size_t) { return 1.0; };
const auto at_index = [](std::size_t i) { return double(i); };

double inner(const std::vector<double>& x, const std::vector<double>& y) {
    double sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) sum += x[i] * y[i];
    return sum;
}

/// Watches a run and checks the strong Wolfe conditions on every step that it accepts.
template <class T>
struct WolfeWatch {
    Objective<T> objective;
    double c1, c2;

    std::vector<double> theta, gradient;            // of the last evaluation
    std::vector<double> last_theta, last_gradient;  // of the last iteration
    double cost = 0, last_cost = 0;
    std::size_t steps = 0;

    double evaluate(std::span<const T> x, std::span<T> g) {
        cost = objective(x, g);
        theta.assign(x.begin(), x.end());
        gradient.assign(g.begin(), g.end());
        return cost;
    }
    bool accepted(const Progress& p) {
        CHECK(p.cost == cost);
        if (p.iteration > 0) {
            std::vector<double> s(theta.size());
            for (std::size_t i = 0; i < s.size(); ++i) s[i] = theta[i] - last_theta[i];
            const double before = inner(last_gradient, s), after = inner(gradient, s);
            const double rounding = std::numeric_limits<T>::epsilon();
            CHECK(before < 0);
            CHECK(cost <= last_cost + c1 * before + 8 * rounding * last_cost);
            CHECK(std::abs(after) <= -c2 * before * (1 + 1000 * rounding));
            ++steps;
        }
        last_theta = theta, last_gradient = gradient, last_cost = cost;
        return true;
    }
};

template <class T>
Minimum run_watched(const Objective<T>& f, std::span<T> theta, const LbfgsOptions& options) {
    WolfeWatch<T> watch{f, options.sufficient_decrease, options.curvature, {}, {}, {}, {}};
    const Minimum found = minimise_lbfgs<T>(
        [&](auto x, auto g) { return watch.evaluate(x, g); }, theta, options,
        [&](const Progress& p) { return watch.accepted(p); });
    CHECK(watch.steps == found.iterations);
    CHECK(watch.steps > 5);
    return found;
}

}  // namespace

TEST_SUITE("optimize") {

TEST_CASE_TEMPLATE("L-BFGS finds Rosenbrock's minimum by steps within Wolfe's conditions", T, float,
                   double) {
    for (const std::size_t n : {2u, 100u}) {
        CAPTURE(n);
        auto x = rosenbrock_start<T>(n);
        LbfgsOptions options;
        options.iterations = 1000;
        options.gradient_tolerance = sizeof(T) == 4 ? 1e-3 : 1e-5;
        const Minimum found = run_watched<T>(rosenbrock<T>, x, options);
        CHECK(found.outcome == Outcome::gradient_small);
        CHECK(found.evaluations < (n == 2 ? 60u : 800u));
        CHECK(distance(x, at_one) < 10 * options.gradient_tolerance);
    }
}

TEST_CASE_TEMPLATE("L-BFGS meets Wolfe's conditions where they are strict", T, float, double) {
    struct Wolfe {
        double sufficient_decrease, curvature;
    };
    for (const Wolfe wolfe : {Wolfe{0.01, 0.05}, {0.45, 0.9}}) {
        CAPTURE(wolfe.curvature);
        auto x = rosenbrock_start<T>(10);
        LbfgsOptions options;
        options.sufficient_decrease = wolfe.sufficient_decrease;
        options.curvature = wolfe.curvature;
        options.iterations = 20;
        run_watched<T>(rosenbrock<T>, x, options);
    }
}

TEST_CASE("L-BFGS solves a quadratic in hardly more iterations than it has dimensions") {
    std::vector<double> x(10, -3.0);
    LbfgsOptions options;
    options.curvature = 1e-3;  // nearly exact line searches: the iterates are conjugate gradients'
    options.gradient_tolerance = 1e-6;
    const Minimum found = minimise_lbfgs<double>(Bowl<double>(10, 2), x, options);
    CHECK(found.outcome == Outcome::gradient_small);
    CHECK(found.iterations <= 13);
    CHECK(distance(x, at_index) < 1e-6);
}

TEST_CASE("L-BFGS solves ill-conditioned quadratics") {
    struct Shape {
        std::size_t n;
        double ratio;
    };
    // conditions 10², 2·10³, 2·10⁶
    for (const Shape shape : {Shape{50, 1.1}, {20, 1.5}, {10, 5}}) {
        CAPTURE(shape.n);
        std::vector<double> x(shape.n, 0.5);
        const Minimum found = minimise_lbfgs<double>(Bowl<double>(shape.n, shape.ratio), x);
        CHECK(found.outcome == Outcome::gradient_small);
        CHECK(found.gradient_norm <= 1e-5);
        CHECK(distance(x, at_index) < 2e-5);
    }
}

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

TEST_CASE("L-BFGS ends when the cost settles, and when the iterations are done") {
    LbfgsOptions options;
    options.cost_tolerance = 1e-3;
    options.gradient_tolerance = 0;
    const auto shifted = [](std::span<const double> x, std::span<double> g) {
        return 10 + rosenbrock<double>(x, g);
    };
    auto x = rosenbrock_start<double>(2);
    std::vector<double> costs;
    const Minimum found = minimise_lbfgs<double>(shifted, x, options, [&](const Progress& p) {
        CHECK(p.iteration == costs.size());
        costs.push_back(p.cost);
        return true;
    });
    CHECK(found.outcome == Outcome::cost_settled);
    REQUIRE(costs.size() > 4);
    for (std::size_t i = costs.size() - 3; i < costs.size(); ++i)
        CHECK(costs[i - 1] - costs[i] <= 1e-3 * costs[i - 1]);
    CHECK(costs[costs.size() - 5] - costs[costs.size() - 4] > 1e-3 * costs[costs.size() - 5]);

    options.iterations = 4;
    x = rosenbrock_start<double>(2);
    const Minimum cut = minimise_lbfgs<double>(shifted, x, options);
    CHECK(cut.outcome == Outcome::iterations_done);
    CHECK(cut.iterations == 4);
    CHECK(cut.cost == costs[4]);
}

TEST_CASE_TEMPLATE("L-BFGS stopped and resumed gives the bits of a run that went through", T, float,
                   double) {
    LbfgsOptions options;
    options.memory = 5;  // so that old pairs have been replaced
    options.iterations = 30;
    const Objective<T> f = rosenbrock<T>;

    auto through = rosenbrock_start<T>(40);
    LbfgsState<T> state;
    const Minimum whole = minimise_lbfgs<T>(f, through, options, {}, &state);
    CHECK(whole.iterations == 30);

    for (const std::size_t stop : {0u, 3u, 13u}) {
        CAPTURE(stop);
        auto x = rosenbrock_start<T>(40);
        LbfgsState<T> part;
        const Minimum stopped = minimise_lbfgs<T>(
            f, x, options, [&](const Progress& p) { return p.iteration != stop; }, &part);
        CHECK(stopped.outcome == Outcome::stopped);
        CHECK(stopped.iterations == stop);

        LbfgsState<T> loaded = part;
        auto y = x;
        const Minimum resumed = minimise_lbfgs<T>(f, y, options, {}, &loaded);
        CHECK(resumed.iterations == whole.iterations);
        CHECK(resumed.evaluations == whole.evaluations);
        CHECK(resumed.cost == whole.cost);
        CHECK(same_bits(y, through));
        CHECK(same_bits(loaded.gradient, state.gradient));
        CHECK(same_bits(loaded.s.values, state.s.values));
        CHECK(same_bits(loaded.y.values, state.y.values));
    }
}

TEST_CASE_TEMPLATE("L-BFGS has the same bits on every instruction set and any number of threads", T,
                   float, double) {
    const std::size_t n = 70'003;
    LbfgsOptions options;
    options.memory = 4;
    options.iterations = 8;
    std::vector<T> first;
    testing::everywhere([&](const char* unit, std::size_t threads) {
        CAPTURE(unit);
        CAPTURE(threads);
        auto x = rosenbrock_start<T>(n);
        minimise_lbfgs<T>(rosenbrock<T>, x, options);
        if (first.empty()) {
            first = x;
            CHECK(x != rosenbrock_start<T>(n));
        }
        CHECK(same_bits(x, first));
    });
}

TEST_CASE("L-BFGS leaves gaps in θ at zero") {
    std::vector<float> x(48, 0.0f);
    const auto gap = [](std::size_t i) { return i % 16 >= 10; };
    const Bowl<float> bowl(48, 1.05);
    const auto f = [&](std::span<const float> t, std::span<float> g) {
        const double cost = bowl(t, g);
        for (std::size_t i = 0; i < g.size(); ++i) {
            if (gap(i)) g[i] = 0;
        }
        return cost;
    };
    const Minimum found = minimise_lbfgs<float>(f, x);
    CHECK(found.iterations > 3);
    CHECK(distance(x, [&](std::size_t i) { return gap(i) ? 0.0 : double(i); }) < 1e-3);
    for (std::size_t i = 0; i < x.size(); ++i) {
        if (gap(i)) CHECK(x[i] == 0);
    }
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
