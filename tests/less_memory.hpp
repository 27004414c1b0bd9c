// For tests of what does not fit: as if the machine had less memory.
#pragma once

#include <cstdlib>

namespace autoencoder {

/// AUTOENCODER_MEMORY as long as it lives.
struct LessMemory {
    explicit LessMemory(const char* bytes) { ::setenv("AUTOENCODER_MEMORY", bytes, 1); }
    ~LessMemory() { ::unsetenv("AUTOENCODER_MEMORY"); }
    LessMemory(const LessMemory&) = delete;
    LessMemory& operator=(const LessMemory&) = delete;
};

}  // namespace autoencoder
