// The output layer on one panel of patterns: J^q and δ^q for every rule, and softmax. Patterns run
// along the lanes, units one after another, so that no sum crosses lanes.
#pragma once

#include "autoencoder/kernels.hpp"
#include "epilogue.hpp"
#include "function.hpp"

namespace autoencoder {
namespace {

using kernels::OutputRule;

/// max_i s_i and log Σ_i e^{s_i} of the pattern in each lane.
template <class T, class V>
AUTOENCODER_INLINE void log_sum_exp(const T* s, std::size_t rows, V& largest, V& sum) {
    largest = V::load(s);
    for (std::size_t i = 1; i < rows; ++i) {
        const V x = V::load(s + i * kernels::panel_width);
        largest = select(largest < x, x, largest);
    }
    sum = V::all(T(0));
    for (std::size_t i = 0; i < rows; ++i)
        sum = sum + exponential<T>(V::load(s + i * kernels::panel_width) - largest);
}

template <class T>
void softmax(const T* s, T* h, std::size_t rows) {
    using V = Lanes<T>;
    for (std::size_t q = 0; q < kernels::panel_width; q += V::width) {
        V largest, sum;
        log_sum_exp<T>(s + q, rows, largest, sum);
        for (std::size_t i = 0; i < rows; ++i) {
            const std::size_t at = i * kernels::panel_width + q;
            (exponential<T>(V::load(s + at) - largest) / sum).store(h + at);
        }
    }
}

/// The patterns of one register.
template <class T, class V>
AUTOENCODER_INLINE V output_lanes(const kernels::Output<T>& o, std::size_t q) {
    constexpr std::size_t step = kernels::panel_width;
    V cost = V::all(T(0));
    if (o.rule == OutputRule::squared_error) {
        with_activation(o.f, [&](auto f) {
            for (std::size_t i = 0; i < o.rows; ++i) {
                const std::size_t at = i * step + q;
                const V h = V::load(o.h + at);
                const V error = V::load(o.y + at) - h;
                cost = mul_add(error, error, cost);                        // [cost]
                if (o.delta) slope<T>(f, error, h).store(o.delta + at);    // [delta-output]
            }
        });
        return cost * V::all(T(0.5));
    }
    if (o.rule == OutputRule::bernoulli) {
        for (std::size_t i = 0; i < o.rows; ++i) {
            const std::size_t at = i * step + q;
            const V s = V::load(o.s + at), y = V::load(o.y + at);
            cost = cost + (softplus<T>(s) - y * s);
            if (o.delta) (y - V::load(o.h + at)).store(o.delta + at);
        }
        return cost;
    }
    V largest, sum, weight = V::all(T(0));
    log_sum_exp<T>(o.s + q, o.rows, largest, sum);
    const V log_sum = largest + logarithm<T>(sum);
    for (std::size_t i = 0; i < o.rows; ++i) {
        const V y = V::load(o.y + i * step + q);
        weight = weight + y;  // 1 for a label
        cost = mul_add(y, log_sum - V::load(o.s + i * step + q), cost);
    }
    for (std::size_t i = 0; o.delta && i < o.rows; ++i) {
        const std::size_t at = i * step + q;
        (V::load(o.y + at) - V::load(o.h + at) * weight).store(o.delta + at);  // [head]
    }
    return cost;
}

template <class T>
void output(const kernels::Output<T>& o) {
    each_register<T>(o.columns, o.cost, [&](std::size_t q) { return output_lanes<T, Lanes<T>>(o, q); });
}

}  // namespace
}  // namespace autoencoder
