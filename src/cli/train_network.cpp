#include "cli/train_network.hpp"

#include <iostream>

#include "autoencoder/file.hpp"
#include "autoencoder/report.hpp"
#include "cli/checkpoint.hpp"
#include "cli/folder.hpp"
#include "cli/interrupt.hpp"
#include "cli/json.hpp"
#include "cli/page.hpp"
#include "cli/patterns.hpp"
#include "cli/progress.hpp"
#include "cli/words.hpp"

namespace autoencoder::cli {
namespace {

// What is run, before it runs.
void announce(const TrainSettings& s, const Dataset& data, const Network& network, Style style) {
    const kernels::Unit& unit = kernels::current();
    const std::string patterns = data_words(data);
    const std::string precision = s.double_precision ? ", double precision" : ", single precision";
    const std::string threads =
        std::to_string(kernels::threads()) + (kernels::threads() == 1 ? " thread" : " threads");
    if (style == Style::json) {
        std::cout << Json()
                         .add("train", s.kind)
                         .add("data", patterns)
                         .add("network", network_words(network) + precision)
                         .add("objective", objective_words(network, s.training))
                         .add("optimizer", optimiser_words(s.training))
                         .add("isa", unit.name)
                         .add("threads", kernels::threads())
                         .add("out", s.out)
                         .line()
                  << std::endl;
    } else if (style != Style::quiet) {
        std::cout << aligned({{"data", patterns},
                              {"network", network_words(network) + precision},
                              {"objective", objective_words(network, s.training)},
                              {"optimizer", optimiser_words(s.training)},
                              {"machine", std::string(unit.description) + ", " + threads},
                              {"writes", s.out}})
                  << std::endl;
    }
}

// How the model came about, for model.npz: nothing that differs between two equal runs.
void note_training(Model& model, const TrainSettings& s, std::size_t patterns, std::size_t done,
                   std::size_t best) {
    note_origin(model, s.kind, s.data, patterns);
    TrainingOptions t = s.training;
    const auto note = [&](const char* key, Array value) {
        model.training.emplace_back(key, std::move(value));
    };
    if (t.corruption.noise != Noise::none) note("noise", name(t.corruption));
    if (t.validation > 0) {
        note("validation", t.validation);
        note("best", best);
    }
    note("optimizer", std::string(name(t.optimizer)));
    if (t.optimizer == Optimizer::lbfgs) {
        note("iterations", done);
    } else {
        note("epochs", done);
        note("learning_rate", t.learning_rate);
        if (t.optimizer != Optimizer::online) note("batch", t.batch);
        if (t.schedule.decay != Decay::constant) note("schedule", schedule(t.schedule).show());
        if (t.optimizer == Optimizer::momentum) note("momentum", t.momentum);
        if (t.optimizer != Optimizer::online && s.sparsity_weight > 0)
            note("mean_activity", t.mean_activity == MeanActivity::batch ? "batch" : "running");
    }
    note("seed", t.seed);
}

std::string resume_words(const TrainSettings& s) {
    return "autoencoder train " + s.kind + " --resume " + s.out;
}

// A run in one precision: from the weights, or the checkpoint, to the folder of results.
template <class T>
class Run {
public:
    Run(TrainSettings& settings, const Dataset& data, const Network& network)
        : s_(settings),
          data_(data),
          network_(network),
          style_(style_of(settings.quiet, settings.json)) {}

    int operator()(const Archive* checkpoint, const Dataset& test) {
        theta_ = initial_parameters<T>(network_, s_.training.seed);
        fingerprint_ = fingerprint(data_.x);
        if (checkpoint) {
            restore_state<T>(*checkpoint, fingerprint_, theta_, state_, log_);
            kept_ = checkpoint->origin;
        }
        const bool whole = s_.training.optimizer == Optimizer::lbfgs;
        plan_ = {whole ? "iteration" : "epoch", done(),
                 whole ? s_.training.iterations : s_.training.epochs,
                 data_.x.rows - s_.training.validation};
        if (plan_.first > plan_.total) {
            throw std::invalid_argument("--resume: the run has done " +
                                        std::to_string(plan_.first) + " of " +
                                        std::to_string(plan_.total) + " " + plan_.unit + "s");
        }
        earlier_seconds_ = log_.empty() ? 0 : log_.back().seconds;
        announce(s_, data_, network_, style_);
        const Outcome outcome = train_all();
        write(outcome, test);
        finish(outcome);
        return outcome == Outcome::stopped ? 1 : 0;
    }

private:
    std::size_t done() const { return log_.empty() ? 0 : log_.back().number; }
    std::string checkpoint_file() const { return in_folder(s_.out, "checkpoint.npz"); }
    void save_state() {
        save_checkpoint<T>(checkpoint_file(), s_, fingerprint_, theta_, state_, log_);
        kept_ = checkpoint_file();
    }

