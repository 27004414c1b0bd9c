// NumPy's files: an array as bytes, and back. The header is drawn in npy_header.cpp.
#include "base/npy.hpp"

#include "autoencoder/error.hpp"
#include "base/bytes.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <bit>

namespace autoencoder {
namespace {

template <class Bits, class T>
Bytes encode_numbers(const char* descr, const Array& array, const std::vector<T>& values) {
    Bytes file = npy_header(descr, array.shape);
    file.reserve(file.size() + values.size() * sizeof(Bits));
    for (const T& value : values) append_little(file, std::bit_cast<Bits>(value));
    return file;
}

Bytes encode_texts(const Array& array, const std::vector<std::string>& texts) {
    std::vector<std::u32string> all;
    std::size_t width = 1;  // NumPy has no text of width 0
    for (const std::string& text : texts) {
        auto points = code_points(text);
        require(points.has_value(), [&] { return "text is UTF-8; found " + in_quotes(text); });
        width = std::max(width, points->size());
        all.push_back(std::move(*points));
    }
    Bytes file = npy_header("<U" + std::to_string(width), array.shape);
    for (std::u32string& text : all) {
        text.resize(width, U'\0');
        for (char32_t point : text) append_little<std::uint32_t>(file, point);
    }
    return file;
}

}  // namespace

Array decode_npy(ByteView file, const std::string& place) {
    return array_of(read_npy_header(file, place), place);
}

Bytes encode_npy(const Array& array) {
    require(count_of(array.shape) == array.size(), [&] {
        return "an array of shape " + shape_text(array.shape) + " cannot have " +
               std::to_string(array.size()) + " values";
    });
    switch (array.kind()) {
        case Array::Kind::real32:
            return encode_numbers<std::uint32_t>("<f4", array, std::get<0>(array.values));
        case Array::Kind::real64:
            return encode_numbers<std::uint64_t>("<f8", array, std::get<1>(array.values));
        case Array::Kind::integer:
            return encode_numbers<std::uint64_t>("<i8", array, std::get<2>(array.values));
        case Array::Kind::byte:
            return encode_numbers<std::uint8_t>("|u1", array, std::get<3>(array.values));
        case Array::Kind::text:
            break;
    }
    return encode_texts(array, std::get<4>(array.values));
}

Array read_npy(const std::string& path) { return decode_npy(read_file(path), path); }

void write_npy(const std::string& path, const Array& array) { write_file(path, encode_npy(array)); }

}  // namespace autoencoder
