#include "base/rows.hpp"

#include "autoencoder/error.hpp"
#include "base/called.hpp"
#include "base/fields.hpp"
#include "base/remarks.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>

namespace autoencoder {
namespace {

/// Whether a column of this name numbers or names the rows: an id, as ID, row_id, PassengerId, PatientID.
bool is_id(std::string_view name) {
    const std::string lower = lower_case(name);
    if (lower == "unnamed: 0" || lower == "id") return true;
    if (name.size() < 3 || !lower.ends_with("id")) return false;
    const auto before = static_cast<unsigned char>(name[name.size() - 3]);
    const bool is_capital = name[name.size() - 2] == 'I';
    return std::ispunct(before) || before == ' ' || (is_capital && (std::islower(before) || std::isdigit(before)));
}

bool is_whole(std::string_view text) {
    text.remove_prefix(text.starts_with('-'));
    return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

bool is_one(std::string_view a, std::string_view b) { return lower_case(a) == lower_case(b); }
/// A whole number without the zeros before and behind it, or the words that a field has.
std::string row_in(std::string_view field) {
    const std::size_t point = std::min(field.find('.'), field.size());
    std::string_view whole = field.substr(0, point);
    const bool has_no_more = field.substr(point).find_first_not_of(".0") == field.npos;
    if (!is_whole(whole) || !has_no_more) return word_in(field);
    const std::string sign = whole.starts_with('-') ? "-" : "";
    whole.remove_prefix(sign.size());
    return sign + std::string(whole.substr(std::min(whole.find_first_not_of('0'), whole.size() - 1)));
}

/// Whether the first fields of these rows are words, each another one, of more than two.
bool begin_with_words(std::set<std::string_view> seen, std::string_view text, char between) {
    for (Lines rows{text}; rows.next_of_numbers();) {
        const std::string_view field = fields_of(rows.line, between)[0];
        if (!is_word(field, nullptr) || is_like_number(field) || !seen.emplace(field).second) return false;
    }
    return seen.size() > 2;
}

/// 0, 1, 2, … or 1, 2, 3, …, which says no more than their order does.
bool only_counts(const RowNames& rows) {
    for (std::size_t q = 0, first = rows.names[0] == "0" ? 0 : 1; q < rows.names.size(); ++q)
        if (rows.names[q] != std::to_string(q + first)) return false;
    return true;
}

/// Where each of their fields is, the first time.
std::map<std::string_view, std::size_t> places_of(const RowNames& rows) {
    std::map<std::string_view, std::size_t> at;
    for (std::size_t q = 0; q < rows.names.size(); ++q) at.emplace(rows.names[q], q);
    return at;
}

/// The first of the patterns that the labels have no row for.
const std::string* missing_in(const RowNames& theirs, const RowNames& mine) {
    const auto at = places_of(theirs);
    const auto found = std::ranges::find_if_not(mine.names, [&](const auto& name) { return at.contains(name); });
    return found == mine.names.end() ? nullptr : &*found;
}

/// Whether it is no chance that two columns have these fields: words, or numbers that do not just count the rows.
bool say_much(const RowNames& rows) {
    return std::ranges::any_of(rows.names, [&](const std::string& name) { return number_in(name).value_or(HUGE_VAL) > double(rows.names.size()); });
}

/// Whether both have the same fields, each once, in whatever order.
bool are_alike(const RowNames& mine, const RowNames& theirs) {
    return mine.unique && theirs.unique && mine.names.size() == theirs.names.size() && mine.names.size() > 2 && !missing_in(theirs, mine);
}

/// How much speaks for it that rows belong together by these columns; 0: nothing. What is called alike in both stands
/// before all else, then what more than counts the rows. `are_classes`: of labels in one column; clean patterns beside noisy ones
/// have the names of these, which says little.
int evidence(const RowNames& mine, const RowNames& theirs, bool are_classes) {
    if (!theirs.unique || missing_in(theirs, mine)) return 0;
    const bool both = mine.own && theirs.own, is_named = is_one(mine.called, theirs.called) && (!mine.called.empty() || both);
    const bool mine_count = only_counts(mine), theirs_count = only_counts(theirs);
    // Numbers up to N in another order may be a rank, but not those that count the rows there.
    const bool any = mine.own || (theirs.own && !theirs_count) || (mine_count && !theirs_count);
    const bool some = mine.unique && mine.names.size() > 2 && (say_much(mine) || (mine.own && !theirs_count));  // of theirs
    const bool by_name = is_named && (are_classes || any), by_fields = some || (are_alike(mine, theirs) && (is_named || any || mine.called + theirs.called == ""));
    const auto is_called_id = [](const RowNames& rows) { return rows.own && !rows.called.empty() && lower_case(rows.called) != "unnamed: 0"; };
    const bool count = mine_count && theirs_count, says_more = !count && (is_called_id(mine) || is_called_id(theirs));
    if ((!by_name && !both && !by_fields) || (count && mine.names.size() != theirs.names.size() && !is_called_id(mine))) return 0;
    const int more = is_named && (!count || is_called_id(mine)) ? 32 : !mine_count && !theirs_count ? 16 : says_more ? 12 : count && is_named ? 8 : 0;
    return 1 + more + 2 * both + mine.own;
}

std::string columns_of(const Array& x, const RowNames& mine, const Array& labels, const RowNames& theirs) {
    const auto column = [](const RowNames& rows) { return rows.called.empty() ? "the first column" : "column " + in_quotes(rows.called); };
    return column(mine) + " of " + key_of(x) + " and " + (is_one(mine.called, theirs.called) ? "" : column(theirs) + " of ") + key_of(labels);
}

/// A field that comes again in a column that is there to tell the rows apart; nothing where none does.
std::string twice_in(const RowNames& rows, const Array& table) {
    std::set<std::string_view> seen;
    const auto again = std::ranges::find_if_not(rows.names, [&](const std::string& name) { return seen.insert(name).second; });
    return again == rows.names.end() ? "" : ", where " + in_quotes(*again) + " comes twice in " + key_of(table);
}

/// What has one name in both tables has to be the same in both.
void require_agreement(const Array& x, const Array& labels, const Join& by) {
    if (labels.shape.size() != 1) return;  // noisy patterns and clean ones differ
    const auto at = by.theirs ? places_of(*by.theirs) : std::map<std::string_view, std::size_t>();
    for (const RowNames& mine : x.rows)
        for (const RowNames& theirs : labels.rows) {
            if (mine.called.empty() || !is_one(mine.called, theirs.called) || (only_counts(mine) && only_counts(theirs))) continue;
            for (std::size_t q = 0; q < mine.names.size(); ++q) {
                const std::size_t p = by.theirs ? at.at(by.mine->names[q]) : q;
                if (p >= theirs.names.size()) break;
                const std::string &a = mine.names[q], &b = theirs.names[p];
                if (a == b || (number_in(a) && number_in(a) == number_in(b))) continue;
                fail(labels.origin, "expected rows that belong to those of " + key_of(x) + ", found column " + in_quotes(mine.called) + " in both, " +
                                        in_quotes(a) + " in row " + std::to_string(q + 1) + " there, " + in_quotes(b) +
                                        " here" + (mine.unique == theirs.unique || !mine.own || !theirs.own ? "" : mine.unique ? twice_in(theirs, labels) : twice_in(mine, x)) +
                                        ": bring both into one order" + (mine.unique || theirs.unique ? "" : ", or give them ids, each another one"));
            }
        }
}

}  // namespace

RowColumns::RowColumns(const std::vector<std::string>& names, Fields row, std::string_view text, std::size_t label, char between,
                       const TableAs& as) {
    constexpr std::size_t most_kept = 16;  // columns that patterns share with labels
    const bool of_numbers = as.of == TableOf::numbers, has_names = !names.empty();
    std::set<std::string_view> seen;
    if (!has_names) seen.insert(row[0]);  // it is none of the rows below
    const bool first_has_words = row.size() > 1 && is_word(row[0], nullptr) && !is_like_number(row[0]) && (has_names || !of_numbers) && begin_with_words(seen, text, between);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (i == label || (row.size() == 1 && as.of != TableOf::folder_patterns)) continue;
        const std::string name = has_names ? names[i] : "";
        const bool own = (has_names && (name.empty() ? i == 0 : is_id(name))) || (i == 0 && first_has_words);
        const auto is_called_so = [&](const std::string& key) { return !name.empty() && is_one(key, name); };
        const bool is_kept = as.of == TableOf::folder_labels ? has_names && label < names.size() : std::ranges::any_of(as.keys, is_called_so);
        if (of_numbers && !(own && i == 0)) continue;
        columns.push_back({i, {name, {}, own}, {}, is_kept && kept++ < most_kept});
    }
}

void RowColumns::add(Fields fields, bool* comma) {
    const auto ends = [&](Column& column) {
        const std::string_view field = fields[column.at];
        const bool word = is_word(field, comma) && !value_in(field, comma);
        column.has_words |= word;
        if (!column.kept && !column.rows.own && !word && !number_in(field, comma)) return true;
        std::string row = row_in(field);
        const bool is_whole_number = !word && is_whole(row);
        if (column.rows.unique && !((word || is_whole_number || column.rows.own) && column.seen.insert(row).second)) column.rows.unique = false;
        if (!column.rows.unique) column.seen.clear();
        if (!column.rows.unique && !column.kept && !column.rows.own) return true;
        column.rows.names.push_back(std::move(row));
        return false;
    };
    std::erase_if(columns, ends);
}

bool RowColumns::may_have_words(std::size_t column) const {
    const auto found = std::ranges::find(columns, column, &Column::at);
    return found != columns.end() && (found->rows.own || found->kept);
}
bool RowColumns::is_own(std::size_t column) const {
    return std::ranges::any_of(columns, [=](const Column& each) { return each.at == column && each.rows.own; });
}

bool tells_apart(std::size_t column, Fields before, std::string_view text, char between) {
    std::set<std::string> own, others;
    std::size_t rows = 0;
    const auto tells = [&](Fields fields) {
        if (fields.size() < 2 || !(is_word(fields[column], nullptr) || is_whole(fields[column]))) return false;
        others.emplace(fields[1 - column]), ++rows;
        return own.emplace(fields[column]).second;
    };
    if (!before.empty() && !tells(before)) return false;
    for (Lines each{text}; each.next_of_numbers();)
        if (!tells(fields_of(each.line, between))) return false;
    return rows > 2 && 2 * others.size() <= rows;
}

Join join(const Array& x, const Array& labels, std::vector<std::string>& remarks) {
    const auto file_of = [](const Array& array) { return std::string_view(array.origin).substr(0, array.origin.rfind(": ")); };
    if (labels.rows.empty() && file_of(x) == file_of(labels)) return {};  // columns of one table
    const bool are_classes = labels.shape.size() == 1;  // else what the patterns shall become, or one-hot
    Join best;
    int most = 0;
    const std::string* missing = nullptr;
    Join wanting;
    for (const RowNames& mine : x.rows)
        for (const RowNames& theirs : labels.rows) {
            if (const int found = evidence(mine, theirs, are_classes); found > most) most = found, best = {&mine, &theirs};
            const bool is_named = is_one(mine.called, theirs.called) && (mine.own || theirs.own || (are_classes && !mine.called.empty()));
            if (!missing && theirs.unique && mine.unique && (is_named || (mine.own && theirs.own)))
                if ((missing = missing_in(theirs, mine))) wanting = {&mine, &theirs};
        }
    if (most == 0 && missing) {
        const auto is_known = [at = places_of(*wanting.theirs)](const std::string& name) { return at.contains(name); };
        const auto are_numbers = [](const RowNames& rows) { return std::ranges::all_of(rows.names, is_whole); };
        const bool is_named = !wanting.mine->called.empty() && is_one(wanting.mine->called, wanting.theirs->called);
        if (is_named || (are_numbers(*wanting.mine) && are_numbers(*wanting.theirs)) || std::ranges::any_of(wanting.mine->names, is_known))
            fail(labels.origin, "expected a row for each of " + key_of(x) + ", by its number or name, found none for " + in_quotes(*missing) +
                                    (*missing == wanting.theirs->called
                                         ? ": the first row is taken for the names of the columns, and has to be that"
                                         : ", by " + columns_of(x, *wanting.mine, labels, *wanting.theirs)));
        remarks.push_back("no row of " + key_of(labels) + " has the name of one of the patterns: they" + remark::unsorted + "order");
        return {};
    }
    require_agreement(x, labels, best);
    const bool are_sorted = most > 0 && best.mine->names != best.theirs->names;
    if (are_sorted) remarks.push_back("the rows of " + key_of(labels) + remark::sorted + columns_of(x, *best.mine, labels, *best.theirs));
    if (are_sorted || (most > 0 && !only_counts(*best.mine))) return best;
    for (const RowNames& mine : x.rows)
        for (const RowNames& theirs : labels.rows)
            if (are_alike(mine, theirs) && mine.names != theirs.names && best.theirs != &theirs) {
                remarks.push_back(columns_of(x, mine, labels, theirs) + " have the same numbers in another order: the rows" + remark::unsorted + "own");
                return best;
            }
    if (most > 0) return best;
    for (const Array* each : {&x, &labels})
        for (const RowNames& rows : each->rows)
            if ((rows.own || (each == &labels && are_classes)) && rows.unique && !only_counts(rows)) {
                remarks.push_back("the rows of " + key_of(*each) + " have names or numbers, " + in_quotes(rows.names[0]) + " and so on, which those of " +
                                  key_of(each == &x ? labels : x) + " have not: they" + remark::unsorted + "order");
                return {};
            }
    return {};
}

Array in_order_of(const Join& join, const Array& labels) {
    if (!join.mine || join.mine->names == join.theirs->names) return labels;
    const auto at = places_of(*join.theirs);
    Array result = labels;
    const std::size_t columns = labels.size() / join.theirs->names.size();
    result.shape[0] = join.mine->names.size();
    std::visit(
        [&](auto& to) {
            const auto& from = std::get<std::decay_t<decltype(to)>>(labels.values);
            to.resize(join.mine->names.size() * columns);
            for (std::size_t i = 0; i < to.size(); ++i) to[i] = from[at.at(join.mine->names[i / columns]) * columns + i % columns];
        },
        result.values);
    return result;
}

bool name_rows_of(const Array& labels, const Array& test, const Array* train, std::vector<std::string>& remarks) {
    for (const RowNames& mine : test.rows)
        for (const RowNames& theirs : labels.rows) {
            if (evidence(mine, theirs, labels.shape.size() == 1) == 0) continue;
            if (!train) return true;
            const std::set<std::string_view> tested(mine.names.begin(), mine.names.end());
            const auto is_tested = [&](const std::string& name) { return tested.contains(name); };
            for (const RowNames& trained : train->rows) {
                if (!is_one(trained.called, mine.called)) continue;
                const auto both = std::ranges::find_if(trained.names, is_tested);
                if (both != trained.names.end())
                    remarks.push_back("the labels of " + key_of(labels) + " are not taken for the test patterns: a row of " + key_of(*train) + " is " +
                                      in_quotes(*both) + " too");
                return both == trained.names.end();
            }
        }
    return false;
}

bool names_a_column(const Array& array, const std::string& name) {
    return std::ranges::any_of(array.rows, [&](const RowNames& rows) { return is_one(rows.called, name); });
}

Array without_column(const Array& table, std::size_t column) {
    Array result = table;
    const std::size_t columns = table.shape[1];
    result.shape[1] = columns - 1;
    if (column < result.columns.size()) result.columns.erase(result.columns.begin() + std::ptrdiff_t(column));
    std::visit(
        [&](auto& to) {
            std::size_t kept = 0;
            for (std::size_t i = 0; i < to.size(); ++i)
                if (i % columns != column) std::swap(to[kept++], to[i]);
            to.resize(kept);
        },
        result.values);
    for (RowNames& each : result.rows)
        if (each.at != RowNames::nowhere && each.at > column) --each.at;
        else if (each.at == column) each.at = RowNames::nowhere;
    return result;
}

}  // namespace autoencoder
