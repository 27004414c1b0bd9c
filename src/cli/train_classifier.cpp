// `train classifier`: the options of its three steps, each of which can be left out. The steps
// themselves are in classifier_run.cpp.
//
//     --hidden 200,200                     step 1 here, a stack of dense encoders
//     --pretrained stack.npz               step 1 elsewhere: the encoders of any autoencoder
//     --encoder conv.npz --hidden 256      those of a convolutional one; dense layers on top are new,
//                                          and step 2 trains them with the head, on codes that stay
#include "autoencoder/activation.hpp"
#include "cli/classifier_run.hpp"
#include "cli/folder.hpp"
#include "cli/kinds.hpp"
#include "cli/pretrained.hpp"
#include "cli/remarks.hpp"

namespace autoencoder::cli {
namespace {

Value head_value(Head& variable) {
    using enum Head;
    return choice(variable, {lms, multi_layer, softmax}, [](Head head) { return name(head); });
}

/// Widths, or "none": the head sees the patterns themselves.
Value widths_or_none(std::vector<std::size_t>& variable) {
    const Value widths = counts(variable);
    const auto take = [&variable, widths](const std::string& text) {
        if (text == "none") variable.clear();
        else widths.take(text);
    };
    return {"N,N,…", take, [&variable, widths] {
                return variable.empty() ? std::string("none") : widths.show();
            }};
}

std::vector<Group> deciding_options(ClassifierSettings& s) {
    std::vector<Group> groups = stack_options(s.stack);
    for (Group& group : groups) {
        for (Option& option : group.options) {
            if (option.name != "--hidden") continue;
            option.value = widths_or_none(s.stack.stage.hidden);
            option.help = "the encoders' units, or those on --encoder; or none";
        }
    }
    Value pretrained = text(s.pretrained, "MODEL.npz"), encoder = text(s.encoder, "CONV.npz");
    groups.push_back(
        {"steps",
         {{"--pretrained", std::move(pretrained), "take its encoders, the first half of its layers",
           "greedy", "train them"},
          {"--encoder", std::move(encoder), "the same of a convolutional autoencoder", "convolve",
           "none"},
          {"--no-pretraining", kept_flag(s.no_pretraining), "leave step 1 out: random encoders", "",
           "not"},
          {"--no-head-training", kept_flag(s.no_head_training), "leave step 2 out: a random head",
           "", "not"},
          {"--no-fine-tuning", kept_flag(s.no_fine_tuning), "leave step 3 out", "fine-tune",
           "not"}}});
    groups.push_back({"head",
                      {{"--head", head_value(s.head_kind), "lms, multi-layer, softmax", "head"},
                       {"--head-hidden", counts(s.head_hidden), "units of a multi-layer head", "",
                        "100"}}});
    groups.push_back(later_options(s.head, "head", "training of the head, step 2"));
    groups.push_back(later_options(s.fine_tune, "fine-tune", "fine-tuning of all, step 3"));
    return groups;
}

constexpr const char* notes =
    "The data need labels, numbers or words. The options of objective and training are those of step\n"
    "1, the stages of the encoders. Writes model.npz, a log and a learning curve of each step,\n"
    "confusion.svg, mistakes.png, features.png and report.html, and prints the accuracy on the\n"
    "test set after steps 2 and 3; with windows also maps1.png …. With --encoder there are no\n"
    "dense layers on top unless --hidden names them; they are relu unless --activation says\n"
    "otherwise, and step 2 trains them with the head. Dropout is of dense hidden layers, never\n"
    "of maps. Ctrl-C finishes what it is at, saves checkpoint.npz and says how to resume; the\n"
    "exit status is 1. A resumed run ends with the same bits as one never stopped.\n";

/// Refuses options of steps that do not take place, and steps that contradict each other.
void refuse_idle_steps(ClassifierSettings& s, const std::set<std::string>& given) {
    const bool on_top = !s.encoder.empty(), pretrained = on_top || !s.pretrained.empty();
    const bool raw = s.stack.stage.hidden.empty();
    const std::string taken = on_top ? "--encoder" : "--pretrained";
    if (on_top && !s.pretrained.empty())
        throw std::invalid_argument("--encoder: contradicts --pretrained");
    if (pretrained && s.no_pretraining)
        throw std::invalid_argument("--no-pretraining: contradicts " + taken);
    if (on_top && raw && given.contains("--activation"))
        throw std::invalid_argument("--activation: has no effect on --encoder without --hidden");
    if (s.no_head_training && s.no_fine_tuning)
        throw std::invalid_argument("--no-fine-tuning: contradicts --no-head-training: the head "
                                    "would stay random");
    const std::string reason = pretrained         ? "with " + taken
                               : s.no_pretraining ? "with --no-pretraining"
                                                  : "with --hidden none";
    for (const Group& group : stack_options(s.stack)) {
        const bool shape = group.title == "network" && !pretrained && !raw;
        if (group.title == "data" || shape || !(pretrained || s.no_pretraining || raw)) continue;
        for (const Option& option : group.options) {
            const std::string& name = option.name;
            if (name == "--seed" || name == "--precision") continue;
            if (name == "--hidden" && (on_top || raw)) continue;
            if (name == "--activation" && on_top) continue;
            if (given.contains(name))
                throw std::invalid_argument(name + ": has no effect " + reason);
        }
    }
    if (s.no_head_training) refuse("--head-", given, "with --no-head-training");
    if (s.no_fine_tuning) refuse("--fine-tune-", given, "with --no-fine-tuning");
}

/// The encoders of another run, if there are any.
std::optional<Model> given_encoders(const ClassifierSettings& s) {
    const bool on_top = !s.encoder.empty(), double_precision = s.stack.stage.double_precision;
    if (on_top) return load_encoders({"--encoder", s.encoder, true, double_precision});
    if (s.pretrained.empty()) return {};
    return load_encoders({"--pretrained", s.pretrained, false, double_precision});
}

/// Without dense hidden layers nothing is dropped, and fine-tuning says so.
void settle_dropout(ClassifierSettings& s, const std::optional<Model>& encoders,
                    const std::set<std::string>& given) {
    bool dense = s.head_kind == Head::multi_layer;
    if (encoders) {
        for (const Layer& layer : encoders->network.layers) dense |= layer.kind == Kind::dense;
    }
    if (s.pretrained.empty()) dense |= !s.stack.stage.hidden.empty();
    if (dense) return;
    if (given.contains("--fine-tune-dropout"))
        throw std::invalid_argument("--fine-tune-dropout: has no effect without dense hidden layers");
    s.fine_tune.dropout = 0;
}

}  // namespace

int train_classifier(TrainSettings usual, const Arguments& arguments) {
    ClassifierSettings settings{{std::move(usual)}};
    TrainSettings& stage = settings.stack.stage;
    const std::vector<Group> deciding = deciding_options(settings);
    const Beginning beginning = begin_run(
        stage, deciding, notes,
        {"--data", "--test-data", "--learning-rate", "--head-learning-rate", "--fine-tune-learning-rate"},
        arguments);
    if (beginning.help) return 0;
    const std::set<std::string>& given = beginning.given;
    if (!settings.encoder.empty() && stage.resume.empty()) {
        if (!given.contains("--hidden")) stage.hidden.clear();
        if (!given.contains("--activation")) stage.activation = Activation::relu;
    }
    refuse_idle(deciding, given);
    refuse_idle_steps(settings, given);
    for (TrainSettings* each : {&stage, &settings.head, &settings.fine_tune}) settle_rate(*each);
    settings.head.training.seed = settings.fine_tune.training.seed = stage.training.seed;
    if (settings.head_kind == Head::multi_layer && settings.head_hidden.empty())
        settings.head_hidden = {100};
    head_network(settings.head_kind, 1, settings.head_hidden, 2);  // throws before hours of work

    const auto has_mean = [](Activation f) { return f == Activation::sigmoid || f == Activation::tanh; };
    if (settings.no_pretraining && !(has_mean(stage.activation) && has_mean(settings.stack.code_activation.value_or(stage.activation))))
        settings.stack.sparsity_weight = {stage.sparsity_weight = 0};  // of stages that are not trained

    const std::optional<Model> encoders = given_encoders(settings);
    Sets sets = load_sets(stage.source, encoders ? &*encoders : nullptr);
    if (encoders) remark_on_known(settings.encoder.empty() ? settings.pretrained : settings.encoder, *encoders, stage.source, sets);
    leave_targets_out(sets, stage.kind);
    remark_on_labels(sets);
    stage.judged_by = sets.judged_by();
    remark_on_classes(sets, settings.head.training.validation);
    if (encoders) require_inputs(settings.encoder.empty() ? "--pretrained" : "--encoder", *encoders, sets.train);
    if (encoders && given.contains("--scale"))
        throw std::invalid_argument("--scale: has no effect with encoders of another run, whose scale is taken");
    if (encoders && stage.source.scaling == Scaling::none)
        sets.set_scale(scale_of(*encoders));  // the patterns as its encoders know them
    const bool learned = !encoders && !settings.no_pretraining && !stage.hidden.empty();
    if (learned)
        remark_on_targets(sets, autoencoder::stage(stack_network(settings.stack, sets.train), 1), stage.training.corruption);
    else
        remark_on_numbers(sets.train);
    settle_dropout(settings, encoders, given);
    const FolderClaim claim = run_folder(stage, {model_path(settings.pretrained), model_path(settings.encoder)});
    const auto run = stage.double_precision ? run_classifier<double> : run_classifier<float>;
    return run(settings, deciding, sets, encoders, beginning.resumed());
}

}  // namespace autoencoder::cli
