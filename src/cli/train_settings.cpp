#include "cli/train_settings.hpp"

#include <algorithm>

#include "autoencoder/convolution.hpp"
#include "autoencoder/report.hpp"
#include "autoencoder/variational.hpp"

namespace autoencoder::cli {
namespace {

constexpr double usual_rate = 0.1;

Value activation_value(Activation& variable) {
    using enum Activation;
    return choice(variable, {sigmoid, tanh, relu, linear}, [](Activation a) { return name(a); });
}

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

Network sized_network(const TrainSettings& s, const Dataset& patterns) {
    if (s.code > 0)
        return variational_network(patterns.x.cols, s.hidden, s.code, s.activation);
    if (!s.channels.empty()) {
        if (patterns.height == 0)
            throw std::invalid_argument("--data: train " + s.kind + " takes images, and the height " +
                                        "and width of " + patterns.name + " are unknown");
        return convolutional_autoencoder({1, patterns.height, patterns.width}, s.channels, s.kernel,
                                         s.stride, s.activation, s.output_activation);
    }
    std::vector<std::size_t> hidden = s.hidden;
    if (s.mirrored) {
        hidden.insert(hidden.end(), s.hidden.rbegin() + 1, s.hidden.rend());
    } else if (hidden.size() != 1) {
        throw std::invalid_argument("--hidden: train " + s.kind + " has one hidden layer, found " +
                                    std::to_string(hidden.size()) +
                                    " numbers; train deep takes several");
    }
    return autoencoder_network(patterns.x.cols, hidden, s.activation, s.output_activation);
}

}  // namespace

std::vector<Group> deciding_options(TrainSettings& s) {
    TrainingOptions& t = s.training;
    std::vector<Option> network = size_options(s);
    network.insert(
        network.end(),
        {{"--activation", activation_value(s.activation), "sigmoid, tanh, relu, linear", "encode"},
         {"--output-activation", activation_value(s.output_activation), "the same, of the output",
          "decode"},
         {"--precision", either(s.double_precision, "single", "double"), "of all numbers"}});
    std::vector<Group> groups = {
        {"data",
         {{"--data", text(s.data, "D"), "digits, mnist, fashion, folder, file"},
          {"--count", count(s.count, 1, "all"), "the first N training patterns"}}},
        {"network", network},
        {"objective",
         {{"--loss", loss_value(s.loss), "squared_error, cross_entropy", "cost"},
          {"--weight-penalty", real(s.weight_penalty, "λ", at_least_zero()),
           "keeps the weights small", "weight-penalty"},
          {"--sparsity-target", real(s.sparsity_target, "ρ̄", between_zero_and_one()),
           "wanted mean activity of hidden units", "kl"},
          {"--sparsity-weight", real(s.sparsity_weight, "γ", at_least_zero()),
           "how much that counts: the deck's β/N", "scale"},
          {"--sparse-layers", counts(s.sparse_layers), "the hidden layers that are sparse",
           "sparse-cost", "all"},
          {"--mean-activity", mean_activity_value(t.mean_activity),
           "of a mini-batch: batch, running", "mean-activity"},
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
           shortest(usual_rate) + ", adam " + shortest(s.usual_adam_rate)},
          {"--schedule", schedule(t.schedule), "constant, cosine, step:EPOCHS:FACTOR"},
          {"--momentum", real(t.momentum, "μ", from_zero_below_one()), "momentum only"},
          {"--batch", count(t.batch), "patterns: sgd, momentum, adam"},
          {"--epochs", count(t.epochs), "all but lbfgs"},
          {"--iterations", count(t.iterations), "lbfgs only"},
          {"--validation", count(t.validation, 1, "none"), "hold out the last N patterns"},
          {"--patience", count(t.patience, 1, "endless"),
           "steps to wait for a better θ on them"},
          {"--seed", seed(t.seed), "of weights, order, noise and masks"}}}};
    if (s.code > 0) return with_code(std::move(groups), s);
    if (!s.channels.empty()) return without(std::move(groups), {"--dropout"});  // of dense layers
    return groups;
}

