// One product C = op(A) op(B), whoever computes it: the same numbers, timed alike, and one element
// checked against a sum in double precision. Its error is the turn's "loss".
#pragma once

#include <cmath>
#include <functional>
#include <memory>

#include "case.hpp"
#include "inputs.hpp"

namespace autoencoder::bench {

struct Shape {
    std::size_t m = 0, n = 0, k = 0;  // C (m × n), k terms an element
    bool transpose_a = false, transpose_b = false;
};

/// multiply(A, B, C) computes it, all row-major as stored.
template <class T, class Multiply>
std::function<Turn()> product(const Shape& s, const Multiply& multiply) {
    struct State {
        Matrix<T> A, B, C;
    };
    const auto state = std::make_shared<State>(
        State{s.transpose_a ? portable_matrix<T>(s.k, s.m) : portable_matrix<T>(s.m, s.k),
              s.transpose_b ? portable_matrix<T>(s.n, s.k) : portable_matrix<T>(s.k, s.n),
              Matrix<T>(s.m, s.n)});
    return [s, multiply, state] {
        const Matrix<T>&A = state->A, &B = state->B;
        Matrix<T>& C = state->C;
        Turn turn;
        turn.seconds = seconds_of_short([&] { multiply(A, B, C); });
        const std::size_t i = s.m / 2, j = s.n / 3;
        double sum = 0;
        for (std::size_t p = 0; p < s.k; ++p)
            sum += double(s.transpose_a ? A(p, i) : A(i, p)) *
                   double(s.transpose_b ? B(j, p) : B(p, j));
        turn.loss = std::abs(double(C(i, j)) - sum);
        return turn;
    };
}

}  // namespace autoencoder::bench
