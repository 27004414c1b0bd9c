// The AVX2 unit: 8 floats or 4 doubles. 16 registers: 6 × 2 accumulators, 2 of B, 1 of A.
#if defined(__x86_64__)
#define AUTOENCODER_UNIT unit_avx2
#define AUTOENCODER_UNIT_NAME "avx2"
#define AUTOENCODER_UNIT_DESCRIPTION "256 bits, AVX2 and FMA: Haswell, Zen and later"
#define AUTOENCODER_ARCH xsimd::fma3<xsimd::avx2>
#define AUTOENCODER_TILE_ROWS 6
#define AUTOENCODER_TILE_VECTORS 2

#include "unit.hpp"
#endif
