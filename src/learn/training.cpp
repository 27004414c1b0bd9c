#include "autoencoder/training.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <string>

#include "autoencoder/online.hpp"
#include "autoencoder/text.hpp"
#include "network/evaluation.hpp"
#include "learn/held_out.hpp"
#include "learn/ways.hpp"

namespace autoencoder {
namespace {

constexpr std::array<std::string_view, 5> names = {"online", "sgd", "momentum", "adam", "lbfgs"};

template <class T>
void require_fit(const Network& network, const TrainingSet<T>& data, const TrainingOptions& options) {
    validate(network);
    const std::size_t outputs = network.units(network.depth());
    require(data.x.rows > 0, "train: expected at least one pattern");
    require(data.x.cols == network.inputs, [&] {
        return "train: the data are " + size_text(data.x) + " but the network has " +
               std::to_string(network.inputs) + " inputs";
    });
    if (data.y.data) {
        require(data.y.rows == data.x.rows && data.y.cols == outputs, [&] {
            return "train: the targets are " + size_text(data.y) + " but expected " +
                   size_text(data.x.rows, outputs);
        });
    } else {
        require(outputs == network.inputs, [&] {
            return "train: without targets the output must be as wide as the input, " +
                   std::to_string(network.inputs) + ", found " + std::to_string(outputs);
        });
    }
    require(options.validation < data.x.rows, [&] {
        return "train: " + std::to_string(options.validation) + " of " +
               std::to_string(data.x.rows) + " patterns are held out, none is left to learn from";
    });
    require(options.batch > 0, "train: expected at least one pattern a batch");
    require(options.patience == 0 || options.validation > 0,
            "train: patience needs patterns that are held out");
}

template <class T>
Outcome train_by_its_way(const training::Run<T>& run) {
    if (run.options.optimizer == Optimizer::lbfgs) return training::train_whole(run);
    if (run.options.optimizer == Optimizer::online && OnlineNetwork<T>::suits(run.network))
        return training::train_online(run);
    return training::train_batches(run);
}

/// Some patterns are held out: their cost is measured after every epoch, and the best θ is kept.
template <class T>
Outcome train_validated(const Network& network, const TrainingSet<T>& data,
                        const TrainingOptions& options, std::span<T> theta,
                        const TrainingReport& report, TrainingState<T>& state) {
    training::HeldOut<T> held_out(network, data, options);
    BestSoFar<T>& best = state.best;
    if (best.latest.size() > 0) {  // θ is the best of a run that goes on from its latest
        require(best.latest.size() == theta.size(),
                "train: the state belongs to another size of θ");
        std::copy(best.latest.begin(), best.latest.end(), theta.begin());
        best.latest = Buffer<T>();
    }
    const std::size_t done =
        options.optimizer == Optimizer::lbfgs ? state.lbfgs.iterations : state.epochs;
    bool settled = training::exhausted(options, done, best);
    Outcome outcome = Outcome::validation_settled;
    if (!settled) {
        const TrainingReport each = [&](const TrainingStep& step) {
            settled = training::exhausted(options, step.number, best);
            return (!report || report(step)) && !settled;
        };
        outcome = train_by_its_way<T>({network, held_out.rest(), options, theta, each, state, &held_out});
        if (outcome == Outcome::stopped && settled) outcome = Outcome::validation_settled;
    }
    if (best.theta.size() > 0 && outcome != Outcome::not_finite) {
        best.latest = Buffer<T>(theta.size());
        std::copy(theta.begin(), theta.end(), best.latest.begin());
        std::copy(best.theta.begin(), best.theta.end(), theta.begin());
    }
    return outcome;
}

}  // namespace

namespace training {

double learning_rate(const TrainingOptions& options, std::size_t epoch) {
    Schedule schedule = options.schedule;
    if (schedule.decay == Decay::cosine && schedule.length == 0) schedule.length = options.epochs;
    return options.learning_rate * learning_rate_factor(schedule, epoch);
}

void shuffle(std::uint64_t seed, std::size_t epoch, std::vector<std::size_t>& order) {
    std::iota(order.begin(), order.end(), std::size_t{0});
    Random(seed, order_stream + epoch).shuffle<std::size_t>(order);
}

}  // namespace training

template <class T>
std::size_t training_memory(const Network& network, std::size_t patterns,
                            const TrainingOptions& options) {
    using enum Optimizer;
    const Optimizer optimizer = options.optimizer;
    std::size_t copies =
        options.validation > 0 ? 4 : 2;  // θ and the gradient; the best and the latest θ
    if (optimizer == lbfgs) copies += 2 * LbfgsOptions().memory + 4;
    if (optimizer == momentum) copies += 1;
    if (optimizer == adam || optimizer == online) copies += 2;
    if (options.gives_up)
        copies += optimizer == adam ? 3 : 2;  // as the step in progress found them
    const std::size_t rows = optimizer == lbfgs    ? patterns
                             : optimizer == online ? 1
                                                   : std::min(options.batch, patterns);
    const std::size_t numbers =
        plus(times(copies, layout(network).size), times(patterns, network.inputs),
             times(rows, network.units(network.depth())));
    return plus(times(numbers, sizeof(T)), evaluation_bytes<T>(network, rows));
}

std::string_view name(Optimizer optimizer) { return names[std::size_t(optimizer)]; }

template <class T>
Outcome train(const Network& network, const TrainingSet<T>& data, const TrainingOptions& options,
              std::span<T> theta, const TrainingReport& report, TrainingState<T>* state) {
    require_fit(network, data, options);
    require_memory(training_memory<T>(network, data.x.rows, options), "training");
    TrainingState<T> fresh;
    TrainingState<T>& used = state ? *state : fresh;
    if (options.validation > 0)
        return train_validated(network, data, options, theta, report, used);
    return train_by_its_way<T>({network, data, options, theta, report, used});
}

template std::size_t training_memory<float>(const Network&, std::size_t, const TrainingOptions&);
template std::size_t training_memory<double>(const Network&, std::size_t, const TrainingOptions&);
template Outcome train(const Network&, const TrainingSet<float>&, const TrainingOptions&,
                       std::span<float>, const TrainingReport&, TrainingState<float>*);
template Outcome train(const Network&, const TrainingSet<double>&, const TrainingOptions&,
                       std::span<double>, const TrainingReport&, TrainingState<double>*);

}  // namespace autoencoder
