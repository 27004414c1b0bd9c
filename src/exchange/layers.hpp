// The layers in an archive of any kind: how many there are is read off the names of the weights, how
// wide they are off their shapes.
#pragma once

#include "autoencoder/network.hpp"
#include "autoencoder/npz.hpp"

namespace autoencoder {

/// What 'model' says, which is 'network' where nothing does; in bits, for a table's sake.
enum Family : unsigned { dense = 1, windows = 2, variational = 4 };
Family family_of(const Archive& archive);

/// As many layers as there are weights, none of them with units yet.
Network layers_of(const Archive& archive, Family family);

/// Their inputs and units: each W has as many columns as the one before has rows.
void read_layers(const Archive& archive, Family family, Network& network);

}  // namespace autoencoder
