// L-BFGS where all is well: what it finds, by which steps, when it ends, and its bits.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>

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
    test::everywhere([&](const char* unit, std::size_t threads) {
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

}
