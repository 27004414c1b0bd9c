// `train stacked`: stage by stage, then, if asked, the unrolled stack as a whole.        [greedy]
#include "cli/train_stacked.hpp"

#include <iostream>

#include "autoencoder/report.hpp"
#include "cli/checkpoint.hpp"
#include "cli/commands.hpp"
#include "cli/evaluation.hpp"
#include "cli/folder.hpp"
#include "cli/json.hpp"
#include "cli/patterns.hpp"
#include "cli/step_options.hpp"
#include "cli/words.hpp"

namespace autoencoder::cli {
namespace {

struct Settings {
    StackSettings stack = usual_stack();
    bool unroll = false;
    TrainSettings fine_tune;  // of the unrolled stack
};

std::vector<Group> deciding(Settings& s) {
    std::vector<Group> groups = stack_options(s.stack);
    groups.push_back({"unrolled",
                      {{"--unroll", kept_flag(s.unroll),
                        "train the stack and its decoders as one deep autoencoder", "greedy",
                        "not"}}});
    groups.push_back(step_options(s.fine_tune, "fine-tune", "training of all that"));
    return groups;
}

Command command_of(Settings& s) {
    Command command{"train stacked",
                    "a multi-stage autoencoder: each stage learns the codes of the one before",
                    {},
                    deciding(s)};
    command.groups.push_back(run_options(s.stack.stage));
    command.groups.push_back(machine_options());
    command.notes =
        "--hidden are the codes' widths, stage by stage; objective and training are those of each.\n"
        "Writes model.npz, the deep autoencoder of all encoders and their decoders (its first half\n"
        "is the stack, which train classifier --pretrained takes), a log and a learning curve of\n"
        "each stage, features.png, reconstructions.png and report.html. Ctrl-C finishes the step,\n"
        "saves checkpoint.npz and says how to resume; the exit status is 1.\n";
    return command;
}

template <class T>
int run(Settings& s, const Dataset& data, const Dataset& test, const Archive* checkpoint) {
    const TrainSettings& stage = s.stack.stage;
    Steps<T> steps(stage, deciding(s), checkpoint);
    announce_run(stage, data, steps.style());
    Network deep = stack_network(s.stack, data);
    require_room<T>(stage, deep, data.x.rows);
    if (s.unroll)
        require_memory(training_memory<T>(deep, data.x.rows, s.fine_tune.training),
                       "train stacked: unrolled (" + network_words(deep) + ")");
    Buffer<T> theta = initial_stack<T>(deep, stage.training.seed);
    const Matrix<T> x = converted<T>(data.x);
    if (!train_stages<T>(steps, deep, stage.training, x, theta)) return steps.say_stopped();
    if (s.unroll) {
        deep = with_objective(deep, s.fine_tune);
        TrainingSet<T> set;
        set.x = x;
        if (!steps.train("unrolled", deep, set, s.fine_tune.training, theta))
            return steps.say_stopped();
    }

    Model model{deep, theta, data.height, data.width, {}};
    note_origin(model, stage.kind, stage.data, data.x.rows);
    model.training.emplace_back("stages", stages(deep));
    model.training.emplace_back("unrolled", s.unroll);
    model.training.emplace_back("seed", stage.training.seed);
    std::vector<std::string> written = {in_folder(stage.out, "model.npz")};
    save_model(written[0], model);
    written.insert(written.end(), steps.written().begin(), steps.written().end());
    const Disturbance noise{stage.training.corruption, stage.training.seed};
    Page page = steps.page(data);
    page.pictures = write_pictures(stage.out, model, test, noise);
    written.insert(written.end(), page.pictures.begin(), page.pictures.end());

    const Scores scores = evaluate_on(model, test.x);
    const std::string error = "squared error " + rounded(scores.error_per_pattern) +
                              " a pattern, " + rounded(scores.error_per_number) + " a number";
    page.facts.push_back({"model", network_words(model.network)});
    page.facts.push_back({"test patterns", error});
    written.push_back(write_page(stage.out, page));
    steps.finish();
    if (steps.style() == Style::json) {
        std::cout << Json()
                         .add("model", written[0])
                         .add("test_error_per_pattern", scores.error_per_pattern)
                         .add("seconds", steps.seconds())
                         .line()
                  << "\n";
    } else if (steps.style() != Style::quiet) {
        std::cout << "\n" << grouped(test.x.rows) << " test patterns through all " << stages(deep)
                  << " stages and back: " << error << "\n"
                  << "training took " << duration(steps.seconds()) << "\n";
        for (const std::string& path : written) std::cout << "wrote " << path << "\n";
    }
    return 0;
}

}  // namespace

StackSettings usual_stack() {
    StackSettings settings;
    TrainSettings& stage = settings.stage;
    stage.kind = "stacked";
    stage.mirrored = true;
    stage.hidden = {200, 200};
    stage.weight_penalty = 3e-3;
    stage.sparsity_target = 0.1;
    stage.sparsity_weight = 3;
    stage.training.iterations = 200;
    return settings;
}

std::vector<Group> stack_options(StackSettings& settings) {
    std::vector<Group> groups = deciding_options(settings.stage);
    for (Group& group : groups) {
        if (group.title != "network") continue;
        std::string& code = settings.code_activation;
        const auto take = [&code](const std::string& text) {
            using enum Activation;
            Activation checked = sigmoid;
            choice(checked, {sigmoid, tanh, relu, linear}, [](Activation a) { return name(a); })
                .take(text);
            code = text;
        };
        group.options.push_back({"--code-activation",
                                 {"NAME", take, [&code] { return code; }},
                                 "the same, of the top code", "encode", "--activation's"});
    }
    return groups;
}

Network stack_network(const StackSettings& settings, const Dataset& patterns) {
    Network deep = make_network(settings.stage, patterns);
    const std::size_t S = stages(deep);
    if (!settings.code_activation.empty())
        deep.layers[S - 1].activation = activation_of(settings.code_activation);
    for (std::size_t l = S + 1; l <= deep.depth(); ++l) deep.layers[l - 1].sparse = false;
    for (std::size_t t = 1; t <= S; ++t) validate(stage(deep, t));
    return deep;
}

Group run_options(TrainSettings& s) {
    return {"run",
            {{"--out", text(s.out, "DIR"), "folder for the results", "", "runs/" + s.kind},
             {"--checkpoint", count(s.checkpoint, 0), "save the state every N steps"},
             {"--resume", text(s.resume, "DIR"), "go on with the run in this folder"},
             {"--quiet", flag(s.quiet), "print errors only"},
             {"--json", flag(s.json), "print a JSON object a line"}}};
}

Archive resumed_run(TrainSettings& settings, const std::vector<Group>& deciding,
                    const std::set<std::string>& given) {
    Archive checkpoint;
    if (!settings.resume.empty()) {
        const std::string path = checkpoint_path(settings.resume);
        checkpoint = read_npz(path);
        restore_options(
            checkpoint, settings.kind, deciding, given,
            {"--data", "--learning-rate", "--head-learning-rate", "--fine-tune-learning-rate"});
        if (settings.out.empty()) settings.out = folder_of(path);
    }
    if (settings.out.empty()) settings.out = "runs/" + settings.kind;
    return checkpoint;
}

int train_stacked(Arguments arguments) {
    Settings settings;
    TrainSettings &stage = settings.stack.stage, &fine_tune = settings.fine_tune;
    fine_tune.training.optimizer = Optimizer::adam;
    fine_tune.training.epochs = 20;
    const Command command = command_of(settings);
    const Parsed parsed = parse(command, arguments);
    if (parsed.help) return print_help(command);
    const Archive checkpoint = resumed_run(stage, deciding(settings), parsed.given);
    settle(stage, parsed.given);
    settle_step(fine_tune, "fine-tune", parsed.given);
    if (!settings.unroll) refuse_step("fine-tune", parsed.given, "without --unroll");
    fine_tune.training.seed = stage.training.seed;

    const Dataset data = load_data(stage.data, Split::train, stage.count);
    const Dataset test = load_data(stage.data, Split::test);
    prepare_folder(stage.out);
    const Archive* from = stage.resume.empty() ? nullptr : &checkpoint;
    return (stage.double_precision ? run<double> : run<float>)(settings, data, test, from);
}

}  // namespace autoencoder::cli
