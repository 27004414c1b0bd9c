// L-BFGS (Nocedal & Wright, algorithms 7.4 and 7.5): Newton's direction −H ∇ with an H that is
// never formed, but applied as the product of the last few pairs s = θ_{k+1} − θ_k and
// y = ∇_{k+1} − ∇_k.
//
// The time outside the objective is that of reading the history from memory twice per direction,
// 4 · memory · n numbers; all else is a few vectors. (The compact form, by a matrix of inner
// products, reads it twice as well.) Everything that depends on θ is dot(), which sums in a fixed
// order, or element by element: so the bits do not depend on threads or instruction set.
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "autoencoder/elementwise.hpp"
#include "autoencoder/error.hpp"
#include "autoencoder/optimize.hpp"
#include "line_search.hpp"

namespace autoencoder {
namespace {

constexpr std::size_t grain = 1 << 15;

/// Costs that differ by this many units of rounding of T, relative to J, are equal as far as anyone
/// can know: sums over patterns carry an error of a few.
constexpr double noise_units = 8;

/// y = a x.
template <class T>
void assign(T a, std::span<const T> x, std::span<T> y) {
    in_parallel(x.size(), grain, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) y[i] = a * x[i];
    });
}

template <class T>
double norm(std::span<const T> x) {
    return std::sqrt(dot(x, x));
}

void check(const LbfgsOptions& o) {
    require(o.memory >= 1, "L-BFGS: memory is 0, expected at least one pair");
    require(0 < o.sufficient_decrease && o.sufficient_decrease < 0.5 &&
                o.sufficient_decrease < o.curvature && o.curvature < 1,
            "L-BFGS: sufficient_decrease is " + std::to_string(o.sufficient_decrease) +
                " and curvature " + std::to_string(o.curvature) +
                ", expected 0 < sufficient_decrease < curvature < 1 and the former below 1/2");
    require(o.gradient_tolerance >= 0 && o.cost_tolerance >= 0,
            "L-BFGS: a tolerance is negative or no number");
    require(o.patience >= 1, "L-BFGS: patience is 0, expected at least one iteration");
    require(o.max_evaluations_per_line_search >= 1,
            "L-BFGS: max_evaluations_per_line_search is 0, expected at least 1");
}

/// The state at θ before the first iteration, but for the count of evaluations, which says that it has begun.
template <class T>
void begin(LbfgsState<T>& state, const Objective<T>& objective, std::span<const T> theta,
           std::size_t memory) {
    state = {};
    state.gradient = Buffer<T>(theta.size());
    state.s = Matrix<T>(memory, theta.size());
    state.y = Matrix<T>(memory, theta.size());
    state.sy.resize(memory);
    state.cost = objective(theta, state.gradient);
    state.gradient_norm = norm<T>(state.gradient);
}

/// Takes the pair into the history if the cost curves upwards along s as far as T can tell: only
/// then is H positive definite, and −H ∇ a direction of descent. The step seldom fails to.
template <class T>
void remember(LbfgsState<T>& state, std::span<const T> s, std::span<const T> y) {
    const double sy = dot(s, y), yy = dot(y, y);
    if (!(sy > double(std::numeric_limits<T>::epsilon()) * yy)) return;
    const std::size_t row = state.stored % state.s.rows;
    assign<T>(1, s, state.s.row(row));
    assign<T>(1, y, state.y.row(row));
    state.sy[row] = sy;
    state.scale = sy / yy;  // equation 7.20
    ++state.stored;
}

/// q = −H ∇ by the two-loop recursion, algorithm 7.4; without a history −∇. `alpha` is scratch.
template <class T>
void find_direction(const LbfgsState<T>& state, std::vector<double>& alpha, std::span<T> q) {
    const std::size_t memory = state.s.rows, newest = state.stored;
    const std::size_t oldest = newest - std::min(newest, memory);
    assign<T>(-1, state.gradient, q);
    for (std::size_t k = newest; k-- > oldest;) {
        const std::size_t i = k % memory;
        alpha[i] = dot<T>(state.s.row(i), q) / state.sy[i];
        blend<T>(T(-alpha[i]), state.y.row(i), 1, q);
    }
    double scale = state.scale;  // q = scale · q, done along with the first addition
    for (std::size_t k = oldest; k < newest; ++k) {
        const std::size_t i = k % memory;
        const double beta = scale * dot<T>(state.y.row(i), q) / state.sy[i];
        blend<T>(T(alpha[i] - beta), state.s.row(i), T(scale), q);
        scale = 1;
    }
}

template <class T>
Progress progress(const LbfgsState<T>& state, double step) {
    return {state.iterations, state.evaluations, state.cost, state.gradient_norm, step};
}

}  // namespace

