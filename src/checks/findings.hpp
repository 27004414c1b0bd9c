// How checks measure and what they gather, and the checks that the table is made of.
#pragma once

#include <span>
#include <vector>

#include "autoencoder/checks.hpp"
#include "autoencoder/gradient_check.hpp"
#include "checks/example.hpp"
#include "checks/reference.hpp"

namespace autoencoder::checks {

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

/// What a check finds, shape by shape.
class Findings {
public:
    /// So many numbers agree up to this error.
    void found(std::size_t parameters, double error, double tolerance);
    /// The twin's numbers differ by this error. A mistake in a sum over patterns cannot show where
    /// there is only one: leave the twin of such a shape out.
    void twin_found(double error, double tolerance);
    CheckResult result() const;

private:
    CheckResult result_{0, 0, true, 0, true};
    std::size_t twins_ = 0;
};

/// Where a twin's mistake is looked for.
enum class Shows {
    in_terms,     // the mistaken terms against the project's
    in_gradient,  // the mistaken gradient against the difference quotients of the project's cost
    in_cost       // the project's gradient against the difference quotients of the mistaken cost
};

/// The check of most equations: on every example, the project's gradient against the difference
/// quotients of its cost, and its terms against the reference; and the mistake.
void examine(Findings& findings, const Example& example, Mistake mistake, Shows shows);
CheckResult network_check(const std::vector<Example>& examples, Mistake mistake, Shows shows);

/// Four autoencoders with these options (layers and inputs are set here): shallow; deep with tanh
/// and more patterns than a panel; a single pattern and a linear output; more patterns than a
/// chunk.
std::vector<Example> autoencoders(const Network& options);
/// Three shallow ones, sigmoid and tanh, the last with a single pattern.
std::vector<Example> shallow_autoencoders(const Network& options);

// The checks of single equations, by file.
CheckResult update_check();  // update.cpp
CheckResult kl_check();      // divergence.cpp
CheckResult kl_by_rho_check();
CheckResult mean_activity_check();  // chain.cpp
CheckResult rho_by_s_check();
CheckResult s_by_w_check();
CheckResult kl_gradient_check();
CheckResult sparsity_direction_check();  // total.cpp
CheckResult scale_check();
CheckResult pca_check();           // pca.cpp
CheckResult code_quality_check();  // codes.cpp
CheckResult latent_check();
CheckResult greedy_check();  // stacked.cpp
CheckResult head_check();    // classifier.cpp
CheckResult fine_tune_check();
CheckResult denoise_check();
CheckResult convolve_check();  // convolution.cpp
CheckResult deconvolve_check();
CheckResult convolve_gradient_check();
CheckResult reparameterise_check();  // variational.cpp
CheckResult elbo_check();
CheckResult elbo_gradient_check();
CheckResult generate_check();

}  // namespace autoencoder::checks
