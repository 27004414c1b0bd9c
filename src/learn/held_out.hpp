// Early stopping: patterns that are not learned from, and the best θ by their cost.
#pragma once

#include "autoencoder/training.hpp"

namespace autoencoder::training {

/// The last patterns of the training set, and their J, or −ELBO. It is measured as a model is used:
/// nothing is dropped, no penalties; noise is drawn once, from a round of the seed that no epoch has.
template <class T>
class HeldOut {
public:
    HeldOut(const Network& network, const TrainingSet<T>& all, const TrainingOptions& options);

    /// The patterns to learn from: all but the last.
    const TrainingSet<T>& rest() const { return rest_; }

    /// Measures θ after an epoch or iteration, and keeps it where it is the best so far. `between` is called
    /// every so many patterns, and may throw.
    double measure(std::span<const T> theta, std::size_t number, BestSoFar<T>& best,
                   std::function<void()> between);

private:
    TrainingSet<T> rest_;
    Network network_;
    Panels<T> x_, y_, noise_;
    Evaluation<T> evaluation_;
};

/// Whether the best has stood for as long as the patience lasts.
template <class T>
bool exhausted(const TrainingOptions& options, std::size_t number, const BestSoFar<T>& best) {
    return options.patience > 0 && best.theta.size() > 0 && number >= best.number &&
           number - best.number >= options.patience;
}

}  // namespace autoencoder::training
