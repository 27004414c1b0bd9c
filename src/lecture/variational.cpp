// Variational autoencoder: it learns a stochastic latent space. The code is a distribution, with the mean μ
// and the variance σ² that the encoder gives, as (μ, log σ²).
//
//     z = μ + σ ⊙ ε,  ε ~ N(0, I)                                                        [reparameterise]
//     J^q = −Σ_i [x_i log x̂_i + (1−x_i) log(1−x̂_i)] − ½ Σ_k (1 + log σ_k² − μ_k² − σ_k²)        [elbo]
//     with g = ∂J/∂z:  ∂J/∂μ = g + μ,  ∂J/∂log σ² = ½ σ ⊙ ε ⊙ g + ½ (σ² − 1)             [elbo-gradient]
//     x̂ of a code that is drawn, z ~ N(0, I): a pattern that nobody has seen             [generate]
//
// The reconstruction's δ at a sigmoid output is x − x̂, as the head's: f' of the sigmoid cancels.
#include <algorithm>

#include "autoencoder/elementwise.hpp"
#include "autoencoder/random.hpp"
#include "autoencoder/variational.hpp"
#include "lecture/mistakes.hpp"

namespace autoencoder::lecture {

Number Lecture::mu(size_t l, size_t q, size_t k) const { return unit("μ", k, t.s[l - 1](q, k)); }

Number Lecture::log_variance(size_t l, size_t q, size_t k) const {
    const double value = t.s[l - 1](q, net.units(l) + k);
    return digits ? name("log σ_" + std::to_string(k + 1) + "²", value) : value;
}

Number Lecture::sigma(size_t l, size_t q, size_t k) const {
    return unit("σ", k, exponential(0.5 * log_variance(l, q, k)));
}

Number Lecture::epsilon(size_t q, size_t k) const {
    return unit("ε", k, example.noise.rows == 0 ? 0 : example.noise(q, k));
}

Number Lecture::sample(size_t l, size_t q, size_t k) const {
    return mu(l, q, k) + sigma(l, q, k) * epsilon(q, k);  // [reparameterise]
}

// The first sum of J^q; the second is `divergence`, a term a unit of the code.
Number Lecture::reconstruction(size_t q) const {
    Number J = 0;
    for (size_t i = 0; i < net.units(L); ++i) {
        const Number x = y(q, i), x_hat = y_hat(q, i);
        J -= x * logarithm(x_hat) + (1 - x) * logarithm(1 - x_hat);
    }
    return J;
}

Number Lecture::divergence(size_t l, size_t q, size_t k) const {
    const Number m = mu(l, q, k), log_v = log_variance(l, q, k);
    return -0.5 * (1 + log_v - m * m - exponential(log_v));  // [elbo]
}

Number Lecture::by_mu(size_t l, size_t q, size_t k) const {
    const Number g = unit("g", k, -carried_back(l, q, k));
    return g + mu(l, q, k);
}

Number Lecture::by_log_variance(size_t l, size_t q, size_t k) const {
    const Number g = unit("g", k, -carried_back(l, q, k)), sd = sigma(l, q, k);
    return 0.5 * sd * epsilon(q, k) * g + 0.5 * (sd * sd - 1);  // [elbo-gradient]
}

double Lecture::draw(Random& random) const { return random.normal(); }

std::vector<double> Lecture::generate(std::vector<double> z) const {
    for (size_t l = net.gaussian_layer() + 1; l <= L; ++l) {
        std::vector<double> h;
        for (size_t i = 0; i < net.units(l); ++i)
            h.push_back(f(activation(l), out_of_code(l, z, i)).value);
        z = h;
    }
    return z;
}

Number Lecture::out_of_code(size_t l, std::span<const double> z, size_t i) const {
    Number s = b(l, i);
    for (size_t j = 0; j < z.size(); ++j) s += w(l, i, j) * unit("z", j, z[j]);  // [generate]
    return s;
}

// Made fast in
//     src/kernels/code.hpp         sample_lanes  reparameterise, elbo
//     src/kernels/code.hpp         sample_slope  elbo-gradient
//     src/methods/variational.cpp  generate      generate

namespace {

struct Shape {
    size_t inputs;
    std::vector<size_t> hidden;
    size_t code;
    Activation activation;
    size_t patterns;
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
    const size_t L = example.network.depth();
    for (size_t i = 2 * L - 2; i < 2 * L; ++i)
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

CheckResult elbo_check() {
    Findings findings;
    known_divergences(findings);
    for (const Example& each : variational_examples()) {
        examine(findings, each, with<DivergenceSign>, Shows::in_cost);

        const Example alone = divergence_alone(each);
        const Layout blocks = layout(alone.network);
        GradientCheckOptions options;
        options.nearest_kink = nearest_kink(alone);
        for (size_t i = 2 * alone.network.gaussian_layer(); i < blocks.blocks.size(); ++i)
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

CheckResult generate_check() {
    constexpr size_t count = 20;
    constexpr std::uint64_t seed = 7;
    Findings findings;
    for (const Example& example : variational_examples()) {
        const Matrix<double> ours =
            autoencoder::generate<double>(example.network, example.theta, count, seed);
        const auto error = [&](const Lecture& formulas) {
            Matrix<double> drawn(count, example.network.inputs);
            Random random(seed);
            for (size_t q = 0; q < count; ++q) {
                std::vector<double> z(example.network.units(example.network.gaussian_layer()));
                for (double& each : z) each = formulas.draw(random);
                std::ranges::copy(formulas.generate(z), drawn.row(q).begin());
            }
            return relative_difference(ours.values, drawn.values);
        };
        findings.found(ours.values.size(), error(Lecture(example)), term_tolerance);
        findings.twin_found(error(UniformCode(example)), term_tolerance);
    }
    return findings.result();
}

constexpr Check checks[] = {
    {"reparameterise", "e^{log σ²} for σ",
     [] { return examine_all(variational_examples(), with<LogVarianceAsSigma>, Shows::in_terms); }},
    {"elbo", "sign of the divergence", elbo_check},
    {"elbo-gradient", "½ missing in ∂z/∂log σ²",
     [] {
         return examine_all(variational_examples(), with<NoHalfLogVariance>, Shows::in_gradient);
     }},
    {"generate", "z uniform in (0, 1)", generate_check},
};

}  // namespace

std::span<const Check> variational_checks() { return checks; }

}  // namespace autoencoder::lecture
