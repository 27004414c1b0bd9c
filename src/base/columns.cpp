// Names of columns, and what they say.
#include "base/columns.hpp"

#include "autoencoder/error.hpp"
#include "base/formats.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace autoencoder {
namespace {

std::string lower_case(std::string_view text) {
    std::string lower(text);
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
    return lower;
}

constexpr std::string_view usual_labels[] = {"label", "labels", "class", "target", "y"};

/// The first column of that name; as many as there are names where none has it.
std::size_t column(const std::vector<std::string>& names, std::string_view wanted) {
    return std::size_t(std::ranges::find(names, wanted) - names.begin());
}

}  // namespace

bool is_word(std::string_view field, bool* comma) {
    constexpr std::string_view missing[] = {"", "na", "n/a", "#n/a", "null", "none", "nil", "?", "-", "--", "."};
    return !number_in(field, comma) && std::ranges::find(missing, lower_case(field)) == std::end(missing);
}

bool is_usual(std::string_view name) { return std::ranges::find(usual_labels, name) != std::end(usual_labels); }

std::size_t filled(Fields fields) {
    while (fields.size() > 1 && fields.back().empty()) fields = fields.first(fields.size() - 1);
    return fields.size();
}

bool lacks_label(std::string_view field) {
    constexpr std::string_view missing[] = {"", "na", "n/a", "#n/a", "nan", "null"};
    return std::ranges::find(missing, lower_case(field)) != std::end(missing);
}

bool has_all(const std::vector<std::string>& names, const std::vector<std::string>& wanted) {
    return std::ranges::all_of(wanted, [&](const std::string& each) { return std::ranges::find(names, each) != names.end(); });
}

std::vector<std::string> names_in(Fields fields, const TableAs& as, bool* comma, std::vector<std::string>& remarks,
                                  bool names_label) {
    std::vector<std::string> names;
    std::vector<double> values;
    std::size_t words = 0, numbers = 0, count = 0;
    bool counts = as.of != TableOf::numbers, rises = counts;
    for (const std::string_view field : fields) {
        const bool may_be_label = as.label_column == std::to_string(names.size() + 1);
        names.push_back(lower_case(word_in(field)));
        const bool word = is_word(field, comma);
        words += word && (!may_be_label || names_label || is_usual(names.back())), numbers += !word;
        const bool is_next = field == std::to_string(count);
        if ((may_be_label && !is_next) || (field.empty() && names.size() == 1)) continue;
        counts &= is_next;
        ++count;
        values.push_back(number_in(field, comma).value_or(NAN));
        rises &= count < 2 || (values[count - 1] > values[count - 2] &&
                               std::abs(values[count - 1] - values[count - 2] - (values[1] - values[0])) < 1e-9);
    }
    if (!as.columns.empty() && has_all(names, as.columns)) return names;
    const std::size_t enough = as.of == TableOf::folder_labels || (count > 0 && fields[0].empty()) ? 1 : 3;
    counts &= count >= enough;
    if (words == 0 && !counts) {
        if (rises && count > 2)
            remarks.push_back("the first row, " + names[0] + ", " + names[1] + ", " + names[2] + ", …, is taken for a pattern");
        return {};
    }
    if (numbers > 0 && as.of != TableOf::folder_labels)
        remarks.push_back("the first row is taken for the names of the columns");
    return names;
}

bool has_noted(const std::vector<std::string>& names, std::size_t columns, const TableAs& as) {
    const std::string name = lower_case(as.label_column);
    const auto is_pattern = [&](const std::string& each) { return std::ranges::find(as.columns, each) != as.columns.end(); };
    if (name == "none") return true;
    if (std::ranges::find(names, name) != names.end()) return !is_pattern(name);
    const double number = number_in(name).value_or(0);
    const bool is_there = number >= 1 && number <= double(columns) && (columns > as.inputs || as.of == TableOf::folder_labels);
    return is_there && (names.empty() || !is_pattern(names[std::size_t(number) - 1]));
}

std::size_t chosen_column(const std::vector<std::string>& names, std::size_t columns, const TableAs& as,
                          const std::string& place) {
    const std::string lower = lower_case(as.label_column);
    const std::string_view name = lower;
    const auto alone = [&](std::size_t chosen) {
        if (const auto n = std::ranges::count(names, names[chosen]); n > 1)
            fail(place, "expected one column " + in_quotes(names[chosen]) + " of labels, found " + std::to_string(n));
        return chosen;
    };
    if (name.empty()) {
        for (const std::string_view usual : usual_labels) {
            const std::size_t chosen = column(names, usual);
            const bool is_coordinate = usual == "y" && column(names, "x") < columns;
            if (chosen < names.size() && columns > 1 && !is_coordinate) return alone(chosen);
        }
        return columns;
    }
    if (const std::size_t named = column(names, name); named < names.size()) return alone(named);
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

}  // namespace autoencoder
