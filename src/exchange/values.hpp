// What stands under a key: of the shape and in the range that it must have, or a complaint that says
// "FILE: KEY: expected …, found …", std::runtime_error.
#pragma once

#include <string>
#include <vector>

#include "autoencoder/npz.hpp"

namespace autoencoder {

/// "W3" of W and 3.
std::string numbered(const char* stem, std::size_t l);

/// Where the i-th number stands: "row 2, column 1", or "element 2" of a list.
std::string row_and_column(const Array& array, std::size_t i);

/// The numbers of an array, which must have this shape and be finite.
std::vector<double> numbers(const Archive& archive, const std::string& key,
                            const Array::Shape& shape);

/// The rows of a matrix of `cols` columns, at least one; `what` names them: "(n_1, 5)".
std::size_t rows_of(const Archive& archive, const std::string& key, std::size_t cols,
                    const std::string& what);

/// One number in its range; `otherwise` where there is none.
double number_or(const Archive& archive, const std::string& key, double otherwise,
                 const std::string& expected, bool (*in_range)(double));

}  // namespace autoencoder
