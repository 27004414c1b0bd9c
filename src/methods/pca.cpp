#include "autoencoder/pca.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "autoencoder/activation.hpp"
#include "autoencoder/products.hpp"
#include "autoencoder/random.hpp"
#include "autoencoder/text.hpp"

namespace autoencoder {
namespace {

/// One rotation that makes a(p, q) zero; the rows of V collect them.
void rotate(Matrix<double>& a, Matrix<double>& V, std::size_t p, std::size_t q) {
    if (a(p, q) == 0) return;
    const double tau = (a(q, q) - a(p, p)) / (2 * a(p, q));
    const double t = (tau >= 0 ? 1 : -1) / (std::fabs(tau) + std::sqrt(1 + tau * tau));
    const double c = 1 / std::sqrt(1 + t * t), s = t * c;
    const auto turn = [&](double& x, double& y) {
        const double old = x;
        x = c * old - s * y;
        y = s * old + c * y;
    };
    for (std::size_t i = 0; i < a.rows; ++i) turn(a(i, p), a(i, q));
    for (std::size_t i = 0; i < a.rows; ++i) turn(a(p, i), a(q, i));
    for (std::size_t i = 0; i < a.rows; ++i) turn(V(p, i), V(q, i));
}

/// Σ of the squares off the diagonal, as a part of the sum of all.
double off_diagonal(const Matrix<double>& a) {
    double off = 0, all = 0;
    for (std::size_t i = 0; i < a.rows; ++i) {
        for (std::size_t j = 0; j < a.cols; ++j) {
            all += a(i, j) * a(i, j);
            if (i != j) off += a(i, j) * a(i, j);
        }
    }
    return all == 0 ? 0 : off / all;
}

std::vector<double> mean_of(View<const float> x) {
    std::vector<double> mean(x.cols);
    for (std::size_t q = 0; q < x.rows; ++q)
        for (std::size_t i = 0; i < x.cols; ++i) mean[i] += double(x(q, i));
    for (double& each : mean) each /= double(x.rows);
    return mean;
}

/// C, some patterns at a time.
Matrix<double> covariance(View<const float> x, std::span<const double> mean) {
    constexpr std::size_t chunk = 2048;
    const std::size_t n = x.cols;
    Matrix<double> C(n, n), share(n, n);
    for (std::size_t first = 0; first < x.rows; first += chunk) {
        Matrix<double> centred(std::min(chunk, x.rows - first), n);
        for (std::size_t q = 0; q < centred.rows; ++q)
            for (std::size_t i = 0; i < n; ++i) centred(q, i) = double(x(first + q, i)) - mean[i];
        multiply<double>(centred, true, centred, false, share);
        for (std::size_t i = 0; i < n * n; ++i) C.values[i] += share.values[i] / double(x.rows);
    }
    return C;
}

/// Rows made orthonormal (Gram & Schmidt); what depends on rows before it becomes 0.
void make_orthonormal(Matrix<double>& Q) {
    const auto dot_rows = [&](std::size_t a, std::size_t b) {
        double sum = 0;
        for (std::size_t i = 0; i < Q.cols; ++i) sum += Q(a, i) * Q(b, i);
        return sum;
    };
    for (std::size_t k = 0; k < Q.rows; ++k) {
        const double before = std::sqrt(dot_rows(k, k));
        for (int twice = 0; twice < 2; ++twice) {  // the second time takes what rounding left
            for (std::size_t b = 0; b < k; ++b) {
                const double along = dot_rows(k, b);
                for (std::size_t i = 0; i < Q.cols; ++i) Q(k, i) -= along * Q(b, i);
            }
        }
        const double norm = std::sqrt(dot_rows(k, k));
        const double scale = norm > 1e-12 * before ? 1 / norm : 0;
        for (double& each : Q.row(k)) each *= scale;
    }
}

}  // namespace

Eigen eigen(Matrix<double> a, const std::function<bool()>& gives_up) {
    require(a.rows == a.cols, "eigen: expected a square matrix, found " + size_text(a));
    const std::size_t n = a.rows;
    Matrix<double> V(n, n);
    for (std::size_t i = 0; i < n; ++i) V(i, i) = 1;
    constexpr std::size_t sweeps = 20;  // it converges quadratically: six or so will do
    for (std::size_t sweep = 0; sweep < sweeps && off_diagonal(a) > 1e-36; ++sweep)
        for (std::size_t p = 0; p < n && !(gives_up && gives_up()); ++p)
            for (std::size_t q = p + 1; q < n; ++q) rotate(a, V, p, q);
    std::vector<std::size_t> order(n);
    for (std::size_t i = 0; i < n; ++i) order[i] = i;
    std::ranges::stable_sort(order, std::greater<>(), [&](std::size_t i) { return a(i, i); });
    Eigen result{{}, Matrix<double>(n, n)};
    for (std::size_t k = 0; k < n; ++k) {
        result.values.push_back(a(order[k], order[k]));
        for (std::size_t i = 0; i < n; ++i) result.vectors(i, k) = V(order[k], i);
    }
    return result;
}

PrincipalComponents principal_components(View<const float> x, std::size_t K, std::size_t rounds,
                                         const std::function<bool()>& gives_up) {
    const std::size_t n = x.cols;
    require(x.rows > 0, "principal components: expected at least one pattern");
    require(K >= 1 && K <= n, "principal components: expected 1 to " + std::to_string(n) +
                                  " of them, found " + std::to_string(K));
    // A subspace wider than wanted is turned by C until its first K directions stand: each turn
    // shrinks what is wrong with direction k by λ_{m+1} / λ_k.
    const std::size_t m = std::min(n, 2 * K + 20);
    require_memory(times(sizeof(double), plus(times(2, n, n), times(2, m, n), times(4, m, m))),
                   "principal components of " + std::to_string(n) + " numbers");
    PrincipalComponents result;
    result.mean = mean_of(x);
    const Matrix<double> C = covariance(x, result.mean);
    for (std::size_t i = 0; i < n; ++i) result.variance += C(i, i);

    Matrix<double> Q(m, n), turned(m, n), inside(m, m);
    Random random(1);
    for (double& each : Q.values) each = random.uniform(-1, 1);
    make_orthonormal(Q);
    constexpr std::size_t turns = 5;
    for (std::size_t round = 0; round < rounds && !(gives_up && gives_up()); ++round) {
        for (std::size_t turn = 0; turn < turns && !(gives_up && gives_up()); ++turn) {
            multiply<double>(Q, false, C, false, turned);
            std::swap(Q, turned);
            make_orthonormal(Q);
        }
        multiply<double>(Q, false, C, false, turned);
        multiply<double>(turned, false, Q, true, inside);
        const Eigen best = eigen(inside, gives_up);  // of C, as far as the subspace sees it
        multiply<double>(best.vectors, true, Q, false, turned);
        std::swap(Q, turned);
        bool settled = true;
        for (std::size_t k = 0; k < K; ++k) {
            const double before = k < result.variances.size() ? result.variances[k] : 0;
            settled = settled && std::fabs(best.values[k] - before) <= 1e-13 * best.values[0];
        }
        result.variances.assign(best.values.begin(), best.values.begin() + std::ptrdiff_t(K));
        if (settled) break;
    }
    result.components = Matrix<double>(K, n);
    std::copy_n(Q.data(), K * n, result.components.data());
    return result;
}

template <class T>
Buffer<T> linear_autoencoder(const PrincipalComponents& pca) {
    const Matrix<double>& V = pca.components;
    const std::size_t K = V.rows;
    const Network network =
        autoencoder_network(V.cols, {&K, 1}, Activation::linear, Activation::linear);
    const Layout blocks = layout(network);
    Buffer<T> theta(blocks.size);
    const View<T> W1 = matrix<T>(theta, blocks.blocks[0]), W2 = matrix<T>(theta, blocks.blocks[2]);
    const std::span<T> b1 = part<T>(theta, blocks.blocks[1]), b2 = part<T>(theta, blocks.blocks[3]);
    for (std::size_t k = 0; k < K; ++k) {
        double along = 0;
        for (std::size_t i = 0; i < V.cols; ++i) {
            W1(k, i) = W2(i, k) = T(V(k, i));  // [pca]
            along += V(k, i) * pca.mean[i];
        }
        b1[k] = T(-along);
    }
    for (std::size_t i = 0; i < V.cols; ++i) b2[i] = T(pca.mean[i]);
    return theta;
}

template Buffer<float> linear_autoencoder(const PrincipalComponents&);
template Buffer<double> linear_autoencoder(const PrincipalComponents&);

}  // namespace autoencoder
