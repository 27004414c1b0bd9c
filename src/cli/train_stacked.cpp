// `train stacked`: stage by stage, then, if asked, the unrolled stack as a whole.
#include "autoencoder/report.hpp"
#include "cli/checkpoint.hpp"
#include "cli/evaluation.hpp"
#include "cli/folder.hpp"
#include "cli/judgement.hpp"
#include "cli/kinds.hpp"
#include "cli/patterns.hpp"
#include "cli/remarks.hpp"
#include "cli/stack.hpp"
#include "cli/words.hpp"

namespace autoencoder::cli {
namespace {

struct StackedSettings {
    StackSettings stack;
    bool unroll = false;
    TrainSettings fine_tune = {.training = {.optimizer = Optimizer::adam, .epochs = 20}};
};

std::vector<Group> deciding_options(StackedSettings& s) {
    std::vector<Group> groups = stack_options(s.stack);
    groups.push_back(
        {"unrolled",
         {{"--unroll", kept_flag(s.unroll),
           "train the stack and its decoders as one deep autoencoder", "greedy", "not"}}});
    groups.push_back(later_options(s.fine_tune, "fine-tune", "training of all that"));
    return groups;
}

constexpr const char* notes =
    "--hidden are the codes' widths, stage by stage; objective and training are those of each.\n"
    "Writes model.npz, the deep autoencoder of all encoders and their decoders (its first half\n"
    "is the stack, which train classifier --pretrained takes), a log and a learning curve of\n"
    "each stage, features.png, reconstructions.png and report.html. Ctrl-C finishes the step,\n"
    "saves checkpoint.npz and says how to resume; the exit status is 1.\n";

template <class T>
int run_stack(const StackedSettings& s, std::vector<Group> deciding, const Sets& sets,
              const Archive* checkpoint) {
    const Dataset& data = sets.train;
    const TrainSettings& stage = s.stack.stage;
    Run<T> run(stage, std::move(deciding), data, checkpoint);
    run.announce();
    Network deep = stack_network(s.stack, data);
    require_room_for_stages<T>(stage, deep, sets);
    if (s.unroll) {
        require_room_for<T>("train stacked: unrolled", deep, sets, s.fine_tune.training);
    }
    Buffer<T> theta = begin_stages<T>(run, deep, stage.training.seed);
    const auto x = in_precision<T>(data.x);
    if (!train_stages<T>(run, deep, s.stack, x, theta)) return run.say_stopped();
    if (s.unroll) {
        deep = with_objective(deep, s.fine_tune);
        if (!run.train("unrolled", deep, {x, {}}, s.fine_tune.training, theta))
            return run.say_stopped();
    }

    Model model{deep, theta, data.height, data.width, {}};
    note_origin(model, stage.kind, stage.source, sets, data.x.rows);
    model.training.emplace_back("stages", stages(deep));
    model.training.emplace_back("unrolled", s.unroll);
    model.training.emplace_back("seed", stage.training.seed);
    const std::string path = run.write_model(model);
    const Disturbance noise{stage.training.corruption, stage.training.seed};
    Results results;
    results.page.pictures = write_pictures(stage.out, model, sets.test, noise);
    results.page.facts = {{"model", network_words(model.network)}};
    results.line.add("model", path);
    while_waited_for(results.page, [&] {
        const View<const float> test = sets.test.x;
        const double error = error_per_pattern(model, test, test);
        results.line.add(sets.apart ? "test_error_per_pattern" : "training_error_per_pattern", error);
        results.words = grouped(test.rows) + " " + sets.tested() + " through all " + std::to_string(stages(deep)) +
                        " stages and back: squared error " + rounded(error) + " a pattern, " +
                        rounded(error / double(test.cols)) + " a number\n";
        judge(model, sets, results.page);
    });
    results.line.add("seconds", run.seconds());
    results.words += "training took " + duration(run.seconds()) + "\n";
    return run.finish(results);
}

}  // namespace

int train_stacked(TrainSettings usual, const Arguments& arguments) {
    StackedSettings s{{std::move(usual)}};
    TrainSettings &stage = s.stack.stage, &fine_tune = s.fine_tune;
    const std::vector<Group> deciding = deciding_options(s);
    const Beginning beginning = begin_run(
        stage, deciding, notes,
        {"--data", "--test-data", "--learning-rate", "--fine-tune-learning-rate"}, arguments);
    if (beginning.help) return 0;
    refuse_idle(deciding, beginning.given);
    if (!s.unroll) refuse("--fine-tune-", beginning.given, "without --unroll");
    settle_rate(stage);
    settle_rate(fine_tune);
    fine_tune.training.seed = stage.training.seed;

    Sets sets = load_sets(stage.source);
    stage.judged_by = sets.judged_by();
    leave_targets_out(sets, stage.kind);
    remark_on_targets(sets, autoencoder::stage(stack_network(s.stack, sets.train), 1), stage.training.corruption);
    const FolderClaim claim = run_folder(stage);
    const auto run = stage.double_precision ? run_stack<double> : run_stack<float>;
    return run(s, deciding, sets, beginning.resumed());
}

}  // namespace autoencoder::cli
