// Work on whole vectors: sums, products, functions, element by element. Threads take fixed blocks, so
// every result has the same bits for any number of them.
#pragma once

#include <span>

#include "autoencoder/kernels.hpp"
#include "autoencoder/parallel.hpp"

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

}  // namespace autoencoder
