// Small networks with random numbers, which every check works on, and their terms as the code that
// trains models computes them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "autoencoder/kernels.hpp"
#include "autoencoder/matrix.hpp"
#include "autoencoder/network.hpp"
#include "autoencoder/objective.hpp"

namespace autoencoder::checks {

/// A network, its parameters and its patterns.
struct Example {
    Network network;
    Buffer<double> theta;
    Matrix<double> x, y;                // [N×n_0], [N×n_L]
    std::vector<Matrix<double>> masks;  // dropout's, of hidden layer l at [l−1]: [N×n_l]; or none
    Matrix<double> input_mask = {};     // dropout's, of x: [N×n_0]; or none
    Matrix<double> noise = {};          // ε of a gaussian layer [N×z], or none

    std::size_t patterns() const { return x.rows; }
};

/// Every term of one evaluation, of layer l at [l−1].
struct Terms {
    std::vector<Matrix<double>> s, h, delta;   // [N×n_l]; h before dropout; gaussian s, δ [N×2z]
    std::vector<std::vector<double>> rho, kl;  // [n_l] where a layer is sparse, else empty
    std::vector<double> pattern_cost;          // [N]: J^q, the data's part
    Cost cost;
    Buffer<double> gradient;  // of the mean form, as long as θ
};

/// Random weights, biases, patterns and, with dropout, masks, or ε, for this network. x is in (0, 1); y is
/// x, or random in (0, 1) if the output has another size, or one-hot after a softmax. Weights are
/// large enough to bend every f, all ρ_j differ, and the first hidden unit is nearly off.
Example make_example(const Network& network, std::size_t patterns, std::uint64_t seed);

/// As above, from the first seed at or after `seed` that leaves every relu's |s| above `margin`.
Example make_example_off_kinks(const Network& network, std::size_t patterns, std::uint64_t seed,
                               double margin);

/// The smallest |s| of all relu units; infinite where there are none.
double nearest_kink(const Example& example);

/// The project's own terms: cost_and_gradient with everything kept, the inputs in panels only.
Terms production_terms(const Example& example);

/// The project's own cost and gradient as a function of θ, the patterns held fixed: the way it
/// trains, chunk by chunk and with the inputs row by row as well.
Objective<double> production_objective(const Example& example);

/// While it lives, products use one thread.
struct OneThread {
    std::size_t before = kernels::threads();

    OneThread() { kernels::set_threads(1); }
    ~OneThread() { kernels::set_threads(before); }
    OneThread(const OneThread&) = delete;
    OneThread& operator=(const OneThread&) = delete;
};

}  // namespace autoencoder::checks
