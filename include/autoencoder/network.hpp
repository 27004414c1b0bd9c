// A dense chain of layers: the shallow, sparse, denoising, deep and linear autoencoder, and the deep
// classifier, are all this one network with different options. Its numbers are in θ (parameters.hpp);
// here is its shape, and what the objective is made of.
//
//     h⁰ = x,  s^l = W^l h^{l−1} + b^l,  h^l = f(s^l),  ŷ = h^L          W^l (n_l × n_{l−1}), b^l (n_l)
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "autoencoder/cost.hpp"
#include "autoencoder/matrix.hpp"
#include "autoencoder/parameters.hpp"

namespace autoencoder {

enum class Activation : int;  // activation.hpp, which few need

/// What stands between a layer's inputs and its net inputs.
enum class Kind {
    dense,          // s = W h + b
    convolution,    // maps to maps, a window at every stride-th place
    deconvolution,  // its transpose
    gaussian        // s = (μ, log σ²) = W h + b, twice as many as units; h = μ + σ ⊙ ε
};

/// The windows of a (de)convolution, and the maps that it takes. Units are ordered (map, row, column).
struct Window {
    std::size_t maps = 1, height = 0, width = 0;  // what comes in
    std::size_t kernel_height = 3, kernel_width = 3, stride = 1, pad = 0;
    std::size_t output_pad = 0;  // deconvolution only
};

struct Layer {
    std::size_t units = 0;
    Activation activation = {};  // the first: sigmoid
    bool sparse = true;  // a hidden layer takes part in the sparsity term, if there is one
    Kind kind = Kind::dense;
    Window window = {};  // of a convolution or deconvolution
};

struct Network {
    std::size_t inputs = 0;
    std::vector<Layer> layers;  // L of them, the output last
    Loss loss = Loss::squared_error;
    double weight_penalty = 0;      // λ
    double sparsity_target = 0.05;  // ρ̄, in (0, 1)
    double sparsity_weight = 0;     // γ: the deck's β is γ N
    double dropout = 0;             // p: a dense hidden unit is dropped with this probability
    double input_dropout = 0;       // the same of an input

    /// L.
    std::size_t depth() const { return layers.size(); }
    /// n_l for l = 0 … L.
    std::size_t units(std::size_t l) const { return l == 0 ? inputs : layers[l - 1].units; }
    /// Layer l = 1 … L.
    const Layer& layer(std::size_t l) const { return layers[l - 1]; }
    /// Numbers in s of layer l = 1 … L: one a unit, but two a unit of a gaussian layer.
    std::size_t net_inputs(std::size_t l) const {
        return times(layer(l).kind == Kind::gaussian ? 2 : 1, units(l));
    }
    /// The gaussian layer, or 0 if there is none.
    std::size_t gaussian_layer() const {
        for (std::size_t l = 1; l <= depth(); ++l) {
            if (layer(l).kind == Kind::gaussian) return l;
        }
        return 0;
    }
    /// Whether units of layer l = 1 … L may be dropped: those of dense hidden layers. Maps are spared:
    /// what a place of one would say, its neighbours say too.
    bool droppable(std::size_t l) const { return l < depth() && layer(l).kind == Kind::dense; }
    /// Whether layer l = 1 … L carries a sparsity term.
    bool sparse(std::size_t l) const {
        return sparsity_weight > 0 && l < depth() && layer(l).sparse;
    }
};

/// Throws std::invalid_argument where the options contradict each other: no layers, a layer without
/// units, a window that does not fit (convolution.hpp), softmax before the last layer or without
/// cross-entropy, cross-entropy on anything but sigmoid and softmax, sparsity on anything but sigmoid
/// and tanh, λ or γ negative, ρ̄ outside (0, 1), either p outside [0, 1), a gaussian layer that is the
/// last, the second, not linear, without a sigmoid output and cross-entropy, or together with sparsity
/// or dropout.
void validate(const Network& network);

/// W1 (n_1 × n_0), b1 (n_1), W2, b2, … W_L, b_L. Of a gaussian layer W (2 n_l × n_{l−1}) and b
/// (2 n_l): μ above log σ². With a window W is (coarse × fine maps × kernel) and b has a number a map
/// (convolution.hpp).
Layout layout(const Network& network);

/// Uniform weights in ±√(6/(in + out + 1)), with a window ±√(6/((in + out) kernel + 1)), biases 0; the
/// same for the same seed on every machine.
/// (The choice of the UFLDL exercise, after Glorot & Bengio 2010.)
template <class T>
Buffer<T> initial_parameters(const Network& network, std::uint64_t seed);

/// An autoencoder: hidden layers of these sizes and the input's size again as output, of sigmoids if nothing
/// is said.
Network autoencoder_network(std::size_t inputs, std::span<const std::size_t> hidden,
                            Activation activation = {}, Activation output = {});

/// h^l of every row of x [N×n_0] as [N×n_l], in evaluation: nothing is dropped, z is μ.
template <class T>
Matrix<T> activity(const Network& network, std::span<const T> theta, View<const T> x, std::size_t l);

/// ŷ for given h^l: the layers after l, applied to h [N×n_l].
template <class T>
Matrix<T> activity_from(const Network& network, std::span<const T> theta, View<const T> h,
                        std::size_t l);

}  // namespace autoencoder
