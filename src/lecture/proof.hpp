// How a check proves: the examples that it works on, the terms of both sides, what it finds, and the
// chapters whose checks make the table.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "autoencoder/checks.hpp"
#include "autoencoder/gradient_check.hpp"
#include "autoencoder/kernels.hpp"
#include "autoencoder/objective.hpp"
#include "lecture/lecture.hpp"

namespace autoencoder::lecture {

// examples.cpp ----------------------------------------------------------------------------------

/// Random weights, biases, patterns and, with dropout, masks, or ε, for this network. x is in (0, 1); y is
/// x, or random in (0, 1) if the output has another size, or one-hot after a softmax. Weights are
/// large enough to bend every f, all ρ_j differ, and the first hidden unit is nearly off.
Example make_example(const Network& network, size_t patterns, std::uint64_t seed);

/// How far from 0 difference quotients want a net input whose f bends sharply there.
inline constexpr double kink_margin = 0.02;

/// As above, from the first seed at or after `seed` that leaves every relu's |s| above `margin`.
Example make_example_off_kinks(const Network& network, size_t patterns, std::uint64_t seed,
                               double margin);

/// As make_example; while an activation is asked for (see Taking), which may bend sharply at 0, with all its s
/// beyond kink_margin, and no block of the gradient all zero.
Example lively_example(const Network& network, size_t patterns, std::uint64_t seed);

/// The smallest |s| of all units of relu, or of the activation asked for; infinite where there are none.
double nearest_kink(const Example& example);

/// Four autoencoders with these options (layers and inputs are set here): shallow; deep with tanh
/// and more patterns than a panel; a single pattern and a linear output; more patterns than a
/// chunk.
std::vector<Example> autoencoders(const Network& options);
/// Three shallow ones, sigmoid and tanh, the last with a single pattern.
std::vector<Example> shallow_autoencoders(const Network& options);

/// While it lives, these autoencoders have the activation f in every layer that is not linear.
struct Taking {
    const Activation f;
    bool taken = false;  // by any network so far

    explicit Taking(Activation f);
    ~Taking();
    Taking(const Taking&) = delete;
    Taking& operator=(const Taking&) = delete;
};

Network penalised();  // options: a weight penalty
Network sparse();     // and a sparsity term
Network dropping();   // and dropout, of inputs as well

/// The project's own terms: cost_and_gradient with everything kept, the inputs in panels only.
Terms production_terms(const Example& example);

/// The project's own cost and gradient as a function of θ, the patterns held fixed: the way it
/// trains, chunk by chunk and with the inputs row by row as well.
Objective<double> production_objective(const Example& example);

// proof.cpp -------------------------------------------------------------------------------------

/// The formulas on an example: the lecture's own, or with a mistake among them (mistakes.hpp).
using Formulas = std::unique_ptr<Lecture> (*)(const Example&);
std::unique_ptr<Lecture> right(const Example& example);

/// The formulas with all terms computed.
std::unique_ptr<Lecture> evaluated(const Example& example, Formulas formulas = right);
Terms lecture_terms(const Example& example, Formulas formulas = right);
/// Their cost as a function of θ; it leaves the gradient alone.
Objective<double> lecture_cost(const Example& example, Formulas formulas = right);

/// Of a gradient against difference quotients: five digits more than any known mistake needs, and
/// two or three fewer than these networks reach.
inline constexpr double gradient_tolerance = 1e-8;
/// Of the same formula computed twice: the rounding of sums of some thousand terms.
inline constexpr double term_tolerance = 1e-12;

/// ‖a − b‖ / (‖a‖ + ‖b‖); 0 where both are all zero.
double relative_difference(std::span<const double> a, std::span<const double> b);

/// The largest relative difference of any term: s, h, ρ, KL, δ of each layer, J^q, the parts of the
/// cost, and the gradient block by block.
double terms_difference(const Layout& layout, const Terms& a, const Terms& b);

/// The largest error of the blocks, or 1 where a gradient fails for being all zero or for a number
/// between its blocks.
double gradient_error(const GradientCheck& check);

/// A number of the first layer, and its derivative by w_jk, with k = inputs by b_j.
using Value = std::function<double(const Example&)>;
using Derivative = std::function<double(size_t j, size_t k)>;

/// What a check finds, shape by shape.
class Findings {
public:
    /// So many numbers agree up to this error.
    void found(size_t parameters, double error, double tolerance);
    /// The twin's numbers differ by this error. A mistake in a sum over patterns cannot show where
    /// there is only one: leave the twin of such a shape out.
    void twin_found(double error, double tolerance);
    /// A derivative against the difference quotients of its value, on every parameter.
    void derivative(const Example& example, const Value& value, const Derivative& derivative);
    void twin_derivative(const Example& example, const Value& value, const Derivative& derivative);
    CheckResult result() const;

private:
    CheckResult result_{0, 0, true, 0, true};
    size_t twins_ = 0;
};

/// Where a twin's mistake is looked for.
enum class Shows {
    in_terms,     // the mistaken terms against the project's
    in_gradient,  // the mistaken gradient against the difference quotients of the project's cost
    in_cost,      // the project's gradient against the difference quotients of the mistaken cost
    nowhere       // there is no twin
};

/// The check of most equations: on every example, the project's gradient against the difference
/// quotients of its cost, and its terms against the lecture's; and the twin.
void examine(Findings& findings, const Example& example, Formulas twin, Shows shows);
CheckResult examine_all(const std::vector<Example>& examples, Formulas twin, Shows shows);

/// While it lives, products use one thread.
struct OneThread {
    size_t before = kernels::threads();

    OneThread() { kernels::set_threads(1); }
    ~OneThread() { kernels::set_threads(before); }
    OneThread(const OneThread&) = delete;
    OneThread& operator=(const OneThread&) = delete;
};

// The chapters' checks, in the lecture's order --------------------------------------------------

std::span<const Check> shallow_checks();
std::span<const Check> weight_penalty_checks();
std::span<const Check> sparse_coding_checks();
std::span<const Check> sparse_delta_checks();
std::span<const Check> dropout_checks();
std::span<const Check> code_checks();
std::span<const Check> stage_checks();
std::span<const Check> classifier_checks();
std::span<const Check> denoising_checks();
std::span<const Check> convolution_checks();
std::span<const Check> variational_checks();

}  // namespace autoencoder::lecture
