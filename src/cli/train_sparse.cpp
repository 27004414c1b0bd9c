#include "cli/commands.hpp"
#include "cli/train_network.hpp"

namespace autoencoder::cli {

/// The sparse autoencoder, with the UFLDL exercise's numbers for MNIST: its features are strokes.
int train_sparse(Arguments arguments) {
    TrainSettings settings;
    settings.kind = "sparse";
    settings.summary = "a sparse autoencoder: hidden units are active for few patterns";
    settings.hidden = {196};
    settings.weight_penalty = 3e-3;
    settings.sparsity_target = 0.1;
    settings.sparsity_weight = 3;
    settings.training.iterations = 400;
    return train_network(settings, arguments);
}

}  // namespace autoencoder::cli
