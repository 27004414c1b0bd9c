#include "autoencoder/pca.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "autoencoder/activation.hpp"
#include "autoencoder/data.hpp"
#include "autoencoder/random.hpp"

using namespace autoencoder;

namespace {

/// Σ_q ‖x − x̂‖² / N of a linear autoencoder.
double squared_error(const Network& network, std::span<const float> theta, View<const float> x) {
    const Matrix<float> x_hat = activity<float>(network, theta, x, 2);
    double sum = 0;
    for (std::size_t q = 0; q < x.rows; ++q) {
        for (std::size_t i = 0; i < x.cols; ++i) {
            const double difference = double(x(q, i)) - double(x_hat(q, i));
            sum += difference * difference;
        }
    }
    return sum / double(x.rows);
}

}  // namespace

TEST_SUITE("pca") {
    TEST_CASE("the eigenvectors of a matrix worked out by hand") {
        Matrix<double> a(3, 3);  // 2 1 0, 1 2 0, 0 0 5: 5, 3 and 1
        a(0, 0) = a(1, 1) = 2;
        a(0, 1) = a(1, 0) = 1;
        a(2, 2) = 5;
        const Eigen found = eigen(a);
        const double values[] = {5, 3, 1};
        for (std::size_t k = 0; k < 3; ++k) CHECK(std::fabs(found.values[k] - values[k]) < 1e-14);
        CHECK(std::fabs(found.vectors(2, 0)) == 1);
        CHECK(std::fabs(found.vectors(0, 1) - found.vectors(1, 1)) < 1e-15);
        CHECK(std::fabs(found.vectors(0, 2) + found.vectors(1, 2)) < 1e-15);
        CHECK_THROWS_AS(eigen(Matrix<double>(2, 3)), std::invalid_argument);
    }

    TEST_CASE("eigenvectors are orthonormal and stay in their direction, whatever the eigenvalues") {
        for (const std::size_t n : {1u, 2u, 3u, 60u}) {
            for (const int kind : {0, 1, 2}) {  // any; of rank 2; with most eigenvalues equal
                Random random(n);
                Matrix<double> a(n, n);
                for (std::size_t k = 0; k < (kind == 0 ? n : 2); ++k) {
                    std::vector<double> v(n);
                    for (double& each : v) each = random.uniform(-1, 1);
                    for (std::size_t i = 0; i < n; ++i)
                        for (std::size_t j = 0; j < n; ++j) a(i, j) += v[i] * v[j] * (k % 2 == 0 ? 1 : -2);
                }
                for (std::size_t i = 0; kind == 2 && i < n; ++i) a(i, i) += 3;
                const Eigen found = eigen(a);
                double off = 0, along = 0;
                for (std::size_t k = 0; k < n; ++k) {
                    if (k > 0) CHECK(found.values[k] <= found.values[k - 1]);
                    for (std::size_t i = 0; i < n; ++i) {
                        double turned = 0, product = 0;
                        for (std::size_t j = 0; j < n; ++j) {
                            turned += a(i, j) * found.vectors(j, k);
                            product += found.vectors(j, i) * found.vectors(j, k);
                        }
                        off = std::max(off, std::fabs(turned - found.values[k] * found.vectors(i, k)));
                        along = std::max(along, std::fabs(product - (i == k ? 1 : 0)));
                    }
                }
                CHECK(off < 1e-12);
                CHECK(along < 1e-13);
            }
        }
    }

    TEST_CASE("given up, it ends within a turn") {
        const Dataset digits = load_data("digits", Split::train, 50);
        for (const std::size_t after : {0u, 3u, 7u, 40u}) {
            std::size_t asked = 0;
            principal_components(digits.x, 5, 100, [&] { return asked++ >= after; });
            CHECK(asked >= after);
            CHECK(asked < after + 30);
        }
    }

    TEST_CASE("[pca]: components are orthonormal, and what they leave out is the error") {
        const Dataset digits = load_data("digits", Split::train, 500);
        const PrincipalComponents pca = principal_components(digits.x, 12);
        for (std::size_t a = 0; a < 12; ++a) {
            for (std::size_t b = 0; b <= a; ++b) {
                double sum = 0;
                for (std::size_t i = 0; i < 784; ++i)
                    sum += pca.components(a, i) * pca.components(b, i);
                CHECK(std::fabs(sum - (a == b ? 1 : 0)) < 1e-12);
            }
            if (a > 0) CHECK(pca.variances[a] < pca.variances[a - 1]);
        }
        double left_out = pca.variance;
        for (const double variance : pca.variances) left_out -= variance;
        const std::size_t hidden = 12;
        const Network network =
            autoencoder_network(784, {&hidden, 1}, Activation::linear, Activation::linear);
        const Buffer<float> theta = linear_autoencoder<float>(pca);
        CHECK(std::fabs(squared_error(network, theta, digits.x) - left_out) < 1e-4 * left_out);
        Buffer<float> moved = theta;  // the best there is: anything else is worse
        Random random(2);
        for (const Block& block : layout(network).blocks)
            for (float& w : part<float>(moved, block)) w += float(random.uniform(-1e-2, 1e-2));
        CHECK(squared_error(network, moved, digits.x) > 1.001 * left_out);
    }

    TEST_CASE("the embedded digits leave 14.401 a test image beyond 30 components") {
        const Dataset digits = load_data("digits", Split::train);
        const Dataset test = load_data("digits", Split::test);
        const std::size_t hidden = 30;
        const Network network =
            autoencoder_network(784, {&hidden, 1}, Activation::linear, Activation::linear);
        const Buffer<float> theta =
            linear_autoencoder<float>(principal_components(digits.x, hidden));
        CHECK(std::fabs(squared_error(network, theta, test.x) - 14.4012) < 0.0005);
    }

    TEST_CASE("all components lose nothing, and more than all or none are refused") {
        Matrix<float> x(5, 4);
        Random random(3);
        for (float& each : x.values) each = float(random.uniform());
        const std::size_t hidden = 4;
        const Network network =
            autoencoder_network(4, {&hidden, 1}, Activation::linear, Activation::linear);
        const Buffer<float> theta = linear_autoencoder<float>(principal_components(x, 4));
        CHECK(squared_error(network, theta, x) < 1e-10);
        CHECK_THROWS_AS(principal_components(x, 0), std::invalid_argument);
        CHECK_THROWS_AS(principal_components(x, 5), std::invalid_argument);
        CHECK_THROWS_AS(principal_components(Matrix<float>(0, 4), 2), std::invalid_argument);
    }
}
