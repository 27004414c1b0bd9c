#include "base/rows.hpp"

#include "autoencoder/error.hpp"
#include "autoencoder/text.hpp"
#include "base/called.hpp"
#include "base/fields.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace autoencoder {
namespace {

/// Whether a column of this name numbers or names the rows: none, as pandas writes that, or an id: ID, row_id, PassengerId.
bool names_rows(std::string_view name) {
    const std::string lower = lower_case(name);
    if (lower.empty() || lower == "unnamed: 0" || lower == "id" || name.ends_with("Id")) return true;
    const std::string_view before = std::string_view(lower).substr(0, lower.ends_with("id") ? lower.size() - 2 : 0);
    return before.ends_with('_') || before.ends_with(' ') || before.ends_with('.') || before.ends_with('-');
}

/// Whether the first fields of these rows are words, each another one, of more than two.
bool begin_with_words(std::set<std::string_view> seen, std::string_view text, char between) {
    for (Lines rows{text}; rows.next_of_numbers();) {
        const std::string_view field = fields_of(rows.line, between)[0];
        if (!is_word(field, nullptr) || !seen.emplace(field).second) return false;
    }
    return seen.size() > 2;
}

bool is_one(const std::string& a, const std::string& b) { return lower_case(a) == lower_case(b); }

/// The column of the labels that goes with the one of the patterns.
const RowNames* partner_of(const RowNames& mine, const Array& labels) {
    for (const RowNames& each : labels.rows)
        if (is_one(each.called, mine.called)) return &each;
    for (const RowNames& each : labels.rows)
        if (each.own) return &each;
    return nullptr;
}

/// 0, 1, 2, … or 1, 2, 3, …, which says no more than their order does.
bool only_count(const RowNames& rows) {
    for (std::size_t q = 0, first = rows.names[0] == "0" ? 0 : 1; q < rows.names.size(); ++q)
        if (rows.names[q] != std::to_string(q + first)) return false;
    return true;
}

/// What is said where but one of two has names for its rows.
void remark_on_order(const Array& named, const Array& other, std::vector<std::string>& remarks) {
    if (!named.rows.empty() && named.rows[0].own && !only_count(named.rows[0]))
        remarks.push_back("the rows of " + key_of(named) + " have names or numbers, " + in_quotes(named.rows[0].names[0]) + " and so on, those of " +
                          key_of(other) + " none: they belong together in their order");
}

}  // namespace

std::vector<RowColumn> row_columns(const std::vector<std::string>& names, Fields second, std::string_view text, std::size_t label,
                                   char between, const TableAs& as) {
    std::vector<RowColumn> found;
    const auto add = [&](std::size_t i, bool own) { found.push_back({i, {names.empty() ? "" : names[i], {}, own}}); };
    const bool first_is_said = !names.empty() && names_rows(names[0]), has_words = second.size() > 1 && is_word(second[0], nullptr);
    std::set<std::string_view> seen;
    if (names.empty()) seen.insert(second[0]);  // it is none of the rows below
    if (label != 0 && (first_is_said || (has_words && begin_with_words(seen, text, between)))) add(0, true);
    if (as.of == TableOf::numbers) return found;
    const auto is_other = [&](std::size_t i) { return i != label && (found.empty() || i != found[0].column); };
    for (std::size_t i = 1; found.empty() && i < names.size(); ++i)
        if (is_other(i) && !names[i].empty() && names_rows(names[i])) add(i, true);
    if (as.of == TableOf::folder_labels && label < names.size()) {
        for (std::size_t i = 0; i < names.size(); ++i)
            if (is_other(i)) add(i, false);
    } else if (found.empty()) {
        const auto is_key = [&](const std::string& name) {
            return std::ranges::any_of(as.keys, [&](const std::string& key) { return is_one(key, name); });
        };
        for (std::size_t i = 0; i < names.size(); ++i)
            if (i != label && is_key(names[i])) add(i, false);
        if (found.size() > 1) found.clear();
    }
    return found;
}

bool are_numbers(const std::vector<std::string>& rows) {
    const auto is_whole = [](const std::string& row) { return row.find_first_not_of("0123456789") == row.npos; };
    return std::ranges::all_of(rows, is_whole);
}

bool name_rows_of(const Array& labels, const Array& x) {
    const RowNames* theirs = x.rows.empty() ? nullptr : partner_of(x.rows[0], labels);
    if (!theirs) return false;
    const std::set<std::string_view> known(theirs->names.begin(), theirs->names.end());
    return std::ranges::all_of(x.rows[0].names, [&](const std::string& name) { return known.contains(name); });
}

Array in_order_of(const Array& x, const Array& labels, std::vector<std::string>& remarks) {
    const RowNames *mine = x.rows.empty() ? nullptr : &x.rows[0], *theirs = mine ? partner_of(*mine, labels) : nullptr;
    if (!theirs) {
        remark_on_order(mine ? x : labels, mine ? labels : x, remarks);
        return labels;
    }
    if (mine->names == theirs->names) return labels;
    std::map<std::string_view, std::size_t> at;
    for (std::size_t q = 0; q < theirs->names.size(); ++q) at[theirs->names[q]] = q;
    const auto is_known = [&](const std::string& name) { return at.contains(name); };
    if (!std::ranges::all_of(mine->names, is_known)) {
        const std::string missing = *std::ranges::find_if_not(mine->names, is_known);
        if ((are_numbers(mine->names) && are_numbers(theirs->names)) || std::ranges::any_of(mine->names, is_known))
            fail(labels.origin, "expected a row for each of " + key_of(x) + ", by its number or name, found none for " + in_quotes(missing) +
                                    (missing == theirs->called ? ": the first row is taken for the names of the columns, and has to be that" : ""));
        remarks.push_back("no row of " + key_of(labels) + " has the name of one of the patterns: they belong together in their order");
        return labels;
    }
    Array result = labels;
    const std::size_t columns = labels.size() / theirs->names.size();
    result.shape[0] = mine->names.size();
    std::visit(
        [&](auto& to) {
            const auto& from = std::get<std::decay_t<decltype(to)>>(labels.values);
            to.resize(mine->names.size() * columns);
            for (std::size_t i = 0; i < to.size(); ++i) to[i] = from[at[mine->names[i / columns]] * columns + i % columns];
        },
        result.values);
    remarks.push_back("the rows of " + key_of(labels) + " are put in the order of the patterns, by their names or numbers");
    return result;
}

}  // namespace autoencoder
