// Mini-batches: SGD, momentum and Adam. Every epoch has its own order of the patterns, its own
// noise and its own masks, all from the seed and the number of the epoch.
#include <algorithm>
#include <optional>

#include "autoencoder/elementwise.hpp"
#include "network/gaussian.hpp"
#include "learn/ways.hpp"

namespace autoencoder::training {
namespace {

/// Everything that one mini-batch needs, made once.
template <class T>
struct MiniBatch {
    Matrix<T> x_rows, y_rows;
    Panels<T> x, y;
    bool x_is_read;  // in panels

    MiniBatch(const Run<T>& run, std::size_t size, bool first_by_inputs)
        : x_rows(size, run.data.x.cols),
          x(size, run.data.x.cols),
          x_is_read(!first_by_inputs || !(run.data.y.data || run.noisy())) {
        if (run.data.y.data) y_rows = Matrix<T>(size, run.data.y.cols);
        if (run.data.y.data || run.noisy()) y = Panels<T>(size, run.targets().cols);
    }

    /// Rows `order` of `from`. They come from anywhere in memory, so each is asked for two rows ahead.
    static void gather(View<const T> from, std::span<const std::size_t> order, View<T> rows) {
        constexpr std::size_t line = 64 / sizeof(T), ahead = 2;
        in_parallel(order.size(), from.cols, kernels::panel_width, [&](std::size_t begin, std::size_t end) {
            for (std::size_t i = begin; i < end; ++i) {
                if (i + ahead < end) {
                    const T* const next = from.row(order[i + ahead]).data();
                    for (std::size_t j = 0; j < from.cols; j += line) __builtin_prefetch(next + j);
                }
                std::copy_n(from.row(order[i]).begin(), from.cols, rows.row(i).begin());
            }
        });
    }

    /// The patterns in `order`, corrupted; the targets stay clean.
    Batch<T> take(const Run<T>& run, std::size_t epoch, std::span<const std::size_t> order) {
        const TrainingSet<T>& data = run.data;
        const std::size_t count = order.size();
        const View<T> rows = x_rows.view().slice(0, count);
        const PanelView<T> x_batch = x.view().slice(0, count);
        Batch<T> batch;
        batch.x_rows = rows;
        batch.x = batch.y = x_batch;
        gather(data.x, order, rows);
        if (data.y.data) {
            gather(data.y, order, y_rows.view().slice(0, count));
            to_panels<T>(y_rows.view().slice(0, count), y.view().slice(0, count));
        } else if (run.noisy()) {
            to_panels<T>(rows, y.view().slice(0, count));
        }
        if (y.patterns) batch.y = y.view().slice(0, count);
        if (run.noisy()) {
            in_parallel(count, rows.cols, kernels::panel_width, [&](std::size_t begin, std::size_t end) {
                for (std::size_t i = begin; i < end; ++i) {
                    Random random = noise_stream(run.options.seed, epoch, order[i]);
                    corrupt<T>(run.options.corruption, random, rows.row(i));
                }
            });
        }
        if (x_is_read) to_panels<T>(rows, x_batch);
        return batch;
    }
};

/// θ and what is remembered for it, as an epoch found them.
template <class T>
struct Before {
    Buffer<T> theta;
    Momentum<T> momentum;
    Adam<T> adam;
    RunningActivity running;

    explicit Before(const Run<T>& run)
        : theta(run.theta.size()),
          momentum(run.state.momentum),
          adam(run.state.adam),
          running(run.state.running) {
        std::copy(run.theta.begin(), run.theta.end(), theta.begin());
    }
    Outcome restore(const Run<T>& run) const {
        std::copy(theta.begin(), theta.end(), run.theta.begin());
        run.state.momentum = momentum;
        run.state.adam = adam;
        run.state.running = running;
        return Outcome::stopped;
    }
};

/// The rule of the optimiser for the coming step, with this learning rate.
template <class T>
kernels::Step<T> next_step(const Run<T>& run, double rate) {
    TrainingState<T>& state = run.state;
    switch (run.options.optimizer) {
        case Optimizer::momentum:
            state.momentum.learning_rate = rate;
            state.momentum.momentum = run.options.momentum;
            return state.momentum.next(run.theta);
        case Optimizer::adam:
            state.adam.learning_rate = rate;
            return state.adam.next(run.theta);
        case Optimizer::sgd:
        case Optimizer::online:  // a batch of one: Δw = η δ x
        case Optimizer::lbfgs: break;  // not by batches
    }
    return Sgd<T>{rate}.next(run.theta);
}

/// The weights of the first layer by inputs while an epoch runs, see Evaluation::keep_first_by_inputs; by
/// units, as everybody else knows them, between epochs.
template <class T>
struct FirstLayer {
    const Run<T>& run;
    Block W;
    bool turns;

