#include "cli/train_settings.hpp"

#include <algorithm>

#include "autoencoder/convolution.hpp"
#include "autoencoder/report.hpp"

namespace autoencoder::cli {
namespace {

constexpr double usual_rate = 0.1, usual_adam_rate = 0.001;

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
    return {
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
           "chance that a hidden unit is dropped", "dropout"}}},
        {"training",
         {{"--optimizer", optimizer_value(t.optimizer), "online, sgd, momentum, adam, lbfgs",
           "update"},
          {"--learning-rate", real(s.learning_rate, "η", above_zero()), "all but lbfgs", "update",
           shortest(usual_rate) + ", adam " + shortest(usual_adam_rate)},
          {"--momentum", real(t.momentum, "μ", from_zero_below_one()), "momentum only"},
          {"--batch", count(t.batch), "patterns: sgd, momentum, adam"},
          {"--epochs", count(t.epochs), "all but lbfgs"},
          {"--iterations", count(t.iterations), "lbfgs only"},
          {"--seed", seed(t.seed), "of weights, order and masks"}}}};
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
        "Writes model.npz, log.csv, learning.png, features.png and reconstructions.png. Ctrl-C\n"
        "finishes the step, saves all that and checkpoint.npz, and says how to resume; the exit\n"
        "status is 1. A resumed run ends with the same bits as one never stopped. With\n"
        "--checkpoint N the file is also kept at the end, so that --resume DIR --iterations M (or\n"
        "--epochs M) goes on.\n";
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

Network make_network(const TrainSettings& s, const Dataset& patterns) {
    Network network = sized_network(s, patterns);
    network.loss = s.loss;
    network.weight_penalty = s.weight_penalty;
    network.sparsity_target = s.sparsity_target;
    network.sparsity_weight = s.sparsity_weight;
    network.dropout = s.dropout;
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
