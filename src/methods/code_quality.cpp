#include "autoencoder/code_quality.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "autoencoder/error.hpp"
#include "autoencoder/products.hpp"

namespace autoencoder {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

/// Which features vary at all.
std::vector<std::size_t> varying(View<const double> codes) {
    std::vector<bool> varies(codes.cols, false);
    for (std::size_t q = 1; q < codes.rows; ++q)
        for (std::size_t j = 0; j < codes.cols; ++j)
            if (codes(q, j) != codes(0, j)) varies[j] = true;
    std::vector<std::size_t> features;
    for (std::size_t j = 0; j < codes.cols; ++j)
        if (varies[j]) features.push_back(j);
    return features;
}

/// Mean |r_ij| over the pairs of these features: their columns, centred and of length 1, make all
/// correlations one product Zᵀ Z.
double mean_correlation(View<const double> codes, const std::vector<std::size_t>& features) {
    const std::size_t n = features.size();
    if (n < 2) return undefined;
    std::vector<double> mean(n, 0.0), square(n, 0.0);
    Matrix<double> Z(codes.rows, n), r(n, n);
    for (std::size_t q = 0; q < codes.rows; ++q)
        for (std::size_t j = 0; j < n; ++j) mean[j] += codes(q, features[j]) / double(codes.rows);
    for (std::size_t q = 0; q < codes.rows; ++q) {
        for (std::size_t j = 0; j < n; ++j) {
            Z(q, j) = codes(q, features[j]) - mean[j];
            square[j] += Z(q, j) * Z(q, j);
        }
    }
    for (std::size_t q = 0; q < codes.rows; ++q)
        for (std::size_t j = 0; j < n; ++j) Z(q, j) /= std::sqrt(square[j]);
    multiply<double>(Z, true, Z, false, r);
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = i + 1; j < n; ++j) sum += std::fabs(r(i, j));
    return sum / (double(n) * double(n - 1) / 2);
}

}  // namespace

CodeQuality code_quality(View<const double> codes) {
    require(codes.rows > 0 && codes.cols > 0,
            "code_quality: expected at least one pattern and feature");
    CodeQuality quality;
    quality.hidden = codes.cols;
    const std::vector<std::size_t> features = varying(codes);
    quality.constant_features = codes.cols - features.size();
    quality.mean_correlation = mean_correlation(codes, features);

    const double root = std::sqrt(double(codes.cols));
    double activity = 0, sparseness = 0;
    for (std::size_t q = 0; q < codes.rows; ++q) {
        double sum = 0, absolute = 0, square = 0;
        for (double h : codes.row(q)) {
            sum += h;
            absolute += std::fabs(h);
            square += h * h;
        }
        activity += sum;
        if (square == 0)
            ++quality.silent_patterns;
        else
            sparseness += (root - absolute / std::sqrt(square)) / (root - 1);  // [code-quality]
    }
    quality.mean_activity = activity / (double(codes.rows) * double(codes.cols));
    const std::size_t active = codes.rows - quality.silent_patterns;
    quality.sparseness = active == 0 || codes.cols == 1 ? undefined : sparseness / double(active);
    return quality;
}

}  // namespace autoencoder
