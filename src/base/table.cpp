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
#include "base/formats.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <set>
#include <span>
#include <string_view>

namespace autoencoder {
namespace {

std::string_view trimmed(std::string_view text, std::string_view blank = " \t\"'") {
    const std::size_t first = text.find_first_not_of(blank);
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

/// Where that is first outside of quotes, which begin a field; a quote in them is doubled.
std::size_t find_unquoted(std::string_view line, char wanted) {
    constexpr std::string_view before = " \t;,";
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == wanted) return i;
        if (line[i] != '"' || (i > 0 && before.find(line[i - 1]) == before.npos)) continue;
        std::size_t end = line.find('"', i + 1);
        while (end != line.npos && line.substr(end + 1).starts_with('"')) end = line.find('"', end + 2);
        if (end != line.npos) i = end;
    }
    return line.npos;
}

/// Without the blanks and quotes around it; those in it are still doubled.
std::string_view field_in(std::string_view text) {
    constexpr std::string_view blank = " \t";
    const std::string_view field = trimmed(text, blank);
    const bool quoted = field.size() > 1 && field.front() == '"' && field.back() == '"';
    return quoted ? trimmed(field.substr(1, field.size() - 2), blank) : trimmed(field);
}

/// What a field says, as a word.
std::string word_in(std::string_view field) {
    std::string word(field);
    for (std::size_t at = 0; (at = word.find("\"\"", at)) != word.npos; ++at) word.erase(at, 1);
    return word;
}

/// The lines that say something, up to \n, \r\n or \r.
struct Lines {
    std::string_view text, line = {};
    std::size_t number = 0;

    bool next() {
        while (!text.empty()) {
            line = text.substr(0, text.find_first_of("\r\n"));
            text.remove_prefix(line.size());
            text.remove_prefix(text.starts_with("\r\n") ? 2 : text.empty() ? 0 : 1);
            ++number;
            const std::string_view words = trimmed(line, " \t");
            if (!words.empty() && words[0] != '#' && words[0] != '%' && !words.starts_with("sep=")) return true;
        }
        return false;
    }
};

/// What parts the fields: that of the second line, which has no names, or of the first; a tab behind it is a blank.
char separator_of(Lines lines) {
    lines.next();
    const std::string_view first = lines.line, second = lines.next() ? lines.line : first;
    for (const std::string_view line : {second, first})
        for (const char each : {'\t', ';', ','}) {
            const std::size_t at = find_unquoted(line, each);
            if (at != line.npos && (at == 0 || (line[at - 1] != ',' && line[at - 1] != ';'))) return each;
        }
    return ' ';
}

std::vector<std::string_view> fields_of(std::string_view line, char between) {
    std::vector<std::string_view> fields;
    const bool quotes = line.find('"') != line.npos;
    while (true) {
        const std::size_t end = quotes ? find_unquoted(line, between) : line.find(between);
        const std::string_view field = field_in(line.substr(0, end));
        if (between != ' ' || !field.empty()) fields.push_back(field);
        if (end == line.npos) return fields;
        line.remove_prefix(end + 1);
    }
}

/// A field as a number; with its comma for a point, which is noted, where there may be one.
std::optional<double> number_in(std::string_view field, bool* comma = nullptr) {
    std::string text(field);
    const std::size_t at = comma ? text.find(',') : text.npos;
    if (at != text.npos) text[at] = '.';
    char* end = nullptr;
    const double number = std::strtod(text.c_str(), &end);
    if (text.empty() || end != text.c_str() + text.size()) return std::nullopt;
    if (at != text.npos) *comma = true;
    return number;
}

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
    bool counts = as.patterns;
    for (const std::string_view field : fields) {
        const bool may_be_label = as.label_column == std::to_string(names.size() + 1);
        names.push_back(lower_case(word_in(field)));
        const bool word = is_word(field, comma);
        words += word && (!may_be_label || is_usual(names.back())), numbers += !word;
        if (!may_be_label && (!field.empty() || names.size() > 1)) counts &= field == std::to_string(count++);
    }
    if (words == 0 && (!counts || count < 3)) return {};
    if (numbers > 0) remarks.push_back("the first row is taken for the names of the columns");
    return names;
}

