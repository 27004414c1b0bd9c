// A dense layer kept input by input, as the online rule keeps it: one pattern is too little work for a
// product, so what takes the time is reading the weights, once and in order.
#pragma once

#include <cstddef>
#include <span>

#include "autoencoder/matrix.hpp"

namespace autoencoder {

enum class Activation : int;

/// Encodes single patterns.
template <class T>
class Encoder {
public:
    /// Copies W [n_l × n_{l−1}] and b.
    Encoder(View<const T> W, std::span<const T> b, Activation activation);
    /// h = f(W x + b): x [n_{l−1}], h [n_l]. The same bits as the layer has in any batch.
    void encode(std::span<const T> x, std::span<T> h) const;

private:
    Matrix<T> weights_;  // [inputs × outputs, padded]
    Buffer<T> bias_;
    std::size_t outputs_;
    Activation activation_;
};

}  // namespace autoencoder
