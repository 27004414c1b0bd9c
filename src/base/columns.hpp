// Which column of a table is what (table.cpp).
//
// A first row names the columns where one of its fields is a word, neither a number nor what stands for one
// that is missing; where they only count them: 0, 1, 2, …, as pandas writes it; or where they are those that are wanted.
#pragma once

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

/// What stands for a label that is missing: nothing, NA, NaN, null.
bool lacks_label(std::string_view field);

/// What people call a column of labels: label, labels, class, target or y.
bool is_usual(std::string_view name);

bool has_all(const std::vector<std::string>& names, const std::vector<std::string>& wanted);

/// The names of the columns, where the first row has them, and that is said. A word may also be a pattern's label,
/// unless it `names_label`.
std::vector<std::string> names_in(Fields fields, const TableAs& as, bool* comma, std::vector<std::string>& remarks,
                                  bool names_label);

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
