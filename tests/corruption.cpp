#include <doctest/doctest.h>

#include <cmath>

#include "autoencoder/corruption.hpp"
#include "autoencoder/training.hpp"
#include "numeric.hpp"

using namespace autoencoder;
using namespace autoencoder::test;

TEST_SUITE("corruption") {
    TEST_CASE("[denoise]: each noise does what its name says, as often as its level says") {
        const std::size_t n = 200001;
        Buffer<float> clean(n);
        for (float& x : clean) x = 0.25f;
        const auto noisy = [&](const char* what) {
            Buffer<float> x = clean;
            Random random(3);
            corrupt<float>(corruption_of(what), random, x);
            return x;
        };
        std::size_t zeros = 0, ones = 0;
        for (float x : noisy("masking:0.3")) {
            CHECK((x == 0.0f || x == 0.25f));
            zeros += x == 0.0f;
        }
        CHECK(std::fabs(double(zeros) / double(n) - 0.3) < 0.005);
        zeros = 0;
        for (float x : noisy("salt-pepper:0.2")) {
            zeros += x == 0.0f;
            ones += x == 1.0f;
        }
        CHECK(std::fabs(double(zeros) / double(n) - 0.1) < 0.004);
        CHECK(std::fabs(double(ones) / double(n) - 0.1) < 0.004);
        double sum = 0, squares = 0;
        for (float x : noisy("gaussian:0.5")) {
            sum += double(x) - 0.25;
            squares += (double(x) - 0.25) * (double(x) - 0.25);
        }
        CHECK(std::fabs(sum / double(n)) < 0.006);
        CHECK(std::fabs(std::sqrt(squares / double(n)) - 0.5) < 0.005);
        CHECK(same_bits(noisy("none"), clean));
        CHECK(same_bits(noisy("masking:0"), clean));
    }

    TEST_CASE("its text form goes there and back, and what is not one is refused") {
        for (const char* text : {"none", "masking:0.3", "salt-pepper:0.25", "gaussian:0.5"})
            CHECK(name(corruption_of(text)) == text);
        for (const char* text : {"", "masking", "masking:", "masking:x", "masking:1.5", "salt:0.1", "gaussian:-1", "masking:0.3x"})
            CHECK_THROWS_AS(corruption_of(text), std::invalid_argument);
    }

    TEST_CASE("[denoise]: a pattern's noise depends on seed, round and its number, on nothing else") {
        Matrix<float> x(70, 31);
        for (float& value : x.values) value = 0.5f;
        for (const char* text : {"masking:0.3", "salt-pepper:0.2", "gaussian:0.5"}) {
            const Corruption noise = corruption_of(text);
            const Matrix<float> all = corrupted<float>(noise, x.view(), 4, 2);
            const Matrix<float> first = corrupted<float>(noise, x.view().slice(0, 3), 4, 2);
            const View<const float> rows = all.view();
            CHECK(same_bits(rows.row(2), first.view().row(2)));
            CHECK_FALSE(same_bits(rows.row(1), rows.row(2)));
            CHECK_FALSE(same_bits(all.values, corrupted<float>(noise, x.view(), 4, 3).values));
            CHECK_FALSE(same_bits(all.values, corrupted<float>(noise, x.view(), 5, 2).values));
        }
    }

    TEST_CASE("[denoise]: training cleans new noisy patterns, and a longer run is a resumed one") {
        // patterns of two kinds: stripes of one of two phases
        const std::size_t N = 200, n = 24;
        Matrix<float> x(N, n);
        for (std::size_t q = 0; q < N; ++q) {
            for (std::size_t i = 0; i < n; ++i) x(q, i) = (i / 3 + q) % 2 ? 0.9f : 0.1f;
        }
        const std::size_t hidden[] = {8};
        const Network network = autoencoder_network(n, hidden);
        TrainingOptions options;
        options.optimizer = Optimizer::adam;
        options.learning_rate = 0.02;
        options.batch = 20;
        options.corruption = corruption_of("masking:0.3");
        const auto run = [&](std::size_t epochs, Buffer<float>& theta, TrainingState<float>& state) {
            options.epochs = epochs;
            train<float>(network, {x.view(), {}}, options, theta, {}, &state);
        };
        auto whole = initial_parameters<float>(network, 1), resumed = whole;
        TrainingState<float> one, two;
        run(60, whole, one);
        run(25, resumed, two);
        run(60, resumed, two);
        CHECK(same_bits(whole, resumed));

        Matrix<float> noisy = x;
        double before = 0, after = 0;
        for (std::size_t q = 0; q < N; ++q) {
            Random random(99, q);
            corrupt<float>(options.corruption, random, noisy.row(q));
        }
        const Matrix<float> cleaned =
            activity<float>(network, std::span<const float>(whole), noisy.view(), 2);
        for (std::size_t i = 0; i < N * n; ++i) {
            before += std::pow(double(noisy.values[i] - x.values[i]), 2);
            after += std::pow(double(cleaned.values[i] - x.values[i]), 2);
        }
        CHECK(after < before / 10);
    }
}
