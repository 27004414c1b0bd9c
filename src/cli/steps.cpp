#include "cli/steps.hpp"

#include <algorithm>
#include <iostream>

#include "autoencoder/file.hpp"
#include "autoencoder/report.hpp"
#include "cli/checkpoint.hpp"
#include "cli/folder.hpp"
#include "cli/json.hpp"
#include "cli/words.hpp"

namespace autoencoder::cli {
namespace {

std::string prefix(std::size_t k) { return "step" + std::to_string(k + 1) + "_"; }

/// The entries whose names begin so, without that beginning.
Archive below(const Archive& archive, const std::string& beginning) {
    Archive result;
    result.origin = archive.origin;
    for (const auto& [name, array] : archive.entries) {
        if (name.starts_with(beginning)) result.add(name.substr(beginning.size()), array);
    }
    return result;
}

void add_below(Archive& archive, const std::string& beginning, const Archive& entries) {
    for (const auto& [name, array] : entries.entries) archive.add(beginning + name, array);
}

template <class T>
std::uint64_t fingerprint_of(View<const T> x) {
    if constexpr (std::is_same_v<T, float>) {
        return fingerprint(x);
    } else {
        Matrix<float> rounded_x(x.rows, x.cols);
        for (std::size_t q = 0; q < x.rows; ++q)
            std::ranges::transform(x.row(q), rounded_x.row(q).begin(),
                                   [](double value) { return float(value); });
        return fingerprint(rounded_x);
    }
}

}  // namespace

template <class T>
Steps<T>::Steps(const TrainSettings& run, std::vector<Group> deciding, const Archive* checkpoint)
    : run_(run),
      deciding_(std::move(deciding)),
      style_(style_of(run.quiet, run.json)),
      checkpoint_(checkpoint),
      kept_(checkpoint ? checkpoint->origin : "") {}

template <class T>
std::string Steps<T>::checkpoint_file() const {
    return in_folder(run_.out, "checkpoint.npz");
}

template <class T>
void Steps<T>::announce(const Network& network, const TrainingOptions& options, bool taken) const {
    const std::string& name = steps_.back().name;
    if (style_ == Style::json) {
        std::cout << Json()
                         .add("step", name)
                         .add("network", network_words(network))
                         .add("objective", objective_words(network, options))
                         .add("optimizer", optimiser_words(options))
                         .add("resumed", taken)
                         .line()
                  << std::endl;
    } else if (style_ != Style::quiet) {
        std::cout << "\n"
                  << aligned({{name, network_words(network)},
                              {"", objective_words(network, options)},
                              {"", optimiser_words(options)}})
                  << std::flush;
    }
}

template <class T>
bool Steps<T>::restore(std::size_t k, std::span<T> theta, TrainingState<T>& state) {
    if (!checkpoint_) return false;
    const std::vector<std::string> names = checkpoint_->at("steps").texts();
    if (k >= names.size()) return false;
    if (names[k] != steps_[k].name) {
        fail(checkpoint_->origin, "expected the step " + steps_[k].name + ", found " + names[k]);
    }
    restore_state<T>(below(*checkpoint_, prefix(k)), data_[k], theta, state, steps_[k].log);
    return std::int64_t(k) < checkpoint_->at("finished").integer();
}

template <class T>
void Steps<T>::save(std::uint64_t data, std::span<const T> theta, const TrainingState<T>& state,
                    bool finished) {
    Archive archive = begin_checkpoint(run_.kind, deciding_);
    std::vector<std::string> names;
    for (const Step<T>& step : steps_) names.push_back(step.name);
    archive.add("steps", Array(names));
    archive.add("finished", steps_.size() - (finished ? 0 : 1));
    for (std::size_t k = 0; k < steps_.size(); ++k) {
        Archive one;
        if (k + 1 < steps_.size())
            add_state<T>(one, data_[k], steps_[k].theta, TrainingState<T>(), steps_[k].log);
        else
            add_state<T>(one, data, theta, finished ? TrainingState<T>() : state, steps_[k].log);
        add_below(archive, prefix(k), one);
    }
    write_npz(checkpoint_file(), archive);
    kept_ = checkpoint_file();
}

template <class T>
bool Steps<T>::train(const std::string& name, const Network& network, const TrainingSet<T>& set,
                     const TrainingOptions& options, std::span<T> theta) {
    const bool whole = options.optimizer == Optimizer::lbfgs;
    steps_.push_back({name, {}, {}, {}});
    data_.push_back(fingerprint_of<T>(set.x));
    Step<T>& step = steps_.back();
    TrainingState<T> state;
    const bool finished = restore(steps_.size() - 1, theta, state);
    announce(network, options, !step.log.empty());
    step.plan = {whole ? "iteration" : "epoch", step.log.empty() ? 0 : step.log.back().number,
                 whole ? options.iterations : options.epochs, set.x.rows};
    const double earlier = step.log.empty() ? 0 : step.log.back().seconds;

    Outcome outcome = Outcome::iterations_done;
    bool finite = true;
    if (!finished) {
        ProgressPrinter printer(step.plan, style_);
        const TrainingReport report = [&](const TrainingStep& at) {
            printer.step(at);
            step.log.push_back(at);
            step.log.back().seconds += earlier;
            finite = all_finite<T>(theta);
            if (!finite) return false;
            if (run_.checkpoint > 0 && at.number > 0 && at.number % run_.checkpoint == 0)
                save(data_.back(), theta, state, false);
            return !interrupt_.came();
        };
        outcome = autoencoder::train<T>(network, set, options, theta, report, &state);
    }
    if (outcome == Outcome::not_finite || !finite || !all_finite<T>(theta)) {
        throw std::runtime_error(name + " came to infinity or NaN after " + step.plan.unit + " " +
                                 std::to_string(step.log.empty() ? 0 : step.log.back().number) +
                                 after_divergence(run_, kept_, !whole));
    }
    const bool stopped = outcome == Outcome::stopped;
    if (stopped || (run_.checkpoint > 0 && !finished)) save(data_.back(), theta, state, !stopped);
    write_log();
    if (stopped) return false;
    step.theta = Buffer<T>(theta.size());
    std::ranges::copy(theta, step.theta.begin());
    parts_.push_back({name, network, options, step.log});
    return true;
}

template <class T>
void Steps<T>::write_log() {
    const Step<T>& step = steps_.back();
    written_.push_back(in_folder(run_.out, (step.name + ".csv").c_str()));
    write_file(written_.back(), log_csv(step.log));
    if (step.log.empty()) return;
    written_.push_back(in_folder(run_.out, (step.name + ".png").c_str()));
    write_png(written_.back(), learning_curve(step.log, step.plan));
}

template <class T>
Page Steps<T>::page(const Dataset& data) const {
    Page page = begin_page(run_.kind, data, run_.double_precision, deciding_);
    page.parts = parts_;
    return page;
}

template <class T>
double Steps<T>::seconds() const {
    double sum = 0;
    for (const Step<T>& step : steps_) sum += step.log.empty() ? 0 : step.log.back().seconds;
    return sum;
}

template <class T>
int Steps<T>::say_stopped() const {
    const Step<T>& step = steps_.back();
    const std::size_t number = step.log.empty() ? 0 : step.log.back().number;
    const std::string resume = "autoencoder train " + run_.kind + " --resume " + run_.out;
    if (style_ == Style::json) {
        std::cout << Json()
                         .add("outcome", describe(Outcome::stopped))
                         .add("step", step.name)
                         .add("resume", resume)
                         .line()
                  << "\n";
    } else if (style_ != Style::quiet) {
        std::cout << "\n"
                  << describe(Outcome::stopped) << ": " << step.name << ", " << step.plan.unit
                  << " " << number << "\nwrote " << checkpoint_file() << "\nto go on: " << resume << "\n";
    }
    return 1;
}

template <class T>
void Steps<T>::finish() const {
    remove_stale(checkpoint_file());
}

void announce_run(const TrainSettings& run, const Dataset& data, Style style) {
    const kernels::Unit& unit = kernels::current();
    const std::string patterns = data_words(data);
    if (style == Style::json) {
        std::cout << Json()
                         .add("train", run.kind)
                         .add("data", patterns)
                         .add("isa", unit.name)
                         .add("threads", kernels::threads())
                         .add("out", run.out)
                         .line()
                  << std::endl;
    } else if (style != Style::quiet) {
        std::cout << aligned(
                         {{"data", patterns},
                          {"machine", std::string(unit.description) + ", " +
                                          std::to_string(kernels::threads()) + " threads, " +
                                          (run.double_precision ? "double" : "single") +
                                          " precision"},
                          {"writes", run.out}})
                  << std::flush;
    }
}

template class Steps<float>;
template class Steps<double>;

}  // namespace autoencoder::cli
