// Names of columns, and what they say.
#include "base/columns.hpp"

#include "autoencoder/error.hpp"
#include "autoencoder/text.hpp"
#include "base/formats.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace autoencoder {
namespace {

constexpr std::string_view usual_labels[] = {"label", "labels", "class", "target", "y"};

/// Columns by their names.
struct Index {
    std::map<std::string, std::vector<std::size_t>, std::less<>> exact, alike;

    explicit Index(const std::vector<std::string>& names) {
        for (std::size_t i = 0; i < names.size(); ++i) {
            exact[names[i]].push_back(i);
            alike[lower_case(names[i])].push_back(i);
        }
    }
    /// Those of that name; where none has it, of the same one in other letters.
    std::vector<std::size_t> of(std::string_view name) const {
        if (const auto found = exact.find(name); found != exact.end()) return found->second;
        const auto found = alike.find(lower_case(name));
        return found == alike.end() ? std::vector<std::size_t>() : found->second;
    }
    bool has(std::string_view name) const { return !of(name).empty(); }
};

/// A word for 1 or 0.
std::optional<double> truth_in(std::string_view field) {
    const std::string word = lower_case(field);
    return word == "true" ? std::optional(1.0) : word == "false" ? std::optional(0.0) : std::nullopt;
}

bool are_words(Fields fields) {
    return std::ranges::all_of(fields, [](std::string_view field) { return is_word(field, nullptr); });
}

}  // namespace

std::optional<double> value_in(std::string_view field, bool* comma) {
    const std::optional<double> number = number_in(field, comma);
    return number ? number : truth_in(field);
}

void Signs::see(std::string_view field) {
    const std::size_t at = field.find_first_of(".,"), begin = field.find_first_of("0123456789");
    if (at == field.npos || begin == field.npos) {
        has_whole |= begin != field.npos && field[begin] != '0';
        return;
    }
    std::string& example = field[at] == ',' ? comma : point;
    if (example.empty()) example = field;
    three_digits &= field.size() == at + 4 && at > begin && at - begin <= 3 && field[begin] != '0' &&
                    field.find_first_not_of("0123456789", at + 1) == field.npos;
}

void remark_on_signs(const std::vector<Signs>& signs, bool has_commas, bool of_patterns, Archive& archive) {
    std::string point, comma, thousands;
    for (const Signs& each : signs) {
        if (point.empty()) point = each.point;
        if (comma.empty()) comma = each.comma;
        if (each.has_whole && each.three_digits && thousands.empty()) thousands = each.point + each.comma;
    }
    if (!point.empty() && !comma.empty() && of_patterns)
        fail(archive.origin, "expected one sign before decimals, found " + in_quotes(point) + " and " + in_quotes(comma) +
                                 ": what parts thousands has to be taken off");
    if (has_commas) archive.remarks.push_back("commas are taken for decimal points, as in " + (comma.empty() ? "1,5" : comma));
    if (!thousands.empty() && of_patterns)
        archive.remarks.push_back("numbers as " + thousands + " are taken for decimals, not for thousands");
}

bool is_word(std::string_view field, bool* comma) {
    constexpr std::string_view missing[] = {"none", "-", "--", "#div/0!", "#value!", "#ref!", "#num!", "#null!", "#name?", "#na", "missing"};  // or a class
    return !number_in(field, comma) && !lacks_label(field) && std::ranges::find(missing, lower_case(field)) == std::end(missing);
}

bool is_like_number(std::string_view field) {
    constexpr std::string_view digits = "0123456789";
    std::string text(field);
    for (const std::string_view blank : {"\xC2\xA0", "\xE2\x80\xAF"})  // those that do not break
        for (std::size_t at; (at = text.find(blank)) != text.npos;) text.replace(at, blank.size(), " ");
    const std::size_t unit = text.rfind(' ');
    if (unit != text.npos && text.size() - unit <= 5 && text.find_first_of(digits, unit) == text.npos) text.resize(unit);  // 10 km
    for (std::size_t at; (at = text.find(' ')) != text.npos; text.erase(at, 1))
        if (std::min(text.find_first_not_of(digits, at + 1), text.size()) != at + 4) return false;  // 1 000
    bool comma = false;
    if (number_in(text, &comma)) return true;  // 8,40E-01
    field = text;
    for (const std::string_view sign : {"$", "€", "£", "%", "+", "-"}) {
        if (field.starts_with(sign)) field.remove_prefix(sign.size());
        if (field.ends_with(sign)) field.remove_suffix(sign.size());
    }
    if (field.empty() || field.find_first_not_of("0123456789.,'") != field.npos) return false;
    const std::size_t first = field.find_first_of(".,'"), last = field.find_last_of(".,'");
    return first == last || last >= first + 4;  // 1.234,5 but not 1.2.3
}

