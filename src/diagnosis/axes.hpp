// The order of an array's axes, where people differ: a convention, no mistake.
//
//     dense weights     (out, in) or (in, out)
//     behind images     in is (maps, height, width), or (height, width, maps), flattened
//     kernels           (out, in, kh, kw) of conv, (in, out, kh, kw) of deconv, as in PyTorch;
//                       with the first two exchanged; with kh, kw between the two, or before them:
//                       (kh, kw, in, out) and (kh, kw, out, in) is Keras; all reversed is MATLAB
//     images            (N, maps, height, width) or (N, height, width, maps); with N last
//     samples           of dense layers: (N, units) or (units, N)
#pragma once

#include <span>
#include <string>
#include <vector>

#include "diagnosis/terms.hpp"

namespace autoencoder::diagnosis {

/// What an array holds. All of one sort are laid out alike.
enum class Sort { weights, weights_on_images, convolution, deconvolution, images, samples, other };
inline constexpr std::size_t sorts = 7;

/// The number of our axis that stands at each place of theirs.
using Axes = std::vector<std::size_t>;

/// Of axes, and the ids of the conventions that it is; the first that a convention is, is what is made of it
/// on purpose.
struct Order {
    Axes axes;
    std::vector<std::string> ids = {};
};

Sort sort_of(const Network& network, const Term& term);

/// The axes of a term, which are its shape but for weights on images: (out, maps, height, width).
Array::Shape axes_of(const Network& network, const Term& term);

/// Every order that a sort comes in, ours first.
std::span<const Order> orders_of(Sort sort);

/// The shape that an array has in that order.
Array::Shape shape_in(Sort sort, const Array::Shape& ours, const Axes& order);

/// Theirs from ours: number k of theirs is ours at places[k].
std::vector<std::size_t> places_in(const Array::Shape& ours, const Axes& order);

/// What an order that is not ours says of their arrays.
std::string words_of(Sort sort, const Axes& order);

}  // namespace autoencoder::diagnosis
