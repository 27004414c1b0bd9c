// What stands under a key of an archive: of the type, the shape and the range that it must have, or a
// complaint, std::runtime_error "FILE: KEY: expected …, found …".
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "autoencoder/error.hpp"
#include "autoencoder/npz.hpp"
#include "base/utf8.hpp"

namespace autoencoder {

/// What every complaint about an entry begins with: "FILE: KEY".
std::string place(const Archive& archive, std::string_view key);

/// "W3" of W and 3.
std::string numbered(std::string_view stem, std::size_t l);

/// Throws for the first key that is neither known nor begins with training_; it names the nearest
/// known one.
void refuse_unknown_keys(const Archive& archive, const std::vector<std::string>& known);

/// Where the i-th number stands: "row 2, column 1", or "element 2" of a list.
std::string row_and_column(const Array& array, std::size_t i);

/// Whether an array is of numbers and has this shape, but for extents of 1 (MATLAB's vectors are (n, 1)).
bool has_shape(const Array& array, const Array::Shape& shape);

/// The numbers of an array, which must have this shape and be finite.
std::vector<double> numbers(const Archive& archive, const std::string& key,
                            const Array::Shape& shape);

/// An array of numbers, at least one, whose shape has these extents, 0 for any; `what` names it in a
/// complaint: "numbers of shape (n_1, 5)".
const Array& shaped(const Archive& archive, const std::string& key, const Array::Shape& extents,
                    const std::string& what);

/// One number in its range; `otherwise` where there is none.
double number_or(const Archive& archive, const std::string& key, double otherwise,
                 const std::string& expected, bool (*in_range)(double));
std::size_t integer_or(const Archive& archive, const std::string& key, std::int64_t otherwise,
                       std::int64_t least);

/// The one of these choices that a text names.
template <class Choice>
Choice choice(const Archive& archive, const std::string& key, std::span<const Choice> choices) {
    const std::string text = archive.at(key).text();
    std::string expected;
    for (const Choice each : choices) {
        if (name(each) == text) return each;
        expected += (expected.empty() ? "'" : ", '") + std::string(name(each)) + "'";
    }
    fail(place(archive, key), "expected one of " + expected + ", found " + in_quotes(text));
}

}  // namespace autoencoder
