// The header of an .npy file (NumPy's "NEP 1"):
//
//     93 'N' 'U' 'M' 'P' 'Y'  version (2)  length (2; from version 2.0 on 4)
//     {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }   spaces   newline
//     the elements, each of as many bytes as descr says
//
// descr is the byte order (< little, > big, | neither), the type, and the width: bytes, or
// characters of text. The dictionary is Python; of that we read just this one form, its keys in any
// order. Other types are refused by their names.
#include "base/npy.hpp"

#include "autoencoder/error.hpp"
#include "base/bytes.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

namespace autoencoder {
namespace {

constexpr std::string_view signature = "\x93NUMPY";
constexpr std::size_t alignment = 64;        // of the numbers, which NumPy maps into memory
constexpr std::size_t most_dimensions = 32;  // as in NumPy 1

// Python's literals, as many of them as stand in a header.
struct Literal {
    std::string_view text;
    const std::string& place;
    std::size_t at = 0;

    [[noreturn]] void refuse(const std::string& expected) const {
        const std::string_view rest = text.substr(at);
        fail(place, "header character " + std::to_string(at) + ": expected " + expected +
                        ", found " + (rest.empty() ? "the end" : in_quotes(rest.substr(0, 20))));
    }
    void skip_spaces() {
        while (at < text.size() && (text[at] == ' ' || text[at] == '\n')) ++at;
    }
    bool accept(std::string_view token) {
        skip_spaces();
        if (text.substr(at, token.size()) != token) return false;
        at += token.size();
        return true;
    }
    void expect(std::string_view token) {
        if (!accept(token)) refuse(in_quotes(token));
    }
    std::string_view string() {
        skip_spaces();
        const char quote = at < text.size() ? text[at] : ' ';
        if (quote != '\'' && quote != '"') refuse("a string");
        const std::size_t end = text.find(quote, at + 1);
        if (end == std::string_view::npos) refuse("a string that ends");
        const std::string_view inside = text.substr(at + 1, end - at - 1);
        at = end + 1;
        return inside;
    }
    bool boolean() {
        if (accept("True")) return true;
        if (!accept("False")) refuse("True or False");
        return false;
    }
    std::size_t size() {
        skip_spaces();
        std::size_t value = 0;
        const char *begin = text.data() + at, *end = text.data() + text.size();
        const auto [stop, error] = std::from_chars(begin, end, value);
        if (error != std::errc{}) refuse("a size from 0 to 2⁶⁴ − 1");
        at += static_cast<std::size_t>(stop - begin);
        if (at < text.size() && text[at] == 'L') ++at;  // Python 2's long integers
        return value;
    }
    Array::Shape shape() {
        Array::Shape sizes;
        expect("(");
        while (!accept(")")) {
            if (sizes.size() == most_dimensions) refuse("at most 32 dimensions");
            sizes.push_back(size());
            if (accept(")")) {
                if (sizes.size() == 1) refuse("a comma in the shape of one dimension");
                break;
            }
            expect(",");
        }
        return sizes;
    }
};

std::string_view name_of_type(char type) {
    constexpr std::pair<char, std::string_view> refused[] = {{'O', "pickled Python objects: save words as x.astype(str)"},
                                                             {'c', "complex numbers"},
                                                             {'V', "a structure"},
                                                             {'M', "dates"},
                                                             {'m', "time spans"},
                                                             {'f', "extended precision: save it as x.astype('float64')"}};
    for (const auto& [letter, name] : refused) {
        if (letter == type) return name;
    }
    return "an unknown type";
}

bool is_readable(char order, char type, std::size_t width) {
    const bool ordered = order == '<' || order == '>';
    const bool power = width == 1 || width == 2 || width == 4 || width == 8;
    if (type == 'f') return ordered && (width == 2 || width == 4 || width == 8);
    if (type == 'i' || type == 'u') return power && (ordered || (order == '|' && width == 1));
    if (type == 'b') return order == '|' && width == 1;
    if (type == 'S') return order == '|' && width > 0;
    const bool fits = width > 0 && width <= std::numeric_limits<std::size_t>::max() / 4;
    return type == 'U' && ordered && fits;
}

void read_descr(std::string_view descr, Numbers& numbers, const std::string& place) {
    const char order = descr.empty() ? ' ' : descr[0];
    const char type = descr.size() < 2 ? ' ' : descr[1];
    const std::string_view digits = descr.substr(std::min<std::size_t>(2, descr.size()));
    const char* end = digits.data() + digits.size();
    std::size_t width = 0;
    const auto [stop, error] = std::from_chars(digits.data(), end, width);
    if (error != std::errc{} || stop != end || !is_readable(order, type, width)) {
        fail(place, "expected float32, float64, integers, booleans or text, found " +
                        in_quotes(descr) + " (" + std::string(name_of_type(type)) + ")");
    }
    numbers.type = type;
    numbers.width = type == 'U' ? 4 * width : width;
    numbers.big_endian = order == '>';
}

void read_dictionary(std::string_view text, Numbers& numbers, const std::string& place) {
    Literal in{text, place};
    bool has_descr = false, has_order = false, has_shape = false;
    const auto once = [&in](bool& seen) {
        if (std::exchange(seen, true)) in.refuse("every key once");
    };
    in.expect("{");
    while (!in.accept("}")) {
        const std::string_view key = in.string();
        in.expect(":");
        if (key == "descr") {
            once(has_descr);
            if (in.accept("[")) fail(place, "expected an array of one type, found a structure");
            read_descr(in.string(), numbers, place);
        } else if (key == "fortran_order") {
            once(has_order);
            numbers.fortran_order = in.boolean();
        } else if (key == "shape") {
            once(has_shape);
            numbers.shape = in.shape();
        } else {
            in.refuse("the keys descr, fortran_order and shape, not " + in_quotes(key));
        }
        if (!in.accept(",")) {
            in.expect("}");
            break;
        }
    }
    in.skip_spaces();
    if (in.at != text.size()) in.refuse("the end of the header");
    if (!has_descr || !has_order || !has_shape) {
        in.refuse("the keys descr, fortran_order and shape");
    }
}

}  // namespace

Numbers read_npy_header(ByteView file, const std::string& place) {
    Cursor in{file, place};
    const ByteView start = in.take(signature.size(), "signature");
    const bool is_npy =
        std::equal(start.begin(), start.end(), signature.begin(),
                   [](std::uint8_t byte, char c) { return byte == static_cast<std::uint8_t>(c); });
    if (!is_npy) fail(place, "byte 0: expected a NumPy array (\\x93NUMPY), found something else");
    const unsigned major = in.little<std::uint8_t>("version");
    const unsigned minor = in.little<std::uint8_t>("version");
    if (major < 1 || major > 3 || minor != 0) {
        fail(place, "byte 6: expected version 1.0, 2.0 or 3.0, found " + std::to_string(major) +
                        "." + std::to_string(minor));
    }
    const std::size_t length =
        major == 1 ? in.little<std::uint16_t>("length") : in.little<std::uint32_t>("length");
    const ByteView text = in.take(length, "header");

    Numbers numbers;
    read_dictionary({reinterpret_cast<const char*>(text.data()), text.size()}, numbers, place);
    numbers.bytes = in.take(in.left(), "elements");
    return numbers;
}

Bytes npy_header(std::string_view descr, const Array::Shape& shape) {
    require(shape.size() <= most_dimensions, "an .npy file has at most 32 dimensions");
    std::string text = "{'descr': '" + std::string(descr) +
                       "', 'fortran_order': False, 'shape': " + shape_text(shape) + ", }";
    const std::size_t before = signature.size() + 2 + 2;
    const std::size_t used = before + text.size() + 1;
    text.append((alignment - used % alignment) % alignment, ' ');
    text.push_back('\n');

    Bytes header;
    header.reserve(before + text.size());
    header.assign(signature.begin(), signature.end());
    append_little<std::uint8_t>(header, 1);
    append_little<std::uint8_t>(header, 0);
    append_little<std::uint16_t>(header, static_cast<std::uint16_t>(text.size()));
    header.insert(header.end(), text.begin(), text.end());
    return header;
}

}  // namespace autoencoder
