// A window as its formula says: four loops over what it writes and sees, for one pattern at a time.
//
//     coarse place (u, v), tap (a, b)  ↔  fine place (stride·u + a − pad, stride·v + b − pad)
#pragma once

#include <array>

#include "autoencoder/convolution.hpp"
#include "diagnosis/activity.hpp"

namespace autoencoder::diagnosis {

struct WindowSums {
    Window window;
    Maps coarse, fine;
    // How far the image lies below and right of where it belongs: output padding that stands before it, or
    // padding that stands after it.
    long down = 0, right = 0;
    std::size_t stride = window.stride, pad = window.pad;
    bool overwritten = false;  // what a place writes stands alone, where the next one writes too
    bool flipped = false;  // the kernel turned by 180°
    Border border = Border::zeros;

    /// The place in the image that stands for one beyond its border; `size`: none does.
    std::size_t beyond(long place, std::size_t size) const {
        const long n = long(size);
        if (border == Border::edge) place = place < 0 ? 0 : n - 1;
        if (border == Border::mirrored) place = place < 0 ? -place : 2 * (n - 1) - place;
        if (border == Border::circular) place = (place + n) % n;
        return border == Border::zeros || place < 0 || place >= n ? size : std::size_t(place);
    }

    /// body(place in the coarse image, place in the fine one, number in W) for all that is tied.
    template <class Body>
    void for_ties(const Body& body) const {
        const std::size_t kh = window.kernel_height, kw = window.kernel_width;
        const auto fine_place = [&](std::size_t u, std::size_t a, std::size_t size, long shift) {
            const long at = long(stride * u + a) + shift - long(pad);
            return at < 0 || at >= long(size) ? beyond(at, size) : std::size_t(at);
        };
        for (std::size_t o = 0; o < coarse.count; ++o)
            for (std::size_t c = 0; c < fine.count; ++c)
                for (std::size_t u = 0; u < coarse.height; ++u)
                    for (std::size_t a = 0; a < kh; ++a) {
                        const std::size_t i = fine_place(u, a, fine.height, down);
                        if (i == fine.height) continue;
                        for (std::size_t v = 0; v < coarse.width; ++v)
                            for (std::size_t b = 0; b < kw; ++b) {
                                const std::size_t j = fine_place(v, b, fine.width, right);
                                if (j == fine.width) continue;
                                const std::size_t tap = a * kw + b;
                                body((o * coarse.height + u) * coarse.width + v,
                                     (c * fine.height + i) * fine.width + j,
                                     (o * fine.count + c) * kh * kw +
                                         (flipped ? kh * kw - 1 - tap : tap));
                            }
                    }
    }
};

/// The window of layer l: for a convolution coarse is its output, for a deconvolution its input.
WindowSums window_of(const Network& network, std::size_t l);

/// As 'same' pads: what an image needs, half of it before, an odd one after (TensorFlow).
void pad_after(WindowSums& window);

/// The orders in which maps may be flattened, ours first: 0 maps, 1 height, 2 width.
inline constexpr std::array<std::size_t, 3> flat_orders[] = {
    {0, 1, 2}, {1, 2, 0}, {0, 2, 1}, {2, 1, 0}};

/// The numbers of each pattern's maps in one of these orders, or `there` = false back from it.
Real flattened(const Network& network, std::size_t l, const Real& values, std::size_t order,
               bool there);

/// The three products of a layer, with its weights or with others of their shape.
class LayerProducts {
public:
    LayerProducts(const Network& network, std::size_t l, const WindowSums& window);
    LayerProducts(const Network& network, std::size_t l)
        : LayerProducts(network, l,
                        has_window(network.layer(l)) ? window_of(network, l) : WindowSums{}) {}

    /// W x (encode): what every place of a convolution sees (convolve), what every place of its
    /// transpose writes (deconvolve).
    Real onward(std::span<const double> W, const Real& x) const;
    /// Wᵀ d.
    Real backward(std::span<const double> W, const Real& d) const;
    /// Σ_q d x (gradient), over the places too (convolve-gradient): (out × in), or a row.
    Real by_weight(const Real& d, const Real& x) const;
    /// The units, or maps, that it takes.
    std::size_t inputs() const;

private:
    Kind kind_;
    WindowSums window_;
    std::size_t in_, out_;
};

/// Whether a layer is one of those whose window takes δ back otherwise.
inline bool is_of(const WindowBack& how, const Layer& layer) {
    return how.ties != Ties::right && (layer.kind == Kind::convolution ? how.whose.of_convolution : how.whose.of_deconvolution);
}
/// The window with such ties.
WindowSums tied(WindowSums window, Ties ties);
/// Wᵀδ of a layer through it, or the gradient of its kernel.
Real through_window(const Network& network, std::size_t l, const WindowSums& window, Ties ties, std::span<const double> W, const Real& d);
Real gradient_by_window(const Network& network, std::size_t l, const WindowSums& window, Ties ties, const Real& d, const Real& x);

/// The layer whose weights have the form that those of layer l have transposed: the first layer's opposite
/// is the last, and so on inwards; 0: none. Of a gaussian layer the weights of μ are meant.
std::size_t mirror(const Network& network, std::size_t l);

/// Whether the weights of layer l are a matrix whose shape is its transpose's.
bool is_square(const Network& network, std::size_t l);

}  // namespace autoencoder::diagnosis
