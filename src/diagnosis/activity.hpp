// f and f' of whole matrices, apart from the code that trains. Softmax stands by itself: it is no
// function of one number.
#pragma once

#include <cmath>

#include "autoencoder/activation.hpp"
#include "autoencoder/elementwise.hpp"
#include "autoencoder/matrix.hpp"
#include "diagnosis/rules.hpp"

namespace autoencoder::diagnosis {

using Real = Matrix<double>;

/// f(s), element by element.
Real activity(Activation f, const Real& s);

/// f'(s), element by element.
Real derivative(Activation f, const Real& s);

/// What is taken for f'(s); h is f(s), `leak` f' of a rectifier that is off.
Real derivative(Activation f, Slope slope, double leak, const Real& s, const Real& h);

/// Each row e^s / Σ e^s (head), or by mistake each column.
Real softmax(const Real& s, SoftmaxOver over = SoftmaxOver::classes);

/// −∂J/∂s of softmax, where −∂J/∂h is e.
Real softmax_back(const Real& e, const Real& h, SoftmaxOver over = SoftmaxOver::classes);

Real transposed(const Real& values);

/// √Σ (a − b)².
double norm(std::span<const double> a, std::span<const double> b);

/// log Σ e^s, without overflow.
double log_of_sum(std::span<const double> s);

/// log(1 + e^s), element by element, which neither overflows nor loses what is small.
Real softplus(const Real& s);

/// f(a) element by element.
template <class F>
Real each(Real a, F&& f) {
    for (double& value : a.values) value = f(value);
    return a;
}
inline Real squared(const Real& a) {
    return each(a, [](double x) { return x * x; });
}
inline Real magnitude(const Real& a) {
    return each(a, [](double x) { return std::abs(x); });
}

/// body(q) for every row of a matrix, on the threads in use.
template <class Body>
void for_rows(std::size_t rows, const Body& body) {
    in_parallel(rows, 64, [&](std::size_t begin, std::size_t end) {
        for (std::size_t q = begin; q < end; ++q) body(q);
    });
}

}  // namespace autoencoder::diagnosis
