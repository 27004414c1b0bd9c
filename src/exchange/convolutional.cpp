#include "exchange/convolutional.hpp"

#include "autoencoder/activation.hpp"
#include "autoencoder/convolution.hpp"
#include "autoencoder/error.hpp"
#include "exchange/keys.hpp"
#include "base/npy.hpp"
#include "base/utf8.hpp"

namespace autoencoder {
namespace {

std::string numbered(const char* stem, std::size_t l) { return stem + std::to_string(l); }

std::size_t integer(const Archive& archive, const std::string& key, std::int64_t otherwise,
                    std::int64_t least) {
    const Array* array = archive.find(key);
    const std::int64_t value = array ? array->integer() : otherwise;
    if (value < least || value > 1'000'000)
        fail(place(archive, key), "expected an integer from " + std::to_string(least) +
                                      " to 1000000, found " + std::to_string(value));
    return std::size_t(value);
}

/// Height and width of the input: x's, or those of the images that a model was trained on.
Maps input_image(const Archive& archive) {
    if (const Array* x = archive.find("x")) {
        if (x->is_text() || x->shape.size() != 4 || x->size() == 0)
            fail(place(archive, "x"), "expected numbers of shape (N, C, H, W), found " + x->description());
        return {x->shape[1], x->shape[2], x->shape[3]};
    }
    for (const char* key : {"training_image_height", "training_image_width"})
        if (!archive.find(key)) archive.at("x");  // which says that x is missing
    return {0, integer(archive, "training_image_height", 1, 1),
            integer(archive, "training_image_width", 1, 1)};
}

/// W of a window: 4-D, with so many maps coming in (0: any number).
const Array& window_weights(const Archive& archive, std::size_t l, Kind kind, std::size_t maps) {
    const Array& W = archive.at(numbered("W", l));
    const bool transposed = kind == Kind::deconvolution;
    const std::string in = maps == 0 ? "in" : std::to_string(maps);
    if (W.is_text() || W.shape.size() != 4 || W.size() == 0 ||
        (maps > 0 && W.shape[transposed ? 0 : 1] != maps))
        fail(place(archive, numbered("W", l)),
             "layer " + std::to_string(l) + ": expected numbers of shape " +
                 (transposed ? "(" + in + ", out, kh, kw)" : "(out, " + in + ", kh, kw)") + ", found " +
                 W.description());
    return W;
}

Layer read_window(const Archive& archive, std::size_t l, Kind kind, const Maps& before) {
    const bool transposed = kind == Kind::deconvolution;
    const Array& W = window_weights(archive, l, kind, before.count);
    Window window;
    window.maps = W.shape[transposed ? 0 : 1];
    window.height = before.height;
    window.width = before.width;
    window.kernel_height = W.shape[2];
    window.kernel_width = W.shape[3];
    window.stride = integer(archive, numbered("stride", l), 1, 1);
    window.pad = integer(archive, numbered("pad", l), 0, 0);
    window.output_pad = integer(archive, numbered("output_pad", l), 0, 0);
    try {
        return window_layer(kind, window, W.shape[transposed ? 1 : 0], Activation::sigmoid);
    } catch (const std::invalid_argument& error) {
        fail(place(archive, numbered("W", l)), "layer " + std::to_string(l) + ": " + error.what());
    }
}

Layer read_dense(const Archive& archive, std::size_t l, std::size_t before) {
    const Array& W = archive.at(numbered("W", l));
    if (W.is_text() || W.shape.size() != 2 || W.size() == 0 || W.shape[1] != before)
        fail(place(archive, numbered("W", l)), "layer " + std::to_string(l) +
                                                   ": expected numbers of shape (out, " +
                                                   std::to_string(before) + "), found " + W.description());
    return {W.shape[0]};
}

}  // namespace

std::vector<std::string> convolutional_keys(std::size_t L) {
    std::vector<std::string> keys;
    for (std::size_t l = 1; l <= L; ++l)
        for (const char* stem : {"W", "b", "layer", "stride", "pad", "output_pad", "activation"})
            keys.push_back(numbered(stem, l));
    keys.insert(keys.end(), {"model", "activation", "loss", "weight_penalty", "sparsity_target",
                             "sparsity_weight", "sparse_layers", "dropout"});
    return keys;
}

Network read_windows(const Archive& archive, std::size_t L) {
    Network network;
    Maps maps = input_image(archive);
    for (std::size_t l = 1; l <= L; ++l) {
        const std::string key = numbered("layer", l), text = archive.at(key).text();
        const bool window = text == "conv" || text == "deconv";
        const bool follows = l == 1 || has_window(network.layers.back());
        if (!(window && follows) && !(text == "dense" && l > 1))
            fail(place(archive, key),
                 std::string("expected one of ") +
                     (follows ? "'conv', 'deconv'" : "'dense', which a dense layer before it asks for") +
                     ", found " + in_quotes(text));
        if (window) {
            const Kind kind = text == "conv" ? Kind::convolution : Kind::deconvolution;
            network.layers.push_back(read_window(archive, l, kind, maps));
            const Window& w = network.layers.back().window;
            if (l == 1) network.inputs = w.maps * w.height * w.width;
            maps = output_maps(network, l);
        } else {
            network.layers.push_back(read_dense(archive, l, network.units(l - 1)));
        }
    }
    return network;
}

void add_windows(Archive& archive, const Network& network) {
    for (std::size_t l = 1; l <= network.depth(); ++l) {
        const Layer& layer = network.layer(l);
        const bool window = has_window(layer);
        require(!window || l == 1 || has_window(network.layer(l - 1)),
                "layer " + std::to_string(l) +
                    ": a file cannot hold a window that follows on a dense layer");
        const bool transposed = layer.kind == Kind::deconvolution;
        archive.add(numbered("layer", l), window ? (transposed ? "deconv" : "conv") : "dense");
        if (!window) continue;
        archive.add(numbered("stride", l), layer.window.stride);
        archive.add(numbered("pad", l), layer.window.pad);
        archive.add(numbered("output_pad", l), layer.window.output_pad);
    }
    archive.add("training_image_height", network.layer(1).window.height);
    archive.add("training_image_width", network.layer(1).window.width);
}

Array::Shape pattern_shape(const Network& network, std::size_t l) {
    const Window& w = network.layer(l == 0 ? 1 : l).window;
    if (!has_window(network.layer(l == 0 ? 1 : l))) return {network.units(l)};
    if (l == 0) return {w.maps, w.height, w.width};
    const Maps maps = output_maps(network, l);
    return {maps.count, maps.height, maps.width};
}

}  // namespace autoencoder
