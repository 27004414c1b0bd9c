// The code of a variational autoencoder on one panel of patterns: forward the sample z and the
// divergence from N(0, I), backward δ of μ and log σ². Patterns run along the lanes, units one after
// another, so that no sum crosses lanes.
#pragma once

#include "autoencoder/kernels.hpp"
#include "function.hpp"
#include "stream.hpp"

namespace autoencoder {
namespace {

/// The patterns of one register, forward; returns their KL.
template <class T, class V>
AUTOENCODER_INLINE V sample_lanes(const kernels::Code<T>& c, std::size_t q) {
    constexpr std::size_t step = kernels::panel_width;
    const V half = V::all(T(0.5)), one = V::all(T(1));
    V sum = V::all(T(0));
    for (std::size_t k = 0; k < c.units; ++k) {
        const std::size_t at = k * step + q;
        const V mu = V::load(c.s + at), log_variance = V::load(c.s + c.units * step + at);
        const V sigma = exponential<T>(half * log_variance);
        sigma.store(c.sigma + at);
        const V z = c.noise ? mul_add(sigma, V::load(c.noise + at), mu) : mu;
        z.store(c.z + at);  // z = μ + σ ⊙ ε                                    [reparameterise]
        sum = sum + (one + log_variance - mu * mu - sigma * sigma);
    }
    return V::all(T(-0.5)) * sum;  // −½ Σ (1 + log σ² − μ² − σ²)                        [elbo]
}

template <class T>
void sample(const kernels::Code<T>& c) {
    each_register<T>(c.columns, c.cost, [&](std::size_t q) { return sample_lanes<T, Lanes<T>>(c, q); });
}

/// δ = −∂J/∂s from δ_z = −g, g = ∂J/∂z.
template <class T>
void sample_slope(const kernels::Code<T>& c) {
    using V = Lanes<T>;
    const V half = V::all(T(0.5)), one = V::all(T(1));
    const std::size_t size = c.units * kernels::panel_width;
    for (std::size_t at = 0; at < size; at += V::width) {
        const V downhill = V::load(c.delta_z + at), sigma = V::load(c.sigma + at);
        // −(g + μ) and −(½ σ ε g + ½ (σ² − 1))
        (downhill - V::load(c.s + at)).store(c.delta + at);  // [elbo-gradient]
        const V noise = c.noise ? V::load(c.noise + at) : V::all(T(0));
        const V by_log_variance = half * (mul_add(sigma * noise, downhill, one) - sigma * sigma);
        by_log_variance.store(c.delta + size + at);
    }
}

}  // namespace
}  // namespace autoencoder
