#include "network/sparse_layer.hpp"

#include <algorithm>
#include <type_traits>
#include <vector>

#include "autoencoder/activation.hpp"
#include "autoencoder/elementwise.hpp"
#include "autoencoder/products.hpp"
#include "autoencoder/sparsity.hpp"

namespace autoencoder {
namespace {

constexpr std::size_t width = kernels::panel_width;

/// ρ_j of all patterns, from s where it is kept, else from the sums of h and of 1 − h.
template <class T>
Rho measured(Activation f, std::size_t j, std::size_t N, const typename Evaluation<T>::LayerState& layer) {
    if constexpr (std::is_same_v<T, double>) {
        std::vector<double> s(N);
        const PanelView<const double> all = layer.s.view().slice(0, N);
        for (std::size_t q = 0; q < N; ++q) s[q] = all.panel(q / width)[j * width + q % width];
        return mean_activity(f, s);
    } else {
        const double half = mean_activity_slope(f);  // of 1 ± h, for tanh
        return Rho(half * layer.sums[j] / double(N), half * layer.complements[j] / double(N))  // [mean-activity]
            .template held<T>(f);
    }
}

}  // namespace

template <class T>
bool slope_by_net_input(Activation f, const typename Evaluation<T>::LayerState& layer) {
    return std::is_same_v<T, double> && layer.s.patterns > 0 && (f == Activation::sigmoid || f == Activation::tanh);
}

template <class T>
double measure_sparsity(const Network& net, std::size_t l, PanelView<const T> h, Evaluation<T>& e) {
    auto& layer = e.layers[l - 1];
    const Activation f = net.layer(l).activation;
    const double target = net.sparsity_target;
    if (!slope_by_net_input<T>(f, layer)) {
        std::fill(layer.sums.begin(), layer.sums.end(), 0.0);
        std::fill(layer.complements.begin(), layer.complements.end(), 0.0);
        add_sums<T>(h, layer.sums, f == Activation::tanh ? T(1) : T(0));
        add_sums<T>(h, layer.complements, T(1), T(-1));
    }
    double sum = 0;
    for (std::size_t j = 0; j < layer.rho.size(); ++j) {
        Rho rho = measured<T>(f, j, h.patterns, layer);
        if (e.running) {
            auto& mean = e.running->rho[l - 1];
            if (mean.size() <= j) mean.push_back(rho.on);
            else mean[j] = e.running->memory * mean[j] + (1 - e.running->memory) * rho.on;
            rho = Rho(mean[j]).template held<T>(f);
        }
        layer.rho[j] = rho;
        layer.kl[j] = kl(target, rho);
        sum += layer.kl[j];
        // γ ((1−ρ̄)/(1−ρ_j) − ρ̄/ρ_j), and ½ of it for tanh
        layer.sparsity_term[j] = T(net.sparsity_weight * kl_by_rho(target, rho) * mean_activity_slope(f));
    }
    return net.sparsity_weight * sum;
}

template <class T>
void times_slope(const Network& net, std::size_t l, const typename Evaluation<T>::LayerState& layer,
                 PanelView<const T> s, PanelView<T> d) {
    if constexpr (std::is_same_v<T, double>) {
        const std::span<const Rho> rho = net.sparse(l) ? std::span<const Rho>(layer.rho) : std::span<const Rho>();
        in_parallel(d.patterns, d.units, width, [&](std::size_t first, std::size_t) {
            const std::size_t p = first / width, n = d.units * width;
            times_slope(net.layer(l).activation, {s.panel(p), n}, width, rho, net.sparsity_target,
                        net.sparsity_weight, {d.panel(p), n});
        });
    }
}

#define AUTOENCODER_INSTANTIATE(T)                                                                           \
    template bool slope_by_net_input<T>(Activation, const Evaluation<T>::LayerState&);                       \
    template double measure_sparsity(const Network&, std::size_t, PanelView<const T>, Evaluation<T>&);       \
    template void times_slope<T>(const Network&, std::size_t, const Evaluation<T>::LayerState&,              \
                                 PanelView<const T>, PanelView<T>);
AUTOENCODER_INSTANTIATE(float)
AUTOENCODER_INSTANTIATE(double)

}  // namespace autoencoder
