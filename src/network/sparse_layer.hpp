// The sparse layers of an evaluation: ρ_j of all patterns and what comes of it, and the slopes of units that
// saturate, which in float64 are taken from s.
#pragma once

#include "autoencoder/backpropagation.hpp"

namespace autoencoder {

/// Whether f' of a layer is taken from s, not from h: in float64, where s is kept.
template <class T>
bool slope_by_net_input(Activation f, const typename Evaluation<T>::LayerState& layer);

/// ρ_j, KL and the term of δ for the units of layer l, whose h of N patterns this is; returns γ Σ_j KL(ρ̄‖ρ_j).
template <class T>
double measure_sparsity(const Network& network, std::size_t l, PanelView<const T> h, Evaluation<T>& evaluation);

/// From Σ w δ to δ, with f' from s: of some patterns of layer l.
template <class T>
void times_slope(const Network& network, std::size_t l, const typename Evaluation<T>::LayerState& layer,
                 PanelView<const T> s, PanelView<T> delta);

}  // namespace autoencoder
