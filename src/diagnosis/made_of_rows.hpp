// What may be made of patterns that lie in rows.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "autoencoder/matrix.hpp"

namespace autoencoder::diagnosis {

using Rows = Matrix<double>;

inline Rows turned(Rows of) {
    for (std::size_t q = 0; q < of.rows; ++q) std::ranges::reverse(of.row(q));
    return of;
}
inline Rows rolled(const Rows& of, std::size_t by) {
    Rows result(of.rows, of.cols);
    for (std::size_t q = 0; q < of.rows; ++q) std::ranges::copy(of.row((q + by) % of.rows), result.row(q).begin());
    return result;
}
inline Rows first_for_all(const Rows& of) {
    Rows result(of.rows, of.cols);
    for (std::size_t q = 0; q < of.rows; ++q) std::ranges::copy(of.row(0), result.row(q).begin());
    return result;
}
/// Each number less the mean of its column, or of its row; divided by the deviation.
inline Rows centred(const Rows& of, bool by_column, bool divided) {
    Rows result = of;
    const auto at = [&](std::size_t i, std::size_t k) -> double& { return by_column ? result(k, i) : result(i, k); };
    const std::size_t lines = by_column ? of.cols : of.rows, n = by_column ? of.rows : of.cols;
    for (std::size_t i = 0; i < lines; ++i) {
        double sum = 0, squares = 0;
        for (std::size_t k = 0; k < n; ++k) sum += at(i, k) / double(n);
        for (std::size_t k = 0; k < n; ++k) squares += std::pow(at(i, k) -= sum, 2) / double(n);
        for (std::size_t k = 0; divided && squares > 0 && k < n; ++k) at(i, k) /= std::sqrt(squares);
    }
    return result;
}

inline Rows backwards(const Rows& of) {
    Rows result(of.rows, of.cols);
    for (std::size_t q = 0; q < of.rows; ++q) std::ranges::copy(of.row(of.rows - 1 - q), result.row(q).begin());
    return result;
}
inline std::size_t side_of(const Rows& of) { return std::size_t(std::lround(std::sqrt(double(of.cols)))); }
inline bool is_square_image(const Rows& of) { return of.cols > 1 && side_of(of) * side_of(of) == of.cols; }
inline Rows image_transposed(const Rows& of) {
    Rows result(of.rows, of.cols);
    const std::size_t n = side_of(of);
    for (std::size_t q = 0; q < of.rows; ++q)
        for (std::size_t i = 0; i < of.cols; ++i) result(q, i) = of(q, i % n * n + i / n);
    return result;
}
/// The numbers one behind the other, laid down column by column, or taken so.
inline Rows scrambled(const Rows& of) {
    Rows result(of.rows, of.cols);
    for (std::size_t k = 0; k < of.values.size(); ++k) result(k % of.rows, k / of.rows) = of.values[k];
    return result;
}
inline Rows scrambled_back(const Rows& of) {
    Rows result(of.rows, of.cols);
    for (std::size_t k = 0; k < of.values.size(); ++k) result.values[k] = of(k % of.rows, k / of.rows);
    return result;
}
/// Each pattern, or each unit, by its own length, largest number or sum, or from 0 to 1.
inline Rows scaled(const Rows& of, bool by_column, const std::function<std::pair<double, double>(std::span<const double>)>& low_and_range) {
    Rows result = of;
    const std::size_t lines = by_column ? of.cols : of.rows, n = by_column ? of.rows : of.cols;
    for (std::size_t i = 0; i < lines; ++i) {
        std::vector<double> line;
        for (std::size_t k = 0; k < n; ++k) line.push_back(by_column ? of(k, i) : of(i, k));
        const std::pair<double, double> by = low_and_range(line);
        for (std::size_t k = 0; k < n; ++k)
            (by_column ? result(k, i) : result(i, k)) = (line[k] - by.first) / (by.second == 0 ? 1 : by.second);
    }
    return result;
}

}  // namespace autoencoder::diagnosis
