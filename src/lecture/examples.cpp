// Small networks with random numbers, which every check works on, and their terms as the code that
// trains models computes them.
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "autoencoder/activation.hpp"
#include "autoencoder/backpropagation.hpp"
#include "autoencoder/error.hpp"
#include "autoencoder/random.hpp"
#include "lecture/proof.hpp"

namespace autoencoder::lecture {
namespace {

/// An example's patterns in the form that an evaluation takes, and the evaluation.
struct Bench {
    Network network;
    Matrix<double> x_rows;
    Panels<double> x, y;
    Panels<double> noise;
    std::vector<Panels<double>> masks;
    Panels<double> input_mask;
    Evaluation<double> evaluation;
    Batch<double> batch;

    Bench(const Example& example, bool everything)
        : network(example.network),
          x_rows(example.x),
          x(panels(example.x)),
          y(panels(example.y)),
          noise(panels(example.noise)),
          input_mask(panels(example.input_mask)),
          evaluation(network, example.patterns(), everything) {
        for (const Matrix<double>& mask : example.masks) masks.push_back(panels(mask));
        batch.x = x;
        batch.y = y;
        if (!everything) batch.x_rows = x_rows;
        for (const Panels<double>& mask : masks) batch.masks.push_back(mask);
        if (input_mask.patterns > 0) batch.input_mask = input_mask;
        if (noise.patterns > 0) batch.noise = noise;
    }
    static Panels<double> panels(const Matrix<double>& rows) {
        Panels<double> result(rows.rows, rows.cols);
        to_panels<double>(rows, result);
        return result;
    }
};

Matrix<double> rows(const Panels<double>& panels) {
    Matrix<double> result(panels.patterns, panels.units);
    from_panels<double>(panels, result);
    return result;
}

/// At least one is dropped, and one is kept.
Matrix<double> random_mask(Random& random, size_t patterns, size_t units, double p) {
    Matrix<double> mask(patterns, units);
    for (double& m : mask.values) m = random.uniform() < p ? 0 : 1;
    mask(0, 0) = 0;
    mask(patterns - 1, units - 1) = 1;
    return mask;
}

void fill(Random& random, std::span<double> numbers, double low, double high) {
    for (double& number : numbers) number = random.uniform(low, high);
}

struct Shape {
    size_t inputs;
    std::vector<size_t> hidden;
    Activation activation, output;
    size_t patterns;
};

Taking* asked = nullptr;

Activation chosen(Activation usual) {
    if (!asked || usual == Activation::linear) return usual;
    asked->taken = true;
    return asked->f;
}

/// Whether no block of the gradient is all zero.
bool is_alive(const Example& example) {
    const Buffer<double> gradient = production_terms(example).gradient;
    for (const Block& block : layout(example.network).blocks)
        if (std::ranges::all_of(part<const double>(gradient, block), [](double x) { return x == 0; })) return false;
    return true;
}

std::vector<Example> with_shapes(const Network& options, std::span<const Shape> shapes) {
    std::vector<Example> examples;
    for (const Shape& shape : shapes) {
        Network network = options;
        const Network layers =
            autoencoder_network(shape.inputs, shape.hidden, chosen(shape.activation), chosen(shape.output));
        network.inputs = layers.inputs;
        network.layers = layers.layers;
        validate(network);
        examples.push_back(lively_example(network, shape.patterns, examples.size() + 1));
    }
    return examples;
}

}  // namespace

Taking::Taking(Activation f_) : f(f_) { asked = this; }
Taking::~Taking() { asked = nullptr; }

Example make_example(const Network& network, size_t patterns, std::uint64_t seed) {
    Random random(seed);
    Example example{network,
                    Buffer<double>(layout(network).size),
                    Matrix<double>(patterns, network.inputs),
                    Matrix<double>(patterns, network.units(network.depth())),
                    {},
                    {}};
    const Layout blocks = layout(network);
    for (const Block& block : blocks.blocks)
        fill(random, part<double>(example.theta, block), -1, 1);
    if (network.depth() > 1) part<double>(example.theta, blocks.find("b1"))[0] = -4;
    fill(random, example.x.values, 0.05, 0.95);
    if (network.layers.back().activation == Activation::softmax) {
        for (size_t q = 0; q < patterns; ++q) example.y(q, random.below(example.y.cols)) = 1;
    } else if (example.y.cols == example.x.cols) {
        example.y = example.x;
    } else {
        fill(random, example.y.values, 0.05, 0.95);
    }
    for (size_t l = 1; network.dropout > 0 && l < network.depth(); ++l)
        example.masks.push_back(
            network.droppable(l) ? random_mask(random, patterns, network.units(l), network.dropout)
                                 : Matrix<double>());
    if (network.input_dropout > 0)
        example.input_mask = random_mask(random, patterns, network.inputs, network.input_dropout);
    if (const size_t l = network.gaussian_layer()) {
        example.noise = Matrix<double>(patterns, network.units(l));
        for (double& epsilon : example.noise.values) epsilon = random.normal();
    }
    return example;
}

Example make_example_off_kinks(const Network& network, size_t patterns, std::uint64_t seed,
                               double margin) {
    constexpr std::uint64_t tries = 1000;
    for (std::uint64_t i = 0; i < tries; ++i) {
        Example example = make_example(network, patterns, seed + i);
        if (nearest_kink(example) > margin) return example;
    }
    throw std::invalid_argument("no example with every |s| above " + std::to_string(margin));
}

double nearest_kink(const Example& example) {
    double nearest = std::numeric_limits<double>::infinity();
    const Terms terms = production_terms(example);
    for (size_t l = 1; l <= example.network.depth(); ++l) {
        const Activation f = example.network.layer(l).activation;
        if (f != Activation::relu && !(asked && f == asked->f)) continue;
        for (double s : terms.s[l - 1].values) nearest = std::min(nearest, std::fabs(s));
    }
    return nearest;
}

Example lively_example(const Network& network, size_t patterns, std::uint64_t seed) {
    if (!asked) return make_example(network, patterns, seed);
    // Of very many patterns some s is always near 0, and of few units all may be off.
    Example example;
    do example = make_example_off_kinks(network, std::min<size_t>(patterns, 7), seed++, kink_margin);
    while (!is_alive(example));
    return example;
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

Network penalised() {
    Network options;
    options.weight_penalty = 0.01;
    return options;
}

Network sparse() {
    Network options = penalised();
    options.sparsity_target = 0.1;
    options.sparsity_weight = 3;
    return options;
}

Network dropping() {
    Network options = sparse();
    options.dropout = 0.4;
    options.input_dropout = 0.2;
    return options;
}

Terms production_terms(const Example& example) {
    Bench bench(example, true);
    Terms terms;
    terms.gradient = Buffer<double>(example.theta.size());
    terms.cost = cost_and_gradient<double>(bench.network, example.theta, bench.batch,
                                           terms.gradient, bench.evaluation);
    for (const auto& layer : bench.evaluation.layers) {
        terms.s.push_back(rows(layer.s));
        terms.h.push_back(rows(layer.h));
        terms.delta.push_back(rows(layer.delta));
        terms.rho.emplace_back();
        for (const Rho& rho : layer.rho) terms.rho.back().push_back(rho.on);
        terms.kl.push_back(layer.kl);
    }
    const Buffer<double>& costs = bench.evaluation.pattern_cost;
    terms.pattern_cost.assign(costs.begin(), costs.end());
    return terms;
}

Objective<double> production_objective(const Example& example) {
    const auto bench = std::make_shared<Bench>(example, false);
    return [bench](std::span<const double> theta, std::span<double> gradient) {
        return cost_and_gradient<double>(bench->network, theta, bench->batch, gradient,
                                         bench->evaluation)
            .total();
    };
}

}  // namespace autoencoder::lecture
