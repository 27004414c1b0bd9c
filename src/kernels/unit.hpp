// One instruction set: includes every kernel and defines the one symbol that the object exports.
// AUTOENCODER_UNIT is its name, AUTOENCODER_UNIT_NAME and _DESCRIPTION what users see.
#pragma once

#include "code.hpp"
#include "convolution.hpp"
#include "elementwise.hpp"
#include "gemm.hpp"
#include "online.hpp"
#include "output.hpp"
#include "reduce.hpp"

namespace autoencoder {
namespace {

template <class T>
constexpr kernels::Table<T> table() {
    return {.product = product<T>,
            .workspace_size = packed_a_size<T> + packed_b_size<T> +
                              StepLists<T>::size * sizeof(std::uint16_t) / sizeof(T) + 1,
            .gathered = gathered<T>,
            .correlation = correlation<T>,
            .activate = activate<T>,
            .map = map<T>,
            .blend = blend<T>,
            .mask = mask<T>,
            .dot = dot<T>,
            .row_sums = row_sums<T>,
            .output = output<T>,
            .softmax = softmax<T>,
            .sample = sample<T>,
            .sample_slope = sample_slope<T>,
            .transpose = transpose<T>,
            .online = online_pass<T>,
            .online_delta = online_delta<T>,
            .step = step<T>};
}

}  // namespace

namespace kernels {
extern const Unit AUTOENCODER_UNIT;
constinit const Unit AUTOENCODER_UNIT = {AUTOENCODER_UNIT_NAME, AUTOENCODER_UNIT_DESCRIPTION,
                                         table<float>(), table<double>()};
}  // namespace kernels
}  // namespace autoencoder
