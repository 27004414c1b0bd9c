// Stacks on the command line: the options of their stages, and the stages' training. They are the
// whole of `train stacked`, and step 1 of a classifier.
#pragma once

#include <optional>
#include <vector>

#include "autoencoder/stacked.hpp"
#include "cli/run.hpp"

namespace autoencoder::cli {

struct StackSettings {
    TrainSettings stage;                              // of every stage, and of the whole run
    std::optional<Activation> code_activation = {};   // of the top code; empty: as the other encoders
    // λ, ρ̄ and γ: one of each stage, or one for all.
    std::vector<double> weight_penalty = {}, sparsity_target = {}, sparsity_weight = {};
};

/// The options of stage t's objective and training.
TrainSettings stage_settings(const StackSettings& settings, std::size_t t);

/// The options of all stages, tied to the settings.
std::vector<Group> stack_options(StackSettings& settings);

/// The deep autoencoder that the stack unrolls into.
Network stack_network(const StackSettings& settings, const Dataset& patterns);

/// Throws std::runtime_error where one of the stages, beside the network of them all and the codes that
/// it learns from, does not fit into memory.
template <class T>
void require_room_for_stages(const TrainSettings& settings, const Network& deep, const Sets& sets);

/// The initial parameters of all stages, where a checkpoint has as many. Throws std::runtime_error.
template <class T>
Buffer<T> begin_stages(const Run<T>& run, const Network& deep, std::uint64_t seed);

/// Trains stage after stage. Returns false if the run was stopped.
template <class T>
bool train_stages(Run<T>& run, const Network& deep, const StackSettings& settings,
                  View<const T> x, std::span<T> theta);

}  // namespace autoencoder::cli
