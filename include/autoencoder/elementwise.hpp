// Work on whole vectors: sums, products, functions, element by element. Threads take fixed blocks, so
// every result has the same bits for any number of them.
#pragma once

#include <cstddef>
#include <span>

#include "autoencoder/kernels.hpp"

namespace autoencoder {

/// Σ x_i y_i, accumulated in double block by block. x and y have the same size.
template <class T>
double dot(std::span<const T> x, std::span<const T> y);

/// h = f(s), element by element; h may be s.
template <class T>
void activate(Activation f, std::span<const T> s, std::span<T> h);

/// The same of the other functions.
template <class T>
void map(kernels::Function f, std::span<const T> x, std::span<T> y);

/// y = a x + b y.
template <class T>
void blend(T a, std::span<const T> x, T b, std::span<T> y);

/// e^x and log x of one number, with the same bits on every machine.
double exponential(double x);
double logarithm(double x);

/// body(begin, end) over [0, size) in pieces of `grain`, on the threads in use. Whatever body
/// computes must not depend on how the pieces are joined or on who runs them.
template <class Body>
void in_parallel(std::size_t size, std::size_t grain, const Body& body) {
    const std::size_t pieces = grain == 0 ? 0 : (size + grain - 1) / grain;
    [[maybe_unused]] const std::size_t workers = kernels::threads() < pieces ? kernels::threads() : pieces;
#pragma omp parallel for schedule(static) num_threads(int(workers)) if (workers > 1)
    for (std::size_t i = 0; i < pieces; ++i) {
        const std::size_t begin = i * grain, end = begin + grain < size ? begin + grain : size;
        body(begin, end);
    }
}

}  // namespace autoencoder
