#include "cli/commands.hpp"
#include "cli/train_network.hpp"

namespace autoencoder::cli {

/// A convolutional autoencoder: 16 and 32 maps by windows of 3×3 with stride 2, and back.
int train_convolutional(Arguments arguments) {
    TrainSettings settings;
    settings.kind = "convolutional";
    settings.summary = "an autoencoder of windows on images: convolutions and their transposes";
    settings.channels = {16, 32};
    settings.activation = Activation::relu;
    settings.training.optimizer = Optimizer::adam;
    settings.usual_adam_rate = 0.004;  // large, since the cosine takes it back to nothing
    settings.training.schedule.decay = Decay::cosine;
    settings.training.batch = 128;
    settings.training.epochs = 10;
    return train_network(settings, arguments);
}

}  // namespace autoencoder::cli
