// The output layer on a panel: J^q and δ^q against their formulas in long double, and equal bits.
#include <doctest/doctest.h>

#include "autoencoder/activation.hpp"
#include "numeric.hpp"

using namespace autoencoder;
using namespace autoencoder::kernels;
using namespace autoencoder::test;

TEST_SUITE("kernels: output") {
    TEST_CASE_TEMPLATE("[head]: softmax sums to one and does not overflow", T, float, double) {
        const std::size_t rows = 10;
        Buffer<T> s(rows * 32), h(rows * 32);
        for (std::size_t i = 0; i < s.size(); ++i) s[i] = T(double(i % 37) * 10 - 100);
        for (const Unit* unit : available()) {
            INFO(unit->name);
            unit->table<T>().softmax(s.data(), h.data(), rows);
            for (std::size_t q = 0; q < 32; ++q) {
                double sum = 0;
                for (std::size_t i = 0; i < rows; ++i) sum += double(h[i * 32 + q]);
                CHECK(std::fabs(sum - 1) < 20 * double(std::numeric_limits<T>::epsilon()));
            }
        }
    }

    TEST_CASE_TEMPLATE("[delta-output]: every rule has its cost, its δ, and the same bits on every unit", T,
                       float, double) {
        const std::size_t rows = 7, columns = 29;
        const auto s = random_numbers<T>(rows * 32, 1);
        Buffer<T> y(rows * 32), h(rows * 32);
        for (std::size_t i = 0; i < y.size(); ++i) y[i] = T(double(i % 5) / 5);
        for (OutputRule rule : {OutputRule::squared_error, OutputRule::bernoulli, OutputRule::categorical}) {
            const Table<T>& reference = available().back()->table<T>();
            if (rule == OutputRule::categorical) reference.softmax(s.data(), h.data(), rows);
            else reference.activate(Activation::sigmoid, s.data(), h.data(), h.size());
            Buffer<T> first_delta, first_cost;
            for (const Unit* unit : available()) {
                INFO(unit->name << " rule " << int(rule));
                Buffer<T> delta(rows * 32), cost(32);
                unit->table<T>().output({rule, Activation::sigmoid, rows, columns, s.data(), h.data(),
                                         y.data(), delta.data(), cost.data()});
                if (first_cost.size() == 0) {
                    first_delta = delta;
                    first_cost = cost;
                }
                CHECK(same_bits(delta, first_delta));
                CHECK(same_bits(cost, first_cost));
                const double margin = 200 * double(std::numeric_limits<T>::epsilon());
                for (std::size_t q = 0; q < columns; ++q) {
                    long double J = 0, sum_y = 0;
                    for (std::size_t i = 0; i < rows; ++i) sum_y += (long double)y[i * 32 + q];
                    for (std::size_t i = 0; i < rows; ++i) {
                        const long double target = (long double)y[i * 32 + q], out = (long double)h[i * 32 + q];
                        long double d = target - out;
                        if (rule == OutputRule::squared_error) {
                            J += d * d / 2;
                            d *= out * (1 - out);
                        } else if (rule == OutputRule::bernoulli) {
                            J -= target * std::log(out) + (1 - target) * std::log(1 - out);
                        } else {
                            J -= target * std::log(out);
                            d = target - out * sum_y;
                        }
                        CHECK(std::fabs(double(d - (long double)delta[i * 32 + q])) < margin);
                    }
                    CHECK(std::fabs(double(J - (long double)cost[q])) < margin);
                }
                for (std::size_t q = columns; q < 32; ++q) CHECK(cost[q] == 0);  // padding has no cost
            }
        }
    }
}
