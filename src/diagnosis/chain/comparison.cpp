#include "diagnosis/chain/comparison.hpp"

#include <algorithm>
#include <cmath>

#include "autoencoder/error.hpp"
#include "conformance/keys.hpp"
#include "diagnosis/theirs.hpp"
#include "io/npy.hpp"
#include "nearest.hpp"

namespace autoencoder::diagnosis::chain {
namespace {

double largest(const std::vector<double>& values) {
    double result = 0;
    for (const double value : values) result = std::max(result, std::abs(value));
    return result;
}

bool same_number(double a, double b, double tolerance) {
    if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
    return a == b || std::abs(a - b) <= tolerance;
}

/// Costs are the cheapest to compare, and what needs the way back is the dearest.
enum class Step { costs, forward, backward };

Step step_of(What what) {
    if (what == What::delta || what == What::weights || what == What::biases)
        return Step::backward;
    const bool activity =
        what == What::s || what == What::h || what == What::rho || what == What::kl;
    return activity ? Step::forward : Step::costs;
}

bool dense_weights(const Term& term) {
    return term.what == What::weights && term.shape.size() == 2;
}

Fit fit_of(const Term& term, const Array& array) {
    std::size_t size = 1;
    for (const std::size_t extent : term.shape) size *= extent;
    if (array.size() != size) return Fit::other_size;
    if (array.shape == term.shape) return Fit::as_expected;
    const bool turned = array.shape == Array::Shape(term.shape.rbegin(), term.shape.rend());
    return dense_weights(term) && turned ? Fit::reversed : Fit::unrolled;
}

}  // namespace

Comparison::Comparison(Workings& workings, const Archive& theirs) : w_(workings) {
    std::vector<std::string> known;
    for (const Term& term : w_.terms()) known.push_back(term.key);
    std::vector<const Array*> arrays;
    for (const auto& [key, array] : theirs.entries) {
        if (std::find(known.begin(), known.end(), key) == known.end() || array.is_text())
            fail(place(theirs, key), "expected the numbers of a term, the nearest is '" +
                                         nearest(key, known) + "', found " + array.description());
        arrays.push_back(&array);
    }
    if (arrays.empty())
        fail(theirs.origin.empty() ? "archive" : theirs.origin,
             "expected at least one term of the case, found none");
    single_ = in_single(arrays);
    for (const Term& term : w_.terms()) {
        const Array* array = theirs.find(term.key);
        if (array)
            given_.push_back(
                {&term, fit_of(term, *array), array->doubles(), shape_text(array->shape)});
    }
    for (const Given& given : given_)
        if (given.fit != Fit::other_size) open_.push_back(&given);
    cost_size_ = std::abs(w_.values({}, {What::cost, 0, "", "", "", {}})[0]);
    find_frames();
}

bool Comparison::has(const std::string& key) const {
    return std::any_of(given_.begin(), given_.end(),
                       [&](const Given& given) { return given.term->key == key; });
}

void Comparison::find_frames() {
    bool square = false, reversed = false, deltas = false;
    for (const Given& given : given_) {
        const Array::Shape& shape = given.term->shape;
        square |=
            dense_weights(*given.term) && (shape[0] == shape[1] || given.fit == Fit::unrolled);
        reversed |= given.fit == Fit::reversed;
        deltas |= given.term->what == What::delta;
    }
    std::vector<bool> flips = {reversed};
    if (square && !reversed) flips.push_back(true);
    for (const bool flip : flips)
        for (const bool over_n : deltas && w_.given().x.rows > 1 ? std::vector<bool>{false, true}
                                                                 : std::vector<bool>{false})
            for (const double sign : deltas ? std::vector<double>{1, -1} : std::vector<double>{1})
                frames_.push_back({flip, sign, over_n});
}

double Comparison::tolerance(const Term& term, const std::vector<double>& ours) const {
    const double share = single_ ? 3e-5 : 1e-10;
    return share * std::max(largest(ours), term.layer == 0 ? 1e-3 * cost_size_ : 0);
}

std::vector<double> Comparison::in_our_order(const Given& given, const Frame& frame) const {
    std::vector<double> values = given.values;
    if (frame.weights_flipped && dense_weights(*given.term) && given.fit != Fit::other_size) {
        const std::size_t rows = given.term->shape[0], cols = given.term->shape[1];
        for (std::size_t i = 0; i < rows; ++i)
            for (std::size_t j = 0; j < cols; ++j)
                values[i * cols + j] = given.values[j * rows + i];
    }
    if (given.term->what == What::delta)
        for (double& value : values)
            value *= frame.delta_sign * (frame.delta_over_n ? double(w_.given().x.rows) : 1);
    return values;
}

bool Comparison::agrees(const Rules& rules, const Frame& frame, const Given& given) {
    const std::vector<double> ours = w_.values(rules, *given.term),
                              theirs = in_our_order(given, frame);
    const double allowed = tolerance(*given.term, ours);
    return std::equal(theirs.begin(), theirs.end(), ours.begin(), ours.end(),
                      [&](double a, double b) { return same_number(a, b, allowed); });
}

bool Comparison::reproduces(const Rules& rules, const Frame& frame) {
    const auto all_agree = [&](Step step) {
        return std::all_of(open_.begin(), open_.end(), [&](const Given* given) {
            return step_of(given->term->what) != step || agrees(rules, frame, *given);
        });
    };
    if (open_.empty() || !all_agree(Step::costs)) return false;
    const auto before = forward_agrees_.find(rules.forward);
    const bool forward =
        before != forward_agrees_.end() ? before->second : all_agree(Step::forward);
    forward_agrees_.emplace(rules.forward, forward);
    return forward && all_agree(Step::backward);
}

TermRow Comparison::row(const Rules& rules, const Frame& frame, const Given& given) {
    TermRow row;
    row.key = given.term->key;
    row.tag = given.term->tag;
    const std::vector<double> ours = w_.values(rules, *given.term),
                              theirs = in_our_order(given, frame);
    row.tolerance = tolerance(*given.term, ours);
    if (given.fit != Fit::as_expected)
        row.remark = "shape " + given.shape + ", ours is " + shape_text(given.term->shape);
    if (given.fit == Fit::other_size) {
        row.absolute = row.relative = HUGE_VAL;
        return row;
    }
    row.agrees = true;
    for (std::size_t i = 0; i < ours.size(); ++i) {
        const double apart = std::abs(ours[i] - theirs[i]);
        if (!same_number(ours[i], theirs[i], row.tolerance)) row.agrees = false;
        if (std::isnan(ours[i]) != std::isnan(theirs[i])) row.absolute = HUGE_VAL;
        if (apart > row.absolute) row.absolute = apart;
    }
    const double size = largest(ours);
    row.relative = row.absolute == 0 ? 0 : row.absolute / (size > 0 ? size : 1);
    row.digits = row.relative > 0 ? std::clamp(-std::log10(row.relative), 0.0, 16.0) : 16;
    return row;
}

bool Comparison::distinguishes(const Term& term, const Rules& a, const Rules& b) {
    const std::vector<double> left = w_.values(a, term), right = w_.values(b, term);
    const double allowed = 4 * std::max(tolerance(term, left), tolerance(term, right));
    for (std::size_t i = 0; i < left.size(); ++i)
        if (!same_number(left[i], right[i], allowed)) return true;
    return false;
}

}  // namespace autoencoder::diagnosis::chain
