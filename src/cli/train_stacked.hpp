// Stacks on the command line: the options of their stages, and the stages' training.
#pragma once

#include <algorithm>

#include "autoencoder/stacked.hpp"
#include "cli/steps.hpp"
#include "cli/words.hpp"

namespace autoencoder::cli {

/// What the stages of a stack are like, of `train stacked` and of a classifier's step 1.
struct StackSettings {
    TrainSettings stage;           // of every stage, and of the whole run
    std::string code_activation;   // of the top code; empty: the same as of the other encoders
};

/// The UFLDL exercise's stack, 784-200-200, with half of its iterations.
StackSettings usual_stack();

/// The options of all stages, tied to the settings.
std::vector<Group> stack_options(StackSettings& settings);

/// The deep autoencoder that the stack unrolls into.
Network stack_network(const StackSettings& settings, const Dataset& patterns);

/// Throws std::runtime_error where one of the stages, beside the network of them all, does not fit into
/// memory.
template <class T>
void require_room(const TrainSettings& run, const Network& deep, std::size_t patterns) {
    std::size_t most = 0;
    for (std::size_t t = 1; t <= stages(deep); ++t) {
        const Network network = stage(deep, t);
        const std::size_t own = training_memory<T>(network, patterns, run.training);
        require_memory(own, "train " + run.kind + ": stage " + std::to_string(t) + " (" +
                                network_words(network) + ")");
        most = std::max(most, own);
    }
    require_memory(plus(most, times(layout(deep).size, sizeof(T))),
                   "train " + run.kind + " (" + network_words(deep) + ")");
}

/// Trains stage after stage. Returns false if the run was stopped.                        [greedy]
template <class T>
bool train_stages(Steps<T>& steps, const Network& deep, const TrainingOptions& options,
                  View<const T> x, std::span<T> theta) {
    return train_greedy<T>(deep, x, theta,
                           [&](std::size_t t, const Network& network, View<const T> codes,
                               std::span<T> own) {
                               TrainingOptions its = options;
                               its.seed = stage_seed(options.seed, t);
                               TrainingSet<T> set;
                               set.x = codes;
                               return steps.train("stage" + std::to_string(t), network, set, its,
                                                  own);
                           });
}

/// A run's usual end of options: where it writes, how it resumes, what it prints.
Group run_options(TrainSettings& settings);

/// Reads the checkpoint that --resume names, takes the options from it, and settles the folder: the
/// one resumed, or runs/KIND. Returns the checkpoint; empty without --resume.
Archive resumed_run(TrainSettings& settings, const std::vector<Group>& deciding,
                    const std::set<std::string>& given);

}  // namespace autoencoder::cli
