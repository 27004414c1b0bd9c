#include "cli/commands.hpp"
#include "cli/train_network.hpp"

namespace autoencoder::cli {

/// The denoising autoencoder, 784-500-784 on digits: fresh noise in every epoch goes in, and what
/// should come out is clean.                                                               [denoise]
int train_denoising(Arguments arguments) {
    TrainSettings settings;
    settings.kind = "denoising";
    settings.summary = "a denoising autoencoder: from noisy patterns to clean ones";
    settings.hidden = {500};
    settings.training.corruption = {Noise::masking, 0.3};
    settings.training.optimizer = Optimizer::adam;
    settings.usual_adam_rate = 0.006;  // large, since the cosine takes it back to nothing
    settings.training.schedule.decay = Decay::cosine;
    settings.training.epochs = 30;
    return train_network(settings, arguments);
}

}  // namespace autoencoder::cli
