// From arrays to patterns with labels, whatever people call them and however they lie.
#include "base/patterns.hpp"

#include "autoencoder/error.hpp"
#include "autoencoder/text.hpp"
#include "base/called.hpp"
#include "base/fields.hpp"
#include "base/formats.hpp"
#include "base/numbers.hpp"
#include "base/rows.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <optional>
#include <string_view>
#include <unordered_set>

namespace autoencoder {
namespace {

// How many patterns to keep of those that there are.
std::size_t kept(std::size_t count, std::size_t found, const std::string& path) {
    if (found == 0) fail(path, "expected at least one pattern, found none");
    if (count > found)
        fail(path, "expected at least " + std::to_string(count) + " patterns, found " + std::to_string(found));
    return count == 0 ? found : count;
}

/// Copies the first rows, and looks for numbers that are none; whether float32 takes digits from some that are near 0.
template <class T>
bool copy_finite(const std::vector<T>& values, Matrix<float>& x, const std::string& place) {
    bool are_small = false;
    if constexpr (std::is_integral_v<T>) {
        for (std::size_t i = 0; i < x.values.size(); ++i) x.values[i] = static_cast<float>(values[i]);
        return false;
    }
    for (std::size_t i = 0; i < x.values.size(); ++i) {
        const float rounded = static_cast<float>(values[i]);
        if (!std::isfinite(rounded))
            fail(place, "row " + std::to_string(i / x.cols) + ", column " + std::to_string(i % x.cols) +
                            ": expected a finite number that fits float32, found " + shortest(double(values[i])));
        x.values[i] = rounded;
        are_small = are_small || (values[i] != T(0) && std::abs(rounded) < std::numeric_limits<float>::min());
    }
    return are_small;
}

template <class Values>
auto least_and_most(const Values& values) {
    auto least = values[0], most = values[0];
    for (const auto each : values) {
        least = std::min(least, each);
        most = std::max(most, each);
    }
    return std::pair(least, most);
}

/// The least number of each column, and then the largest of each.
template <class Values>
auto ranges(const Values& values, std::size_t columns) {
    std::vector<std::remove_cvref_t<decltype(values[0])>> found(2 * columns, values[0]);
    for (std::size_t i = 0; i < values.size(); ++i) {
        auto &least = found[i % columns], &most = found[columns + i % columns];
        least = i < columns ? values[i] : std::min(least, values[i]);
        most = i < columns ? values[i] : std::max(most, values[i]);
    }
    return found;
}

/// Columns of numbers so close together that float32 keeps little of what tells them apart.
template <class T>
void remark_on_digits(const std::vector<T>& values, std::size_t columns, const Array& array, Dataset& data) {
    const std::vector<T> range = ranges(values, columns);
    std::vector<std::string> close;
    for (std::size_t k = 0; k < columns; ++k) {
        const double from = double(range[k]), to = double(range[columns + k]);
        if (!(to > from && to - from < 3e-4 * std::max(std::abs(from), std::abs(to)))) continue;
        bool loses = false;
        for (std::size_t i = k; i < values.size() && !loses; i += columns) loses = double(values[i]) != double(float(values[i]));
        if (loses)
            close.push_back("column " + (array.columns.size() == columns ? in_quotes(array.columns[k]) : std::to_string(k + 1)) +
                            " runs from " + shortest(from) + " to " + shortest(to));
    }
    if (!close.empty())
        data.remarks.push_back(close[0] + ", and 7 digits are kept: take off what its numbers have in common" +
                               (close.size() == 1 ? "" : "; " + std::to_string(close.size() - 1) + " more columns are like it"));
}

/// What kind of images an array holds, by its shape: (N, height, width), (N, 1 or 3, height, width), or
/// with the maps last, as TensorFlow has them. Of many maps: last where they are fewer than rows and columns, or beside
/// square images.
ImageShape image_of(const Array::Shape& shape, bool& maps_last) {
    const auto few = [](std::size_t maps) { return maps == 1 || maps == 3; };
    const auto fewest_last = [&] { return shape[2] != shape[3] && (shape[1] == shape[2] || shape[3] < std::min(shape[1], shape[2])); };
    maps_last = shape.size() == 4 && !few(shape[1]) && (few(shape[3]) || fewest_last());
    if (shape.size() == 3) return {1, shape[1], shape[2]};
    if (shape.size() != 4) return {};
    if (maps_last) return {shape[3], shape[1], shape[2]};
    return {shape[1], shape[2], shape[3]};
}

/// Numbers of any type, row by row; integers that are those of bytes divided by 255.
Matrix<float> rows_of(const Array& array, std::size_t rows, Dataset& data) {
    const std::size_t columns = array.size() / array.shape[0];
    Matrix<float> x(rows, columns);
    const auto take = [&]<class T>(const std::vector<T>& values) {
        if constexpr (!std::is_same_v<T, std::string>)
            if (copy_finite(values, x, array.origin))
                data.remarks.push_back("numbers nearer to 0 than 1.2e-38 lose digits, or become 0: they have to be multiplied by something first");
        if constexpr (std::is_arithmetic_v<T> && sizeof(T) == 8) remark_on_digits(values, columns, array, data);
        if constexpr (std::is_integral_v<T>) {
            const auto [least, most] = least_and_most(values);
            // Other types than bytes are pixels where there is an image of them, and some are bright.
            const bool table = sizeof(T) > 1 && array.shape.size() == 2 && (columns < 16 || most <= T{127});
            const bool small = table || most <= T{31}, bytes = least >= T{0} && !small && most <= T(255);
            data.as.divisor = bytes ? 255 : least >= T{0} && most <= T{1} ? 0 : 1;
            if (bytes)
                for (float& each : x.values) each /= 255;
            if (bytes) data.remarks.push_back(remark::pixels);
            else if (small && least >= T{0} && most > 1 && most <= T(255)) data.remarks.push_back(remark::small_integers + std::to_string(most) + " are no pixels, and stay as they are");
        }
    };
    std::visit(take, array.values);
    const auto [least, most] = least_and_most(x.values);
    const bool by_column = array.columns.size() == columns || (array.shape.size() == 2 && columns < 32);  // more may be an image's
    data.as.range = by_column ? ranges(x.values, columns) : std::vector{least, most};
    if (data.as.divisor == 0 && (least < -1 || most > 1)) data.as.divisor = 1;
    return x;
}

/// One-hot labels of so many patterns, a pattern in each column.
bool are_columns(const Array& labels, std::size_t N) {
    if (labels.is_text() || labels.shape.size() != 2 || labels.shape[0] < 2 || labels.shape[0] >= N || labels.shape[1] != N) return false;
    const std::vector<double> values = labels.doubles();
    return std::size_t(std::ranges::count(values, 1.0)) == N && std::size_t(std::ranges::count(values, 0.0)) == values.size() - N;
}

/// Whether patterns are counted by the last dimension, as MATLAB has them; which no other may be, by the number of
/// labels. Without them, of square images in colour, (height, width, 3, N).
bool is_counted_last(const Array& x, const std::vector<const Array*>& labels) {
    const Array::Shape& shape = x.shape;
    if (shape.size() < 2) return false;
    for (const Array* each : labels)
        if (are_labels(key_of(*each)))
            return (each->size() == shape.back() && each->size() != shape[0]) ||
                   (are_columns(*each, shape.back()) && each->shape[0] != shape[0]);
    return shape.size() == 4 && shape[0] == shape[1] && shape[2] == 3 && shape[3] > 3;
}

/// With the last dimension first.
Array with_last_first(const Array& array) {
    const std::size_t columns = array.shape.back(), rows = array.size() / std::max<std::size_t>(columns, 1);
    Array result = array;
    std::rotate(result.shape.begin(), result.shape.end() - 1, result.shape.end());
    std::visit(
        [&](auto& to) {
            const auto& from = std::get<std::decay_t<decltype(to)>>(array.values);
            for (std::size_t i = 0; i < from.size(); ++i) to[i % columns * rows + i / columns] = from[i];
        },
        result.values);
    return result;
}

/// Puts labels in the patterns' order, by the columns that tell rows apart, and takes these off the labels. The columns
/// of the patterns that are no part of them for that, the last one first.
std::vector<std::size_t> join_all(const Array& x, std::vector<Array>& labels, bool may_leave_out, std::vector<std::string>& remarks) {
    std::vector<std::size_t> left_out;
    for (Array& each : labels) {
        const Join by = join(x, each, remarks);
        if (!by.mine) continue;
        const std::size_t mine = by.mine->at, theirs = by.theirs->at;
        const bool is_learnt = mine != RowNames::nowhere && !may_leave_out;
        each = in_order_of(by, each);
        const bool are_repeated = !x.columns.empty() && std::ranges::all_of(x.columns, [&](const std::string& name) { return names_a_column(each, name); });
        if (theirs != RowNames::nowhere && !is_learnt && each.shape[1] > 1) each = without_column(each, theirs);
        if (mine != RowNames::nowhere && !is_learnt && x.shape[1] > 1 && !are_repeated) left_out.push_back(mine);
    }
    std::sort(left_out.rbegin(), left_out.rend());
    left_out.erase(std::unique(left_out.begin(), left_out.end()), left_out.end());
    for (const std::size_t column : left_out)
        remarks.push_back(remark::left_out + key_of(x) + ": the column " + (x.columns.empty() ? std::to_string(column + 1) : in_quotes(x.columns[column])) +
                          ", which tells the rows apart");
    return left_out;
}

/// Columns that may only number the patterns, and are learnt.
void remark_on_numbers(const Array& x, std::vector<std::string>& remarks) {
    constexpr std::size_t many = 8;
    for (const RowNames& rows : x.rows)
        if (rows.unique && rows.at != RowNames::nowhere && rows.names.size() >= many)
            remarks.push_back("column " + (rows.called.empty() ? std::to_string(rows.at + 1) : in_quotes(rows.called)) +
                              " has another whole number in each row, and is learnt: if it only numbers them, leave it out");
}

}  // namespace

Dataset from_array(const Array& x, std::size_t count, const Array::Shape& image) {
    const std::size_t dimensions = x.shape.size();
    if (dimensions < 2 || dimensions > 4 || x.is_text())
        fail(x.origin, "expected patterns as rows (N, n) or images (N, height, width), found " + x.description());
    Dataset data;
    Array::Shape shape = x.shape;
    if (!image.empty() && dimensions == 2) {
        shape.resize(1);
        shape.insert(shape.end(), image.begin(), image.end());
        std::size_t numbers = 1;
        for (const std::size_t side : image) numbers = times(numbers, side);
        if (numbers != x.shape[1])
            fail(x.origin, "--image: expected patterns of " + std::to_string(numbers) +
                               " numbers, found " + std::to_string(x.shape[1]) +
                               (numbers + 1 == x.shape[1] ? "; --label-column N takes one of a table's columns for labels" : ""));
    } else if (!image.empty() && !std::equal(image.begin(), image.end(), shape.begin() + 1, shape.end())) {
        data.remarks.push_back("--image is for flat patterns, not for " + x.description());
    }
    bool maps_last = false;
    data.image = image_of(shape, maps_last);
    const std::size_t rows = kept(count, x.shape[0], x.origin);
    if (x.size() == 0) fail(x.origin, "expected patterns with numbers, found " + x.description());
    data.x = rows_of(x, rows, data);
    if (x.columns.size() == data.x.cols) data.as.columns = x.columns;
    const auto [maps, height, width] = data.image;
    if (maps == 1 || maps == 3) data.height = height, data.width = width;
    if (shape.size() == 3 && shape[2] == 3 && shape[1] > 3)
        data.remarks.push_back("the first dimension counts the patterns, " + std::to_string(shape[0]) + " images of " +
                               std::to_string(height) + "×3: one image in colour is (1, " + std::to_string(shape[0]) + ", " +
                               std::to_string(shape[1]) + ", 3)");
    else if (shape.size() == 3 && shape[0] == shape[1] && shape[1] != shape[2])
        data.remarks.push_back("the first dimension counts the patterns, " + std::to_string(shape[0]) + " images of " +
                               std::to_string(height) + "×" + std::to_string(width) + ": MATLAB's stacks of images have it last");
    if (maps > 3 || maps == 2)
        data.remarks.push_back(x.description() + " is taken for " + std::to_string(maps) + " maps of " + std::to_string(height) + "×" +
                               std::to_string(width) + (maps_last ? ", the maps last; in what comes back they stand first" : ", the maps first"));
    if (maps_last && maps == 3)
        data.remarks.push_back("images in colour, (height, width, 3): here and in what comes back the three maps stand one after the other");
    if (maps_last && maps > 1) {
        std::vector<float> before(data.x.cols);
        for (std::size_t q = 0; q < rows; ++q) {
            const auto row = data.x.row(q);
            std::copy(row.begin(), row.end(), before.begin());
            for (std::size_t k = 0; k < before.size(); ++k)
                row[k] = before[k % (height * width) * maps + k / (height * width)];
        }
    }
    return data;
}

Dataset from_file(const std::string& path, Split split, std::size_t count, const ReadAs& read_as) {
    const auto named = [&](std::string_view key) { return is_named(key, split); };
    const TableAs table{read_as.label_column, TableOf::patterns, read_as.columns, are_labels, read_as.inputs};
    Archive archive = read_archive(path, named, table);
    const auto no_patterns = [](const auto& entry) { return are_labels(entry.first) || entry.first == "of_model"; };
    const bool none = std::ranges::all_of(archive.entries, no_patterns);
    if (!none || archive.unread.empty()) return from_archive(std::move(archive), split, count, read_as);
    const bool alone = std::ranges::count_if(archive.unread, are_labels) + 1 == std::ssize(archive.unread);
    const auto more = [&](std::string_view key) { return alone || named(key) || are_test(key); };
    return from_archive(read_archive(path, more, table), split, count, read_as);
}

Dataset from_archive(Archive archive, Split split, std::size_t count, const ReadAs& read_as) {
    const Choice choice = choose(archive, split);
    Array changed;
    const Array* patterns = choice.x;
    const bool counted_last = is_counted_last(*patterns, choice.labels), may_leave_out = read_as.columns.empty();
    if (counted_last) changed = with_last_first(*patterns), patterns = &changed;
    std::vector<std::string> remarks = choice.remarks;
    std::vector<Array> labels;
    for (const Array* each : choice.labels) {
        if (read_as.label_column == "none" && each->size() != patterns->size()) continue;
        labels.push_back(counted_last && are_columns(*each, patterns->shape[0]) ? with_last_first(*each) : *each);
    }
    for (const std::size_t column : join_all(*patterns, labels, may_leave_out, remarks)) {
        changed = without_column(*patterns, column), patterns = &changed;
        remark::take_back(archive.remarks, remark::repeated);
    }
    const Array& x = *patterns;
    if (may_leave_out) remark_on_numbers(x, remarks);
    Dataset data = from_array(x, count, read_as.image);
    data.remarks.insert(data.remarks.begin(), remarks.begin(), remarks.end());
    data.has_test = choice.has_test;
    if (const Array* whose = archive.find("of_model"); whose && whose->is_text()) data.as.codes_of = whose->text();
    if (counted_last)
        data.remarks.push_back(key_of(x) + (x.shape.size() == 2 ? " has a pattern in each column" : " counts its patterns by the last dimension"));
    else if (choice.labels.empty() && x.shape.size() == 2 && x.shape[0] < x.shape[1] && archive.origin.ends_with(".mat"))
        data.remarks.push_back(key_of(x) + " is read row by row: if it has a pattern in each column, transpose it first");
    for (const Array& each : labels) add_labels(data, each, x.shape[0], read_as.image);
    if (data.labels.empty()) remark::take_back(archive.remarks, remark::are_labels);
    for (const std::string& key : choice.left)
        data.remarks.push_back(in_quotes(key) + remark::unread + (are_patterns(key) ? ": " + choice.key + " is" : ""));
    data.remarks.insert(data.remarks.end(), archive.remarks.begin(), archive.remarks.end());
    const auto says_order = [](const std::string& each) { return remark::has(each, remark::sorted) || remark::has(each, remark::unsorted); };
    const bool is_said = std::ranges::any_of(remarks, says_order);
    for (const std::string& what : archive.left_out)
        data.remarks.push_back(remark::left_out + what + (is_said || labels.empty() || !what.starts_with(remark::all_columns) ? "" : "; its rows are those of the patterns, in their order"));
    return data;
}

}  // namespace autoencoder
