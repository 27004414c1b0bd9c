// A run: one training, or several one after the other (the stages of a stack, a head, fine-tuning).
// It says what it trains, shows progress, saves, guards against infinity, and leaves in its folder the
// model, a log and a learning curve of each training, pictures and a page.
//
// A training of several has a name, which its files bear. One without a name is the whole run: its
// files are log.csv and learning.svg, and it may be resumed for more iterations than it was begun with.
//
// checkpoint.npz is a run in the middle: the options; every finished training, and the one in the
// middle with all that its optimiser knows. A resumed run takes the finished ones from there and goes
// on in the middle of the other, so that it ends with the same bits as one never stopped.
//
//     kind  options  checkpoint  of the run; every how many steps it is saved, if it is
//     data  theta  log  …        of a training without a name (checkpoint.hpp), or for several
//     steps                      their names, the last one in the middle or just finished
//     finished                   how many of them are
//     step1_…  step2_…           data, theta, log, … of each
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "autoencoder/model.hpp"
#include "autoencoder/npz.hpp"
#include "autoencoder/training.hpp"
#include "cli/folder.hpp"
#include "cli/interrupt.hpp"
#include "cli/json.hpp"
#include "cli/page.hpp"
#include "cli/progress.hpp"
#include "cli/settings.hpp"

namespace autoencoder::cli {

/// One training of a run.
template <class T>
struct Training {
    PagePart part;  // its name, network, options and log
    Plan plan = {};
    std::uint64_t data = 0;  // the fingerprint of its patterns
    TrainingState<T> state = {};
    Outcome outcome = Outcome::iterations_done;
    bool finished = false;
    Buffer<T> theta = {};  // one of several that is finished: what came of it

    bool whole_run() const { return part.name.empty(); }
    /// Iterations or epochs, and their seconds, those before a resume counted.
    std::size_t done() const { return part.log.empty() ? 0 : part.log.back().number; }
    double seconds() const { return part.log.empty() ? 0 : part.log.back().seconds; }
    /// "epoch 30".
    std::string place() const { return plan.unit + " " + std::to_string(done()); }
};

/// What came of a run, beside its model and its logs.
struct Results {
    Page page = {};          // its facts, judgements and pictures
    Json line = {};          // with --json the last line
    std::string words = {};  // otherwise: before the list of files
};

template <class T>
class Run {
public:
    /// `settings` say kind, folder and checkpoints; `deciding` are the options that decide the result.
    /// With a checkpoint the run is resumed. Settings, data and checkpoint have to outlive this.
    Run(const TrainSettings& settings, std::vector<Group> deciding, const Dataset& data,
        const Archive* checkpoint);

    /// Initial parameters of the training that begins the run, or of its first stages, a network each: made
    /// by `make`, once it is known that a checkpoint keeps as many of them. Throws std::runtime_error.
    Buffer<T> begin(const std::vector<Network>& networks,
                    const std::function<Buffer<T>()>& make) const;

    /// Says what is run: for a run of several trainings, before the first.
    void announce() const;

    /// Trains θ, or takes from the checkpoint what came of it. Returns false if the run is stopped.
    /// Throws std::runtime_error if it comes to infinity or NaN.
    bool train(const std::string& name, const Network& network, const TrainingSet<T>& set,
               const TrainingOptions& options, std::span<T> theta);

    /// Writes model.npz and returns its path.
    std::string write_model(const Model& model);

    /// The end of a run that has a model: writes the page, removes a checkpoint of no more use, and
    /// says what came of it. Returns the exit status, 1 where the one training was stopped.
    int finish(const Results& results);

    /// The end of a run of several that is stopped, in one of them or on the way to the next: says so, and how
    /// to go on. Returns 1, the exit status.
    int say_stopped();

    Style style() const { return style_; }
    const Training<T>& last() const { return trainings_.back(); }
    /// Seconds of all trainings, those before a resume counted.
    double seconds() const;
    /// The command that goes on with this run.
    std::string resume_words() const;

private:
    bool restore(Training<T>& training, std::span<T> theta) const;
    void go_on(Training<T>& training, const TrainingSet<T>& set, std::span<T> theta);
    void save(std::span<const T> theta);
    std::string write_log(const Training<T>& training) const;
    void write_log_and_curve(const Training<T>& training);
    /// Whether the run that --overwrite replaces is still there: nothing of this one is on the disk.
    bool keeps_other() const { return !replaced_ && !settings_.replaced.empty(); }
    /// It gives way, as something is; the logs of the first trainings have waited for that.
    void replace(std::string_view written, std::size_t trainings) {
        if (!keeps_other()) return;
        remove_replaced(settings_, written);
        replaced_ = true;
        for (std::size_t k = 0; k < trainings; ++k)
            if (!trainings_[k].whole_run()) write_log_and_curve(trainings_[k]);
    }
    std::string file(const std::string& name) const;
    void require_heard() const;

    const TrainSettings& settings_;
    std::vector<Group> deciding_;
    const Dataset& data_;
    const Archive* checkpoint_;
    Style style_;
    bool replaced_ = false;  // whether the run that --overwrite replaces is gone
    std::string kept_;  // the last checkpoint of this run, if there is one
    Interrupt interrupt_;
    std::vector<Training<T>> trainings_;
    std::string model_;                 // the path of model.npz
    std::vector<std::string> written_;  // logs and learning curves
};

}  // namespace autoencoder::cli
