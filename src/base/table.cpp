// Numbers in rows of text: .csv and its like.
//
//     label, pixel1, pixel2          names of the columns, or none
//     # a line of words              begins with # or %
//     5, 0.1, 1e-3                   between commas; or semicolons, tabs or spaces where there are none
//     "a, ""b""", 1                  a field in quotes may have commas, and quotes if they are doubled
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

std::string_view trimmed(std::string_view text, std::string_view blank = " \t\r\"'") {
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
    constexpr std::string_view blank = " \t\r";
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

std::vector<std::string_view> fields_of(std::string_view line) {
    std::vector<std::string_view> fields;
    const bool quotes = line.find('"') != line.npos;
    const auto find = [&](char each) { return quotes ? find_unquoted(line, each) : line.find(each); };
    char between = ' ';
    for (const char each : {'\t', ';', ','})
        if (find(each) != line.npos) between = each;
    while (true) {
        const std::size_t end = find(between);
        const std::string_view field = field_in(line.substr(0, end));
        if (between != ' ' || !field.empty()) fields.push_back(field);
        if (end == line.npos) return fields;
        line.remove_prefix(end + 1);
    }
}

std::optional<double> number_in(std::string_view field) {
    const std::string text(field);
    char* end = nullptr;
    const double number = std::strtod(text.c_str(), &end);
    if (text.empty() || end != text.c_str() + text.size()) return std::nullopt;
    return number;
}

std::string lower_case(std::string_view text) {
    std::string lower(text);
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
    return lower;
}

constexpr std::string_view usual_labels[] = {"label", "labels", "class", "target", "y"};

bool is_usual(std::string_view name) {
    return std::ranges::find(usual_labels, name) != std::end(usual_labels);
}

/// The first column that has one of these names; as many as there are names where none has.
std::size_t column(const std::vector<std::string>& names,
                   std::span<const std::string_view> wanted) {
    const auto found = std::find_first_of(names.begin(), names.end(), wanted.begin(), wanted.end());
    return std::size_t(found - names.begin());
}

/// The column of that name, or of that number from 1 up.
std::size_t chosen_column(const std::vector<std::string>& names, std::size_t columns,
                          const std::string& wanted, const std::string& place) {
    const std::string lower = lower_case(wanted);
    const std::string_view name = lower;
    if (const std::size_t named = column(names, {&name, 1}); named < names.size()) return named;
    const std::optional<double> number = number_in(wanted);
    if (!number || *number < 1 || *number > double(columns) || *number != std::floor(*number))
        fail(place, std::string("--label-column: expected ") +
                        (names.empty() ? "" : "the name of a column or ") + "a number from 1 to " +
                        std::to_string(columns) + ", found " + in_quotes(wanted));
    return std::size_t(*number) - 1;
}

/// Labels as numbers: what they are, or where one is a word, its place among all of them, which are
/// `known_words` then. `lines` has the line of each.
std::vector<double> numbered(const std::vector<std::string>& labels, const std::vector<std::size_t>& lines,
                             std::vector<std::string>& remarks, std::vector<std::string>& known_words) {
    std::vector<double> numbers;
    std::size_t first = labels.size();  // that is a word
    for (std::size_t q = 0; q < labels.size(); ++q) {
        if (const auto number = number_in(labels[q])) numbers.push_back(*number);
        else if (first == labels.size()) first = q;
    }
    if (first == labels.size()) return numbers;
    if (!numbers.empty())
        remarks.push_back("line " + std::to_string(lines[first]) + ": the label " + in_quotes(labels[first]) +
                          " is a word, " + std::to_string(numbers.size()) + " of " +
                          std::to_string(labels.size()) + " are numbers: all are taken for words");
    const std::set<std::string> words(labels.begin(), labels.end());
    known_words.assign(words.begin(), words.end());
    numbers.clear();
    for (const std::string& label : labels)
        numbers.push_back(double(std::distance(words.begin(), words.find(label))));
    constexpr std::size_t most = 12;
    std::string known;
    std::size_t k = 0;
    for (auto word = words.begin(); word != words.end() && k < most; ++word, ++k)
        known += (k > 0 ? ", " : "") + std::to_string(k) + " is " + in_quotes(*word);
    remarks.push_back("labels are words: class " + known + (words.size() > most ? ", …" : ""));
    return numbers;
}

/// Without that column.
void take_out(std::vector<double>& values, std::size_t columns, std::size_t column) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < values.size(); ++i)
        if (i % columns != column) values[kept++] = values[i];
    values.resize(kept);
}

}  // namespace

Archive decode_table(ByteView file, const std::string& key, const std::string& place,
                     const std::string& label_column) {
    std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    std::vector<std::string> names, labels;
    std::vector<std::size_t> lines;  // of the labels
    std::vector<double> values;
    std::size_t rows = 0, columns = 0, label = 0;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = trimmed(text.substr(0, end));
        const std::vector<std::string_view> fields = fields_of(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.empty() || line[0] == '#' || line[0] == '%') continue;
        const std::string where = "line " + std::to_string(number);
        const bool first = columns == 0;
        if (first) {
            columns = fields.size();
            const auto more = std::size_t(std::count(text.begin(), text.end(), '\n'));
            const std::size_t most =
                std::min(times(columns, plus(more, 2)), plus(columns, text.size() / 2 + 1));
            require_memory(times(most, sizeof(double)), place);
            values.reserve(most);
        }
        if (fields.size() != columns)
            fail(place, where + ": expected " + std::to_string(columns) +
                            " numbers, as in the first row, "
                            "found " +
                            std::to_string(fields.size()));
        if (first) {  // the columns' names, where one is a word, and not only what may be a pattern's label
            bool named = false;
            for (const std::string_view field : fields) {
                const bool may_be_label = label_column == std::to_string(names.size() + 1);
                names.push_back(lower_case(word_in(field)));
                named |= !number_in(field) && (!may_be_label || is_usual(names.back()));
            }
            if (!named) names.clear();
            if (!label_column.empty())
                label = chosen_column(names, columns, label_column, place);
            else
                label = named ? column(names, usual_labels) : columns;
            if (named) continue;
        }
        ++rows;
        for (std::size_t i = 0; i < columns; ++i) {
            if (i == label) {
                if (fields[i].empty()) fail(place, where + ": expected a label, found none");
                labels.push_back(word_in(fields[i]));
                lines.push_back(number);
                continue;
            }
            const std::optional<double> value = number_in(fields[i]);
            if (!value)
                fail(place, where + ", column " + std::to_string(i + 1) +
                                ": expected a number, found " + in_quotes(fields[i]));
            values.push_back(*value);
        }
    }
    if (rows == 0) fail(place, "expected rows of numbers, found none");
    Archive archive;
    archive.origin = place;
    if (label < columns) {
        --columns;
        if (!names.empty()) names.erase(names.begin() + std::ptrdiff_t(label));
    }
    constexpr std::string_view nameless[] = {""};
    if (const std::size_t index = column(names, nameless); index < names.size()) {
        take_out(values, columns, index);
        --columns;
        archive.left_out.push_back("a column without a name, which numbers the rows");
    }
    archive.add(key, Array({rows, columns}, std::move(values)));
    if (!labels.empty()) archive.add("labels", Array({rows}, numbered(labels, lines, archive.remarks, archive.label_words)));
    for (auto& [name, array] : archive.entries)
        array.origin = place + (labels.empty() ? "" : ": " + name);
    return archive;
}

}  // namespace autoencoder
