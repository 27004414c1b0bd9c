#include "diagnosis/elsewhere.hpp"

#include <algorithm>
#include <cmath>

#include "autoencoder/activation.hpp"
#include "autoencoder/error.hpp"
#include "autoencoder/report.hpp"
#include "exchange/keys.hpp"

namespace autoencoder::diagnosis {
namespace {

constexpr std::string_view keys[] = {"cost_plus", "cost_minus",  "cost_steps",
                                     "epsilon",   "coordinates", "learning_rate"};

std::vector<double> vector_at(const Archive& archive, const std::string& key, std::size_t size) {
    const Array& array = archive.at(key);
    if (array.is_text() || array.size() != size)
        fail(place(archive, key), "expected " + std::to_string(size) +
                                      " numbers, one a coordinate, found " + array.description());
    return array.doubles();
}

Nudges read_nudges(const Network& network, const Archive& archive) {
    Nudges nudges;
    bool any = false;
    for (const char* key : {"epsilon", "coordinates", "cost_plus", "cost_minus"})
        any |= archive.find(key) != nullptr;
    if (!any) return nudges;
    nudges.epsilon = archive.at("epsilon").number();
    if (!(nudges.epsilon > 0) || !std::isfinite(nudges.epsilon))
        fail(place(archive, "epsilon"), "expected a step above 0, found another");
    const std::size_t parameters = layout_in_file(network).parameters();
    for (const std::int64_t k : archive.at("coordinates").integers()) {
        if (k < 0 || std::size_t(k) >= parameters)
            fail(place(archive, "coordinates"), "expected indices from 0 to " +
                                                    std::to_string(parameters - 1) + ", found " +
                                                    std::to_string(k));
        nudges.coordinates.push_back(std::size_t(k));
    }
    if (nudges.coordinates.empty())
        fail(place(archive, "coordinates"), "expected at least one index, found none");
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

std::span<const std::string_view> keys_elsewhere() { return keys; }
std::span<const std::string_view> costs_elsewhere() { return std::span(keys).first(3); }

Elsewhere read_elsewhere(const Network& network, const Archive& archive) {
    return {read_nudges(network, archive), read_steps(archive)};
}

namespace {

/// Coordinate k of θ without gaps: the number of its block, and its place in it.
struct Coordinate {
    std::size_t block, at;
};

Coordinate coordinate(const Layout& blocks, std::size_t k) {
    std::size_t block = 0;
    for (; k >= blocks.blocks[block].size; ++block) k -= blocks.blocks[block].size;
    return {block, k};
}

/// "W1(2, 0)".
std::string name(const Layout& blocks, const Coordinate& of) {
    const Block& block = blocks.blocks[of.block];
    std::string indices;
    std::size_t stride = block.size, rest = of.at;
    for (const std::size_t extent : block.shape) {
        stride /= extent;
        indices += (indices.empty() ? "" : ", ") + std::to_string(rest / stride);
        rest %= stride;
    }
    return block.name + "(" + indices + ")";
}

bool has_kinks(const Network& network) {
    return std::any_of(network.layers.begin(), network.layers.end(),
                       [](const Layer& layer) { return layer.activation == Activation::relu; });
}

/// What a rectifier that switches between θ − ε e_k and θ + ε e_k adds to a central difference of
/// our cost: how far it is from one that is a hundred times closer.
double kink(const Case& c, const Explained& explained, const Coordinate& k, double epsilon) {
    Case moved = c;
    double& value = moved.theta[layout_in_file(c.network).blocks[k.block].offset + k.at];
    const double before = value;
    const auto slope = [&](double step) {
        value = before + step;
        const double plus = explained.computed(moved).cost;
        value = before - step;
        return (plus - explained.computed(moved).cost) / (2 * step);
    };
    return slope(epsilon) - slope(epsilon / 100);
}

bool belongs_together(const Nudges& nudges, const Case& c, const Explained& explained,
                      std::vector<std::string>& sentences) {
    const Layout blocks = layout_in_file(c.network);
    double largest_cost = 0, largest_slope = 0;
    for (const GradientBlock& block : explained.gradient)
        for (const double g : block.values) largest_slope = std::max(largest_slope, std::abs(g));
    for (const double J : nudges.plus) largest_cost = std::max(largest_cost, std::abs(J));
    const double epsilon = nudges.epsilon, unit = explained.single ? 0x1p-23 : 0x1p-46;
    // What the cost is rounded to, and what a central difference leaves of the third derivative.
    const double allowed = 8 * unit * largest_cost / epsilon +
                           (30 * epsilon * epsilon + 1e-9) * std::max(1.0, largest_slope);
    const bool kinks = has_kinks(c.network);
    double worst = 0;
    Coordinate at{0, 0};
    bool own = false;
    for (std::size_t i = 0; i < nudges.coordinates.size(); ++i) {
        const Coordinate k = coordinate(blocks, nudges.coordinates[i]);
        const GradientBlock& block = explained.gradient[k.block];
        own = own || block.theirs;
        const double slope = (nudges.plus[i] - nudges.minus[i]) / (2 * epsilon);
        double apart = slope - block.values[k.at];
        if (kinks && std::abs(apart) > std::max(allowed, worst))
            apart -= kink(c, explained, k, epsilon);
        if (std::abs(apart) <= worst) continue;
        worst = std::abs(apart);
        at = k;
        if (std::isnan(apart)) break;
    }
    const bool fits = worst <= allowed;
    const std::string whose =
        own ? "their gradient" : "our gradient (they have given none of theirs)";
    sentences.push_back(
        fits ? "their cost and " + whose + " belong together: central differences agree to " +
                   rounded(worst, 2)
             : "their cost and " + whose + " do not belong together: at " + name(blocks, at) +
                   " the central difference is off by " + rounded(worst, 3) + ", and " +
                   rounded(allowed, 2) + " is allowed");
    return fits;
}

/// θ ← θ − η ∂J/∂θ.
void step(Case& c, const std::vector<std::vector<double>>& gradient, double learning_rate) {
    const Layout blocks = layout_in_file(c.network);
    for (std::size_t i = 0; i < gradient.size(); ++i) {
        const std::span<double> theta = part<double>(c.theta, blocks.blocks[i]);
        for (std::size_t k = 0; k < theta.size(); ++k) theta[k] -= learning_rate * gradient[i][k];
    }
}

/// The first step after which their cost is not that of this gradient's descent, and what that would be.
struct Parting {
    std::size_t step = 0;  // 0: none
    double expected = 0;
};

Parting parting(const Steps& steps, const Case& c, const Explained& explained,
                const std::function<CostAndGradient(const Case&)>& computed) {
    Case moved = c;
    CostAndGradient ours = computed(moved);
    double largest = std::abs(ours.cost);
    for (std::size_t k = 0; k < steps.costs.size(); ++k) {
        step(moved, ours.gradient, steps.learning_rate);
        ours = computed(moved);
        largest = std::max(largest, std::abs(ours.cost));
        // Every step adds its rounding to that of the steps before it.
        const double allowed = 8 * explained.tolerance * largest * double(k + 1);
        if (!(std::abs(steps.costs[k] - ours.cost) <= allowed)) return {k + 1, ours.cost};
    }
    return {};
}

/// What steps of another length theirs are; empty: none.
std::string other_steps(Steps steps, const Case& c, const Explained& explained) {
    const double N = double(c.x.rows), eta = steps.learning_rate;
    const std::pair<double, const char*> lengths[] = {{-1, "steps uphill"},
                                                      {N, "N times the learning rate"},
                                                      {1 / N, "1/N of the learning rate"},
                                                      {2, "twice the learning rate"},
                                                      {0.5, "half the learning rate"}};
    for (const auto& [times, words] : lengths) {
        steps.learning_rate = times * eta;
        if (parting(steps, c, explained, explained.computed).step == 0) return words;
    }
    return "";
}

bool descends_alike(const Steps& steps, const Case& c, const Explained& explained,
                    std::vector<std::string>& sentences) {
    const std::string count = std::to_string(steps.costs.size());
    const Parting parts = parting(steps, c, explained, explained.computed);
    if (parts.step == 0) {
        sentences.push_back("their costs after " + count +
                            " steps are those of exact gradient descent" +
                            (explained.mistaken ? " with that mistake" : ""));
        return true;
    }
    if (c.network.depth() > 1 && parting(steps, c, explained, explained.stepped).step == 0)
        sentences.push_back("their costs after " + count +
                            " steps are what comes out when the weights of a layer move "
                            "before δ is carried back through them: see [delta-hidden]");
    else if (const std::string other = other_steps(steps, c, explained); !other.empty())
        sentences.push_back("their costs after " + count + " steps are those of " + other);
    else
        sentences.push_back("their steps part from exact gradient descent: after step " +
                            std::to_string(parts.step) + " of " + count + " their cost is " +
                            rounded(steps.costs[parts.step - 1], 8) + ", and " +
                            rounded(parts.expected, 8) + " is expected");
    return false;
}

}  // namespace

bool agrees_elsewhere(const Elsewhere& theirs, const Case& c, const Explained& explained,
                      std::vector<std::string>& sentences) {
    bool agrees = true;
    if (theirs.nudges.epsilon > 0)
        agrees &= belongs_together(theirs.nudges, c, explained, sentences);
    if (!theirs.steps.costs.empty())
        agrees &= descends_alike(theirs.steps, c, explained, sentences);
    return agrees;
}

}  // namespace autoencoder::diagnosis
