// Functions that stand for the lecture's, a row each: f with f', and J^q of a pattern with −∂J/∂ŷ. A row serves
// the cost and the gradient.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "diagnosis/rules.hpp"

namespace autoencoder::diagnosis {

struct Curve {
    std::string words;  // "softplus"
    std::function<double(double)> f, slope;
};
std::span<const Curve> curves();
/// The row of a shape; nullptr: it is one of those that a network may have.
inline const Curve* curve_of(Shape shape) {
    return shape < Shape::first_curve ? nullptr : &curves()[std::size_t(shape) - std::size_t(Shape::first_curve)];
}
inline Shape shape_of(std::size_t row) { return Shape(row + std::size_t(Shape::first_curve)); }

/// What is taken for f', of s and h.
struct Taken {
    std::string words;  // "h"
    std::function<double(double, double)> of;
};
std::span<const Taken> taken_slopes();
inline const Taken* taken_for(Slope slope) {
    return slope < Slope::first_taken ? nullptr : &taken_slopes()[std::size_t(slope) - std::size_t(Slope::first_taken)];
}
inline Slope slope_in(std::size_t row) { return Slope(row + std::size_t(Slope::first_taken)); }

/// What log σ² is of the second head of a gaussian layer.
std::span<const Curve> heads();
inline const Curve* head_in(Head head) {
    return head < Head::first_row ? nullptr : &heads()[std::size_t(head) - std::size_t(Head::first_row)];
}

/// What stands for the divergence of a latent unit, of μ, v = log σ² and ε, and its slopes; without `of` in the
/// gradient alone.
struct CodeRow {
    std::string words;
    std::function<double(double, double, double)> of, by_mean, by_log;
};
std::span<const CodeRow> codes();

/// What μ is of the first head.
std::span<const Curve> means();
/// What stands for z = μ + σ ⊙ ε, with its slopes by μ and log σ².
struct SampleRow {
    std::string words;
    std::function<double(double, double, double)> z, by_mean, by_log;
};
std::span<const SampleRow> samples();
/// What is taken for ∂z/∂log σ², of log σ² and ε.
struct SlopeRow {
    std::string words;
    std::function<double(double, double)> of;
};
std::span<const SlopeRow> sample_slopes();

/// What stands for KL(ρ̄‖ρ), of ρ and ρ̄, and its slope by ρ.
struct SparseRow {
    std::string words;
    std::function<double(double, double)> of, slope;
};
std::span<const SparseRow> sparse_rows();
inline const SparseRow* sparse_row(Penalty form) {
    return form < Penalty::first_row ? nullptr : &sparse_rows()[std::size_t(form) - std::size_t(Penalty::first_row)];
}

using Row = std::span<const double>;
enum class Output { any, units, positive, share, classes, scores };  // what ŷ has to be for it; scores: s of classes
struct ErrorRow {
    std::string words;  // "the Huber loss"
    Output of = Output::any;
    std::function<double(Row y, Row found, std::span<double> e)> J = {};  // e: −∂J/∂ŷ
    double least_error = 0;  // below that it is a plainer one
};
std::span<const ErrorRow> losses();
inline const ErrorRow* loss_of(Error error) {
    return error < Error::first_loss ? nullptr : &losses()[std::size_t(error) - std::size_t(Error::first_loss)];
}
inline Error error_in(std::size_t row) { return Error(row + std::size_t(Error::first_loss)); }

}  // namespace autoencoder::diagnosis
