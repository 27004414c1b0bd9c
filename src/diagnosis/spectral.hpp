// The matrix 2-norm, which some take for the Frobenius norm.
#pragma once

#include "autoencoder/matrix.hpp"

namespace autoencoder::diagnosis {

/// ‖A‖₂², the largest eigenvalue of AᵀA.
double spectral_square(View<const double> A);

}  // namespace autoencoder::diagnosis
