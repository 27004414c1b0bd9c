// What stands in messages and tables: numbers, sizes, lists, and enums by their names. The texts are
// the same on every machine.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace autoencoder {

/// The number that all of a text is, as std::from_chars reads it; nothing where it is none.
std::optional<double> number_of(std::string_view text);

/// A number in the fewest digits that give back the same number: 0.003, 1e-09.
std::string shortest(double number);
/// A number for reading, to so many significant digits: 12.35, 0.004.
std::string rounded(double number, int digits = 4);
/// 12500 → "12,500".
std::string grouped(std::size_t count);
/// 1 → "1 epoch", 12500 → "12,500 epochs".
std::string counted(std::size_t count, const char* what);
/// Seconds as "0.42 s", "7.1 s", "3 min 20 s", "2 h 5 min".
std::string duration(double seconds);

/// "3×4".
std::string size_text(std::size_t rows, std::size_t cols);
/// The same of a matrix or a view.
template <class Matrix>
std::string size_text(const Matrix& m) {
    return size_text(m.rows, m.cols);
}

/// "sigmoid, tanh or relu".
std::string listed(std::span<const std::string_view> texts, std::string_view last = " or ",
                   std::string_view between = ", ");
std::string listed(const std::vector<std::string>& texts, std::string_view last = " or ",
                   std::string_view between = ", ");

/// The value of an enum by its name among these, which stand in the enum's order. Throws
/// std::invalid_argument "WHAT: expected sigmoid, tanh or relu, found 'TEXT'".
template <class Enum>
Enum named(std::span<const std::string_view> names, std::string_view text, const char* what) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (text == names[i]) return Enum(i);
    }
    throw std::invalid_argument(std::string(what) + ": expected " + listed(names) + ", found '" +
                                std::string(text) + "'");
}

}  // namespace autoencoder
