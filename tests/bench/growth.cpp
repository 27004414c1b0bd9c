// How time grows with the number of patterns, of hidden units and of layers: one evaluation of the
// sparse full batch, and one epoch of mini-batches with momentum, both told for one pattern. Where
// growth is linear in the patterns, that figure stays the same.
#include <algorithm>

#include "autoencoder/backpropagation.hpp"
#include "autoencoder/training.hpp"
#include "case.hpp"
#include "flops.hpp"
#include "inputs.hpp"

namespace autoencoder::bench {
namespace {

/// `count` images, the first ones again and again where there are not so many.
Matrix<float> some_images(const std::string& folder, std::size_t count) {
    const Matrix<float>& all = training_images(folder).x;
    Matrix<float> x(count, all.cols);
    for (std::size_t i = 0; i < count; ++i) {
        const std::span<const float> image = all.row(i % all.rows);
        std::copy(image.begin(), image.end(), x.row(i).begin());
    }
    return x;
}

std::function<Turn()> evaluation(const std::string& folder, const Network& network,
                                 std::size_t count) {
    struct State {
        Network network;
        Matrix<float> rows;
        Panels<float> x;
        Buffer<float> theta, gradient;
        Evaluation<float> evaluation;
    };
    const auto state = std::make_shared<State>(State{network,
                                                     some_images(folder, count),
                                                     Panels<float>(count, network.inputs),
                                                     portable_parameters(network),
                                                     {},
                                                     Evaluation<float>(network, count)});
    state->gradient = Buffer<float>(state->theta.size());
    to_panels<float>(state->rows.view(), state->x);
    return [state] {
        const Batch<float> batch{state->x, state->x, state->rows.view(), {}};
        Turn turn;
        turn.seconds = seconds_of([&] {
            turn.loss = cost_and_gradient<float>(state->network, state->theta, batch,
                                                 state->gradient, state->evaluation)
                            .total();
        });
        return turn;
    };
}

std::function<Turn()> epoch(const std::string& folder, const Network& network, std::size_t count) {
    struct State {
        Network network;
        Matrix<float> rows;
        Buffer<float> begin;
    };
    const auto state = std::make_shared<State>(
        State{network, some_images(folder, count), portable_parameters(network)});
    return [state] {
        TrainingOptions options;
        options.optimizer = Optimizer::momentum;
        options.epochs = 1;
        Buffer<float> theta = state->begin;
        Turn turn;
        turn.seconds = seconds_of([&] {
            train<float>(state->network, {state->rows.view(), {}}, options, theta,
                         [&](const TrainingStep& step) {
                             turn.loss = step.cost.total();
                             return true;
                         });
        });
        return turn;
    };
}

/// Both cases of one network and one number of patterns.
void add(std::vector<Case>& cases, const std::string& folder, const std::string& what,
         std::span<const std::size_t> hidden, std::size_t count) {
    const Network dense = autoencoder_network(784, hidden);
    Network sparse = dense;
    sparse.weight_penalty = 3e-3;
    sparse.sparsity_target = 0.1;
    sparse.sparsity_weight = 3;
    Case w;
    w.workload = "growth";
    w.unit = {"us/pattern", 1e6 / double(count), false};
    w.flops = training_flops(dense) * double(count);
    w.reps = 5;
    w.variant = what + ", full batch";
    w.prepare = [=] { return evaluation(folder, sparse, count); };
    cases.push_back(w);
    w.variant = what + ", mini-batch";
    w.prepare = [=] { return epoch(folder, dense, count); };
    cases.push_back(w);
}

}  // namespace

std::vector<Case> growth_cases(const std::string& folder) {
    std::vector<Case> cases;
    const std::size_t usual[] = {196};
    for (const std::size_t count : {1'000u, 3'000u, 10'000u, 30'000u, 60'000u})
        add(cases, folder, std::to_string(count) + " patterns", usual, count);
    for (const std::size_t units : {50u, 100u, 200u, 400u, 1'000u, 2'000u, 4'000u}) {
        const std::size_t hidden[] = {units};
        add(cases, folder, std::to_string(units) + " hidden units", hidden, 4'000);
    }
    for (std::size_t depth = 1; depth <= 6; ++depth) {
        const std::vector<std::size_t> hidden(depth, 200);
        const std::string what = std::to_string(depth) + " hidden layer" + (depth > 1 ? "s" : "");
        add(cases, folder, what, hidden, 10'000);
    }
    return cases;
}

}  // namespace autoencoder::bench
