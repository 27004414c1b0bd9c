// What a code should be, as numbers: the three wishes of the lecture for a hidden layer,
// on any code H (N×K), a row a pattern.
//
//     lower-dimensional       K, to be held against the input's size and the reconstruction error
//     more orthogonal         mean |r_ij| over pairs i < j of features, where
//                             r_ij = Σ_q u_i^q u_j^q / √(Σ_q (u_i^q)² Σ_q (u_j^q)²), u = h − h̄
//     more sparsely coded     mean of all h, and the mean over patterns of Hoyer's sparseness
//                             (√K − ‖h‖₁/‖h‖₂) / (√K − 1): 1 if one unit alone is active, 0 if all
//                             are alike (Hoyer 2004)
#pragma once

#include <cstddef>

#include "autoencoder/matrix.hpp"

namespace autoencoder {

struct CodeQuality {
    std::size_t hidden = 0;  // K
    std::size_t constant_features =
        0;                            // the same for every pattern: no correlation, left out of it
    std::size_t silent_patterns = 0;  // all h are 0: no sparseness, left out of it
    double mean_correlation = 0;      // mean |r_ij|; NaN with fewer than two features that vary
    double mean_activity = 0;
    double sparseness = 0;  // Hoyer's; NaN where K = 1 or every pattern is silent
};

/// The quality of the codes [N×K] of N patterns. Throws std::invalid_argument without patterns or
/// features.
CodeQuality code_quality(View<const double> codes);

}  // namespace autoencoder
