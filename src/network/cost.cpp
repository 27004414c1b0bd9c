#include "autoencoder/cost.hpp"

#include <string>

#include "autoencoder/error.hpp"

namespace autoencoder {

std::string_view name(Loss loss) {
    return loss == Loss::squared_error ? "squared_error" : "cross_entropy";
}

Loss loss_of(std::string_view name) {
    if (name == "squared_error") return Loss::squared_error;
    if (name == "cross_entropy") return Loss::cross_entropy;
    throw std::invalid_argument("loss: expected squared_error or cross_entropy, found '" +
                                std::string(name) + "'");
}

}  // namespace autoencoder
