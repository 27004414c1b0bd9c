// Which column of a table is what (table.cpp).
//
// A first row names the columns where one of its fields is a word, neither a number nor what stands for one
// that is missing; where they only count them: 0, 1, 2, …, as pandas writes it; or where they are those that are wanted.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "autoencoder/npz.hpp"
#include "base/fields.hpp"

namespace autoencoder {

using Fields = std::span<const std::string_view>;

/// How many fields a row has without what is empty at its end: some programs end each row with what parts the fields.
std::size_t filled(Fields fields);

/// Neither a number nor what stands for one that is missing.
bool is_word(std::string_view field, bool* comma);

/// A number with other signs than ours, or money, or a percentage: 0,51 or 1.234,5 or $12.30 or 95%.
bool is_like_number(std::string_view field);

/// What stands for a label that is missing: nothing, NA, NaN, null.
bool lacks_label(std::string_view field);

/// A number, or true and false for 1 and 0.
std::optional<double> value_in(std::string_view field, bool* comma);

/// What people call a column of labels: label, labels, class, target or y.
bool is_usual(std::string_view name);


/// Points and commas in the numbers of a column, of a table whose fields neither parts: either may part thousands.
struct Signs {
    std::string point = {}, comma = {};  // the first number with one
    bool has_whole = false, three_digits = true;  // of what follows the sign; then it may part thousands

    void see(std::string_view field);
};

/// Refuses two signs for decimals; says what commas are taken for, and points where three digits follow each.
void remark_on_signs(const std::vector<Signs>& signs, bool has_commas, bool of_patterns, Archive& archive);

bool has_all(const std::vector<std::string>& names, const std::vector<std::string>& wanted);

/// The names of the columns, where the first row has them, and that is said. A word may also be a pattern's label,
/// unless it `names_label`.
std::vector<std::string> names_in(Fields fields, Fields second, const TableAs& as, bool* comma, std::vector<std::string>& remarks,
                                  bool names_label);

/// Whether the first word of the column of labels, which is said by its number, names it: it is no label further
/// down, and that below it is.
bool names_label(Fields first, Fields second, std::string_view text, const TableAs& as);

/// Whether a line that begins with # or % is a row all the same, beside another one: as long, and no row commented out.
bool is_row_with_sign(Fields line, Fields other);

/// The names of the columns as NumPy writes them, behind # or %; a first row that begins with such a sign and is no comment:
/// the first column is called #, or lacks a value, #N/A, or has labels such as #C. Nothing where the line is a comment.
std::vector<std::string_view> row_behind_sign(std::string_view line, char between, Fields second);

/// Whether the first row lacks a name, as R writes a table: its rows have names, in quotes or words, and the column of
/// these has none. `line`: the second row.
bool lacks_name_of_rows(Fields first, Fields second, std::string_view line);

/// Whether a table has the column of labels that a model notes; which is none of its patterns' columns.
bool has_noted(const std::vector<std::string>& names, std::size_t columns, const TableAs& as);

/// The column of labels, of that name or of that number from 1 up; where none is said, of a usual name, unless it is
/// alone, or y beside x. Their number for none. A folder has the name in one table or another.
std::size_t chosen_column(const std::vector<std::string>& names, std::size_t columns, const TableAs& as,
                          const std::string& place);

/// Where in a pattern each column goes: as they come, all but that of the labels; or where those that are wanted, by
/// their names, stand, the others `nowhere`. Throws std::runtime_error where one of these is missing or there twice.
inline constexpr std::size_t nowhere = std::size_t(-1);
std::vector<std::size_t> places_of(const std::vector<std::string>& names, std::size_t columns, std::size_t label,
                                   const std::vector<std::string>& wanted, Archive& archive);

}  // namespace autoencoder
