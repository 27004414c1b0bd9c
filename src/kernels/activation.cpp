#include "autoencoder/activation.hpp"

#include <string>

#include "autoencoder/error.hpp"

namespace autoencoder {

Activation activation_of(std::string_view text) {
    std::string expected;
    for (const Activation each : activations) {
        if (text == name(each)) return each;
        expected += (each == activations.front() ? "" : each == activations.back() ? " or " : ", ") +
                    std::string(name(each));
    }
    throw std::invalid_argument("activation: expected " + expected + ", found '" + std::string(text) + "'");
}

}  // namespace autoencoder
