// The three ways of training, and what they share. Each of them takes up the state, reports after
// every epoch or iteration, when θ is what it is then, and stops where the report says so. What is
// given up leaves θ and the state those of the epoch or iteration before.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <vector>

#include "autoencoder/training.hpp"
#include "learn/held_out.hpp"

namespace autoencoder::training {

/// Streams of the seed: 1 … depth are the weights', these are far from them, and noise (see
/// corruption.hpp) is beyond 2³².
inline constexpr std::uint64_t order_stream = 1u << 20, mask_stream = 1u << 21;

/// Thrown where nobody waits for the epoch or iteration in progress: it is taken back.
struct GivenUp {};

/// What a run is made of. `data` are the patterns to learn from: those held out are not among them.
template <class T>
struct Run {
    const Network& network;
    const TrainingSet<T>& data;
    const TrainingOptions& options;
    std::span<T> theta;
    const TrainingReport& report;
    TrainingState<T>& state;
    HeldOut<T>* held_out = nullptr;

    bool noisy() const { return options.corruption.noise != Noise::none; }
    /// What the network should say: an autoencoder's target is its own, clean input.
    View<const T> targets() const { return data.y.data ? data.y : data.x; }
    /// Throws GivenUp where nobody waits.
    void require_waited_for() const {
        if (options.gives_up && options.gives_up()) throw GivenUp();
    }
    /// The cost of the patterns held out, if there are any, at θ. It may be given up too: so it is measured
    /// before the state takes in the epoch or iteration.
    std::optional<double> validation(std::size_t number) const {
        if (!held_out) return {};
        return held_out->measure(theta, number, state.best, [this] { require_waited_for(); });
    }
    /// Whether the run goes on.
    bool tell(const TrainingStep& step) const { return !report || report(step); }
};

/// L-BFGS: the exact objective, of all patterns at once.
template <class T>
Outcome train_whole(const Run<T>& run);
/// SGD, momentum and Adam; and the online rule where it has no way of its own.
template <class T>
Outcome train_batches(const Run<T>& run);
/// The lecture's rule, where OnlineNetwork suits.
template <class T>
Outcome train_online(const Run<T>& run);

/// η of an epoch.
double learning_rate(const TrainingOptions& options, std::size_t epoch);

/// The order of the patterns in an epoch.
void shuffle(std::uint64_t seed, std::size_t epoch, std::vector<std::size_t>& order);

inline bool finite(double x) { return x - x == 0; }

/// Seconds since it was made.
struct Stopwatch {
    std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();

    double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    }
};

/// Dropout's masks: m_j ~ Bernoulli(1 − p) for each dense hidden layer, and for the input if asked.
template <class T>
struct Masks {
    std::vector<Panels<T>> layers;  // of maps: none
    Panels<T> input;

    Masks(const Network& network, std::size_t patterns) {
        for (std::size_t l = 1; network.dropout > 0 && l < network.depth(); ++l)
            layers.push_back(network.droppable(l) ? Panels<T>(patterns, network.units(l))
                                                  : Panels<T>());
        if (network.input_dropout > 0) input = Panels<T>(patterns, network.inputs);
    }
    void draw(Random& random, const Network& network) {
        for (Panels<T>& layer : layers) draw(random, network.dropout, layer);
        draw(random, network.input_dropout, input);
    }
    /// The masks of the first so many patterns go with their batch.
    void hand_to(Batch<T>& batch, std::size_t patterns) const {
        batch.masks.clear();
        for (const Panels<T>& layer : layers)
            batch.masks.push_back(layer.view().slice(0, std::min(patterns, layer.patterns)));
        if (input.patterns) batch.input_mask = input.view().slice(0, patterns);
    }

private:
    static void draw(Random& random, double p, Panels<T>& mask) {
        for (T& m : mask.values) m = T(random.uniform() >= p ? 1 : 0);
    }
};

}  // namespace autoencoder::training
