// CRC-32 as ZIP, gzip and PNG use it (ISO 3309): the remainder of the message, read as a polynomial
// over GF(2), on division by x³² + x²⁶ + x²³ + … + x + 1.
#pragma once

#include "autoencoder/file.hpp"

#include <cstdint>

namespace autoencoder {

/// The checksum of the bytes. `before` is the checksum of what comes before them, so that
/// crc32(b, crc32(a)) is the checksum of a and b together.
std::uint32_t crc32(ByteView bytes, std::uint32_t before = 0);

}  // namespace autoencoder
