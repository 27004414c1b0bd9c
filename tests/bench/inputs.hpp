// The same inputs for everybody, so that losses can be compared to the last digits: MNIST's images,
// weights from a stream of random numbers that C++ and Python make alike, and the order of an
// epoch.
//
// The stream is std::minstd_rand0, x ← 16807 x mod 2³¹ − 1, which the standard fixes to the bit
// (unlike its distributions); peers/common.py has it too.
#pragma once

#include <cstddef>
#include <random>
#include <string>
#include <vector>

#include "autoencoder/data.hpp"
#include "autoencoder/network.hpp"

namespace autoencoder::bench {

/// The folder with MNIST's files: data/mnist, else $MNIST_DIR, else the embedded data/digits.
std::string mnist_folder();

/// Its training images and labels; read once and kept.
const Dataset& training_images(const std::string& folder);

/// θ with weights (2u − 1) r, u = x/(2³¹ − 1), r = √(6/(in + out + 1)), layer after layer from the
/// stream seeded 1; biases 0.
Buffer<float> portable_parameters(const Network& network);

/// 0 … n − 1 in the order that sorts n numbers of the stream seeded 12345.
std::vector<std::size_t> portable_order(std::size_t n);

/// Numbers in [−½, ½) from the stream seeded 1.
template <class T>
Matrix<T> portable_matrix(std::size_t rows, std::size_t cols) {
    Matrix<T> matrix(rows, cols);
    std::minstd_rand0 stream(1);
    for (T& x : matrix.values) x = T(double(stream()) / 2147483647.0 - 0.5);
    return matrix;
}

}  // namespace autoencoder::bench
