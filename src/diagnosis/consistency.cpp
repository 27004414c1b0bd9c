#include "diagnosis/consistency.hpp"

#include <algorithm>
#include <cmath>

#include "autoencoder/report.hpp"

namespace autoencoder::diagnosis {
namespace {

/// A gradient in θ's order without gaps: theirs by block where they have it, else ours under these
/// rules.
struct Gradient {
    std::vector<double> values;
    std::vector<bool> theirs;  // whose, by coordinate

    void add(const std::vector<double>& block, bool of_theirs) {
        values.insert(values.end(), block.begin(), block.end());
        theirs.insert(theirs.end(), block.size(), of_theirs);
    }
};

Gradient gradient_of(const Theirs& theirs, Comparison& comparison, Workings& workings,
                     const Rules& rules, const Frame& frame) {
    Gradient gradient;
    for (std::size_t l = 1; l <= workings.given().network.depth(); ++l) {
        for (const TermKind kind : {TermKind::grad_W, TermKind::grad_b}) {
            const auto ours = workings.term(rules, {kind, l});
            const Given* given = theirs.find({kind, l});
            std::vector<double> block;
            if (given && given->fit != Fit::other_size)
                block = comparison.in_our_order(*given, frame, *ours);
            const bool fits = block.size() == ours->values.size();
            if (!fits) block.assign(ours->values.begin(), ours->values.end());
            gradient.add(block, fits);
        }
    }
    return gradient;
}

/// "W1(2, 0)" of a coordinate of θ without gaps.
std::string coordinate_name(const Network& network, std::size_t k) {
    for (const Block& block : layout(network).blocks) {
        if (k >= block.size) {
            k -= block.size;
            continue;
        }
        if (block.shape.size() < 2) return block.name + "(" + std::to_string(k) + ")";
        return block.name + "(" + std::to_string(k / block.shape[1]) + ", " +
               std::to_string(k % block.shape[1]) + ")";
    }
    return "";
}

/// θ ← θ − η ∂J/∂θ.
void step(Case& c, const Rules& rules, double learning_rate) {
    Workings workings(c);
    const Layout blocks = layout(c.network);
    std::vector<std::vector<double>> gradients;
    for (std::size_t l = 1; l <= c.network.depth(); ++l) {
        for (const TermKind kind : {TermKind::grad_W, TermKind::grad_b}) {
            const auto gradient = workings.term(rules, {kind, l});
            gradients.emplace_back(gradient->values.begin(), gradient->values.end());
        }
    }
    for (std::size_t i = 0; i < gradients.size(); ++i) {
        const std::span<double> theta = part<double>(c.theta, blocks.blocks[i]);
        for (std::size_t k = 0; k < theta.size(); ++k) theta[k] -= learning_rate * gradients[i][k];
    }
}

}  // namespace

bool belongs_together(const Theirs& theirs, Comparison& comparison, Workings& workings,
                      const std::vector<Explanation>& found, std::vector<std::string>& sentences) {
    const Nudges& nudges = theirs.nudges;
    const Gradient gradient = gradient_of(
        theirs, comparison, workings, found.empty() ? Rules{} : changed_by<Rules>(found[0].conventions),
        found.empty() ? comparison.frames()[0] : found[0].frame);
    double largest_cost = 0, largest_slope = 0;
    for (const double g : gradient.values) largest_slope = std::max(largest_slope, std::abs(g));
    for (const double J : nudges.plus) largest_cost = std::max(largest_cost, std::abs(J));
    const double epsilon = nudges.epsilon, unit = theirs.single ? 0x1p-23 : 0x1p-46;
    // What the cost is rounded to, and what a central difference leaves of the third derivative.
    const double tolerance = 8 * unit * largest_cost / epsilon +
                             (30 * epsilon * epsilon + 1e-9) * std::max(1.0, largest_slope);
    double worst = -1;
    std::size_t at = 0;
    bool own = false;
    for (std::size_t i = 0; i < nudges.coordinates.size(); ++i) {
        const std::size_t k = nudges.coordinates[i];
        own = own || gradient.theirs[k];
        const double slope = (nudges.plus[i] - nudges.minus[i]) / (2 * epsilon);
        const double apart = std::abs(slope - gradient.values[k]);
        if (!(apart <= worst)) {
            worst = apart;
            at = k;
        }
        if (std::isnan(apart)) break;
    }
    const bool fits = worst <= tolerance;
    const std::string whose =
        own ? "their gradient" : "our gradient (they have given none of theirs)";
    sentences.push_back(fits ? "their cost and " + whose +
                                   " belong together: central differences agree to " +
                                   rounded(std::max(worst, 0.0), 2)
                             : "their cost and " + whose + " do not belong together: at " +
                                   coordinate_name(workings.given().network, at) +
                                   " the central difference is off by " + rounded(worst, 3) +
                                   ", and " + rounded(tolerance, 2) + " is allowed");
    return fits;
}

bool descends_alike(const Theirs& theirs, const Comparison& comparison, const Case& c,
                    const std::vector<Explanation>& found, std::vector<std::string>& sentences) {
    const Rules rules = found.empty() ? Rules{} : found[0].rules;
    const std::string count = std::to_string(theirs.steps.costs.size());
    Case moved = c;
    double largest = std::abs((*Workings(c).term(rules, {TermKind::cost, 0}))(0, 0));
    const double scale = 8 * comparison.tolerance({TermKind::cost, 0}) / std::max(largest, 1e-300);
    for (std::size_t k = 0; k < theirs.steps.costs.size(); ++k) {
        step(moved, rules, theirs.steps.learning_rate);
        const double ours = (*Workings(moved).term(rules, {TermKind::cost, 0}))(0, 0);
        largest = std::max(largest, std::abs(ours));
        // Every step adds its rounding to that of the steps before it.
        if (std::abs(theirs.steps.costs[k] - ours) <= scale * largest * double(k + 1)) continue;
        sentences.push_back("their steps part from exact gradient descent: after step " +
                            std::to_string(k + 1) + " of " + count + " their cost is " +
                            rounded(theirs.steps.costs[k], 8) + ", and " + rounded(ours, 8) +
                            " is expected");
        return false;
    }
    sentences.push_back("their costs after " + count +
                        " steps are those of exact gradient descent" +
                        (found.empty() || found[0].mistakes.empty() ? "" : " with that mistake"));
    return true;
}

}  // namespace autoencoder::diagnosis
