#include "autoencoder/training.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <numeric>
#include <string>

#include "autoencoder/elementwise.hpp"
#include "autoencoder/online.hpp"
#include "autoencoder/penalty.hpp"
#include "autoencoder/random.hpp"
#include "gaussian.hpp"

namespace autoencoder {
namespace {

constexpr std::array<std::string_view, 5> names = {"online", "sgd", "momentum", "adam", "lbfgs"};

/// Streams of the seed: 1 … depth are the weights', these are far from them.
constexpr std::uint64_t order_stream = 1u << 20, mask_stream = 1u << 21;

/// The noise on pattern q in an epoch, whatever batch it falls into.                      [denoise]
Random noise_stream(std::uint64_t seed, std::size_t epoch, std::size_t q) {
    return Random(seed, (std::uint64_t{epoch} + 1) << 32 | q);
}

using Clock = std::chrono::steady_clock;
double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

bool finite(double x) { return x - x == 0; }

/// The order of the patterns in an epoch.
void shuffle(std::uint64_t seed, std::size_t epoch, std::vector<std::size_t>& order) {
    std::iota(order.begin(), order.end(), std::size_t{0});
    Random(seed, order_stream + epoch).shuffle<std::size_t>(order);
}

/// Dropout's masks, one for each hidden layer: m_j ~ Bernoulli(1 − p).                  [dropout]
template <class T>
struct Masks {
    std::vector<Panels<T>> layers;

    Masks(const Network& network, std::size_t patterns) {
        if (network.dropout == 0) return;
        for (std::size_t l = 1; l < network.depth(); ++l) layers.emplace_back(patterns, network.units(l));
    }
    void draw(Random& random, double dropout) {
        for (Panels<T>& layer : layers) {
            for (T& m : layer.values) m = T(random.uniform() >= dropout ? 1 : 0);
        }
    }
    std::vector<PanelView<const T>> first(std::size_t patterns) const {
        std::vector<PanelView<const T>> views;
        for (const Panels<T>& layer : layers) views.push_back(layer.view().slice(0, patterns));
        return views;
    }
};

template <class T>
void require_fit(const Network& network, const TrainingSet<T>& data, const TrainingOptions& options) {
    validate(network);
    const auto shape = [](const View<const T>& m) {
        return std::to_string(m.rows) + "×" + std::to_string(m.cols);
    };
    const std::size_t outputs = network.units(network.depth());
    require(data.x.rows > 0, "train: expected at least one pattern");
    require(data.x.cols == network.inputs, [&] {
        return "train: the data are " + shape(data.x) + " but the network has " +
               std::to_string(network.inputs) + " inputs";
    });
    if (data.y.data) {
        require(data.y.rows == data.x.rows && data.y.cols == outputs, [&] {
            return "train: the targets are " + shape(data.y) + " but expected " +
                   std::to_string(data.x.rows) + "×" + std::to_string(outputs);
        });
    } else {
        require(outputs == network.inputs, [&] {
            return "train: without targets the output must be as wide as the input, " +
                   std::to_string(network.inputs) + ", found " + std::to_string(outputs);
        });
    }
    require(options.batch > 0, "train: expected at least one pattern a batch");
}

/// The whole batch: L-BFGS on the exact objective. Dropout's masks are drawn once and held fixed.
template <class T>
Outcome train_whole(const Network& network, const TrainingSet<T>& data, const TrainingOptions& options,
                    std::span<T> theta, const TrainingReport& report, TrainingState<T>& state) {
    const auto start = Clock::now();
    const std::size_t N = data.x.rows;
    const bool noisy = options.corruption.noise != Noise::none;
    Matrix<T> noisy_rows;
    View<const T> rows = data.x;
    if (noisy) {  // drawn once: L-BFGS needs an objective that holds still
        noisy_rows = Matrix<T>(N, data.x.cols);
        rows = noisy_rows.view();
        in_parallel(N, kernels::panel_width, [&](std::size_t begin, std::size_t end) {
            for (std::size_t q = begin; q < end; ++q) {
                std::copy_n(data.x.row(q).begin(), data.x.cols, noisy_rows.row(q).begin());
                Random random = noise_stream(options.seed, 0, q);
                corrupt<T>(options.corruption, random, noisy_rows.row(q));
            }
        });
    }
    Panels<T> x(N, data.x.cols), y;
    to_panels<T>(rows, x);
    const bool other_targets = noisy || data.y.data;
    if (other_targets) {
        const View<const T> targets = data.y.data ? data.y : data.x;
        y = Panels<T>(N, targets.cols);
        to_panels<T>(targets, y);
    }
    Masks<T> masks(network, N);
    Random random(options.seed, mask_stream);
    masks.draw(random, network.dropout);
    Batch<T> batch{x, other_targets ? y.view() : x.view(), rows, masks.first(N)};
    Panels<T> noise;
    if (const std::size_t l = network.gaussian_layer()) {  // held fixed, as the masks are
        noise = drawn_noise<T>(options.seed, N, network.units(l));
        batch.noise = noise;
    }

    Evaluation<T> evaluation(network, N);
    std::vector<Cost> costs;  // of the evaluations since the last report
    const Objective<T> objective = [&](std::span<const T> at, std::span<T> gradient) {
        costs.push_back(cost_and_gradient<T>(network, at, batch, gradient, evaluation));
        return costs.back().total();
    };
    Cost accepted;
    const Report each = [&](const Progress& progress) {
        for (const Cost& cost : costs) {
            if (cost.total() == progress.cost) accepted = cost;
        }
        costs.clear();
        return !report || report({progress.iteration, progress.evaluations, accepted,
                                  progress.gradient_norm, seconds_since(start)});
    };
    LbfgsOptions lbfgs;
    lbfgs.iterations = options.iterations;
    return minimise_lbfgs<T>(objective, theta, lbfgs, each, &state.lbfgs).outcome;
}

/// Mini-batches: everything that one of them needs, made once.
template <class T>
struct MiniBatch {
    Matrix<T> x_rows, y_rows;
    Panels<T> x, y;

