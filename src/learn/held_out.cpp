#include "learn/held_out.hpp"

#include <numeric>
#include <vector>

#include "network/gaussian.hpp"

namespace autoencoder::training {
namespace {

Network without_terms(Network network) {
    network.dropout = network.input_dropout = 0;  // in use nothing is dropped
    network.weight_penalty = network.sparsity_weight = 0;
    return network;
}

template <class T>
Panels<T> panels(View<const T> rows) {
    Panels<T> result(rows.rows, rows.cols);
    to_panels<T>(rows, result);
    return result;
}

}  // namespace

template <class T>
HeldOut<T>::HeldOut(const Network& network, const TrainingSet<T>& all,
                    const TrainingOptions& options)
    : rest_(all), network_(without_terms(network)), evaluation_(network_, options.validation) {
    const std::size_t learned = all.x.rows - options.validation;
    rest_.x = all.x.slice(0, learned);
    if (all.y.data) rest_.y = all.y.slice(0, learned);
    const View<const T> clean = all.x.slice(learned, options.validation);
    x_ = panels<T>(corrupted<T>(options.corruption, clean, options.seed, evaluation_round));
    y_ = panels<T>(all.y.data ? all.y.slice(learned, options.validation) : clean);
    if (const std::size_t l = network.gaussian_layer()) {
        std::vector<std::size_t> patterns(options.validation);
        std::iota(patterns.begin(), patterns.end(), learned);
        noise_ = Panels<T>(options.validation, network.units(l));
        draw_noise<T>(options.seed, evaluation_round, patterns, noise_);
    }
}

template <class T>
double HeldOut<T>::measure(std::span<const T> theta, std::size_t number, BestSoFar<T>& best,
                           std::function<void()> between) {
    evaluation_.between = std::move(between);
    Batch<T> batch{x_, y_, {}, {}};
    if (noise_.patterns) batch.noise = noise_;
    const Cost parts = cost_and_gradient<T>(network_, theta, batch, {}, evaluation_);
    const double cost = parts.data + parts.kl;  // kl: −ELBO of a variational one
    if (best.theta.size() == 0 || cost < best.cost) {
        best.number = number;
        best.cost = cost;
        best.theta = Buffer<T>(theta.size());
        std::copy(theta.begin(), theta.end(), best.theta.begin());
    }
    return cost;
}

template class HeldOut<float>;
template class HeldOut<double>;

}  // namespace autoencoder::training
