// The lecture's online rule: one pattern at a time, and after each
//
//     Δw_jk = η δ_j^q x_k^q,   Δb_j = η δ_j^q
//     (with a weight penalty Δw_jk = η (δ_j x_k − λ w_jk); with sparsity its term in δ, ρ a
//     running mean over patterns)
//
// One pattern is too little work for a product: what takes the time is the way of the weights from memory
// and back. So the rule has its own keeping of them: each layer input by input for the way forward, and
// every layer but the first output by output as well, for the way back. A pattern's update waits until
// the weights are read anyway, and is written only with the next one's: every other reading applies it
// in passing (measured on one core: 37,100 patterns a second, against 34,100 where every reading
// writes). Both copies take the same fused multiply-adds, so they never differ.
//
// Threads own columns of every copy, in memory of their own: where the halves of a row lie side by
// side, the processor fetches ahead into the other thread's half, and the line changes core for
// nothing (measured: 18,000 patterns a second on two threads, not 50,000). Only h and δ travel between them.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "autoencoder/network.hpp"

namespace autoencoder {

struct SpinBarrier;
namespace kernels {
template <class T>
struct OnlinePass;
}

/// What a pass over patterns cost while it learned: mean J^q, mean sparsity cost.
struct OnlineCost {
    double data = 0, sparsity = 0;
};

/// A network that learns pattern by pattern. Squared error, no dropout, no softmax.
template <class T>
class OnlineNetwork {
public:
    /// Copies θ. Throws std::invalid_argument if the network is not one for the online rule.
    OnlineNetwork(const Network& network, std::span<const T> theta, double learning_rate);

    /// Learns the patterns of x [N×n_0] with targets y [N×n_L], in this order, once. `between`, if given, is
    /// called every so many patterns; what it throws leaves some of them learned.
    OnlineCost learn(View<const T> x, View<const T> y, std::span<const std::size_t> order,
                     const std::function<void()>& between = {});
    /// η for the patterns to come.
    void set_learning_rate(double learning_rate);
    /// θ as it is now.
    void parameters(std::span<T> theta) const;
    /// ρ of hidden layer l at [l−1], a running mean over the last thousand patterns or so; none before
    /// the first.
    std::vector<std::vector<double>> running_activity() const;
    void set_running_activity(const std::vector<std::vector<double>>& rho);

    /// Whether the rule applies: squared error, no dropout.
    static bool suits(const Network& network);

private:
    struct LayerCopy {
        std::size_t inputs = 0, outputs = 0;
        // Columns and vectors are padded to multiples of 16 elements; the padding stays 0.
        // Of each part at [part]: its columns of
        std::vector<Matrix<T>> forward;   // [inputs × outputs]
        std::vector<Matrix<T>> backward;  // [outputs × inputs], for layers 2 … L
        Buffer<T> bias;           // [outputs], as the following
        Buffer<T> h[3];           // activity for this pattern and the two before, in turn
        Buffer<T> error, delta;   // y − ŷ or the back-propagated sum; δ
        Buffer<T> change[3];      // η δ, as h
        Buffer<T> mean, term;     // running mean of h; the sparsity term of δ
    };
    /// The pattern at hand, and those before it whose updates wait.
    struct Turn {
        const T* x[3] = {};       // in turn, as h and change
        std::size_t now = 0;      // which of the three is at hand
        std::size_t waiting = 0;  // how many before it wait: at most two
        bool first = true;

        std::size_t before(std::size_t turns) const { return (now + 3 - turns) % 3; }
        void next();
    };
    void work(View<const T> x, View<const T> y, std::span<const std::size_t> order, std::size_t thread,
              std::size_t threads, SpinBarrier& barrier, double& cost);
    void forward(std::size_t l, const Turn& turn, std::size_t part);
    void backward(std::size_t l, const Turn& turn, std::size_t part);
    void catch_up(const Turn& turn, std::size_t part);
    /// A pass over a copy of layer l for columns `mine`, with the updates that wait for it.
    kernels::OnlinePass<T> pass(std::size_t l, bool backward, const Turn& turn, std::size_t part);
    /// δ of layer l, from its targets or else from the back-propagated sum; Δw that waits, and b.
    void finish_delta(std::size_t l, const Turn& turn, const T* target, std::size_t part);

    Network network_;
    Layout layout_;
    std::vector<LayerCopy> layers_;
    T rate_, keep_;
    std::size_t parts_ = 1;  // of the columns: as many as threads when it was made
    bool begun_ = false;
    std::size_t alone_ = 0, alone_next_ = 0;  // passes to come on one thread
};

}  // namespace autoencoder
