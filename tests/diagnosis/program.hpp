// A right program of two layers, with the derivative of every number beside it: forward mode, so that a
// changed line changes cost and gradient alike, and nothing of ours is in either.
#pragma once

#include <cmath>
#include <vector>

#include "cases.hpp"

namespace autoencoder::test {

/// A number and its derivative by one parameter.
struct Dual {
    double v = 0, d = 0;
    Dual() = default;
    Dual(double value, double slope = 0) : v(value), d(slope) {}
};
inline Dual operator+(Dual a, Dual b) { return {a.v + b.v, a.d + b.d}; }
inline Dual operator-(Dual a, Dual b) { return {a.v - b.v, a.d - b.d}; }
inline Dual operator*(Dual a, Dual b) { return {a.v * b.v, a.d * b.v + a.v * b.d}; }
inline Dual operator/(Dual a, Dual b) { return {a.v / b.v, (a.d - a.v / b.v * b.d) / b.v}; }
inline Dual exp(Dual a) { return {std::exp(a.v), a.d * std::exp(a.v)}; }
inline Dual log(Dual a) { return {std::log(a.v), a.d / a.v}; }
inline Dual sqrt(Dual a) { return {std::sqrt(a.v), a.d / (2 * std::sqrt(a.v))}; }
inline Dual abs(Dual a) { return a.v < 0 ? Dual{-a.v, -a.d} : a; }
inline Dual sigmoid(Dual s) { return Dual(1) / (Dual(1) + exp(Dual(0) - s)); }
inline Dual tanh(Dual s) { return Dual(2) * sigmoid(Dual(2) * s) - Dual(1); }

using Rows = std::vector<std::vector<Dual>>;

/// A network of two layers as somebody writes it: each row of Table changes a line.
struct Program {
    const Case& c;
    std::vector<Dual> theta;
    std::size_t V, H, O, N;
    double lambda, target, gamma;

    explicit Program(const Case& of)
        : c(of),
          V(of.network.inputs),
          H(of.network.units(1)),
          O(of.network.units(2)),
          N(of.x.rows),
          lambda(of.network.weight_penalty),
          target(of.network.sparsity_target),
          gamma(of.network.sparsity_weight) {
        for (const double value : of.theta) theta.emplace_back(value);
    }
    Dual W1(std::size_t j, std::size_t k) const { return at(0, j * V + k); }
    Dual W2(std::size_t i, std::size_t j) const { return at(2, i * H + j); }
    Dual b1(std::size_t j) const { return at(1, j); }
    Dual b2(std::size_t i) const { return at(3, i); }
    Dual at(std::size_t block, std::size_t k) const {
        return theta[layout(c.network).blocks[block].offset + k];
    }

    using F = Dual (*)(Dual);
    static Dual itself(Dual s) { return s; }
    static Dual relu(Dual s) { return s.v > 0 ? s : Dual(0); }
    static Dual leaky(Dual s) { return s.v > 0 ? s : Dual(0.01) * s; }
    F f1 = sigmoid, f2 = sigmoid;
    double eps = 0;  // in every logarithm

    Rows hidden(const Matrix<double>& x) const {
        Rows h(N, std::vector<Dual>(H));
        for (std::size_t q = 0; q < N; ++q)
            for (std::size_t j = 0; j < H; ++j) {
                Dual s = b1(j);
                for (std::size_t k = 0; k < V; ++k) s = s + W1(j, k) * x(q, k);
                h[q][j] = f1(s);
            }
        return h;
    }
    Rows output(const Rows& h) const {
        Rows y(N, std::vector<Dual>(O));
        for (std::size_t q = 0; q < N; ++q)
            for (std::size_t i = 0; i < O; ++i) {
                Dual s = b2(i);
                for (std::size_t j = 0; j < H; ++j) s = s + W2(i, j) * h[q][j];
                y[q][i] = f2(s);
            }
        return y;
    }
    /// Of each row, or each column, what softmax makes.
    static Rows softmax(Rows s, bool columns = false) {
        const std::size_t groups = columns ? s[0].size() : s.size(),
                          members = columns ? s.size() : s[0].size();
        for (std::size_t g = 0; g < groups; ++g) {
            const auto each = [&](std::size_t m) -> Dual& { return columns ? s[m][g] : s[g][m]; };
            Dual sum = 0;
            for (std::size_t m = 0; m < members; ++m) sum = sum + exp(each(m));
            for (std::size_t m = 0; m < members; ++m) each(m) = exp(each(m)) / sum;
        }
        return s;
    }
    /// (1/N) Σ of a function of y and ŷ.
    template <class J>
    Dual mean(const Rows& y_hat, const Matrix<double>& y, const J& j) const {
        Dual sum = 0;
        for (std::size_t q = 0; q < N; ++q)
            for (std::size_t i = 0; i < O; ++i) sum = sum + j(y(q, i), y_hat[q][i]);
        return sum / double(N);
    }
    Dual squared(const Rows& y_hat) const {
        return mean(y_hat, c.y, [](double y, Dual p) { return Dual(0.5) * (p - y) * (p - y); });
    }
    Dual crossed(const Rows& y_hat) const {
        return mean(y_hat, c.y, [&](double y, Dual p) {
            return Dual(0) - Dual(y) * log(p + eps) - Dual(1 - y) * log(Dual(1) - p + eps);
        });
    }
    Dual classes(const Rows& y_hat) const {
        return mean(y_hat, c.y,
                    [&](double y, Dual p) { return y == 0 ? Dual(0) : Dual(0) - log(p); });
    }
    Dual penalty() const {
        Dual sum = 0;
        for (std::size_t b : {0u, 2u})
            for (std::size_t k = 0; k < layout(c.network).blocks[b].size; ++k)
                sum = sum + at(b, k) * at(b, k);
        return Dual(lambda / 2) * sum;
    }
    std::vector<Dual> rho(const Rows& h) const {
        std::vector<Dual> mean(H);
        for (std::size_t q = 0; q < N; ++q)
            for (std::size_t j = 0; j < H; ++j) mean[j] = mean[j] + h[q][j] / double(N);
        return mean;
    }
    Dual kl(const std::vector<Dual>& r) const {
        Dual sum = 0;
        for (const Dual& each : r)
            sum = sum + Dual(target) * log(Dual(target) / (each + eps)) +
                  Dual(1 - target) * log(Dual(1 - target) / (Dual(1) - each + eps));
        return sum;
    }
    Dual rest(const Rows& h) const { return penalty() + Dual(gamma) * kl(rho(h)); }
};

}  // namespace autoencoder::test
