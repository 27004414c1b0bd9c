// The lines and fields of a text of numbers (table.cpp).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace autoencoder {

/// The lines that are not empty, up to \n, \r\n or \r outside of quotes.
struct Lines {
    std::string_view text, line = {};
    std::size_t number = 0;
    bool is_open = false;  // the line has a quote without an end

    bool next();
    /// Whether it begins with # or %, or is Excel's sep=;.
    bool is_comment() const;
    /// The next one that is none.
    bool next_of_numbers();

private:
    std::size_t extend();
};

/// What parts the fields: that of the second line, which has no names, or of the first; a tab behind it is a blank.
char separator_of(Lines lines);

/// The fields of a line, without the blanks and quotes around them.
std::vector<std::string_view> fields_of(std::string_view line, char between);

/// What a field says, as a word: quotes in it are no longer doubled, ends of lines are blanks.
std::string word_in(std::string_view field);

std::string lower_case(std::string_view text);

/// A field as a number; with its comma for a point, which is noted, where there may be one.
std::optional<double> number_in(std::string_view field, bool* comma = nullptr);

}  // namespace autoencoder
