// The network in an archive, which a case and the file of a trained model have in common: the keys of
// conformance.hpp. Whatever is wrong is a std::runtime_error "FILE: KEY: …".
#pragma once

#include "autoencoder/network.hpp"
#include "autoencoder/npz.hpp"

namespace autoencoder {

/// The network in an archive that may hold a case's patterns besides.
Network read_network(const Archive& archive, bool with_patterns);

/// The parameters under the names that they have in files.
Layout layout_in_file(const Network& network);

/// θ as float or double, whatever the archive holds.
template <class T>
Buffer<T> read_parameters(const Archive& archive, const Network& network);

/// The shape of one pattern of h^l, l = 0 … L: (maps, height, width), or (units).
Array::Shape pattern_shape(const Network& network, std::size_t l);

}  // namespace autoencoder
