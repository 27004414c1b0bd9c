#include "diagnosis/axes.hpp"

#include "autoencoder/convolution.hpp"

namespace autoencoder::diagnosis {
namespace {

const Axes of_weights[] = {{0, 1}, {1, 0}};
const Axes of_weights_on_images[] = {{0, 1, 2, 3}, {0, 2, 3, 1}, {1, 2, 3, 0}, {2, 3, 1, 0}};
const Axes of_kernels[] = {{0, 1, 2, 3}, {0, 2, 3, 1}, {2, 3, 1, 0}, {1, 0, 2, 3},
                           {1, 2, 3, 0}, {2, 3, 0, 1}, {3, 2, 1, 0}};
const Axes of_images[] = {{0, 1, 2, 3}, {0, 2, 3, 1}, {1, 2, 3, 0}, {2, 3, 1, 0}, {3, 2, 1, 0}};
const Axes of_samples[] = {{0, 1}, {1, 0}};
const Axes of_others[] = {{}};

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

std::span<const Axes> orders_of(Sort sort) {
    if (sort == Sort::weights) return of_weights;
    if (sort == Sort::weights_on_images) return of_weights_on_images;
    if (sort == Sort::convolution || sort == Sort::deconvolution) return of_kernels;
    if (sort == Sort::samples) return of_samples;
    return sort == Sort::images ? std::span<const Axes>(of_images) : of_others;
}

const Axes& order_of(Sort sort, bool transposed, bool channels_last, bool columns) {
    const std::size_t last = channels_last ? 1 : 0;
    if (sort == Sort::other) return of_others[0];
    if (sort == Sort::images) return of_images[(columns ? 2u : 0u) + last];
    if (sort == Sort::samples) return of_samples[columns ? 1 : 0];
    if (sort == Sort::weights) return of_weights[transposed ? 1 : 0];
    if (sort == Sort::weights_on_images) return of_weights_on_images[(transposed ? 2u : 0u) + last];
    return of_kernels[(transposed ? 3u : 0u) + last];
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
        for (std::size_t i = 0; i < order.size(); ++i)
            places[k] += index[i] * strides[order[i]];
        for (std::size_t i = order.size(); i-- > 0;) {  // the last index runs fastest
            if (++index[i] < ours[order[i]]) break;
            index[i] = 0;
        }
    }
    return places;
}

std::vector<std::string> ids_of(Sort sort, const Axes& order) {
    if (sort == Sort::weights) return {"transposed-weights"};
    if (sort == Sort::samples) return {"column-samples"};
    std::vector<std::string> ids;
    if (sort == Sort::images) {
        const bool columns = order.back() == 0;
        if (columns) ids.push_back("column-samples");
        if (!columns || order[0] == 2) ids.push_back("channels-last");
        return ids;
    }
    const bool both = order == order_of(sort, true, true, false);
    const bool transposed = both || order == order_of(sort, true, false, false);
    if (transposed)
        ids.push_back(sort == Sort::weights_on_images ? "transposed-weights"
                                                      : "transposed-kernels");
    if (both || !transposed) ids.push_back("channels-last");
    return ids;
}

std::string words_of(Sort sort, const Axes& order) {
    if (sort == Sort::weights)
        return "their weights are stored (in, out), the transpose of ours";
    if (sort == Sort::samples) return "their patterns are in columns, ours are in rows";
    const bool images = sort == Sort::images, dense = sort == Sort::weights_on_images;
    std::vector<std::string> names = {"out", "in", "kh", "kw"};
    if (sort == Sort::deconvolution) std::swap(names[0], names[1]);
    if (images || dense) names = {images ? "N" : "out", "maps", "height", "width"};
    const std::string what = images  ? "images"
                             : dense ? "weights on images"
                             : sort == Sort::convolution ? "convolutions' kernels"
                                                         : "deconvolutions' kernels";
    return "their " + what + " are stored " + listed(names, order) + ", ours " +
           listed(names, {0, 1, 2, 3});
}

}  // namespace autoencoder::diagnosis
