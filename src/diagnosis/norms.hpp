// What stands for the weight penalty ½ Σ w² of a matrix, with its slope by each weight.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "diagnosis/activity.hpp"

namespace autoencoder::diagnosis {

using Weights = View<const double>;
struct NormRow {
    std::string words;  // "λ w² stands for λ w"
    std::function<double(Weights)> of;
    std::function<Real(Weights)> slope;
    bool of_gradient = false, of_biases = false;  // in the gradient alone; a 1 in that of each bias
};
std::span<const NormRow> norms();
inline const NormRow* norm_in(Norm norm) {
    return norm < Norm::first_row ? nullptr : &norms()[std::size_t(norm) - std::size_t(Norm::first_row)];
}

/// ‖A‖₂², the matrix 2-norm, which some take for the Frobenius norm.
double spectral_square(View<const double> A);

}  // namespace autoencoder::diagnosis
