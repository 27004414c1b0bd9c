// gzip (RFC 1952):
//
//     1F 8B  08  flags  time (4)  extra flags  system
//     flags & 4:   length (2), that many bytes
//     flags & 8:   the name, to a zero byte
//     flags & 16:  a comment, to a zero byte
//     flags & 2:   half a checksum of the header (2), not checked here
//     the deflated file,  CRC-32 (4)  size modulo 2³² (4)
//
// Several of these may stand one behind the other: the file is all of them together. zlib (RFC 1950), in
// .mat files: two bytes of header, the deflated data, Adler-32 (4).
#include "base/gzip.hpp"

#include "base/bytes.hpp"
#include "base/crc32.hpp"
#include "base/inflate.hpp"

#include <algorithm>

namespace autoencoder {
namespace {

constexpr unsigned has_checksum = 2, has_extra = 4, has_name = 8, has_comment = 16, reserved = 0xE0;

// Text ends with a zero byte.
void skip_text(Cursor& in, const char* what) {
    while (in.little<std::uint8_t>(what) != 0) continue;
}

void skip_header(Cursor& in) {
    if (in.big<std::uint16_t>("signature") != 0x1F8B) {
        fail(in.place, "byte " + std::to_string(in.at - 2) +
                           ": expected a gzip file (1F 8B), found something else");
    }
    if (const unsigned method = in.little<std::uint8_t>("method"); method != 8) {
        fail(in.place, "expected method 8 (deflate), found " + std::to_string(method));
    }
    const unsigned flags = in.little<std::uint8_t>("flags");
    if (flags & reserved) {
        fail(in.place, "expected flags below 32, found " + std::to_string(flags));
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
    Bytes whole;
    do {
        skip_header(in);
        const Inflated inflated = inflate_up_to(file.subspan(in.at), most_inflated(file.size()) - whole.size(), place);
        in.take(inflated.used, "compressed data");
        if (in.little<std::uint32_t>("checksum") != crc32(inflated.bytes))
            fail(place, "expected the checksum of the file to hold");
        const std::uint32_t size = in.little<std::uint32_t>("size");
        if (size != std::uint32_t(inflated.bytes.size()))
            fail(place, "expected " + std::to_string(size) + " bytes when inflated, found " +
                            std::to_string(inflated.bytes.size()));
        whole.insert(whole.end(), inflated.bytes.begin(), inflated.bytes.end());
        // What pads a file to whole blocks of a tape is no further member.
        const ByteView rest = file.subspan(in.at);
        if (std::all_of(rest.begin(), rest.end(), [](std::uint8_t byte) { return byte == 0; })) break;
    } while (true);
    return whole;
}

Bytes unzlib(ByteView stream, std::size_t most, const std::string& place) {
    Cursor in{stream, place};
    const unsigned header = in.big<std::uint16_t>("zlib header");
    const bool deflated = (header >> 8 & 15) == 8, preset = (header & 32) != 0;
    if (!deflated || preset || header % 31 != 0)
        fail(place, "expected a zlib stream, found a header of " + std::to_string(header));
    Inflated content = inflate_up_to(stream.subspan(in.at), most, place);
    in.take(content.used, "compressed data");
    std::uint32_t a = 1, b = 0;  // Adler-32
    for (const std::uint8_t byte : content.bytes) {
        a = (a + byte) % 65521;
        b = (b + a) % 65521;
    }
    if (in.big<std::uint32_t>("checksum") != (b << 16 | a))
        fail(place, "expected the checksum of the compressed data to hold");
    if (in.left() > 0)
        fail(place, "expected the end of the compressed data, found " + std::to_string(in.left()) +
                        " more bytes");
    return std::move(content.bytes);
}

}  // namespace autoencoder
