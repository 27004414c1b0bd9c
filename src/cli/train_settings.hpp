// Everything that can be chosen about training a dense autoencoder, and its table of options.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "autoencoder/activation.hpp"
#include "autoencoder/data.hpp"
#include "autoencoder/training.hpp"
#include "cli/options.hpp"

namespace autoencoder::cli {

/// A kind sets its own defaults in one of these, before the options are read.
struct TrainSettings {
    std::string kind, summary;
    bool mirrored = false;  // the hidden layers listed are the encoder's; the decoder mirrors them

    std::string data = "digits";
    std::size_t count = 0;  // 0: all
    std::vector<std::size_t> hidden;
    std::size_t code = 0;  // units of a variational autoencoder's code; 0: it is none
    std::vector<std::size_t> channels;     // convolutional: maps of each layer of the encoder, mirrored
    std::size_t kernel = 3, stride = 2;    // of them all
    Activation activation = Activation::sigmoid, output_activation = Activation::sigmoid;
    Loss loss = Loss::squared_error;
    double weight_penalty = 0, sparsity_target = 0.05, sparsity_weight = 0;
    double dropout = 0, input_dropout = 0;
    std::vector<std::size_t> sparse_layers;  // empty: all hidden ones
    TrainingOptions training;
    std::optional<double> learning_rate;  // empty: what is usual for the optimiser
    double usual_adam_rate = 0.001;       // Kingma & Ba's
    bool double_precision = false;

    std::string out, resume;
    std::size_t checkpoint = 0;  // 0: only where the run is stopped
    bool quiet = false, json = false;
};

/// The options that decide the result, tied to the settings. These are what a checkpoint keeps.
std::vector<Group> deciding_options(TrainSettings& settings);

/// The whole command `train KIND`.
Command train_command(TrainSettings& settings);

/// Fills in what depends on other options, and refuses options that were given and would have no
/// effect, such as a learning rate for lbfgs. Throws std::invalid_argument.
void settle(TrainSettings& settings, const std::set<std::string>& given);

/// The objective's terms besides the loss: λ, ρ̄, γ and dropout.
void set_terms(Network& network, const TrainSettings& settings);

/// The network that the settings describe, for patterns like these. Throws std::invalid_argument, as
/// validate does.
Network make_network(const TrainSettings& settings, const Dataset& patterns);

}  // namespace autoencoder::cli
