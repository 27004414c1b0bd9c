// MATLAB's and Octave's .mat files. Version 5, which save writes with -v6 and, compressed, with -v7:
//
//     text (116)  (8)  version (2)  'M' 'I', or 'I' 'M' where numbers are little endian
//     elements: type (4)  bytes (4)  those bytes, filled up to a multiple of 8
//               or, of up to 4 bytes: bytes (2) type (2), in one number, and those bytes, filled up to 4
//     an element of type 15 is a zlib stream that holds one element; one of type 14 is a variable:
//               flags and class, dimensions, name, real part, [imaginary part], elements each
//
// The numbers of a variable may be stored in a smaller type than it has: its class says which it is.
// Version 4, -v4, has neither elements nor compression:
//
//     type (4)  rows (4)  columns (4)  imaginary? (4)  length of the name (4)  name, 0  the numbers
//     type: 1000 · (0 little endian, 1 big) + 10 · (0 double … 5 uint8) + (0 numbers, 1 text, 2 sparse)
//
// The first index runs fastest in both. Version 7.3 is HDF5, which is not read.
#include "base/bytes.hpp"
#include "base/formats.hpp"
#include "base/gzip.hpp"
#include "base/inflate.hpp"
#include "base/numbers.hpp"
#include "base/utf8.hpp"

#include <algorithm>

namespace autoencoder {
namespace {

constexpr std::size_t header_size = 128;
constexpr std::uint32_t compressed = 15, variable = 14, utf8 = 16;
constexpr std::uint32_t is_complex = 1u << 11, is_logical = 1u << 9;

struct Stored {
    char type;  // as Numbers has it
    std::size_t width;
};

/// What the elements of a type are; none where they are no numbers.
Stored stored_as(std::uint32_t type) {
    constexpr Stored types[] = {{'f', 0}, {'i', 1}, {'u', 1}, {'i', 2}, {'u', 2},
                                {'i', 4}, {'u', 4}, {'f', 4}, {'f', 0}, {'f', 8},
                                {'f', 0}, {'f', 0}, {'i', 8}, {'u', 8}, {'f', 0},
                                {'f', 0}, {'u', 1}, {'u', 2}, {'u', 4}};
    return type < std::size(types) ? types[type] : types[0];
}

enum Class : std::uint32_t { sparse = 5, text = 4, real64 = 6, real32 = 7, byte = 9, last = 15 };

/// What else a variable may be.
std::string name_of(std::uint32_t kind) {
    constexpr const char* names[] = {
        "nothing known", "a cell array", "a structure", "an object", "", "a sparse matrix"};
    if (kind == 16) return "a function";
    if (kind == 17) return "a string or another object";
    return names[kind < std::size(names) ? kind : 0];
}

/// Characters, which are numbers, as text: one, or a list of the rows.
Array text_of(const Array& codes, const std::string& place) {
    const std::vector<std::int64_t> points = codes.integers();
    if (points.empty()) return Array(std::string());
    const std::size_t rows = codes.shape.empty() ? 1 : codes.shape[0];
    std::vector<std::string> texts(rows);
    for (std::size_t i = 0; i < points.size(); ++i) {
        const std::int64_t point = points[i];
        if (point < 0 || point > 0x10FFFF || !is_code_point(char32_t(point)))
            fail(place, "expected Unicode, found " + std::to_string(point));
        append_utf8(texts[i / (points.size() / rows)], char32_t(point));
    }
    if (rows == 1) return Array(texts[0]);
    for (std::string& each : texts) each.erase(each.find_last_not_of(' ') + 1);
    return Array(texts);
}

/// Adds a variable, in the type of its class.
void add(Archive& archive, const std::string& name, const Numbers& numbers, std::uint32_t kind,
         bool logical = false) {
    const std::string place = archive.origin + ": " + name;
    Array array = array_of(numbers, place);
    if (kind == text)
        array = text_of(array, place);
    else if (kind == real64)
        array = Array(numbers.shape, array.doubles());
    else if (kind == real32)
        array = Array(numbers.shape, array.floats());
    else if (logical || kind != byte)
        array = Array(numbers.shape, array.integers());
    array.origin = place;
    archive.entries.emplace_back(name, std::move(array));
}

void leave_out(Archive& archive, const std::string& name, const std::string& what) {
    archive.left_out.push_back(in_quotes(name) + ", " + what);
}

struct Element {
    std::uint32_t type;
    ByteView data;
};

class Mat5 {
public:
    Mat5(Archive& archive, const Wanted& wanted, bool big_endian, std::size_t most)
        : archive_(archive), wanted_(wanted), big_(big_endian), most_(most) {}

