// Labels, whatever they are written as; a data set that is read as another one was: its integers, and the words of
// its labels.
#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <unordered_set>

#include "autoencoder/error.hpp"
#include "autoencoder/text.hpp"
#include "base/called.hpp"
#include "base/columns.hpp"
#include "base/fields.hpp"
#include "base/patterns.hpp"
#include "base/remarks.hpp"
#include "base/utf8.hpp"

namespace autoencoder {
namespace {

void divide_alike(Dataset& data, std::size_t divisor) {
    const auto each_number = [&](auto of) {
        for (Matrix<float>* each : {&data.x, &data.y}) std::ranges::transform(each->values, each->values.begin(), of);
        std::ranges::transform(data.as.range, data.as.range.begin(), of);
    };
    const auto is_whole = [](float each) { return each == std::floor(each); };
    if (divisor == 255 && data.as.divisor == 1 && std::ranges::all_of(data.x.values, is_whole)) {
        each_number([](float each) { return each / 255.0f; });
        remark::take_back(data.remarks, remark::small_integers);
        data.remarks.push_back("integers are divided by 255, as in the data that were trained on");
    } else if (divisor == 1 && data.as.divisor == 255) {
        each_number([](float each) { return std::round(each * 255.0f); });
        remark::take_back(data.remarks, remark::pixels);
        data.remarks.push_back("integers are not divided by 255, as in the data that were trained on");
    } else {
        return;
    }
    data.as.divisor = divisor;
}

/// Numbers of another size than those that a model was trained on may be of another unit.
void compare_sizes(Dataset& data, const Understanding& as) {
    constexpr std::size_t some = 10;  // patterns
    const std::vector<float>&now = data.as.range, &then = as.range;
    if (now.empty() || then.empty()) return;
    const auto compare = [&](const std::string& who, const std::string& those, float least, float most, float then_least, float then_most, float sizes) {
        const float size = then_most - then_least, found = most - least;
        const bool larger = most > then_most + sizes * size || least < then_least - sizes * size;
        if (size <= 0 || !(larger || (data.x.rows >= some && found < size / 50))) return false;
        data.remarks.push_back(who + rounded(least) + " to " + rounded(most) + ", " + those + rounded(then_least) + " to " + rounded(then_most));
        return true;
    };
    using std::ranges::max, std::ranges::min;
    if (compare("the patterns run from ", "those that were trained on from ", min(now), max(now), min(then), max(then), 1)) return;
    const std::size_t columns = then.size() / 2;
    if (now.size() != then.size() || columns < 2) return;
    for (std::size_t k = 0; k < columns; ++k)
        if (now[columns + k] > now[k] &&  // what is rare may be missing
            compare("column " + (as.columns.size() == columns ? in_quotes(as.columns[k]) : std::to_string(k + 1)) + " runs from ", "in the data that were trained on from ", now[k],
                    now[columns + k], then[k], then[columns + k], 3)) return;
}

bool counts(const std::vector<std::string>& names) {
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] != std::to_string(i)) return false;
    return !names.empty();
}

/// Columns of numbers without names are called 0, 1, … by pandas; where a row is missing, that was the first.
Array without_counting(const Array& labels, std::size_t N, std::vector<std::string>& remarks) {
    if (!counts(labels.columns)) return labels;
    Array result = labels;
    result.columns.clear();
    if (labels.is_text() || labels.shape[0] + 1 != N) {
        remarks.push_back("the first row of " + key_of(labels) + ", " + listed(labels.columns, ", ") +
                          ", is taken for the names of its columns");
        return result;
    }
    std::vector<double> values = labels.doubles();
    for (std::size_t i = labels.columns.size(); i-- > 0;) values.insert(values.begin(), double(i));
    result = Array({N, labels.columns.size()}, std::move(values));
    result.origin = labels.origin;
    return result;
}

/// What there is for N patterns, where it is too much or too little.
std::string found_in(const Array& labels, std::size_t N, std::size_t wide) {
    const std::size_t rows = labels.shape[0], columns = labels.size() / std::max<std::size_t>(rows, 1);
    if (columns == wide && wide > 1) return std::to_string(rows) + " patterns";
    if (rows == N) return std::to_string(columns) + " numbers for each, not one-hot";
    const bool has_name = labels.is_text() && !labels.columns.empty();
    const std::string found = std::to_string(labels.size()) + (has_name ? " below the name " + in_quotes(labels.columns[0]) : "");
    return found + (has_name && rows + 1 == N ? "; where that is a label, a first row 'label' goes before it" : "");
}

