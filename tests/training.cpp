// What train() promises besides a low cost: the best θ of patterns held out, learning rates that
// follow their schedule, dropped inputs, and runs that go on with the same bits.
#include <doctest/doctest.h>

#include <algorithm>

#include "autoencoder/training.hpp"
#include "numeric.hpp"

using namespace autoencoder;
using namespace autoencoder::test;

namespace {

constexpr Optimizer all_optimizers[] = {Optimizer::online, Optimizer::sgd, Optimizer::momentum,
                                        Optimizer::adam, Optimizer::lbfgs};

/// Blobs on a line of 20 pixels, with some grain.
Matrix<float> blobs(std::size_t patterns, std::uint64_t seed) {
    Random random(seed);
    Matrix<float> x(patterns, 20);
    for (std::size_t q = 0; q < patterns; ++q) {
        const std::size_t from = random.below(16);
        for (std::size_t i = 0; i < x.cols; ++i)
            x(q, i) = float((i >= from && i < from + 5 ? 0.9 : 0.05) + 0.05 * random.uniform());
    }
    return x;
}

Network network_of(double dropout = 0, double input_dropout = 0) {
    const std::size_t hidden[] = {9};
    Network network = autoencoder_network(20, hidden);
    network.dropout = dropout;
    network.input_dropout = input_dropout;
    return network;
}

/// One run, whatever its optimiser's steps are called.
struct Trained {
    Buffer<float> theta;
    TrainingState<float> state;
    std::vector<TrainingStep> log;
    Outcome outcome = Outcome::stopped;

    explicit Trained(const Network& network) : theta(initial_parameters<float>(network, 3)) {}
    Trained& run(const Network& network, const Matrix<float>& x, TrainingOptions options,
                 std::size_t steps, std::size_t stop_after = 1000) {
        options.epochs = options.iterations = steps;
        const TrainingReport report = [&](const TrainingStep& step) {
            log.push_back(step);
            return step.number != stop_after;
        };
        outcome = train<float>(network, {x.view(), {}}, options, theta, report, &state);
        return *this;
    }
};

TrainingOptions options_of(Optimizer optimizer) {
    TrainingOptions options;
    options.optimizer = optimizer;
    options.learning_rate = optimizer == Optimizer::adam ? 0.01 : 0.1;
    options.batch = 16;
    options.corruption = {Noise::masking, 0.2};
    return options;
}

/// Mean J of rows, clean, by the definition.
double plain_cost(const Network& network, const Buffer<float>& theta, View<const float> x,
                  View<const float> y) {
    const Matrix<float> out = activity<float>(network, theta, x, network.depth());
    double sum = 0;
    for (std::size_t q = 0; q < y.rows; ++q) {
        for (std::size_t i = 0; i < y.cols; ++i)
            sum += 0.5 * double(y(q, i) - out(q, i)) * double(y(q, i) - out(q, i));
    }
    return sum / double(y.rows);
}

}  // namespace

