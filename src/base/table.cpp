// Numbers in rows of text: .csv and its like.
//
//     label, pixel1, pixel2          names of the columns, or none; R's rows have one field more, the row's name
//     # a line of words              begins with # or %, and has not as many fields as a row; or is Excel's sep=;
//     # a, b, c                      the names of the columns, as NumPy writes them: as many as a row has
//     5, 0.1, 1e-3                   between commas; or semicolons, tabs, bars or spaces
//     5; 0,1; 1e-3                   a comma that does not part fields is a decimal one
//     "a, ""b""", 1                  a field in quotes may have commas, and quotes if they are doubled
//     cat                            one column of words: labels alone
#include "autoencoder/error.hpp"
#include "autoencoder/memory.hpp"
#include "autoencoder/text.hpp"
#include "base/called.hpp"
#include "base/columns.hpp"
#include "base/formats.hpp"
#include "base/rows.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <set>

namespace autoencoder {
namespace {

/// A table while its rows are read.
class Table {
public:
    Table(const std::string& key, const std::string& place, const TableAs& as, char between)
        : key_(key), as_(as), between_(between), comma_(between == ',' ? nullptr : &has_commas_),
          archive_{{}, place} {}

    std::size_t columns() const { return columns_; }  // 0: it has not begun

    /// What the columns are, by the first row and the one after it; whether the first one names them. `text`: the rest.
    bool begin(Fields first, Fields second, std::string_view text) {
        columns_ = first.size();
        if (is_patterns()) columns_ = std::min(columns_, std::max(filled(first), filled(second)));
        reserve(text);
        rest_ = text;
        first_word_ = word_in(first[0]);
        names_ = names_in(first.first(columns_), second, as_, comma_, archive_.remarks, names_label(first, second, text, as_));
        for (const std::string& name : names_) require_utf8(name, "a name of a column");
        if (as_.inputs > 0 && !has_noted(names_, columns_, as_)) as_.label_column.clear();
        label_ = chosen_column(names_, columns_, as_, archive_.origin);
        const Fields row = names_.empty() ? first : second;
        const bool is_labels = as_.of == TableOf::folder_labels;
        keys_ = RowColumns(names_, row.first(std::min(columns_, row.size())), text, label_, between_, as_);
        if (columns_ == 1 && is_patterns() && (is_word(row[0], comma_) || (is_labels && !names_.empty() && is_usual(names_[0])))) label_ = 0;
        if (is_labels && columns_ == 2 && !has_labels() && row.size() > 1) {
            const auto tells = [&](std::size_t column) { return tells_apart(column, names_.empty() ? first : Fields(), text, between_); };
            if (keys_.is_own(0) || tells(0)) label_ = 1;
            else if (keys_.is_own(1) || tells(1)) label_ = 0;
        }
        if (has_labels()) keys_ = RowColumns(names_, row.first(std::min(columns_, row.size())), text, label_, between_, as_);
        if (label_ < names_.size() && columns_ > 1 && !as_.columns.empty() && has_all(as_.columns, {names_[label_]})) {
            if (!as_.label_column.empty())
                fail(archive_.origin, "--label-column: " + in_quotes(names_[label_]) + " is among the patterns that were trained on");
            label_ = columns_;
        }
        if (has_labels() && (columns_ == 1 || is_labels)) {
            if (columns_ > 2 && !is_of_labels_alone(key_))
                fail(archive_.origin, "expected labels or patterns, found both: the column " + label_column() +
                                          " or the others have to be left out");
            places_.assign(columns_, nowhere);
            if (columns_ > 1) archive_.left_out.push_back(remark::all_columns + key_ + " but " + label_column());
        } else {
            const bool are_wanted = !is_labels || has_all(names_, as_.columns);
            places_ = places_of(names_, columns_, label_, are_wanted ? as_.columns : std::vector<std::string>(), archive_);
            width_ = std::size_t(std::ranges::count_if(places_, [](std::size_t to) { return to != nowhere; }));
            for (std::size_t i = 0; has_labels() && is_patterns() && i < names_.size(); ++i)
                if (i != label_ && is_usual(names_[i]) && places_[i] != nowhere && as_.columns.empty())
                    archive_.remarks.push_back("column " + in_quotes(names_[i]) + " is learnt like the others, and called as labels are");
            if (has_labels() && label_ < names_.size() && number_in(as_.label_column) && names_[label_] != as_.label_column)
                archive_.remarks.push_back("column " + label_column() + ", number " + as_.label_column + " from the left, is taken for labels");
            if (has_labels() && as_.label_column.empty())
                archive_.remarks.push_back("column " + label_column() +
                                           remark::are_labels + "--label-column none for numbers");
        }
        signs_.resize(width_);
        return !names_.empty();
    }

