// Two archives of terms, row by row: for models whose mistakes are not in the table. No frames, no
// names; a relative tolerance, since nothing is known of how rounding runs through the model.
#include <algorithm>
#include <cmath>

#include "autoencoder/diagnosis.hpp"
#include "autoencoder/error.hpp"
#include "conformance/keys.hpp"
#include "diagnosis/theirs.hpp"
#include "io/npy.hpp"
#include "nearest.hpp"

namespace autoencoder {
namespace {

TermRow row_of(const std::string& key, const Array& ours, const Array& theirs, double share) {
    TermRow row;
    row.key = key;
    const std::vector<double> left = ours.doubles(), right = theirs.doubles();
    double largest = 0;
    for (const double value : left) largest = std::max(largest, std::abs(value));
    row.tolerance = share * largest;
    if (left.size() != right.size()) {
        row.absolute = row.relative = HUGE_VAL;
        row.remark = "shape " + shape_text(theirs.shape) + ", ours is " + shape_text(ours.shape);
        return row;
    }
    for (std::size_t i = 0; i < left.size(); ++i) {
        const double apart = std::abs(left[i] - right[i]);
        if (!(apart <= row.absolute)) row.absolute = std::isnan(apart) ? HUGE_VAL : apart;
    }
    row.relative = row.absolute == 0 ? 0 : row.absolute / (largest > 0 ? largest : 1);
    row.digits = row.relative > 0 ? std::clamp(-std::log10(row.relative), 0.0, 16.0) : 16;
    row.agrees = row.absolute <= row.tolerance;
    return row;
}

}  // namespace

Diagnosis compare(const Archive& ours, const Archive& theirs) {
    std::vector<std::string> known;
    for (const auto& [key, array] : ours.entries) known.push_back(key);
    std::vector<const Array*> arrays;
    for (const auto& [key, array] : theirs.entries) {
        if (!ours.find(key) || array.is_text())
            fail(place(theirs, key), "expected the numbers of a term, the nearest is '" +
                                         nearest(key, known) + "', found " + array.description());
        arrays.push_back(&array);
    }
    if (arrays.empty())
        fail(theirs.origin.empty() ? "archive" : theirs.origin,
             "expected at least one term of the case, found none");
    Diagnosis result;
    result.single_precision = diagnosis::in_single(arrays);
    result.agrees = true;
    for (const auto& [key, array] : ours.entries) {
        const Array* given = theirs.find(key);
        if (!given) continue;
        result.rows.push_back(row_of(key, array, *given, result.single_precision ? 1e-4 : 1e-10));
        if (result.rows.back().agrees) continue;
        if (result.agrees) result.first_wrong = key;
        result.agrees = false;
    }
    result.sentences.push_back(
        result.agrees ? "all that they have agrees with ours"
                      : "the first term to go wrong is " + result.first_wrong +
                            "; the mistakes that people make in this model are not known here");
    return result;
}

}  // namespace autoencoder
