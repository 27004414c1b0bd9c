// Everything that can be chosen about a run and its trainings, and the table of options that reads it,
// names it and shows it: for the parser, --help, the checkpoint and the page.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "autoencoder/activation.hpp"
#include "autoencoder/data.hpp"
#include "autoencoder/npz.hpp"
#include "autoencoder/training.hpp"
#include "cli/options.hpp"
#include "cli/patterns.hpp"

namespace autoencoder::cli {

/// A kind sets its own defaults in one of these, before the options are read.
struct TrainSettings {
    std::string kind = {}, summary = {};
    bool mirrored = false;  // the hidden layers listed are the encoder's; the decoder mirrors them

    Source source = {};
    std::vector<std::size_t> hidden = {};
    std::size_t code = 0;  // units of a variational autoencoder's code; 0: it is none
    std::vector<std::size_t> channels = {};  // convolutional: maps of the encoder's layers, mirrored
    std::size_t kernel = 3, stride = 2;      // of them all
    Activation activation = Activation::sigmoid, output_activation = Activation::sigmoid;
    Loss loss = Loss::squared_error;
    double weight_penalty = 0, sparsity_target = 0.05, sparsity_weight = 0;
    double dropout = 0, input_dropout = 0;
    std::vector<std::size_t> sparse_layers = {};  // empty: all hidden ones
    double usual_adam_rate = 0.001;               // Kingma & Ba's
    std::optional<double> learning_rate = {};     // empty: what is usual for the optimiser
    TrainingOptions training = {};
    bool double_precision = false;

    std::string out = {}, resume = {};
    std::size_t checkpoint = 0;  // 0: only where the run is stopped
    bool overwrite = false, quiet = false, json = false;
    std::string judged_by = {};   // "2,000 test patterns", known once the data are
    std::vector<std::string> replaced = {};  // files of the run that --overwrite replaces, there until this one saves
};

/// The options that decide the result, tied to the settings. These are what a checkpoint keeps.
std::vector<Group> deciding_options(TrainSettings& settings);

/// The options of objective and training of a later training of the run, tied to its settings, under
/// longer names: --epochs becomes --PREFIX-epochs. Left out are those that it does not choose: the
/// loss, sparsity, the seed.
Group later_options(TrainSettings& later, const std::string& prefix, std::string title);

/// Names of activations, as an option's value. An optional one is shown as "" while it is empty.
Value activation_value(Activation& variable);
Value activation_value(std::optional<Activation>& variable);
/// "sigmoid, tanh, …".
std::string activation_names();

/// How a run begins: what the arguments say, and the checkpoint that --resume names.
struct Beginning {
    bool help = false;  // the help was asked for, and is printed
    std::set<std::string> given = {};
    std::optional<Archive> checkpoint = {};

    const Archive* resumed() const { return checkpoint ? &*checkpoint : nullptr; }
};

/// Reads the arguments of `train KIND` into the settings and whatever the `deciding` options are tied
/// to, and with --resume what the checkpoint says, where only `free` options may be given anew. Settles
/// the folder: the one resumed, or runs/KIND. Throws std::invalid_argument.
Beginning begin_run(TrainSettings& settings, const std::vector<Group>& deciding,
                    const std::string& notes, const std::set<std::string>& free,
                    const Arguments& arguments);

/// Refuses options that were given and have no effect, such as a learning rate for lbfgs. Throws
/// std::invalid_argument.
void refuse_idle(const std::vector<Group>& deciding, const std::set<std::string>& given);

/// Refuses options that were given and whose names begin so: for this reason they have no effect.
void refuse(const std::string& beginning, const std::set<std::string>& given,
            const std::string& reason);

/// The learning rate, where it is not given: what is usual for the optimiser.
void settle_rate(TrainSettings& settings);

/// The network that the settings describe, for patterns like these. Throws std::invalid_argument, as
/// validate does.
Network make_network(const TrainSettings& settings, const Dataset& patterns);

/// The network with the terms of the objective besides the loss as these settings have them: λ, ρ̄, γ
/// and dropout.
Network with_objective(Network network, const TrainSettings& settings);

}  // namespace autoencoder::cli
