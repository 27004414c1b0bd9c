// From the elements of an array in a file to numbers in C order.
#include "base/numbers.hpp"

#include "autoencoder/error.hpp"
#include "autoencoder/memory.hpp"
#include "base/bytes.hpp"
#include "base/utf8.hpp"

#include <bit>
#include <cmath>
#include <limits>

namespace autoencoder {
namespace {

// The bytes of the elements, and how to say where one of them is wrong.
struct Elements {
    const Numbers& numbers;
    const std::string& place;
    std::size_t count;

    [[noreturn]] void refuse(const std::uint8_t* element, const std::string& message) const {
        const auto index = static_cast<std::size_t>(element - numbers.bytes.data()) / numbers.width;
        fail(place, "element " + std::to_string(index) + " of the file: " + message);
    }
};

// Applies `read` to every element, and puts the results in C order.
template <class T, class Read>
std::vector<T> read_all(const Elements& elements, Read read) {
    const Numbers& numbers = elements.numbers;
    require_memory(times(elements.count, sizeof(T)), elements.place);
    std::vector<T> values(elements.count);
    const std::uint8_t* element = numbers.bytes.data();
    if (!numbers.fortran_order) {
        for (T& value : values) {
            value = read(element);
            element += numbers.width;
        }
        return values;
    }
    for (FirstFastest each(numbers.shape); element != numbers.bytes.data() + numbers.bytes.size();
         element += numbers.width, each.next())
        values[each.place()] = read(element);
    return values;
}

template <class T>
auto loader(bool big_endian) {
    return big_endian ? load_big<T> : load_little<T>;
}

template <class Real, class Bits>
std::vector<Real> read_reals(const Elements& elements) {
    const auto load = loader<Bits>(elements.numbers.big_endian);
    return read_all<Real>(elements, [load](const std::uint8_t* element) {
        if constexpr (sizeof(Bits) == sizeof(Real))
            return std::bit_cast<Real>(load(element));
        else
            return std::bit_cast<Real>(std::uint32_t{load(element)} << 16);  // bfloat16
    });
}

// Half precision: a sign, 5 bits of exponent, 10 of fraction.
std::vector<float> read_halves(const Elements& elements) {
    const auto load = loader<std::uint16_t>(elements.numbers.big_endian);
    return read_all<float>(elements, [load](const std::uint8_t* element) {
        const unsigned bits = load(element), exponent = bits >> 10 & 31, fraction = bits & 1023;
        const float size = exponent == 31 ? (fraction != 0 ? std::numeric_limits<float>::quiet_NaN()
                                                           : std::numeric_limits<float>::infinity())
                           : exponent == 0 ? std::ldexp(float(fraction), -24)
                                           : std::ldexp(float(1024 + fraction), int(exponent) - 25);
        return bits >> 15 != 0 ? -size : size;
    });
}

template <class Unsigned>
std::vector<std::int64_t> read_integers(const Elements& elements) {
    using Signed = std::make_signed_t<Unsigned>;
    const auto load = loader<Unsigned>(elements.numbers.big_endian);
    const bool is_signed = elements.numbers.type == 'i';
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
    const auto load = loader<std::uint32_t>(elements.numbers.big_endian);
    return read_all<std::string>(elements, [&](const std::uint8_t* element) {
        std::size_t length = elements.numbers.width / 4;
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
        std::size_t length = elements.numbers.width;
        while (length > 0 && element[length - 1] == 0) --length;
        std::string text(element, element + length);
        if (!code_points(text)) {
            elements.refuse(element, "expected text in UTF-8, found " + in_quotes(text));
        }
        return text;
    });
}

Array::Values read_values(const Elements& elements) {
    const char type = elements.numbers.type;
    const std::size_t width = elements.numbers.width;
    if (type == 'f' && width == 2) return read_halves(elements);
    if (type == 'g') return read_reals<float, std::uint16_t>(elements);
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

}  // namespace

FirstFastest::FirstFastest(const Array::Shape& shape)
    : shape_(shape), index_(shape.size()), stride_(shape.size(), 1) {
    for (std::size_t d = shape.size(); d-- > 1;) stride_[d - 1] = stride_[d] * shape[d];
}

void FirstFastest::next() {  // an odometer that is read backwards
    for (std::size_t d = 0; d < shape_.size(); ++d) {
        place_ += stride_[d];
        if (++index_[d] < shape_[d]) return;
        place_ -= stride_[d] * shape_[d];
        index_[d] = 0;
    }
}

Array array_of(const Numbers& numbers, const std::string& place) {
    const auto count = count_of(numbers.shape);
    if (!count)
        fail(place, "expected an array that fits memory, found " + shape_text(numbers.shape));
    const std::size_t bytes = numbers.bytes.size();
    if (bytes % numbers.width != 0 || bytes / numbers.width != *count) {
        fail(place, "expected " + std::to_string(*count) + " elements of " +
                        std::to_string(numbers.width) + " bytes, as the shape " +
                        shape_text(numbers.shape) + " says, found " + std::to_string(bytes) +
                        " bytes");
    }
    constexpr std::size_t most_texts = 65536;  // each of which takes 32 bytes, if it is a letter in the file
    const bool text = numbers.type == 'U' || numbers.type == 'S';
    if (text && numbers.shape.size() > 1)
        fail(place, "expected a text or a list of texts, found the shape " + shape_text(numbers.shape));
    if (text && *count > most_texts)
        fail(place, "expected at most 65536 texts, found " + std::to_string(*count));
    Array array;
    array.values = read_values({numbers, place, *count});
    array.shape = numbers.shape;
    array.origin = place;
    return array;
}

}  // namespace autoencoder
