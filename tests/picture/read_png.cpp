// Reading PNG as the standard says, with every checksum verified.
#include "read_png.hpp"

#include <cstdlib>

#include "base/bytes.hpp"
#include "base/crc32.hpp"
#include "base/inflate.hpp"

namespace autoencoder::testing {

Bytes zlib_decompress(ByteView stream, std::size_t size) {
    if (stream.size() < 6 || stream[0] != 0x78) fail("zlib", "no header");
    if ((stream[0] * 256 + stream[1]) % 31 != 0) fail("zlib", "header check");
    const Inflated inflated = inflate(stream.subspan(2), size, "zlib");
    if (inflated.used + 6 != stream.size()) fail("zlib", "bytes left over");
    std::uint64_t a = 1, b = 0;  // Adler-32
    for (const std::uint8_t byte : inflated.bytes) {
        a = (a + byte) % 65521;
        b = (b + a) % 65521;
    }
    const std::uint64_t stored = load_big<std::uint32_t>(stream.last(4).data());
    if (stored != b * 65536 + a) fail("zlib", "checksum");
    return inflated.bytes;
}

DecodedPng read_png(ByteView file) {
    static const std::string place = "PNG";
    DecodedPng decoded;
    Cursor cursor{file, place};
    const ByteView magic = cursor.take(8, "signature");
    if (std::string(magic.begin(), magic.end()) != "\x89PNG\r\n\x1a\n") fail(place, "signature");
    Bytes data;
    while (cursor.left() > 0) {
        const std::size_t size = cursor.big<std::uint32_t>("length");
        const ByteView checked = cursor.take(size + 4, "chunk");
        if (cursor.big<std::uint32_t>("CRC") != crc32(checked)) fail(place, "CRC");
        const std::string name(checked.begin(), checked.begin() + 4);
        const ByteView body = checked.subspan(4);
        decoded.chunks += name;
        if (name == "IHDR") {
            decoded.picture.width = load_big<std::uint32_t>(body.data());
            decoded.picture.height = load_big<std::uint32_t>(body.data() + 4);
            if (body.size() != 13 || body[8] != 8 || (body[9] != 0 && body[9] != 2) ||
                body[10] != 0 || body[11] != 0 || body[12] != 0) {
                fail(place, "IHDR");
            }
            decoded.picture.channels = body[9] == 0 ? 1 : 3;
        }
        if (name == "IDAT") data.insert(data.end(), body.begin(), body.end());
    }
    decoded.data_size = data.size();

    const auto [width, height, channels, none] = decoded.picture;
    const std::size_t row_size = width * channels;
    const Bytes rows = zlib_decompress(data, height * (row_size + 1));
    Bytes& pixels = decoded.picture.pixels;
    for (std::size_t y = 0; y < height; ++y) {
        const std::uint8_t filter = rows[y * (row_size + 1)];
        decoded.filters += static_cast<char>('0' + filter);
        for (std::size_t i = 0; i < row_size; ++i) {
            const std::size_t here = pixels.size();
            const bool left = i >= channels, above = y > 0;
            const int a = left ? pixels[here - channels] : 0;
            const int b = above ? pixels[here - row_size] : 0;
            const int c = left && above ? pixels[here - row_size - channels] : 0;
            int guess = 0;
            if (filter == 1) guess = a;
            if (filter == 2) guess = b;
            if (filter == 3) guess = (a + b) / 2;
            if (filter == 4) {
                const int p = a + b - c;
                const int pa = std::abs(p - a), pb = std::abs(p - b), pc = std::abs(p - c);
                guess = pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
            }
            if (filter > 4) fail(place, "filter");
            pixels.push_back(static_cast<std::uint8_t>(rows[y * (row_size + 1) + 1 + i] + guess));
        }
    }
    return decoded;
}

Bytes noise(std::size_t n) {
    Bytes bytes(n);
    std::uint64_t state = 88172645463325252u;
    for (std::uint8_t& byte : bytes) {  // xorshift
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        byte = static_cast<std::uint8_t>(state >> 32);
    }
    return bytes;
}

}  // namespace autoencoder::testing
