// The variational autoencoder: its terms and gradient with ε held fixed, the divergence by itself,
// and what is generated.
#include <algorithm>
#include <array>

#include "autoencoder/random.hpp"
#include "autoencoder/variational.hpp"
#include "checks/findings.hpp"

namespace autoencoder::checks {
namespace {

struct Shape {
    std::size_t inputs;
    std::vector<std::size_t> hidden;
    std::size_t code;
    Activation activation;
    std::size_t patterns;
};

/// relu and smooth, shallow and deep, one pattern, more patterns than a chunk.
std::vector<Example> variational_examples() {
    using enum Activation;
    const std::vector<Shape> shapes = {{5, {4}, 2, sigmoid, 7},
                                       {4, {6, 3}, 2, tanh, 33},
                                       {6, {5}, 3, relu, 12},
                                       {3, {2}, 1, sigmoid, 1},
                                       {4, {}, 2, relu, 1030}};
    constexpr double off_kinks = 0.02;  // the least that difference quotients accept
    std::vector<Example> examples;
    for (const Shape& shape : shapes) {
        Network network =
            variational_network(shape.inputs, shape.hidden, shape.code, shape.activation);
        network.weight_penalty = 0.01;
        examples.push_back(
            make_example_off_kinks(network, shape.patterns, examples.size() + 1, off_kinks));
    }
    return examples;
}

/// The same example where nothing is to be reconstructed: every output is ½ whatever the code, and
/// so is every target. What is left of the cost that depends on θ is the divergence.
Example divergence_alone(Example example) {
    example.network.weight_penalty = 0;
    const Layout blocks = layout(example.network);
    const std::size_t L = example.network.depth();
    for (std::size_t i = 2 * L - 2; i < 2 * L; ++i)
        std::ranges::fill(part<double>(example.theta, blocks.blocks[i]), 0.0);
    std::fill(example.y.values.begin(), example.y.values.end(), 0.5);
    return example;
}

/// The divergence of μ = (½, −1), log σ² = (−1, 0.3), worked out elsewhere, and of N(0, I) itself.
void known_divergences(Findings& findings) {
    Example one = make_example(variational_network(1, {}, 2), 1, 1);
    const Layout blocks = variational_layout(one.network);
    std::ranges::fill(one.theta, 0.0);
    const double of_itself = production_terms(one).cost.kl;
    findings.found(1, of_itself == 0 ? 0 : 1, 0);
    const std::span<double> mu = part<double>(one.theta, blocks.find("mu_b"));
    const std::span<double> log_variance = part<double>(one.theta, blocks.find("logvar_b"));
    mu[0] = 0.5, mu[1] = -1;
    log_variance[0] = -1, log_variance[1] = 0.3;
    const double found = production_terms(one).cost.kl, known = 0.833869124373;
    findings.found(1, relative_difference({&found, 1}, {&known, 1}), term_tolerance);
}

}  // namespace

CheckResult reparameterise_check() {
    return network_check(variational_examples(), Mistake::logvar_as_sigma, Shows::in_terms);
}

CheckResult elbo_check() {
    Findings findings;
    known_divergences(findings);
    for (const Example& each : variational_examples()) {
        examine(findings, each, Mistake::divergence_sign, Shows::in_cost);

        const Example alone = divergence_alone(each);
        const Layout blocks = layout(alone.network);
        GradientCheckOptions options;
        options.nearest_kink = nearest_kink(alone);
        for (std::size_t i = 2 * alone.network.gaussian_layer(); i < blocks.blocks.size(); ++i)
            options.zero_blocks.push_back(blocks.blocks[i].name);  // the decoder has no say in it
        const Objective<double> J = production_objective(alone);
        const Buffer<double> quotients = difference_quotients(J, alone.theta, blocks, options);
        const auto error = [&](std::span<const double> gradient) {
            return gradient_error(compare_gradients(gradient, quotients, blocks, options));
        };
        findings.found(blocks.parameters(), error(production_terms(alone).gradient),
                       gradient_tolerance);
        Buffer<double> uphill = production_terms(alone).gradient;
        for (double& g : uphill) g = -g;
        findings.twin_found(error(uphill), gradient_tolerance);
    }
    return findings.result();
}

CheckResult elbo_gradient_check() {
    return network_check(variational_examples(), Mistake::no_half_log_variance,
                         Shows::in_gradient);
}

CheckResult generate_check() {
    constexpr std::size_t count = 20;
    constexpr std::uint64_t seed = 7;
    Findings findings;
    for (const Example& each : variational_examples()) {
        const std::size_t l = each.network.gaussian_layer();
        const Matrix<double> ours = generate<double>(each.network, each.theta, count, seed);
        // The decoder by the formulas, on codes drawn one number after another.
        const auto decoded = [&](const auto& draw) {
            Example decoder = each;
            decoder.network.layers.erase(decoder.network.layers.begin(),
                                         decoder.network.layers.begin() + std::ptrdiff_t(l));
            decoder.network.inputs = each.network.units(l);
            decoder.noise = {};
            const Layout whole = layout(each.network), blocks = layout(decoder.network);
            decoder.theta = Buffer<double>(blocks.size);
            for (std::size_t i = 0; i < blocks.blocks.size(); ++i)
                std::ranges::copy(part<const double>(each.theta, whole.blocks[2 * l + i]),
                                  part<double>(decoder.theta, blocks.blocks[i]).begin());
            decoder.x = Matrix<double>(count, decoder.network.inputs);
            decoder.y = Matrix<double>(count, each.network.inputs);
            Random random(seed);
            for (double& z : decoder.x.values) z = draw(random);
            return reference_terms(decoder).h.back();
        };
        const Matrix<double> normal = decoded([](Random& random) { return random.normal(); });
        const Matrix<double> uniform = decoded([](Random& random) { return random.uniform(); });
        findings.found(ours.values.size(), relative_difference(ours.values, normal.values),
                       term_tolerance);
        findings.twin_found(relative_difference(ours.values, uniform.values), term_tolerance);
    }
    return findings.result();
}

}  // namespace autoencoder::checks
