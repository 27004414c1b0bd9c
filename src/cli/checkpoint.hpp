// checkpoint.npz: a run in the middle. It holds the options that decide the result, θ and all that
// the optimiser knows, so that the resumed run ends with the same bits as one never stopped.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "autoencoder/npz.hpp"
#include "autoencoder/training.hpp"
#include "cli/train_settings.hpp"

namespace autoencoder::cli {

/// A number that tells data sets apart: FNV-1a (Fowler, Noll, Vo) over sizes and bits.
std::uint64_t fingerprint(View<const float> x);

/// checkpoint.npz in a folder, or the file itself.
std::string checkpoint_path(const std::string& resume);

/// What a checkpoint begins with: the kind of run and the values of its options.
Archive begin_checkpoint(const std::string& kind, const std::vector<Group>& groups);

/// θ, the state and the log of one training of patterns with this fingerprint.
template <class T>
void add_state(Archive& checkpoint, std::uint64_t data, std::span<const T> theta,
               const TrainingState<T>& state, const std::vector<TrainingStep>& log);

/// All of that for a run which is one training.
template <class T>
void save_checkpoint(const std::string& path, TrainSettings& settings, std::uint64_t data,
                     std::span<const T> theta, const TrainingState<T>& state,
                     const std::vector<TrainingStep>& log);

/// Whether all numbers are finite: a checkpoint of others would be of no use.
template <class T>
bool all_finite(std::span<const T> numbers) {
    return std::ranges::all_of(numbers, [](T value) { return value - value == 0; });
}

/// How to go on with a run that came to infinity or NaN, from the last checkpoint ("": there is none).
std::string after_divergence(const TrainSettings& run, const std::string& checkpoint,
                             bool has_rate);

/// Gives the options in these groups the values that they had in the run, but for those that are
/// `given` again: of these the `free` ones may differ, any other is refused by
/// std::invalid_argument. Throws std::runtime_error if the run is of another kind.
void restore_options(const Archive& checkpoint, const std::string& kind,
                     const std::vector<Group>& groups, const std::set<std::string>& given,
                     const std::set<std::string>& free);

/// Takes the options of the run into the settings, but for those that are `given` again: of these
/// --iterations, --epochs (but with a cosine schedule), --learning-rate and --data may differ, any other
/// is refused by std::invalid_argument.
void restore_settings(const Archive& checkpoint, TrainSettings& settings,
                      const std::set<std::string>& given);

/// θ, the state and the log. Throws std::runtime_error if the data have another fingerprint, or
/// something is missing or has another size.
template <class T>
void restore_state(const Archive& checkpoint, std::uint64_t data, std::span<T> theta,
                   TrainingState<T>& state, std::vector<TrainingStep>& log);

}  // namespace autoencoder::cli
