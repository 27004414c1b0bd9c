// The whole batch: L-BFGS on the exact objective. It needs an objective that holds still, so noise,
// dropout's masks and the samples of a gaussian layer are drawn once.
#include "network/gaussian.hpp"
#include "learn/ways.hpp"

namespace autoencoder::training {

template <class T>
Outcome train_whole(const Run<T>& run) {
    const Stopwatch watch;
    const auto& [network, data, options, theta, report, state, held_out] = run;
    const std::size_t N = data.x.rows;
    Matrix<T> noisy_rows;
    if (run.noisy()) noisy_rows = corrupted<T>(options.corruption, data.x, options.seed, 0);
    const View<const T> rows = run.noisy() ? noisy_rows.view() : data.x;
    Panels<T> x(N, data.x.cols), y;
    to_panels<T>(rows, x);
    const bool other_targets = run.noisy() || data.y.data;
    if (other_targets) {
        y = Panels<T>(N, run.targets().cols);
        to_panels<T>(run.targets(), y);
    }
    Masks<T> masks(network, N);
    Random random(options.seed, mask_stream);
    masks.draw(random, network);
    Batch<T> batch{x, other_targets ? y.view() : x.view(), rows, {}};
    masks.hand_to(batch, N);
    Panels<T> epsilon;
    if (const std::size_t l = network.gaussian_layer()) {
        epsilon = drawn_noise<T>(options.seed, N, network.units(l));
        batch.noise = epsilon;
    }

    Evaluation<T> evaluation(network, N);
    std::vector<Cost> costs;  // of the evaluations since the last report
    const Network& net = network;
    // As the iteration in progress found it: θ, and the counts that a line search changes.
    Buffer<T> before(options.gives_up ? theta.size() : 0);
    std::size_t evaluations = 0, stored = 0;
    const auto keep = [&] {
        if (before.size() > 0) std::copy(run.theta.begin(), run.theta.end(), before.begin());
        evaluations = run.state.lbfgs.evaluations, stored = run.state.lbfgs.stored;
    };
    keep();
    evaluation.between = [&] { run.require_waited_for(); };
    const Objective<T> objective = [&](std::span<const T> at, std::span<T> gradient) {
        costs.push_back(cost_and_gradient<T>(net, at, batch, gradient, evaluation));
        return costs.back().total();
    };
    Cost accepted;
    std::optional<double> validation;
    const Report each = [&](const Progress& progress) {
        for (const Cost& cost : costs) {
            if (cost.total() == progress.cost) accepted = cost;
        }
        costs.clear();
        keep();
        return run.tell({progress.iteration, progress.evaluations, accepted,
                         progress.gradient_norm, watch.seconds(), validation});
    };
    const auto measure = [&](std::size_t iteration) { validation = run.validation(iteration); };
    LbfgsOptions lbfgs;
    lbfgs.iterations = options.iterations;
    try {
        return minimise_lbfgs<T>(objective, theta, lbfgs, each, &state.lbfgs, measure).outcome;
    } catch (const GivenUp&) {
        std::copy(before.begin(), before.end(), theta.begin());
        state.lbfgs.evaluations = evaluations, state.lbfgs.stored = stored;
        if (evaluations == 0) state.lbfgs = {};  // it had not begun
        return Outcome::stopped;
    }
}

template Outcome train_whole(const Run<float>&);
template Outcome train_whole(const Run<double>&);

}  // namespace autoencoder::training
