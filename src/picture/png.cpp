// PNG (ISO/IEC 15948), as much as a figure needs: 8 bits a channel, grey or RGB, not interlaced.
//
//     89 'PNG' 0d 0a 1a 0a
//     chunk IHDR   width 4 | height 4 | bits 8 | colour 0 grey, 2 RGB | 0 0 0
//     chunk IDAT   a zlib stream of the rows, each behind a byte that names its filter
//     chunk IEND
//     chunk:       length 4 | name 4 | data | CRC-32 of name and data 4      (high byte first)
//
// A filter replaces each byte by its difference from a guess made of its neighbours a (left),
// b (above) and c (above left), so that smooth pictures become mostly zeros. For each row the
// filter with the smallest sum of absolute differences is taken, the standard's own advice (12.8).
#include "autoencoder/picture.hpp"

#include "base/crc32.hpp"
#include "picture/deflate.hpp"

namespace autoencoder {
namespace {

void put_u32(Bytes& out, std::size_t value) {
    for (const int shift : {24, 16, 8, 0}) {
        out.push_back(static_cast<std::uint8_t>((value >> shift) & 0xff));
    }
}

void put_chunk(Bytes& out, const char (&name)[5], ByteView data) {
    require(data.size() <= 0x7fffffff, "encode_png: the picture is too large for PNG");
    put_u32(out, data.size());
    const std::size_t checked_from = out.size();
    for (std::size_t i = 0; i < 4; ++i) out.push_back(static_cast<std::uint8_t>(name[i]));
    out.insert(out.end(), data.begin(), data.end());
    put_u32(out, crc32(ByteView(out).subspan(checked_from)));
}

/// The neighbour that a + b − c is nearest to; ties in the order a, b, c.
int paeth(int a, int b, int c) {
    const int guess = a + b - c;
    const int to_a = std::abs(guess - a), to_b = std::abs(guess - b), to_c = std::abs(guess - c);
    if (to_a <= to_b && to_a <= to_c) return a;
    return to_b <= to_c ? b : c;
}

int predict(int filter, int a, int b, int c) {
    switch (filter) {
        case 1: return a;
        case 2: return b;
        case 3: return (a + b) / 2;
        case 4: return paeth(a, b, c);
        default: return 0;
    }
}

/// The rows, each behind its filter's number.
Bytes filtered_rows(const Picture& picture) {
    const std::size_t row_size = picture.width * picture.channels;
    Bytes out;
    out.reserve((row_size + 1) * picture.height);
    Bytes row(row_size + 1), best;
    for (std::size_t y = 0; y < picture.height; ++y) {
        const std::uint8_t* here = picture.pixels.data() + y * row_size;
        std::size_t smallest = SIZE_MAX;
        for (int filter = 0; filter < 5; ++filter) {
            row[0] = static_cast<std::uint8_t>(filter);
            std::size_t sum = 0;
            for (std::size_t i = 0; i < row_size; ++i) {
                const bool has_left = i >= picture.channels, has_above = y > 0;
                const int a = has_left ? here[i - picture.channels] : 0;
                const int b = has_above ? *(here + i - row_size) : 0;
                const int c = has_left && has_above ? *(here + i - picture.channels - row_size) : 0;
                const int difference = (here[i] - predict(filter, a, b, c)) & 0xff;
                row[i + 1] = static_cast<std::uint8_t>(difference);
                sum += static_cast<std::size_t>(difference < 128 ? difference : 256 - difference);
            }
            if (sum < smallest) {
                smallest = sum;
                best = row;
            }
        }
        out.insert(out.end(), best.begin(), best.end());
    }
    return out;
}

}  // namespace

Bytes encode_png(const Picture& picture) {
    require(picture.channels == 1 || picture.channels == 3, [&] {
        return "encode_png: expected 1 or 3 channels, found " + std::to_string(picture.channels);
    });
    require(picture.width > 0 && picture.height > 0 && picture.width <= 0x7fffffff &&
                picture.height <= 0x7fffffff,
            [&] {
                return "encode_png: no PNG is " + std::to_string(picture.width) + " × " +
                       std::to_string(picture.height) + " pixels";
            });
    require(picture.pixels.size() == picture.width * picture.height * picture.channels, [&] {
        return "encode_png: " + std::to_string(picture.width) + " × " +
               std::to_string(picture.height) + " × " + std::to_string(picture.channels) +
               " has " + std::to_string(picture.pixels.size()) + " values";
    });
    Bytes out{0x89, 'P', 'N', 'G', 0x0d, 0x0a, 0x1a, 0x0a};
    Bytes header;
    put_u32(header, picture.width);
    put_u32(header, picture.height);
    const std::uint8_t colour = picture.channels == 1 ? 0 : 2;
    header.insert(header.end(), {8, colour, 0, 0, 0});
    put_chunk(out, "IHDR", header);
    put_chunk(out, "IDAT", zlib_compress(filtered_rows(picture)));
    put_chunk(out, "IEND", {});
    return out;
}

void write_png(const std::string& path, const Picture& picture) {
    write_file(path, encode_png(picture));
}

}  // namespace autoencoder
