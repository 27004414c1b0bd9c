#include "autoencoder/network.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "autoencoder/activation.hpp"
#include "autoencoder/convolution.hpp"
#include "autoencoder/elementwise.hpp"
#include "autoencoder/panels.hpp"
#include "autoencoder/products.hpp"
#include "autoencoder/random.hpp"

namespace autoencoder {
namespace {

void validate_layer(const Network& network, std::size_t l) {
    const Layer& layer = network.layer(l);
    const std::string where = "layer " + std::to_string(l) + ": ";
    require(layer.units > 0, where + "expected at least one unit");
    require(layer.activation != Activation::softmax || l == network.depth(),
            where + "softmax is for the last layer only");
    require(!network.sparse(l) || layer.activation == Activation::sigmoid ||
                layer.activation == Activation::tanh,
            where + "sparsity needs an activity with a mean in (0, 1): sigmoid or tanh, found " +
                std::string(name(layer.activation)) + "; a sparsity weight of 0 leaves it out");
    if (has_window(layer)) output_maps(network, l);  // it throws where the window does not fit
}

/// H = f(s) of a layer with a window, row by row: by way of panels, a chunk of them at a time.
template <class T>
void forward_window(const Network& network, std::size_t l, std::span<const T> W, std::span<const T> b,
                    View<const T> x, View<T> h) {
    Convolution<T> convolution(network, l, 0);
    const Activation f = network.layer(l).activation;
    Panels<T> from(std::min(x.rows, kernels::sum_block), x.cols), to(from.patterns, h.cols);
    for (std::size_t q = 0; q < x.rows; q += kernels::sum_block) {
        const std::size_t count = std::min(x.rows - q, kernels::sum_block);
        to_panels<T>(x.slice(q, count), from.view().slice(0, count));
        convolution.forward(W, b, f, from.view().slice(0, count), to.view().slice(0, count));
        from_panels<T>(to.view().slice(0, count), h.slice(q, count));
    }
}

/// The code has noise of its own, and its divergence is that of a log-likelihood.
void validate_gaussian(const Network& network, std::size_t l) {
    const std::string where = "layer " + std::to_string(l) + ": a gaussian layer ";
    require(l < network.depth(), where + "is hidden, found it as the output");
    require(network.gaussian_layer() == l, where + "is the only one, found two");
    require(network.layer(l).activation == Activation::linear,
            where + "is linear, found " + std::string(name(network.layer(l).activation)));
    require(network.loss == Loss::cross_entropy &&
                network.layers.back().activation == Activation::sigmoid,
            where + "needs a sigmoid output with cross_entropy, found " +
                std::string(name(network.layers.back().activation)) + " with " +
                std::string(name(network.loss)));
    require(network.sparsity_weight == 0, where + "has a divergence of its own, found γ " +
                                              std::to_string(network.sparsity_weight));
    require(network.dropout == 0, where + "has noise of its own, found dropout " +
                                      std::to_string(network.dropout));
}

/// Each row becomes its softmax.
template <class T>
void softmax_rows(View<T> s) {
    Panels<T> panels(s.rows, s.cols);
    to_panels<T>(s, panels);
    const PanelView<T> view = panels.view();
    for (std::size_t p = 0; p < view.panels(); ++p)
        kernels::current().table<T>().softmax(view.panel(p), view.panel(p), view.units);
    from_panels<T>(view, s);
}

/// Runs layers first … last: x [N×n_{first−1}] to h^last.
template <class T>
Matrix<T> run_layers(const Network& network, std::span<const T> theta, View<const T> x,
                     std::size_t first, std::size_t last) {
    require(x.cols == network.units(first - 1), [&] {
        return "the network takes " + std::to_string(network.units(first - 1)) +
               " numbers a pattern here, found " + std::to_string(x.cols);
    });
    const Layout blocks = layout(network);
    require(theta.size() == blocks.size, "activity: θ does not belong to this network");
    std::size_t widest = 0;
    for (std::size_t l = first; l <= last; ++l)
        widest = std::max(widest, plus(network.units(l - 1), network.units(l)));
    require_memory(times(x.rows, widest, sizeof(T)), "the network's activity");
    Matrix<T> h, next;
    for (std::size_t l = first; l <= last; ++l) {
        const Activation f = network.layer(l).activation;
        next = Matrix<T>(x.rows, network.units(l));
        const Block &W_block = blocks.blocks[2 * l - 2], &b_block = blocks.blocks[2 * l - 1];
        const View<const T> before = l == first ? x : h.view();
        if (has_window(network.layer(l))) {
            forward_window<T>(network, l, part(theta, W_block), part(theta, b_block), before, next);
        } else {
            // Of a gaussian layer μ alone, which stands above log σ².
            const std::size_t units = network.units(l);
            forward<T>(matrix(theta, W_block).slice(0, units), part(theta, b_block).first(units), f, before, next);
        }
        if (f == Activation::softmax) softmax_rows(next.view());
        std::swap(h, next);
    }
    return h;
}

}  // namespace

void validate(const Network& network) {
    require(network.inputs > 0, "network: expected at least one input");
    require(network.depth() > 0, "network: expected at least one layer");
    for (std::size_t l = 1; l <= network.depth(); ++l) {
        validate_layer(network, l);
        if (network.layer(l).kind == Kind::gaussian) validate_gaussian(network, l);
    }
    const Activation output = network.layers.back().activation;
    if (network.loss == Loss::cross_entropy) {
        require(output == Activation::sigmoid || output == Activation::softmax,
                "cross-entropy needs a sigmoid or softmax output, found " + std::string(name(output)));
    } else {
        require(output != Activation::softmax,
                "softmax is paired with the cross-entropy, found squared_error");
    }
    const auto found = [](double value) { return ", found " + std::to_string(value); };
    require(network.weight_penalty >= 0 && std::isfinite(network.weight_penalty),
            "weight penalty λ: expected 0 or more" + found(network.weight_penalty));
    require(network.sparsity_weight >= 0 && std::isfinite(network.sparsity_weight),
            "sparsity weight γ: expected 0 or more" + found(network.sparsity_weight));
    require(network.sparsity_target > 0 && network.sparsity_target < 1,
            "sparsity target ρ̄: expected strictly between 0 and 1" + found(network.sparsity_target));
    for (const double p : {network.dropout, network.input_dropout})
        require(p >= 0 && p < 1, "dropout p: expected 0 or more and less than 1" + found(p));
}

Layout layout(const Network& network) {
    Layout result;
    for (std::size_t l = 1; l <= network.depth(); ++l) {
        const std::string number = std::to_string(l);
        const bool window = has_window(network.layer(l));
        const std::size_t rows = network.net_inputs(l);
        result.add("W" + number, window ? weight_shape(network, l)
                                        : std::vector{rows, network.units(l - 1)});
        result.add("b" + number, {window ? output_maps(network, l).count : rows});
    }
    return result;
}

template <class T>
Buffer<T> initial_parameters(const Network& network, std::uint64_t seed) {
    const Layout blocks = layout(network);
    Buffer<T> theta(blocks.size);
    for (std::size_t l = 1; l <= network.depth(); ++l) {
        Random random(seed, l);
        const std::vector<std::size_t>& shape = blocks.blocks[2 * l - 2].shape;
        const std::size_t kernel = shape.size() == 4 ? shape[2] * shape[3] : 1;
        const double range = std::sqrt(6.0 / double((shape[0] + shape[1]) * kernel + 1));
        for (T& w : part<T>(theta, blocks.blocks[2 * l - 2])) w = T(random.uniform(-range, range));
    }
    return theta;
}

Network autoencoder_network(std::size_t inputs, std::span<const std::size_t> hidden,
                            Activation activation, Activation output) {
    Network network;
    network.inputs = inputs;
    for (std::size_t units : hidden) network.layers.push_back({units, activation});
    network.layers.push_back({inputs, output});
    return network;
}

template <class T>
Matrix<T> activity(const Network& network, std::span<const T> theta, View<const T> x, std::size_t l) {
    require(l >= 1 && l <= network.depth(), "activity: there is no layer " + std::to_string(l));
    return run_layers(network, theta, x, 1, l);
}

template <class T>
Matrix<T> activity_from(const Network& network, std::span<const T> theta, View<const T> h,
                        std::size_t l) {
    require(l < network.depth(), "activity_from: no layer follows layer " + std::to_string(l));
    return run_layers(network, theta, h, l + 1, network.depth());
}

template Buffer<float> initial_parameters(const Network&, std::uint64_t);
template Buffer<double> initial_parameters(const Network&, std::uint64_t);
template Matrix<float> activity(const Network&, std::span<const float>, View<const float>, std::size_t);
template Matrix<double> activity(const Network&, std::span<const double>, View<const double>,
                                 std::size_t);
template Matrix<float> activity_from(const Network&, std::span<const float>, View<const float>,
                                     std::size_t);
template Matrix<double> activity_from(const Network&, std::span<const double>, View<const double>,
                                      std::size_t);

}  // namespace autoencoder
