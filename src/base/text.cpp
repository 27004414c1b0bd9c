#include "autoencoder/text.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <locale>
#include <sstream>

namespace autoencoder {
namespace {

std::string formatted(double number, std::chars_format format, int digits) {
    std::array<char, 400> text;  // the longest double in fixed notation has 311 characters
    const auto end = digits < 0 ? std::to_chars(text.begin(), text.end(), number, format)
                                : std::to_chars(text.begin(), text.end(), number, format, digits);
    return {text.data(), end.ptr};
}

template <class Text>
std::string in_a_list(std::span<const Text> texts, std::string_view last, std::string_view between) {
    std::string list;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (i > 0) list += i + 1 == texts.size() ? last : between;
        list += texts[i];
    }
    return list;
}

}  // namespace

std::optional<double> number_of(std::string_view text) {
    double number = 0;
#ifdef __cpp_lib_to_chars
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
#else  // a library that cannot do it yet
    if (text.empty() || text[0] == '+' || text.find_first_of(" \t\n\v\f\rxX") != text.npos) return std::nullopt;
    std::istringstream in{std::string(text)};
    in.imbue(std::locale::classic());
    if (!(in >> number) || in.peek() != std::char_traits<char>::eof()) return std::nullopt;
#endif
    return number;
}

std::string shortest(double number) {
    const double size = std::abs(number);
    const bool plain = size == 0 || (size >= 1e-5 && size < 1e15);
    return formatted(number, plain ? std::chars_format::fixed : std::chars_format::general, -1);
}

std::string rounded(double number, int digits) {
    return formatted(number, std::chars_format::general, digits);
}

std::string grouped(std::size_t count) {
    const std::string digits = std::to_string(count);
    std::string text;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
        text += digits[i];
    }
    return text;
}

std::string counted(std::size_t count, const char* what) {
    return grouped(count) + " " + what + (count == 1 ? "" : "s");
}

std::string duration(double seconds) {
    if (seconds < 10) return rounded(seconds, 2) + " s";
    const auto whole = static_cast<std::size_t>(std::lround(seconds));
    if (whole < 60) return std::to_string(whole) + " s";
    if (whole < 3600)
        return std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
    return std::to_string(whole / 3600) + " h " + std::to_string(whole / 60 % 60) + " min";
}

std::string size_text(std::size_t rows, std::size_t cols) {
    return std::to_string(rows) + "×" + std::to_string(cols);
}

std::string listed(std::span<const std::string_view> texts, std::string_view last,
                   std::string_view between) {
    return in_a_list(texts, last, between);
}

std::string listed(const std::vector<std::string>& texts, std::string_view last,
                   std::string_view between) {
    return in_a_list(std::span(texts), last, between);
}

}  // namespace autoencoder
