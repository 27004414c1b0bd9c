// The lecture's rule, pattern by pattern; one file, since its threads, their columns and the pass share one layout.
#include "autoencoder/online.hpp"

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>

#include "autoencoder/elementwise.hpp"
#include "autoencoder/sparsity.hpp"

namespace autoencoder {

/// Threads that wait for one another twice a pattern cannot afford to sleep.
struct SpinBarrier {
    std::atomic<std::size_t> waiting{0}, round{0}, late{0};

    void wait(std::size_t threads) {
        if (threads == 1) return;
        const std::size_t mine = round.load(std::memory_order_acquire);
        if (waiting.fetch_add(1, std::memory_order_acq_rel) + 1 == threads) {
            waiting.store(0, std::memory_order_relaxed);
            round.store(mine + 1, std::memory_order_release);
            return;
        }
        constexpr int most = 50000;  // then somebody does not run: let him
        for (int spins = 0; round.load(std::memory_order_acquire) == mine; ++spins) {
            if (spins == most) late.fetch_add(1, std::memory_order_relaxed);
            if (spins > most) std::this_thread::yield();
        }
    }
};

namespace {

constexpr std::size_t unit = 16;        // columns are padded to, and shared out in, this many
constexpr double activity_memory = 0.999;

std::size_t padded(std::size_t n) { return (n + unit - 1) / unit * unit; }

/// The columns [begin, end) of n that are in a part; `valid` of them are not padding.
struct Columns {
    std::size_t begin, end, valid;
    Columns(std::size_t n, std::size_t part, std::size_t parts) {
        const std::size_t units = padded(n) / unit;
        begin = part * units / parts * unit;
        end = (part + 1) * units / parts * unit;
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
    return network.loss == Loss::squared_error && network.dropout == 0 &&
           network.input_dropout == 0;
}

template <class T>
void OnlineNetwork<T>::set_learning_rate(double learning_rate) {
    rate_ = T(learning_rate);
    keep_ = T(1 - learning_rate * network_.weight_penalty);
}

template <class T>
OnlineNetwork<T>::OnlineNetwork(const Network& network, std::span<const T> theta, double learning_rate)
    : network_(network),
      layout_(layout(network)) {
    validate(network);
    set_learning_rate(learning_rate);
    require(suits(network), "the online rule takes squared error and no dropout");
    require(theta.size() == layout_.size, "the online rule: θ does not belong to this network");
    // Below some 2^15 weights a second thread waits longer than it works.
    parts_ = layout_.parameters() < 32768 ? 1 : kernels::threads();
    for (std::size_t l = 1; l <= network.depth(); ++l) {
        const View<const T> W = matrix(theta, layout_.blocks[2 * l - 2]);
        const std::span<const T> b = part(theta, layout_.blocks[2 * l - 1]);
        LayerCopy& layer = layers_.emplace_back();
        layer.inputs = W.cols;
        layer.outputs = W.rows;
        const std::size_t width = padded(W.rows);
        for (std::size_t part = 0; part < parts_; ++part) {
            const Columns outputs(W.rows, part, parts_), inputs(W.cols, part, parts_);
            Matrix<T>& forward = layer.forward.emplace_back(W.cols, outputs.size());
            kernels::current().table<T>().transpose(W.data + outputs.begin * W.stride, W.stride, outputs.valid,
                                                    W.cols, forward.data(), forward.cols);
            if (l == 1) continue;
            Matrix<T>& backward = layer.backward.emplace_back(W.rows, inputs.size());
            for (std::size_t i = 0; i < W.rows; ++i) {
                for (std::size_t k = 0; k < inputs.valid; ++k)
                    backward(i, k) = W(i, inputs.begin + k);
            }
        }
        layer.bias = Buffer<T>(width);
        std::copy(b.begin(), b.end(), layer.bias.begin());
        for (Buffer<T>* x : {&layer.h[0], &layer.h[1], &layer.h[2], &layer.change[0], &layer.change[1],
                             &layer.change[2], &layer.error, &layer.delta, &layer.mean, &layer.term})
            *x = Buffer<T>(width);
    }
}

template <class T>
void OnlineNetwork<T>::Turn::next() {
    waiting = waiting == 2 ? 1 : waiting + 1;  // two were written; this pattern's own waits
    now = (now + 1) % 3;
    first = false;
}

template <class T>
kernels::OnlinePass<T> OnlineNetwork<T>::pass(std::size_t l, bool backward, const Turn& turn,
                                              std::size_t part) {
    LayerCopy& layer = layers_[l - 1];
    Matrix<T>& copy = backward ? layer.backward[part] : layer.forward[part];
    const std::size_t begin = Columns(backward ? layer.inputs : layer.outputs, part, parts_).begin;
    kernels::OnlinePass<T> pass;
    pass.rows = copy.rows;
    pass.columns = pass.stride = copy.cols;
    pass.w = copy.data();
    for (std::size_t i = 0; i < turn.waiting; ++i) {  // the older first
        const std::size_t which = turn.before(turn.waiting - i);
        const T* inputs = l == 1 ? turn.x[which] : layers_[l - 2].h[which].data();
        const T* changes = layer.change[which].data();
        pass.waiting[i] = backward ? typename kernels::OnlinePass<T>::Update{changes, inputs + begin}
                                   : typename kernels::OnlinePass<T>::Update{inputs, changes + begin};
    }
    pass.updates = turn.waiting;
    pass.keep = keep_;
    pass.store = turn.waiting == 2;
    return pass;
}

template <class T>
void OnlineNetwork<T>::forward(std::size_t l, const Turn& turn, std::size_t part) {
    const auto& table = kernels::current().table<T>();
    LayerCopy& layer = layers_[l - 1];
    const Columns mine(layer.outputs, part, parts_);
    T* h = layer.h[turn.now].data() + mine.begin;

    kernels::OnlinePass<T> pass = this->pass(l, false, turn, part);
    pass.x = l == 1 ? turn.x[turn.now] : layers_[l - 2].h[turn.now].data();
    pass.start = layer.bias.data() + mine.begin;
    pass.sum = h;
    table.online(pass);                                            // s = W x + b
    table.activate(network_.layer(l).activation, h, h, mine.valid);  // h = f(s)
    if (l == network_.depth()) return;
    const T memory = turn.first ? T(0) : T(activity_memory);
    table.blend(T(1) - memory, h, memory, layer.mean.data() + mine.begin, mine.valid);  // ρ_j
}

template <class T>
void OnlineNetwork<T>::finish_delta(std::size_t l, const Turn& turn, const T* target,
                                    std::size_t part) {
    LayerCopy& layer = layers_[l - 1];
    const Columns mine(layer.outputs, part, parts_);
    kernels::OnlineDelta<T> delta;
    delta.n = mine.valid;
    delta.f = network_.layer(l).activation;
    delta.rate = rate_;
    if (target) delta.target = target + mine.begin;
    delta.h = layer.h[turn.now].data() + mine.begin;
    delta.error = layer.error.data() + mine.begin;
    delta.delta = layer.delta.data() + mine.begin;
    delta.change = layer.change[turn.now].data() + mine.begin;
    delta.bias = layer.bias.data() + mine.begin;
    kernels::current().table<T>().online_delta(delta);
}

template <class T>
void OnlineNetwork<T>::backward(std::size_t l, const Turn& turn, std::size_t part) {
    const auto& table = kernels::current().table<T>();
    LayerCopy &after = layers_[l], &layer = layers_[l - 1];
    const Columns mine(layer.outputs, part, parts_);
    T* sum = layer.error.data() + mine.begin;

    kernels::OnlinePass<T> pass = this->pass(l + 1, true, turn, part);
    pass.x = after.delta.data();
    pass.sum = sum;
    table.online(pass);  // Σ_i w_ij δ_i

    if (network_.sparse(l)) {
        const Activation f = network_.layer(l).activation;
        for (std::size_t j = mine.begin; j < mine.begin + mine.valid; ++j) {
            const Rho rho = mean_activity(f, double(layer.mean[j])).template held<T>(f);
            layer.term[j] = T(network_.sparsity_weight * kl_by_rho(network_.sparsity_target, rho) *
                              mean_activity_slope(f));
        }
        table.blend(T(-1), layer.term.data() + mine.begin, T(1), sum, mine.valid);  // − γ ∂KL/∂ρ_j
    }
    finish_delta(l, turn, nullptr, part);  // … f'(s_j)
}

template <class T>
OnlineCost OnlineNetwork<T>::learn(View<const T> x, View<const T> y, std::span<const std::size_t> order,
                                   const std::function<void()>& between) {
    require(x.cols == network_.inputs && y.cols == network_.units(network_.depth()) && x.rows == y.rows,
            [&] {
                return "the online rule: x is " + std::to_string(x.rows) + "×" + std::to_string(x.cols) +
                       ", y " + std::to_string(y.rows) + "×" + std::to_string(y.cols) +
                       ", which is not what the network takes";
            });
    if (order.empty()) return {};
    // Where others want the cores, threads that wait for one another get less done than one.
    const bool alone = alone_ > 0;
    if (alone) --alone_;
    SpinBarrier barrier;
    OnlineCost cost;
    constexpr std::size_t some = 256;  // patterns
    for (std::size_t first = 0; first < order.size(); first += some) {
        if (between) between();
        const auto share = order.subspan(first, std::min(some, order.size() - first));
        kernels::run_together(alone ? 1 : parts_, [&](std::size_t thread, std::size_t threads) {
            work(x, y, share, thread, threads, barrier, cost.data);
        });
    }
    constexpr std::size_t seldom = 64;  // patterns for each time that one was late
    const bool crowded = barrier.late > order.size() / seldom;
    if (!alone) alone_ = alone_next_ = crowded ? std::min<std::size_t>(2 * alone_next_ + 1, 15) : 0;
    cost.data /= double(order.size());
    for (std::size_t l = 1; l < network_.depth(); ++l) {
        if (!network_.sparse(l)) continue;
        const LayerCopy& layer = layers_[l - 1];
        const Activation f = network_.layer(l).activation;
        for (std::size_t j = 0; j < layer.outputs; ++j) {
            const Rho rho = mean_activity(f, double(layer.mean[j])).template held<T>(f);
            cost.sparsity += network_.sparsity_weight * kl(network_.sparsity_target, rho);
        }
    }
    return cost;
}

/// The updates that still wait, of all copies.
template <class T>
void OnlineNetwork<T>::catch_up(const Turn& turn, std::size_t part) {
    for (std::size_t l = 1; l <= network_.depth(); ++l) {
        for (bool backward : {false, true}) {
            if (backward && l == 1) continue;
            kernels::OnlinePass<T> pass = this->pass(l, backward, turn, part);
            pass.store = true;
            kernels::current().table<T>().online(pass);
        }
    }
}

template <class T>
void OnlineNetwork<T>::work(View<const T> x, View<const T> y, std::span<const std::size_t> order,
                            std::size_t thread, std::size_t threads, SpinBarrier& barrier, double& cost) {
    const auto& table = kernels::current().table<T>();
    const std::size_t L = network_.depth();
    const LayerCopy& last = layers_[L - 1];
    const auto each_part = [&](auto&& work) {
        for (std::size_t part = thread; part < parts_; part += threads) work(part);
    };
    Turn turn;
    turn.first = !begun_;
    for (std::size_t q : order) {
        turn.x[turn.now] = x.row(q).data();
        for (std::size_t l = 1; l < L; ++l) {
            each_part([&](std::size_t part) { forward(l, turn, part); });
            barrier.wait(threads);  // h^l is complete
        }
        each_part([&](std::size_t part) {
            forward(L, turn, part);
            finish_delta(L, turn, y.row(q).data(), part);  // (y_i − ŷ_i) f'(s_i)
        });
        barrier.wait(threads);  // δ^L is complete
        if (thread == 0) {
            double squares = 0;
            for (std::size_t i = 0; i < last.outputs; i += kernels::sum_block)
                squares += table.dot(last.error.data() + i, last.error.data() + i,
                                     std::min(kernels::sum_block, last.outputs - i));
            cost += squares / 2;  // ½ ‖y − ŷ‖²
        }
        if (L == 1) barrier.wait(threads);  // the errors have been read
        for (std::size_t l = L - 1; l >= 1; --l) {
            each_part([&](std::size_t part) { backward(l, turn, part); });
            if (l > 1) barrier.wait(threads);  // δ^l is complete
        }
        turn.next();
    }
    barrier.wait(threads);
    each_part([&](std::size_t part) { catch_up(turn, part); });
    if (thread == 0) begun_ = true;
}

template <class T>
void OnlineNetwork<T>::parameters(std::span<T> theta) const {
    require(theta.size() == layout_.size, "the online rule: θ does not belong to this network");
    for (std::size_t l = 1; l <= layers_.size(); ++l) {
        const LayerCopy& layer = layers_[l - 1];
        const View<T> W = matrix(theta, layout_.blocks[2 * l - 2]);
        for (std::size_t part = 0; part < parts_; ++part) {
            const Columns mine(layer.outputs, part, parts_);
            kernels::current().table<T>().transpose(layer.forward[part].data(), mine.size(),
                                                    layer.inputs, mine.valid,
                                                    W.data + mine.begin * W.stride, W.stride);
        }
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

template class OnlineNetwork<float>;
template class OnlineNetwork<double>;

}  // namespace autoencoder
