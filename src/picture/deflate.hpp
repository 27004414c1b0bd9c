// Compression for PNG: bytes into a zlib stream (RFC 1950) around one deflate block (RFC 1951).
#pragma once

#include "autoencoder/file.hpp"

namespace autoencoder {

/// The bytes as a zlib stream; the same bytes always give the same stream.
Bytes zlib_compress(ByteView bytes);

}  // namespace autoencoder