    void read_all(ByteView elements, bool within_compressed) {
        Cursor in{elements, archive_.origin};
        while (in.left() > 0) {
            const Element element = next(in);
            if (element.type == variable) {
                read_variable(element.data);
            } else if (element.type == compressed && !within_compressed) {
                const Bytes content = unzlib(element.data, most_, archive_.origin);
                most_ -= content.size();
                read_all(content, true);
            } else {
                fail(archive_.origin, "byte " + std::to_string(in.at) +
                                          ": expected a variable, found an element of type " +
                                          std::to_string(element.type));
            }
        }
    }

private:
    std::uint32_t number(Cursor& in, const char* what) const {
        return big_ ? in.big<std::uint32_t>(what) : in.little<std::uint32_t>(what);
    }

    Element next(Cursor& in) const {
        const std::uint32_t tag = number(in, "tag");
        if (const std::uint32_t size = tag >> 16; size != 0) {
            if (size > 4)
                fail(in.place, "byte " + std::to_string(in.at) +
                                   ": expected at most 4 bytes in a "
                                   "small element, found " +
                                   std::to_string(size));
            return {tag & 0xFFFF, in.take(4, "a small element").first(size)};
        }
        const std::size_t size = number(in, "size");
        const ByteView data = in.take(size, "an element");
        if (tag != compressed) in.take(std::min(in.left(), (8 - size % 8) % 8), "filling");
        return {tag, data};
    }

    Element next(Cursor& in, std::uint32_t type, const char* what) const {
        const Element element = next(in);
        if (element.type == type) return element;
        fail(in.place, std::string("expected ") + what + " of a variable (type " +
                           std::to_string(type) + "), found type " + std::to_string(element.type));
    }

    void read_variable(ByteView content) {
        Cursor in{content, archive_.origin};
        Cursor flags{next(in, 6, "the class").data, archive_.origin};
        const std::uint32_t word = number(flags, "class"), kind = word & 0xFF;
        Numbers numbers;
        numbers.big_endian = big_;
        numbers.fortran_order = true;
        const bool opaque = kind == 17;  // which has no dimensions
        if (!opaque) {
            Cursor extents{next(in, 5, "the dimensions").data, archive_.origin};
            while (extents.left() > 0 && numbers.shape.size() < 32)
                numbers.shape.push_back(number(extents, "dimension"));
        }
        const ByteView bytes = next(in, 1, "the name").data;
        const std::string name(bytes.begin(), bytes.end());
        if (name.empty()) return;  // what objects are made of
        if (!is_plain_name(name))
            fail(archive_.origin, "expected a name, found " + in_quotes(name));
        if (kind < text || kind > last || kind == sparse)
            return leave_out(archive_, name, name_of(kind));
        if (word & is_complex) return leave_out(archive_, name, "complex");
        if (!takes(archive_, name, wanted_)) return;
        const Element real = next(in);
        const Stored stored = stored_as(real.type);
        if (stored.width == 0)
            fail(archive_.origin + ": " + name,
                 "expected numbers, found an element of type " + std::to_string(real.type));
        numbers.type = stored.type;
        numbers.width = stored.width;
        numbers.bytes = real.data;
        Bytes points;  // a text in UTF-8 has fewer characters than bytes
        if (kind == text && real.type == utf8) {
            const auto letters =
                code_points({reinterpret_cast<const char*>(real.data.data()), real.data.size()});
            if (!letters) fail(archive_.origin + ": " + name, "expected a text in UTF-8");
            for (const char32_t point : *letters) append_little<std::uint32_t>(points, point);
            if (numbers.shape.size() == 2 && numbers.shape[0] == 1)
                numbers.shape[1] = letters->size();
            numbers = {'u', 4, false, true, numbers.shape, points};
        }
        add(archive_, name, numbers, kind, (word & is_logical) != 0);
    }

