// [update]: one pattern, one pass of the online rule. How far θ moved, divided by η, is −∇J^q.
#include <algorithm>

#include "autoencoder/training.hpp"
#include "checks/findings.hpp"

namespace autoencoder::checks {

CheckResult update_check() {
    constexpr double eta = 0.5;
    Network options;
    options.weight_penalty = 0.01;
    Findings findings;
    for (const Example& each : autoencoders(options)) {
        Example one = make_example(each.network, 1, 11);
        TrainingOptions training;
        training.optimizer = Optimizer::online;
        training.learning_rate = eta;
        training.epochs = 1;
        Buffer<double> theta = one.theta;
        train<double>(one.network, {one.x, one.y}, training, theta);

        const Layout blocks = layout(one.network);
        Buffer<double> moved(theta.size());
        for (std::size_t i = 0; i < theta.size(); ++i) moved[i] = (theta[i] - one.theta[i]) / eta;
        const Buffer<double> quotients =
            difference_quotients(production_objective(one), one.theta, blocks);
        const Matrix<double> of_pattern = pattern_gradients(one, reference_terms(one));
        Buffer<double> downhill(theta.size()), uphill(theta.size()), by_formula(theta.size());
        for (std::size_t i = 0; i < theta.size(); ++i) {
            downhill[i] = -quotients[i];
            uphill[i] = quotients[i];
            by_formula[i] = -of_pattern(0, i);  // Δw = η (δ x − λ w)                     [update]
        }
        for (const Block& block : blocks.blocks) {
            const std::span<const double> step = part<const double>(moved, block);
            findings.found(block.size,
                           relative_difference(step, part<const double>(downhill, block)),
                           gradient_tolerance);
            findings.found(0, relative_difference(step, part<const double>(by_formula, block)),
                           term_tolerance);
            findings.twin_found(relative_difference(step, part<const double>(uphill, block)),
                                gradient_tolerance);
        }
    }
    return findings.result();
}

}  // namespace autoencoder::checks