template <class T>
Minimum minimise_lbfgs(const Objective<T>& objective, std::span<T> theta,
                       const LbfgsOptions& options, const Report& report, LbfgsState<T>* kept,
                       const std::function<void(std::size_t)>& accepted) {
    check(options);
    LbfgsState<T> own;
    LbfgsState<T>& state = kept ? *kept : own;
    const std::size_t n = theta.size();
    if (state.evaluations > 0) {
        require(state.gradient.size() == n && state.s.rows == options.memory,
                "L-BFGS: the state has " + std::to_string(state.s.rows) + " pairs of size " +
                    std::to_string(state.gradient.size()) + ", expected " +
                    std::to_string(options.memory) + " of size " + std::to_string(n));
    }
    const auto end = [&](Outcome outcome) {
        return Minimum{state.cost, state.gradient_norm, state.iterations, state.evaluations,
                       outcome};
    };
    const auto tell = [&](double step) { return !report || report(progress(state, step)); };
    if (state.evaluations == 0) {
        begin<T>(state, objective, theta, options.memory);
        if (accepted) accepted(0);
        state.evaluations = 1;
        if (!tell(0)) return end(Outcome::stopped);
    }

    // All that an iteration needs is allocated here.
    Buffer<T> direction(n), start(n), gradient(n);
    std::vector<double> alpha(options.memory);
    const std::function<LinePoint(double)> along = [&](double step) {
        assign<T>(1, start, theta);
        blend<T>(T(step), direction, 1, theta);
        const double cost = objective(theta, gradient);
        ++state.evaluations;
        return LinePoint{step, cost, dot<T>(gradient, direction)};
    };
    const double epsilon = double(std::numeric_limits<T>::epsilon());
    LineSearch line{options.sufficient_decrease, options.curvature, 0, epsilon,
                    options.max_evaluations_per_line_search};

    for (;;) {
        if (!std::isfinite(state.cost) || !std::isfinite(state.gradient_norm))
            return end(Outcome::not_finite);
        if (state.gradient_norm <= options.gradient_tolerance) return end(Outcome::gradient_small);
        if (state.settled >= options.patience) return end(Outcome::cost_settled);
        if (state.iterations >= options.iterations) return end(Outcome::iterations_done);

        // A step along −H ∇; if there is none, forget H and try once more, against the gradient.
        assign<T>(1, theta, start);
        line.noise = noise_units * epsilon * std::abs(state.cost);
        std::optional<LinePoint> point;
        for (bool again = true; again && !point;) {
            again = state.stored > 0;
            find_direction<T>(state, alpha, direction);
            const double slope = dot<T>(state.gradient, direction);
            const double first = state.stored > 0 ? 1 : std::min(1.0, 1 / state.gradient_norm);
            if (slope < 0) point = wolfe_step(line, along, {0, state.cost, slope}, first);
            if (!point) state.stored = 0;
        }
        if (!point) {
            assign<T>(1, start, theta);
            return end(Outcome::no_better_step);
        }

        if (accepted) accepted(state.iterations + 1);
        const double fall = state.cost - point->cost;
        const bool level = fall <= options.cost_tolerance * std::abs(state.cost);
        state.settled = level ? state.settled + 1 : 0;
        blend<T>(1, theta, -1, start);              // s, in the place of the θ it began from
        blend<T>(1, gradient, -1, state.gradient);  // y, in the place of the ∇ it began from
        remember<T>(state, start, state.gradient);
        std::swap(state.gradient, gradient);
        state.cost = point->cost;
        state.gradient_norm = norm<T>(state.gradient);
        ++state.iterations;
        if (!tell(point->step)) return end(Outcome::stopped);
    }
}

const char* describe(Outcome outcome) {
    switch (outcome) {
        case Outcome::gradient_small: return "the gradient is small";
        case Outcome::cost_settled: return "the cost no longer falls";
        case Outcome::iterations_done: return "all iterations are done";
        case Outcome::validation_settled: return "patterns held out no longer cost less";
        case Outcome::stopped: return "stopped";
        case Outcome::no_better_step: return "no step lowers the cost";
        case Outcome::not_finite: return "cost or gradient are not finite";
    }
    return "";
}

template Minimum minimise_lbfgs(const Objective<float>&, std::span<float>, const LbfgsOptions&,
                                const Report&, LbfgsState<float>*,
                                const std::function<void(std::size_t)>&);
template Minimum minimise_lbfgs(const Objective<double>&, std::span<double>, const LbfgsOptions&,
                                const Report&, LbfgsState<double>*,
                                const std::function<void(std::size_t)>&);

}  // namespace autoencoder
