// The kinds that train one network at once: a run of one training, which has no name.
#include "autoencoder/report.hpp"
#include "cli/folder.hpp"
#include "cli/kinds.hpp"
#include "cli/patterns.hpp"
#include "cli/run.hpp"
#include "cli/verdict.hpp"
#include "cli/words.hpp"

namespace autoencoder::cli {
namespace {

constexpr const char* notes =
    "--data takes a folder of IDX files, FILE.npy, or FILE.npz with x and perhaps labels.\n"
    "Writes model.npz, log.csv, report.html, learning.svg, features.png, reconstructions.png and,\n"
    "with --noise, denoising.png. With --validation the model is that of the epoch or iteration\n"
    "after which the patterns held out cost least. Ctrl-C finishes the step, saves all that and\n"
    "checkpoint.npz, and says how to resume; the exit status is 1. A resumed run ends with the\n"
    "same bits as one never stopped. With --checkpoint N the file is also kept at the end, so\n"
    "that --resume DIR --iterations M (or --epochs M) goes on, also with another --learning-rate.\n";

/// A cosine's learning rates follow from the number of epochs: another number is another run.
void require_same_epochs(const Archive& checkpoint, const TrainSettings& s) {
    const std::string epochs = std::to_string(s.training.epochs);
    for (const std::string& option : checkpoint.at("options").texts())
        if (option == "--epochs=" + epochs) return;
    throw std::invalid_argument("--epochs: the run that is resumed has a cosine schedule, which "
                                "ends with its epochs; found '" + epochs + "'");
}

/// How the model came about, for model.npz: nothing that differs between two equal runs.
template <class T>
void note_training(Model& model, const TrainSettings& s, const Training<T>& training) {
    note_origin(model, s.kind, s.data, training.plan.patterns);
    TrainingOptions t = s.training;
    const auto note = [&](const char* key, Array value) {
        model.training.emplace_back(key, std::move(value));
    };
    if (t.corruption.noise != Noise::none) note("noise", name(t.corruption));
    if (t.validation > 0) {
        note("validation", t.validation);
        note("best", training.state.best.number);
    }
    note("optimizer", std::string(name(t.optimizer)));
    if (t.optimizer == Optimizer::lbfgs) {
        note("iterations", training.done());
    } else {
        note("epochs", training.done());
        note("learning_rate", t.learning_rate);
        if (t.optimizer != Optimizer::online) note("batch", t.batch);
        if (t.schedule.decay != Decay::constant) note("schedule", schedule(t.schedule).show());
        if (t.optimizer == Optimizer::momentum) note("momentum", t.momentum);
        if (t.optimizer != Optimizer::online && s.sparsity_weight > 0)
            note("mean_activity", t.mean_activity == MeanActivity::batch ? "batch" : "running");
    }
    note("seed", t.seed);
}

/// What came of the training, for the page and the last words.
template <class T>
Results results_of(const Run<T>& run, const TrainSettings& s, const std::string& model) {
    const Training<T>& training = run.last();
    const std::string end = describe(training.outcome) + (": " + training.place());
    Results results;
    results.facts.push_back({"ended", end});
    results.words = end + ", " + duration(training.seconds()) + "\n";
    results.line.add("outcome", describe(training.outcome)).add("model", model);
    results.line.add("seconds", training.seconds());
    if (s.training.validation > 0) {
        const BestSoFar<T>& best = training.state.best;
        const std::string words = "that of " + training.plan.unit + " " +
                                  std::to_string(best.number) + ", the best on " +
                                  grouped(s.training.validation) + " patterns held out: " +
                                  rounded(best.cost);
        results.facts.push_back({"model", words});
        results.words += "the model is " + words + "\n";
        results.line.add("best", best.number).add("validation", best.cost);
    }
    if (training.outcome == Outcome::stopped) results.line.add("resume", run.resume_words());
    return results;
}

template <class T>
int run_training(const TrainSettings& s, std::vector<Group> deciding, const Dataset& data,
                 const Dataset& test, const Network& network, const Archive* checkpoint) {
    Run<T> run(s, std::move(deciding), data, checkpoint);
    Buffer<T> theta = initial_parameters<T>(network, s.training.seed);
    Matrix<T> copy;
    TrainingSet<T> set;
    if constexpr (std::is_same_v<T, float>) set.x = data.x;
    else set.x = copy = converted<T>(data.x);
    run.train("", network, set, s.training, theta);

    Model model{network, std::move(theta), data.height, data.width, {}};
    note_training(model, s, run.last());
    const std::string path = run.write_model(model);
    Results results = results_of(run, s, path);
    const Disturbance noise{s.training.corruption, s.training.seed};
    results.pictures = write_pictures(s.out, model, test, noise);
    judge_autoencoder(model, data, test, results.facts, results.judgements);
    return run.finish(results);
}

}  // namespace

int train_network(TrainSettings s, const Arguments& arguments) {
    const std::vector<Group> deciding = deciding_options(s);
    const Beginning beginning = begin_run(
        s, deciding, notes, {"--iterations", "--epochs", "--learning-rate", "--data"}, arguments);
    if (beginning.help) return 0;
    if (beginning.checkpoint && s.training.schedule.decay == Decay::cosine)
        require_same_epochs(*beginning.checkpoint, s);
    refuse_idle(deciding, beginning.given);
    settle_rate(s);

    const Dataset data = load_data(s.data, Split::train, s.count);
    const Dataset test = load_data(s.data, Split::test);
    const Network network = make_network(s, data);
    if (s.training.validation >= data.x.rows) {
        throw std::invalid_argument("--validation: expected less than all " +
                                    std::to_string(data.x.rows) + " patterns, found '" +
                                    std::to_string(s.training.validation) + "'");
    }
    const auto memory = s.double_precision ? training_memory<double> : training_memory<float>;
    require_memory(memory(network, data.x.rows, s.training),
                   "train " + s.kind + " (" + network_words(network) + ")");
    prepare_folder(s.out);
    const auto run = s.double_precision ? run_training<double> : run_training<float>;
    return run(s, deciding, data, test, network, beginning.resumed());
}

}  // namespace autoencoder::cli