    void add(Fields fields, const std::string& line) {
        if (fields.size() < columns_ || (is_patterns() ? filled(fields) : fields.size()) > columns_)
            fail(archive_.origin, line + ": expected " + std::to_string(columns_) +
                                      (columns_ == 1 ? " number" : " numbers") + ", as in the first row, found " +
                                      std::to_string(fields.size()) +
                                      (columns_ == 1 && as_.of == TableOf::folder_labels ? several_words
                                       : rows_ == 0 && is_patterns() && !names_.empty()
                                           ? "; a first row has to name every column, and no title may stand above it"
                                           : ""));
        keys_.add(fields, comma_);
        values_.resize(++rows_ * width_);
        for (std::size_t i = 0; i < columns_; ++i) {
            if (i == label_) {
                add_label(fields[i], line);
            } else if (places_[i] != nowhere) {
                std::optional<double> value = value_in(fields[i], comma_);
                if (!value && is_word(fields[i], comma_) && keys_.may_have_words(i)) value = 0;  // no part of a pattern
                else if (comma_) signs_[places_[i]].see(fields[i]);
                if (!value || (is_patterns() && !std::isfinite(*value))) refuse(fields[i], i, line);
                values_[(rows_ - 1) * width_ + places_[i]] = *value;
            }
        }
    }

    Archive end() {
        if (rows_ == 0) fail(archive_.origin, "expected rows of numbers, found none");
        remark_on_signs(signs_, has_commas_, is_patterns(), archive_);
        if (is_patterns() && as_.columns.empty()) remark_on_doubled_names();
        leave_out_keys();
        const std::string label_name = width_ == 0 ? name_of_labels_alone() : label_ < names_.size() ? names_[label_] : "";
        std::vector<std::string> names(names_.empty() ? 0 : width_);
        for (std::size_t i = 0; i < names_.size(); ++i)
            if (places_[i] != nowhere) names[places_[i]] = names_[i];
        if (!names.empty() && has_all(names_, as_.columns) && width_ == as_.columns.size()) names = as_.columns;
        if (width_ > 0) {
            Array table({rows_, width_}, std::move(values_));
            const bool are_classes = as_.of == TableOf::folder_labels;  // each another one
            if (!are_classes || std::set<std::string>(names.begin(), names.end()).size() == width_) table.columns = std::move(names);
            archive_.add(key_, std::move(table));
        }
        const bool has_words = !word_.empty(), has_labels = !labels_.empty();
        if (!numbers_.empty() && has_words)
            archive_.remarks.push_back(word_ + " is a word, " + std::to_string(numbers_.size()) + " of " +
                                       std::to_string(rows_) + " are numbers: all are taken for words");
        if (has_labels) {
            Array column = has_words ? Array(std::move(labels_)) : Array({rows_}, std::move(numbers_));
            if (!label_name.empty()) column.columns = {label_name};
            const bool of_test = as_.of == TableOf::folder_patterns && key_.find("test") != key_.npos;
            archive_.add(width_ == 0 ? key_ : of_test ? "labels_test" : "labels", std::move(column));
        }
        for (auto& [name, array] : archive_.entries) {
            array.origin = archive_.origin + (has_labels ? ": " + name : "");
            const bool are_beside = width_ > 0 && array.shape.size() != 2;  // labels of the same rows
            for (const RowColumns::Column& each : are_beside ? std::vector<RowColumns::Column>() : keys_.columns) {
                array.rows.push_back(each.rows);
                if (array.shape.size() == 2) array.rows.back().at = places_[each.at];
            }
        }
        return std::move(archive_);
    }

private:
    static constexpr const char* several_words = "; a label of several words has to be in quotes";

    bool is_patterns() const { return as_.of != TableOf::numbers; }
    bool has_labels() const { return label_ < columns_; }

    std::string label_column() const { return in_quotes(names_.empty() ? std::to_string(label_ + 1) : names_[label_]); }

