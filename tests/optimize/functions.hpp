// Functions with known minima, to try optimisers on. Sums are taken in double in one order.
#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <vector>

namespace autoencoder::testing {

/// Σ 100 (x_{i+1} − x_i²)² + (1 − x_i)²: a curved valley with its minimum, 0, where all x_i = 1.
template <class T>
double rosenbrock(std::span<const T> x, std::span<T> gradient) {
    double cost = 0, carried = 0;  // ∂/∂x_i of the term before
    for (std::size_t i = 0; i + 1 < x.size(); ++i) {
        const double a = double(x[i]), u = double(x[i + 1]) - a * a, v = 1 - a;
        cost += 100 * u * u + v * v;
        gradient[i] = T(carried - 400 * a * u - 2 * v);
        carried = 200 * u;
    }
    gradient[x.size() - 1] = T(carried);
    return cost;
}

/// −1.2, 1, −1.2, 1 …, the usual place to begin.
template <class T>
std::vector<T> rosenbrock_start(std::size_t n) {
    std::vector<T> x(n);
    for (std::size_t i = 0; i < n; ++i) x[i] = T(i % 2 == 0 ? -1.2 : 1);
    return x;
}

/// ½ Σ c_i (x_i − i)², c_0 = 1, each c_i `ratio` times the one before: the minimum, 0, is where
/// x_i = i.
template <class T>
struct Bowl {
    std::vector<double> curvature;

    Bowl(std::size_t n, double ratio) : curvature(n, 1) {
        for (std::size_t i = 1; i < n; ++i) curvature[i] = curvature[i - 1] * ratio;
    }
    double operator()(std::span<const T> x, std::span<T> gradient) const {
        double cost = 0;
        for (std::size_t i = 0; i < x.size(); ++i) {
            const double from = double(x[i]) - double(i);
            cost += 0.5 * curvature[i] * from * from;
            gradient[i] = T(curvature[i] * from);
        }
        return cost;
    }
};

/// The greatest distance of an x_i from where at(i) says that it should be.
template <class X, class At>
double distance(const X& x, At at) {
    double greatest = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double d = double(x[i]) - at(i);
        if (!(-greatest <= d && d <= greatest)) greatest = d < 0 ? -d : d;
    }
    return greatest;
}

template <class X, class Y>
bool same_bits(const X& x, const Y& y) {
    return x.size() == y.size() &&
           (x.size() == 0 || std::memcmp(x.data(), y.data(), x.size() * sizeof(*x.data())) == 0);
}

}  // namespace autoencoder::testing
