#include "diagnosis/frame.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace autoencoder::diagnosis {
namespace {

bool is_square(const Given& given) { return given.axes[0] == given.axes[1]; }

/// Whether it is a gradient in our shape whose values can lie otherwise only by mistake.
bool in_place(const Given& given) {
    return given.term.what == What::weights && given.sort != Sort::weights &&
           given.fit == Fit::as_expected;
}

/// Whether some matrices of weights have their shape, and some its transpose.
bool go_both_ways(const Theirs& theirs) {
    const auto any = [&](Fit fit) {
        return std::ranges::any_of(theirs.given, [&](const Given& given) {
            return given.sort == Sort::weights && given.fit == fit && !is_square(given);
        });
    };
    return any(Fit::reordered) && any(Fit::as_expected);
}

/// Of dense layers' weights: both ways, that of their shape first.
std::vector<std::uint8_t> orders_of_weights(const Theirs& theirs) {
    bool any = false, reversed = false;
    for (const Given& given : theirs.given) {
        if (given.sort != Sort::weights) continue;
        any = true;
        reversed |= given.fit == Fit::reordered;
    }
    if (!any) return {0};
    return reversed ? std::vector<std::uint8_t>{1, 0} : std::vector<std::uint8_t>{0, 1};
}

/// Where an order puts each number; of a matrix it is enough whether its transpose lies otherwise.
std::vector<std::size_t> places_of(const Given& given, const Axes& order) {
    if (order.size() != 2) return places_in(given.axes, order);
    const bool is_row = given.axes[0] == 1 || given.axes[1] == 1;
    return {is_row ? 0 : order[0]};
}

/// The orders of a sort that the shapes of all its arrays leave open, without those that leave
/// every number where another has it.
std::vector<std::uint8_t> orders_left(const Theirs& theirs, Sort sort) {
    if (sort == Sort::weights) return orders_of_weights(theirs);
    if (sort == Sort::other) return {0};
    std::vector<std::uint8_t> left;
    std::vector<std::vector<std::size_t>> seen;
    std::uint8_t some = 0;  // that an array has, where they do not go together
    for (std::size_t k = 0; k < orders_of(sort).size(); ++k) {
        const Axes& order = orders_of(sort)[k].axes;
        bool possible = true;
        std::vector<std::size_t> where;
        for (const Given& given : theirs.given) {
            if (given.sort != sort || given.fit == Fit::other_size) continue;
            const bool fits = given.fit == Fit::unrolled ||
                              (k == 0 && given.fit == Fit::as_expected) ||
                              given.shape == shape_in(sort, given.axes, order);
            possible &= fits;
            if (fits) some = std::uint8_t(k);
            if (!possible) continue;
            const std::vector<std::size_t> places = places_of(given, order);
            where.insert(where.end(), places.begin(), places.end());
        }
        if (!possible || std::find(seen.begin(), seen.end(), where) != seen.end()) continue;
        left.push_back(std::uint8_t(k));
        seen.push_back(std::move(where));
    }
    return left.empty() ? std::vector<std::uint8_t>{some} : left;
}

/// A bias' gradients by pattern, and by place, as one gradient.
std::vector<double> summed(const Given& given, const Frame& frame, std::size_t N) {
    const std::size_t units = given.term.size, places = given.values.size() / (N * units);
    std::vector<double> sums(units);
    for (std::size_t q = 0; q < N; ++q)
        for (std::size_t k = 0; k < units * places; ++k) {
            const std::size_t at =
                given.fit == Fit::by_pattern_in_columns ? k * N + q : q * units * places + k;
            sums[k / places] += given.values[at] / (frame.biases_averaged ? double(N) : 1);
        }
    return sums;
}

/// The order of axes of a column-major reader of a row-major vector.
Axes reversed(const Array::Shape& shape) {
    Axes backwards;
    for (std::size_t axis = shape.size(); axis-- > 0;) backwards.push_back(axis);
    return backwards;
}

/// Theirs in the order of our axes.
std::vector<double> reordered(const Given& given, const Array::Shape& axes, const Axes& order) {
    std::vector<double> values(given.values.size());
    if (axes.size() == 2) {
        const std::size_t rows = axes[0], cols = axes[1];
        for (std::size_t i = 0; i < rows; ++i)
            for (std::size_t j = 0; j < cols; ++j)
                values[i * cols + j] = given.values[j * rows + i];
        return values;
    }
    const std::vector<std::size_t> places = places_in(axes, order);
    for (std::size_t k = 0; k < places.size(); ++k) values[places[k]] = given.values[k];
    return values;
}

}  // namespace