    Outcome train_all() {
        const Interrupt interrupt;
        ProgressPrinter printer(plan_, style_);
        bool finite = true;
        const TrainingReport report = [&](const TrainingStep& step) {
            printer.step(step);
            log_.push_back(step);
            log_.back().seconds += earlier_seconds_;
            finite = all_finite<T>(theta_);
            if (!finite) return false;
            if (s_.checkpoint > 0 && step.number > 0 && step.number % s_.checkpoint == 0) {
                save_state();
                write_file(in_folder(s_.out, "log.csv"), log_csv(log_));
            }
            return !interrupt.came();
        };
        const Matrix<T> copy = std::is_same_v<T, float> ? Matrix<T>() : converted<T>(data_.x);
        TrainingSet<T> set;
        if constexpr (std::is_same_v<T, float>) set.x = data_.x;
        else set.x = copy;
        const Outcome outcome =
            autoencoder::train<T>(network_, set, s_.training, theta_, report, &state_);
        printer.end();
        if (!finite || outcome == Outcome::not_finite || !all_finite<T>(theta_)) {
            const bool has_rate = s_.training.optimizer != Optimizer::lbfgs;
            throw std::runtime_error("training came to infinity or NaN after " + plan_.unit + " " +
                                     std::to_string(done()) +
                                     after_divergence(s_, kept_, has_rate));
        }
        return outcome;
    }

    // The checkpoint goes last: until everything is on the disk, the run can be resumed from it.
    void write(Outcome outcome, const Dataset& test) {
        const bool goes_on = outcome == Outcome::stopped || s_.checkpoint > 0;
        if (goes_on) save_state();
        Model model{network_, theta_, data_.height, data_.width, {}};
        note_training(model, s_, plan_.patterns, done(), state_.best.number);
        written_ = {in_folder(s_.out, "model.npz"), in_folder(s_.out, "log.csv")};
        save_model(written_[0], model);
        write_file(written_[1], log_csv(log_));
        if (!log_.empty()) {
            written_.push_back(in_folder(s_.out, "learning.png"));
            write_png(written_.back(), learning_curve(log_, plan_));
        }
        const Disturbance noise{s_.training.corruption, s_.training.seed};
        const std::vector<std::string> pictures = write_pictures(s_.out, model, test, noise);
        written_.insert(written_.end(), pictures.begin(), pictures.end());
        Page page = begin_page(s_.kind, data_, s_.double_precision, deciding_options(s_));
        page.facts.push_back({"ended", end_words(outcome)});
        if (s_.training.validation > 0) page.facts.push_back({"model", best_words()});
        page.parts.push_back({"", network_, s_.training, log_});
        page.pictures = pictures;
        written_.push_back(write_page(s_.out, page));
        if (!goes_on) remove_stale(checkpoint_file());
    }

    std::string end_words(Outcome outcome) const {
        return std::string(describe(outcome)) + ": " + plan_.unit + " " + std::to_string(done());
    }
    std::string best_words() const {
        return "that of " + plan_.unit + " " + std::to_string(state_.best.number) +
               ", the best on " + grouped(s_.training.validation) + " patterns held out: " +
               rounded(state_.best.cost);
    }

    void finish(Outcome outcome) const {
        const bool stopped = outcome == Outcome::stopped;
        const double seconds = log_.empty() ? 0 : log_.back().seconds;
        if (style_ == Style::json) {
            Json json;
            json.add("outcome", describe(outcome))
                .add("model", written_[0])
                .add("seconds", seconds);
            if (s_.training.validation > 0)
                json.add("best", state_.best.number).add("validation", state_.best.cost);
            if (stopped) json.add("resume", resume_words(s_));
            std::cout << json.line() << "\n";
        } else if (style_ != Style::quiet) {
            std::cout << "\n" << end_words(outcome) << ", " << duration(seconds) << "\n";
            if (s_.training.validation > 0) std::cout << "the model is " << best_words() << "\n";
            for (const std::string& path : written_) std::cout << "wrote " << path << "\n";
            if (stopped) std::cout << "to go on: " << resume_words(s_) << "\n";
        }
    }

    TrainSettings& s_;
    const Dataset& data_;
    const Network& network_;
    Style style_;
    Plan plan_;
    Buffer<T> theta_;
    TrainingState<T> state_;
    std::vector<TrainingStep> log_;
    std::string kept_;  // the last checkpoint of this run, if there is one
    std::uint64_t fingerprint_ = 0;
    double earlier_seconds_ = 0;  // of the parts of the run before it was resumed
    std::vector<std::string> written_;
};

}  // namespace

int train_network(TrainSettings& settings, const Arguments& arguments) {
    const Command command = train_command(settings);
    const Parsed parsed = parse(command, arguments);
    if (parsed.help) return print_help(command);
    Archive checkpoint;
    const bool resumed = !settings.resume.empty();
    if (resumed) {
        const std::string path = checkpoint_path(settings.resume);
        checkpoint = read_npz(path);
        restore_settings(checkpoint, settings, parsed.given);
        if (settings.out.empty()) settings.out = folder_of(path);
    }
    if (settings.out.empty()) settings.out = "runs/" + settings.kind;
    settle(settings, parsed.given);

    const Dataset data = load_data(settings.data, Split::train, settings.count);
    const Dataset test = load_data(settings.data, Split::test);
    const Network network = make_network(settings, data);
    if (settings.training.validation >= data.x.rows) {
        throw std::invalid_argument("--validation: expected less than all " +
                                    std::to_string(data.x.rows) + " patterns, found '" +
                                    std::to_string(settings.training.validation) + "'");
    }
    const auto memory =
        settings.double_precision ? training_memory<double> : training_memory<float>;
    require_memory(memory(network, data.x.rows, settings.training),
                   "train " + settings.kind + " (" + network_words(network) + ")");
    prepare_folder(settings.out);
    const Archive* from = resumed ? &checkpoint : nullptr;
    if (settings.double_precision) return Run<double>(settings, data, network)(from, test);
    return Run<float>(settings, data, network)(from, test);
}

}  // namespace autoencoder::cli
