// `train KIND`: the kinds of training, a row each: what is usual for it, and how it is trained.
#include <iostream>

#include "autoencoder/activation.hpp"
#include "cli/commands.hpp"
#include "cli/kinds.hpp"
#include "cli/text.hpp"

namespace autoencoder::cli {
namespace {

struct Kind {
    const char* name;
    const char* summary;  // in the list of kinds
    int (*run)(TrainSettings usual, const Arguments& arguments);
    TrainSettings usual;  // all but its name
};

/// Hidden units that are seldom active, with the UFLDL exercise's numbers for MNIST.
TrainSettings sparse(const char* summary, std::vector<std::size_t> hidden, std::size_t iterations) {
    return {.summary = summary,
            .mirrored = hidden.size() > 1,
            .hidden = std::move(hidden),
            .weight_penalty = 3e-3,
            .sparsity_target = 0.1,
            .sparsity_weight = 3,
            .training = {.iterations = iterations}};
}

std::vector<Kind> kinds() {
    using enum Activation;
    using enum Optimizer;
    return {
        // The lecture's first autoencoder. λ is the low end of the deck's 0.0001 to 0.001.
        {"shallow", "one hidden layer", train_network,
         {.summary = "an autoencoder of one hidden layer",
          .hidden = {196},
          .weight_penalty = 1e-4,
          .training = {.iterations = 200}}},
        // The UFLDL exercise's own: its features are strokes.
        {"sparse", "one hidden layer whose units are active for few patterns", train_network,
         sparse("a sparse autoencoder: hidden units are active for few patterns", {196}, 400)},
        // Fresh noise in every epoch. η is large, since the cosine takes it back to nothing.
        {"denoising", "one hidden layer, from noisy patterns to clean ones", train_network,
         {.summary = "a denoising autoencoder: from noisy patterns to clean ones",
          .hidden = {500},
          .usual_adam_rate = 0.006,
          .training = {.optimizer = adam,
                       .epochs = 30,
                       .corruption = {Noise::masking, 0.3},
                       .schedule = {.decay = Decay::cosine}}}},
        // 784-500-250-30-250-500-784. Sigmoids this deep learn little without pre-training.
        {"deep", "several hidden layers, all trained at once", train_network,
         {.summary = "an autoencoder of several hidden layers, all trained at once",
          .mirrored = true,
          .hidden = {500, 250, 30},
          .activation = relu,
          .training = {.optimizer = adam, .epochs = 30}}},
        {"pca", "a linear one from the principal components, without training", train_pca,
         {.summary = "the linear autoencoder of the first principal components, without training",
          .hidden = {30}}},
        // The UFLDL exercise's stack, 784-200-200, with half of its iterations.
        {"stacked", "several encoders, each trained on the codes of the one before", train_stacked,
         sparse("a multi-stage autoencoder: each stage learns the codes of the one before", {200, 200}, 200)},
        // The same, as its first step.
        {"classifier", "a stack with a head on its code, pre-trained and fine-tuned",
         train_classifier,
         sparse("encoders, trained without labels, a head on their code, and fine-tuning", {200, 200}, 200)},
        // Windows of 3×3 with stride 2, and back. η as for denoising.
        {"convolutional", "windows on images, and back", train_network,
         {.summary = "an autoencoder of windows on images: convolutions and their transposes",
          .channels = {16, 32},
          .activation = relu,
          .usual_adam_rate = 0.004,
          .training = {.optimizer = adam,
                       .batch = 128,
                       .epochs = 10,
                       .schedule = {.decay = Decay::cosine}}}},
        // Kingma & Welling's, 784-400-20-400-784.
        {"variational", "a code that is a distribution, to generate new patterns", train_network,
         {.summary = "an autoencoder whose code is a distribution: it generates new patterns",
          .mirrored = true,
          .hidden = {400},
          .code = 20,
          .activation = relu,
          .loss = Loss::cross_entropy,
          .training = {.optimizer = adam, .batch = 128, .epochs = 30}}},
    };
}

std::string overview() {
    std::vector<std::vector<std::string>> rows;
    for (const Kind& kind : kinds()) rows.push_back({kind.name, kind.summary});
    return "autoencoder train: trains a model; writes it, its log and its pictures into a folder\n\n"
           "usage: autoencoder train KIND [options]\n\n" +
           aligned(rows) +
           "\n`autoencoder train KIND --help` shows a kind's options and their defaults.\n";
}

}  // namespace

std::vector<std::string> kind_names() {
    std::vector<std::string> names;
    for (const Kind& kind : kinds()) names.emplace_back(kind.name);
    return names;
}

int train(Arguments arguments) {
    const std::vector<std::string> names = kind_names();
    if (arguments.empty()) {
        throw std::invalid_argument("`train`: expected a kind, one of " + joined(names, ", ") +
                                    ", found nothing");
    }
    const std::string wanted = arguments[0];
    if (wanted == "--help" || wanted == "-h") {
        std::cout << overview();
        return 0;
    }
    for (Kind& kind : kinds()) {
        if (kind.name != wanted) continue;
        kind.usual.kind = wanted;
        return kind.run(std::move(kind.usual), {arguments.begin() + 1, arguments.end()});
    }
    const std::string near = nearest_words(wanted, names);
    throw std::invalid_argument("`train`: there is no kind '" + wanted + "'" + (near.empty() ? ", but " + joined(names, ", ") : near));
}

}  // namespace autoencoder::cli
