// NumPy arrays: from the bytes of an .npy file to numbers in C order, and back. Numbers that we
// cannot hold (unsigned ones of 2⁶³ and more, booleans other than 0 and 1, text that is none) are
// refused.
#include "base/npy.hpp"

#include "autoencoder/error.hpp"
#include "autoencoder/memory.hpp"
#include "base/bytes.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <bit>
#include <limits>

namespace autoencoder {
namespace {

// The bytes of the elements, and how to say where one of them is wrong.
struct Elements {
    const NpyHeader& header;
    ByteView bytes;
    const std::string& place;

    [[noreturn]] void refuse(const std::uint8_t* element, const std::string& message) const {
        const auto index = static_cast<std::size_t>(element - bytes.data()) / header.width;
        fail(place, "element " + std::to_string(index) + " of the file: " + message);
    }
};

// Applies `read` to every element, and puts the results in C order.
template <class T, class Read>
std::vector<T> read_all(const Elements& elements, Read read) {
    const NpyHeader& header = elements.header;
    require_memory(times(header.count, sizeof(T)), elements.place);
    std::vector<T> values(header.count);
    const std::uint8_t* element = elements.bytes.data();
    if (!header.fortran_order) {
        for (T& value : values) {
            value = read(element);
            element += header.width;
        }
        return values;
    }
    // In the file the first index runs fastest: count like an odometer that is read backwards.
    const std::size_t dimensions = header.shape.size();
    Array::Shape index(dimensions, 0), stride(dimensions, 1);
    for (std::size_t d = dimensions; d-- > 1;) stride[d - 1] = stride[d] * header.shape[d];
    std::size_t to = 0;
    for (std::size_t i = 0; i < header.count; ++i, element += header.width) {
        values[to] = read(element);
        for (std::size_t d = 0; d < dimensions; ++d) {
            to += stride[d];
            if (++index[d] < header.shape[d]) break;
            to -= stride[d] * header.shape[d];
            index[d] = 0;
        }
    }
    return values;
}

template <class T>
auto loader(bool big_endian) {
    return big_endian ? load_big<T> : load_little<T>;
}

template <class Real, class Bits>
std::vector<Real> read_reals(const Elements& elements) {
    const auto load = loader<Bits>(elements.header.big_endian);
    return read_all<Real>(elements, [load](const std::uint8_t* element) {
        return std::bit_cast<Real>(load(element));
    });
}

template <class Unsigned>
std::vector<std::int64_t> read_integers(const Elements& elements) {
    using Signed = std::make_signed_t<Unsigned>;
    const auto load = loader<Unsigned>(elements.header.big_endian);
    const bool is_signed = elements.header.type == 'i';
    return read_all<std::int64_t>(elements, [&](const std::uint8_t* element) -> std::int64_t {
        const Unsigned bits = load(element);
        if (is_signed) return static_cast<Signed>(bits);
        if (bits > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) {
            elements.refuse(element, "expected at most 2⁶³ − 1, found " + std::to_string(bits));
        }
        return static_cast<std::int64_t>(bits);
    });
}

std::vector<std::int64_t> read_booleans(const Elements& elements) {
    return read_all<std::int64_t>(elements, [&](const std::uint8_t* element) {
        if (*element > 1)
            elements.refuse(element, "expected 0 or 1, found " + std::to_string(*element));
        return std::int64_t{*element};
    });
}

std::vector<std::uint8_t> read_bytes(const Elements& elements) {
    return read_all<std::uint8_t>(elements, [](const std::uint8_t* element) { return *element; });
}

// Text is filled up with zeros to the width of the longest.
std::vector<std::string> read_code_points(const Elements& elements) {
    const auto load = loader<std::uint32_t>(elements.header.big_endian);
    return read_all<std::string>(elements, [&](const std::uint8_t* element) {
        std::size_t length = elements.header.width / 4;
        while (length > 0 && load(element + 4 * (length - 1)) == 0) --length;
        std::string text;
        for (std::size_t i = 0; i < length; ++i) {
            const std::uint32_t point = load(element + 4 * i);
            if (!is_code_point(point)) {
                elements.refuse(element, "expected Unicode, found " + std::to_string(point));
            }
            append_utf8(text, point);
        }
        return text;
    });
}

std::vector<std::string> read_byte_texts(const Elements& elements) {
    return read_all<std::string>(elements, [&](const std::uint8_t* element) {
        std::size_t length = elements.header.width;
        while (length > 0 && element[length - 1] == 0) --length;
        std::string text(element, element + length);
        if (!code_points(text)) {
            elements.refuse(element, "expected text in UTF-8, found " + in_quotes(text));
        }
        return text;
    });
}

Array::Values read_values(const Elements& elements) {
    const char type = elements.header.type;
    const std::size_t width = elements.header.width;
    if (type == 'f' && width == 4) return read_reals<float, std::uint32_t>(elements);
    if (type == 'f') return read_reals<double, std::uint64_t>(elements);
    if (type == 'b') return read_booleans(elements);
    if (type == 'U') return read_code_points(elements);
    if (type == 'S') return read_byte_texts(elements);
    if (type == 'u' && width == 1) return read_bytes(elements);
    if (width == 1) return read_integers<std::uint8_t>(elements);
    if (width == 2) return read_integers<std::uint16_t>(elements);
    if (width == 4) return read_integers<std::uint32_t>(elements);
    return read_integers<std::uint64_t>(elements);
}

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
    constexpr std::size_t most_texts = 65536;  // each of which takes 32 bytes, if it is a letter in the file
    const NpyHeader header = read_npy_header(file, place);
    const bool text = header.type == 'U' || header.type == 'S';
    if (text && header.shape.size() > 1)
        fail(place, "expected a text or a list of texts, found the shape " + shape_text(header.shape));
    if (text && header.count > most_texts)
        fail(place, "expected at most 65536 texts, found " + std::to_string(header.count));
    Array array;
    array.values = read_values({header, file.subspan(header.size), place});
    array.shape = header.shape;
    array.origin = place;
    return array;
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
