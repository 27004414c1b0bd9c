#include "cli/commands.hpp"
#include "cli/train_network.hpp"

namespace autoencoder::cli {

/// A deep autoencoder, all layers at once: 784-500-250-30-250-500-784 from the three numbers of its
/// encoder.
int train_deep(Arguments arguments) {
    TrainSettings settings;
    settings.kind = "deep";
    settings.summary = "an autoencoder of several hidden layers, all trained at once";
    settings.mirrored = true;
    settings.hidden = {500, 250, 30};
    settings.activation = Activation::relu;  // sigmoids this deep learn little without pre-training
    settings.training.optimizer = Optimizer::adam;
    settings.training.epochs = 30;
    return train_network(settings, arguments);
}

}  // namespace autoencoder::cli
