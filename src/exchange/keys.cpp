#include "exchange/keys.hpp"

#include <algorithm>
#include <cmath>

#include "autoencoder/text.hpp"
#include "base/nearest.hpp"
#include "base/numbers.hpp"

namespace autoencoder {
namespace {

std::string file_of(const Archive& archive) {
    return archive.origin.empty() ? "archive" : archive.origin;
}

}  // namespace

std::string place(const Archive& archive, std::string_view key) {
    return file_of(archive) + ": " + std::string(key);
}

std::string numbered(std::string_view stem, std::size_t l) {
    return std::string(stem) + std::to_string(l);
}

void refuse_unknown_keys(const Archive& archive, const std::vector<std::string>& known) {
    const auto refuse = [&](const std::string& key, const std::string& found) {
        fail(file_of(archive), "unknown key " + in_quotes(key) + ": expected " +
                                   near_words("a key of a case", key, known) + found);
    };
    for (const auto& [key, array] : archive.entries) {
        if (key.starts_with("training_")) continue;
        if (std::find(known.begin(), known.end(), key) != known.end()) continue;
        refuse(key, ", found " + array.description());
    }
    for (const std::string& key : archive.unread) refuse(key, "");
}

bool has_shape(const Array& array, const Array::Shape& shape) {
    const auto without_ones = [](Array::Shape extents) {
        std::erase(extents, std::size_t{1});
        return extents;
    };
    return !array.is_text() &&
           (array.shape == shape || without_ones(array.shape) == without_ones(shape));
}

std::string row_and_column(const Array& array, std::size_t i) {
    if (array.shape.size() < 2) return "element " + std::to_string(i);
    return "row " + std::to_string(i / array.shape[1]) + ", column " +
           std::to_string(i % array.shape[1]);
}

std::vector<double> numbers(const Archive& archive, const std::string& key,
                            const Array::Shape& shape) {
    const Array& array = archive.at(key);
    if (!has_shape(array, shape)) {
        fail(place(archive, key),
             "expected numbers of shape " + shape_text(shape) + ", found " + array.description());
    }
    std::vector<double> values = array.doubles();
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (std::isfinite(values[i])) continue;
        fail(place(archive, key), row_and_column(array, i) + ": expected a finite number, found " +
                                      shortest(values[i]));
    }
    return values;
}

const Array& shaped(const Archive& archive, const std::string& key, const Array::Shape& extents,
                    const std::string& what) {
    const Array& array = archive.at(key);
    const auto fits = [](std::size_t wanted, std::size_t n) { return wanted == 0 || wanted == n; };
    if (!array.is_text() && array.size() > 0 &&
        std::equal(extents.begin(), extents.end(), array.shape.begin(), array.shape.end(), fits))
        return array;
    fail(place(archive, key), what + ", found " + array.description());
}

double number_or(const Archive& archive, const std::string& key, double otherwise,
                 const std::string& expected, bool (*in_range)(double)) {
    const Array* array = archive.find(key);
    if (!array) return otherwise;
    const double value = array->number();
    if (!in_range(value))
        fail(place(archive, key), "expected " + expected + ", found " + shortest(value));
    return value;
}

std::size_t integer_or(const Archive& archive, const std::string& key, std::int64_t otherwise,
                       std::int64_t least) {
    const Array* array = archive.find(key);
    const std::int64_t value = array ? array->integer() : otherwise;
    if (value < least || value > 1'000'000)
        fail(place(archive, key), "expected an integer from " + std::to_string(least) +
                                      " to 1000000, found " + std::to_string(value));
    return std::size_t(value);
}

}  // namespace autoencoder
