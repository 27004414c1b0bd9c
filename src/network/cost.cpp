#include "autoencoder/cost.hpp"

namespace autoencoder {

std::string_view name(Loss loss) {
    return loss == Loss::squared_error ? "squared_error" : "cross_entropy";
}

}  // namespace autoencoder
