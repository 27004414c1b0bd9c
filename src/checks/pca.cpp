// [pca]: a trained linear autoencoder with K hidden units against the first K principal components
// (Baldi & Hornik 1989). Its biases carry the mean, so the components are those of the centred
// data.
#include <algorithm>
#include <cmath>

#include "autoencoder/optimize.hpp"
#include "autoencoder/pca.hpp"
#include "autoencoder/random.hpp"
#include "checks/findings.hpp"

namespace autoencoder::checks {
namespace {

// At the optimum the cost is level: it is good to the square of what the subspace still lacks.
constexpr double cost_tolerance = 1e-9, angle_tolerance = 1e-6;

/// (1/N) Σ_q (x^q − mean)(x^q − mean)ᵀ, or without the mean.
Matrix<double> second_moments(const Matrix<double>& x, bool centred) {
    std::vector<double> mean(x.cols, 0.0);
    for (std::size_t q = 0; centred && q < x.rows; ++q)
        for (std::size_t i = 0; i < x.cols; ++i) mean[i] += x(q, i) / double(x.rows);
    Matrix<double> moments(x.cols, x.cols);
    for (std::size_t q = 0; q < x.rows; ++q)
        for (std::size_t i = 0; i < x.cols; ++i)
            for (std::size_t j = 0; j < x.cols; ++j)
                moments(i, j) += (x(q, i) - mean[i]) * (x(q, j) - mean[j]) / double(x.rows);
    return moments;
}

/// Mixtures of `inputs` factors, each weaker than the one before, around a mean that is not 0: far
/// enough from it for the twin, near enough for L-BFGS to need hundreds of steps and not thousands.
Matrix<double> patterns(std::size_t count, std::size_t inputs, std::uint64_t seed) {
    Random random(seed);
    Matrix<double> mixing(inputs, inputs), x(count, inputs);
    for (double& m : mixing.values) m = random.uniform(-1, 1);
    for (std::size_t q = 0; q < count; ++q) {
        double strength = 1;
        for (std::size_t i = 0; i < inputs; ++i) x(q, i) = 0.2 + 0.1 * double(i % 3);
        for (std::size_t factor = 0; factor < inputs; ++factor, strength *= 0.7) {
            const double amount = strength * random.uniform(-1, 1);
            for (std::size_t i = 0; i < inputs; ++i) x(q, i) += amount * mixing(factor, i);
        }
    }
    return x;
}

/// The sine of the largest angle between the columns' span and that of the first eigenvectors,
/// bounded from above: ‖Q − P Pᵀ Q‖ with Q the columns made orthonormal (Gram & Schmidt).
double angle(View<const double> columns, const Eigen& components) {
    Matrix<double> Q(columns.rows, columns.cols);
    double square = 0;
    for (std::size_t k = 0; k < Q.cols; ++k) {
        const auto dot_columns = [&](const Matrix<double>& m, std::size_t c) {
            double sum = 0;
            for (std::size_t i = 0; i < Q.rows; ++i) sum += m(i, c) * Q(i, k);
            return sum;
        };
        for (std::size_t i = 0; i < Q.rows; ++i) Q(i, k) = columns(i, k);
        for (int twice = 0; twice < 2; ++twice) {  // the second time takes what rounding left
            for (std::size_t before = 0; before < k; ++before) {
                const double along = dot_columns(Q, before);
                for (std::size_t i = 0; i < Q.rows; ++i) Q(i, k) -= along * Q(i, before);
            }
        }
        const double norm = std::sqrt(dot_columns(Q, k));
        for (std::size_t i = 0; i < Q.rows; ++i) Q(i, k) /= norm;
        for (std::size_t rest = Q.cols; rest < Q.rows; ++rest) {
            const double outside = dot_columns(components.vectors, rest);
            square += outside * outside;
        }
    }
    return std::sqrt(square);
}

}  // namespace

CheckResult pca_check() {
    struct Shape {
        std::size_t inputs, hidden, patterns;
    };
    Findings findings;
    for (const Shape& shape : {Shape{5, 1, 20}, Shape{6, 2, 40}, Shape{8, 3, 70}}) {
        const std::size_t K = shape.hidden;
        const Network network =
            autoencoder_network(shape.inputs, {&K, 1}, Activation::linear, Activation::linear);
        Example example = make_example(network, shape.patterns, shape.inputs);
        example.x = example.y = patterns(shape.patterns, shape.inputs, shape.inputs);
        example.theta = initial_parameters<double>(network, 1);
        LbfgsOptions options;
        options.iterations = 5000;
        options.gradient_tolerance = 1e-11;
        options.cost_tolerance = 0;
        const double cost =
            minimise_lbfgs<double>(production_objective(example), example.theta, options).cost;

        const Layout blocks = layout(network);
        const View<const double> decoder = matrix<const double>(example.theta, blocks.find("W2"));
        const auto compare = [&](bool centred, const auto& note) {
            const Eigen components = eigen(second_moments(example.x, centred));
            double left_out = 0;
            for (std::size_t k = K; k < shape.inputs; ++k) left_out += components.values[k] / 2;
            note(relative_difference({&cost, 1}, {&left_out, 1}),
                 angle(decoder, components));  // [pca]
        };
        compare(true, [&](double error, double sine) {
            findings.found(blocks.parameters(), error, cost_tolerance);
            findings.found(0, sine, angle_tolerance);
        });
        compare(false, [&](double error, double) { findings.twin_found(error, cost_tolerance); });
    }
    return findings.result();
}

}  // namespace autoencoder::checks
