#include "cli/train_settings.hpp"

#include <algorithm>

#include "autoencoder/report.hpp"

namespace autoencoder::cli {
namespace {

constexpr double usual_rate = 0.1, usual_adam_rate = 0.001;

Value activation_value(Activation& variable) {
    return choice(variable, "NAME", [](Activation a) { return name(a); }, activation_of);
}

Value loss_value(Loss& variable) {
    return choice(variable, "NAME", [](Loss l) { return name(l); }, loss_of);
}

Value optimizer_value(Optimizer& variable) {
    return choice(variable, "NAME", [](Optimizer o) { return name(o); }, optimizer_of);
}

Value mean_activity_value(MeanActivity& variable) {
    return choice(
        variable, "batch|running",
        [](MeanActivity m) { return m == MeanActivity::batch ? "batch" : "running"; },
        [](const std::string& text) {
            if (text != "batch" && text != "running") unexpected("batch or running", text);
            return text == "batch" ? MeanActivity::batch : MeanActivity::running;
        });
}

}  // namespace

std::vector<Group> deciding_options(TrainSettings& s) {
    TrainingOptions& t = s.training;
    const char* hidden = s.mirrored ? "units of the encoder's layers; the decoder mirrors them"
                                    : "units of the hidden layer";
    return {
        {"data",
         {{"--data", text(s.data, "D"), "digits, mnist, fashion, FOLDER, FILE.npy or FILE.npz"},
          {"--count", count(s.count, 1, "all"), "the first N training patterns"}}},
        {"network",
         {{"--hidden", counts(s.hidden), hidden, "encode"},
          {"--activation", activation_value(s.activation), "sigmoid, tanh, relu, linear", "encode"},
          {"--output-activation", activation_value(s.output_activation), "the same, of the output",
           "decode"},
          {"--precision", either(s.double_precision, "single", "double"), "of all numbers"}}},
        {"objective",
         {{"--loss", loss_value(s.loss), "squared_error or cross_entropy", "cost"},
          {"--weight-penalty", real(s.weight_penalty, "λ", at_least_zero()),
           "keeps the weights small", "weight-penalty"},
          {"--sparsity-target", real(s.sparsity_target, "ρ̄", between_zero_and_one()),
           "the mean activity wanted of hidden units", "kl"},
          {"--sparsity-weight", real(s.sparsity_weight, "γ", at_least_zero()),
           "how much that counts: the deck's β/N", "scale"},
          {"--sparse-layers", counts(s.sparse_layers), "the hidden layers that are asked", "sparse-cost",
           "all"},
          {"--mean-activity", mean_activity_value(t.mean_activity), "how mini-batches measure ρ",
           "mean-activity"},
          {"--dropout", real(s.dropout, "p", from_zero_below_one()),
           "the chance that a hidden unit is dropped", "dropout"}}},
        {"training",
         {{"--optimizer", optimizer_value(t.optimizer), "online, sgd, momentum, adam, lbfgs", "update"},
          {"--learning-rate", real(s.learning_rate, "η", above_zero()), "all but lbfgs", "update",
           shortest(usual_rate) + ", adam " + shortest(usual_adam_rate)},
          {"--momentum", real(t.momentum, "μ", from_zero_below_one()), "momentum only"},
          {"--batch", count(t.batch), "patterns a mini-batch: sgd, momentum, adam"},
          {"--epochs", count(t.epochs), "passes over the patterns: all but lbfgs"},
          {"--iterations", count(t.iterations), "lbfgs only"},
          {"--seed", seed(t.seed), "of weights, order and masks"}}}};
}

Command train_command(TrainSettings& s) {
    Command command{"train " + s.kind, s.summary, {}, deciding_options(s), ""};
    command.groups.push_back(
        {"run",
         {{"--out", text(s.out, "DIR"), "folder for all that is written", "", "runs/" + s.kind},
          {"--checkpoint", count(s.checkpoint, 0),
           "save the state every N epochs or iterations; 0: if stopped"},
          {"--resume", text(s.resume, "DIR"), "go on with the run in this folder, same bits"},
          {"--quiet", flag(s.quiet), "print errors only"},
          {"--json", flag(s.json), "print a JSON object a line"}}});
    command.groups.push_back(machine_options());
    command.notes =
        "Writes model.npz, log.csv, learning.png, features.png and reconstructions.png. Ctrl-C finishes\n"
        "the step, saves all of it with checkpoint.npz, and says how to resume; the exit status is 1.\n"
        "With --checkpoint N the last checkpoint.npz stays, so that --resume DIR --iterations M (or\n"
        "--epochs M) takes a finished run further.\n";
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
    if (given.contains("--quiet") && given.contains("--json"))
        throw std::invalid_argument("--quiet: contradicts --json");
    s.training.learning_rate =
        s.learning_rate.value_or(optimizer == adam ? usual_adam_rate : usual_rate);
}

Network make_network(const TrainSettings& s, std::size_t inputs) {
    std::vector<std::size_t> hidden = s.hidden;
    if (s.mirrored) {
        hidden.insert(hidden.end(), s.hidden.rbegin() + 1, s.hidden.rend());
    } else if (hidden.size() != 1) {
        throw std::invalid_argument("--hidden: train " + s.kind +
                                    " has one hidden layer, found " + std::to_string(hidden.size()) +
                                    " numbers; train deep takes several");
    }
    Network network = autoencoder_network(inputs, hidden, s.activation, s.output_activation);
    network.loss = s.loss;
    network.weight_penalty = s.weight_penalty;
    network.sparsity_target = s.sparsity_target;
    network.sparsity_weight = s.sparsity_weight;
    network.dropout = s.dropout;
    if (!s.sparse_layers.empty()) {
        for (Layer& layer : network.layers) layer.sparse = false;
    }
    for (const std::size_t l : s.sparse_layers) {
        if (l > hidden.size())
            throw std::invalid_argument("--sparse-layers: expected hidden layers, 1 to " +
                                        std::to_string(hidden.size()) + ", found " +
                                        std::to_string(l));
        network.layers[l - 1].sparse = true;
    }
    validate(network);
    return network;
}

}  // namespace autoencoder::cli
