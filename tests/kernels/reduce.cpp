// Sums and element by element work: right, and the same bits on every unit, at every length.
#include <doctest/doctest.h>

#include "autoencoder/activation.hpp"
#include "numeric.hpp"

using namespace autoencoder;
using namespace autoencoder::kernels;
using namespace autoencoder::test;

TEST_SUITE("kernels: sums and maps") {
    TEST_CASE_TEMPLATE("dot has the same bits on every unit and is right", T, float, double) {
        for (std::size_t n = 0; n <= 70; ++n) {
            const auto x = random_numbers<T>(n, 1), y = random_numbers<T>(n, 2);
            long double exact = 0;
            for (std::size_t i = 0; i < n; ++i) exact += (long double)x[i] * (long double)y[i];
            const double expected = available().back()->table<T>().dot(x.data(), y.data(), n);
            CHECK(std::fabs(double(exact) - expected) <=
                  double(n + 1) * double(std::numeric_limits<T>::epsilon()));
            for (const Unit* unit : available()) {
                INFO(unit->name << " " << n);
                CHECK(unit->table<T>().dot(x.data(), y.data(), n) == expected);
            }
        }
    }

    TEST_CASE_TEMPLATE("row_sums adds the columns that exist and no padding", T, float, double) {
        const std::size_t rows = 5;
        for (std::size_t columns : {1u, 31u, 32u, 33u, 500u, 512u, 513u, 1100u}) {
            auto x = poison<T>((columns + 31) / 32 * 32 * rows);
            std::vector<long double> exact(rows);
            for (std::size_t i = 0; i < rows; ++i) {
                for (std::size_t j = 0; j < columns; ++j) {
                    const T value = T(double((i * 31 + j * 17) % 101) / 64);
                    x[(j / 32 * rows + i) * 32 + j % 32] = value;
                    exact[i] += (long double)value;
                }
            }
            for (const Unit* unit : available()) {
                std::vector<double> sums(rows, 1.0);
                unit->table<T>().row_sums({x.data(), 32, 32 * rows, false, true}, rows, columns, T(0), T(1), sums.data());
                INFO(unit->name << " " << columns);
                for (std::size_t i = 0; i < rows; ++i) CHECK(sums[i] == double(1 + exact[i]));
            }
        }
    }

    TEST_CASE_TEMPLATE("maps have the same bits on every unit, tails included", T, float, double) {
        const Table<T>& scalar = available().back()->table<T>();
        for (std::size_t n : {0u, 1u, 3u, 8u, 15u, 17u, 32u, 45u}) {
            const auto x = random_numbers<T>(n, 1), start = random_numbers<T>(n, 2);
            Buffer<T> squares(n);
            for (std::size_t i = 0; i < n; ++i) squares[i] = start[i] * start[i];
            for (const Unit* unit : available()) {
                INFO(unit->name << " " << n);
                const Table<T>& table = unit->table<T>();
                Buffer<T> a = start, b = start;
                table.blend(T(0.3), x.data(), T(-0.7), a.data(), n);
                scalar.blend(T(0.3), x.data(), T(-0.7), b.data(), n);
                CHECK(same_bits(a, b));
                for (const Activation f : activations) {
                    const auto run = [&](const Table<T>& with) {
                        std::vector<Buffer<T>> state(4, x);  // error, δ, change, b
                        with.online_delta({n, f, T(0.1), nullptr, start.data(), state[0].data(),
                                           state[1].data(), state[2].data(), state[3].data()});
                        return state;
                    };
                    const auto found = run(table), expected = run(scalar);
                    for (std::size_t i = 0; i < 4; ++i) CHECK(same_bits(found[i], expected[i]));
                }
                for (StepRule rule : {StepRule::plain, StepRule::momentum, StepRule::adam}) {
                    const auto run = [&](const Table<T>& with) {
                        std::vector<Buffer<T>> state = {start, squares, start};  // w, v, m
                        Step<T> step{rule, T(0.1), T(0.9), {1e-3, 0.9, 0.999, 1e-8, 0.1, 0.001},
                                     state[0].data(), state[1].data(), state[2].data()};
                        with.step(step, x.data(), n);
                        return state;
                    };
                    const auto found = run(table), expected = run(scalar);
                    for (std::size_t i = 0; i < 3; ++i) CHECK(same_bits(found[i], expected[i]));
                }
            }
        }
    }

    TEST_CASE_TEMPLATE("transpose is its own inverse", T, float, double) {
        for (const Unit* unit : available()) {
            for (std::size_t rows : {1u, 7u, 16u, 33u}) {
                for (std::size_t cols : {1u, 5u, 16u, 50u}) {
                    const auto x = random_numbers<T>(rows * cols, 1);
                    auto y = poison<T>(rows * cols), z = poison<T>(rows * cols);
                    unit->table<T>().transpose(x.data(), cols, rows, cols, y.data(), rows);
                    unit->table<T>().transpose(y.data(), rows, cols, rows, z.data(), cols);
                    INFO(unit->name << " " << rows << "×" << cols);
                    CHECK(same_bits(x, z));
                    CHECK(y[(cols - 1) * rows] == x[cols - 1]);
                }
            }
        }
    }
}
