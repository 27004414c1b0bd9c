#include "checks/findings.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "autoencoder/error.hpp"

namespace autoencoder::checks {
namespace {

/// The larger one, where NaN is larger than any number.
double worse(double a, double b) { return std::isnan(a) || b <= a ? a : b; }

struct Shape {
    std::size_t inputs;
    std::vector<std::size_t> hidden;
    Activation activation, output;
    std::size_t patterns;
};

std::vector<Example> with_shapes(const Network& options, std::span<const Shape> shapes) {
    std::vector<Example> examples;
    for (const Shape& shape : shapes) {
        Network network =
            autoencoder_network(shape.inputs, shape.hidden, shape.activation, shape.output);
        network.weight_penalty = options.weight_penalty;
        network.sparsity_target = options.sparsity_target;
        network.sparsity_weight = options.sparsity_weight;
        network.dropout = options.dropout;
        examples.push_back(make_example(network, shape.patterns, examples.size() + 1));
    }
    return examples;
}

Objective<double> reference_cost(const Example& example, Mistake mistake) {
    return [at = example, mistake](std::span<const double> theta, std::span<double>) mutable {
        std::copy(theta.begin(), theta.end(), at.theta.begin());
        return reference_terms(at, mistake).cost.total();
    };
}

}  // namespace

double relative_difference(std::span<const double> a, std::span<const double> b) {
    require(a.size() == b.size(), "relative_difference: the vectors differ in size");
    double distance = 0, a_norm = 0, b_norm = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        distance += (a[i] - b[i]) * (a[i] - b[i]);
        a_norm += a[i] * a[i];
        b_norm += b[i] * b[i];
    }
    const double size = std::sqrt(a_norm) + std::sqrt(b_norm);
    return size == 0 ? 0 : std::sqrt(distance) / size;
}

double terms_difference(const Layout& layout, const Terms& a, const Terms& b) {
    double largest = 0;
    const auto compare = [&](std::span<const double> u, std::span<const double> v) {
        largest = worse(largest, relative_difference(u, v));
    };
    const auto compare_numbers = [&](double u, double v) { compare({&u, 1}, {&v, 1}); };
    for (std::size_t l = 0; l < a.s.size(); ++l) {
        compare(a.s[l].values, b.s[l].values);
        compare(a.h[l].values, b.h[l].values);
        compare(a.delta[l].values, b.delta[l].values);
        compare(a.rho[l], b.rho[l]);
        compare(a.kl[l], b.kl[l]);
    }
    compare(a.pattern_cost, b.pattern_cost);
    compare_numbers(a.cost.data, b.cost.data);
    compare_numbers(a.cost.weight_penalty, b.cost.weight_penalty);
    compare_numbers(a.cost.sparsity, b.cost.sparsity);
    compare_numbers(a.cost.kl, b.cost.kl);
    for (const Block& block : layout.blocks)
        compare(part<const double>(a.gradient, block), part<const double>(b.gradient, block));
    return largest;
}

double gradient_error(const GradientCheck& check) {
    const bool failed_otherwise = !check.passed && check.largest_error <= gradient_tolerance;
    return failed_otherwise ? 1 : check.largest_error;
}

void Findings::found(std::size_t parameters, double error, double tolerance) {
    result_.parameters += parameters;
    result_.error = worse(result_.error, error);
    result_.passed = result_.passed && error <= tolerance;
}

void Findings::twin_found(double error, double tolerance) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    if (std::isnan(error)) error = infinity;
    result_.twin_error = twins_++ == 0 || error < result_.twin_error ? error : result_.twin_error;
    result_.twin_caught = result_.twin_caught && error > tolerance;
}

CheckResult Findings::result() const {
    CheckResult result = result_;
    result.passed = result.passed && result.parameters > 0;
    result.twin_caught = result.twin_caught && twins_ > 0;
    return result;
}

void examine(Findings& findings, const Example& example, Mistake mistake, Shows shows) {
    const Layout blocks = layout(example.network);
    GradientCheckOptions options;
    options.nearest_kink = nearest_kink(example);
    const auto error = [&](std::span<const double> gradient, std::span<const double> quotients) {
        return gradient_error(compare_gradients(gradient, quotients, blocks, options));
    };
    const Objective<double> J = production_objective(example);
    const Buffer<double> quotients = difference_quotients(J, example.theta, blocks, options);
    Buffer<double> gradient(example.theta.size());
    J(example.theta, gradient);
    const Terms terms = production_terms(example);
    findings.found(blocks.parameters(), error(gradient, quotients), gradient_tolerance);
    findings.found(0, terms_difference(blocks, terms, reference_terms(example)), term_tolerance);

    if (example.patterns() == 1) return;
    const Terms mistaken = reference_terms(example, mistake);
    if (shows == Shows::in_terms) {
        findings.twin_found(terms_difference(blocks, terms, mistaken), term_tolerance);
    } else if (shows == Shows::in_gradient) {
        findings.twin_found(error(mistaken.gradient, quotients), gradient_tolerance);
    } else {
        const Buffer<double> wrong =
            difference_quotients(reference_cost(example, mistake), example.theta, blocks, options);
        findings.twin_found(error(gradient, wrong), gradient_tolerance);
    }
}

CheckResult network_check(const std::vector<Example>& examples, Mistake mistake, Shows shows) {
    Findings findings;
    for (const Example& example : examples) examine(findings, example, mistake, shows);
    return findings.result();
}

std::vector<Example> autoencoders(const Network& options) {
    using enum Activation;
    const std::vector<Shape> shapes = {{5, {3}, sigmoid, sigmoid, 7},
                                       {4, {6, 2, 6}, tanh, sigmoid, 33},
                                       {3, {2}, sigmoid, linear, 1},
                                       {6, {4}, sigmoid, tanh, 1030}};
    return with_shapes(options, shapes);
}

std::vector<Example> shallow_autoencoders(const Network& options) {
    using enum Activation;
    const std::vector<Shape> shapes = {
        {5, {3}, sigmoid, sigmoid, 7}, {4, {6}, tanh, sigmoid, 33}, {3, {2}, sigmoid, linear, 1}};
    return with_shapes(options, shapes);
}

}  // namespace autoencoder::checks
