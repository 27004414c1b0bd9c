// The product against the naive triple loop with std::fma: equal bits, for every unit.
#include <doctest/doctest.h>

#include <array>

#include "autoencoder/activation.hpp"
#include "numeric.hpp"

using namespace autoencoder;
using namespace autoencoder::kernels;
using namespace autoencoder::test;

namespace {

/// op(A)·B from the start value on, as rule 3 of the bits has it: one chain for each output.
template <class T>
void naive(const Product<T>& p, const Buffer<T>& a, const Buffer<T>& b, Buffer<T>& c) {
    for (std::size_t i = 0; i < p.m; ++i) {
        for (std::size_t j = 0; j < p.n; ++j) {
            T sum = p.start == Start::zero ? T(0) : p.start == Start::row_bias ? p.bias[i] : c[i * p.n + j];
            for (std::size_t k = 0; k < p.k; ++k)
                sum = std::fma(a[p.a.transposed ? k * p.m + i : i * p.k + k],
                               b[p.b.transposed ? j * p.k + k : k * p.n + j], sum);
            c[i * p.n + j] = sum;
        }
    }
}

template <class T>
void compare(const Unit& unit, std::size_t m, std::size_t n, std::size_t k,
             std::size_t cache = 1 << 20) {
    const auto a = random_numbers<T>(m * k, 1), b = random_numbers<T>(k * n, 2);
    const auto c = random_numbers<T>(m * n, 3), bias = random_numbers<T>(m, 4);
    const Table<T>& table = unit.table<T>();
    auto workspace = poison<T>(table.workspace_size);
    for (bool transpose_a : {false, true}) {
        for (bool transpose_b : {false, true}) {
            for (Start start : {Start::zero, Start::resume, Start::row_bias}) {
                Buffer<T> expected = c, found = start == Start::resume ? c : poison<T>(m * n);
                Product<T> p;
                p.m = m;
                p.n = n;
                p.k = k;
                p.a = {a.data(), transpose_a ? m : k, panel_width, transpose_a, false};
                p.b = {b.data(), transpose_b ? k : n, panel_width, transpose_b, false};
                p.c = {found.data(), n, panel_width, false, false};
                p.start = start;
                p.bias = bias.data();
                p.cache = cache;
                naive(p, a, b, expected);
                table.product(p, workspace.data());
                INFO(unit.name << " " << m << "×" << n << "×" << k << " A" << (transpose_a ? "ᵀ" : "")
                               << " B" << (transpose_b ? "ᵀ" : "") << " start " << int(start) << " with " << cache << " bytes of cache");
                CHECK(same_bits(expected, found));
            }
        }
    }
}

}  // namespace

