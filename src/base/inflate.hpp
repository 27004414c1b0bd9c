// DEFLATE (RFC 1951), the reading side: what ZIP and gzip compress with.
#pragma once

#include "autoencoder/file.hpp"

#include <algorithm>
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

/// The same of a stream whose container declares no size, but `most` bytes of it.
Inflated inflate_up_to(ByteView stream, std::size_t most, const std::string& place);

/// The most that is taken for data, and for no trap, in so many compressed bytes, of a file altogether.
constexpr std::size_t most_inflated(std::size_t compressed) {
    return std::max(std::size_t{1} << 23, 200 * compressed);
}

}  // namespace autoencoder
