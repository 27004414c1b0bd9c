#include "autoencoder/cost.hpp"

#include <array>

#include "autoencoder/text.hpp"

namespace autoencoder {
namespace {

constexpr std::array<std::string_view, 2> names = {"squared_error", "cross_entropy"};

}  // namespace

std::string_view name(Loss loss) {
    return names[std::size_t(loss)];
}

Loss loss_of(std::string_view name) {
    return named<Loss>(names, name, "loss");
}

}  // namespace autoencoder
