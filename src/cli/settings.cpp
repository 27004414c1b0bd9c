#include "cli/settings.hpp"

#include <algorithm>
#include <filesystem>

#include "autoencoder/activation.hpp"
#include "autoencoder/report.hpp"
#include "cli/checkpoint.hpp"
#include "cli/folder.hpp"

namespace autoencoder::cli {
namespace {

namespace fs = std::filesystem;

constexpr double usual_rate = 0.1;

Value loss_value(Loss& variable) {
    return choice(variable, {Loss::squared_error, Loss::cross_entropy},
                  [](Loss loss) { return name(loss); });
}

Value optimizer_value(Optimizer& variable) {
    using enum Optimizer;
    return choice(variable, {online, sgd, momentum, adam, lbfgs},
                  [](Optimizer o) { return name(o); });
}

Value mean_activity_value(MeanActivity& variable) {
    return choice(variable, {MeanActivity::batch, MeanActivity::running},
                  [](MeanActivity m) { return m == MeanActivity::batch ? "batch" : "running"; });
}

/// All but the options that a kind of model does not have.
std::vector<Group> without(std::vector<Group> groups, const std::vector<std::string>& names) {
    for (Group& group : groups) {
        std::erase_if(group.options, [&](const Option& option) {
            return std::find(names.begin(), names.end(), option.name) != names.end();
        });
    }
    return groups;
}

/// The options of a variational autoencoder: its code, and none that its model does not have.
std::vector<Group> with_code(std::vector<Group> groups, TrainSettings& s) {
    groups = without(std::move(groups),
                     {"--output-activation", "--loss", "--sparsity-target", "--sparsity-weight",
                      "--sparse-layers", "--mean-activity", "--dropout", "--input-dropout"});
    for (Group& group : groups) {
        if (group.title == "network") {
            group.options.insert(group.options.begin() + 1,
                                 {"--code", count(s.code), "units of the code", "reparameterise"});
        }
    }
    return groups;
}

/// The size of the layers: units, or what makes maps of an image.
std::vector<Option> size_options(TrainSettings& s) {
    if (s.channels.empty()) {
        const char* hidden =
            s.mirrored ? "the encoder's, mirrored to decode" : "units of the hidden layer";
        return {{"--hidden", counts(s.hidden), hidden, "encode"}};
    }
    return {{"--channels", counts(s.channels), "maps of the encoder's layers, mirrored to decode",
             "convolve"},
            {"--kernel", count(s.kernel), "rows and columns of a window", "convolve"},
            {"--stride", count(s.stride), "from one window to the next", "convolve"}};
}

}  // namespace

std::string activation_names() {
    std::vector<std::string> names;
    for (const Activation f : unit_activations) names.emplace_back(name(f));
    return joined(names, ", ");
}

Value activation_value(Activation& variable) {
    return choice(variable, std::vector(unit_activations.begin(), unit_activations.end()),
                  [](Activation f) { return name(f); });
}

Value activation_value(std::optional<Activation>& variable) {
    const auto take = [&variable](const std::string& text) {
        Activation taken = Activation::sigmoid;
        activation_value(taken).take(text);
        variable = taken;
    };
    return {"NAME", take, [&variable] { return variable ? std::string(name(*variable)) : ""; }};
}

std::vector<Group> deciding_options(TrainSettings& s) {
    TrainingOptions& t = s.training;
    using enum Optimizer;
    const auto only = [&t](std::set<Optimizer> users, const char* instead = "") -> Idle {
        return [&t, users = std::move(users), instead] {
            if (users.contains(t.optimizer)) return std::string();
            return "on the optimizer " + std::string(name(t.optimizer)) + instead;
        };
    };
    const Idle by_batches = only({sgd, momentum, adam});
    const Idle by_epochs = only({online, sgd, momentum, adam});
    const Idle not_sparse = [&s] {
        return std::string(s.sparsity_weight > 0 ? "" : "while --sparsity-weight is 0");
    };
    const Idle no_batch_mean = [=] { return by_batches().empty() ? not_sparse() : by_batches(); };
    const Idle none_held_out = [&t] {
        return std::string(t.validation > 0 ? "" : "without --validation");
    };

    std::vector<Option> network = size_options(s);
    network.insert(
        network.end(),
        {{"--activation", activation_value(s.activation), activation_names(), "encode"},
         {"--output-activation", activation_value(s.output_activation), "the same, of the output",
          "decode"},
         {"--precision", either(s.double_precision, "single", "double"), "of all numbers"}});
    std::vector<Group> groups = {
        data_options(s.source),
        {"network", network},
        {"objective",
         {{"--loss", loss_value(s.loss), "squared_error, cross_entropy", "cost"},
          {"--weight-penalty", real(s.weight_penalty, "λ", at_least_zero()),
           "keeps the weights small", "weight-penalty"},
          {"--sparsity-target", real(s.sparsity_target, "ρ̄", between_zero_and_one()),
           "wanted mean activity of hidden units", "kl", "", not_sparse},
          {"--sparsity-weight", real(s.sparsity_weight, "γ", at_least_zero()),
           "how much that counts: the deck's β/N", "scale"},
          {"--sparse-layers", counts(s.sparse_layers), "the hidden layers that are sparse",
           "sparse-cost", "all", not_sparse},
          {"--mean-activity", mean_activity_value(t.mean_activity),
           "of a mini-batch: batch, running", "mean-activity", "", no_batch_mean},
          {"--dropout", real(s.dropout, "p", from_zero_below_one()),
           "chance that a hidden unit is dropped", "dropout"},
          {"--input-dropout", real(s.input_dropout, "p", from_zero_below_one()),
           "chance that an input is dropped", "dropout"},
          {"--noise", noise(t.corruption), "masking:P, salt-pepper:P, gaussian:S",
           "denoise"}}},
        {"training",
         {{"--optimizer", optimizer_value(t.optimizer), "online, sgd, momentum, adam, lbfgs",
           "update"},
          {"--learning-rate", real(s.learning_rate, "η", above_zero()), "all but lbfgs", "update",
           shortest(usual_rate) + ", adam " + shortest(s.usual_adam_rate), by_epochs},
          {"--schedule", schedule(t.schedule), "constant, cosine, step:EPOCHS:FACTOR", "", "",
           by_epochs},
          {"--momentum", real(t.momentum, "μ", from_zero_below_one()), "momentum only", "", "",
           only({momentum})},
          {"--batch", count(t.batch), "patterns: sgd, momentum, adam", "", "", by_batches},
          {"--epochs", count(t.epochs), "all but lbfgs", "", "",
           only({online, sgd, momentum, adam}, ", which counts iterations")},
          {"--iterations", count(t.iterations), "lbfgs only", "", "", only({lbfgs}, ", which counts epochs")},
          {"--validation", count(t.validation, 1, "none"), "hold out the last N patterns"},
          {"--patience", count(t.patience, 1, "endless"),
           "steps to wait for a better θ on them", "", "", none_held_out},
          {"--seed", seed(t.seed), "of weights, order, noise and masks"}}}};
    if (s.code > 0) return with_code(std::move(groups), s);
    if (!s.channels.empty()) return without(std::move(groups), {"--dropout"});  // of dense layers
    return groups;
}

Group later_options(TrainSettings& later, const std::string& prefix, std::string title) {
    const std::string beginning = "--" + prefix + "-";
    Group result{std::move(title), {}};
    for (const Group& group :
         without(deciding_options(later), {"--loss", "--sparsity-target", "--sparsity-weight",
                                           "--sparse-layers", "--mean-activity", "--seed"})) {
        if (group.title != "objective" && group.title != "training") continue;
        for (Option option : group.options) {
            option.name = beginning + option.name.substr(2);
            option.idle = [idle = option.idle, beginning] {  // which names options, if any, in its end
                std::string reason = idle ? idle() : "";
                const std::size_t at = reason.find("--");
                return at == std::string::npos ? reason : reason.replace(at, 2, beginning);
            };
            result.options.push_back(std::move(option));
        }
    }
    return result;
}

Beginning begin_run(TrainSettings& s, const std::vector<Group>& deciding, const std::string& notes,
                    const std::set<std::string>& free, const Arguments& arguments) {
    Command command{"train " + s.kind, s.summary, {}, deciding, notes};
    command.groups.push_back(
        {"run",
         {{"--out", text(s.out, "DIR"), "folder for the results", "", "runs/" + s.kind},
          {"--overwrite", flag(s.overwrite), "replace the run that DIR holds"},
          {"--checkpoint", count(s.checkpoint, 0), "save the state every N steps"},
          {"--resume", text(s.resume, "DIR"), "go on with the run in this folder"},
          {"--quiet", flag(s.quiet), "print errors only"},
          {"--json", flag(s.json), "print a JSON object a line"}}});
    command.groups.push_back(machine_options());
    const Parsed parsed = parse(command, arguments);
    Beginning beginning{parsed.help, parsed.given, {}};
    if (parsed.help) {
        print_help(command);
        return beginning;
    }
    if (!s.resume.empty()) {
        const std::string path = checkpoint_path(s.resume);
        std::error_code error;
        if (!fs::exists(path, error) && fs::exists(model_path(s.resume), error))
            throw std::invalid_argument("--resume: the run in " + s.resume + " is done, and " +
                                        (s.kind == "stacked" || s.kind == "classifier" ? "its stages are not gone on with"
                                                                                       : "has kept no checkpoint; --checkpoint N keeps one"));
        beginning.checkpoint = load_checkpoint(path);
        restore_options(*beginning.checkpoint, s.kind, deciding, parsed.given, free);
        const Array* every = beginning.checkpoint->find("checkpoint");
        if (every && !parsed.given.contains("--checkpoint"))
            s.checkpoint = std::size_t(std::max<std::int64_t>(0, every->integer()));
        if (s.out.empty()) s.out = folder_of(path);
    }
    if (s.out.empty()) s.out = s.overwrite ? "runs/" + s.kind : free_folder(s.kind);
    s.source.seed = s.training.seed;
    return beginning;
}

void refuse_idle(const std::vector<Group>& deciding, const std::set<std::string>& given) {
    for (const Group& group : deciding) {
        for (const Option& option : group.options) {
            if (!given.contains(option.name) || !option.idle) continue;
            const std::string reason = option.idle();
            if (!reason.empty())
                throw std::invalid_argument(option.name + ": has no effect " + reason);
        }
    }
    if (given.contains("--quiet") && given.contains("--json"))
        throw std::invalid_argument("--quiet: contradicts --json");
}

void refuse(const std::string& beginning, const std::set<std::string>& given,
            const std::string& reason) {
    for (const std::string& name : given) {
        if (name.starts_with(beginning))
            throw std::invalid_argument(name + ": has no effect " + reason);
    }
}

void settle_rate(TrainSettings& s) {
    s.training.learning_rate = s.learning_rate.value_or(
        s.training.optimizer == Optimizer::adam ? s.usual_adam_rate : usual_rate);
}

}  // namespace autoencoder::cli
