// gzip (RFC 1952), the reading side: compressed files with a checksum each, one behind the other;
// and zlib (RFC 1950), one compressed stream.
#pragma once

#include "autoencoder/file.hpp"

#include <string>

namespace autoencoder {

/// What is within, of all members together. Throws std::runtime_error "place: …" if a header, a stream,
/// a checksum or a size is wrong, or if anything else follows.
Bytes gunzip(ByteView file, const std::string& place);

/// What a zlib stream (RFC 1950) holds, which ends with it. Throws as above, and for a wrong checksum.
Bytes unzlib(ByteView stream, std::size_t most, const std::string& place);

}  // namespace autoencoder
