// A right program of two layers, with the derivative of every number beside it: forward mode, so that a
// changed line changes cost and gradient alike, and nothing of ours is in either.
#pragma once

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "cases.hpp"
#include "exchange/network.hpp"

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

/// A variational program of one hidden layer on each side, with z and the divergence of a latent unit.
struct CodeProgram {
    using Sample = std::function<Dual(Dual m, Dual v, double e)>;
    using Divergence = std::function<Dual(Dual m, Dual v, double e)>;
    using Heads = std::function<void(Dual& m, Dual& v)>;
    Sample z = [](Dual m, Dual v, double e) { return m + exp(v / 2) * e; };
    Divergence kl = [](Dual m, Dual v, double) { return Dual(-0.5) * (Dual(1) + v - m * m - exp(v)); };
    Heads heads = [](Dual&, Dual&) {};
    bool hold_log = false;  // what comes back through log σ² ends there

    Dual operator()(Program& p) const {
        const Layout blocks = layout_in_file(p.c.network);
        const auto rows = [&](const Rows& x, const std::string& name, bool held = false) {
            return product(p, x, blocks.find(name + "_W"), blocks.find(name + "_b"), held);
        };
        Rows x(p.N, std::vector<Dual>(p.V));
        for (std::size_t q = 0; q < p.N; ++q)
            for (std::size_t k = 0; k < p.V; ++k) x[q][k] = p.c.x(q, k);
        const auto bent = [](Rows s) {
            for (auto& row : s)
                for (Dual& each : row) each = tanh(each);
            return s;
        };
        const Rows h = bent(product(p, x, blocks.find("enc_W1"), blocks.find("enc_b1"), false));
        Rows m = rows(h, "mu"), v = rows(h, "logvar", hold_log), codes = m;
        Dual sum = 0;
        for (std::size_t q = 0; q < p.N; ++q)
            for (std::size_t k = 0; k < m[q].size(); ++k) {
                heads(m[q][k], v[q][k]);
                codes[q][k] = z(m[q][k], v[q][k], p.c.noise(q, k));
                sum = sum + kl(m[q][k], v[q][k], p.c.noise(q, k));
            }
        const Rows g = bent(product(p, codes, blocks.find("dec_W1"), blocks.find("dec_b1"), false)),
                   s = product(p, g, blocks.find("dec_W2"), blocks.find("dec_b2"), false);
        for (std::size_t q = 0; q < p.N; ++q)
            for (std::size_t i = 0; i < s[q].size(); ++i) sum = sum + log(Dual(1) + exp(s[q][i])) - Dual(p.c.x(q, i)) * s[q][i];
        return sum / double(p.N);
    }
    static Rows product(const Program& p, const Rows& x, const Block& W, const Block& b, bool held) {
        Rows s(x.size(), std::vector<Dual>(b.size));
        for (std::size_t q = 0; q < x.size(); ++q)
            for (std::size_t i = 0; i < b.size; ++i) {
                s[q][i] = p.theta[b.offset + i];
                for (std::size_t k = 0; k < x[q].size(); ++k)
                    s[q][i] = s[q][i] + p.theta[W.offset + i * x[q].size() + k] * (held ? Dual(x[q][k].v) : x[q][k]);
            }
        return s;
    }
    Archive of(const Case& c) const {
        Program program(c);
        Archive result;
        result.add("cost", Array((*this)(program).v));
        for (const Block& each : layout_in_file(c.network).blocks) {
            std::vector<double> gradient;
            for (std::size_t k = 0; k < each.size; ++k) {
                program.theta[each.offset + k].d = 1;
                gradient.push_back((*this)(program).d);
                program.theta[each.offset + k].d = 0;
            }
            result.add("grad_" + each.name, Array(each.shape, std::move(gradient)));
        }
        return result;
    }
};

using Objective = std::function<Dual(Program&)>;

/// The cost of a program and its gradient, in float32 perhaps.
inline Archive results(const Case& c, const Objective& cost, bool single = false) {
    Program program(c);
    Archive result;
    result.add("cost", Array(cost(program).v));
    for (const Block& block : layout(c.network).blocks) {
        std::vector<double> gradient;
        for (std::size_t k = 0; k < block.size; ++k) {
            program.theta[block.offset + k].d = 1;
            gradient.push_back(cost(program).d);
            program.theta[block.offset + k].d = 0;
        }
        result.add("grad_" + block.name, Array(block.shape, std::move(gradient)));
    }
    return single ? in_single(result) : result;
}

inline Case with(Sort sort, Activation f1, Activation f2, Loss loss = Loss::squared_error) {
    Case c = random_case(sort, 3);
    c.network.layers[0].activation = f1;
    c.network.layers[1].activation = f2;
    c.network.loss = loss;
    if (f1 != Activation::sigmoid) c.network.sparsity_weight = 0;
    return c;
}

/// Named by this id, in float64 and float32; with `id` "" wrong, and by none of them.
inline void check(const char* what, const Case& c, const Archive& theirs, const std::string& id, const std::string& words = "") {
    CAPTURE(what);
    const Diagnosis d = diagnose(c, theirs);
    INFO(all_of(d));
    CHECK_FALSE(d.agrees);
    if (id.empty())
        CHECK(d.findings.empty());
    else
        CHECK(names(d, {id}));
    if (!words.empty()) CHECK(said(d, words));
}
inline void check(const char* what, const Case& c, const Objective& cost, const std::string& id, const std::string& words = "") {
    for (const bool single : {false, true}) check(what, c, results(c, cost, single), id, words);
}

}  // namespace autoencoder::test
