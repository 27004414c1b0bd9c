// UTF-8 (RFC 3629) and the code points it stands for: NumPy keeps text as code points of four
// bytes, we keep it as UTF-8.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace autoencoder {

/// Unicode's code points are 0…10FFFF without the surrogates D800…DFFF.
constexpr bool is_code_point(char32_t point) {
    return point < 0xD800 || (point > 0xDFFF && point <= 0x10FFFF);
}

/// The code points of the text, or nothing where it is not UTF-8 (overlong forms, surrogates).
std::optional<std::u32string> code_points(std::string_view text);

/// Whether a name is UTF-8, not empty, and without control characters, so that it fits on a line.
bool is_plain_name(std::string_view name);

/// Appends a code point, which must be one, as one to four bytes.
void append_utf8(std::string& text, char32_t point);

/// Calls each(bytes, point) for every character of a text, and for every byte that is part of none, without
/// a point.
void each_character(std::string_view text,
                    const std::function<void(std::string_view, std::optional<char32_t>)>& each);

/// Whether a terminal would do something at a character instead of showing it: control characters, ends of
/// lines and paragraphs, marks that turn the direction of writing.
constexpr bool acts_on_terminal(char32_t point) {
    return point < 0x20 || (point >= 0x7F && point < 0xA0) || (point >= 0x200E && point <= 0x200F) ||
           (point >= 0x2028 && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
}

/// The text as it may be printed, wherever it comes from: bytes of characters that act on a terminal, and
/// bytes that are no UTF-8, become \xNN.
std::string harmless(std::string_view text);

/// The text in quotes, harmless and fit for one line of a message whatever it holds: more than 60 bytes end in "…",
/// between two characters.
std::string in_quotes(std::string_view text);

}  // namespace autoencoder
