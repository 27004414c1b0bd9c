// What an evaluation needs to remember, and whether a batch fits into it.
#include "network/evaluation.hpp"

#include <algorithm>
#include <string>

namespace autoencoder {
namespace {

/// Patterns at a time. It is a multiple of the block of a sum, so that sums do not depend on it. A
/// window's block is a panel, and its images are large: then a thread takes one panel all the way.
std::size_t chunk_of(const Network& network, std::size_t patterns, bool everything) {
    const bool windows = std::all_of(network.layers.begin(), network.layers.end(), has_window);
    const std::size_t chunk =
        windows ? kernels::panel_width * kernels::threads() : kernels::sum_block;
    return everything || patterns < chunk ? patterns : chunk;
}

/// Layers 1 … this one are kept for every pattern.
std::size_t whole_of(const Network& network, bool everything) {
    std::size_t whole = 0;
    for (std::size_t l = 1; l <= network.depth(); ++l) {
        if (everything || network.sparse(l)) whole = l;
    }
    return whole;
}

}  // namespace

template <class T>
Evaluation<T>::Evaluation(const Network& network, std::size_t patterns, bool everything_)
    : layout(autoencoder::layout(network)),
      capacity(patterns),
      everything(everything_),
      layers(network.depth()),
      pattern_cost(patterns) {
    validate(network);
    require_memory(evaluation_bytes<T>(network, patterns, everything), "the network's activity");
    const std::size_t L = network.depth();
    chunk = chunk_of(network, patterns, everything);
    whole = whole_of(network, everything);
    if (network.input_dropout > 0)
        masked_x = Panels<T>(whole > 0 ? patterns : chunk, network.inputs);
    for (std::size_t l = 1; l <= L; ++l) {
        LayerState& layer = layers[l - 1];
        const std::size_t units = network.units(l), kept = l <= whole ? patterns : chunk;
        const std::size_t net_inputs = network.net_inputs(l);
        const bool gaussian = network.layer(l).kind == Kind::gaussian;
        // In float64 a sparse layer's f' is taken from s, as exact as 1 − ρ.
        const bool needs_s = gaussian || (network.loss == Loss::cross_entropy && l == L) ||
                             (network.sparse(l) && sizeof(T) == sizeof(double));
        if (everything || needs_s) layer.s = Panels<T>(kept, net_inputs);
        layer.h = Panels<T>(kept, units);
        if ((network.dropout > 0 || everything) && network.droppable(l))
            layer.masked = Panels<T>(kept, units);
        if (everything || l < L) layer.delta = Panels<T>(everything ? patterns : chunk, net_inputs);
        layer.sums.resize(net_inputs);
        if (has_window(network.layer(l)))
            layer.convolution = Convolution<T>(network, l, chunk);
        if (gaussian) {
            layer.sigma = Panels<T>(kept, units);
            layer.delta_z = Panels<T>(chunk, units);
            pattern_kl = Buffer<T>(patterns);
        }
        if (!network.sparse(l)) continue;
        layer.rho.resize(units);
        layer.complements.resize(units);
        layer.kl.resize(units);
        layer.sparsity_term = Buffer<T>(units);
    }
}

template <class T>
std::size_t evaluation_bytes(const Network& network, std::size_t patterns, bool everything) {
    const std::size_t chunk = chunk_of(network, patterns, everything);
    const std::size_t whole = whole_of(network, everything);
    std::size_t numbers = patterns;
    for (std::size_t l = 1; l <= network.depth(); ++l) {
        const std::size_t kept = l <= whole ? patterns : chunk;
        const std::size_t each = everything ? 2 : 1;  // s and h, or h
        numbers = plus(numbers, times(kept, each, network.units(l)),
                       times(chunk, network.net_inputs(l)));  // δ
    }
    return times(numbers, sizeof(T));
}

template <class T>
void Evaluation<T>::keep_first_by_inputs() {
    std::swap(layout.blocks[0].shape[0], layout.blocks[0].shape[1]);
    first_rows = Matrix<T>(whole > 0 ? capacity : chunk, layers[0].sums.size());
}

template <class T>
void require_fit(const Network& net, std::span<const T> theta, const Batch<T>& batch,
                 std::span<const T> gradient, const Evaluation<T>& e) {
    const std::size_t N = batch.x.patterns;
    const auto shape = [](std::size_t n, std::size_t units) {
        return std::to_string(n) + "×" + std::to_string(units);
    };
    require(N > 0, "cost_and_gradient: expected at least one pattern");
    require(N <= e.capacity, "cost_and_gradient: more patterns than the evaluation was made for");
    require(batch.x.units == net.inputs, [&] {
        return "x is " + shape(batch.x.patterns, batch.x.units) + " but the network takes " +
               std::to_string(net.inputs) + " inputs";
    });
    require(batch.y.patterns == batch.x.patterns && batch.y.units == net.units(net.depth()),
            [&] {
                return "y is " + shape(batch.y.patterns, batch.y.units) + " but expected " +
                       shape(batch.x.patterns, net.units(net.depth()));
            });
    for (std::size_t l = 1; l < net.depth() && l <= batch.masks.size(); ++l) {
        const PanelView<const T> mask = batch.masks[l - 1];
        require(!mask.data || (net.droppable(l) && mask.patterns == N &&
                               mask.units == net.units(l) && e.layers[l - 1].masked.patterns > 0),
                "cost_and_gradient: the mask of layer " + std::to_string(l) + " does not fit");
    }
    const PanelView<const T> mask = batch.input_mask;
    require(!mask.data || (mask.patterns == N && mask.units == net.inputs &&
                           e.masked_x.patterns > 0),
            "cost_and_gradient: the mask of the input does not fit");
    const std::size_t gaussian = net.gaussian_layer();
    require(!batch.noise.data || (gaussian > 0 && batch.noise.patterns == N &&
                                  batch.noise.units == net.units(gaussian)),
            "cost_and_gradient: the noise does not fit a gaussian layer");
    require(theta.size() == e.layout.size, "cost_and_gradient: θ does not belong to this network");
    require(gradient.empty() || gradient.size() == theta.size(),
            "cost_and_gradient: the gradient must be as long as θ");
}

template std::size_t evaluation_bytes<float>(const Network&, std::size_t, bool);
template std::size_t evaluation_bytes<double>(const Network&, std::size_t, bool);
template struct Evaluation<float>;
template struct Evaluation<double>;
template void require_fit(const Network&, std::span<const float>, const Batch<float>&,
                          std::span<const float>, const Evaluation<float>&);
template void require_fit(const Network&, std::span<const double>, const Batch<double>&,
                          std::span<const double>, const Evaluation<double>&);

}  // namespace autoencoder
