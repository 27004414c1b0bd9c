#include "exchange/values.hpp"

#include <cmath>

#include "autoencoder/error.hpp"
#include "autoencoder/report.hpp"
#include "exchange/keys.hpp"
#include "base/npy.hpp"

namespace autoencoder {

std::string numbered(const char* stem, std::size_t l) { return stem + std::to_string(l); }

std::string row_and_column(const Array& array, std::size_t i) {
    if (array.shape.size() < 2) return "element " + std::to_string(i);
    return "row " + std::to_string(i / array.shape[1]) + ", column " +
           std::to_string(i % array.shape[1]);
}

std::vector<double> numbers(const Archive& archive, const std::string& key,
                            const Array::Shape& shape) {
    const Array& array = archive.at(key);
    if (array.is_text() || array.shape != shape) {
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

std::size_t rows_of(const Archive& archive, const std::string& key, std::size_t cols,
                    const std::string& what) {
    const Array& array = archive.at(key);
    if (!array.is_text() && array.shape.size() == 2 && array.shape[0] > 0 && array.shape[1] == cols)
        return array.shape[0];
    fail(place(archive, key),
         "expected numbers of shape " + what + ", found " + array.description());
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

}  // namespace autoencoder
