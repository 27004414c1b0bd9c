// Texts for a screen: lists, columns, numbers.
#pragma once

#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace autoencoder::cli {

/// One behind the other, with this between them.
std::string joined(const std::vector<std::string>& texts, std::string_view between);

/// Puts these behind all others.
template <class T>
void append(std::vector<T>& all, const std::type_identity_t<std::vector<T>>& more) {
    all.insert(all.end(), more.begin(), more.end());
}

/// A text as one word of a shell's line: in quotes where it has to be; nothing acts on the terminal.
std::string as_word(const std::string& text);

/// "; the nearest is X" of known names, where one is near enough to be meant; or nothing.
std::string nearest_words(const std::string& word, const std::vector<std::string>& known);

/// Names as a complaint lists them: "sigmoid, tanh, relu or linear".
std::string listed(const std::vector<std::string>& names);

/// A number to two digits: "1.2e-11"; zero is "0".
std::string scientific(double number);

/// Rows in aligned columns, two blanks before each row and between columns. Widths are counted in
/// characters on the screen, not in bytes. Cells may come from anywhere: they are made harmless.
std::string aligned(const std::vector<std::vector<std::string>>& rows);

/// Characters on the screen, and a text cut to so many of them.
std::size_t screen_width(std::string_view text);
std::string fitted(const std::string& text, std::size_t width);

}  // namespace autoencoder::cli
