#include "diagnosis/chain/comparison.hpp"

#include <algorithm>
#include <cmath>

#include "autoencoder/convolution.hpp"
#include "autoencoder/error.hpp"
#include "exchange/network.hpp"
#include "exchange/keys.hpp"
#include "diagnosis/theirs.hpp"
#include "base/npy.hpp"
#include "base/nearest.hpp"

namespace autoencoder::diagnosis::chain {
namespace {

double largest(const std::vector<double>& values) {
    double result = 0;
    for (const double value : values) result = std::max(result, std::abs(value));
    return result;
}

/// Costs, with ρ and KL, are the cheapest to compare, and what needs the way back is the dearest.
enum class Step { costs, forward, backward };

Step step_of(What what) {
    if (what == What::delta || what == What::weights || what == What::biases)
        return Step::backward;
    return what == What::s || what == What::h ? Step::forward : Step::costs;
}

/// Whether an array has a bias' gradient for each pattern: (N, units), (N, maps, height, width).
bool has_patterns(const Case& c, const Term& term, const Array& array) {
    const std::size_t N = c.x.rows;
    if (term.what != What::biases || N == 1) return false;
    if (array.shape == Array::Shape{N, term.size}) return true;
    Array::Shape images = pattern_shape(c.network, term.layer);
    images.insert(images.begin(), N);
    return has_window(c.network.layer(term.layer)) && array.shape == images;
}

Fit fit_of(Sort sort, const Array::Shape& axes, const Term& term, const Array& array,
           const Case& c) {
    std::size_t size = 1;
    for (const std::size_t extent : term.shape) size *= extent;
    if (array.shape == term.shape) return Fit::as_expected;
    if (has_patterns(c, term, array)) return Fit::by_pattern;
    const bool by_unit = term.what == What::rho || term.what == What::kl;
    if (array.size() != size)
        return by_unit && array.size() == c.x.rows ? Fit::by_pattern : Fit::other_size;
    const auto orders = orders_of(sort);
    const bool known = std::any_of(orders.begin(), orders.end(), [&](const Axes& order) {
        return array.shape == shape_in(sort, axes, order);
    });
    return known ? Fit::reordered : Fit::unrolled;
}

/// Whether it is a bias' gradient that has still to be summed over the patterns.
bool summed(const Given& given) {
    return given.term->what == What::biases && given.fit == Fit::by_pattern;
}

/// Whether it is a gradient of weights in our shape, so that only its values can lie otherwise.
bool in_place(const Given& given) {
    return given.term->what == What::weights && given.fit == Fit::as_expected;
}

}  // namespace

Comparison::Comparison(Workings& workings, const Archive& theirs) : w_(workings) {
    std::vector<std::string> known(keys_elsewhere().begin(), keys_elsewhere().end());
    for (const Term& term : w_.terms()) known.push_back(term.key);
    for (const auto& [key, array] : theirs.entries)
        if (std::find(known.begin(), known.end(), key) == known.end() || array.is_text())
            fail(place(theirs, key), "expected the numbers of a term, the nearest is '" +
                                         nearest(key, known) + "', found " + array.description());
    std::vector<const Array*> arrays;
    for (const Term& term : w_.terms()) {
        const Array* array = theirs.find(term.key);
        if (!array) continue;
        const Network& net = w_.given().network;
        const Sort sort = sort_of(net, term);
        const Fit fit = fit_of(sort, axes_of(net, term), term, *array, w_.given());
        given_.push_back({&term, sort, fit, array->doubles(), array->shape});
        arrays.push_back(array);
    }
    elsewhere_ = read_elsewhere(w_.given().network, theirs);
    if (given_.empty() && !elsewhere_.any())
        fail(theirs.origin.empty() ? "archive" : theirs.origin,
             "expected at least one term of the case, found none");
    for (const std::string_view key : costs_elsewhere())
        if (const Array* array = theirs.find(key)) arrays.push_back(array);
    single_ = in_single(arrays);
    for (const Given& given : given_)
        if (given.fit != Fit::other_size) open_.push_back(&given);
    rounding_ = rounding_of(w_.given(), single_);
    for (const Given* given : open_) {
        if (given->term->what != What::weights && given->term->what != What::biases) continue;
        const std::vector<double> ours = w_.values({}, *given->term);
        if (all_zero(given->values) && given->values.size() == ours.size() &&
            !held(given->values, ours, allowed(*given->term, ours)).agrees)
            unassigned_.insert(given);
    }
    find_frames();
}

const Given* Comparison::find(const std::string& key) const {
    const auto found = std::find_if(given_.begin(), given_.end(),
                                    [&](const Given& given) { return given.term->key == key; });
    return found == given_.end() ? nullptr : &*found;
}

/// The orders of a sort that the shapes of all its arrays leave open, without those that leave
/// every number where another has it.
std::vector<Axes> Comparison::orders_left(Sort sort) const {
    if (sort == Sort::other) return {Axes{}};
    std::vector<Axes> left;
    std::vector<std::vector<std::size_t>> seen;
    for (const Axes& order : orders_of(sort)) {
        bool possible = true;
        std::vector<std::size_t> where;
        for (const Given* given : open_) {
            if (given->sort != sort) continue;
            const Array::Shape axes = axes_of(w_.given().network, *given->term);
            possible &= given->fit == Fit::unrolled || given->shape == shape_in(sort, axes, order);
            const std::vector<std::size_t> places = places_in(axes, order);
            where.insert(where.end(), places.begin(), places.end());
        }
        if (!possible || std::find(seen.begin(), seen.end(), where) != seen.end()) continue;
        left.push_back(order == orders_of(sort)[0] ? Axes{} : order);
        seen.push_back(std::move(where));
    }
    return left.empty() ? std::vector<Axes>{Axes{}} : left;
}

void Comparison::find_frames() {
    frames_ = {Frame{}};
    for (std::size_t sort = 0; sort < sorts; ++sort) {
        std::vector<Frame> further;
        for (const Axes& order : orders_left(Sort(sort)))
            for (Frame frame : frames_) {
                frame.orders[sort] = order;
                further.push_back(std::move(frame));
            }
        frames_ = std::move(further);
    }
    const auto any = [&](const auto& property) {
        return std::any_of(given_.begin(), given_.end(), property);
    };
    const auto doubled = [&](bool Frame::*choice) {
        const std::vector<Frame> before = frames_;
        for (Frame frame : before) {
            frame.*choice = true;
            frames_.push_back(std::move(frame));
        }
    };
    if (any([](const Given& given) { return summed(given); })) doubled(&Frame::biases_averaged);
    if (any([](const Given& given) { return in_place(given); })) doubled(&Frame::misplaced);
    if (!any([](const Given& given) { return given.term->what == What::delta; })) return;
    std::vector<Frame> signed_too;
    for (Frame frame : frames_)
        for (const bool over_n : {false, true})
            for (const double sign : {1.0, -1.0}) {
                if (over_n && w_.given().x.rows == 1) continue;
                frame.delta_sign = sign;
                frame.delta_over_n = over_n;
                signed_too.push_back(frame);
            }
    frames_ = std::move(signed_too);
}

Allowed Comparison::allowed(const Term& term, const std::vector<double>& ours) {
    const auto known = right_.find(term.key);
    const std::vector<double>& right =
        known != right_.end() ? known->second : right_.emplace(term.key, w_.values({}, term)).first->second;
    const bool gradient = term.what == What::weights || term.what == What::biases;
    return {rounding_.errors.at(term.key), rounding_.least.at(term.key), right, scale_of(ours, right),
            single_ ? 0x1p-24 : 0x1p-53, gradient};
}

/// A bias' gradients by pattern, and by place, as one gradient.
std::vector<double> Comparison::sum_of(const Given& given, const Frame& frame) const {
    const std::size_t N = w_.given().x.rows, units = given.term->size,
                      places = given.values.size() / (N * units);
    std::vector<double> sums(units);
    for (std::size_t k = 0; k < given.values.size(); ++k)
        sums[k / places % units] += given.values[k] / (frame.biases_averaged ? double(N) : 1);
    return sums;
}

std::vector<double> Comparison::in_our_order(const Given& given, const Frame& frame) const {
    if (summed(given)) return sum_of(given, frame);
    std::vector<double> values = given.values;
    if (frame.misplaced && in_place(given)) {
        const Array::Shape& shape = given.term->shape;
        Axes backwards;
        for (std::size_t axis = shape.size(); axis-- > 0;) backwards.push_back(axis);
        const std::vector<std::size_t> places = places_in(shape, backwards);
        for (std::size_t k = 0; k < places.size(); ++k) values[places[k]] = given.values[k];
        return values;
    }
    const Axes& order = frame.orders[std::size_t(given.sort)];
    if (!order.empty() && given.fit != Fit::other_size) {
        const auto places = places_in(axes_of(w_.given().network, *given.term), order);
        for (std::size_t k = 0; k < places.size(); ++k) values[places[k]] = given.values[k];
    }
    if (given.term->what == What::delta)
        for (double& value : values)
            value *= frame.delta_sign * (frame.delta_over_n ? double(w_.given().x.rows) : 1);
    return values;
}

bool Comparison::agrees(const Rules& rules, const Frame& frame, const Given& given) {
    const std::vector<double> ours = w_.values(rules, *given.term),
                              theirs = in_our_order(given, frame);
    if (theirs.size() != ours.size()) return false;
    if (unassigned_.contains(&given)) return never_assigns(rules.gradient.assigned) && largest(ours) == 0;
    const Allowed allowed = this->allowed(*given.term, ours);
    for (std::size_t i = 0; i < ours.size(); ++i)
        if (!same_number(theirs[i], ours[i], allowed.of(i, theirs[i], ours[i]))) return false;
    return true;
}

bool Comparison::reproduces(const Rules& rules, const Frame& frame) {
    const auto all_agree = [&](Step step) {
        return std::all_of(open_.begin(), open_.end(), [&](const Given* given) {
            return step_of(given->term->what) != step || agrees(rules, frame, *given);
        });
    };
    if (open_.size() < given_.size() || !all_agree(Step::costs)) return false;
    const auto key = std::tuple(rules.forward, frame.orders[std::size_t(Sort::images)],
                                frame.orders[std::size_t(Sort::samples)]);
    const auto before = forward_agrees_.find(key);
    const bool forward =
        before != forward_agrees_.end() ? before->second : all_agree(Step::forward);
    forward_agrees_.emplace(key, forward);
    return forward && all_agree(Step::backward);
}

TermRow Comparison::row(const Rules& rules, const Frame& frame, const Given& given) {
    TermRow row;
    row.key = given.term->key;
    row.tag = given.term->tag;
    const std::vector<double> ours = w_.values(rules, *given.term),
                              theirs = in_our_order(given, frame);
    const Allowed allowed = this->allowed(*given.term, ours);
    row.tolerance = allowed.of(0, 1, ours[0]);
    if (given.fit != Fit::as_expected)
        row.remark =
            "shape " + shape_text(given.shape) + ", ours is " + shape_text(given.term->shape);
    if (theirs.size() != ours.size()) {
        row.absolute = row.relative = HUGE_VAL;
        return row;
    }
    const Held of = held(theirs, ours, allowed);
    row.agrees = of.agrees;
    row.by_size = of.by_size;
    row.absolute = of.absolute;
    row.tolerance = of.tolerance;
    const double size = largest(ours);
    row.relative = row.absolute == 0 ? 0 : row.absolute / (size > 0 ? size : 1);
    row.digits = row.relative > 0 ? std::clamp(-std::log10(row.relative), 0.0, 16.0) : 16;
    return row;
}

double Comparison::evidence(const Frame& frame) {
    double most = 0;
    for (const Given* given : open_) {
        const std::vector<double> ours = w_.values({}, *given->term), theirs = in_our_order(*given, frame);
        if (theirs.size() == ours.size())
            most = std::max(most, held(theirs, ours, allowed(*given->term, ours)).evidence);
    }
    return most;
}

bool Comparison::by_size(const Rules& rules, const Frame& frame) {
    return !rounding_.lost.empty() && std::any_of(open_.begin(), open_.end(), [&](const Given* given) {
        return row(rules, frame, *given).by_size;
    });
}

bool Comparison::distinguishes(const Term& term, const Rules& a, const Rules& b) {
    const std::vector<double> left = w_.values(a, term), right = w_.values(b, term);
    if (left.size() != right.size()) return true;
    const Allowed at_left = allowed(term, left), at_right = allowed(term, right);
    for (std::size_t i = 0; i < left.size(); ++i)
        if (!same_number(left[i], right[i], 4 * std::max(at_left.of(i, 1, left[i]), at_right.of(i, 1, right[i]))))
            return true;
    return false;
}

}  // namespace autoencoder::diagnosis::chain
