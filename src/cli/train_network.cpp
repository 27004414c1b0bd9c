// The kinds that train one network at once: a run of one training, which has no name.
#include "autoencoder/report.hpp"
#include "cli/checkpoint.hpp"
#include "cli/folder.hpp"
#include "cli/judgement.hpp"
#include "cli/kinds.hpp"
#include "cli/patterns.hpp"
#include "cli/remarks.hpp"
#include "cli/run.hpp"
#include "cli/words.hpp"

namespace autoencoder::cli {
namespace {

constexpr const char* notes =
    "--data takes a folder of IDX files, or a file: .npy, .npz, .mat, .csv; with x, perhaps "
    "labels,\n"
    "and perhaps y, what x shall become (own pairs of noisy and clean patterns).\n"
    "Writes model.npz, log.csv, report.html, learning.svg, features.png, reconstructions.png and,\n"
    "with --noise, denoising.png. With --validation the model is that of the epoch or iteration\n"
    "after which the patterns held out cost least. Ctrl-C finishes the step, saves all that and\n"
    "checkpoint.npz, and says how to resume; the exit status is 1. A resumed run ends with the\n"
    "same bits as one never stopped. With --checkpoint N the file is also kept at the end, so\n"
    "that --resume DIR --iterations M (or --epochs M) goes on, also with another "
    "--learning-rate.\n";

/// A cosine's learning rates follow from the number of epochs: another number is another run.
void require_same_epochs(const Archive& checkpoint, const TrainSettings& s) {
    const std::string epochs = std::to_string(s.training.epochs);
    for (const std::string& option : checkpoint.at("options").texts())
        if (option == "--epochs=" + epochs) return;
    throw std::invalid_argument(
        "--epochs: the run that is resumed has a cosine schedule, which "
        "ends with its epochs; found '" +
        epochs + "'");
}

/// How the model came about, for model.npz: nothing that differs between two equal runs.
template <class T>
void note_training(Model& model, const TrainSettings& s, const Sets& sets,
                   const Training<T>& training) {
    note_origin(model, s.kind, s.source, sets, training.plan.patterns);
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
    results.page.facts.push_back({"ended", end});
    results.words = end + ", " + duration(training.seconds()) + "\n";
    results.line.add("outcome", describe(training.outcome)).add("model", model);
    results.line.add("seconds", training.seconds());
    if (s.training.validation > 0) {
        const BestSoFar<T>& best = training.state.best;
        const std::string words =
            "that of " + training.plan.unit + " " + std::to_string(best.number) + ", the best on " +
            grouped(s.training.validation) + " patterns held out: " + rounded(best.cost);
        results.page.facts.push_back({"model", words});
        results.words += "the model is " + words + "\n";
        results.line.add("best", best.number).add("validation", best.cost);
    }
    if (training.outcome == Outcome::stopped) results.line.add("resume", run.resume_words());
    return results;
}

template <class T>
int run_training(const TrainSettings& s, std::vector<Group> deciding, const Sets& sets,
                 const Network& network, const Archive* checkpoint) {
    const Dataset& data = sets.train;
    Run<T> run(s, std::move(deciding), data, checkpoint);
    Buffer<T> theta =
        run.begin({network}, [&] { return initial_parameters<T>(network, s.training.seed); });
    const auto x = in_precision<T>(data.x), y = in_precision<T>(data.y);
    run.train("", network, {x, y}, s.training, theta);

    Model model{network, std::move(theta), data.height, data.width, {}};
    note_training(model, s, sets, run.last());
    const std::string path = run.write_model(model);
    Results results = results_of(run, s, path);
    const Disturbance noise{s.training.corruption, s.training.seed};
    results.page.pictures = write_pictures(s.out, model, sets.test, noise);
    while_waited_for(results.page, [&] { judge(model, sets, results.page); });
    return run.finish(results);
}

}  // namespace

int train_network(TrainSettings s, const Arguments& arguments) {
    const std::vector<Group> deciding = deciding_options(s);
    const Beginning beginning = begin_run(
        s, deciding, notes,
        {"--iterations", "--epochs", "--learning-rate", "--data", "--test-data"}, arguments);
    if (beginning.help) return 0;
    if (beginning.checkpoint && s.training.schedule.decay == Decay::cosine)
        require_same_epochs(*beginning.checkpoint, s);
    refuse_idle(deciding, beginning.given);
    settle_rate(s);

    Sets sets = load_sets(s.source);
    s.judged_by = sets.judged_by();
    if (!sets.apart && s.training.validation > 0) s.judged_by += ", the last " + grouped(s.training.validation) + " of them held out";
    const Dataset& data = sets.train;
    // Pairs of noisy and clean patterns need no noise besides.
    if (data.y.rows > 0 && !beginning.checkpoint && !beginning.given.contains("--noise"))
        s.training.corruption = {};
    const Network network = make_network(s, data);
    if (s.training.validation >= data.x.rows) {
        throw std::invalid_argument("--validation: expected less than all " +
                                    std::to_string(data.x.rows) + " patterns, found '" +
                                    std::to_string(s.training.validation) + "'");
    }
    const auto require_room = s.double_precision ? require_room_for<double> : require_room_for<float>;
    require_room("train " + s.kind, network, sets, s.training, 0);
    if (network.gaussian_layer() > 0) leave_targets_out(sets, s.kind);
    remark_on_targets(sets, network, s.training.corruption);
    const FolderClaim claim = run_folder(s);
    const auto run = s.double_precision ? run_training<double> : run_training<float>;
    return run(s, deciding, sets, network, beginning.resumed());
}

}  // namespace autoencoder::cli