    /// Room for the numbers of all rows, as far as there can be any in the text.
    void reserve(std::string_view text) {
        const auto more = std::size_t(std::max(std::ranges::count(text, '\n'), std::ranges::count(text, '\r')));
        const std::size_t most = std::min(times(columns_, plus(more, 2)), plus(columns_, text.size() / 2 + 1));
        require_memory(times(most, sizeof(double)), archive_.origin);
        values_.reserve(most);
    }

    void add_label(std::string_view field, const std::string& line) {
        if (lacks_label(field))
            fail(archive_.origin, line + ": expected a label, found " + (field.empty() ? "none" : in_quotes(field)) +
                                      "; a row that has none has to be left out, with its pattern, first" +
                                      (as_.inputs > 0 ? ", or --label-column none reads no labels" : ""));
        labels_.push_back(word_in(field));
        require_utf8(labels_.back(), line + ": a label");
        if (const std::optional<double> value = number_in(field, comma_)) numbers_.push_back(*value);
        else if (word_.empty()) word_ = line + ": the label " + in_quotes(labels_.back());
    }

    [[noreturn]] void refuse(std::string_view field, std::size_t column, const std::string& line) const {
        const std::string found = field.empty() ? "none" : in_quotes(field), number = std::to_string(column + 1);
        fail(archive_.origin, line + ", column " + number + (names_.empty() ? "" : " " + in_quotes(names_[column])) +
                                  ": expected a number, found " + found +
                                  (is_patterns() ? way_out(field, number) : ""));
    }

    /// What helps where a field of patterns is no number.
    std::string way_out(std::string_view field, const std::string& column) const {
        if (const auto number = number_in(field, comma_); number && std::isinf(*number)) return "; it is beyond the numbers of float64";
        if (!is_word(field, comma_)) return "; what is missing has to be filled in, or its row left out, first";
        const auto first = static_cast<unsigned char>(field[0]);
        const bool has_date = std::isdigit(first) && (std::ranges::count_if(field, [](char c) { return c == '-' || c == '/'; }) > 1 ||
                                                       (std::ranges::count(field, '.') == 2 && !is_like_number(field)));
        if (between_ == ' ' && std::ranges::count(field, ':') == 1) return "; these are LIBSVM's pairs of a column and its number: each pattern needs all its numbers";
        if (has_date || field.find(':') != field.npos) return "; a date is no number: its column has to be left out of the file, or made one";
        const bool is_sign = field.starts_with("\u2212") || field.starts_with("\u00a0");  // a minus, a blank
        if (is_sign || (first < 128 && !std::isalpha(first) && first != '_'))
            return "; a number has digits, a point before its decimals, and no other signs: nothing parts thousands, no unit follows";
        if (as_.of == TableOf::folder_labels)
            return between_ == ' ' ? several_words : "; a first row has to call one of the columns 'label', or --label-column name it";
        Lines rows{rest_};
        const bool more = rows.next_of_numbers() && (names_.empty() || rows.next_of_numbers());
        if (rows_ > 1 || (more && !is_word_in(rows.line, column)))
            return "; what is no pattern has to be left out";
        const std::string leave = std::string("a column of words has to be left out of the file") +
                                  (as_.keys.empty() ? "" : ", or, where it names the rows, be called as in the labels");
        if (has_labels() || as_.label_column == "none" || !as_.keys.empty()) return "; " + leave;
        return "; --label-column " + column + " takes words for labels, any other " + leave.substr(2);
    }

    bool is_word_in(std::string_view line, const std::string& column) const {
        const std::vector<std::string_view> fields = fields_of(line, between_);
        const std::size_t i = std::size_t(number_in(column).value_or(1)) - 1;
        return i < fields.size() && is_word(fields[i], comma_);
    }

    void require_utf8(const std::string& word, const std::string& what) const {
        if (!code_points(word)) fail(archive_.origin, what + ": expected text in UTF-8, found " + in_quotes(word) + "; save it as UTF-8");
    }

    void remark_on_doubled_names() {
        std::set<std::string_view> seen;
        for (const std::string& name : names_)
            if (!seen.insert(name).second)
                return archive_.remarks.push_back("columns of one name, as " + in_quotes(name) + ", are told apart by their order");
    }

