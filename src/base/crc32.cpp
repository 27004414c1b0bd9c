// CRC-32, a byte at a time: the table holds the remainder of every byte. Bits are reflected (the
// coefficient of the highest power is the lowest bit), so the polynomial reads 0xEDB88320 and the
// register shifts right. Beginning with ones, and inverting at the end, makes leading and trailing
// zeros count.
#include "base/crc32.hpp"

#include <array>

namespace autoencoder {
namespace {

constexpr std::array<std::uint32_t, 256> remainders = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t r = byte;
        for (int bit = 0; bit < 8; ++bit) r = (r >> 1) ^ ((r & 1) ? 0xEDB88320u : 0u);
        table[byte] = r;
    }
    return table;
}();

}  // namespace

std::uint32_t crc32(ByteView bytes, std::uint32_t before) {
    std::uint32_t r = ~before;
    for (std::uint8_t byte : bytes) r = (r >> 8) ^ remainders[(r ^ byte) & 0xFF];
    return ~r;
}

}  // namespace autoencoder