    explicit FirstLayer(const Run<T>& run_)
        : run(run_),
          W(layout(run.network).blocks[0]),
          turns(run.network.layer(1).kind == Kind::dense && run.network.input_dropout == 0 &&
                W.shape[0] >= 64) {}  // fewer units would leave most of the lanes empty

    void by_inputs() const { turn(W.shape[0]); }
    void by_units() const { turn(W.shape[1]); }

private:
    /// θ, and what the optimisers remember for it, with so many rows now.
    void turn(std::size_t rows) const {
        if (!turns) return;
        TrainingState<T>& state = run.state;
        const std::span<T> kept[] = {run.theta, state.momentum.velocity, state.adam.mean, state.adam.square};
        for (std::span<T> all : kept)
            require(all.empty() || all.size() == run.theta.size(), "train: the state belongs to another size of θ");
        Buffer<T> copy(W.size);
        for (std::span<T> all : kept) {
            if (all.empty()) continue;  // not begun
            const std::span<T> block = part(all, W);
            std::copy(block.begin(), block.end(), copy.begin());
            kernels::current().table<T>().transpose(copy.data(), W.size / rows, rows, W.size / rows, block.data(),
                                                    rows);
        }
    }
};

}  // namespace

template <class T>
Outcome train_batches(const Run<T>& run) {
    const Stopwatch watch;
    const auto& [network, data, options, theta, report, state, held_out] = run;
    const std::size_t N = data.x.rows;
    const bool online = options.optimizer == Optimizer::online;
    const std::size_t size = online ? 1 : options.batch < N ? options.batch : N;
    const FirstLayer<T> first(run);
    MiniBatch<T> mini(run, size, first.turns);
    Masks<T> masks(network, size);
    const std::size_t gaussian = network.gaussian_layer();
    Panels<T> noise(size, gaussian ? network.units(gaussian) : 0);
    Evaluation<T> evaluation(network, size);
    if (first.turns) evaluation.keep_first_by_inputs();
    evaluation.between = [&] { run.require_waited_for(); };
    if (options.mean_activity == MeanActivity::running || online) {
        state.running.memory = online ? 0.999 : 0.99;
        state.running.rho.resize(network.depth());
        evaluation.running = &state.running;
    }
    Buffer<T> gradient(theta.size());
    std::vector<std::size_t> order(N);
    for (std::size_t epoch = state.epochs; epoch < options.epochs; ++epoch) {
        shuffle(options.seed, epoch, order);
        Random mask_random(options.seed, mask_stream + epoch);
        const double rate = learning_rate(options, epoch);
        TrainingStep row;
        std::optional<Before<T>> before;
        if (options.gives_up) before.emplace(run);
        try {
            first.by_inputs();
            for (std::size_t q = 0; q < N; q += size) {
                const std::size_t count = N - q < size ? N - q : size;
                const std::span<const std::size_t> patterns(order.data() + q, count);
                Batch<T> batch = mini.take(run, epoch, patterns);
                masks.draw(mask_random, network);
                masks.hand_to(batch, count);
                if (gaussian) {
                    const PanelView<T> drawn = noise.view().slice(0, count);
                    draw_noise<T>(options.seed, epoch, patterns, drawn);  // fresh in every epoch
                    batch.noise = drawn;
                }
                const Cost cost =
                    cost_and_step<T>(network, next_step(run, rate), batch, gradient, evaluation);
                const double part = double(count) / double(N);
                row.cost.data += cost.data * part;
                row.cost.weight_penalty += cost.weight_penalty * part;
                row.cost.sparsity += cost.sparsity * part;
                row.cost.kl += cost.kl * part;
            }
            first.by_units();
            if (finite(row.cost.total())) row.validation = run.validation(epoch + 1);
        } catch (const GivenUp&) {
            return before->restore(run);
        }
        state.epochs = row.number = epoch + 1;
        row.evaluations = (epoch + 1) * ((N + size - 1) / size);
        row.seconds = watch.seconds();
        if (!finite(row.cost.total())) return Outcome::not_finite;
        if (!run.tell(row)) return Outcome::stopped;
    }
    return Outcome::iterations_done;
}

template Outcome train_batches(const Run<float>&);
template Outcome train_batches(const Run<double>&);

}  // namespace autoencoder::training