/// Labels: N of them in a row or a column, of whatever type, or one-hot; nothing where they are no classes of so
/// few patterns. Words, and numbers of which some are below 0, are numbered in their order.
std::optional<std::vector<std::int64_t>> classes_in(const Array& array, std::size_t N, std::vector<std::string>& words) {
    if (array.size() % N != 0 || (array.is_text() && array.size() != N)) return std::nullopt;
    std::vector<std::int64_t> classes;
    if (array.is_text()) {
        const std::vector<std::string> texts = array.texts();
        const std::set<std::string> all(texts.begin(), texts.end());
        words.assign(all.begin(), all.end());
        if (const auto none = std::ranges::find_if(texts, lacks_label); none != texts.end())
            fail(array.origin, "label " + std::to_string(none - texts.begin() + 1) + ": expected one, found " +
                                   in_quotes(*none) + "; a pattern that has none has to be left out first");
        for (const std::string& each : texts) classes.push_back(std::ranges::lower_bound(words, each) - words.begin());
        return classes;
    }
    const std::vector<double> values = array.doubles();
    const std::size_t wide = values.size() / N;
    if (array.size() != N && array.shape != Array::Shape{N, wide}) return std::nullopt;
    for (std::size_t q = 0; q < N; ++q) {
        const auto row = values.begin() + std::ptrdiff_t(q * wide), end = row + std::ptrdiff_t(wide);
        const auto one = wide == 1 ? row : std::find(row, end, 1.0);
        const bool hot = wide == 1 || (one != end && std::size_t(std::count(row, end, 0.0)) == wide - 1);
        if (!hot || *one != std::floor(*one) || std::abs(*one) > 1e15) return std::nullopt;
        classes.push_back(wide == 1 ? std::int64_t(*one) : std::int64_t(one - row));
    }
    if (wide > 1 && array.columns.size() == wide) words = array.columns;
    const std::set<std::int64_t> all(classes.begin(), classes.end());
    const bool are_codes = *all.rbegin() > 999 && 2 * all.size() <= N;  // 7, 1007, 2007
    if (*all.begin() >= 0 && !are_codes) return classes;
    for (const std::int64_t each : all) words.push_back(std::to_string(each));
    for (std::int64_t& each : classes) each = std::distance(all.begin(), all.find(each));
    return classes;
}

/// Labels, by their name, of zeros and ones: one in each row.
void require_one_hot(const Array& array, std::size_t N) {
    if (array.is_text() || array.shape.size() != 2 || array.shape[0] != N || !is_of_labels_alone(key_of(array))) return;
    const std::vector<double> values = array.doubles();
    if (!std::ranges::all_of(values, [](double each) { return each == 0 || each == 1; })) return;
    for (std::size_t q = 0; q < N; ++q) {
        const auto row = values.begin() + std::ptrdiff_t(q * array.shape[1]);
        if (const auto ones = std::count(row, row + std::ptrdiff_t(array.shape[1]), 1.0); ones != 1)
            fail(array.origin, "row " + std::to_string(q + 1) + ": expected one 1 among 0, as in one-hot labels, found " + std::to_string(ones));
    }
}

/// "labels are numbered in their order: class 0 is 'cat', …"
std::string class_words(const std::vector<std::string>& words) {
    constexpr std::size_t most = 12;
    std::string known;
    for (std::size_t k = 0; k < std::min(words.size(), most); ++k)
        known += (k > 0 ? ", " : "") + std::to_string(k) + " is " + in_quotes(words[k]);
    return remark::numbered + "class " + known + (words.size() > most ? ", …" : "");
}

}  // namespace

