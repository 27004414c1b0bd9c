// Where a unit is on or off for every pattern: the terms are still the lecture's formulas, and cost and
// gradient belong together, in either precision. The oracle is written in long double, which holds
// e^−1400 and is shared with nothing.
#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "autoencoder/activation.hpp"
#include "autoencoder/backpropagation.hpp"
#include "autoencoder/conformance.hpp"
#include "autoencoder/gradient_check.hpp"
#include "autoencoder/objective.hpp"

using namespace autoencoder;

namespace {

using Wide = long double;
using Values = std::vector<Wide>;

constexpr std::size_t N = 9, V = 7, H = 4;
constexpr double levels[] = {8, 10, 15, 20, 25, 30, 100, 300, 400, 690, 700};

/// 7-4-7 in sines and cosines; hidden unit 1 has this bias, and small weights, so that its s is near it.
Case saturated(Activation f, Activation output, double bias) {
    Case c;
    const std::size_t hidden[] = {H};
    c.network = autoencoder_network(V, hidden, f, output);
    c.network.weight_penalty = 3e-3;
    c.network.sparsity_target = 0.1;
    c.network.sparsity_weight = 3;
    const Layout blocks = layout(c.network);
    c.theta = Buffer<double>(blocks.size);
    double k = 0;
    for (const Block& block : blocks.blocks)
        for (double& value : part<double>(c.theta, block)) value = 0.5 * std::sin(++k);
    part<double>(c.theta, blocks.find("b1"))[1] = bias;
    c.x = Matrix<double>(N, V);
    for (std::size_t q = 0; q < N; ++q)
        for (std::size_t i = 0; i < V; ++i) c.x(q, i) = 0.5 + 0.4 * std::cos(1.0 + double(i) + 3 * double(q));
    c.y = c.x;
    return c;
}

Wide sigmoid(Wide s) { return 1 / (1 + std::exp(-s)); }
Wide f(Activation a, Wide s) { return a == Activation::tanh ? std::tanh(s) : a == Activation::sigmoid ? sigmoid(s) : s; }
Wide slope(Activation a, Wide s) {
    if (a == Activation::tanh) return 4 * sigmoid(2 * s) * sigmoid(-2 * s);
    return a == Activation::sigmoid ? sigmoid(s) * sigmoid(-s) : 1;
}

/// Every term of a 7-4-7 case, as the lecture writes them.
std::map<std::string, Values> oracle(const Case& c) {
    const Network& net = c.network;
    const Layout blocks = layout(net);
    const auto W1 = matrix<const double>(c.theta, blocks.find("W1")), W2 = matrix<const double>(c.theta, blocks.find("W2"));
    const auto b1 = part<const double>(c.theta, blocks.find("b1")), b2 = part<const double>(c.theta, blocks.find("b2"));
    const Activation f1 = net.layer(1).activation, f2 = net.layer(2).activation;
    const Wide lambda = net.weight_penalty, target = net.sparsity_target, gamma = net.sparsity_weight;
    std::map<std::string, Values> t;
    Values &s1 = t["s1"] = Values(N * H), &h1 = t["h1"] = Values(N * H), &s2 = t["s2"] = Values(N * V),
           &h2 = t["h2"] = Values(N * V), &d1 = t["delta1"] = Values(N * H), &d2 = t["delta2"] = Values(N * V),
           &rho = t["rho1"] = Values(H), &kl = t["kl1"] = Values(H);
    Values off(H);
    Wide data = 0, squares = 0, divergence = 0;
    const Wide k = f1 == Activation::tanh ? 2 : 1;
    for (std::size_t q = 0; q < N; ++q) {
        for (std::size_t j = 0; j < H; ++j) {
            Wide s = b1[j];
            for (std::size_t i = 0; i < V; ++i) s += Wide(W1(j, i)) * c.x(q, i);
            s1[q * H + j] = s;
            h1[q * H + j] = f(f1, s);
            rho[j] += sigmoid(k * s) / N;
            off[j] += sigmoid(-k * s) / N;
        }
        for (std::size_t i = 0; i < V; ++i) {
            Wide s = b2[i];
            for (std::size_t j = 0; j < H; ++j) s += W2(i, j) * h1[q * H + j];
            s2[q * V + i] = s;
            h2[q * V + i] = f(f2, s);
            const Wide error = c.y(q, i) - h2[q * V + i];
            data += error * error / 2 / N;
            d2[q * V + i] = error * slope(f2, s);
        }
    }
    for (std::size_t j = 0; j < H; ++j) {
        kl[j] = target * std::log(target / rho[j]) + (1 - target) * std::log((1 - target) / off[j]);
        divergence += gamma * kl[j];
    }
    for (const double w : part<const double>(c.theta, blocks.find("W1"))) squares += Wide(w) * w;
    for (const double w : part<const double>(c.theta, blocks.find("W2"))) squares += Wide(w) * w;
    Values &gW1 = t["grad_W1"] = Values(H * V), &gb1 = t["grad_b1"] = Values(H), &gW2 = t["grad_W2"] = Values(V * H),
           &gb2 = t["grad_b2"] = Values(V);
    for (std::size_t q = 0; q < N; ++q) {
        for (std::size_t j = 0; j < H; ++j) {
            Wide sum = 0;
            for (std::size_t i = 0; i < V; ++i) sum += W2(i, j) * d2[q * V + i];
            const Wide bracket = sum - gamma * (k == 2 ? Wide(0.5) : 1) * ((1 - target) / off[j] - target / rho[j]);
            d1[q * H + j] = bracket * slope(f1, s1[q * H + j]);
            for (std::size_t i = 0; i < V; ++i) gW1[j * V + i] -= d1[q * H + j] * c.x(q, i) / N;
            gb1[j] -= d1[q * H + j] / N;
        }
        for (std::size_t i = 0; i < V; ++i) {
            for (std::size_t j = 0; j < H; ++j) gW2[i * H + j] -= d2[q * V + i] * h1[q * H + j] / N;
            gb2[i] -= d2[q * V + i] / N;
        }
    }
    for (std::size_t i = 0; i < H * V; ++i) {
        gW1[i] += lambda * Wide(W1.data[i]);
        gW2[i] += lambda * Wide(W2.data[i]);
    }
    t["cost_data"] = {data};
    t["cost_weight_penalty"] = {lambda / 2 * squares};
    t["cost_sparsity"] = {divergence};
    t["cost"] = {data + lambda / 2 * squares + divergence};
    return t;
}

template <class T>
struct Objective64 {
    Case c;
    Panels<T> x;
    Evaluation<T> evaluation;

