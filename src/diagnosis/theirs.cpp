#include "diagnosis/theirs.hpp"

#include <algorithm>
#include <cmath>

#include "autoencoder/error.hpp"
#include "conformance/keys.hpp"
#include "io/npy.hpp"
#include "io/utf8.hpp"
#include "nearest.hpp"

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

std::vector<double> vector_at(const Archive& archive, const std::string& key, std::size_t size) {
    const Array& array = archive.at(key);
    if (array.is_text() || array.size() != size)
        fail(place(archive, key), "expected " + std::to_string(size) +
                                      " numbers, one a coordinate, found " + array.description());
    return array.doubles();
}

Nudges read_nudges(const Case& c, const Archive& archive) {
    Nudges nudges;
    bool any = false;
    for (const char* key : {"epsilon", "coordinates", "cost_plus", "cost_minus"})
        any |= archive.find(key) != nullptr;
    if (!any) return nudges;
    nudges.epsilon = archive.at("epsilon").number();
    if (!(nudges.epsilon > 0) || !std::isfinite(nudges.epsilon))
        fail(place(archive, "epsilon"), "expected a step above 0, found another");
    const std::size_t parameters = layout(c.network).parameters();
    for (const std::int64_t k : archive.at("coordinates").integers()) {
        if (k < 0 || std::size_t(k) >= parameters)
            fail(place(archive, "coordinates"), "expected indices from 0 to " +
                                                    std::to_string(parameters - 1) + ", found " +
                                                    std::to_string(k));
        nudges.coordinates.push_back(std::size_t(k));
    }
    nudges.plus = vector_at(archive, "cost_plus", nudges.coordinates.size());
    nudges.minus = vector_at(archive, "cost_minus", nudges.coordinates.size());
    return nudges;
}

Steps read_steps(const Archive& archive) {
    Steps steps;
    if (!archive.find("learning_rate") && !archive.find("cost_steps")) return steps;
    steps.learning_rate = archive.at("learning_rate").number();
    if (!std::isfinite(steps.learning_rate))
        fail(place(archive, "learning_rate"), "expected a number, found another");
    steps.costs = archive.at("cost_steps").doubles();
    if (steps.costs.empty())
        fail(place(archive, "cost_steps"), "expected a cost a step, found none");
    return steps;
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
    std::vector<std::string> known = {"epsilon",    "coordinates",   "cost_plus",
                                      "cost_minus", "learning_rate", "cost_steps"};
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
    theirs.nudges = read_nudges(c, archive);
    theirs.steps = read_steps(archive);
    if (theirs.given.empty() && theirs.nudges.epsilon == 0 && theirs.steps.costs.empty())
        fail(archive.origin.empty() ? "archive" : archive.origin,
             "expected at least one term of the case, found none");
    for (const char* key : {"cost_plus", "cost_minus", "cost_steps"})
        if (const Array* array = archive.find(key)) arrays.push_back(array);
    theirs.single = in_single(arrays);
    return theirs;
}

}  // namespace autoencoder::diagnosis
