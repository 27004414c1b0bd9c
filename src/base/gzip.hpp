// gzip (RFC 1952), the reading side: one compressed file with a name and a checksum.
#pragma once

#include "autoencoder/file.hpp"

#include <string>

namespace autoencoder {

/// The file within. Throws std::runtime_error "place: …" if the header, the stream, the checksum
/// or the size is wrong, or if anything follows (several files in a row are not read).
Bytes gunzip(ByteView file, const std::string& place);

}  // namespace autoencoder
