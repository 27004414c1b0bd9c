// Line search: how far to go along a direction. Sees only φ(step), the cost along the line, and its
// slope φ'; nothing here depends on θ or its type.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>

namespace autoencoder {

/// φ at one step.
struct LinePoint {
    double step = 0, cost = 0, slope = 0;
};

struct LineSearch {
    double sufficient_decrease = 1e-4, curvature = 0.9;  // 0 < c1 < c2 < 1
    double noise = 0;                                    // costs this near are taken for equal
    double resolution = 0;  // an interval narrower than this part of its end is taken for a point
    std::size_t evaluations = 20;
};

/// A step that satisfies the strong Wolfe conditions, beginning with `first`; if evaluations run
/// out, one that decreases the cost enough but is still steep; nothing, if there is none. The last
/// evaluation made is at the step returned. `start` is φ at 0, with a negative slope.
std::optional<LinePoint> wolfe_step(const LineSearch&, const std::function<LinePoint(double)>& phi,
                                    const LinePoint& start, double first);

}  // namespace autoencoder
