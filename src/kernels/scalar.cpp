// The scalar unit: one lane, any machine, the reference for the bits of the others.
#define AUTOENCODER_UNIT unit_scalar
#define AUTOENCODER_UNIT_NAME "scalar"
#define AUTOENCODER_UNIT_DESCRIPTION "one lane, std::fma: any machine"
#define AUTOENCODER_TILE_ROWS 4
#define AUTOENCODER_TILE_VECTORS 4

#include "unit.hpp"
