// `train KIND`: finds the kind. To add one, write its file and give it a line here.
#include <iostream>

#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "base/nearest.hpp"

namespace autoencoder::cli {
namespace {

struct Kind {
    const char* name;
    const char* summary;
    int (*run)(Arguments);
};

constexpr Kind kinds[] = {
    {"shallow", "one hidden layer", train_shallow},
    {"sparse", "one hidden layer whose units are active for few patterns", train_sparse},
    {"denoising", "one hidden layer, from noisy patterns to clean ones", train_denoising},
    {"deep", "several hidden layers, all trained at once", train_deep},
    {"pca", "a linear one from the principal components, without training", train_pca},
    {"stacked", "several encoders, each trained on the codes of the one before", train_stacked},
    {"classifier", "a stack with a head on its code, pre-trained and fine-tuned", train_classifier},
    {"convolutional", "windows on images, and back", train_convolutional},
    {"variational", "a code that is a distribution, to generate new patterns", train_variational},
};

std::string overview() {
    std::string text =
        "autoencoder train: trains a model; writes it, its log and its pictures into a folder\n\n"
        "usage: autoencoder train KIND [options]\n\n";
    std::vector<std::vector<std::string>> rows;
    for (const Kind& kind : kinds) rows.push_back({kind.name, kind.summary});
    return text + aligned(rows) +
           "\n`autoencoder train KIND --help` shows a kind's options and their defaults.\n";
}

}  // namespace

int train(Arguments arguments) {
    std::vector<std::string> names;
    for (const Kind& kind : kinds) names.push_back(kind.name);
    if (arguments.empty()) {
        std::string known;
        for (const std::string& name : names) known += (known.empty() ? "" : ", ") + name;
        throw std::invalid_argument("`train`: expected a kind, one of " + known +
                                    ", found nothing");
    }
    const std::string wanted = arguments[0];
    if (wanted == "--help" || wanted == "-h") {
        std::cout << overview();
        return 0;
    }
    for (const Kind& kind : kinds) {
        if (kind.name == wanted) return kind.run({arguments.begin() + 1, arguments.end()});
    }
    throw std::invalid_argument("`train`: there is no kind '" + wanted + "'; the nearest is '" +
                                nearest(wanted, names) + "'");
}

}  // namespace autoencoder::cli
