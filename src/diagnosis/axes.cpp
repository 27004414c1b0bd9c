#include "diagnosis/axes.hpp"

#include "autoencoder/convolution.hpp"

namespace autoencoder::diagnosis {
namespace {

const std::string last = "channels-last", columns = "column-samples",
                  transposed = "transposed-weights", kernels = "transposed-kernels";
const Order of_weights[] = {{{0, 1}}, {{1, 0}, {transposed}}};
const Order of_weights_on_images[] = {{{0, 1, 2, 3}},
                                      {{0, 2, 3, 1}, {last}},
                                      {{1, 2, 3, 0}, {transposed}},
                                      {{2, 3, 1, 0}, {transposed, last}}};
const Order of_kernels[] = {{{0, 1, 2, 3}},
                            {{0, 2, 3, 1}, {last}},
                            {{2, 3, 1, 0}, {last}},
                            {{1, 0, 2, 3}, {kernels}},
                            {{1, 2, 3, 0}, {kernels, last}},
                            {{2, 3, 0, 1}, {last}},
                            {{3, 2, 1, 0}, {last}}};
const Order of_images[] = {{{0, 1, 2, 3}},
                           {{0, 2, 3, 1}, {last}},
                           {{1, 2, 3, 0}, {columns}},
                           {{2, 3, 1, 0}, {columns, last}},
                           {{3, 2, 1, 0}, {columns}}};
const Order of_samples[] = {{{0, 1}}, {{1, 0}, {columns}}};
const Order of_others[] = {{{}}};

/// "(out, kh, kw, in)".
std::string listed(const std::vector<std::string>& names, const Axes& order) {
    std::string text;
    for (const std::size_t axis : order) text += (text.empty() ? "(" : ", ") + names[axis];
    return text + ")";
}

}  // namespace

Sort sort_of(const Network& network, const Term& term) {
    const std::size_t l = term.layer;
    if (term.what == What::weights) {
        const Kind kind = network.layer(l).kind;
        if (kind == Kind::convolution) return Sort::convolution;
        if (kind == Kind::deconvolution) return Sort::deconvolution;
        return l > 1 && has_window(network.layer(l - 1)) ? Sort::weights_on_images : Sort::weights;
    }
    if (!term.is_sample()) return Sort::other;
    return has_window(network.layer(l)) ? Sort::images : Sort::samples;
}

Array::Shape axes_of(const Network& network, const Term& term) {
    if (sort_of(network, term) != Sort::weights_on_images) return term.shape;
    const Maps in = output_maps(network, term.layer - 1);
    return {term.shape[0], in.count, in.height, in.width};
}

std::span<const Order> orders_of(Sort sort) {
    if (sort == Sort::weights) return of_weights;
    if (sort == Sort::weights_on_images) return of_weights_on_images;
    if (sort == Sort::convolution || sort == Sort::deconvolution) return of_kernels;
    if (sort == Sort::samples) return of_samples;
    return sort == Sort::images ? std::span<const Order>(of_images) : of_others;
}

Array::Shape shape_in(Sort sort, const Array::Shape& ours, const Axes& order) {
    if (sort == Sort::other) return ours;
    Array::Shape shape;
    for (const std::size_t axis : order) shape.push_back(ours[axis]);
    if (sort != Sort::weights_on_images) return shape;
    const std::size_t out = ours[0], in = ours[1] * ours[2] * ours[3];
    return order[0] == 0 ? Array::Shape{out, in} : Array::Shape{in, out};
}

std::vector<std::size_t> places_in(const Array::Shape& ours, const Axes& order) {
    std::size_t size = 1;
    std::vector<std::size_t> strides(ours.size());
    for (std::size_t axis = ours.size(); axis-- > 0;) {
        strides[axis] = size;
        size *= ours[axis];
    }
    std::vector<std::size_t> places(size), index(order.size());
    for (std::size_t k = 0; k < size; ++k) {
        if (order.empty()) places[k] = k;
        for (std::size_t i = 0; i < order.size(); ++i) places[k] += index[i] * strides[order[i]];
        for (std::size_t i = order.size(); i-- > 0;) {  // the last index runs fastest
            if (++index[i] < ours[order[i]]) break;
            index[i] = 0;
        }
    }
    return places;
}

std::string words_of(Sort sort, const Axes& order) {
    if (sort == Sort::weights) return "their weights are stored (in, out), the transpose of ours";
    if (sort == Sort::samples) return "their patterns are in columns, ours are in rows";
    const bool images = sort == Sort::images, dense = sort == Sort::weights_on_images;
    std::vector<std::string> names = {"out", "in", "kh", "kw"};
    if (sort == Sort::deconvolution) std::swap(names[0], names[1]);
    if (images || dense) names = {images ? "N" : "out", "maps", "height", "width"};
    const std::string what = images                      ? "images"
                             : dense                     ? "weights on images"
                             : sort == Sort::convolution ? "convolutions' kernels"
                                                         : "deconvolutions' kernels";
    return "their " + what + " are stored " + listed(names, order) + ", ours " +
           listed(names, {0, 1, 2, 3});
}

}  // namespace autoencoder::diagnosis
