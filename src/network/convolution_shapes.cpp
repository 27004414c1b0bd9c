// What fits on what: sizes of windows and images, and networks made of them.
#include <algorithm>
#include <string>

#include "autoencoder/activation.hpp"
#include "autoencoder/convolution.hpp"
#include "autoencoder/kernels.hpp"

namespace autoencoder {
namespace {

std::string size_text(std::size_t height, std::size_t width) {
    return std::to_string(height) + "×" + std::to_string(width);
}

}  // namespace

bool has_window(const Layer& layer) {
    return layer.kind == Kind::convolution || layer.kind == Kind::deconvolution;
}

Maps output_maps(Kind kind, const Window& w, std::size_t maps) {
    const bool transposed = kind == Kind::deconvolution;
    const std::string what = transposed ? "deconvolution" : "convolution";
    const std::string on = "a kernel of " + size_text(w.kernel_height, w.kernel_width) + ", stride " +
                           std::to_string(w.stride) + ", padding " + std::to_string(w.pad) +
                           ", output padding " + std::to_string(w.output_pad) + " on " +
                           std::to_string(w.maps) + " maps of " + size_text(w.height, w.width);
    require(w.maps > 0 && w.height > 0 && w.width > 0 && w.kernel_height > 0 && w.kernel_width > 0 &&
                w.stride > 0 && maps > 0,
            what + ": expected sizes and a stride of at least 1, found " + on + " to " +
                std::to_string(maps) + " maps");
    require(w.output_pad == 0 || (transposed && w.output_pad < w.stride),
            what + ": expected an output padding " +
                (transposed ? "smaller than the stride" : "of 0") + ", found " + on);
    const std::size_t pads = times(2, w.pad);
    const auto extent = [&](std::size_t size, std::size_t kernel) {
        const std::size_t grown =
            transposed ? plus(times(size - 1, w.stride), kernel, w.output_pad) : plus(size, pads);
        const bool empty = transposed ? grown <= pads : grown < kernel;
        require(!empty, what + ": the output would be empty: " + on);
        return transposed ? grown - pads : (grown - kernel) / w.stride + 1;
    };
    const Maps out{maps, extent(w.height, w.kernel_height), extent(w.width, w.kernel_width)};
    constexpr std::size_t most = (std::size_t{1} << 32) / kernels::panel_width;  // what a Tap can point at
    require(out.units() < most && times(w.maps, w.height, w.width) < most &&
                times(maps, w.maps, w.kernel_height, w.kernel_width) < most,
            what + ": too large: " + on + " to " + std::to_string(maps) + " maps");
    return out;
}

Maps output_maps(const Network& network, std::size_t l) {
    const Layer& layer = network.layer(l);
    const Window& w = layer.window;
    try {
        const Maps one = output_maps(layer.kind, w, 1);
        require(times(w.maps, w.height, w.width) == network.units(l - 1), [&] {
            return "the window takes " + std::to_string(w.maps) + " maps of " +
                   size_text(w.height, w.width) + ", but the layer before has " +
                   std::to_string(network.units(l - 1)) + " units";
        });
        require(layer.units > 0 && layer.units % one.places() == 0, [&] {
            return "expected units for whole maps of " + size_text(one.height, one.width) +
                   ", found " + std::to_string(layer.units);
        });
        return output_maps(layer.kind, w, layer.units / one.places());
    } catch (const std::invalid_argument& error) {
        throw std::invalid_argument("layer " + std::to_string(l) + ": " + error.what());
    }
}

Layer window_layer(Kind kind, const Window& window, std::size_t maps, Activation activation) {
    Layer layer;
    layer.kind = kind;
    layer.window = window;
    layer.units = output_maps(kind, window, maps).units();
    layer.activation = activation;
    return layer;
}

Network convolutional_autoencoder(const Maps& image, std::span<const std::size_t> maps,
                                  std::size_t kernel, std::size_t stride, Activation activation,
                                  Activation output) {
    require(!maps.empty(), "convolutional autoencoder: expected at least one layer of maps");
    // Wider windows see the whole image from everywhere, and beyond that nothing.
    const std::size_t widest = plus(times(2, std::max(image.height, image.width)), 1);
    require(kernel <= widest, [&] {
        return "kernel: expected at most " + std::to_string(widest) + " on an image of " +
               size_text(image.height, image.width) + ", found " + std::to_string(kernel);
    });
    Network network;
    network.inputs = image.units();
    std::vector<Maps> images = {image};
    Window window;
    window.kernel_height = window.kernel_width = kernel;
    window.stride = stride;
    window.pad = kernel / 2;
    const auto add = [&](Kind kind, const Maps& from, std::size_t to, Activation f) {
        window.maps = from.count;
        window.height = from.height;
        window.width = from.width;
        network.layers.push_back(window_layer(kind, window, to, f));
        return output_maps(network, network.depth());
    };
    for (const std::size_t count : maps)
        images.push_back(add(Kind::convolution, images.back(), count, activation));
    for (std::size_t l = maps.size(); l >= 1; --l) {
        const Maps &from = images[l], &to = images[l - 1];
        // What the division by the stride left over on the way down.
        const auto rest = [&](std::size_t size) { return (size + 2 * window.pad - kernel) % stride; };
        const std::size_t rows = rest(to.height), columns = rest(to.width);
        // The output padding is the same on both sides; where one needs more, its windows are longer.
        window.output_pad = std::min(rows, columns);
        window.kernel_height = kernel + rows - window.output_pad;
        window.kernel_width = kernel + columns - window.output_pad;
        add(Kind::deconvolution, from, to.count, l > 1 ? activation : output);
    }
    return network;
}

Network convolutional_autoencoder(const Maps& image, std::span<const std::size_t> maps,
                                  std::size_t kernel, std::size_t stride) {
    return convolutional_autoencoder(image, maps, kernel, stride, Activation::relu, Activation::sigmoid);
}

std::vector<std::size_t> weight_shape(const Network& network, std::size_t l) {
    const Layer& layer = network.layer(l);
    const Window& w = layer.window;
    std::size_t coarse = output_maps(network, l).count, fine = w.maps;
    if (layer.kind == Kind::deconvolution) std::swap(coarse, fine);
    return {coarse, fine, w.kernel_height, w.kernel_width};
}

}  // namespace autoencoder
