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

double dot(std::span<const double> x, std::span<const double> y) {
    double sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) sum += x[i] * y[i];
    return sum;
}

/// What is off the three diagonals of a becomes zero by reflections I − β v vᵀ from both sides; the rows of V
/// collect them. What is zero by then is not written.
void reflect(Matrix<double>& a, Matrix<double>& V, const std::function<bool()>& gives_up) {
    const std::size_t n = a.rows;
    for (std::size_t k = 0; k + 2 < n && !gives_up(); ++k) {
        std::vector<double> v(n), p(n), along(n);
        std::ranges::copy(a.row(k).subspan(k + 1), v.begin() + std::ptrdiff_t(k + 1));
        const std::span<const double> below = std::span(v).subspan(k + 2);
        const double others = dot(below, below), norm = std::sqrt(v[k + 1] * v[k + 1] + others);
        if (others == 0) continue;
        v[k + 1] += v[k + 1] >= 0 ? norm : -norm;
        const double beta = 2 / dot(v, v);
        for (std::size_t i = k; i < n; ++i) p[i] = beta * dot(a.row(i), v);
        const double half = beta / 2 * dot(p, v);
        for (std::size_t i = k; i < n; ++i) p[i] -= half * v[i];
        for (std::size_t i = k; i < n; ++i) {
            for (std::size_t j = k; j < n; ++j) a(i, j) -= v[i] * p[j] + p[i] * v[j];
            for (std::size_t j = 0; j < n; ++j) along[j] += v[i] * V(i, j);
        }
        for (std::size_t i = k; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j) V(i, j) -= beta * v[i] * along[j];
    }
}

/// What is off the diagonal d becomes zero by rotations, of which the rows of V collect those of their own: e has
/// what stands beside it. A pass begins with a shift near an eigenvalue, and the last e falls with its third power.
void rotate(std::vector<double>& d, std::vector<double>& e, Matrix<double>& V, const std::function<bool()>& gives_up) {
    const std::size_t n = d.size();
    const auto small = [&](std::size_t m) {
        const double beside = std::fabs(d[m]) + std::fabs(d[m + 1]);
        return beside + std::fabs(e[m]) == beside;
    };
    constexpr int passes = 60;  // for each: two or three will do
    for (std::size_t l = 0; l < n && !gives_up(); ++l) {
        for (int pass = 0; pass < passes; ++pass) {
            std::size_t m = l;  // where what begins at l ends
            while (m + 1 < n && !small(m)) ++m;
            if (m == l) break;
            const double half = (d[l + 1] - d[l]) / (2 * e[l]), root = std::sqrt(half * half + 1);
            double g = d[m] - d[l] + e[l] / (half + (half >= 0 ? root : -root));
            double s = 1, c = 1, p = 0;
            std::size_t i = m;
            for (; i > l; --i) {
                const double f = s * e[i - 1], b = c * e[i - 1], r = std::sqrt(f * f + g * g);
                e[i] = r;
                if (r == 0) break;
                s = f / r, c = g / r, g = d[i] - p;
                const double turned = (d[i - 1] - g) * s + 2 * c * b;
                p = s * turned, d[i] = g + p, g = c * turned - b;
                const std::span<double> x = V.row(i - 1), y = V.row(i);
                for (std::size_t k = 0; k < x.size(); ++k) {
                    const double old = y[k];
                    y[k] = s * x[k] + c * old;
                    x[k] = c * x[k] - s * old;
                }
            }
            if (i > l) d[i] -= p;
            else d[l] -= p, e[l] = g;
            e[m] = 0;
        }
    }
}

std::vector<double> mean_of(View<const float> x) {
    std::vector<double> mean(x.cols);
    for (std::size_t q = 0; q < x.rows; ++q)
        for (std::size_t i = 0; i < x.cols; ++i) mean[i] += double(x(q, i));
    for (double& each : mean) each /= double(x.rows);
    return mean;
}

/// C, some patterns at a time.
Matrix<double> covariance(View<const float> x, std::span<const double> mean, const std::function<bool()>& gives_up) {
    constexpr std::size_t chunk = 2048;
    const std::size_t n = x.cols;
    Matrix<double> C(n, n), share(n, n);
    for (std::size_t first = 0; first < x.rows && !gives_up(); first += chunk) {
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
    for (std::size_t k = 0; k < Q.rows; ++k) {
        const double before = std::sqrt(dot(Q.row(k), Q.row(k)));
        for (int twice = 0; twice < 2; ++twice) {  // the second time takes what rounding left
            for (std::size_t b = 0; b < k; ++b) {
                const double along = dot(Q.row(k), Q.row(b));
                for (std::size_t i = 0; i < Q.cols; ++i) Q(k, i) -= along * Q(b, i);
            }
        }
        const double norm = std::sqrt(dot(Q.row(k), Q.row(k)));
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
    reflect(a, V, gives_up);
    std::vector<double> d(n), e(n);
    for (std::size_t i = 0; i < n; ++i) d[i] = a(i, i);
    for (std::size_t i = 0; i + 1 < n; ++i) e[i] = a(i, i + 1);
    rotate(d, e, V, gives_up);
    std::vector<std::size_t> order(n);
    for (std::size_t i = 0; i < n; ++i) order[i] = i;
    std::ranges::stable_sort(order, std::greater<>(), [&](std::size_t i) { return d[i]; });
    Eigen result{{}, Matrix<double>(n, n)};
    for (std::size_t k = 0; k < n; ++k) {
        result.values.push_back(d[order[k]]);
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
    const Matrix<double> C = covariance(x, result.mean, gives_up);
    for (std::size_t i = 0; i < n; ++i) result.variance += C(i, i);

    Matrix<double> Q(m, n), turned(m, n), inside(m, m);
    Random random(1);
    for (double& each : Q.values) each = random.uniform(-1, 1);
    make_orthonormal(Q);
    constexpr std::size_t turns = 5;
    for (std::size_t round = 0; round < rounds && !gives_up(); ++round) {
        for (std::size_t turn = 0; turn < turns && !gives_up(); ++turn) {
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
