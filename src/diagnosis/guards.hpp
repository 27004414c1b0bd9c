// Which guard their numbers have. A cost, or a divergence, tells ε for each form, and so do the sums of a
// gradient. Wrong numbers would tell one as well: so it is one that people write, 10⁻ᵏ or a machine's, and
// that as nearly as few others would be; or the other of cost and gradient has it too.
#pragma once

#include <vector>

#include "diagnosis/comparison.hpp"
#include "diagnosis/mistakes.hpp"

namespace autoencoder::diagnosis {

struct Guess {
    Guards guards;
    bool sure = false;  // that the numbers that tell it are hardly met by chance
};

inline constexpr double largest_guard = 1e-3;  // what is more is none

/// The forms that logarithms of ρ, or of ŷ, may have, the likeliest first. `step`: of their precision.
std::vector<Guard> forms(bool of_rho, bool softmax, double step);
/// The ε that people write, near this one.
std::vector<double> usual_near(double epsilon);

/// What their numbers are held against, and which logarithms are asked for.
struct Asked {
    Comparison& comparison;
    const Theirs& theirs;
    Workings& workings;
    bool of_rho;
    double step;
};
/// By the sums of a gradient, whatever the weights of its parts.
std::vector<Guess> guesses_by_gradient(const Asked& asked);

/// The likeliest first. `comparison` is one without guards.
std::vector<Guess> guesses(Comparison& comparison, const Theirs& theirs, Workings& workings,
                           const std::vector<Entry>& entries);

}  // namespace autoencoder::diagnosis
