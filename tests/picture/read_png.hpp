// The reading side of PNG, for the tests alone: chunks, checksums and filters undone as the
// standard says, on the project's own inflate, which shares nothing with the writer.
#pragma once

#include <string>

#include "autoencoder/picture.hpp"

namespace autoencoder::testing {

/// A PNG file taken apart.
struct DecodedPng {
    Picture picture;
    std::string chunks;        // their names, one behind the other
    std::string filters;       // of the rows, as digits
    std::size_t data_size = 0;  // bytes of IDAT
};

/// The zlib stream's content; throws std::runtime_error if a header or checksum is wrong.
Bytes zlib_decompress(ByteView stream, std::size_t size);

/// Throws std::runtime_error for what is not a PNG of 8 bits, grey or RGB.
DecodedPng read_png(ByteView file);

/// n bytes that no compressor can shorten, the same each time.
Bytes noise(std::size_t n);

}  // namespace autoencoder::testing
