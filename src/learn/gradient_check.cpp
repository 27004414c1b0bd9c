#include "autoencoder/gradient_check.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "autoencoder/error.hpp"

namespace autoencoder {
namespace {

constexpr double kink_steps = 20;
constexpr std::size_t worst_entries = 3;

/// "W1(2, 3)" for the entry at this place of the block.
std::string entry_name(const Block& block, std::size_t place) {
    std::string index;
    for (std::size_t d = block.shape.size(); d-- > 0;) {
        index = std::to_string(place % block.shape[d]) + (index.empty() ? "" : ", ") + index;
        place /= block.shape[d];
    }
    return block.name + "(" + index + ")";
}

/// The largest |g_i − ĝ_i| first, where NaN is larger than any number.
std::vector<GradientEntry> worst(const Block& block, std::span<const double> g,
                                 std::span<const double> quotients) {
    const auto difference = [&](std::size_t i) {
        const double d = std::fabs(g[i] - quotients[i]);
        return std::isnan(d) ? std::numeric_limits<double>::infinity() : d;
    };
    std::vector<std::size_t> places(g.size());
    for (std::size_t i = 0; i < places.size(); ++i) places[i] = i;
    std::stable_sort(places.begin(), places.end(),
                     [&](std::size_t a, std::size_t b) { return difference(a) > difference(b); });
    if (places.size() > worst_entries) places.resize(worst_entries);
    std::vector<GradientEntry> entries;
    for (std::size_t i : places) entries.push_back({entry_name(block, i), g[i], quotients[i]});
    return entries;
}

BlockCheck compare_block(const Block& block, std::span<const double> g,
                         std::span<const double> quotients, const GradientCheckOptions& options) {
    BlockCheck check;
    check.name = block.name;
    check.parameters = block.size;
    double distance = 0, norm = 0, quotient_norm = 0;
    check.all_zero = true;
    for (std::size_t i = 0; i < block.size; ++i) {
        distance += (g[i] - quotients[i]) * (g[i] - quotients[i]);
        norm += g[i] * g[i];
        quotient_norm += quotients[i] * quotients[i];
        check.all_zero = check.all_zero && g[i] == 0;
    }
    const double size = std::sqrt(norm) + std::sqrt(quotient_norm);
    const auto& zero = options.zero_blocks;
    if (std::find(zero.begin(), zero.end(), block.name) != zero.end()) {
        check.error = size;
        check.passed = check.all_zero && size <= options.tolerance;
    } else {
        check.error = size == 0 ? 0 : std::sqrt(distance) / size;
        check.passed = !check.all_zero && check.error <= options.tolerance;  // NaN does not pass
    }
    check.worst = worst(block, g, quotients);
    return check;
}

}  // namespace

Buffer<double> difference_quotients(const Objective<double>& objective,
                                    std::span<const double> theta, const Layout& layout,
                                    const GradientCheckOptions& options) {
    require(theta.size() == layout.size, [&] {
        return "gradient check: θ has " + std::to_string(theta.size()) +
               " numbers but its layout " + std::to_string(layout.size);
    });
    require(options.step > 0, "gradient check: the step must be positive");
    require(options.nearest_kink >= kink_steps * options.step, [&] {
        return "gradient check: a net input of " + std::to_string(options.nearest_kink) +
               " is too near a kink; take a point where all are beyond " +
               std::to_string(kink_steps * options.step);
    });
    Buffer<double> point(theta.size()), unused(theta.size()), quotients(theta.size());
    std::copy(theta.begin(), theta.end(), point.begin());
    for (const Block& block : layout.blocks) {
        for (std::size_t i = block.offset; i < block.offset + block.size; ++i) {
            const double at = theta[i];
            const double wanted = options.step * std::max(1.0, std::fabs(at));
            const double h = (at + wanted) - at;  // what a double can add to θ_i
            const auto J = [&](double steps) {
                point[i] = at + steps * h;
                return objective(point, unused);
            };
            quotients[i] = (8 * (J(1) - J(-1)) - (J(2) - J(-2))) / (12 * h);
            point[i] = at;
        }
    }
    return quotients;
}

GradientCheck compare_gradients(std::span<const double> gradient, std::span<const double> quotients,
                                const Layout& layout, const GradientCheckOptions& options) {
    require(gradient.size() == layout.size && quotients.size() == layout.size,
            "gradient check: the gradients must be as long as θ");
    for (const std::string& name : options.zero_blocks) layout.find(name);
    GradientCheck check;
    check.passed = true;
    std::size_t end = 0;  // of the block before
    const auto look_at_gap = [&](std::size_t next) {
        for (; end < next; ++end) check.gaps_zero = check.gaps_zero && gradient[end] == 0;
    };
    for (const Block& block : layout.blocks) {
        look_at_gap(block.offset);
        end = block.offset + block.size;
        check.blocks.push_back(
            compare_block(block, part(gradient, block), part(quotients, block), options));
        const BlockCheck& result = check.blocks.back();
        check.parameters += result.parameters;
        check.passed = check.passed && result.passed;
        if (std::isnan(check.largest_error)) continue;  // NaN stays the largest
        if (!(result.error <= check.largest_error)) check.largest_error = result.error;
    }
    look_at_gap(layout.size);
    check.passed = check.passed && check.gaps_zero;
    return check;
}

GradientCheck check_gradient(const Objective<double>& objective, std::span<const double> theta,
                             const Layout& layout, const GradientCheckOptions& options) {
    const Buffer<double> quotients = difference_quotients(objective, theta, layout, options);
    Buffer<double> gradient(theta.size());
    objective(theta, gradient);
    return compare_gradients(gradient, quotients, layout, options);
}

std::string describe(const GradientCheck& check) {
    std::string text;
    std::array<char, 200> line;
    for (const BlockCheck& block : check.blocks) {
        if (block.passed) continue;
        std::snprintf(line.data(), line.size(), "%s: relative error %.2g%s\n", block.name.c_str(),
                      block.error, block.all_zero ? ", its gradient is all zero" : "");
        text += line.data();
        for (const GradientEntry& entry : block.worst) {
            std::snprintf(line.data(), line.size(),
                          "    %s: gradient %.12g, difference quotient %.12g\n", entry.name.c_str(),
                          entry.gradient, entry.difference_quotient);
            text += line.data();
        }
    }
    if (!check.gaps_zero) text += "the gradient is not zero between the blocks\n";
    return text;
}

}  // namespace autoencoder
