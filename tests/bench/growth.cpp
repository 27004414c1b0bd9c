// How time grows with the number of patterns, of hidden units and of layers: one evaluation of the
// sparse full batch, and one epoch of mini-batches with momentum, both told for one pattern. Where
// growth is linear in the patterns, that figure stays the same: numbers of patterns take turns, since
// the machine itself changes by more than that within minutes.
#include <algorithm>

#include "autoencoder/backpropagation.hpp"
#include "autoencoder/training.hpp"
#include "case.hpp"
#include "flops.hpp"
#include "inputs.hpp"

namespace autoencoder::bench {
namespace {

constexpr std::size_t enough = 10'000;  // patterns in a turn: fewer are taken several times

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
    const std::size_t calls = std::max<std::size_t>(1, enough / count);
    return [state, calls] {
        const Batch<float> batch{state->x, state->x, state->rows.view(), {}};
        Turn turn;
        turn.seconds = seconds_of([&] {
            for (std::size_t i = 0; i < calls; ++i)
                turn.loss = cost_and_gradient<float>(state->network, state->theta, batch,
                                                     state->gradient, state->evaluation)
                                .total();
        });
        turn.seconds /= double(calls);
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
    const std::size_t epochs = std::max<std::size_t>(1, enough / count);
    return [state, epochs] {
        TrainingOptions options;
        options.optimizer = Optimizer::momentum;
        options.epochs = epochs;
        Buffer<float> theta = state->begin;
        Turn turn;
        turn.seconds = seconds_of([&] {
            train<float>(state->network, {state->rows.view(), {}}, options, theta,
                         [&](const TrainingStep& step) {
                             turn.loss = step.cost.total();
                             return true;
                         });
        });
        turn.seconds /= double(epochs);
        return turn;
    };
}

/// One evaluation of, or one epoch over, `count` patterns with this network.
Case growth_case(const std::string& folder, const std::string& what, bool full_batch,
                 std::span<const std::size_t> hidden, std::size_t count) {
    const Network dense = autoencoder_network(784, hidden);
    Network sparse = dense;
    sparse.weight_penalty = 3e-3;
    sparse.sparsity_target = 0.1;
    sparse.sparsity_weight = 3;
    Case w;
    w.workload = "growth";
    w.variant = what + (full_batch ? ", full batch" : ", mini-batch");
    w.unit = {"us/pattern", 1e6 / double(count), false};
    w.flops = training_flops(dense) * double(count);
    w.reps = 5;
    w.prepare = [=] {
        return full_batch ? evaluation(folder, sparse, count) : epoch(folder, dense, count);
    };
    return w;
}

}  // namespace

std::vector<Case> growth_cases(const std::string& folder) {
    std::vector<Case> cases;
    const std::size_t usual[] = {196};
    for (const bool full_batch : {true, false}) {
        for (const std::size_t count : {1'000u, 3'000u, 10'000u, 30'000u, 60'000u}) {
            cases.push_back(growth_case(folder, std::to_string(count) + " patterns", full_batch, usual, count));
            cases.back().round = full_batch ? "full batch" : "mini-batch";
        }
    }
    const auto add = [&](const std::string& what, std::span<const std::size_t> hidden, std::size_t count) {
        for (const bool full_batch : {true, false})
            cases.push_back(growth_case(folder, what, full_batch, hidden, count));
    };
    for (const std::size_t units : {50u, 100u, 200u, 400u, 1'000u, 2'000u, 4'000u}) {
        const std::size_t hidden[] = {units};
        add(std::to_string(units) + " hidden units", hidden, 4'000);
    }
    for (std::size_t depth = 1; depth <= 6; ++depth) {
        const std::vector<std::size_t> hidden(depth, 200);
        add(std::to_string(depth) + " hidden layer" + (depth > 1 ? "s" : ""), hidden, 10'000);
    }
    return cases;
}

}  // namespace autoencoder::bench