bool is_usual(std::string_view name) { return std::ranges::find(usual_labels, lower_case(name)) != std::end(usual_labels); }

std::size_t filled(Fields fields) {
    while (fields.size() > 1 && fields.back().empty()) fields = fields.first(fields.size() - 1);
    return fields.size();
}

bool lacks_label(std::string_view field) {
    constexpr std::string_view missing[] = {"", "na", "n/a", "#n/a", "<na>", "nan", "nat", "null", "nil", "\\n", "?", "."};
    return std::ranges::find(missing, lower_case(field)) != std::end(missing);
}

bool has_all(const std::vector<std::string>& names, const std::vector<std::string>& wanted) {
    return std::ranges::all_of(wanted, [of = Index(names)](const std::string& each) { return of.has(each); });
}

std::vector<std::string> names_in(Fields fields, Fields second, const TableAs& as, bool* comma, std::vector<std::string>& remarks,
                                  bool names_label) {
    std::vector<std::string> names;
    std::vector<double> values;
    std::size_t words = 0, numbers = 0, count = 0;
    bool counts = as.of != TableOf::numbers, rises = counts;
    for (const std::string_view field : fields) {
        const bool may_be_label = as.label_column == std::to_string(names.size() + 1);
        names.push_back(word_in(field));
        const bool word = is_word(field, comma) && !truth_in(field);
        words += word && (!may_be_label || names_label || is_usual(names.back())), numbers += !word && !field.empty();
        const bool is_next = field == std::to_string(count);
        if ((may_be_label && !is_next) || (names.size() == 1 && (field.empty() || word))) continue;
        counts &= is_next;
        ++count;
        values.push_back(number_in(field, comma).value_or(NAN));
        rises &= count < 2 || (values[count - 1] > values[count - 2] &&
                               std::abs(values[count - 1] - values[count - 2] - (values[1] - values[0])) < 1e-9);
    }
    if (!as.columns.empty() && has_all(names, as.columns)) return names;
    const bool names_a_row = words == 1 && numbers > 0 && is_word(fields[0], comma) && is_word(second[0], comma);
    const auto is_whole = [](double value) { return value == std::floor(value); };
    const bool are_years = rises && count > 1 && (count > 2 || std::ranges::all_of(values, is_whole));
    if (names_a_row && as.of != TableOf::numbers && !counts && !are_years) return {};
    const auto is_decimal = [](std::string_view field) { return field.find('.') != field.npos; };
    const std::size_t few = std::ranges::any_of(second, is_decimal) ? 2 : 3;
    const std::size_t enough = as.of == TableOf::folder_labels || (count > 0 && fields[0].empty()) ? 1 : few;
    counts &= count >= enough;
    counts |= rises && count > 1 && fields[0].empty();  // no pattern begins so
    if (words == 0 && !counts) {
        if (rises && count > 2)
            remarks.push_back("the first row, " + names[0] + ", " + names[1] + ", " + names[2] + ", …, is taken for a pattern");
        return {};
    }
    if (numbers > 0 && as.of != TableOf::folder_labels)
        remarks.push_back("the first row is taken for the names of the columns");
    return names;
}

bool names_label(Fields first, Fields second, std::string_view text, const TableAs& as) {
    const double number = number_in(as.label_column).value_or(0);
    if (!(number >= 1 && number <= double(std::min(first.size(), second.size())))) return false;
    const std::size_t column = std::size_t(number) - 1;
    if (first[column].empty() || second[column].empty()) return false;
    const std::size_t again = text.find(second[column]);
    return text.find(first[column]) == text.npos && again != text.npos && text.find(second[column], again + 1) != text.npos;
}

bool is_row_with_sign(Fields line, Fields other) {
    if (line.size() != other.size() || line[0].size() < 2 || line[0].find_first_of("#%") != 0 || line[0][1] == ' ') return false;
    return !number_in(line[0].substr(1)) || is_word(other[0], nullptr);  // else a row is commented out
}

