// Multi-stage autoencoders: encoders on top of each other, each trained on the codes of the one
// before (Hinton & Salakhutdinov 2006; Bengio et al. 2007).
//
//     stage 1    x  → h¹ → x̂        a shallow autoencoder of the patterns
//     stage 2    h¹ → h² → ĥ¹       one of the codes of stage 1, and so on
//
// Two encoders trained so, and their decoders in reverse order, are a deep autoencoder:
//
//     unrolled   x → h¹ → h² → ĥ¹ → x̂         layers 1 … S encode, layer 2S − t + 1 undoes layer t
//
// This deep network is what a stack is here: its shape says what each stage looks like, its options
// (loss, λ, ρ̄, γ, dropout) are those of every stage, and one θ holds all encoders and decoders. So
// it can be fine-tuned as a whole as it stands; its first S layers are the stack, to which a head can
// be joined (classifier.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "autoencoder/network.hpp"
#include "autoencoder/training.hpp"

namespace autoencoder {

/// S of a deep autoencoder of 2S layers. Throws std::invalid_argument if it is no stack: an odd
/// number of layers, layers that are not dense, or widths that do not mirror each other.
std::size_t stages(const Network& deep);

/// The shallow autoencoder of stage t = 1 … S: layers t and 2S − t + 1, and the options, of `deep`.
Network stage(const Network& deep, std::size_t t);

/// The seed of stage t: stage 1 has the run's own, so it is the shallow autoencoder of that seed.
std::uint64_t stage_seed(std::uint64_t seed, std::size_t t);

/// The parameters of stage t out of those of `deep`, and back into them.
template <class T>
Buffer<T> stage_parameters(const Network& deep, std::span<const T> theta, std::size_t t);
template <class T>
void set_stage_parameters(const Network& deep, std::size_t t, std::span<const T> of_stage,
                          std::span<T> theta);

/// θ of `deep` in which each stage has the initial parameters of its own seed.
template <class T>
Buffer<T> initial_stack(const Network& deep, std::uint64_t seed);

/// Trains one stage: its number t, its network, the codes [N×n_{t−1}] that are its patterns, and
/// its parameters, which become better in place. Returns false to stop the greedy training there.
template <class T>
using TrainStage = std::function<bool(std::size_t t, const Network& stage, View<const T> codes,
                                      std::span<T> theta)>;

/// h^depth of all patterns, some at a time: the layers below it can be much wider. `between`, if given, is
/// called before each of these, and what it throws ends them.
template <class T>
Matrix<T> codes_of(const Network& network, std::span<const T> theta, View<const T> x, std::size_t depth,
                   const std::function<void()>& between = {});

/// Trains stage after stage, each on the codes of the one before, in evaluation: nothing is dropped
/// or corrupted on the way to it. θ of `deep` has every stage's parameters as soon as it is
/// trained. Returns whether it went through all stages. `between`: as in codes_of.
template <class T>
bool train_greedy(const Network& deep, View<const T> x, std::span<T> theta,
                  const TrainStage<T>& train_stage, const std::function<void()>& between = {});

/// The same by `train`, with these options and its own seed for every stage; `report`, if given,
/// hears of every step of every stage and returns false to stop. Returns why the last one ended.
template <class T>
Outcome train_greedy(const Network& deep, View<const T> x, const TrainingOptions& options,
                     std::span<T> theta,
                     const std::function<bool(std::size_t t, const TrainingStep&)>& report = {});

/// The first `count` layers, as a network of their own: the encoders of a stack. Its θ is the
/// beginning of the whole θ, as long as its layout.
Network first_layers(const Network& network, std::size_t count);

/// One network from two, the second on the first one's output; the options are those of `above`.
/// θ of it is θ of the first and then θ of the second.
Network joined(const Network& below, const Network& above);
template <class T>
Buffer<T> joined(std::span<const T> theta_below, std::span<const T> theta_above);

}  // namespace autoencoder
