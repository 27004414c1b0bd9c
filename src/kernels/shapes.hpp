// What is said of operands that do not fit.
#pragma once

#include <initializer_list>
#include <string>

#include "autoencoder/error.hpp"

namespace autoencoder::kernels {

struct Shape {
    const char* name;
    std::size_t rows, columns;
};

/// Refuses, naming the call and what it was given: "forward: X is 3×4, W 2×5, b 2×1, H 3×2".
inline void require_shapes(bool fit, const char* call, std::initializer_list<Shape> given) {
    if (fit) return;
    std::string text;
    for (const Shape& x : given)
        text += (text.empty() ? std::string(call) + ": " + x.name + " is " : std::string(", ") + x.name + " ") +
                std::to_string(x.rows) + "×" + std::to_string(x.columns);
    throw std::invalid_argument(text);
}

}  // namespace autoencoder::kernels