    /// Of labels without patterns: what may be their name, or the first of them. It is one where another one is alike.
    std::string name_of_labels_alone() {
        if (names_.empty() || columns_ > 1 || is_usual(names_[0])) return "";
        if (std::ranges::find(labels_, first_word_) == labels_.end()) return first_word_;
        labels_.insert(labels_.begin(), first_word_);
        ++rows_;
        return "";
    }

    /// What numbers or names the rows is no part of a pattern, unless a model has learnt it.
    void leave_out_keys() {
        for (const RowColumns::Column& key : keys_.columns) {
            const bool is_first = key.at == 0, is_learnt = !as_.columns.empty() && !names_.empty() && has_all(as_.columns, {names_[key.at]});
            if (!key.rows.unique && key.rows.own)
                archive_.remarks.push_back(key_ + ": its " + (is_first ? "first column, " : "column ") + in_quotes(key.rows.called) + (is_first ? ", has" : " has") + " one name or number" +
                                           (places_[key.at] == nowhere || key.has_words ? " several times" : remark::repeated));
            if (places_[key.at] == nowhere || width_ < 2 || is_learnt || !(key.has_words || (key.rows.own && key.rows.unique))) continue;
            take_out(places_[key.at]);
            const std::size_t at = std::exchange(places_[key.at], nowhere);
            for (std::size_t& each : places_) each -= each != nowhere && each > at;
            archive_.left_out.push_back(key_ + ": " + (is_first ? "the first column" : "the column") + (key.rows.called.empty() ? "" : (is_first ? ", " : " ") + in_quotes(key.rows.called)) +
                                        (!key.has_words ? ", which numbers the rows" : key.rows.unique ? ", which names the rows" : ", which has words"));
        }
    }

    void take_out(std::size_t at) {
        for (std::size_t q = 0, to = 0; q < rows_; ++q)
            for (std::size_t i = 0; i < width_; ++i)
                if (i != at) values_[to++] = values_[q * width_ + i];
        values_.resize(rows_ * --width_);
    }

    const std::string& key_;
    TableAs as_;
    const char between_;
    std::string_view rest_;  // of the file, behind its first row
    bool has_commas_ = false, *const comma_;
    std::vector<Signs> signs_;  // of each column that is a number of a pattern
    Archive archive_;
    std::vector<std::string> names_;
    std::size_t rows_ = 0, columns_ = 0, label_ = 0, width_ = 0;  // width: of a row of values
    std::vector<std::size_t> places_;                             // of the columns, in a row of values
    std::vector<double> values_, numbers_;                        // numbers: those of the labels
    RowColumns keys_;                                             // columns that tell the rows apart
    std::vector<std::string> labels_;
    std::string word_, first_word_;  // the first label that is one; what the file begins with
};

}  // namespace

Archive decode_table(ByteView file, const std::string& key, const std::string& place, const TableAs& as) {
    std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    if (text.starts_with('{') || text.starts_with('[')) fail(place, "expected rows of numbers, found JSON");
    if (text.starts_with("%%MatrixMarket")) fail(place, "expected rows of numbers, found Matrix Market: a table has all its numbers, 0 too");
    if (text.starts_with('@')) fail(place, "expected rows of numbers, found ARFF: all down to @data has to be left out");
    const std::size_t last = text.find_last_not_of("\r\n,;\t "), end = last == text.npos ? last : text.find_first_of("\r\n", last);
    text = text.substr(0, end);  // without the rows of nothing that Excel writes
    Lines each{text};
    const char between = separator_of(each);
    Table table(key, place, as, between);
    std::vector<std::string_view> second;
    while (each.next()) {
        if (each.is_open && !each.is_comment()) fail(place, "line " + std::to_string(each.number) + ": expected the end of what is in quotes behind a field, found none");
        std::vector<std::string_view> fields = fields_of(each.line, between);
        Lines next = each;
        if (table.columns() == 0) {
            second = next.next_of_numbers() ? fields_of(next.line, between) : fields;
            if (each.is_comment()) fields = row_behind_sign(each.line, between, second);
            else if (lacks_name_of_rows(fields, second, next.line)) fields.insert(fields.begin(), "");
            if (fields.empty() || table.begin(fields, second, each.text)) continue;
        } else if (each.is_comment() && !is_row_with_sign(fields, second)) {
            continue;
        }
        table.add(fields, "line " + std::to_string(each.number));
    }
    return table.end();
}

}  // namespace autoencoder
