// safetensors, as Hugging Face's library writes it (and PyTorch's users with it):
//
//     length of the header (8, little endian)   the header, JSON   the tensors, one behind the other
//     {"NAME": {"dtype": "F32", "shape": [4, 7], "data_offsets": [0, 112]}, …,
//      "__metadata__": {"KEY": "TEXT", …}}
//
// Of JSON that is all that is read: its nesting is that of this form, whatever the file has.
#include "base/bytes.hpp"
#include "base/formats.hpp"
#include "base/numbers.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace autoencoder {
namespace {

struct Tensor {
    std::string name;
    Numbers numbers;
    std::size_t begin = 0, end = 0;
};

constexpr struct {
    std::string_view name;
    char type;
    std::size_t width;
} types[] = {{"F64", 'f', 8}, {"F32", 'f', 4}, {"F16", 'f', 2}, {"BF16", 'g', 2}, {"I64", 'i', 8},
             {"I32", 'i', 4}, {"I16", 'i', 2}, {"I8", 'i', 1},  {"U64", 'u', 8},  {"U32", 'u', 4},
             {"U16", 'u', 2}, {"U8", 'u', 1},  {"BOOL", 'b', 1}};

struct Json {
    std::string_view text;
    const std::string& place;
    std::size_t at = 0;

    [[noreturn]] void refuse(const std::string& expected) const {
        const std::string_view rest = text.substr(at, 20);
        fail(place, "header character " + std::to_string(at) + ": expected " + expected +
                        ", found " + (rest.empty() ? "the end" : in_quotes(rest)));
    }
    bool accept(char token) {
        at = std::min(text.find_first_not_of(" \t\r\n", at), text.size());
        if (at == text.size() || text[at] != token) return false;
        ++at;
        return true;
    }
    void expect(char token) {
        if (!accept(token)) refuse(in_quotes(std::string_view(&token, 1)));
    }
    /// Calls `member` for each of what stands between two brackets, behind commas.
    template <class Member>
    void each(char open, char close, Member member) {
        expect(open);
        if (accept(close)) return;
        do member();
        while (accept(','));
        expect(close);
    }
    std::string string() {
        expect('"');
        std::string result;
        while (at < text.size() && text[at] != '"') {
            if (std::uint8_t(text[at]) < 0x20) refuse("a string without control characters");
            if (text[at] != '\\') {
                result += text[at++];
                continue;
            }
            constexpr std::string_view escapes = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
            const char letter = ++at < text.size() ? text[at++] : '"';
            if (const std::size_t known = escapes.find(letter); known != escapes.npos) {
                result += meanings[known];
                continue;
            }
            unsigned point = 0;
            const char* begin = text.data() + at;
            const bool four = letter == 'u' && text.size() - at >= 4 &&
                              std::from_chars(begin, begin + 4, point, 16).ptr == begin + 4;
            if (!four || !is_code_point(point)) refuse("an escape of one character");
            append_utf8(result, point);
            at += 4;
        }
        expect('"');
        if (!code_points(result)) refuse("a string in UTF-8");
        return result;
    }
    std::size_t size() {
        at = std::min(text.find_first_not_of(" \t\r\n", at), text.size());
        std::size_t value = 0;
        const char *begin = text.data() + at, *end = text.data() + text.size();
        const auto [stop, error] = std::from_chars(begin, end, value);
        if (error != std::errc{}) refuse("a size from 0 to 2⁶⁴ − 1");
        at += std::size_t(stop - begin);
        return value;
    }
    std::vector<std::size_t> sizes(std::size_t most) {
        std::vector<std::size_t> values;
        each('[', ']', [&] {
            if (values.size() == most) refuse("at most " + std::to_string(most) + " sizes");
            values.push_back(size());
        });
        return values;
    }
};

Tensor read_tensor(Json& in, std::string name) {
    if (!is_plain_name(name)) in.refuse("a name without control characters before it");
    Tensor tensor{std::move(name), {}, 0, 0};
    bool has_shape = false, has_place = false;
    in.each('{', '}', [&] {
        const std::string key = in.string();
        in.expect(':');
        if (key == "dtype") {
            const std::string type = in.string();
            for (const auto& known : types) {
                if (known.name != type) continue;
                tensor.numbers.type = known.type;
                tensor.numbers.width = known.width;
            }
            if (tensor.numbers.width == 0)
                fail(in.place, tensor.name +
                                   ": expected F64, F32, F16, BF16, integers or BOOL, found " +
                                   in_quotes(type));
        } else if (key == "shape" && !std::exchange(has_shape, true)) {
            tensor.numbers.shape = in.sizes(32);
        } else if (key == "data_offsets" && !std::exchange(has_place, true)) {
            const std::vector<std::size_t> ends = in.sizes(2);
            if (ends.size() != 2) in.refuse("two offsets");
            tensor.begin = ends[0];
            tensor.end = ends[1];
        } else {
            in.refuse("the keys dtype, shape and data_offsets once, not " + in_quotes(key));
        }
    });
    if (!has_shape || !has_place || tensor.numbers.width == 0)
        in.refuse("the keys dtype, shape and data_offsets");
    return tensor;
}

}  // namespace

bool is_safetensors(ByteView file) {
    if (file.size() < 10 || file[8] != '{') return false;
    return load_little<std::uint64_t>(file.data()) >> 32 == 0;
}

Archive decode_safetensors(ByteView file, const std::string& place, const Wanted& wanted) {
    Archive archive;
    archive.origin = place;
    Cursor bytes{file, archive.origin};
    const ByteView header =
        bytes.take(bytes.little<std::uint64_t>("length of the header"), "header");
    Json in{{reinterpret_cast<const char*>(header.data()), header.size()}, archive.origin};
    std::vector<Tensor> tensors;
    in.each('{', '}', [&] {
        std::string name = in.string();
        in.expect(':');
        if (name != "__metadata__") {
            tensors.push_back(read_tensor(in, std::move(name)));
            return;
        }
        in.each('{', '}', [&] {
            in.string();
            in.expect(':');
            in.string();
        });
    });
    in.accept(' ');  // with which the header is filled up
    if (in.at != in.text.size()) in.refuse("the end of the header");

    // One behind the other: tensors that share their bytes would make a small file any size.
    const ByteView data = bytes.take(bytes.left(), "tensors");
    std::sort(tensors.begin(), tensors.end(), [](const Tensor& a, const Tensor& b) {
        return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    });
    std::size_t end = 0;
    for (Tensor& tensor : tensors) {
        if (tensor.begin != end || tensor.end < end || tensor.end > data.size())
            fail(place, tensor.name + ": expected its numbers from byte " + std::to_string(end) +
                            " on, within " + std::to_string(data.size()) + ", found " +
                            std::to_string(tensor.begin) + " to " + std::to_string(tensor.end));
        end = tensor.end;
        tensor.numbers.bytes = data.subspan(tensor.begin, end - tensor.begin);
        if (takes(archive, tensor.name, wanted))
            archive.entries.emplace_back(tensor.name,
                                         array_of(tensor.numbers, place + ": " + tensor.name));
    }
    if (end != data.size())
        fail(place, "expected " + std::to_string(end) + " bytes of tensors, found " +
                        std::to_string(data.size()));
    return archive;
}

}  // namespace autoencoder
