// The gradient check: is what the derivation says is the gradient of the cost really its gradient?
//
//     ĝ_i = [J(θ − 2h e_i) − 8 J(θ − h e_i) + 8 J(θ + h e_i) − J(θ + 2h e_i)] / (12 h)
//
// Method: the central difference with five points (fourth order: Richardson's extrapolation of the
// steps h and 2h), in double, on every parameter of every block. The step is
// h = 10⁻³ max(1, |θ_i|): what the formula leaves out, h⁴/30 of a fifth derivative, is about 10⁻¹³
// then, and so is the rounding of J divided by h: neither a larger nor a smaller step gains much.
// Accuracy: small smooth networks agree to 10⁻¹⁰ and better in ‖g − ĝ‖ / (‖g‖ + ‖ĝ‖) of a block.
// Special cases: at a kink (relu at s = 0) there is no derivative. A point too near one is refused,
// and the caller takes another; an entry is never skipped because it is small, and a block whose
// gradient is all zero fails, since a gradient that somebody forgot looks just like that.
// It cannot see a mistake made in cost and gradient alike: for that there is checks.hpp.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "autoencoder/matrix.hpp"
#include "autoencoder/objective.hpp"
#include "autoencoder/parameters.hpp"

namespace autoencoder {

struct GradientCheckOptions {
    double step = 1e-3;       // h for |θ_i| ≤ 1, in proportion to |θ_i| beyond: see above
    double tolerance = 1e-8;  // of ‖g − ĝ‖ / (‖g‖ + ‖ĝ‖) of a block
    /// The smallest |s| of all units whose activation has a kink there. Less than 20 steps is
    /// refused: the outer points are 2 steps away, and s changes by up to some five times as much.
    double nearest_kink = std::numeric_limits<double>::infinity();
    /// Blocks on which the cost does not depend: their g must be exactly 0 and ‖ĝ‖ within
    /// tolerance.
    std::vector<std::string> zero_blocks = {};
};

/// One parameter as it came out.
struct GradientEntry {
    std::string name;  // block and index, counted from 0: "W1(2, 3)"
    double gradient = 0, difference_quotient = 0;
};

/// One block of θ.
struct BlockCheck {
    std::string name;
    std::size_t parameters = 0;
    double error = 0;  // ‖g − ĝ‖ / (‖g‖ + ‖ĝ‖); of a zero block ‖g‖ + ‖ĝ‖
    bool all_zero = false;  // every entry of g is 0
    bool passed = false;
    std::vector<GradientEntry> worst;  // the three largest |g_i − ĝ_i|, largest first
};

struct GradientCheck {
    std::vector<BlockCheck> blocks;
    std::size_t parameters = 0;
    double largest_error = 0;  // over all blocks; NaN if one is
    bool gaps_zero = true;     // between the blocks g is 0, as parameters.hpp demands
    bool passed = false;       // every block, and the gaps
};

/// ĝ, as long as θ, 0 in the gaps. Throws std::invalid_argument for a θ that does not belong to the
/// layout, a step that is not positive, and a point too near a kink.
Buffer<double> difference_quotients(const Objective<double>& objective,
                                    std::span<const double> theta, const Layout& layout,
                                    const GradientCheckOptions& options = {});

/// Holds a gradient against difference quotients, block by block; all as long as the layout's θ.
GradientCheck compare_gradients(std::span<const double> gradient,
                                std::span<const double> difference_quotients, const Layout& layout,
                                const GradientCheckOptions& options = {});

/// Both: the objective's own gradient at θ against its difference quotients there.
GradientCheck check_gradient(const Objective<double>& objective, std::span<const double> theta,
                             const Layout& layout, const GradientCheckOptions& options = {});

/// What failed, a line a block with its worst entries; empty if the check passed.
std::string describe(const GradientCheck& check);

}  // namespace autoencoder
