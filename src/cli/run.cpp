#include "cli/run.hpp"

#include <algorithm>
#include <cmath>
#include <iostream>

#include "autoencoder/file.hpp"
#include "autoencoder/report.hpp"
#include "base/utf8.hpp"
#include "cli/announcement.hpp"
#include "cli/checkpoint.hpp"
#include "cli/commands.hpp"
#include "cli/folder.hpp"

namespace autoencoder::cli {
namespace {

/// Before the names of all that a checkpoint of several trainings keeps of one of them.
std::string beginning(std::size_t k) { return "step" + std::to_string(k + 1) + "_"; }

/// The entries whose names begin so, without that beginning.
Archive below(const Archive& archive, const std::string& beginning) {
    Archive result;
    result.origin = archive.origin;
    for (const auto& [name, array] : archive.entries) {
        if (name.starts_with(beginning)) result.add(name.substr(beginning.size()), array);
    }
    return result;
}

/// Whether all numbers are finite: a checkpoint of others would be of no use.
template <class T>
bool all_finite(std::span<const T> numbers) {
    return std::ranges::all_of(numbers, [](T value) { return value - value == 0; });
}

/// How to go on with a run that came to infinity or NaN, from the last checkpoint ("": there is none).
std::string after_divergence(const std::string& kind, const std::string& checkpoint,
                             const TrainingOptions& options, const Matrix<float>& x) {
    const bool has_rate = options.optimizer != Optimizer::lbfgs;
    constexpr float large = 10;  // of numbers whose squares and products a network adds up
    float most = 0;
    for (const float value : x.values) most = std::max(most, std::abs(value));
    if (checkpoint.empty())
        return std::string("; nothing is saved") +
               (most > large ? "; the patterns reach " + rounded(most) + ": --scale unit may help"
                : has_rate   ? "; a smaller learning rate may help"
                             : "");
    return "; its last checkpoint is kept: " + program_name() + " train " + kind + " --resume " +
           as_word(checkpoint) + (has_rate ? ", with a smaller learning rate" : "");
}

}  // namespace

template <class T>
Run<T>::Run(const TrainSettings& settings, std::vector<Group> deciding, const Dataset& data,
            const Archive* checkpoint)
    : settings_(settings),
      deciding_(std::move(deciding)),
      data_(data),
      checkpoint_(checkpoint),
      style_(style_of(settings.quiet, settings.json)),
      kept_(checkpoint ? checkpoint->origin : "") {}

template <class T>
std::string Run<T>::file(const std::string& name) const {
    return in_folder(settings_.out, name.c_str());
}

template <class T>
std::string Run<T>::resume_words() const {
    return program_name() + " train " + settings_.kind + " --resume " + as_word(settings_.out);
}

template <class T>
double Run<T>::seconds() const {
    double sum = 0;
    for (const Training<T>& training : trainings_) sum += training.seconds();
    return sum;
}

template <class T>
Buffer<T> Run<T>::begin(const std::vector<Network>& networks,
                        const std::function<Buffer<T>()>& make) const {
    const Array* data = checkpoint_ ? checkpoint_->find("data") : nullptr;
    if (checkpoint_ && !data) data = checkpoint_->find(beginning(0) + "data");
    if (data && data->text() != std::to_string(fingerprint<float>(data_.x)))
        fail(checkpoint_->origin, "expected the patterns that the run began with, found others in " + data_.name);
    for (std::size_t k = 0; checkpoint_ && k < networks.size(); ++k) {
        const Array* alone = networks.size() > 1 ? nullptr : checkpoint_->find("theta");
        const Array* theta = alone ? alone : checkpoint_->find(beginning(k) + "theta");
        const std::size_t size = layout(networks[k]).size;
        if (theta && theta->size() != size)
            fail(theta->origin, "expected " + std::to_string(size) +
                                    " numbers, as the options of the run say, found " +
                                    theta->description());
    }
    return make();
}

template <class T>
void Run<T>::announce() const {
    cli::announce(&settings_, data_, nullptr, style_);
}

// One training ----------------------------------------------------------------------------------

template <class T>
bool Run<T>::train(const std::string& name, const Network& network, const TrainingSet<T>& set,
                   const TrainingOptions& options, std::span<T> theta) {
    trainings_.push_back({{name, network, options, {}}});
    Training<T>& training = trainings_.back();
    training.data = fingerprint<T>(set.x);
    const bool taken = restore(training, theta);
    const bool whole_batch = options.optimizer == Optimizer::lbfgs;
    training.plan = {whole_batch ? "iteration" : "epoch", training.done(),
                     whole_batch ? options.iterations : options.epochs,
                     set.x.rows - options.validation};
    const Plan& plan = training.plan;
    if (plan.first > plan.total) {
        throw std::invalid_argument("--resume: the run has done " + std::to_string(plan.first) +
                                    " of " + std::to_string(plan.total) + " " + plan.unit + "s");
    }
    cli::announce(training.whole_run() ? &settings_ : nullptr, data_, &training.part, style_);
    if (!taken) go_on(training, set, theta);

    const bool stopped = training.outcome == Outcome::stopped;
    training.finished = !stopped;
    if (training.finished && !training.whole_run()) training.state = {};  // it never goes on
    if (!taken && (stopped || settings_.checkpoint > 0)) save(theta);
    if (!training.whole_run()) {  // the one training's log comes after its model
        if (!keeps_other()) write_log_and_curve(training);
        training.theta = Buffer<T>(theta.size());
        std::ranges::copy(theta, training.theta.begin());
    }
    return training.finished;
}

template <class T>
void Run<T>::go_on(Training<T>& training, const TrainingSet<T>& set, std::span<T> theta) {
    std::vector<TrainingStep>& log = training.part.log;
    const double earlier = training.seconds();
    bool finite = true;
    {
        ProgressPrinter printer(training.plan, style_);
        const TrainingReport report = [&](const TrainingStep& step) {
            printer.step(step);
            log.push_back(step);
            log.back().seconds += earlier;
            finite = all_finite<T>(theta);
            if (!finite) return false;
            const std::size_t every = settings_.checkpoint;
            if (every > 0 && step.number > 0 && step.number % every == 0) {
                save(theta);
                if (training.whole_run()) write_log(training);
            }
            return !interrupted() && std::cout.good();  // of a run that nobody hears
        };
        TrainingOptions options = training.part.options;
        options.gives_up = interrupted_for_a_second;
        training.outcome = autoencoder::train<T>(training.part.network, set, options, theta, report,
                                                 &training.state);
    }
    if (finite && training.outcome != Outcome::not_finite && all_finite<T>(theta)) return;
    const std::string what = training.whole_run() ? "training" : training.part.name;
    throw std::runtime_error(
        what + " came to infinity or NaN after " + training.place() +
        after_divergence(settings_.kind, kept_, training.part.options, data_.x) +
        (keeps_other() ? "; " + settings_.out + " holds what it held" : ""));
}

// The checkpoint --------------------------------------------------------------------------------

/// Takes from the checkpoint what it knows of the last training; whether that is finished.
template <class T>
bool Run<T>::restore(Training<T>& training, std::span<T> theta) const {
    if (!checkpoint_) return false;
    const auto take = [&](const Archive& archive) {
        restore_state<T>(archive, training.data, theta, training.state, training.part.log);
    };
    if (training.whole_run()) {
        take(*checkpoint_);
        return false;  // it may go on
    }
    const std::size_t k = trainings_.size() - 1;
    const std::vector<std::string> names = checkpoint_->at("steps").texts();
    if (k >= names.size()) return false;
    if (names[k] != training.part.name) {
        fail(checkpoint_->origin,
             "expected the step " + training.part.name + ", found " + names[k]);
    }
    take(below(*checkpoint_, beginning(k)));
    return std::int64_t(k) < checkpoint_->at("finished").integer();
}

/// Writes the checkpoint. θ is that of the last training.
template <class T>
void Run<T>::save(std::span<const T> theta) {
    Archive archive = begin_checkpoint(settings_.kind, deciding_, settings_.checkpoint);
    const Training<T>& last = trainings_.back();
    if (last.whole_run()) {
        add_state<T>(archive, last.data, theta, last.state, last.part.log);
    } else {
        std::vector<std::string> names;
        for (const Training<T>& training : trainings_) names.push_back(training.part.name);
        archive.add("steps", Array(names));
        archive.add("finished", trainings_.size() - (last.finished ? 0 : 1));
        for (std::size_t k = 0; k < trainings_.size(); ++k) {
            const Training<T>& training = trainings_[k];
            Archive one;
            add_state<T>(one, training.data, k + 1 < trainings_.size() ? training.theta : theta,
                         training.state, training.part.log);
            for (const auto& [name, array] : one.entries) archive.add(beginning(k) + name, array);
        }
    }
    write_npz(file("checkpoint.npz"), archive);
    kept_ = file("checkpoint.npz");
    replace("checkpoint.npz", trainings_.size() - 1);
}

// What it leaves --------------------------------------------------------------------------------

template <class T>
std::string Run<T>::write_log(const Training<T>& training) const {
    const std::string path = file(training.whole_run() ? "log.csv" : training.part.name + ".csv");
    write_file(path, log_csv(training.part.log));
    return path;
}

template <class T>
void Run<T>::write_log_and_curve(const Training<T>& training) {
    written_.push_back(write_log(training));
    if (training.part.log.empty()) return;
    written_.push_back(file(training.whole_run() ? "learning.svg" : training.part.name + ".svg"));
    write_svg(written_.back(), learning_curve(training.part.log, training.plan));
}

template <class T>
std::string Run<T>::write_model(const Model& model) {
    model_ = file("model.npz");
    save_model(model_, model);
    replace("model.npz", trainings_.size());
    if (last().whole_run()) write_log_and_curve(last());
    return model_;
}

// The checkpoint goes last: until everything is on the disk, the run can be resumed from it.
template <class T>
int Run<T>::finish(const Results& results) {
    Page page = begin_page(settings_.kind, data_, settings_.double_precision, deciding_);
    append(page.facts, results.page.facts);
    for (const Training<T>& training : trainings_) page.parts.push_back(training.part);
    page.pictures = results.page.pictures, page.judgements = results.page.judgements;
    std::vector<std::string> written = {model_};
    append(written, written_);
    append(written, page.pictures);
    written.push_back(write_page(settings_.out, page));
    const bool stopped = last().outcome == Outcome::stopped;
    const bool goes_on = last().whole_run() && (stopped || settings_.checkpoint > 0);
    if (!goes_on) remove_stale(file("checkpoint.npz"));

    if (style_ == Style::json) {
        std::cout << results.line.line() << "\n";
    } else if (style_ != Style::quiet) {
        std::cout << "\n" << results.words;
        for (const std::string& sentence : page.judgements) std::cout << sentence << "\n";
        say_written(written);
        if (stopped) std::cout << "to go on: " << resume_words() << "\n";
    }
    if (stopped) require_heard();
    return stopped ? 1 : 0;
}

template <class T>
int Run<T>::say_stopped() {
    if (!trainings_.empty() && last().finished) save(last().theta);  // stopped on the way to the next
    const std::string outcome(describe(Outcome::stopped));
    if (trainings_.empty()) {
        std::cout << (style_ == Style::json ? Json().add("outcome", outcome).line() : outcome + "; nothing is saved") << "\n";
    } else if (const std::string& name = last().part.name; style_ == Style::json) {
        std::cout << Json().add("outcome", outcome).add("step", name).add("resume", resume_words()).line() << "\n";
    } else if (style_ != Style::quiet) {
        std::cout << "\n" << outcome << ": " << name << ", " << last().place() << "\nwrote "
                  << harmless(file("checkpoint.npz")) << "\nto go on: " << resume_words() << "\n";
    }
    require_heard();
    return 1;
}

/// Where standard output is gone, standard error says how to go on.
template <class T>
void Run<T>::require_heard() const {
    if (!std::cout.flush())
        throw Unheard("standard output cannot be written; to go on: " + resume_words());
}

template class Run<float>;
template class Run<double>;

}  // namespace autoencoder::cli
