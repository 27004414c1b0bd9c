// Loops that do nothing but one thing as fast as the machine can: fused multiply-adds in registers,
// additions of integers, loads, and STREAM's triad (McCalpin 1995). They are assembly, because a compiler
// would see that nobody needs what they compute. One set an instruction set.
#pragma once

#include <cstddef>
#include <string_view>

namespace autoencoder::bench {

struct Loops {
    const char* isa;     // the unit (kernels.hpp) that they are the limit of
    std::size_t lanes;   // floats in a register; half as many doubles
    std::size_t chains;  // independent multiply-adds a round: enough to hide their latency
    void (*fma32)(long rounds);
    void (*fma64)(long rounds);
    void (*add)(long rounds);  // integer additions, 60 a round in 4 chains
    // Both work on blocks of 8 registers. Addresses are multiples of 64 bytes.
    void (*read)(const float* x, long blocks);
    void (*triad)(float* a, const float* b, const float* c, long blocks);  // a = b + s c

    std::size_t block() const { return 8 * lanes; }  // floats
};

/// The loops for a unit; fma32 is null where this program has none or the machine cannot run them.
const Loops& loops_of(std::string_view isa);

}  // namespace autoencoder::bench
