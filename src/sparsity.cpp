#include "autoencoder/sparsity.hpp"

#include "autoencoder/elementwise.hpp"

namespace autoencoder {

double mean_activity(Activation activation, double mean_h) {
    const double rho = activation == Activation::tanh ? (1 + mean_h) / 2 : mean_h;  // [mean-activity]
    if (rho < rho_margin) return rho_margin;
    if (rho > 1 - rho_margin) return 1 - rho_margin;
    return rho;
}

double mean_activity_slope(Activation activation) {
    return activation == Activation::tanh ? 0.5 : 1.0;  // [rho-by-s]
}

double kl(double target, double rho) {
    return target * logarithm(target / rho) + (1 - target) * logarithm((1 - target) / (1 - rho));  // [kl]
}

double kl_by_rho(double target, double rho) {
    return -target / rho + (1 - target) / (1 - rho);  // [kl-by-rho]
}

}  // namespace autoencoder
