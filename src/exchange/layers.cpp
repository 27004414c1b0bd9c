#include "exchange/layers.hpp"

#include <algorithm>
#include <charconv>

#include "autoencoder/activation.hpp"
#include "autoencoder/convolution.hpp"
#include "autoencoder/text.hpp"
#include "exchange/keys.hpp"
#include "exchange/network.hpp"

namespace autoencoder {
namespace {

/// L, by the names W1 … WL, which need not be complete; at least 1.
std::size_t depth_of(const Archive& archive) {
    std::size_t L = 1;
    for (const auto& [key, array] : archive.entries) {
        std::size_t l = 0;
        const char* end = key.data() + key.size();
        if (key.size() < 2 || key[0] != 'W') continue;
        const auto number = std::from_chars(key.data() + 1, end, l);
        // More layers than entries are not a network, and not worth a list of their names.
        if (number.ptr == end && l <= archive.entries.size()) L = std::max(L, l);
    }
    return L;
}

/// The maps that the first window takes: x's, or the images' that a model was trained on.
Maps input_image(const Archive& archive) {
    if (archive.find("x")) {
        const Array& x =
            shaped(archive, "x", {0, 0, 0, 0}, "expected numbers of shape (N, C, H, W)");
        return {x.shape[1], x.shape[2], x.shape[3]};
    }
    for (const char* key : {"training_image_height", "training_image_width"})
        if (!archive.find(key)) archive.at("x");  // which says that x is missing
    return {0, integer_or(archive, "training_image_height", 1, 1),
            integer_or(archive, "training_image_width", 1, 1)};
}

/// What layer l of a convolutional network is; windows do not follow on a dense layer.
Kind kind_of(const Archive& archive, const Network& network, std::size_t l) {
    const std::string key = numbered("layer", l), text = archive.at(key).text();
    const bool follows = l == 1 || has_window(network.layer(l - 1));
    if (follows && text == "conv") return Kind::convolution;
    if (follows && text == "deconv") return Kind::deconvolution;
    if (l > 1 && text == "dense") return Kind::dense;
    fail(place(archive, key),
         std::string("expected one of ") +
             (follows ? "'conv', 'deconv'" : "'dense', which a dense layer before it asks for") +
             ", found " + in_quotes(text));
}

/// Layer l, a window on these maps; their number may be 0: any.
Layer read_window(const Archive& archive, std::size_t l, Kind kind, const Maps& before) {
    const bool transposed = kind == Kind::deconvolution;
    const std::string key = numbered("W", l), layer = "layer " + std::to_string(l) + ": ";
    const std::string in = before.count == 0 ? "in" : std::to_string(before.count);
    Array::Shape extents(4, 0);
    extents[transposed ? 0 : 1] = before.count;
    const Array& W = shaped(archive, key, extents,
                            layer + "expected numbers of shape " +
                                (transposed ? "(" + in + ", out" : "(out, " + in) + ", kh, kw)");
    Window window;
    window.maps = W.shape[transposed ? 0 : 1];
    window.height = before.height;
    window.width = before.width;
    window.kernel_height = W.shape[2];
    window.kernel_width = W.shape[3];
    window.stride = integer_or(archive, numbered("stride", l), 1, 1);
    window.pad = integer_or(archive, numbered("pad", l), 0, 0);
    window.output_pad = integer_or(archive, numbered("output_pad", l), 0, 0);
    try {
        return window_layer(kind, window, W.shape[transposed ? 1 : 0], Activation::sigmoid);
    } catch (const std::invalid_argument& error) {
        fail(place(archive, key), layer + error.what());
    }
}

/// A padding or a stride are but a number: what they make of an image is held to the size of what the file
/// has, the image, the target or the kernel.
void require_grown_by_data(const Archive& archive, const Network& network, std::size_t l) {
    constexpr std::size_t most = 64;  // times as large: three layers that double each side
    const Layer &first = network.layer(1), &layer = network.layer(l);
    std::size_t known = std::max(first.window.height * first.window.width,
                                 layer.window.kernel_height * layer.window.kernel_width);
    if (const Array* y = archive.find("y"); y && !y->shape.empty() && y->shape[0] > 0)
        known = std::max(known, y->size() / y->shape[0]);
    const Maps maps = output_maps(network, l);
    if (maps.places() <= times(most, known)) return;
    fail(place(archive, numbered("layer", l)),
         "expected maps of at most " + std::to_string(most) +
             " times the size of the image, the target or the kernel, found " +
             size_text(maps.height, maps.width) + " with stride " +
             std::to_string(layer.window.stride) + " and padding " + std::to_string(layer.window.pad));
}

/// Whether W is (in, out), by what comes before it, or by x and b where nothing does.
bool looks_transposed(const Archive& archive, const Array& W, std::size_t before, const std::string& bias) {
    if (W.shape.size() != 2 || W.shape[0] == W.shape[1]) return false;
    if (before > 0) return W.shape[0] == before && W.shape[1] != before;
    // Neither may speak for (out, in), and one has to speak for (in, out).
    const Array *x = archive.find("x"), *b = archive.find(bias);
    const std::size_t inputs = x && x->shape.size() == 2 ? x->shape[1] : 0, units = b ? b->size() : 0;
    if (inputs == W.shape[1] || units == W.shape[0]) return false;
    return inputs == W.shape[0] || units == W.shape[1];
}

/// An autoencoder, with two heads and a bias of the same shape each.
void require_variational(const Archive& archive, const Network& network) {
    const Layout blocks = layout_in_file(network);
    if (network.units(network.depth()) != network.inputs) {
        const std::string& last = blocks.blocks[blocks.blocks.size() - 2].name;
        fail(place(archive, last), "expected as many outputs as inputs, " +
                                       std::to_string(network.inputs) + ", found " +
                                       archive.at(last).description());
    }
    for (const Block& block : blocks.blocks) {
        const Array& array = archive.at(block.name);
        if (!array.is_text() && array.shape == block.shape) continue;
        const Array expected(block.shape, std::vector<double>(block.size));
        fail(place(archive, block.name), "expected " + expected.description() + ", found " + array.description());
    }
}

}  // namespace

Family family_of(const Archive& archive) {
    const Array* model = archive.find("model");
    const std::string text = model ? model->text() : "network";
    if (text == "network") return dense;
    if (text == "convolutional") return windows;
    if (text == "variational") return variational;
    fail(place(archive, "model"),
         "expected 'network', 'convolutional' or 'variational', found " + in_quotes(text));
}

Network layers_of(const Archive& archive, Family family) {
    Network network;
    const auto add = [&](const char* weights, std::size_t least) {
        std::size_t count = 0;
        while (archive.find(numbered(weights, count + 1))) ++count;
        network.layers.resize(network.depth() + std::max(count, least));
    };
    if (family != variational) {
        network.layers.resize(depth_of(archive));
        return network;
    }
    add("enc_W", 0);
    network.layers.push_back({0, Activation::linear, false, Kind::gaussian});
    add("dec_W", 1);
    return network;
}

void read_layers(const Archive& archive, Family family, Network& network) {
    const Layout names = layout_in_file(network);
    const std::size_t code = network.gaussian_layer();
    Maps maps = family == windows ? input_image(archive) : Maps{};
    for (std::size_t l = 1; l <= network.depth(); ++l) {
        Layer& layer = network.layers[l - 1];
        const Kind kind = family == windows ? kind_of(archive, network, l) : layer.kind;
        if (kind == Kind::convolution || kind == Kind::deconvolution) {
            layer = read_window(archive, l, kind, maps);
            const Window& w = layer.window;
            if (l == 1) network.inputs = w.maps * w.height * w.width;
            maps = output_maps(network, l);
            require_grown_by_data(archive, network, l);
            continue;
        }
        const bool after_code = code > 0 && l > code;  // which has two W and two b
        const std::string& key = names.blocks[2 * (l - 1) + (after_code ? 2 : 0)].name;
        const std::size_t before = network.units(l - 1);
        const std::string number = std::to_string(l);
        if (looks_transposed(archive, archive.at(key), before, names.blocks[2 * (l - 1) + 1].name))
            fail(place(archive, key), "expected numbers of shape (out, in), found " +
                                          archive.at(key).description() +
                                          ", which looks transposed: give its transpose");
        const std::string rows = family == dense ? "n_" + number : family == windows ? "out" : "units";
        const Array& W = shaped(archive, key, {0, before},
                                (family == windows ? "layer " + number + ": " : "") +
                                    "expected numbers of shape (" + rows + ", " +
                                    (l == 1 ? "n_0" : std::to_string(before)) + ")");
        layer.units = W.shape[0];
        if (l == 1) network.inputs = W.shape[1];
    }
    if (family == variational) require_variational(archive, network);
}

}  // namespace autoencoder
