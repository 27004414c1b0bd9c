#include "diagnosis/theirs.hpp"

#include <algorithm>
#include <cmath>

#include "autoencoder/error.hpp"
#include "exchange/keys.hpp"
#include "base/npy.hpp"
#include "base/utf8.hpp"
#include "base/nearest.hpp"

namespace autoencoder::diagnosis {
namespace {

Array::Shape expected_shape(const Case& c, const Term& term) {
    const Network& net = c.network;
    const std::size_t n = net.units(term.layer);
    switch (term.kind) {
        case TermKind::s:
        case TermKind::h:
        case TermKind::delta:
            return {c.x.rows, n};
        case TermKind::rho:
        case TermKind::kl:
        case TermKind::grad_b:
            return {n};
        case TermKind::grad_W:
            return {n, net.units(term.layer - 1)};
        default:
            return {};
    }
}

/// The extents that say something: without those of 1.
Array::Shape without_ones(Array::Shape shape) {
    std::erase(shape, std::size_t{1});
    return shape;
}

Fit fit_of(const Case& c, const Term& term, const Array& array, const Array::Shape& expected) {
    const Array::Shape shape = without_ones(array.shape), wanted = without_ones(expected);
    if (array.shape == expected || (shape == wanted && array.shape.size() != 2))
        return Fit::as_expected;
    if (array.shape == Array::Shape(expected.rbegin(), expected.rend())) return Fit::reversed;
    const std::size_t N = c.x.rows, n = c.network.units(term.layer);
    if (term.kind == TermKind::grad_b) {
        if (array.shape == Array::Shape{N, n} && N > 1) return Fit::by_pattern;
        if (array.shape == Array::Shape{n, N} && N > 1) return Fit::by_pattern_in_columns;
    }
    if (shape == wanted) return Fit::as_expected;
    if (term.kind == TermKind::rho || term.kind == TermKind::kl) {
        if (array.size() == N) return Fit::by_pattern;
    }
    std::size_t size = 1;
    for (const std::size_t extent : expected) size *= extent;
    return array.size() == size ? Fit::unrolled : Fit::other_size;
}

bool holds_single(const Array& array) {
    if (array.kind() == Array::Kind::real32) return true;
    const std::vector<double> values = array.doubles();
    return array.is_real() && std::all_of(values.begin(), values.end(), [](double value) {
               return std::isnan(value) || double(float(value)) == value;
           });
}

}  // namespace

bool in_single(const std::vector<const Array*>& arrays) {
    std::size_t fractions = 0;
    for (const Array* array : arrays) {
        if (array->kind() == Array::Kind::real32) return true;
        if (!holds_single(*array)) return false;
        for (const double value : array->doubles())
            if (value * 1024 != std::floor(value * 1024)) ++fractions;
    }
    return fractions > 0;
}

const Given* Theirs::find(const Term& term) const {
    const auto found =
        std::find_if(given.begin(), given.end(), [&](const Given& g) { return g.term == term; });
    return found == given.end() ? nullptr : &*found;
}

Theirs read_theirs(const Case& c, const Archive& archive) {
    const std::vector<Term> terms = terms_of(c.network);
    std::vector<std::string> known(keys_elsewhere().begin(), keys_elsewhere().end());
    for (const Term& term : terms) known.push_back(name(term));
    for (const auto& [key, array] : archive.entries) {
        if (std::find(known.begin(), known.end(), key) == known.end())
            fail(place(archive, key), "expected a term of the case, the nearest is '" +
                                          nearest(key, known) + "', found " + array.description());
        if (array.is_text())
            fail(place(archive, key), "expected numbers, found " + array.description());
    }
    Theirs theirs;
    std::vector<const Array*> arrays;
    for (const Term& term : terms) {
        const Array* array = archive.find(name(term));
        if (!array) continue;
        const Array::Shape expected = expected_shape(c, term);
        theirs.given.push_back({term, fit_of(c, term, *array, expected), array->doubles(),
                                shape_text(array->shape), shape_text(expected)});
        arrays.push_back(array);
    }
    theirs.elsewhere = read_elsewhere(c.network, archive);
    if (theirs.given.empty() && !theirs.elsewhere.any())
        fail(archive.origin.empty() ? "archive" : archive.origin,
             "expected at least one term of the case, found none");
    for (const std::string_view key : costs_elsewhere())
        if (const Array* array = archive.find(key)) arrays.push_back(array);
    theirs.single = in_single(arrays);
    return theirs;
}

}  // namespace autoencoder::diagnosis
