// The pictures of a convolutional network: what its maps see in some patterns.
#pragma once

#include <string>
#include <vector>

#include "autoencoder/data.hpp"
#include "autoencoder/model.hpp"

namespace autoencoder::cli {

/// maps1.png, maps2.png …: for each layer of windows up to the code, and of a classifier for each one,
/// a row of maps for each of the first patterns. Black is 0, white the layer's largest activity.
/// Returns the paths; none for other networks.
std::vector<std::string> write_maps(const std::string& folder, const Model& model,
                                    const Dataset& patterns);

}  // namespace autoencoder::cli
