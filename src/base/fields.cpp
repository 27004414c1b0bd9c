#include "base/fields.hpp"

#include <algorithm>
#include <cstdlib>

namespace autoencoder {
namespace {

std::string_view trimmed(std::string_view text, std::string_view blank = " \t\"'") {
    const std::size_t first = text.find_first_not_of(blank);
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

/// Where that is first outside of quotes, which begin a field; a quote in them is doubled. `open`: whether some have no
/// end, or not at the end of a field.
std::size_t find_unquoted(std::string_view line, char wanted, bool* open = nullptr) {
    constexpr std::string_view before = " \t;|,", behind = " \t;|,\r\n";
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == wanted) return i;
        if (line[i] != '"' || (i > 0 && before.find(line[i - 1]) == before.npos)) continue;
        std::size_t end = line.find('"', i + 1);
        while (end != line.npos && line.substr(end + 1).starts_with('"')) end = line.find('"', end + 2);
        if (end != line.npos) i = end;
        const bool ends = end != line.npos && (end + 1 == line.size() || behind.find(line[end + 1]) != behind.npos);
        if (!ends && open) *open = true;
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

}  // namespace

std::string word_in(std::string_view field) {
    std::string word(field);
    for (std::size_t at = 0; (at = word.find("\"\"", at)) != word.npos; ++at) word.erase(at, 1);
    for (char& c : word)
        if (c == '\n' || c == '\r') c = ' ';
    return word;
}

std::string lower_case(std::string_view text) {
    std::string lower(text);
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
    return lower;
}

bool Lines::next() {
    while (!text.empty()) {
        line = text.substr(0, text.find_first_of("\r\n"));
        ++number;
        number += extend();
        text.remove_prefix(line.size());
        text.remove_prefix(text.starts_with("\r\n") ? 2 : text.empty() ? 0 : 1);
        if (!trimmed(line, " \t\v\f").empty()) return true;
    }
    return false;
}

/// A line goes on as long as it ends in quotes, where these have an end soon; how many ends of lines it has then.
std::size_t Lines::extend() {
    constexpr int soon = 64;  // of them
    const std::string_view first = line;
    is_open = false;
    for (int i = 0; i < soon; ++i) {
        bool open = false;
        if (line.find('"') != line.npos) find_unquoted(line, '\n', &open);
        if (!open) return std::size_t(std::ranges::count(line, '\n'));
        const std::size_t closed = text.find('"', line.size());
        if (closed == text.npos) break;
        line = text.substr(0, text.find_first_of("\r\n", closed));
    }
    is_open = true;
    line = first;
    return 0;
}

bool Lines::is_comment() const {
    const std::string_view words = trimmed(line, " \t\v\f");
    return words[0] == '#' || words[0] == '%' || words.starts_with("sep=");
}

bool Lines::next_of_numbers() {
    while (next())
        if (!is_comment()) return true;
    return false;
}

namespace {

/// Whether blanks part numbers of which some have a decimal comma.
bool has_decimal_commas(std::string_view line) {
    bool comma = false;
    const std::vector<std::string_view> fields = fields_of(line, ' ');
    return fields.size() > 1 && std::ranges::all_of(fields, [&](std::string_view field) {
        return number_in(field, &comma) && !field.starts_with(',') && !field.ends_with(',');
    }) && comma;
}

}  // namespace

char separator_of(Lines lines) {
    lines.next_of_numbers();
    const std::string_view first = lines.line, second = lines.next_of_numbers() ? lines.line : first;
    if (has_decimal_commas(second)) return ' ';
    for (const std::string_view line : {second, first})
        for (const char each : {'\t', ';', '|', ','}) {
            const std::size_t at = find_unquoted(line, each);
            if (at != line.npos && (at == 0 || (line[at - 1] != ',' && line[at - 1] != ';' && line[at - 1] != '|'))) return each;
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
        if (end == line.npos) break;
        line.remove_prefix(end + 1);
    }
    if (fields.empty()) fields.emplace_back();  // of a line of quotes
    return fields;
}

std::optional<double> number_in(std::string_view field, bool* comma) {
    std::string text(field);
    const std::size_t at = comma ? text.find(',') : text.npos;
    if (at != text.npos) text[at] = '.';
    char* end = nullptr;
    const double number = std::strtod(text.c_str(), &end);
    if (text.empty() || end != text.c_str() + text.size() || text.find_first_of("xX") != text.npos) return std::nullopt;
    if (at != text.npos) *comma = true;
    return number;
}

}  // namespace autoencoder