TEST_SUITE("kernels: product") {
    TEST_CASE_TEMPLATE("has the bits of the naive triple loop with std::fma", T, float, double) {
        for (const Unit* unit : available()) {
            // every tail of rows, columns and vectors
            for (std::size_t m = 1; m <= 17; ++m) {
                for (std::size_t n : {1u, 3u, 7u, 8u, 9u, 15u, 16u, 17u, 20u, 31u, 32u, 33u, 63u})
                    compare<T>(*unit, m, n, (m * n) % 13);
            }
            for (auto [m, n, k] : std::vector<std::array<std::size_t, 3>>{
                     {14, 32, 900}, {100, 196, 784}, {29, 20, 1700}, {200, 1100, 40}, {13, 4, 900}, {350, 5, 3}})
                compare<T>(*unit, m, n, k);
        }
    }

    TEST_CASE_TEMPLATE("has them in blocks for any cache", T, float, double) {
        for (const Unit* unit : available()) {
            for (const std::size_t cache : {4u << 10, 48u << 10, 256u << 10, 512u << 10, 64u << 20}) {
                compare<T>(*unit, 100, 196, 784, cache);
                compare<T>(*unit, 329, 20, 1700, cache);
            }
        }
    }

    TEST_CASE_TEMPLATE("of nothing is the start value", T, float, double) {
        for (const Unit* unit : available()) compare<T>(*unit, 5, 37, 0);
    }

    TEST_CASE_TEMPLATE("reads and writes operands that are kept in panels", T, float, double) {
        // C (m × n) = A (m × k) B (k × n) with all three in panels of 32 columns.
        const std::size_t m = 30, n = 70, k = 75;
        const auto panels = [](std::size_t columns) { return (columns + 31) / 32; };
        const auto place = [](std::size_t rows, std::size_t i, std::size_t j) {
            return (j / 32 * rows + i) * 32 + j % 32;
        };
        for (const Unit* unit : available()) {
            INFO(unit->name);
            const Table<T>& table = unit->table<T>();
            Buffer<T> workspace(table.workspace_size);
            const auto a = random_numbers<T>(panels(k) * 32 * m, 1);
            const auto b = random_numbers<T>(panels(n) * 32 * k, 2);
            const auto bt = random_numbers<T>(panels(k) * 32 * n, 2);
            for (bool transposed : {false, true}) {
                auto c = poison<T>(panels(n) * 32 * m);
                Product<T> p;
                p.m = m;
                p.n = n;
                p.k = k;
                p.a = {a.data(), 32, 32 * m, false, true};
                p.b = transposed ? Operand<const T>{bt.data(), 32, 32 * n, true, true}
                                 : Operand<const T>{b.data(), 32, 32 * k, false, true};
                p.c = {c.data(), 32, 32 * m, false, true};
                table.product(p, workspace.data());
                bool equal = true;
                for (std::size_t i = 0; i < m; ++i) {
                    for (std::size_t j = 0; j < n; ++j) {
                        T sum = 0;
                        for (std::size_t x = 0; x < k; ++x)
                            sum = std::fma(a[place(m, i, x)],
                                           transposed ? bt[place(n, j, x)] : b[place(k, x, j)], sum);
                        equal = equal && c[place(m, i, j)] == sum;
                    }
                }
                CHECK(equal);
            }
        }
    }

    TEST_CASE_TEMPLATE("applies its epilogue to every element once", T, float, double) {
        const std::size_t m = 19, n = 45, k = 1000;
        const auto a = random_numbers<T>(m * k, 1), b = random_numbers<T>(k * n, 2);
        const auto other = random_numbers<T>(m * n, 3), term = random_numbers<T>(m, 4);
        Buffer<T> mask(m * n);
        for (std::size_t i = 0; i < m * n; ++i) mask[i] = T(i % 3 != 0);
        const Unit& scalar = *available().back();
        for (const Unit* unit : available()) {
            INFO(unit->name);
            const Table<T>& table = unit->table<T>();
            Buffer<T> workspace(table.workspace_size);
            Buffer<T> plain(m * n), found(m * n), expected(m * n);
            Product<T> p;
            p.m = m;
            p.n = n;
            p.k = k;
            p.a = {a.data(), k};
            p.b = {b.data(), n};
            p.c = {plain.data(), n};
            table.product(p, workspace.data());

            p.c.data = found.data();
            p.epilogue.kind = Finish::activate;
            p.epilogue.f = Activation::tanh;
            table.product(p, workspace.data());
            scalar.table<T>().activate(Activation::tanh, plain.data(), expected.data(), m * n);
            CHECK(same_bits(found, expected));

            p.epilogue = {Finish::blend, Activation::linear, nullptr, {other.data(), n}, {}, T(-0.1), T(0.3)};
            table.product(p, workspace.data());
            for (std::size_t i = 0; i < m * n; ++i)
                expected[i] = std::fma(T(0.3), other[i], T(-0.1) * plain[i]);
            CHECK(same_bits(found, expected));

            p.epilogue = {Finish::back_propagate, Activation::sigmoid, term.data(), {other.data(), n},
                          {mask.data(), n}, T(2), T(0)};
            table.product(p, workspace.data());
            for (std::size_t i = 0; i < m * n; ++i) {
                const T h = other[i], sum = plain[i] * (mask[i] * T(2)) - term[i / n];
                expected[i] = sum * (h * (T(1) - h));
            }
            CHECK(same_bits(found, expected));
        }
    }
}
