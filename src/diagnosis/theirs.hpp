// Somebody else's numbers: which terms they have, in which precision, and how their arrays may be
// laid out. Nothing about shapes is an error that can be understood: transposed, patterns in
// columns, unrolled, biases' gradients pattern by pattern.
#pragma once

#include <string>
#include <vector>

#include "autoencoder/conformance.hpp"
#include "diagnosis/axes.hpp"
#include "diagnosis/elsewhere.hpp"
#include "diagnosis/terms.hpp"

namespace autoencoder::diagnosis {

/// How an array's shape stands to the expected one: it has the axes in another order, is a vector, or
/// has a row or a column for each pattern where none is expected.
enum class Fit { as_expected, reordered, unrolled, by_pattern, by_pattern_in_columns, other_size };

struct Given {
    Term term;
    Sort sort = Sort::other;
    Array::Shape axes;  // that an order is one of
    Fit fit = Fit::as_expected;
    std::vector<double> values;  // as they lie in the array, the last index fastest
    Array::Shape shape;
};

/// Whether it is a bias' gradient that has still to be summed over the patterns.
bool is_unsummed(const Given& given);

/// Numbers that went through text, or into float32: so many significant digits of each, or decimals.
struct Printed {
    int digits = 0, decimals = 0;
    bool in_single = false;

    bool any() const { return digits + decimals > 0 || in_single; }
    std::string words() const;

    /// What rounding to them takes from a number.
    double off_by(double number) const;
};

struct Theirs {
    std::vector<Given> given;  // in the order of the computation
    Elsewhere elsewhere;
    bool single = false;                    // float32, or float64 that float32 holds exactly
    std::vector<std::string> remarks = {};  // which of their keys were understood as ours
    Printed printed = {};

    /// What they have of a term, or nullptr.
    const Given* find(const std::string& key) const;
};

/// Whether these numbers carry no more than float32 does. Few or round ones say nothing.
bool in_single(const std::vector<const Array*>& arrays);

/// Which keys of somebody's results of the case are read at all: those that something is known of.
Wanted wanted_of(const Case& c);

/// Throws std::runtime_error "FILE: KEY: …" for a key that is neither a term of the case nor one of
/// those that are drawn in diagnosis.hpp; for what is not numbers; and where there are none.
Theirs read_theirs(const Case& c, const Archive& archive);

}  // namespace autoencoder::diagnosis
