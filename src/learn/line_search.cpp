// A step that satisfies the strong Wolfe conditions (Nocedal & Wright, section 3.5)
//     φ(t) ≤ φ(0) + c1 t φ'(0)      it decreases the cost enough
//     |φ'(t)| ≤ c2 |φ'(0)|          it is near a minimum along the line
// by bracketing. The left end a decreases enough but still falls too steeply; the right end b, at
// first infinite, does not decrease enough, or rises too steeply, or is not finite. Between two
// such ends lies a minimum of φ(t) − c1 t φ'(0), where both conditions hold; each trial replaces
// one end.
//
// Near the end of a run, costs differ by less than their own rounding error, and the first
// condition says yes or no by chance. There it is put in terms of slopes, which are good for
// longer: on a parabola it is φ'(t) ≤ (2 c1 − 1) φ'(0) (Hager & Zhang 2005, "approximate Wolfe").
#include "line_search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace autoencoder {
namespace {

bool finite(const LinePoint& p) { return std::isfinite(p.cost) && std::isfinite(p.slope); }

/// Where the parabola with the slopes of a and b has its minimum.
double secant(const LinePoint& a, const LinePoint& b) {
    return a.step - a.slope * (b.step - a.step) / (b.slope - a.slope);
}

/// Where the cubic through costs and slopes of a and b has its minimum (equation 3.59); NaN if it
/// has none.
double cubic(const LinePoint& a, const LinePoint& b) {
    const double width = b.step - a.step;
    const double d1 = a.slope + b.slope - 3 * (b.cost - a.cost) / width;
    const double d2 = std::copysign(std::sqrt(d1 * d1 - a.slope * b.slope), width);
    return b.step - width * (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2);
}

double minimum(const LinePoint& a, const LinePoint& b, double noise) {
    return std::abs(b.cost - a.cost) > noise ? cubic(a, b) : secant(a, b);
}

/// The next trial between a and b: not too near to either end, so that the interval shrinks.
double between(const LinePoint& a, const LinePoint& b, double noise) {
    const double width = b.step - a.step;
    if (!finite(b)) return a.step + 0.1 * width;  // nobody knows by how much b is too far
    const double t = minimum(a, b, noise);
    if (!std::isfinite(t)) return a.step + 0.5 * width;
    return std::clamp(t, a.step + 0.1 * width, b.step - 0.1 * width);
}

/// The next trial beyond a, which was reached from `before`: where the cubic through both leads,
/// but 1.1 to 4 times the last stride further (Moré & Thuente 1994).
double beyond(const LinePoint& before, const LinePoint& a, double noise) {
    const double width = a.step - before.step;
    const double near = a.step + 1.1 * width, far = a.step + 4 * width;
    const double t = minimum(before, a, noise);
    return t > a.step ? std::clamp(t, near, far) : far;
}

}  // namespace

std::optional<LinePoint> wolfe_step(const LineSearch& rule,
                                    const std::function<LinePoint(double)>& phi,
                                    const LinePoint& start, double first) {
    const double c1 = rule.sufficient_decrease, steep = -rule.curvature * start.slope;
    const auto decreased = [&](const LinePoint& p) {
        return p.cost <= start.cost + c1 * p.step * start.slope ||
               (p.cost <= start.cost + rule.noise && p.slope <= (2 * c1 - 1) * start.slope);
    };

    LinePoint a = start, b;
    b.step = std::numeric_limits<double>::infinity();
    double t = first;
    for (std::size_t i = 0; i < rule.evaluations; ++i) {
        const LinePoint trial = phi(t), left = a;
        const double width = b.step - a.step;
        if (!finite(trial) || !decreased(trial) || trial.slope > steep) {
            b = trial;
        } else if (trial.slope < -steep) {
            a = trial;
        } else {
            return trial;
        }
        if (std::isinf(b.step)) {
            t = beyond(left, a, rule.noise);
        } else if (b.step - a.step <= rule.resolution * b.step) {
            break;
        } else if (finite(b) && std::isfinite(width) && b.step - a.step > 2.0 / 3 * width) {
            t = a.step + 0.5 * (b.step - a.step);  // interpolation is slow here: halve
        } else {
            t = between(a, b, rule.noise);
        }
    }
    if (a.cost < start.cost) return phi(a.step);
    return std::nullopt;
}

}  // namespace autoencoder