/// Whether the first column numbers the rows: integers from 0 up, none of them twice.
bool numbers_rows(const std::vector<double>& values, std::size_t columns) {
    std::set<double> numbers;
    for (std::size_t i = 0; i < values.size(); i += columns)
        if (values[i] >= 0 && values[i] == std::floor(values[i])) numbers.insert(values[i]);
    return numbers.size() * columns == values.size();
}

}  // namespace

Archive decode_table(ByteView file, const std::string& key, const std::string& place, const TableAs& as) {
    std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    Archive archive{{}, place};
    std::vector<std::string> names, labels, &remarks = archive.remarks;
    std::vector<double> values, numbers;  // numbers: those of the labels
    std::string word, first_field;        // the first label that is one
    std::size_t rows = 0, columns = 0, label = 0;
    Lines each{text};
    const char between = separator_of(each);
    bool has_commas = false, *const comma = between == ';' || between == '\t' ? &has_commas : nullptr;
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
            if (label < columns && as.label_column.empty())
                remarks.push_back("column " + in_quotes(names[label]) + " is taken for labels, --label-column none for numbers");
            if (!names.empty()) continue;
        }
        if (rows == 0 && columns == 1 && as.patterns && is_word(fields[0], comma)) {  // labels alone
            label = 0;
            if (!names.empty() && !is_usual(names[0])) labels.push_back(first_field), ++rows;
        }
        if (fields.size() != columns || columns == 0)
            fail(place, where + ": expected " + std::to_string(columns) + " numbers, as in the first row, found " +
                            std::to_string(fields.size()));
        ++rows;
        for (std::size_t i = 0; i < columns; ++i) {
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
                const bool says = is_word(fields[i], comma);
                fail(place, where + ", column " + n + (names.empty() ? "" : " " + in_quotes(names[i])) +
                                ": expected a number, found " + found +
                                (!as.patterns         ? ""
                                 : !says            ? "; what is missing has to be filled in, or its row left out, first"
                                 : label == columns ? "; --label-column " + n + " takes words for labels"
                                                    : ""));
            }
            values.push_back(*value);
        }
    }
    if (rows == 0) fail(place, "expected rows of numbers, found none");
    if (has_commas) remarks.push_back("commas are taken for decimal points, as in 1,5");
    if (label < names.size()) names.erase(names.begin() + std::ptrdiff_t(label));
    columns -= label < columns;
    const bool nameless = !names.empty() && (names[0].empty() || names[0] == "unnamed: 0");
    if (nameless && columns > 1 && numbers_rows(values, columns)) {
        for (std::size_t q = 0, to = 0; q < rows; ++q)
            for (std::size_t i = 1; i < columns; ++i) values[to++] = values[q * columns + i];
        values.resize(rows * --columns);
        names.erase(names.begin());
        archive.left_out.push_back("the first column, which numbers the rows");
    }
    Array table({rows, columns}, std::move(values));
    if (std::set<std::string>(names.begin(), names.end()).size() == columns) table.columns = std::move(names);
    if (columns > 0) archive.add(key, std::move(table));
    if (!numbers.empty() && !word.empty())
        remarks.push_back(word + " is a word, " + std::to_string(numbers.size()) + " of " + std::to_string(rows) +
                          " are numbers: all are taken for words");
    if (!labels.empty()) archive.add(columns > 0 ? "labels" : key, word.empty() ? Array({rows}, std::move(numbers)) : Array(labels));
    for (auto& [name, array] : archive.entries) array.origin = place + (labels.empty() ? "" : ": " + name);
    return archive;
}

}  // namespace autoencoder