Command train_command(TrainSettings& s) {
    Command command{"train " + s.kind, s.summary, {}, deciding_options(s), ""};
    command.groups.push_back(
        {"run",
         {{"--out", text(s.out, "DIR"), "folder for the results", "", "runs/" + s.kind},
          {"--checkpoint", count(s.checkpoint, 0), "save the state every N steps"},
          {"--resume", text(s.resume, "DIR"), "go on with the run in this folder"},
          {"--quiet", flag(s.quiet), "print errors only"},
          {"--json", flag(s.json), "print a JSON object a line"}}});
    command.groups.push_back(machine_options());
    command.notes =
        "--data takes a folder of IDX files, FILE.npy, or FILE.npz with x and perhaps labels.\n"
        "Writes model.npz, log.csv, report.html, learning.png, features.png, reconstructions.png and,\n"
        "with --noise, denoising.png. With --validation the model is that of the epoch or iteration\n"
        "after which the patterns held out cost least. Ctrl-C finishes the step, saves all that and\n"
        "checkpoint.npz, and says how to resume; the exit status is 1. A resumed run ends with the\n"
        "same bits as one never stopped. With --checkpoint N the file is also kept at the end, so\n"
        "that --resume DIR --iterations M (or --epochs M) goes on, also with another --learning-rate.\n";
    return command;
}

void settle(TrainSettings& s, const std::set<std::string>& given) {
    const Optimizer optimizer = s.training.optimizer;
    const auto only_for = [&](const char* option, std::initializer_list<Optimizer> users) {
        if (!given.contains(option)) return;
        if (std::find(users.begin(), users.end(), optimizer) != users.end()) return;
        throw std::invalid_argument(std::string(option) + ": has no effect on the optimizer " +
                                    std::string(name(optimizer)));
    };
    using enum Optimizer;
    only_for("--learning-rate", {online, sgd, momentum, adam});
    only_for("--schedule", {online, sgd, momentum, adam});
    only_for("--momentum", {momentum});
    only_for("--batch", {sgd, momentum, adam});
    only_for("--epochs", {online, sgd, momentum, adam});
    only_for("--iterations", {lbfgs});
    only_for("--mean-activity", {sgd, momentum, adam});
    for (const char* option : {"--sparsity-target", "--sparse-layers", "--mean-activity"}) {
        if (given.contains(option) && s.sparsity_weight == 0) {
            throw std::invalid_argument(std::string(option) +
                                        ": has no effect while --sparsity-weight is 0");
        }
    }
    if (given.contains("--patience") && s.training.validation == 0)
        throw std::invalid_argument("--patience: has no effect without --validation");
    if (given.contains("--quiet") && given.contains("--json"))
        throw std::invalid_argument("--quiet: contradicts --json");
    s.training.learning_rate =
        s.learning_rate.value_or(optimizer == adam ? s.usual_adam_rate : usual_rate);
}

void set_terms(Network& network, const TrainSettings& s) {
    network.weight_penalty = s.weight_penalty;
    network.sparsity_target = s.sparsity_target;
    network.sparsity_weight = s.sparsity_weight;
    network.dropout = s.dropout;
    network.input_dropout = s.input_dropout;
}

Network make_network(const TrainSettings& s, const Dataset& patterns) {
    Network network = sized_network(s, patterns);
    if (s.code == 0) network.loss = s.loss;
    set_terms(network, s);
    if (!s.sparse_layers.empty()) {
        for (Layer& layer : network.layers) layer.sparse = false;
    }
    for (const std::size_t l : s.sparse_layers) {
        if (l >= network.depth())
            throw std::invalid_argument("--sparse-layers: expected hidden layers, 1 to " +
                                        std::to_string(network.depth() - 1) + ", found " +
                                        std::to_string(l));
        network.layers[l - 1].sparse = true;
    }
    validate(network);
    return network;
}

}  // namespace autoencoder::cli
