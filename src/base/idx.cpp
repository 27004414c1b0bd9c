// IDX, the format of the MNIST files, big endian:
//
//     00 00  type  dimensions          type 08 unsigned bytes, 09 signed, 0B int16, 0C int32,
//                                      0D float, 0E double
//     size (4) of each dimension       images: how many, rows, columns; labels: how many
//     the elements, the last index running fastest
#include "base/bytes.hpp"
#include "base/formats.hpp"
#include "base/numbers.hpp"

namespace autoencoder {
namespace {

constexpr struct {
    std::uint8_t code;
    char type;
    std::size_t width;
} types[] = {{8, 'u', 1}, {9, 'i', 1}, {11, 'i', 2}, {12, 'i', 4}, {13, 'f', 4}, {14, 'f', 8}};

}  // namespace

Array decode_idx(ByteView file, const std::string& place) {
    Cursor in{file, place};
    const auto magic = in.big<std::uint32_t>("magic number");
    const std::uint32_t dimensions = magic & 0xFF;
    Numbers numbers;
    for (const auto& [code, type, width] : types) {
        if (magic >> 8 != code) continue;
        numbers.type = type;
        numbers.width = width;
    }
    if (numbers.width == 0 || dimensions < 1 || dimensions > 4)
        fail(place,
             "byte 0: expected an IDX file in 1 to 4 dimensions (magic number 2049 for "
             "labels, 2051 for images), found " +
                 std::to_string(magic));
    numbers.big_endian = true;
    while (numbers.shape.size() < dimensions)
        numbers.shape.push_back(in.big<std::uint32_t>("size"));
    numbers.bytes = in.take(in.left(), "elements");
    return array_of(numbers, place);
}

}  // namespace autoencoder
