// A variational autoencoder in an archive: a case, or the file of a trained model.
//
//     model                'variational'
//     enc_W1 enc_b1 …      hidden layers of the encoder, perhaps none
//     mu_W mu_b            (z, n), (z,)
//     logvar_W logvar_b    the same
//     dec_W1 dec_b1 …      the decoder; the last one is the output
//     activation           of all hidden layers; 'relu'. The output is a sigmoid with cross-entropy
//     weight_penalty       λ; 0
#pragma once

#include <string>
#include <vector>

#include "autoencoder/network.hpp"
#include "autoencoder/npz.hpp"

namespace autoencoder {

/// The network in an archive whose model is 'variational' and that may hold these keys besides.
/// Throws std::runtime_error for an unknown or missing key and for shapes that do not follow on each
/// other.
Network read_variational(const Archive& archive, const std::vector<std::string>& besides = {});

/// The activation of all hidden layers, as the file has it. Throws std::invalid_argument where they
/// differ.
Activation hidden_activation(const Network& network);

}  // namespace autoencoder
