// Training a network: patterns in, θ out, by one of five optimisers.
//
//     online     the lecture's rule, one pattern at a time: Δw_jk = η δ_j^q x_k^q
//     sgd        the same on mini-batches: θ ← θ − η ∇J of the batch
//     momentum   v ← μ v + ∇J, θ ← θ − η v
//     adam       Kingma & Ba 2015
//     lbfgs      the whole batch at once
//
// Everything random (the order of the patterns, noise, dropout's masks, ε of a code) comes from the seed and the
// number of the epoch alone. So a run that was stopped after an epoch or iteration and is resumed from its
// state continues with the same bits.
//
// Early stopping: the last patterns may be held out. They are not learned from; what they cost is
// measured after every epoch or iteration, and train() leaves the θ with which they cost least.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "autoencoder/backpropagation.hpp"
#include "autoencoder/corruption.hpp"
#include "autoencoder/network.hpp"
#include "autoencoder/optimize.hpp"

namespace autoencoder {

enum class Optimizer { online, sgd, momentum, adam, lbfgs };

std::string_view name(Optimizer optimizer);

/// How ρ_j is measured on mini-batches; the full batch (lbfgs) is exact.
enum class MeanActivity {
    batch,   // over the batch: unbiased, noisy where batches are small
    running  // ρ ← 0.99 ρ + 0.01 ρ of the batch: smooth, lags behind the weights
};

struct TrainingOptions {
    Optimizer optimizer = Optimizer::lbfgs;  // the UFLDL exercise's: no learning rate to choose
    double learning_rate = 0.1;   // η; 0.001 is usual for adam
    double momentum = 0.9;        // μ: remembers about ten steps
    std::size_t batch = 100;      // patterns a mini-batch; lbfgs takes all
    std::size_t epochs = 10;      // passes over the patterns, for all but lbfgs
    std::size_t iterations = 400; // lbfgs: the UFLDL exercise's
    std::uint64_t seed = 1;       // of weights, order and masks
    MeanActivity mean_activity = MeanActivity::batch;
    Corruption corruption = {};   // of the inputs: fresh in every epoch; held fixed for lbfgs
    Schedule schedule = {};       // of η, by epochs; a cosine of length 0 ends where they end
    std::size_t validation = 0;   // the last so many patterns are held out
    std::size_t patience = 0;     // epochs or iterations to wait for a better θ by these; 0: no end
    std::function<bool()> gives_up =
        {};  // asked on the way: true takes the epoch (not of online) or iteration back, and stops
};

/// Patterns to learn from. An autoencoder's targets are its inputs: leave y empty.
template <class T>
struct TrainingSet {
    View<const T> x;  // [N×n_0]
    View<const T> y;  // [N×n_L], or none
};

/// One row of the log: an epoch, or an iteration of lbfgs.
struct TrainingStep {
    std::size_t number = 0;   // 0: before the first
    std::size_t evaluations = 0;
    Cost cost;                // lbfgs: at θ. Others: the mean over the epoch, as it was while training
    double gradient_norm = 0; // lbfgs only
    double seconds = 0;       // since the run (or its resumed part) began
    std::optional<double> validation = {};  // mean J^q, or −ELBO, of the patterns held out
};

/// The best θ so far, by the cost of the patterns held out.
template <class T>
struct BestSoFar {
    std::size_t number = 0;  // of the epoch or iteration
    double cost = 0;         // of the patterns held out
    Buffer<T> theta;         // empty: none yet
    Buffer<T> latest;        // where the run itself came to, once train() has left the best in θ
};

/// What a run knows besides θ: enough to continue it with the same bits.
template <class T>
struct TrainingState {
    std::size_t epochs = 0;  // finished
    LbfgsState<T> lbfgs;
    Momentum<T> momentum;
    Adam<T> adam;
    RunningActivity running;
    BestSoFar<T> best;
};

/// Bytes that such a training takes, about, from sizes alone: patterns, activities, θ, its gradient and
/// what the optimiser remembers.
template <class T>
std::size_t training_memory(const Network& network, std::size_t patterns,
                            const TrainingOptions& options);

/// Called after every epoch or iteration; returns false to stop there.
using TrainingReport = std::function<bool(const TrainingStep&)>;

/// Trains θ in place and says why it ended. The state, if given, is begun or continued. With
/// patterns held out θ is the best in the end, even where the report stopped the run.
/// Throws std::invalid_argument where options or shapes contradict each other.
template <class T>
Outcome train(const Network& network, const TrainingSet<T>& data, const TrainingOptions& options,
              std::span<T> theta, const TrainingReport& report = {}, TrainingState<T>* state = nullptr);

}  // namespace autoencoder
