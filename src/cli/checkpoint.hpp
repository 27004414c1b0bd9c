// checkpoint.npz: a run in the middle. It holds the options that decide the result, θ and all that
// the optimiser knows, so that the resumed run ends with the same bits as one never stopped.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "autoencoder/npz.hpp"
#include "autoencoder/training.hpp"
#include "cli/options.hpp"
#include "cli/patterns.hpp"

namespace autoencoder::cli {

/// A number that tells data sets apart: FNV-1a (Fowler, Noll, Vo) over sizes and bits, as float.
template <class T>
std::uint64_t fingerprint(View<const T> x);

/// A checkpoint's file, but nothing that no run writes into one. Throws as read_npz does.
Archive load_checkpoint(const std::string& path);

/// What a checkpoint begins with: the kind of run, the values of its options, every how many steps it is saved.
Archive begin_checkpoint(const std::string& kind, const std::vector<Group>& groups, std::size_t every);

/// Throws std::runtime_error where a training, its checkpoint while it is written (θ and what the optimiser
/// remembers, in an archive and in the bytes of the file), or the judgement of what came of it does not fit
/// into memory, about, with the patterns and `besides` bytes that the run holds. `what` it is, with its
/// network in words behind it.
template <class T>
void require_room_for(const std::string& what, const Network& network, const Sets& sets, TrainingOptions options,
                      std::size_t besides = 0);

/// θ, the state and the log of one training of patterns with this fingerprint.
template <class T>
void add_state(Archive& checkpoint, std::uint64_t data, std::span<const T> theta,
               const TrainingState<T>& state, const std::vector<TrainingStep>& log);

/// Gives the options in these groups the values that they had in the run, but for those that are
/// `given` again: of these the `free` ones may differ, any other is refused by
/// std::invalid_argument. Throws std::runtime_error if the run is of another kind.
void restore_options(const Archive& checkpoint, const std::string& kind,
                     const std::vector<Group>& groups, const std::set<std::string>& given,
                     const std::set<std::string>& free);

/// θ, the state and the log. Throws std::runtime_error if the data have another fingerprint, or
/// something is missing or has another size.
template <class T>
void restore_state(const Archive& checkpoint, std::uint64_t data, std::span<T> theta,
                   TrainingState<T>& state, std::vector<TrainingStep>& log);

}  // namespace autoencoder::cli
