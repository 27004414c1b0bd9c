// Numbers in rows of text: .csv and its like.
//
//     label, pixel1, pixel2          names of the columns, or none
//     # a line of words              begins with # or %, or is Excel's sep=;
//     5, 0.1, 1e-3                   between commas; or semicolons, tabs or spaces
//     5; 0,1; 1e-3                   a comma that does not part fields is a decimal one
//     "a, ""b""", 1                  a field in quotes may have commas, and quotes if they are doubled
//     cat                            one column of words: labels alone
//
// A first row names the columns where one of its fields is a word, neither a number nor what stands for one
// that is missing; or where they only count them: 0, 1, 2, …, as pandas writes it.
#include "autoencoder/error.hpp"
#include "autoencoder/memory.hpp"
#include "base/fields.hpp"
#include "base/formats.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string_view>

namespace autoencoder {
namespace {

std::string lower_case(std::string_view text) {
    std::string lower(text);
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
    return lower;
}

/// Neither a number nor what stands for one that is missing.
bool is_word(std::string_view field, bool* comma) {
    constexpr std::string_view missing[] = {"", "na", "n/a", "#n/a", "null", "none", "nil", "?", "-", "--", "."};
    return !number_in(field, comma) && std::ranges::find(missing, lower_case(field)) == std::end(missing);
}

constexpr std::string_view usual_labels[] = {"label", "labels", "class", "target", "y"};

bool is_usual(std::string_view name) { return std::ranges::find(usual_labels, name) != std::end(usual_labels); }

/// The first column that has one of these names; as many as there are names where none has.
std::size_t column(const std::vector<std::string>& names, std::span<const std::string_view> wanted) {
    const auto found = std::find_first_of(names.begin(), names.end(), wanted.begin(), wanted.end());
    return std::size_t(found - names.begin());
}

/// The column of that name, or of that number from 1 up; where none is said, of a usual name, unless it is alone,
/// or y beside x. Their number for none.
std::size_t chosen_column(const std::vector<std::string>& names, std::size_t columns, const std::string& wanted,
                          const std::string& place) {
    const std::string lower = lower_case(wanted);
    const std::string_view name = lower, x = "x";
    if (wanted.empty()) {
        const std::size_t usual = column(names, usual_labels);
        if (usual >= names.size() || columns == 1) return columns;
        return names[usual] == "y" && column(names, {&x, 1}) < columns ? columns : usual;
    }
    if (const std::size_t named = column(names, {&name, 1}); named < names.size()) return named;
    if (name == "none") return columns;
    const std::optional<double> number = number_in(wanted);
    if (!number || *number < 1 || *number > double(columns) || *number != std::floor(*number))
        fail(place, std::string("--label-column: expected ") + (names.empty() ? "" : "the name of a column or ") +
                        "a number from 1 to " + std::to_string(columns) + ", found " + in_quotes(wanted));
    return std::size_t(*number) - 1;
}

/// The names of the columns, where the first row has them, and that is said. A word may also be a pattern's label.
std::vector<std::string> names_in(const std::vector<std::string_view>& fields, const TableAs& as, bool* comma,
                                  std::vector<std::string>& remarks) {
    std::vector<std::string> names;
    std::size_t words = 0, numbers = 0, count = 0;
    bool counts = as.patterns, from_one = as.patterns;
    for (const std::string_view field : fields) {
        const bool may_be_label = as.label_column == std::to_string(names.size() + 1);
        names.push_back(lower_case(word_in(field)));
        const bool word = is_word(field, comma);
        words += word && (!may_be_label || is_usual(names.back())), numbers += !word;
        if (!may_be_label && (!field.empty() || names.size() > 1)) {
            counts &= field == std::to_string(count++);
            from_one &= field == std::to_string(count);
        }
    }
    if (words == 0 && from_one && count > 2) remarks.push_back("the first row, 1, 2, 3, …, is taken for a pattern");
    if (words == 0 && (!counts || count < 3)) return {};
    if (numbers > 0) remarks.push_back("the first row is taken for the names of the columns");
    return names;
}

/// What helps where a field of patterns is no number.
std::string way_out(std::string_view field, const std::string& column, bool has_labels, const TableAs& as, bool labels,
                    bool* comma) {
    if (!is_word(field, comma)) return "; what is missing has to be filled in, or its row left out, first";
    if (field.find_first_of("0123456789") < 2) return "; a number has a point before its decimals, and no other";
    if (as.of_folder && labels) return "; a label of several words has to be in quotes";
    if (has_labels || as.of_folder || as.label_column == "none") return "; a column of words has to be left out of the file";
    return "; --label-column " + column + " takes words for labels";
}

/// Whether the first column numbers the rows: integers from 0 up, none of them twice.
bool numbers_rows(const std::vector<double>& values, std::size_t columns) {
    std::set<double> numbers;
    for (std::size_t i = 0; i < values.size(); i += columns)
        if (values[i] >= 0 && values[i] == std::floor(values[i])) numbers.insert(values[i]);
    return numbers.size() * columns == values.size();
}

}  // namespace

std::vector<std::size_t> places_of(const std::vector<std::string>& names, std::size_t columns, std::size_t label,
                                   const std::vector<std::string>& wanted, Archive& archive) {
    std::vector<std::size_t> places(columns, nowhere);
    if (names.empty() || wanted.empty()) {
        for (std::size_t i = 0, next = 0; i < columns; ++i)
            if (i != label) places[i] = next++;
        return places;
    }
    std::map<std::string_view, std::vector<std::size_t>> columns_of;
    for (std::size_t i = 0; i < columns; ++i) columns_of[names[i]].push_back(i);
    std::vector<std::size_t> from;
    for (const std::string& name : wanted) {
        const std::vector<std::size_t>& there = columns_of[name];
        if (there.size() != 1)
            fail(archive.origin, "expected a column " + in_quotes(name) + ", as in the data that were trained on, found " +
                                     (there.empty() ? "none" : std::to_string(there.size())));
        places[there[0]] = from.size();
        from.push_back(there[0]);
    }
    if (!std::ranges::is_sorted(from))
        archive.remarks.push_back("columns are put in the order of the data that were trained on, by their names");
    std::vector<std::string> others;
    for (std::size_t i = 0; i < columns; ++i)
        if (places[i] == nowhere && i != label) others.push_back(in_quotes(names[i]));
    if (!others.empty())
        archive.left_out.push_back(others.size() == 1 ? "column " + others[0]
                                                      : std::to_string(others.size()) + " columns, the first of them " + others[0]);
    return places;
}

Archive decode_table(ByteView file, const std::string& key, const std::string& place, const TableAs& as) {
    std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    Archive archive{{}, place};
    std::vector<std::string> names, labels, &remarks = archive.remarks;
    std::vector<double> values, numbers;  // numbers: those of the labels
    std::string word, first_field;        // the first label that is one
    std::vector<std::size_t> places;
    std::size_t rows = 0, columns = 0, label = 0, width = 0;
    Lines each{text};
    const char between = separator_of(each);
    bool trailing = false, has_commas = false, *const comma = between == ';' || between == '\t' ? &has_commas : nullptr;
    while (each.next()) {
        const std::vector<std::string_view> fields = fields_of(each.line, between);
        const std::string where = "line " + std::to_string(each.number);
        if (columns == 0) {
            columns = fields.size();
            const auto more = std::size_t(std::max(std::ranges::count(each.text, '\n'), std::ranges::count(each.text, '\r')));
            const std::size_t most = std::min(times(columns, plus(more, 2)), plus(columns, each.text.size() / 2 + 1));
            require_memory(times(most, sizeof(double)), place);
            values.reserve(most);
            if (columns > 0) first_field = word_in(fields[0]);
            names = names_in(fields, as, comma, remarks);
            label = chosen_column(names, columns, as.label_column, place);
            if (label < names.size() && std::ranges::find(as.columns, names[label]) != as.columns.end()) {
                if (!as.label_column.empty())
                    fail(place, "--label-column: " + in_quotes(names[label]) + " is among the patterns that were trained on");
                label = columns;
            }
            const bool labels_file = as.patterns && as.of_folder && label < columns && is_usual(lower_case(key));
            places = places_of(names, columns, label, labels_file ? std::vector<std::string>() : as.columns, archive);
            if (label < columns && as.label_column.empty() && !labels_file)
                remarks.push_back("column " + in_quotes(names[label]) + " is taken for labels, --label-column none for numbers");
            if (labels_file) {
                places.assign(columns, nowhere);
                if (columns > 1) archive.left_out.push_back("all columns of " + key + " but " + in_quotes(names[label]));
            }
            width = std::size_t(std::ranges::count_if(places, [](std::size_t to) { return to != nowhere; }));
            if (!names.empty()) continue;
        }
        if (fields.size() != columns || columns == 0)
            fail(place, where + ": expected " + std::to_string(columns) + " numbers, as in the first row, found " +
                            std::to_string(fields.size()));
        if (rows == 0 && columns > 1 && fields.back().empty() && as.patterns &&
            (names.empty() || names.back().empty()) && label + 1 != columns && places.back() != nowhere) {
            places.back() = nowhere, --width;  // each row ends with what parts the fields
            if (!names.empty()) names.pop_back();
            trailing = true;
        }
        if (rows == 0 && columns == 1 && as.patterns && is_word(fields[0], comma))  // labels alone
            label = width = 0, places[0] = nowhere;
        if (trailing && !fields.back().empty())
            fail(place, where + ": expected nothing in the last column, as in the first row, found " + in_quotes(fields.back()));
        ++rows;
        values.resize(rows * width);
        for (std::size_t i = 0; i < columns; ++i) {
            if (places[i] == nowhere && i != label) continue;
            const std::optional<double> value = number_in(fields[i], comma);
            if (i == label) {
                if (fields[i].empty()) fail(place, where + ": expected a label, found none");
                labels.push_back(word_in(fields[i]));
                if (value) numbers.push_back(*value);
                else if (word.empty()) word = where + ": the label " + in_quotes(labels.back());
                continue;
            }
            if (!value || (as.patterns && !std::isfinite(*value))) {
                const std::string found = fields[i].empty() ? "none" : in_quotes(fields[i]), n = std::to_string(i + 1);
                fail(place, where + ", column " + n + (names.empty() ? "" : " " + in_quotes(names[i])) +
                                ": expected a number, found " + found + (as.patterns ? way_out(fields[i], n, label < columns, as, is_usual(lower_case(key)), comma) : ""));
            }
            values[(rows - 1) * width + places[i]] = *value;
        }
    }
    if (rows == 0) fail(place, "expected rows of numbers, found none");
    if (has_commas) remarks.push_back("commas are taken for decimal points, as in 1,5");
    const std::string labels_name = label >= names.size() ? "" : width > 0 ? names[label] : columns > 1 || is_usual(names[0]) ? "" : first_field;
    if (as.patterns && as.columns.empty() && std::set<std::string>(names.begin(), names.end()).size() < names.size())
        remarks.push_back("columns of one name are told apart by their order alone");
    if (label < names.size()) names.erase(names.begin() + std::ptrdiff_t(label));
    const bool nameless = !names.empty() && as.columns.empty() && (names[0].empty() || names[0] == "unnamed: 0");
    if (nameless && width > 1 && numbers_rows(values, width)) {
        for (std::size_t q = 0, to = 0; q < rows; ++q)
            for (std::size_t i = 1; i < width; ++i) values[to++] = values[q * width + i];
        values.resize(rows * --width);
        names.erase(names.begin());
        archive.left_out.push_back("the first column, which numbers the rows");
    }
    if (width > 0) {
        Array table({rows, width}, std::move(values));
        if (!names.empty() && !as.columns.empty()) names = as.columns;
        if (std::set<std::string>(names.begin(), names.end()).size() == width) table.columns = std::move(names);
        archive.add(key, std::move(table));
    }
    if (!numbers.empty() && !word.empty())
        remarks.push_back(word + " is a word, " + std::to_string(numbers.size()) + " of " + std::to_string(rows) +
                          " are numbers: all are taken for words");
    if (!labels.empty()) {
        Array column = word.empty() ? Array({rows}, std::move(numbers)) : Array(labels);
        if (!labels_name.empty()) column.columns = {labels_name};
        archive.add(width > 0 ? "labels" : key, std::move(column));
    }
    for (auto& [name, array] : archive.entries) array.origin = place + (labels.empty() ? "" : ": " + name);
    return archive;
}

}  // namespace autoencoder
