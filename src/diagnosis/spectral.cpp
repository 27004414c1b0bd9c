// Power iteration on G = AᵀA: first by squaring G, which doubles the power at every product, then
// a few steps with G itself, which leave no more than its own rounding.
#include "diagnosis/spectral.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "autoencoder/products.hpp"

namespace autoencoder::diagnosis {
namespace {

using Real = Matrix<double>;

std::vector<double> product(const Real& G, const std::vector<double>& v) {
    std::vector<double> result(v.size());
    for (std::size_t i = 0; i < v.size(); ++i)
        for (std::size_t j = 0; j < v.size(); ++j) result[i] += G(i, j) * v[j];
    return result;
}

double inner(const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
}

/// G^(2^doublings), scaled so that nothing overflows.
Real high_power(Real G, int doublings) {
    for (int round = 0; round < doublings; ++round) {
        double largest = 0;
        for (const double value : G.values) largest = std::max(largest, std::abs(value));
        if (largest == 0) return G;
        for (double& value : G.values) value /= largest;
        Real square(G.rows, G.cols);
        multiply<double>(G, false, G, false, square.view());
        G = std::move(square);
    }
    return G;
}

}  // namespace

double spectral_square(View<const double> A) {
    const bool wide = A.cols > A.rows;
    const std::size_t n = wide ? A.rows : A.cols;
    Real G(n, n);  // A Aᵀ or Aᵀ A, whichever is smaller: G of the comment above
    multiply<double>(A, !wide, A, wide, G.view());
    std::vector<double> v(n);
    for (std::size_t i = 0; i < n; ++i) v[i] = 1 + double(i % 7) / 16;
    v = product(high_power(G, 14), v);
    double value = 0;
    for (int round = 0; round < 4; ++round) {
        const double length = std::sqrt(inner(v, v));
        if (length == 0) return 0;
        for (double& each : v) each /= length;
        const std::vector<double> next = product(G, v);
        value = inner(v, next);
        v = next;
    }
    return value;
}

}  // namespace autoencoder::diagnosis
