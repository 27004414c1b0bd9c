// Every activation with every loss, depth, penalty, sparsity and dropout: the gradient of each
// block against difference quotients, and every term against the lecture. No two mistakes can
// hide behind each other in a combination that nobody tried.
#include <doctest/doctest.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include "autoencoder/activation.hpp"
#include "autoencoder/gradient_check.hpp"
#include "lecture/proof.hpp"

namespace autoencoder {
namespace {

using lecture::Example;
using enum Activation;

/// How a network ends.
struct Ending {
    Activation activation;
    Loss loss;
};
const std::vector<Ending> endings = {
    {sigmoid, Loss::squared_error}, {tanh, Loss::squared_error},    {relu, Loss::squared_error},
    {linear, Loss::squared_error},  {sigmoid, Loss::cross_entropy}, {softmax, Loss::cross_entropy}};

Network chain(std::size_t depth, Activation hidden, const Ending& ending) {
    constexpr std::size_t units[] = {4, 2, 3};
    Network network;
    network.inputs = 5;
    for (std::size_t l = 1; l < depth; ++l) network.layers.push_back({units[l - 1], hidden});
    network.layers.push_back({3, ending.activation});
    network.loss = ending.loss;
    return network;
}

std::string title(const Network& network) {
    std::string text = "hidden " + std::string(name(network.layers.front().activation)) +
                       ", output " + std::string(name(network.layers.back().activation)) + ", " +
                       std::string(name(network.loss)) + ", depth " +
                       std::to_string(network.depth());
    if (network.weight_penalty > 0) text += ", penalty";
    if (network.sparsity_weight > 0) text += ", sparsity";
    if (network.dropout > 0) text += ", dropout";
    return text;
}

bool every_block_at_work(const Layout& blocks, std::span<const double> gradient) {
    const auto zero = [](double g) { return g == 0; };
    return std::none_of(blocks.blocks.begin(), blocks.blocks.end(), [&](const Block& block) {
        const std::span<const double> of_block = part(gradient, block);
        return std::all_of(of_block.begin(), of_block.end(), zero);
    });
}

/// An example off every kink. Where relu or a mask switches a whole layer off, its gradient is
/// rightly zero and would say nothing: by the lecture that is no example.
Example telling_example(const Network& network, double margin) {
    constexpr std::size_t patterns = 6;
    for (std::uint64_t seed = 1; seed < 1000; ++seed) {
        Example example = lecture::make_example_off_kinks(network, patterns, seed, margin);
        const lecture::Terms literal = lecture::lecture_terms(example);
        if (every_block_at_work(layout(network), literal.gradient)) return example;
    }
    throw std::runtime_error("no example with every layer at work");
}

void expect_right_gradient(const Network& network) {
    GradientCheckOptions options;
    const Example example = telling_example(network, 20 * options.step);
    options.nearest_kink = lecture::nearest_kink(example);
    const Layout blocks = layout(network);
    const GradientCheck check =
        check_gradient(lecture::production_objective(example), example.theta, blocks, options);
    CHECK_MESSAGE(check.passed, title(network) << "\n" << describe(check));
    const double difference = lecture::terms_difference(blocks, lecture::production_terms(example),
                                                       lecture::lecture_terms(example));
    CHECK_MESSAGE(difference <= lecture::term_tolerance, title(network) << ": " << difference);
}

/// Every depth, penalty, sparsity (where it is allowed) and dropout, for these activations and
/// loss.
void expect_right_gradients(Activation hidden, const Ending& ending) {
    for (std::size_t depth = 1; depth <= 4; ++depth) {
        for (int choice = 0; choice < 8; ++choice) {
            Network network = chain(depth, hidden, ending);
            const bool sparse = choice & 2, dropping = choice & 4;
            if (depth == 1 && (sparse || dropping)) continue;  // both are for hidden layers
            if (sparse && hidden != sigmoid && hidden != tanh) continue;
            if (choice & 1) network.weight_penalty = 0.02;
            if (sparse) {
                network.sparsity_target = 0.1;
                network.sparsity_weight = 1.5;
            }
            if (dropping) {
                network.dropout = 0.25;
                network.input_dropout = 0.2;
            }
            expect_right_gradient(network);
        }
    }
}

}  // namespace

TEST_SUITE_BEGIN("gradients");

TEST_CASE(
    "every activation, loss, depth, penalty, sparsity and dropout has the gradient of its cost") {
    const lecture::OneThread alone;
    for (Activation hidden : {sigmoid, tanh, relu, linear})
        for (const Ending& ending : endings) expect_right_gradients(hidden, ending);
}

TEST_CASE("sparsity on some of the hidden layers only") {
    const lecture::OneThread alone;
    for (std::size_t without = 1; without <= 3; ++without) {
        Network network = chain(4, sigmoid, endings.front());
        network.sparsity_weight = 2;
        network.layers[without - 1].sparse = false;
        expect_right_gradient(network);
    }
}

TEST_SUITE_END();

}  // namespace autoencoder
