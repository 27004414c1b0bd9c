// Which row of a table is which: columns whose fields tell its rows apart, by which the rows of two tables belong
// together.
//
// While a table is read, every column is followed that may be one: of whole numbers or words, each another one. A column
// of pixels is none from its second row on. Patterns also follow the columns that their labels have under the same name
// (as.keys), and labels all of theirs: a key of two columns is one of neither, but it has to agree.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "autoencoder/npz.hpp"
#include "base/columns.hpp"

namespace autoencoder {

class RowColumns {
public:
    RowColumns() = default;
    /// `row`: the first one behind the names; `text`: from the second line of the file on.
    RowColumns(const std::vector<std::string>& names, Fields row, std::string_view text, std::size_t label, char between,
               const TableAs& as);

    void add(Fields fields, bool* comma);

    /// Whether a column is there to tell the rows apart, by its name or its words, or by its name in both tables.
    bool may_have_words(std::size_t column) const;
    bool is_own(std::size_t column) const;

    struct Column {
        std::size_t at;
        RowNames rows;
        std::set<std::string> seen = {};
        bool kept = false, has_words = false;  // kept: though a field comes again
    };
    std::vector<Column> columns;
};

/// Whether the fields of one of two columns are words or whole numbers in all rows, three or more, each another one, and
/// those of the other come again: a column of names beside one of labels. `before`: a row that is not in the text.
bool tells_apart(std::size_t column, Fields before, std::string_view text, char between);

/// A column of the patterns and one of the labels by which their rows belong together; none where it is their order.
struct Join {
    const RowNames *mine = nullptr, *theirs = nullptr;
};

/// Which they are: of one name or both there for it, or with the same fields in both. Says what
/// else there is. Throws std::runtime_error where a pattern has no row among the labels, and where both tables have a
/// column of one name that does not agree then.
Join join(const Array& x, const Array& labels, std::vector<std::string>& remarks);

/// The rows of the labels for those of the patterns.
Array in_order_of(const Join& join, const Array& labels);

/// Whether labels have a row for each of the patterns of a test set, and that is no row of the training set, which is
/// said.
bool name_rows_of(const Array& labels, const Array& test, const Array* train, std::vector<std::string>& remarks);

/// Whether a table that an array is from has a column of that name besides, as far as these were kept.
bool names_a_column(const Array& array, const std::string& name);

/// Without one of the columns of a table.
Array without_column(const Array& table, std::size_t column);

}  // namespace autoencoder
