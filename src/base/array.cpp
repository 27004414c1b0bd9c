// Arrays of any shape and archives of them: making them, and reading them as what is wanted.
#include "autoencoder/npz.hpp"

#include "autoencoder/error.hpp"
#include "autoencoder/text.hpp"
#include "base/numbers.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

namespace autoencoder {
namespace {

[[noreturn]] void refuse(const Array& array, const std::string& expected) {
    fail(array.origin.empty() ? "array" : array.origin,
         "expected " + expected + ", found " + array.description());
}

// A new Array's values, once it is known that they fill the shape.
template <class T>
std::vector<T> checked(const Array::Shape& shape, std::vector<T> values) {
    require(count_of(shape) == values.size(), [&] {
        return "an array of shape " + shape_text(shape) + " cannot have " +
               std::to_string(values.size()) + " values";
    });
    return values;
}

template <class T, class From>
std::vector<T> copy(std::span<const From> values) {
    return std::vector<T>(values.begin(), values.end());
}

template <class T>
std::vector<T> packed(View<const T> matrix) {
    std::vector<T> values;
    values.reserve(matrix.rows * matrix.cols);
    for (std::size_t i = 0; i < matrix.rows; ++i) {
        const auto row = matrix.row(i);
        values.insert(values.end(), row.begin(), row.end());
    }
    return values;
}

// Hands every number, rounded to T, to `put`, in order.
template <class T, class Put>
void for_each_number(const Array& array, Put put) {
    const auto visit = [&](const auto& values) {
        using From = typename std::decay_t<decltype(values)>::value_type;
        if constexpr (std::is_same_v<From, std::string>) {
            refuse(array, "numbers");
        } else {
            for (const From value : values) {
                const T rounded = static_cast<T>(value);
                if constexpr (sizeof(From) > sizeof(T) && std::is_floating_point_v<From>) {
                    // Infinity stays what it is, but no number may become infinite.
                    if (std::isinf(rounded) && !std::isinf(value)) {
                        refuse(array, "numbers that fit float32");
                    }
                }
                put(rounded);
            }
        }
    };
    std::visit(visit, array.values);
}

template <class T>
std::vector<T> numbers(const Array& array) {
    std::vector<T> result;
    result.reserve(array.size());
    for_each_number<T>(array, [&](T value) { result.push_back(value); });
    return result;
}

void expect_one(const Array& array, const std::string& expected) {
    if (array.size() != 1) refuse(array, expected);
}

}  // namespace

Array::Array(Shape shape_, std::vector<float> values_)
    : shape(std::move(shape_)), values(checked(shape, std::move(values_))) {}
Array::Array(Shape shape_, std::vector<double> values_)
    : shape(std::move(shape_)), values(checked(shape, std::move(values_))) {}
Array::Array(Shape shape_, std::vector<std::int64_t> values_)
    : shape(std::move(shape_)), values(checked(shape, std::move(values_))) {}
Array::Array(Shape shape_, std::vector<std::uint8_t> values_)
    : shape(std::move(shape_)), values(checked(shape, std::move(values_))) {}
Array::Array(Shape shape_, std::span<const float> values_)
    : Array(std::move(shape_), copy<float>(values_)) {}
Array::Array(Shape shape_, std::span<const double> values_)
    : Array(std::move(shape_), copy<double>(values_)) {}
Array::Array(Shape shape_, std::span<const int> values_)
    : Array(std::move(shape_), copy<std::int64_t>(values_)) {}
Array::Array(View<const float> matrix) : Array({matrix.rows, matrix.cols}, packed(matrix)) {}
Array::Array(View<const double> matrix) : Array({matrix.rows, matrix.cols}, packed(matrix)) {}
Array::Array(double number) : Array(Shape{}, std::vector<double>{number}) {}
Array::Array(std::string text) : shape(), values(std::vector<std::string>{std::move(text)}) {}
Array::Array(std::vector<std::string> texts) : shape{texts.size()}, values(std::move(texts)) {}

std::size_t Array::size() const {
    return std::visit([](const auto& v) { return v.size(); }, values);
}

std::string Array::description() const {
    constexpr const char* names[] = {"float32", "float64", "integers", "uint8", "text"};
    return std::string(names[values.index()]) + " " + shape_text(shape);
}

std::vector<double> Array::doubles() const { return numbers<double>(*this); }
std::vector<float> Array::floats() const { return numbers<float>(*this); }

std::vector<std::int64_t> Array::integers() const {
    if (is_integer()) return numbers<std::int64_t>(*this);
    if (!is_real()) refuse(*this, "integers");
    std::vector<std::int64_t> whole;
    for (const double value : doubles()) {
        if (value != std::floor(value) || std::abs(value) > 0x1p53) refuse(*this, "integers");
        whole.push_back(static_cast<std::int64_t>(value));
    }
    return whole;
}

std::vector<std::string> Array::texts() const {
    if (!is_text()) refuse(*this, "text");
    return std::get<std::vector<std::string>>(values);
}

double Array::number() const {
    expect_one(*this, "a number");
    return doubles().front();
}

std::int64_t Array::integer() const {
    expect_one(*this, "an integer");
    if (is_real() && number() != std::floor(number())) refuse(*this, "an integer");
    return integers().front();
}

std::string Array::text() const {
    expect_one(*this, "a text");
    return texts().front();
}

template <class T>
Matrix<T> Array::matrix() const {
    if (shape.size() != 2) refuse(*this, "a matrix");
    Matrix<T> result(shape[0], shape[1]);
    require(result.values.size() == size(), "an array's shape and values do not agree");
    T* to = result.data();
    for_each_number<T>(*this, [&to](T value) { *to++ = value; });
    return result;
}

template Matrix<float> Array::matrix<float>() const;
template Matrix<double> Array::matrix<double>() const;

void Archive::add(std::string name, Array array) {
    require(find(name) == nullptr,
            [&] { return "the archive has " + in_quotes(name) + " already"; });
    entries.emplace_back(std::move(name), std::move(array));
}

const Array* Archive::find(std::string_view name) const {
    const auto found = std::find_if(entries.begin(), entries.end(),
                                    [name](const auto& entry) { return entry.first == name; });
    return found == entries.end() ? nullptr : &found->second;
}

const Array& Archive::at(std::string_view name) const {
    if (const Array* array = find(name)) return *array;
    fail(origin.empty() ? "archive" : origin,
         "expected the key " + in_quotes(name) + ", found none");
}

std::optional<std::size_t> count_of(const Array::Shape& shape) {
    std::size_t count = 1;
    bool empty = false;
    for (std::size_t size : shape) {
        if (size == 0) {
            empty = true;  // the other sizes must fit all the same
        } else if (count > std::numeric_limits<std::size_t>::max() / size) {
            return std::nullopt;
        } else {
            count *= size;
        }
    }
    return empty ? 0 : count;
}

std::string shape_text(const Array::Shape& shape) {
    std::vector<std::string> extents;
    for (const std::size_t extent : shape) extents.push_back(std::to_string(extent));
    return "(" + listed(extents, ", ") + (shape.size() == 1 ? ",)" : ")");
}

}  // namespace autoencoder