    MiniBatch(const TrainingSet<T>& data, bool noisy, std::size_t size)
        : x_rows(size, data.x.cols), x(size, data.x.cols) {
        if (data.y.data) y_rows = Matrix<T>(size, data.y.cols);
        if (data.y.data || noisy) y = Panels<T>(size, data.y.data ? data.y.cols : data.x.cols);
    }

    /// Rows `order` of `from`.
    static void gather(View<const T> from, std::span<const std::size_t> order, View<T> rows) {
        in_parallel(order.size(), kernels::panel_width, [&](std::size_t begin, std::size_t end) {
            for (std::size_t i = begin; i < end; ++i)
                std::copy_n(from.row(order[i]).begin(), from.cols, rows.row(i).begin());
        });
    }

    /// The patterns in `order`, corrupted; the targets stay clean.                          [denoise]
    Batch<T> take(const TrainingSet<T>& data, const TrainingOptions& options, std::size_t epoch,
                  std::span<const std::size_t> order) {
        const std::size_t count = order.size();
        const bool noisy = options.corruption.noise != Noise::none;
        const View<T> rows = x_rows.view().slice(0, count);
        const PanelView<T> x_batch = x.view().slice(0, count);
        Batch<T> batch;
        batch.x_rows = rows;
        batch.x = batch.y = x_batch;
        gather(data.x, order, rows);
        if (data.y.data) {
            gather(data.y, order, y_rows.view().slice(0, count));
            to_panels<T>(y_rows.view().slice(0, count), y.view().slice(0, count));
        } else if (noisy) {
            to_panels<T>(rows, y.view().slice(0, count));
        }
        if (y.patterns) batch.y = y.view().slice(0, count);
        if (noisy) {
            in_parallel(count, kernels::panel_width, [&](std::size_t begin, std::size_t end) {
                for (std::size_t i = begin; i < end; ++i) {
                    Random random = noise_stream(options.seed, epoch, order[i]);
                    corrupt<T>(options.corruption, random, rows.row(i));
                }
            });
        }
        to_panels<T>(rows, x_batch);
        return batch;
    }
};

template <class T>
Outcome train_batches(const Network& network, const TrainingSet<T>& data,
                      const TrainingOptions& options, std::span<T> theta,
                      const TrainingReport& report, TrainingState<T>& state) {
    const auto start = Clock::now();
    const std::size_t N = data.x.rows;
    const bool online = options.optimizer == Optimizer::online;
    const std::size_t size = online ? 1 : options.batch < N ? options.batch : N;
    MiniBatch<T> mini(data, options.corruption.noise != Noise::none, size);
    Masks<T> masks(network, size);
    const std::size_t gaussian = network.gaussian_layer();
    Panels<T> noise(size, gaussian ? network.units(gaussian) : 0);
    Evaluation<T> evaluation(network, size);
    if (options.mean_activity == MeanActivity::running || online) {
        state.running.memory = online ? 0.999 : 0.99;
        state.running.rho.resize(network.depth());
        evaluation.running = &state.running;
    }
    Buffer<T> gradient(theta.size());
    Sgd<T> sgd{options.learning_rate};
    state.momentum.learning_rate = state.adam.learning_rate = options.learning_rate;
    state.momentum.momentum = options.momentum;
    const auto next = [&]() -> kernels::Step<T> {
        switch (options.optimizer) {
            case Optimizer::momentum: return state.momentum.next(theta);
            case Optimizer::adam: return state.adam.next(theta);
            default: return sgd.next(theta);  // Δw = η δ x, for one pattern                 [update]
        }
    };

    std::vector<std::size_t> order(N);
    for (std::size_t epoch = state.epochs; epoch < options.epochs; ++epoch) {
        shuffle(options.seed, epoch, order);
        Random mask_random(options.seed, mask_stream + epoch);
        TrainingStep row;
        for (std::size_t q = 0; q < N; q += size) {
            const std::size_t count = N - q < size ? N - q : size;
            const auto patterns = std::span<const std::size_t>(order).subspan(q, count);
            Batch<T> batch = mini.take(data, options, epoch, patterns);
            masks.draw(mask_random, network.dropout);
            batch.masks = masks.first(count);
            if (gaussian) {
                const PanelView<T> drawn = noise.view().slice(0, count);
                draw_noise<T>(options.seed, epoch, patterns, drawn);  // fresh in every epoch
                batch.noise = drawn;
            }
            const Cost cost = cost_and_step<T>(network, next(), batch, gradient, evaluation);
            const double part = double(count) / double(N);
            row.cost.data += cost.data * part;
            row.cost.weight_penalty += cost.weight_penalty * part;
            row.cost.sparsity += cost.sparsity * part;
            row.cost.kl += cost.kl * part;
        }
        state.epochs = row.number = epoch + 1;
        row.evaluations = (epoch + 1) * ((N + size - 1) / size);
        row.seconds = seconds_since(start);
        if (!finite(row.cost.total())) return Outcome::not_finite;
        if (report && !report(row)) return Outcome::stopped;
    }
    return Outcome::iterations_done;
}

/// The lecture's rule, pattern by pattern, where it has its own way of doing so.            [update]
template <class T>
Outcome train_online(const Network& network, const TrainingSet<T>& data, const TrainingOptions& options,
                     std::span<T> theta, const TrainingReport& report, TrainingState<T>& state) {
    const auto start = Clock::now();
    OnlineNetwork<T> online(network, theta, options.learning_rate);
    online.set_running_activity(state.running.rho);
    std::vector<std::size_t> order(data.x.rows);
    for (std::size_t epoch = state.epochs; epoch < options.epochs; ++epoch) {
        shuffle(options.seed, epoch, order);
        const OnlineCost cost = online.learn(data.x, data.y.data ? data.y : data.x, order);
        online.parameters(theta);
        state.running.rho = online.running_activity();
        TrainingStep row;
        row.number = state.epochs = epoch + 1;
        row.evaluations = (epoch + 1) * data.x.rows;
        row.cost.data = cost.data;
        row.cost.sparsity = cost.sparsity;
        for (std::size_t l = 1; l <= network.depth(); ++l)
            row.cost.weight_penalty += weight_penalty_cost<T>(
                network.weight_penalty, part(std::span<const T>(theta), layout(network).blocks[2 * l - 2]));
        row.seconds = seconds_since(start);
        if (!finite(row.cost.total())) return Outcome::not_finite;
        if (report && !report(row)) return Outcome::stopped;
    }
    return Outcome::iterations_done;
}

}  // namespace

std::string_view name(Optimizer optimizer) { return names[std::size_t(optimizer)]; }

Optimizer optimizer_of(std::string_view name) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (name == names[i]) return Optimizer(i);
    }
    throw std::invalid_argument("optimizer: expected online, sgd, momentum, adam or lbfgs, found '" +
                                std::string(name) + "'");
}

template <class T>
Outcome train(const Network& network, const TrainingSet<T>& data, const TrainingOptions& options,
              std::span<T> theta, const TrainingReport& report, TrainingState<T>* state) {
    require_fit(network, data, options);
    TrainingState<T> fresh;
    TrainingState<T>& used = state ? *state : fresh;
    if (options.optimizer == Optimizer::lbfgs)
        return train_whole(network, data, options, theta, report, used);
    if (options.optimizer == Optimizer::online && OnlineNetwork<T>::suits(network) &&
        options.corruption.noise == Noise::none)
        return train_online(network, data, options, theta, report, used);
    return train_batches(network, data, options, theta, report, used);
}

template Outcome train(const Network&, const TrainingSet<float>&, const TrainingOptions&,
                       std::span<float>, const TrainingReport&, TrainingState<float>*);
template Outcome train(const Network&, const TrainingSet<double>&, const TrainingOptions&,
                       std::span<double>, const TrainingReport&, TrainingState<double>*);

}  // namespace autoencoder