    explicit Objective64(Case c_) : c(std::move(c_)), x(N, V), evaluation(c.network, N) {
        const Matrix<T> rows = converted<T>(c.x);
        to_panels<T>(rows, x);
    }
    Cost operator()(std::span<const double> theta, std::span<double> gradient) {
        const Buffer<T> at = converted<T>(theta);
        Buffer<T> g(at.size());
        const Cost cost = cost_and_gradient<T>(c.network, at, {x, x, {}, {}}, g, evaluation);
        std::copy(g.begin(), g.end(), gradient.begin());
        return cost;
    }
    template <class To>
    static Matrix<To> converted(const Matrix<double>& from) {
        Matrix<To> to(from.rows, from.cols);
        std::copy(from.values.begin(), from.values.end(), to.values.begin());
        return to;
    }
    template <class To>
    static Buffer<To> converted(std::span<const double> from) {
        Buffer<To> to(from.size());
        for (std::size_t i = 0; i < from.size(); ++i) to[i] = To(from[i]);
        return to;
    }
};

template <class Body>
void for_all_cases(const Body& body) {
    for (const Activation f1 : {Activation::sigmoid, Activation::tanh})
        for (const double level : levels)
            for (const double bias : {level, -level}) {
                const std::string words = std::string(name(f1)) + " " + std::to_string(bias);
                INFO(words);
                body(saturated(f1, f1, bias));
            }
}

}  // namespace

TEST_SUITE("saturation") {
    TEST_CASE("[mean-activity] [kl] [delta-sparse]: every term is the lecture's formula for |s| to 700") {
        for_all_cases([](const Case& c) {
            const Archive terms = compute_terms(c);
            const auto right = oracle(c);
            CHECK(terms.entries.size() == right.size());
            for (const auto& entry : terms.entries) {
                const std::string& key = entry.first;  // clang 14 takes no part of a pair into a lambda
                INFO(key);
                const std::vector<double> ours = entry.second.doubles();
                const Values& theirs = right.at(key);
                REQUIRE(ours.size() == theirs.size());
                Wide largest = 0, apart = 0;
                for (std::size_t i = 0; i < ours.size(); ++i) {
                    largest = std::max(largest, std::abs(theirs[i]));
                    apart = std::max(apart, std::abs(ours[i] - theirs[i]));
                }
                CHECK(double(apart / largest) <= 1e-10);
            }
        });
    }

    TEST_CASE("[delta-sparse]: gradient checks with a unit on or off in float64") {
        for_all_cases([](const Case& c) {
            Objective64<double> objective(c);
            const Layout blocks = layout(c.network);
            GradientCheckOptions options;
            options.step = 1e-2;
            // A unit that is on or off moves the KL along a line, of which a long step loses nothing.
            const GradientCheck check = check_gradient(
                [&](std::span<const double> theta, std::span<double> gradient) {
                    std::vector<double> room(theta.size());
                    return objective(theta, gradient.empty() ? room : gradient).total();
                },
                c.theta, blocks, options);
            INFO(describe(check));
            CHECK(check.passed);
        });
    }

    TEST_CASE_TEMPLATE("[delta-sparse]: by the bias of a unit on or off, in T's own cost", T, float, double) {
        const bool single = sizeof(T) == 4;
        for (const Activation f1 : {Activation::sigmoid, Activation::tanh})
            for (const double size : {6.0, 20.0, 60.0, 120.0})
                for (const double bias : {size, -size}) {
                    const std::string words = std::string(name(f1)) + " " + std::to_string(bias);
                    INFO(words);
                    const Case c = saturated(f1, f1, bias);
                    Objective64<T> objective(c);
                    const std::size_t at = layout(c.network).find("b1").offset + 1;
                    Buffer<double> theta = c.theta, g(theta.size()), room(theta.size());
                    const Cost cost = objective(theta, g);
                    CHECK(std::isfinite(cost.total()));
                    const double step = 0.25;
                    theta[at] += step;
                    const double above = objective(theta, room).sparsity;
                    theta[at] -= 2 * step;
                    const double below = objective(theta, room).sparsity;
                    const double quotient = (above - below) / (2 * step);
                    // Where h is 0 or 1 to rounding for every pattern, KL stands still and so does its slope.
                    const bool both_ends = f1 == Activation::tanh;
                    const double end = both_ends ? 12 : bias > 0 ? 18 : 89;
                    if (single && size > end) CHECK(quotient == 0);
                    CHECK(std::abs(quotient - g[at]) <= (single ? 2e-2 : 2e-3) * std::max(1.0, std::abs(quotient)));
                }
    }
}
