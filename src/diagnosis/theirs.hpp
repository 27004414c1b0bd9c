// Somebody else's numbers: which terms they have, in which precision, and how their arrays may be
// laid out. Nothing about shapes is an error that can be understood: transposed, patterns in
// columns, unrolled, biases' gradients pattern by pattern.
#pragma once

#include <string>
#include <vector>

#include "autoencoder/conformance.hpp"
#include "diagnosis/elsewhere.hpp"
#include "diagnosis/terms.hpp"

namespace autoencoder::diagnosis {

/// How an array's shape stands to the expected one.
enum class Fit { as_expected, reversed, unrolled, by_pattern, by_pattern_in_columns, other_size };

struct Given {
    Term term;
    Fit fit = Fit::as_expected;
    std::vector<double> values;  // as they lie in the array, the last index fastest
    std::string shape, expected;
};

struct Theirs {
    std::vector<Given> given;  // in the order of the computation
    Elsewhere elsewhere;
    bool single = false;  // float32, or float64 that float32 holds exactly

    const Given* find(const Term& term) const;
};

/// Whether these numbers carry no more than float32 does. Few or round ones say nothing.
bool in_single(const std::vector<const Array*>& arrays);

/// Throws std::runtime_error "FILE: KEY: …" for a key that is neither a term of the case nor one of
/// those that are drawn in diagnosis.hpp; for what is not numbers; and where there are none.
Theirs read_theirs(const Case& c, const Archive& archive);

}  // namespace autoencoder::diagnosis
