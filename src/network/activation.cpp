#include "autoencoder/activation.hpp"

#include <array>
#include <string>

#include "autoencoder/error.hpp"

namespace autoencoder {
namespace {

constexpr std::array<std::string_view, 5> names = {"sigmoid", "tanh", "relu", "linear", "softmax"};

}  // namespace

std::string_view name(Activation activation) { return names[std::size_t(activation)]; }

Activation activation_of(std::string_view name) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (name == names[i]) return Activation(i);
    }
    throw std::invalid_argument("activation: expected sigmoid, tanh, relu, linear or softmax, found '" +
                                std::string(name) + "'");
}

kernels::Function function(Activation activation) {
    switch (activation) {
        case Activation::sigmoid: return kernels::Function::sigmoid;
        case Activation::tanh: return kernels::Function::tanh;
        case Activation::relu: return kernels::Function::relu;
        case Activation::linear:
        case Activation::softmax: break;
    }
    return kernels::Function::linear;
}

}  // namespace autoencoder