bool Frame::reorders(const Given& given) const {
    if (given.fit == Fit::other_size) return false;
    if (by_shape && given.sort == Sort::weights && given.fit == Fit::as_expected && !is_square(given))
        return false;
    return orders[std::size_t(given.sort)] > 0 || (misplaced && in_place(given));
}

Frame Frame::needed_by(const Given& given) const {
    Frame needed;
    needed.orders[std::size_t(given.sort)] = orders[std::size_t(given.sort)];
    needed.misplaced = misplaced && in_place(given);
    if (given.sort == Sort::weights) needed.by_shape = by_shape;
    if (given.term.what == What::biases) needed.biases_averaged = biases_averaged;
    if (given.term.what == What::delta) {
        needed.delta_sign = delta_sign;
        needed.delta_over_n = delta_over_n;
    }
    return needed;
}

std::vector<Frame> frames_of(const Theirs& theirs, std::size_t N) {
    std::vector<Frame> frames = {Frame{}};
    frames[0].by_shape = go_both_ways(theirs);
    /// Every frame so far with each of the choices; the first choice stands first.
    const auto with = [&](const auto& choices, const auto& choose, bool slowest) {
        std::vector<Frame> further;
        const auto add = [&](Frame frame, const auto& choice) {
            choose(frame, choice);
            further.push_back(frame);
        };
        if (slowest) {
            for (const auto& choice : choices)
                for (const Frame& frame : frames) add(frame, choice);
        } else {
            for (const Frame& frame : frames)
                for (const auto& choice : choices) add(frame, choice);
        }
        frames = std::move(further);
    };
    const auto any = [&](const auto& property) {
        return std::any_of(theirs.given.begin(), theirs.given.end(), property);
    };
    for (std::size_t sort = 0; sort < sorts; ++sort)
        with(
            orders_left(theirs, Sort(sort)),
            [=](Frame& frame, std::uint8_t order) { frame.orders[sort] = order; }, true);
    const std::vector<char> both = {false, true};
    if (any(in_place))
        with(
            both, [](Frame& frame, char is) { frame.misplaced = is; }, true);
    if (any(is_unsummed))
        with(
            both, [](Frame& frame, char is) { frame.biases_averaged = is; }, false);
    if (!any([](const Given& given) { return given.term.what == What::delta; })) return frames;
    if (N > 1)
        with(
            both, [](Frame& frame, char is) { frame.delta_over_n = is; }, false);
    with(
        std::vector<double>{1, -1}, [](Frame& frame, double sign) { frame.delta_sign = sign; },
        false);
    return frames;
}

std::vector<double> in_our_order(const Given& given, const Frame& frame, std::size_t N) {
    if (is_unsummed(given)) return summed(given, frame, N);
    std::vector<double> values;
    if (frame.misplaced && in_place(given)) {
        values = reordered(given, given.term.shape, reversed(given.term.shape));
    } else if (frame.reorders(given)) {
        const std::size_t order = frame.orders[std::size_t(given.sort)];
        values = reordered(given, given.axes, orders_of(given.sort)[order].axes);
    } else {
        values = given.values;
    }
    if (given.term.what == What::delta)
        for (double& value : values) value *= frame.delta_factor(N);
    return values;
}

Array laid_out(const Case& c, const Term& term, const Real& ours, const Frame& frame) {
    std::vector<double> values(ours.values.begin(), ours.values.end());
    for (double& value : values) {
        if (std::isnan(value))  // its sign differs by machine
            value = std::numeric_limits<double>::quiet_NaN();
        if (term.what == What::delta) value /= frame.delta_factor(c.x.rows);
    }
    const Sort sort = sort_of(c.network, term);
    if (sort == Sort::other) {
        const bool by_unit = term.what == What::rho || term.what == What::kl;  // or by pattern
        return {by_unit ? Array::Shape{values.size()} : term.shape, std::move(values)};
    }
    // By mistake the gradient of another matrix stands there.
    const Array::Shape shape =
        sort == Sort::weights ? Array::Shape{ours.rows, ours.cols} : term.shape;
    const bool misplaced = frame.misplaced && term.what == What::weights;
    const Array::Shape axes = misplaced || sort == Sort::weights ? shape : axes_of(c.network, term);
    const Axes order =
        misplaced ? reversed(axes) : orders_of(sort)[frame.orders[std::size_t(sort)]].axes;
    std::vector<double> ordered;
    for (const std::size_t place : places_in(axes, order)) ordered.push_back(values[place]);
    return {misplaced ? shape : shape_in(sort, axes, order), std::move(ordered)};
}

}  // namespace autoencoder::diagnosis
