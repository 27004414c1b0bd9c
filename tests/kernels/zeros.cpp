// Products of data that are mostly zeros: what is left out must not be missed, in any layout.
#include <doctest/doctest.h>

#include <string>

#include "numeric.hpp"

using namespace autoencoder;
using namespace autoencoder::kernels;
using namespace autoencoder::test;

namespace {

/// `rows` × `cols` numbers, like images: dark borders, dark stretches, and zeros of both signs.
template <class T>
Buffer<T> images(std::size_t rows, std::size_t cols, std::uint64_t seed) {
    Buffer<T> x = random_numbers<T>(rows * cols, seed);
    Random random(seed + 1);
    for (std::size_t q = 0; q < rows; ++q) {
        for (std::size_t j = 0; j < cols; ++j) {
            const bool border = j < cols / 5 || j > cols * 4 / 5, stretch = (j / 9 + q / 7) % 3 > 0;
            if (border || stretch || random.uniform() < 0.3) x[q * cols + j] = q % 2 ? T(0) : -T(0);
        }
    }
    return x;
}

/// The same numbers in panels of 32 columns.
template <class T>
Buffer<T> in_panels(const Buffer<T>& x, std::size_t rows, std::size_t cols) {
    Buffer<T> panels((cols + 31) / 32 * 32 * rows);
    for (std::size_t i = 0; i < rows; ++i) {
        for (std::size_t j = 0; j < cols; ++j)
            panels[(j / 32 * rows + i) * 32 + j % 32] = x[i * cols + j];
    }
    return panels;
}

template <class T>
Buffer<T> transposed(const Buffer<T>& x, std::size_t rows, std::size_t cols) {
    Buffer<T> t(rows * cols);
    for (std::size_t i = 0; i < rows; ++i) {
        for (std::size_t j = 0; j < cols; ++j) t[j * rows + i] = x[i * cols + j];
    }
    return t;
}

/// One chain of std::fma for each output, zeros and all: A (m × k), B (k × n).
template <class T>
Buffer<T> naive(const Buffer<T>& a, const Buffer<T>& b, Buffer<T> c, std::size_t n) {
    const std::size_t m = c.size() / n, k = a.size() / m;
    for (std::size_t i = 0; i < m; ++i) {
        for (std::size_t j = 0; j < n; ++j) {
            for (std::size_t x = 0; x < k; ++x)
                c[i * n + j] = std::fma(a[i * k + x], b[x * n + j], c[i * n + j]);
        }
    }
    return c;
}

struct Shape {
    std::size_t m, n, k;
};
const Shape shapes[] = {{64, 64, 40},   {100, 196, 784}, {85, 131, 900},
                        {230, 300, 33}, {64, 1100, 70},  {67, 70, 1100}};

/// Every unit makes of A B the same step of every optimiser that is made of the sums.
template <class T>
void steps_through(const Shape& shape, const Operand<const T>& a, const Operand<const T>& b,
                   const Buffer<T>& sums) {
    const std::size_t m = shape.m, n = shape.n, k = shape.k;
    const auto theta = random_numbers<T>(m * n, 3), mean = random_numbers<T>(m * n, 4);
    auto square = random_numbers<T>(m * n, 5);
    for (T& x : square) x = x * x;
    for (StepRule rule : {StepRule::plain, StepRule::momentum, StepRule::adam}) {
        // g = scale · sum + weight · w, then the step
        Buffer<T> g(m * n), w = theta, v_after = square, m_after = mean;
        for (std::size_t i = 0; i < m * n; ++i) g[i] = std::fma(T(0.01), theta[i], T(-0.1) * sums[i]);
        Step<T> step{rule, T(0.1), T(0.9), {0.001, 0.9, 0.999, 1e-8, 0.5, 0.25}, w.data(), v_after.data(),
                     m_after.data()};
        available().back()->table<T>().step(step, g.data(), g.size());
        for (const Unit* unit : available()) {
            auto workspace = poison<T>(unit->table<T>().workspace_size), c = poison<T>(m * n);
            Buffer<T> found = theta, found_v = square, found_mean = mean;
            step.w = found.data();
            step.v = found_v.data();
            step.m = found_mean.data();
            Product<T> p{m, n, k, a, b, {c.data(), n}, Start::zero, nullptr, {}};
            p.epilogue.kind = Finish::update;
            p.epilogue.other = {found.data(), n};
            p.epilogue.scale = T(-0.1);
            p.epilogue.weight = T(0.01);
            p.epilogue.step = step;
            unit->table<T>().product(p, workspace.data());
            INFO(unit->name << " " << m << "×" << n << "×" << k << " rule " << int(rule) << ", A transposed "
                            << a.transposed);
            CHECK(same_bits(found, w));
            CHECK(same_bits(found_v, v_after));
            CHECK(same_bits(found_mean, m_after));
        }
    }
}

}  // namespace

