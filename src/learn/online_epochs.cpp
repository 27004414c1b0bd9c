// The lecture's rule, pattern by pattern, by the network that keeps its weights for it.
#include "autoencoder/online.hpp"

#include <algorithm>

#include "autoencoder/penalty.hpp"
#include "learn/ways.hpp"

namespace autoencoder::training {

template <class T>
Outcome train_online(const Run<T>& run) {
    const Stopwatch watch;
    const auto& [network, data, options, theta, report, state, held_out] = run;
    OnlineNetwork<T> online(network, theta, options.learning_rate);
    online.set_running_activity(state.running.rho);
    std::vector<std::size_t> order(data.x.rows);
    Buffer<T> before(theta.size());
    for (std::size_t epoch = state.epochs; epoch < options.epochs; ++epoch) {
        shuffle(options.seed, epoch, order);
        online.set_learning_rate(learning_rate(options, epoch));
        Matrix<T> noisy;
        if (run.noisy()) noisy = corrupted<T>(options.corruption, data.x, options.seed, epoch);
        const View<const T> x = run.noisy() ? noisy.view() : data.x;
        TrainingStep row;
        std::ranges::copy(theta, before.begin());
        try {
            const OnlineCost cost = online.learn(x, run.targets(), order, [&] { run.require_waited_for(); });
            online.parameters(theta);
            row.cost.data = cost.data;
            row.cost.sparsity = cost.sparsity;
            for (std::size_t l = 1; l <= network.depth(); ++l)
                row.cost.weight_penalty += weight_penalty_cost<T>(
                    network.weight_penalty,
                    part(std::span<const T>(theta), layout(network).blocks[2 * l - 2]));
            if (finite(row.cost.total())) row.validation = run.validation(epoch + 1);
        } catch (const GivenUp&) {
            std::ranges::copy(before, theta.begin());
            return Outcome::stopped;
        }
        state.running.rho = online.running_activity();
        row.number = state.epochs = epoch + 1;
        row.evaluations = (epoch + 1) * data.x.rows;
        row.seconds = watch.seconds();
        if (!finite(row.cost.total())) return Outcome::not_finite;
        if (!run.tell(row)) return Outcome::stopped;
    }
    return Outcome::iterations_done;
}

template Outcome train_online(const Run<float>&);
template Outcome train_online(const Run<double>&);

}  // namespace autoencoder::training
