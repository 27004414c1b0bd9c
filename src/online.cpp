#include "autoencoder/online.hpp"

#ifdef _OPENMP
#include <omp.h>
#endif

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>

#include "autoencoder/elementwise.hpp"
#include "autoencoder/sparsity.hpp"

namespace autoencoder {

/// Threads that wait for one another twice a pattern cannot afford to sleep.
struct SpinBarrier {
    std::size_t workers;
    std::atomic<std::size_t> waiting{0}, round{0};

    explicit SpinBarrier(std::size_t count) : workers(count) {}
    void wait() {
        if (workers == 1) return;
        const std::size_t mine = round.load(std::memory_order_acquire);
        if (waiting.fetch_add(1, std::memory_order_acq_rel) + 1 == workers) {
            waiting.store(0, std::memory_order_relaxed);
            round.store(mine + 1, std::memory_order_release);
            return;
        }
        // More threads than cores: after a while let the others run.
        for (int spins = 0; round.load(std::memory_order_acquire) == mine; ++spins) {
            if (spins > 50000) std::this_thread::yield();
        }
    }
};

namespace {

constexpr std::size_t unit = 16;        // columns are padded to, and shared out in, this many
constexpr double activity_memory = 0.999;

std::size_t padded(std::size_t n) { return (n + unit - 1) / unit * unit; }

/// The columns [begin, end) of n that a worker owns; `valid` of them are not padding.
struct Columns {
    std::size_t begin, end, valid;
    Columns(std::size_t n, std::size_t worker, std::size_t workers) {
        const std::size_t units = padded(n) / unit;
        begin = worker * units / workers * unit;
        end = (worker + 1) * units / workers * unit;
        valid = (end < n ? end : std::max(n, begin)) - begin;
    }
    std::size_t size() const { return end - begin; }
};

}  // namespace

template <class T>
bool OnlineNetwork<T>::suits(const Network& network) {
    for (const Layer& layer : network.layers) {
        if (layer.kind != Kind::dense) return false;
    }
    return network.loss == Loss::squared_error && network.dropout == 0;
}

template <class T>
OnlineNetwork<T>::OnlineNetwork(const Network& network, std::span<const T> theta, double learning_rate)
    : network_(network),
      layout_(layout(network)),
      rate_(T(learning_rate)),
      keep_(T(1 - learning_rate * network.weight_penalty)) {
    validate(network);
    require(suits(network), "the online rule takes squared error and no dropout");
    require(theta.size() == layout_.size, "the online rule: θ does not belong to this network");
    for (std::size_t l = 1; l <= network.depth(); ++l) {
        const View<const T> W = matrix(theta, layout_.blocks[2 * l - 2]);
        const std::span<const T> b = part(theta, layout_.blocks[2 * l - 1]);
        LayerCopy& layer = layers_.emplace_back();
        layer.inputs = W.cols;
        layer.outputs = W.rows;
        const std::size_t width = padded(W.rows);
        layer.forward = Matrix<T>(W.cols, width);
        if (l > 1) layer.backward = Matrix<T>(W.rows, padded(W.cols));
        for (std::size_t i = 0; i < W.rows; ++i) {
            for (std::size_t k = 0; k < W.cols; ++k) {
                layer.forward(k, i) = W(i, k);
                if (l > 1) layer.backward(i, k) = W(i, k);
            }
        }
        layer.bias = Buffer<T>(width);
        std::copy(b.begin(), b.end(), layer.bias.begin());
        for (Buffer<T>* x : {&layer.h[0], &layer.h[1], &layer.error, &layer.delta, &layer.change,
                             &layer.mean, &layer.term})
            *x = Buffer<T>(width);
    }
}

template <class T>
void OnlineNetwork<T>::forward(std::size_t l, const Turn& turn, std::size_t worker,
                               std::size_t workers) {
    const auto& table = kernels::current().table<T>();
    LayerCopy& layer = layers_[l - 1];
    const Columns mine(layer.outputs, worker, workers);
    T* h = layer.h[turn.now].data() + mine.begin;
    std::copy_n(layer.bias.data() + mine.begin, mine.size(), h);

    kernels::OnlinePass<T> pass;
    pass.rows = layer.inputs;
    pass.columns = mine.size();
    pass.w = layer.forward.data() + mine.begin;
    pass.stride = layer.forward.cols;
    pass.x = l == 1 ? turn.x : layers_[l - 2].h[turn.now].data();
    pass.sum = h;
    if (turn.before) {  // the last pattern's update, on the way
        pass.u = l == 1 ? turn.before : layers_[l - 2].h[!turn.now].data();
        pass.v = layer.change.data() + mine.begin;
        pass.keep = keep_;
    }
    table.online(pass);                                            // s = W x + b
    table.map(function(network_.layer(l).activation), h, h, mine.valid);  // [encode] [decode]
    if (l == network_.depth()) return;
    const T memory = turn.first ? T(0) : T(activity_memory);
    table.blend(T(1) - memory, h, memory, layer.mean.data() + mine.begin, mine.valid);  // [mean-activity]
}

template <class T>
void OnlineNetwork<T>::finish_delta(std::size_t l, const Turn& turn, const T* sum, std::size_t begin,
                                    std::size_t count) {
    const auto& table = kernels::current().table<T>();
    LayerCopy& layer = layers_[l - 1];
    T* delta = layer.delta.data() + begin;
    table.times_slope(function(network_.layer(l).activation), sum, layer.h[turn.now].data() + begin,
                      delta, count);
    T* change = layer.change.data() + begin;
    table.blend(rate_, delta, T(0), change, count);
    table.blend(T(1), change, T(1), layer.bias.data() + begin, count);  // Δb = η δ         [update]
}

template <class T>
void OnlineNetwork<T>::backward(std::size_t l, const Turn& turn, std::size_t worker,
                                std::size_t workers) {
    const auto& table = kernels::current().table<T>();
    LayerCopy &after = layers_[l], &layer = layers_[l - 1];
    const Columns mine(layer.outputs, worker, workers);
    T* sum = layer.error.data() + mine.begin;
    std::fill_n(sum, mine.size(), T(0));

    kernels::OnlinePass<T> pass;
    pass.rows = after.outputs;
    pass.columns = mine.size();
    pass.w = after.backward.data() + mine.begin;
    pass.stride = after.backward.cols;
    pass.x = after.delta.data();
    pass.sum = sum;
    pass.u = after.change.data();
    pass.v = layer.h[turn.now].data() + mine.begin;
    pass.keep = keep_;
    pass.use_old = true;
    table.online(pass);  // Σ_i w_ij δ_i, and Δw_ij = η δ_i h_j                               [update]

    if (network_.sparse(l)) {
        const Activation f = network_.layer(l).activation;
        for (std::size_t j = mine.begin; j < mine.begin + mine.valid; ++j) {
            const double rho = mean_activity(f, double(layer.mean[j]));
            layer.term[j] = T(network_.sparsity_weight * kl_by_rho(network_.sparsity_target, rho) *
                              mean_activity_slope(f));
        }
        table.blend(T(-1), layer.term.data() + mine.begin, T(1), sum, mine.valid);  // [delta-sparse]
    }
    finish_delta(l, turn, sum, mine.begin, mine.valid);  // [delta-hidden]
}

template <class T>
OnlineCost OnlineNetwork<T>::learn(View<const T> x, View<const T> y, std::span<const std::size_t> order) {
    require(x.cols == network_.inputs && y.cols == network_.units(network_.depth()) && x.rows == y.rows,
            [&] {
                return "the online rule: x is " + std::to_string(x.rows) + "×" + std::to_string(x.cols) +
                       ", y " + std::to_string(y.rows) + "×" + std::to_string(y.cols) +
                       ", which is not what the network takes";
            });
    if (order.empty()) return {};
    // Below some 2^15 weights a second thread waits longer than it works.
    std::size_t workers = layout_.parameters() < 32768 ? 1 : kernels::threads();
    SpinBarrier barrier(workers);
    OnlineCost cost;
#ifdef _OPENMP
#pragma omp parallel num_threads(int(workers)) if (workers > 1)
    {
#pragma omp single
        barrier.workers = workers = std::size_t(omp_get_num_threads());
        work(x, y, order, std::size_t(omp_get_thread_num()), workers, barrier, cost.data);
    }
#else
    work(x, y, order, 0, 1, barrier, cost.data);
#endif
    cost.data /= double(order.size());
    for (std::size_t l = 1; l < network_.depth(); ++l) {
        if (!network_.sparse(l)) continue;
        const LayerCopy& layer = layers_[l - 1];
        for (std::size_t j = 0; j < layer.outputs; ++j)
            cost.sparsity += network_.sparsity_weight *
                             kl(network_.sparsity_target,
                                mean_activity(network_.layer(l).activation, double(layer.mean[j])));
    }
    return cost;
}

template <class T>
void OnlineNetwork<T>::work(View<const T> x, View<const T> y, std::span<const std::size_t> order,
                            std::size_t worker, std::size_t workers, SpinBarrier& barrier, double& cost) {
    const auto& table = kernels::current().table<T>();
    const std::size_t L = network_.depth();
    LayerCopy& last = layers_[L - 1];
    const Columns mine(last.outputs, worker, workers);
    Turn turn;
    turn.first = !begun_;
    for (std::size_t q : order) {
        turn.x = x.row(q).data();
        for (std::size_t l = 1; l < L; ++l) {
            forward(l, turn, worker, workers);
            barrier.wait();  // h^l is complete
        }
        forward(L, turn, worker, workers);
        T* error = last.error.data() + mine.begin;
        std::copy_n(y.row(q).data() + mine.begin, mine.valid, error);
        table.blend(T(-1), last.h[turn.now].data() + mine.begin, T(1), error, mine.valid);  // y − ŷ
        finish_delta(L, turn, error, mine.begin, mine.valid);                     // [delta-output]
        barrier.wait();  // δ^L is complete
        if (worker == 0) {
            double squares = 0;
            for (std::size_t i = 0; i < last.outputs; i += kernels::sum_block)
                squares += table.dot(last.error.data() + i, last.error.data() + i,
                                     std::min(kernels::sum_block, last.outputs - i));
            cost += squares / 2;  // [cost]
        }
        if (L == 1) barrier.wait();  // the errors have been read
        for (std::size_t l = L - 1; l >= 1; --l) {
            backward(l, turn, worker, workers);
            if (l > 1) barrier.wait();  // δ^l is complete
        }
        turn.before = turn.x;
        turn.now = !turn.now;
        turn.first = false;
    }
    // The last pattern's update of the forward copies.
    barrier.wait();
    for (std::size_t l = 1; l <= L; ++l) {
        LayerCopy& layer = layers_[l - 1];
        const Columns columns(layer.outputs, worker, workers);
        kernels::OnlinePass<T> pass;
        pass.rows = layer.inputs;
        pass.columns = columns.size();
        pass.w = layer.forward.data() + columns.begin;
        pass.stride = layer.forward.cols;
        pass.u = l == 1 ? turn.before : layers_[l - 2].h[!turn.now].data();
        pass.v = layer.change.data() + columns.begin;
        pass.keep = keep_;
        table.online(pass);
    }
    if (worker == 0) begun_ = true;
}

template <class T>
void OnlineNetwork<T>::parameters(std::span<T> theta) const {
    require(theta.size() == layout_.size, "the online rule: θ does not belong to this network");
    for (std::size_t l = 1; l <= layers_.size(); ++l) {
        const LayerCopy& layer = layers_[l - 1];
        const View<T> W = matrix(theta, layout_.blocks[2 * l - 2]);
        kernels::current().table<T>().transpose(layer.forward.data(), layer.forward.cols, layer.inputs,
                                                layer.outputs, W.data, W.stride);
        const std::span<T> b = part(theta, layout_.blocks[2 * l - 1]);
        std::copy_n(layer.bias.begin(), b.size(), b.begin());
    }
}

template <class T>
std::vector<std::vector<double>> OnlineNetwork<T>::running_activity() const {
    std::vector<std::vector<double>> rho;
    for (std::size_t l = 0; begun_ && l + 1 < layers_.size(); ++l)
        rho.emplace_back(layers_[l].mean.begin(), layers_[l].mean.begin() + std::ptrdiff_t(layers_[l].outputs));
    return rho;
}

template <class T>
void OnlineNetwork<T>::set_running_activity(const std::vector<std::vector<double>>& rho) {
    if (rho.empty()) return;
    require(rho.size() + 1 >= layers_.size(), "the online rule: ρ of another network");
    for (std::size_t l = 0; l + 1 < layers_.size(); ++l) {
        require(rho[l].size() == layers_[l].outputs, "the online rule: ρ of another network");
        for (std::size_t j = 0; j < rho[l].size(); ++j) layers_[l].mean[j] = T(rho[l][j]);
    }
    begun_ = true;
}

template <class T>
Encoder<T>::Encoder(View<const T> W, std::span<const T> b, Activation activation)
    : weights_(W.cols, padded(W.rows)), bias_(padded(W.rows)), outputs_(W.rows), activation_(activation) {
    require(b.size() == W.rows, "Encoder: one bias for each row of W");
    require(activation != Activation::softmax, "Encoder: softmax is no encoder");
    kernels::current().table<T>().transpose(W.data, W.stride, W.rows, W.cols, weights_.data(),
                                            weights_.cols);
    std::copy(b.begin(), b.end(), bias_.begin());
}

template <class T>
void Encoder<T>::encode(std::span<const T> x, std::span<T> h) const {
    require(x.size() == weights_.rows && h.size() == outputs_, "Encoder: x or h has another size");
    const auto& table = kernels::current().table<T>();
    thread_local Buffer<T> sum;
    if (sum.size() < bias_.size()) sum = Buffer<T>(bias_.size());
    std::copy(bias_.begin(), bias_.end(), sum.begin());
    kernels::OnlinePass<T> pass;
    pass.rows = weights_.rows;
    pass.columns = weights_.cols;
    pass.w = const_cast<T*>(weights_.data());  // read only: there is no update in this pass
    pass.stride = weights_.cols;
    pass.x = x.data();
    pass.sum = sum.data();
    table.online(pass);
    table.map(function(activation_), sum.data(), h.data(), outputs_);  // [encode]
}

template class OnlineNetwork<float>;
template class OnlineNetwork<double>;
template class Encoder<float>;
template class Encoder<double>;

}  // namespace autoencoder
