// The AVX-512 unit: 16 floats or 8 doubles. 32 registers: 14 × 2 accumulators, 2 of B, 1 or 2 of A.
#if defined(__x86_64__)
#define AUTOENCODER_UNIT unit_avx512
#define AUTOENCODER_UNIT_NAME "avx512"
#define AUTOENCODER_UNIT_DESCRIPTION "512 bits, AVX-512 F, CD, DQ, BW: Skylake-X, Zen 4 and later"
#define AUTOENCODER_ARCH xsimd::avx512bw
#define AUTOENCODER_TILE_ROWS 14
#define AUTOENCODER_TILE_VECTORS 2

#include "unit.hpp"
#endif
