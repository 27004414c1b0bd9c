// Principal components: the best that an autoencoder with linear units can do, without training.
// With K hidden units it reaches, at its optimum, the error of the first K components, and its
// decoder spans the same subspace (Baldi & Hornik 1989).
//
//     C = (1/N) Σ_q (x^q − x̄)(x^q − x̄)ᵀ,  C v_k = λ_k v_k,  λ_1 ≥ λ_2 ≥ …
//     h = V (x − x̄),  x̂ = Vᵀ h + x̄,  V (K × n) the first K of them
//     (1/N) Σ_q ‖x − x̂‖² = Σ_{k>K} λ_k
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "autoencoder/network.hpp"

namespace autoencoder {

/// Eigenvalues, largest first, and eigenvectors as columns.
struct Eigen {
    std::vector<double> values;
    Matrix<double> vectors;
};

inline bool never() { return false; }

/// All of a symmetric matrix (n × n): by reflections to three diagonals, by rotations with a shift to one
/// (Golub & Van Loan, Matrix Computations, section 8.3). Where `gives_up` says so it ends early, and returns
/// what it has.
Eigen eigen(Matrix<double> symmetric, const std::function<bool()>& gives_up = never);

struct PrincipalComponents {
    std::vector<double> mean;       // x̄
    std::vector<double> variances;  // λ_1 … λ_K
    double variance = 0;            // Σ of all n of them: (1/N) Σ_q ‖x − x̄‖²
    Matrix<double> components;      // V (K × n): a row a component
};

/// The first K components of patterns x [N×n], by subspace iteration (Golub & Van Loan, section
/// 8.2.4), in at most so many rounds: two give the variances to some thousandths. Where
/// `gives_up` says so it ends early, and returns what it has. Throws std::invalid_argument without patterns,
/// and if K is 0 or above n.
PrincipalComponents principal_components(View<const float> x, std::size_t K, std::size_t rounds = 100,
                                         const std::function<bool()>& gives_up = never);

/// The same as parameters of a linear autoencoder n-K-n, in the layout of its network: W1 = V,
/// b1 = −V x̄, W2 = Vᵀ, b2 = x̄.
template <class T>
Buffer<T> linear_autoencoder(const PrincipalComponents& pca);

}  // namespace autoencoder