TEST_SUITE("training") {
    TEST_CASE("with patterns held out every way of training leaves the θ that is best on them") {
        const Matrix<float> x = blobs(90, 1);
        const Network network = network_of();
        for (const Optimizer optimizer : all_optimizers) {
            CAPTURE(name(optimizer));
            TrainingOptions options = options_of(optimizer);
            options.validation = 30;
            const Trained t = Trained(network).run(network, x, options, 8);
            CHECK(t.outcome == Outcome::iterations_done);
            const auto best = std::min_element(
                t.log.begin(), t.log.end(),
                [](const auto& a, const auto& b) { return *a.validation < *b.validation; });
            CHECK(t.state.best.number == best->number);
            CHECK(t.state.best.cost == *best->validation);
            CHECK(same_bits(t.theta, t.state.best.theta));

            const View<const float> held = x.view().slice(60, 30);
            const Matrix<float> noisy =
                corrupted<float>(options.corruption, held, options.seed, evaluation_round);
            const double expected = plain_cost(network, t.theta, noisy.view(), held);
            CHECK(std::fabs(expected - t.state.best.cost) < 1e-5 * expected);
        }
    }

    TEST_CASE("patterns held out are not learned from") {
        Matrix<float> x = blobs(90, 1);
        const Network network = network_of();
        for (const Optimizer optimizer : all_optimizers) {
            CAPTURE(name(optimizer));
            TrainingOptions options = options_of(optimizer), fewer = options;
            options.validation = 30;
            const Trained held = Trained(network).run(network, x, options, 4);
            Matrix<float> part(60, 20);
            std::copy_n(x.values.begin(), part.values.size(), part.values.begin());
            const Trained rest = Trained(network).run(network, part, fewer, 4);
            CHECK(same_bits(held.state.best.latest, rest.theta));
        }
    }

    TEST_CASE("patience ends a run that many steps after its best, and a resumed one at once") {
        const Matrix<float> x = blobs(24, 2);  // few: soon they are learned by heart
        const Network network = network_of();
        TrainingOptions options = options_of(Optimizer::adam);
        options.learning_rate = 0.1;
        options.validation = 16;
        options.patience = 5;
        Trained t = Trained(network).run(network, x, options, 3000, 100000);
        CHECK(t.outcome == Outcome::validation_settled);
        CHECK(t.log.back().number == t.state.best.number + 5);
        CHECK(same_bits(t.theta, t.state.best.theta));
        const std::size_t reports = t.log.size();
        t.run(network, x, options, 4000, 100000);
        CHECK(t.outcome == Outcome::validation_settled);
        CHECK(t.log.size() == reports);
        CHECK(same_bits(t.theta, t.state.best.theta));

        options.validation = 0;
        CHECK_THROWS_AS(t.run(network, x, options, 1), std::invalid_argument);
        options.validation = 24;
        CHECK_THROWS_AS(t.run(network, x, options, 1), std::invalid_argument);
    }

    TEST_CASE("a stopped run goes on with the same bits: noise, masks, schedule, patterns held out") {
        const Matrix<float> x = blobs(90, 3);
        const Network network = network_of(0.2, 0.1);
        for (const Optimizer optimizer : all_optimizers) {
            CAPTURE(name(optimizer));
            TrainingOptions options = options_of(optimizer);
            options.schedule.decay = Decay::cosine;
            options.validation = 30;
            const Trained whole = Trained(network).run(network, x, options, 7);
            Trained parts = Trained(network).run(network, x, options, 7, 3);
            CHECK(parts.outcome == Outcome::stopped);
            CHECK(parts.log.back().number == 3);
            parts.run(network, x, options, 7, 5).run(network, x, options, 7);
            CHECK(same_bits(whole.theta, parts.theta));
            CHECK(same_bits(whole.state.best.latest, parts.state.best.latest));
            CHECK(whole.state.best.number == parts.state.best.number);
            CHECK(whole.log.back().validation == parts.log.back().validation);
        }
    }

    TEST_CASE("the learning rate follows its schedule, epoch by epoch") {
        const Matrix<float> x = blobs(60, 4);
        const Network network = network_of();
        for (const Optimizer optimizer : {Optimizer::online, Optimizer::sgd, Optimizer::momentum,
                                          Optimizer::adam}) {
            CAPTURE(name(optimizer));
            TrainingOptions options = options_of(optimizer);
            options.schedule = {.decay = Decay::steps, .every = 2, .factor = 0.25};
            const Trained scheduled = Trained(network).run(network, x, options, 4);
            options.schedule = {};
            const double rate = options.learning_rate;
            Trained by_hand = Trained(network).run(network, x, options, 2);
            const Buffer<float> half_way = by_hand.theta;
            options.learning_rate = rate * 0.25;
            by_hand.run(network, x, options, 4);
            CHECK(same_bits(scheduled.theta, by_hand.theta));
            CHECK_FALSE(same_bits(scheduled.theta, half_way));
        }
        TrainingOptions beyond = options_of(Optimizer::adam);
        beyond.schedule = {.decay = Decay::cosine, .length = 2};
        CHECK_THROWS_AS(Trained(network).run(network, x, beyond, 4), std::invalid_argument);
    }

    TEST_CASE("[dropout]: dropped inputs are zero, the others larger, as if x came so") {
        const Matrix<float> x = blobs(70, 5);
        for (const double sparsity : {0.0, 1.0}) {  // with it, all of layer 1 is kept
            Network network = network_of(0, 0.25), plain = network_of();
            network.sparsity_weight = plain.sparsity_weight = sparsity;
            const auto theta = initial_parameters<float>(network, 6);
            Panels<float> panels(70, 20), mask(70, 20), dropped(70, 20);
            to_panels<float>(x.view(), panels);
            Random random(7);
            for (float& m : mask.values) m = random.uniform() < 0.75 ? 1 : 0;
            for (std::size_t i = 0; i < mask.values.size(); ++i)
                dropped.values[i] = mask.values[i] * (float(1 / 0.75) * panels.values[i]);
            Evaluation<float> evaluation(network, 70), of_plain(plain, 70);
            Buffer<float> gradient(theta.size()), expected(theta.size());
            Batch<float> batch{panels, panels, x.view(), {}, mask};
            const Cost cost =
                cost_and_gradient<float>(network, theta, batch, gradient, evaluation);
            const Cost other = cost_and_gradient<float>(plain, theta, {dropped, panels, {}, {}},
                                                        expected, of_plain);
            CHECK(cost.total() == other.total());
            CHECK(same_bits(gradient, expected));
            CHECK_THROWS_AS(cost_and_gradient<float>(plain, theta, batch, gradient, of_plain),
                            std::invalid_argument);
        }
    }

    TEST_CASE("a step that is given up is taken back, and done when the run goes on") {
        const Matrix<float> x = blobs(60, 1);
        Network network = network_of(0.2);
        network.sparsity_weight = 0.1;
        Network lectures = network;
        lectures.dropout = 0;  // the online rule's own way
        std::size_t stops[2] = {};
        for (const Optimizer optimizer : {Optimizer::online, Optimizer::sgd, Optimizer::momentum,
                                          Optimizer::adam, Optimizer::lbfgs}) {
            for (const std::size_t held_out : {0u, 12u}) {
                for (const std::size_t when : {1u, 2u, 3u, 5u, 7u, 9u, 10u, 14u, 16u, 23u}) {
                    CAPTURE(std::size_t(optimizer));
                    CAPTURE(held_out);
                    CAPTURE(when);
                    const Network& net = optimizer == Optimizer::online ? lectures : network;
                    TrainingOptions options = options_of(optimizer);
                    options.validation = held_out;
                    if (optimizer != Optimizer::lbfgs && optimizer != Optimizer::online)
                        options.mean_activity = MeanActivity::running;
                    const Trained whole = Trained(net).run(net, x, options, 8);
                    Trained part(net);
                    std::size_t asked = 0;
                    TrainingOptions hurried = options;
                    hurried.gives_up = [&] { return ++asked == when; };
                    part.run(net, x, hurried, 8);
                    if (asked < when) continue;  // it was done
                    ++stops[held_out > 0];
                    REQUIRE(part.outcome == Outcome::stopped);
                    REQUIRE(asked == when);
                    // As if it had been stopped after the last step that it told of.
                    Trained stopped(net);
                    if (!part.log.empty()) stopped.run(net, x, options, 8, part.log.back().number);
                    CHECK(std::ranges::equal(part.theta, stopped.theta));
                    CHECK(part.state.best.number == stopped.state.best.number);
                    CHECK(std::ranges::equal(part.run(net, x, options, 8).theta, whole.theta));
                    REQUIRE(part.log.size() == whole.log.size());
                    for (std::size_t k = 0; k < whole.log.size(); ++k) {
                        CHECK(part.log[k].evaluations == whole.log[k].evaluations);
                        CHECK(part.log[k].cost.total() == whole.log[k].cost.total());
                        CHECK(part.log[k].validation == whole.log[k].validation);
                    }
                }
            }
        }
        CHECK(stops[0] > 30);
        CHECK(stops[1] > 30);
    }
}