TEST_SUITE("kernels: product") {
    TEST_CASE_TEMPLATE("of data with zeros has all bits: B row by row, transposed, in panels", T, float,
                       double) {
        for (const Shape& shape : shapes) {
            const std::size_t m = shape.m, n = shape.n, k = shape.k;
            const auto a = random_numbers<T>(m * k, 1), b = images<T>(k, n, 2), c = random_numbers<T>(m * n, 3);
            const auto bt = transposed(b, k, n), panels = in_panels(b, k, n);
            const Buffer<T> expected = naive(a, b, c, n);
            const Operand<const T> ways[] = {{b.data(), n},
                                             {bt.data(), k, panel_width, true, false},
                                             {panels.data(), 32, 32 * k, false, true}};
            for (const Unit* unit : available()) {
                auto workspace = poison<T>(unit->table<T>().workspace_size);
                for (const Operand<const T>& way : ways) {
                    Buffer<T> found = c;
                    Product<T> p{m, n, k, {a.data(), k}, way, {found.data(), n}, Start::resume, nullptr, {}};
                    unit->table<T>().product(p, workspace.data());
                    INFO(unit->name << " " << m << "×" << n << "×" << k << " way " << &way - ways);
                    CHECK(same_bits(found, expected));
                }
            }
        }
    }

    TEST_CASE_TEMPLATE("of data with zeros has all bits: A row by row, or transposed", T, float, double) {
        for (const Shape& shape : shapes) {
            const std::size_t m = shape.m, n = shape.n, k = shape.k;
            const auto a = images<T>(m, k, 1), b = random_numbers<T>(k * n, 2), bias = random_numbers<T>(n, 3);
            const auto at = transposed(a, m, k), bt = transposed(b, k, n);
            Buffer<T> expected(m * n);
            for (std::size_t i = 0; i < m * n; ++i) expected[i] = bias[i % n];
            expected = naive(a, b, expected, n);
            for (const Operand<const T>& of_a : {Operand<const T>{a.data(), k}, {at.data(), m, panel_width, true, false}}) {
                for (const Operand<const T>& of_b :
                     {Operand<const T>{b.data(), n}, {bt.data(), k, panel_width, true, false}}) {
                    for (const Unit* unit : available()) {
                        auto workspace = poison<T>(unit->table<T>().workspace_size), found = poison<T>(m * n);
                        Product<T> p{m, n, k, of_a, of_b, {found.data(), n}, Start::column_bias, bias.data(), {}};
                        unit->table<T>().product(p, workspace.data());
                        INFO(unit->name << " " << m << "×" << n << "×" << k << " A transposed " << of_a.transposed
                                        << ", B transposed " << of_b.transposed);
                        CHECK(same_bits(found, expected));
                    }
                }
            }
        }
    }

    TEST_CASE_TEMPLATE("of data with zeros steps through all parameters", T, float, double) {
        for (const Shape& shape : shapes) {
            const std::size_t m = shape.m, n = shape.n, k = shape.k;
            // ∂J/∂W = Δᵀ X and ∂J/∂Wᵀ = Xᵀ Δ
            const auto of_b = images<T>(k, n, 2), of_a = images<T>(k, m, 2), dense_a = random_numbers<T>(m * k, 1),
                       dense_b = random_numbers<T>(k * n, 1);
            steps_through<T>(shape, {dense_a.data(), k}, {of_b.data(), n}, naive(dense_a, of_b, Buffer<T>(m * n), n));
            steps_through<T>(shape, {of_a.data(), m, panel_width, true, false}, {dense_b.data(), n},
                             naive(transposed(of_a, k, m), dense_b, Buffer<T>(m * n), n));
        }
    }

    TEST_CASE("takes no NaN and no denormal for a zero") {
        const std::size_t m = 70, n = 90, k = 100;
        const auto a = random_numbers<float>(m * k, 1);
        auto b = images<float>(k, n, 2);
        const std::size_t nan = 50 * n + 3, denormal = 51 * n + 4;  // where the border is dark
        b[nan] = std::numeric_limits<float>::quiet_NaN();
        b[denormal] = std::numeric_limits<float>::denorm_min();
        const auto at = transposed(a, m, k), bt = transposed(b, k, n);
        const Buffer<float> expected = naive(a, b, Buffer<float>(m * n), n);
        REQUIRE(expected[4] != 0);
        for (const Unit* unit : available()) {
            INFO(std::string(unit->name));
            auto workspace = poison<float>(unit->table<float>().workspace_size);
            Buffer<float> c(m * n), ct(n * m);
            Product<float> p{m, n, k, {a.data(), k}, {b.data(), n}, {c.data(), n}, Start::zero, nullptr, {}};
            unit->table<float>().product(p, workspace.data());
            // Cᵀ = Bᵀ Aᵀ: now the data are A, row by row
            Product<float> q{n, m, k, {bt.data(), k}, {a.data(), k, panel_width, true, false}, {ct.data(), m},
                             Start::zero, nullptr, {}};
            unit->table<float>().product(q, workspace.data());
            for (std::size_t i = 0; i < m; ++i) {
                CHECK(std::isnan(c[i * n + 3]));
                CHECK(std::isnan(ct[3 * m + i]));
                CHECK(c[i * n + 4] == expected[i * n + 4]);
                CHECK(ct[4 * m + i] == expected[i * n + 4]);
            }
        }
    }
}
