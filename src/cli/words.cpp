#include "cli/words.hpp"

#include "autoencoder/activation.hpp"
#include "autoencoder/convolution.hpp"
#include "autoencoder/report.hpp"
#include "autoencoder/text.hpp"
#include "cli/values.hpp"

namespace autoencoder::cli {

std::string data_words(const Dataset& data) {
    std::string words = data.name + ": " + counted(data.x.rows, "pattern") + " of " +
                        std::to_string(data.x.cols);
    const auto& [maps, height, width] = data.image;
    if (maps > 0)
        words += " (" + (maps > 1 ? std::to_string(maps) + " of " : std::string()) + size_text(height, width) + ")";
    return words;
}

std::string network_words(const Network& network) {
    std::string units = std::to_string(network.inputs), activations;
    for (std::size_t l = 1; l <= network.depth(); ++l) {
        units += "-" + std::to_string(network.units(l));
        if (has_window(network.layer(l))) {
            const Maps maps = output_maps(network, l);
            units += " (" + std::to_string(maps.count) + " of " + std::to_string(maps.height) + "×" +
                     std::to_string(maps.width) + ")";
        }
        const bool gaussian = network.layer(l).kind == Kind::gaussian;
        const std::string_view words = gaussian ? "gaussian" : name(network.layer(l).activation);
        activations += (l == 1 ? "" : "-") + std::string(words);
    }
    return units + ", " + activations + "; " + grouped(layout(network).parameters()) +
           " parameters";
}

std::string objective_words(const Network& network, const TrainingOptions& options) {
    std::string words = std::string(name(network.loss));
    if (network.weight_penalty > 0) words += ", λ = " + shortest(network.weight_penalty);
    bool sparse = false;
    for (std::size_t l = 1; l < network.depth(); ++l) sparse |= network.sparse(l);
    if (sparse) {
        words += ", ρ̄ = " + shortest(network.sparsity_target) +
                 ", γ = " + shortest(network.sparsity_weight);
    }
    if (network.gaussian_layer() > 0) words += " and divergence of the code";
    if (network.dropout > 0) words += ", dropout " + shortest(network.dropout);
    if (network.input_dropout > 0) words += ", input dropout " + shortest(network.input_dropout);
    if (options.corruption.noise != Noise::none) words += ", undoing " + name(options.corruption);
    return words;
}

std::string optimiser_words(TrainingOptions options) {
    std::string seed = "; seed " + std::to_string(options.seed);
    if (options.validation > 0) seed += "; " + counted(options.validation, "pattern") + " held out";
    if (options.patience > 0) seed += ", patience " + std::to_string(options.patience);
    const std::string words(name(options.optimizer));
    if (options.optimizer == Optimizer::lbfgs)
        return words + ", " + counted(options.iterations, "iteration") + seed;
    std::string more = ", η = " + shortest(options.learning_rate);
    if (options.schedule.decay != Decay::constant) more += " " + schedule(options.schedule).show();
    if (options.optimizer == Optimizer::momentum) more += ", μ = " + shortest(options.momentum);
    if (options.optimizer != Optimizer::online)
        more += ", batches of " + std::to_string(options.batch);
    return words + more + ", " + counted(options.epochs, "epoch") + seed;
}

}  // namespace autoencoder::cli
