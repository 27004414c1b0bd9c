#include "cli/commands.hpp"
#include "cli/train_network.hpp"

namespace autoencoder::cli {

/// The lecture's first autoencoder: one hidden layer, squared error, a little weight penalty.
int train_shallow(Arguments arguments) {
    TrainSettings settings;
    settings.kind = "shallow";
    settings.summary = "an autoencoder of one hidden layer";
    settings.hidden = {196};
    settings.weight_penalty = 1e-4;  // the low end of the deck's 0.0001 to 0.001
    settings.training.iterations = 200;
    return train_network(settings, arguments);
}

}  // namespace autoencoder::cli
