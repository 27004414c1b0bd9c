// Which row of a table is which: columns that number or name its rows. By these the rows of two tables belong together.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "autoencoder/npz.hpp"
#include "base/columns.hpp"

namespace autoencoder {

/// A column of a table that may tell its rows apart, while they are read.
struct RowColumn {
    std::size_t column;
    RowNames rows;
};

/// Those of a table: its own one, by its name or by words of which each is another one; of labels, all others;
/// of patterns, where they have none of their own, the only one that has the name of one of those (as.keys).
/// `second`: a row behind the names, or the first one where there are none; `text`: all rows below it.
std::vector<RowColumn> row_columns(const std::vector<std::string>& names, Fields second, std::string_view text, std::size_t label,
                                   char between, const TableAs& as);

/// Whether these number rows: integers from 0 up.
bool are_numbers(const std::vector<std::string>& rows);

/// The labels in the order of the patterns, by the names or numbers of their rows, where both have a column of them with
/// one name, or one of their own. Throws std::runtime_error where one is missing.
Array in_order_of(const Array& x, const Array& labels, std::vector<std::string>& remarks);

/// Whether the labels have a row for each of the patterns, by its name or number.
bool name_rows_of(const Array& labels, const Array& x);

}  // namespace autoencoder
