// UTF-8 (RFC 3629):
//
//     0…7F         0xxxxxxx
//     80…7FF       110xxxxx 10xxxxxx
//     800…FFFF     1110xxxx 10xxxxxx 10xxxxxx
//     1 0000…      11110xxx 10xxxxxx 10xxxxxx 10xxxxxx
#include "base/utf8.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>

namespace autoencoder {
namespace {

void append_hex(std::string& text, char c) {
    constexpr char digits[] = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    text += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
}

}  // namespace

std::optional<std::u32string> code_points(std::string_view text) {
    constexpr char32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};  // that needs so many bytes
    std::u32string points;
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        const int ones = std::countl_one(lead);
        if (ones == 1 || ones > 4) return std::nullopt;
        const std::size_t length = ones == 0 ? 1 : static_cast<std::size_t>(ones);
        if (length > text.size() - i) return std::nullopt;
        char32_t point = lead & (0xFFu >> (ones + 1));
        for (std::size_t k = 1; k < length; ++k) {
            const auto byte = static_cast<unsigned char>(text[i + k]);
            if (byte >> 6 != 2) return std::nullopt;
            point = point << 6 | (byte & 0x3F);
        }
        if (point < smallest[length] || !is_code_point(point)) return std::nullopt;
        points.push_back(point);
        i += length;
    }
    return points;
}

bool is_plain_name(std::string_view name) {
    const bool has_control = std::any_of(name.begin(), name.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    });
    return !name.empty() && !has_control && code_points(name).has_value();
}

void append_utf8(std::string& text, char32_t point) {
    const int rest = point < 0x80 ? 0 : point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    constexpr unsigned lead[] = {0, 0xC0, 0xE0, 0xF0};
    text.push_back(static_cast<char>(lead[rest] | point >> (6 * rest)));
    for (int k = rest - 1; k >= 0; --k) {
        text.push_back(static_cast<char>(0x80 | (point >> (6 * k) & 0x3F)));
    }
}

void each_character(std::string_view text,
                    const std::function<void(std::string_view, std::optional<char32_t>)>& each) {
    for (std::size_t i = 0, length = 1; i < text.size(); i += length) {
        const int ones = std::countl_one(static_cast<unsigned char>(text[i]));
        length = ones == 0 ? 1 : static_cast<std::size_t>(ones);
        const auto point = code_points(text.substr(i, length));
        if (point) {
            each(text.substr(i, length), point->front());
        } else {
            each(text.substr(i, length = 1), {});
        }
    }
}

std::string harmless(std::string_view text) {
    std::string line;
    each_character(text, [&](std::string_view bytes, std::optional<char32_t> point) {
        if (point && !acts_on_terminal(*point)) {
            line += bytes;
        } else {
            for (const char c : bytes) append_hex(line, c);
        }
    });
    return line;
}

std::string in_quotes(std::string_view text) {
    constexpr std::size_t most = 60;
    std::string_view shown = text.substr(0, most);
    for (int k = 0; k < 3 && text.size() > most && (text[shown.size()] & 0xC0) == 0x80; ++k) shown.remove_suffix(1);
    return "'" + harmless(shown) + (shown.size() < text.size() ? "…'" : "'");
}

}  // namespace autoencoder
