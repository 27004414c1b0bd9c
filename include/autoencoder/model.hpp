// A trained network as a file, model.npz. It holds the keys of a case (W1, b1, activation1, loss,
// weight_penalty, …), so that NumPy reads it and `autoencoder terms` takes it, and besides them
// keys that begin with `training_`: how it came about. An option that does not apply has no key.
//
//     model                      'network'
//     W1 b1 … WL bL              float32 or float64: the precision of the training
//     activation1 … activationL  'sigmoid' 'tanh' 'relu' 'linear' 'softmax'
//     loss  weight_penalty       always
//     sparsity_target  sparsity_weight  sparse_layers      where γ > 0
//     dropout                    where p > 0: of dense hidden layers
//     training_input_dropout     where inputs were dropped
//     training_image_height  training_image_width          where patterns are images
//     training_…                 what else the writer has to say
//
// A network that begins with windows (convolution.hpp) is 'convolutional'; besides these keys it has
//     layer1 … layerL            'conv' 'deconv' 'dense'
//     stride1 pad1 output_pad1 …                           of conv and deconv
//     training_image_height  training_image_width          of its input, always
//
// A variational autoencoder (variational.hpp) has other names, and no other options than these:
//     model                      'variational'
//     enc_W1 enc_b1 …            the encoder's hidden layers
//     mu_W mu_b  logvar_W logvar_b          the two heads, (z × n), (z)
//     dec_W1 dec_b1 …            the decoder
//     activation  weight_penalty of all hidden layers; λ
//
// The file's bytes depend on nothing but the model: no times, no paths, no threads.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "autoencoder/network.hpp"
#include "autoencoder/npz.hpp"

namespace autoencoder {

struct Model {
    Network network;
    std::variant<Buffer<float>, Buffer<double>> theta;
    std::size_t height = 0, width = 0;  // of a pattern as an image, of one map or of three; 0: none
    std::vector<std::pair<std::string, Array>> training;  // keys without "training_", in order
};

/// Calls work(θ) with θ as std::span<const float> or std::span<const double>.
template <class Work>
decltype(auto) with_parameters(const Model& model, const Work& work) {
    return std::visit(
        [&]<class T>(const Buffer<T>& theta) { return work(std::span<const T>(theta)); },
        model.theta);
}

/// The layer whose activity is the code of an autoencoder of L layers: the middle one, L/2, or
/// the gaussian one where there is one. The encoder ends with it; the rest is the decoder. Throws std::invalid_argument if L < 2.
std::size_t code_layer(const Network& network);

/// W of layer l, as float: (n_l × n_{l−1}).
Matrix<float> weights(const Model& model, std::size_t l);

/// What was noted in training under this key, without "training_"; nullptr if nothing was.
const Array* noted(const Model& model, std::string_view key);

/// Writes the model in one piece. Throws std::invalid_argument if the options contradict each other
/// or θ has another size or holds NaN or infinity, std::runtime_error if it cannot be written.
void save_model(const std::string& path, const Model& model);

/// Reads a model that save_model, or another program, has written: `activation` may stand for all
/// layers, and what a case may leave out has a case's default. Throws std::runtime_error that names
/// the key, what was expected and what was found: an unknown key (and the nearest known one), a
/// missing layer, shapes that do not follow on each other, mixed precisions, NaN or infinity,
/// options that contradict each other.
Model load_model(const std::string& path);
/// The same of an archive that has been read.
Model read_model(const Archive& archive);

}  // namespace autoencoder
