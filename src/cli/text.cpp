#include "cli/text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/nearest.hpp"
#include "base/utf8.hpp"

namespace autoencoder::cli {
namespace {

// A byte that continues a character, or the first byte of a combining mark (U+0300 to U+036F):
// neither takes room on the screen.
bool takes_no_room(std::string_view text, std::size_t i) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    if ((byte(i) & 0xC0u) == 0x80u) return true;
    if (i + 1 >= text.size()) return false;
    return byte(i) == 0xCC || (byte(i) == 0xCD && byte(i + 1) < 0xB0);
}

}  // namespace

std::string joined(const std::vector<std::string>& texts, std::string_view between) {
    std::string all;
    for (std::size_t i = 0; i < texts.size(); ++i) (all += i == 0 ? "" : between) += texts[i];
    return all;
}

std::string as_word(const std::string& text) {
    constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./+-=:,@%";
    const auto acts = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
    if (!text.empty() && text.find_first_not_of(plain) == std::string::npos) return text;
    const bool hexed = std::ranges::any_of(text, acts);  // $'…' reads \x0A as what it stands for
    std::string word = hexed ? "$'" : "'";
    for (const char c : text) {
        if (hexed && (c == '\'' || c == '\\')) (word += '\\') += c;
        else if (c == '\'') word += "'\\''";
        else word += c;
    }
    return harmless(word + "'");
}

std::string nearest_words(const std::string& word, const std::vector<std::string>& known) {
    const std::string found = nearest(word, known);
    const bool beginning = word.size() > 2 && found.starts_with(word);
    if (!beginning && edit_distance(word, found) > std::max<std::size_t>(2, word.size() / 3)) return "";
    return "; the nearest is " + found;
}

std::string listed(const std::vector<std::string>& names) {
    if (names.size() < 2) return joined(names, "");
    return joined({names.begin(), names.end() - 1}, ", ") + " or " + names.back();
}

std::string scientific(double number) {
    if (number == 0) return "0";
    std::array<char, 32> text;
    std::snprintf(text.data(), text.size(), "%.1e", number);
    return text.data();
}

std::string aligned(const std::vector<std::vector<std::string>>& cells) {
    std::vector<std::vector<std::string>> rows = cells;
    for (auto& row : rows)
        for (std::string& cell : row) cell = harmless(cell);
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t c = 0; c < row.size(); ++c)
            widths[c] = std::max(widths[c], screen_width(row[c]));
    }
    std::string text;
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t c = 0; c < row.size(); ++c)
            line += "  " + row[c] + std::string(widths[c] - screen_width(row[c]), ' ');
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + "\n";
    }
    return text;
}

std::size_t screen_width(std::string_view text) {
    std::size_t width = 0;
    for (std::size_t i = 0; i < text.size(); ++i) width += takes_no_room(text, i) ? 0 : 1;
    return width;
}

std::string fitted(const std::string& text, std::size_t width) {
    std::size_t used = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (takes_no_room(text, i)) continue;
        if (used == width) return text.substr(0, i);
        ++used;
    }
    return text;
}

}  // namespace autoencoder::cli
