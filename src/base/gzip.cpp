// gzip (RFC 1952):
//
//     1F 8B  08  flags  time (4)  extra flags  system
//     flags & 4:   length (2), that many bytes
//     flags & 8:   the name, to a zero byte
//     flags & 16:  a comment, to a zero byte
//     flags & 2:   half a checksum of the header (2), not checked here
//     the deflated file,  CRC-32 (4)  size modulo 2³² (4)
//
// The size at the end is what bounds the memory, so files of 4 GiB and more are not read.
#include "base/gzip.hpp"

#include "base/bytes.hpp"
#include "base/crc32.hpp"
#include "base/inflate.hpp"

namespace autoencoder {
namespace {

constexpr unsigned has_checksum = 2, has_extra = 4, has_name = 8, has_comment = 16, reserved = 0xE0;
constexpr std::size_t trailer_size = 8;

// Text ends with a zero byte.
void skip_text(Cursor& in, const char* what) {
    while (in.little<std::uint8_t>(what) != 0) continue;
}

void skip_header(Cursor& in) {
    if (in.big<std::uint16_t>("signature") != 0x1F8B) {
        fail(in.place, "byte 0: expected a gzip file (1F 8B), found something else");
    }
    if (const unsigned method = in.little<std::uint8_t>("method"); method != 8) {
        fail(in.place, "byte 2: expected method 8 (deflate), found " + std::to_string(method));
    }
    const unsigned flags = in.little<std::uint8_t>("flags");
    if (flags & reserved) {
        fail(in.place, "byte 3: expected flags below 32, found " + std::to_string(flags));
    }
    in.take(6, "time and system");
    if (flags & has_extra) in.take(in.little<std::uint16_t>("extra length"), "extra field");
    if (flags & has_name) skip_text(in, "name");
    if (flags & has_comment) skip_text(in, "comment");
    if (flags & has_checksum) in.take(2, "header checksum");
}

}  // namespace

Bytes gunzip(ByteView file, const std::string& place) {
    Cursor in{file, place};
    skip_header(in);
    if (in.left() < trailer_size) in.take(trailer_size, "checksum and size");
    const ByteView stream = in.take(in.left() - trailer_size, "compressed data");
    const auto checksum = in.little<std::uint32_t>("checksum");
    const auto size = in.little<std::uint32_t>("size");

    Inflated inflated = inflate(stream, size, place);
    if (inflated.used != stream.size()) {
        fail(place, "expected the checksum after " + std::to_string(inflated.used) +
                        " compressed bytes, found " + std::to_string(stream.size()) + " of them");
    }
    if (crc32(inflated.bytes) != checksum) fail(place, "expected the checksum of the file to hold");
    return std::move(inflated.bytes);
}

}  // namespace autoencoder
