// Optimisers: from an objective, or a gradient, to better parameters θ. All of them see one flat
// vector, so each is a loop over one span and knows nothing about networks.
//   L-BFGS        whole-batch: Nocedal & Wright, Numerical Optimization (2006), algorithms 7.4, 7.5
//   Sgd, Momentum, Adam   one step for one gradient, usually of a mini-batch, with a schedule for η
// The lecture's online rule works on patterns, not on θ: it is in online.hpp.
//
//     book, paper      here                     book, paper     here
//     x_k, f_k, ∇f_k   theta, cost, gradient    c1, c2          sufficient_decrease, curvature
//     p_k, α_k         direction, step          m               memory
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "autoencoder/kernels.hpp"
#include "autoencoder/matrix.hpp"
#include "autoencoder/objective.hpp"

namespace autoencoder {

// ---- L-BFGS ----------------------------------------------------------------------------------

struct LbfgsOptions {
    std::size_t iterations = 400;       // in all, those before a resume counted; UFLDL's number
    std::size_t memory = 20;            // pairs: beyond 20 they save few iterations and cost time
    double sufficient_decrease = 1e-4;  // c1: hardly more than "lower" (Nocedal & Wright)
    double curvature = 0.9;             // c2: loose, since the step 1 is good nearly always
    double gradient_tolerance = 1e-5;   // ‖∇‖ at most this: the limit of what floats resolve
    double cost_tolerance = 1e-9;       // J falls by less than this part of itself …
    std::size_t patience = 3;           // … this often in a row: once may be rounding noise
    std::size_t max_evaluations_per_line_search = 20;  // 1 or 2 are usual; 20 cross 14 decades
};

/// Where a run stands. `step` is the length accepted, in units of the direction.
struct Progress {
    std::size_t iteration = 0, evaluations = 0;
    double cost = 0, gradient_norm = 0, step = 0;
};

/// Called at the start (iteration 0) and after every iteration, when θ and the state are those of
/// that iteration and may be saved; returns false to stop there.
using Report = std::function<bool(const Progress&)>;

/// Why a run ended.
enum class Outcome {
    gradient_small,     // ‖∇‖ ≤ gradient_tolerance
    cost_settled,       // J no longer falls: cost_tolerance, patience
    iterations_done,    // as many as asked for
    validation_settled, // patterns held out no longer cost less: see training.hpp
    stopped,            // the report said so
    no_better_step,     // not even against the gradient: θ is as good as its precision allows
    not_finite          // cost or gradient are infinite or NaN where the run begins
};

/// The outcome in words, for a line of output: "the gradient is small".
const char* describe(Outcome);

struct Minimum {
    double cost = 0, gradient_norm = 0;
    std::size_t iterations = 0, evaluations = 0;  // in all, those before a resume counted
    Outcome outcome = Outcome::iterations_done;
};

/// All that L-BFGS knows besides θ. Saved with θ and given back, it continues with the same bits as
/// a run that was never stopped. Pair k stands in row k mod memory; only the last are kept.
template <class T>
struct LbfgsState {
    std::size_t iterations = 0, evaluations = 0;  // so far; evaluations = 0: not begun
    std::size_t settled = 0;                      // iterations in a row with J as good as level
    double cost = 0, gradient_norm = 0;           // at θ
    Buffer<T> gradient;                           // (n), at θ

    std::size_t stored = 0;  // pairs since the history was last emptied
    Matrix<T> s, y;          // (memory × n): θ_{k+1} − θ_k and ∇_{k+1} − ∇_k
    std::vector<double> sy;  // (memory): s·y of each pair
    double scale = 1;        // s·y / y·y of the newest pair: the Hessian's inverse to begin with
};

/// Minimises the objective from θ on, by L-BFGS with strong Wolfe line searches; θ becomes the
/// minimum found. `state`, if given, is begun or continued. Throws std::invalid_argument if an
/// option is out of its range or the state belongs to another size of θ or memory.
/// `accepted`, if given, is called with θ of each iteration, the first 0, before the state takes it in. What it
/// or the objective throws leaves a state of the iteration before, but for `evaluations` and `stored`.
template <class T>
Minimum minimise_lbfgs(const Objective<T>& objective, std::span<T> theta,
                       const LbfgsOptions& options = {}, const Report& report = {},
                       LbfgsState<T>* state = nullptr,
                       const std::function<void(std::size_t iteration)>& accepted = {});

// ---- first order -----------------------------------------------------------------------------
// Members are settings first, then the state: save and restore both to continue with the same bits.
// The state is made, all zero, by the first step. next() is the coming step, which has to be taken for
// every parameter once: by take(), or piece by piece where the gradient arises; step() is both. They
// throw std::invalid_argument if sizes differ or a setting is out of its range.

/// θ, and what the optimiser remembers, by one step; θ is in the step.
template <class T>
void take(const kernels::Step<T>& step, std::span<const T> gradient);

/// θ = θ − η ∇.
template <class T>
struct Sgd {
    double learning_rate = 0.1;

    kernels::Step<T> next(std::span<T> theta) const;
    void step(std::span<T> theta, std::span<const T> gradient) const;
};

/// v = μ v + ∇, θ = θ − η v (Polyak 1964, "heavy ball").
template <class T>
struct Momentum {
    double learning_rate = 0.1;
    double momentum = 0.9;  // μ: a memory of ten steps

    Buffer<T> velocity = {};  // v

    kernels::Step<T> next(std::span<T> theta);
    void step(std::span<T> theta, std::span<const T> gradient);
};

/// m = β₁ m + (1−β₁) ∇, v = β₂ v + (1−β₂) ∇², θ = θ − η m̂ / (√v̂ + ε), where m̂ = m / (1−β₁ᵗ)
/// and v̂ = v / (1−β₂ᵗ) (Kingma & Ba 2015, algorithm 1, whose defaults these are).
template <class T>
struct Adam {
    double learning_rate = 1e-3;
    double beta1 = 0.9, beta2 = 0.999;
    double epsilon = 1e-8;

    std::size_t steps = 0;             // t
    Buffer<T> mean = {}, square = {};  // m, v

    kernels::Step<T> next(std::span<T> theta);
    void step(std::span<T> theta, std::span<const T> gradient);
};

/// How the learning rate changes with time; `length` and `every` in the caller's unit, say epochs.
enum class Decay { constant, steps, cosine };

struct Schedule {
    Decay decay = Decay::constant;
    std::size_t length = 0;  // cosine: falls to 0 at this time, half way at half of it
    std::size_t every = 1;   // steps: …
    double factor = 0.1;     // … times this each time that so much time has passed
};

/// What the learning rate is multiplied by at this time, 1 at time 0. Throws std::invalid_argument
/// if the schedule is cosine and the time beyond its length, or steps and `every` is 0.
double learning_rate_factor(const Schedule&, std::size_t time);

}  // namespace autoencoder
