// A convolutional network in an archive: a case, or the file of a trained model.
//
//     model                'convolutional'
//     layer1 … layerL      'conv' or 'deconv'; 'dense' from some layer on, as the top of a classifier
//     W1 b1 …              (out, in, kh, kw) of 'conv', (in, out, kh, kw) of 'deconv', (out,)
//     stride1 pad1 output_pad1 …            integers; 1, 0, 0
//     activation …  loss  weight_penalty  sparsity_…  sparse_layers  dropout     as for 'network'
//     x                    (N, C, H, W)
//     training_image_height, training_image_width     H and W of a model, which has no x
#pragma once

#include <string>
#include <vector>

#include "autoencoder/network.hpp"
#include "autoencoder/npz.hpp"

namespace autoencoder {

/// The keys that a convolutional network of L layers may have, patterns not counted.
std::vector<std::string> convolutional_keys(std::size_t L);

/// The kinds, windows and units of L layers, with a case's default activations. Throws
/// std::runtime_error "FILE: KEY: …" where shapes do not follow on each other or an output is empty.
Network read_windows(const Archive& archive, std::size_t L);

/// Adds the keys that read_windows reads, W and b aside. Throws std::invalid_argument where a window
/// follows on a dense layer.
void add_windows(Archive& archive, const Network& network);

/// The shape of one pattern of h^l, l = 0 … L: (maps, height, width), or (units).
Array::Shape pattern_shape(const Network& network, std::size_t l);

}  // namespace autoencoder
