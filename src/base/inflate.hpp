// DEFLATE (RFC 1951), the reading side: what ZIP and gzip compress with.
#pragma once

#include "autoencoder/file.hpp"

#include <cstddef>
#include <string>

namespace autoencoder {

struct Inflated {
    Bytes bytes;
    std::size_t used;  // bytes of the compressed stream, up to the end of its last block
};

/// Inflates a stream that holds exactly `size` bytes, as its container declares. Memory is bounded
/// by `size`, and `size` by what a stream of that length can hold at all. Throws std::runtime_error
/// "place: byte b: …" for anything that is not such a stream.
Inflated inflate(ByteView stream, std::size_t size, const std::string& place);

}  // namespace autoencoder
