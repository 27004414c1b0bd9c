// The NEON unit: 4 floats or 2 doubles. 32 registers: 6 × 4 accumulators, 4 of B, 1 of A.
#if defined(__aarch64__)
#define AUTOENCODER_UNIT unit_neon
#define AUTOENCODER_UNIT_NAME "neon"
#define AUTOENCODER_UNIT_DESCRIPTION "128 bits, Advanced SIMD: every AArch64"
#define AUTOENCODER_ARCH xsimd::neon64
#define AUTOENCODER_TILE_ROWS 6
#define AUTOENCODER_TILE_VECTORS 4

#include "unit.hpp"
#endif
