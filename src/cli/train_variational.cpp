#include "cli/commands.hpp"
#include "cli/train_network.hpp"

namespace autoencoder::cli {

/// The variational autoencoder of Kingma & Welling, 784-400-20-400-784 unless the options say
/// otherwise.                                                                               [elbo]
int train_variational(Arguments arguments) {
    TrainSettings settings;
    settings.kind = "variational";
    settings.summary = "an autoencoder whose code is a distribution: it generates new patterns";
    settings.mirrored = true;
    settings.hidden = {400};
    settings.code = 20;
    settings.activation = Activation::relu;
    settings.loss = Loss::cross_entropy;
    settings.training.optimizer = Optimizer::adam;
    settings.training.batch = 128;
    settings.training.epochs = 30;
    return train_network(settings, arguments);
}

}  // namespace autoencoder::cli
