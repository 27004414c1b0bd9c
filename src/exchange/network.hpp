// The network in an archive, which a case and the file of a trained model have in common: the keys of
// conformance.hpp, patterns aside. Whatever is wrong is a std::runtime_error "FILE: KEY: …".
#pragma once

#include <string>
#include <vector>

#include "autoencoder/network.hpp"
#include "autoencoder/npz.hpp"

namespace autoencoder {

/// The network in an archive that may hold these keys besides.
Network read_network(const Archive& archive, const std::vector<std::string>& besides = {});

/// The parameters under the names that they have in files.
Layout layout_in_file(const Network& network);

/// θ as float or double, whatever the archive holds.
template <class T>
Buffer<T> read_parameters(const Archive& archive, const Network& network);

}  // namespace autoencoder