std::vector<std::string_view> row_behind_sign(std::string_view line, char between, Fields second) {
    const std::vector<std::string_view> row = fields_of(line, between);
    const bool is_name = between != ' ' && (row[0] == "#" || row[0] == "%");
    const bool is_label = is_word(second[0], nullptr) && is_row_with_sign(row, second) && !are_words(Fields(row).subspan(1));
    if (row.size() > 1 && row.size() == second.size() && (is_name || is_label || !is_word(row[0], nullptr))) return row;
    line.remove_prefix(std::min(line.find_first_not_of(" \t#%"), line.size()));
    if (are_words(second)) return {};
    for (const char each : {',', between})  // NumPy's savetxt parts numbers with blanks, and names as it is told
        if (auto names = fields_of(line, each); names.size() > 1 && names.size() == second.size() && are_words(names)) return names;
    return {};
}

bool lacks_name_of_rows(Fields first, Fields second, std::string_view line) {
    return first.size() + 1 == filled(second) && are_words(first) && (line.starts_with('"') || is_word(second[0], nullptr)) &&
           number_in(second[1]).has_value();
}

bool has_noted(const std::vector<std::string>& names, std::size_t columns, const TableAs& as) {
    const std::string& name = as.label_column;
    const auto is_pattern = [of = Index(as.columns)](const std::string& each) { return of.has(each); };
    if (name == "none") return true;
    if (Index(names).has(name)) return !is_pattern(name);
    const double number = number_in(name).value_or(0);
    const bool is_there = number >= 1 && number <= double(columns) && (columns > as.inputs || as.of == TableOf::folder_labels);
    return is_there && (names.empty() || !is_pattern(names[std::size_t(number) - 1]));
}

std::size_t chosen_column(const std::vector<std::string>& names, std::size_t columns, const TableAs& as,
                          const std::string& place) {
    const std::string& name = as.label_column;
    const Index index(names);
    const auto alone = [&](std::string_view called) {
        const std::vector<std::size_t> chosen = index.of(called);
        if (chosen.size() > 1)
            fail(place, "expected one column " + in_quotes(names[chosen[0]]) + " of labels, found " + std::to_string(chosen.size()));
        return chosen[0];
    };
    if (name.empty()) {
        for (const std::string_view usual : usual_labels) {
            const bool is_coordinate = usual == "y" && index.has("x");
            if (index.has(usual) && columns > 1 && !is_coordinate) return alone(usual);
        }
        return columns;
    }
    if (index.has(name)) return alone(name);
    if (name == "none") return columns;
    const std::optional<double> number = number_in(name);
    if (!number && (as.of == TableOf::folder_patterns || as.of == TableOf::folder_labels)) return columns;
    if (!number || *number < 1 || *number > double(columns) || *number != std::floor(*number))
        fail(place, std::string("--label-column: expected ") + (names.empty() ? "" : "the name of a column or ") +
                        "a number from 1 to " + std::to_string(columns) + ", found " + in_quotes(as.label_column));
    return std::size_t(*number) - 1;
}

std::vector<std::size_t> places_of(const std::vector<std::string>& names, std::size_t columns, std::size_t label,
                                   const std::vector<std::string>& wanted, Archive& archive) {
    std::vector<std::size_t> places(columns, nowhere);
    if (names.empty() || wanted.empty()) {
        for (std::size_t i = 0, next = 0; i < columns; ++i)
            if (i != label) places[i] = next++;
        return places;
    }
    std::vector<std::size_t> from;
    const Index index(names), index_of_wanted(wanted);
    std::map<std::string_view, std::size_t> seen;  // those of one name keep their order
    for (const std::string& name : wanted) {
        std::vector<std::size_t> there = index.of(name);
        const std::size_t many = index_of_wanted.of(name).size();
        std::erase_if(there, [&](std::size_t i) { return names[i] != name && index_of_wanted.exact.contains(names[i]); });
        if (there.size() == many + 1 && there[0] == 0 && (name.empty() || lower_case(name) == "id")) there.erase(there.begin());
        const std::size_t column = there.size() == many ? there[seen[name]++] : nowhere;
        if (column == nowhere || places[column] != nowhere)
            fail(archive.origin, "expected a column " + in_quotes(name) + ", as in the data that were trained on, found " +
                                     (there.empty() ? "none; labels are a column that --label-column names"
                                                    : std::to_string(there.size())));
        places[column] = from.size();
        from.push_back(column);
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

}  // namespace autoencoder