void add_labels(Dataset& data, const Array& given, std::size_t N, const Array::Shape& image) {
    std::vector<std::string> words;
    const Array array = without_counting(given, N, data.remarks);
    const auto classes = classes_in(array, N, words);
    if (classes && !data.labels.empty()) return data.remarks.push_back(key_of(array) + " is left out: there are other labels");
    if (!classes) {
        const bool same =
            !array.is_text() && array.shape.size() > 1 && array.shape[0] == N && array.size() / N == data.x.cols;
        require_one_hot(array, N);
        if (same) {  // pairs, from noisy patterns to clean ones
            Dataset targets = from_array(array, data.x.rows, image);
            read_alike(targets, data.as);
            if (targets.as.columns != data.as.columns && std::ranges::is_permutation(targets.as.columns, data.as.columns))
                fail(array.origin, "expected the columns in the order of the patterns, found another one");
            const ImageShape &own = data.image, &its = targets.image;
            const bool alike = own.maps == its.maps && own.height == its.height && own.width == its.width;
            if (!alike && (own.maps > 1 || its.maps > 1 || own.maps == its.maps))
                fail(array.origin, "expected what the patterns shall become in their shape, found " + array.description());
            data.y = std::move(targets.x);
            data.remarks.push_back(key_of(array) + " is what the patterns shall become");
            return;
        }
        if (array.size() != N && !(array.is_text() && key_of(array) == "classes"))
            fail(array.origin, "expected " + std::to_string(N) + " labels, one for each pattern, found " +
                                   found_in(array, N, data.x.cols));
        data.remarks.push_back((array.columns.size() == 1 ? "column " + in_quotes(array.columns[0]) : key_of(array)) +
                               " is left out: " + remark::no_classes);
        return;
    }
    if (!words.empty()) data.remarks.push_back(class_words(words));
    std::map<std::string, std::string> alike;
    for (const std::string& word : words)
        if (const auto [other, is_new] = alike.emplace(lower_case(word), word); !is_new)
            data.remarks.push_back("classes " + in_quotes(other->second) + " and " + in_quotes(word) + " differ in capital letters alone");
    data.as.classes = words;
    data.as.label_column = array.columns.size() == 1 ? array.columns[0] : "";
    const auto [least, most] = std::minmax_element(classes->begin(), classes->end());
    if (*most > 999 && std::size_t(*most) > N) {
        data.remarks.push_back(key_of(array) + " is left out: up to " + grouped(std::size_t(*most)) + " for " +
                               grouped(N) + " patterns, " + remark::no_classes);
        return;
    }
    std::vector<bool> has(std::size_t(*most) + 1);
    for (const std::int64_t label : *classes) has[std::size_t(label)] = true;
    const std::size_t empty = std::size_t(std::count(has.begin(), has.end(), false));
    const auto first = std::find(has.begin(), has.end(), false) - has.begin();
    if (empty > 0)
        data.remarks.push_back((empty == 1 ? "class " + std::to_string(first) + " has"
                                           : std::to_string(empty) + " classes, the first of them " +
                                                 std::to_string(first) + ", have") +
                               remark::empty_class + std::to_string(*least) + " to " + std::to_string(*most));
    data.labels.assign(classes->begin(), classes->begin() + std::ptrdiff_t(data.x.rows));
}

void add_new_classes(Understanding& as, Dataset& data) {
    if (data.as.classes.empty()) as.classes.clear();
    if (as.classes.empty()) return;
    for (const std::string& word : data.as.classes) {
        if (std::ranges::find(as.classes, word) != as.classes.end()) continue;
        data.remarks.push_back("labels " + in_quotes(word) + " are new");
        as.classes.push_back(word);
    }
}

void read_alike(Dataset& data, const Understanding& as, const std::string& way_out) {
    divide_alike(data, as.divisor);
    compare_sizes(data, as);
    if (!data.as.codes_of.empty() && !as.codes_of.empty() && data.as.codes_of != as.codes_of)
        fail(data.name, "expected codes of the model whose codes were trained on, found those of another one");
    if (as.classes.empty() || data.labels.empty() || as.classes == data.as.classes) return;
    for (std::size_t q = 0; q < data.labels.size(); ++q) {
        int& label = data.labels[q];  // a number is a word too
        const std::string word =
            data.as.classes.empty() ? std::to_string(label) : data.as.classes[std::size_t(label)];
        const auto known = std::ranges::find(as.classes, word);
        if (known == as.classes.end())
            fail(data.name, "pattern " + std::to_string(q + 1) + ": expected a label as in the data that were trained on, found " + in_quotes(word) + way_out);
        label = int(known - as.classes.begin());
    }
    for (const std::string& words : {remark::numbered, remark::empty_class}) remark::take_back(data.remarks, words);
    data.as.classes = as.classes;
}

std::size_t rows_in(const Matrix<float>& these, const Matrix<float>& those, std::size_t first) {
    const auto row = [](const Matrix<float>& of, std::size_t q) {
        return std::string_view(reinterpret_cast<const char*>(of.row(q).data()), of.cols * sizeof(float));
    };
    std::unordered_set<std::string_view> known;
    for (std::size_t q = 0; q < std::min(first, those.rows); ++q) known.insert(row(those, q));
    std::size_t found = 0;
    for (std::size_t q = 0; q < these.rows; ++q) found += known.contains(row(these, q));
    return found;
}

}  // namespace autoencoder
