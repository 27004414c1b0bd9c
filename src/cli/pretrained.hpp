// Encoders that another run has trained: the first half of a model's layers, as the bottom of a
// classifier.
#pragma once

#include <string>

#include "autoencoder/data.hpp"
#include "autoencoder/model.hpp"
#include "cli/patterns.hpp"

namespace autoencoder::cli {

/// Which model, and how it was asked for.
struct Pretrained {
    std::string option, path;    // "--encoder", "conv.npz"
    bool convolutional = false;  // it has to be: all of its encoders make maps
    bool double_precision = false;
};

/// The encoders of that model and their θ. Throws std::invalid_argument, which names the option, where
/// the model is of the other precision, or should make maps and does not.
Model load_encoders(const Pretrained& from);
/// Says that test patterns are among those that the model of that path was trained on, where its data are there.
void remark_on_known(const std::string& path, const Model& model, const Source& source, Sets& sets);
/// Throws std::invalid_argument where the model does not take patterns like these.
void require_inputs(const std::string& option, const Model& model, const Dataset& patterns);

}  // namespace autoencoder::cli