    Archive& archive_;
    const Wanted& wanted_;
    bool big_;
    std::size_t most_;  // bytes that may still come of compressed ones
};

/// The type of a variable of version 4, where it is one.
std::optional<std::uint32_t> type_of_version_4(ByteView bytes) {
    if (bytes.size() < 20) return std::nullopt;
    const auto fits = [](std::uint32_t type, std::uint32_t endian) {
        return type / 1000 == endian && type % 1000 / 100 == 0 && type % 100 / 10 <= 5 &&
               type % 10 <= 2;
    };
    const std::uint32_t little = load_little<std::uint32_t>(bytes.data());
    const std::uint32_t big = load_big<std::uint32_t>(bytes.data());
    if (!fits(little, 0) && !fits(big, 1)) return std::nullopt;
    const bool is_big = !fits(little, 0);
    const std::uint8_t* at = bytes.data() + 16;
    const std::uint32_t name =
        is_big ? load_big<std::uint32_t>(at) : load_little<std::uint32_t>(at);
    if (name < 2 || name > 256) return std::nullopt;
    return is_big ? big : little;
}

void read_version_4(Cursor& in, Archive& archive, const Wanted& wanted) {
    const auto type = type_of_version_4(in.bytes.subspan(in.at));
    if (!type)
        fail(in.place, "byte " + std::to_string(in.at) + ": expected a variable, found none");
    const bool big = *type >= 1000;
    const auto number = [&](const char* what) {
        return big ? in.big<std::uint32_t>(what) : in.little<std::uint32_t>(what);
    };
    number("type");
    const std::size_t rows = number("rows"), columns = number("columns");
    const bool complex = number("imaginary part") != 0;
    const ByteView letters = in.take(number("length of the name"), "name");
    const std::string name(letters.begin(), std::find(letters.begin(), letters.end(), 0));
    const std::string place = in.place + ": " + name;
    if (!is_plain_name(name)) fail(in.place, "expected a name, found " + in_quotes(name));
    constexpr Stored types[] = {{'f', 8}, {'f', 4}, {'i', 4}, {'i', 2}, {'u', 2}, {'u', 1}};
    const Stored stored = types[*type % 100 / 10];
    Numbers numbers{stored.type, stored.width, big, true, {rows, columns}, {}};
    const auto count = count_of({rows, columns, complex ? 2u : 1u, stored.width});
    if (!count || *count > in.left())
        fail(place, "expected the numbers that the shape " + shape_text(numbers.shape) +
                        " says, found " + std::to_string(in.left()) + " bytes");
    numbers.bytes = in.take(*count, "numbers").first(*count / (complex ? 2 : 1));
    if (complex || *type % 10 == 2)
        leave_out(archive, name, complex ? "complex" : "a sparse matrix");
    else if (takes(archive, name, wanted))
        add(archive, name, numbers, *type % 10 == 1 ? text : real64);
}

/// The last two bytes of a header of version 5.
bool has_mark(ByteView file, char first, char second) {
    return file.size() >= header_size && file[126] == std::uint8_t(first) &&
           file[127] == std::uint8_t(second);
}

}  // namespace

bool is_mat(ByteView file) {
    const std::string_view begin(reinterpret_cast<const char*>(file.data()),
                                 std::min<std::size_t>(file.size(), 6));
    return begin == "MATLAB" || has_mark(file, 'I', 'M') || has_mark(file, 'M', 'I') ||
           type_of_version_4(file).has_value();
}

Archive decode_mat(ByteView file, const std::string& place, const Wanted& wanted) {
    Archive archive;
    archive.origin = place;
    const bool little = has_mark(file, 'I', 'M');
    if (little || has_mark(file, 'M', 'I')) {
        Mat5(archive, wanted, !little, most_inflated(file.size()))
            .read_all(file.subspan(header_size), false);
        return archive;
    }
    if (!type_of_version_4(file))
        fail(place, "expected the header of a .mat file in 128 bytes, found it cut short");
    Cursor in{file, archive.origin};
    while (in.left() > 0) read_version_4(in, archive, wanted);
    return archive;
}

}  // namespace autoencoder
