// A run of several trainings, step after step: the stages of a stack, a head, fine-tuning. Each
// step announces itself, shows its progress and leaves its log and learning curve in the run's folder.
//
// A run that is stopped leaves checkpoint.npz: the options; every finished step, and the one in the
// middle with all that its optimiser knows. A resumed run takes the finished steps from there and
// goes on in the middle of the other, so that it ends with the same bits as one never stopped.
//
//     kind  options              of the run
//     steps                      their names, the last one in the middle or just finished
//     finished                   how many of them are
//     step1_…  step2_…           data, θ, state and log of each (checkpoint.hpp)
#pragma once

#include <string>
#include <vector>

#include "autoencoder/npz.hpp"
#include "autoencoder/training.hpp"
#include "cli/interrupt.hpp"
#include "cli/page.hpp"
#include "cli/progress.hpp"
#include "cli/train_settings.hpp"

namespace autoencoder::cli {

/// One training of several.
template <class T>
struct Step {
    std::string name;  // "stage1", "head": of its files
    Plan plan;
    Buffer<T> theta;
    std::vector<TrainingStep> log;
};

template <class T>
class Steps {
public:
    /// `run` says kind, folder and checkpoints; `deciding` are all the options that decide the
    /// result. With a checkpoint the run is resumed. The settings have to outlive this.
    Steps(const TrainSettings& run, std::vector<Group> deciding, const Archive* checkpoint);

    /// Trains θ, or takes from the checkpoint what came of it. Returns false if the run is stopped.
    /// Throws std::runtime_error if it comes to infinity or NaN.
    bool train(const std::string& name, const Network& network, const TrainingSet<T>& set,
               const TrainingOptions& options, std::span<T> theta);

    Style style() const { return style_; }
    /// Seconds of all steps, those before a resume counted.
    double seconds() const;

    /// What a stopped run says: that and how to go on. Returns the exit status, 1.
    int say_stopped() const;

    /// Removes the checkpoint, which a finished run does not need.
    void finish() const;

    /// The report of the steps, for the run to add what came of them.
    Page page(const Dataset& data) const;

    /// The logs and learning curves: their paths.
    const std::vector<std::string>& written() const { return written_; }

private:
    void announce(const Network& network, const TrainingOptions& options, bool taken) const;
    bool restore(std::size_t k, std::span<T> theta, TrainingState<T>& state);
    void save(std::uint64_t data, std::span<const T> theta, const TrainingState<T>& state,
              bool finished);
    void write_log();
    std::string checkpoint_file() const;

    const TrainSettings& run_;
    std::vector<Group> deciding_;
    Style style_;
    const Archive* checkpoint_;
    std::string kept_;  // the last checkpoint of this run, if there is one
    Interrupt interrupt_;
    std::vector<Step<T>> steps_;
    std::vector<std::uint64_t> data_;  // fingerprints of the steps' patterns
    std::vector<PagePart> parts_;      // the finished steps, as the report tells of them
    std::vector<std::string> written_;
};

/// What is run, before its first step: kind, data, machine and folder.
void announce_run(const TrainSettings& run, const Dataset& data, Style style);

}  // namespace autoencoder::cli
