// Convolution and its transpose, as layers of a network. A window ties two images together, a fine one
// and a coarse one, by weights k (coarse map o, fine map c, row a, column b):
//
//     convolution     fine → coarse    s_o(u, v) = b_o + Σ_c Σ_a,b k_oc(a, b) x_c(stride·u + a − pad,
//                                                                                stride·v + b − pad)
//     deconvolution   coarse → fine    the transpose: what (u, v) read, it writes; b_c to every place
//
// Cross-correlation, as every framework has it: the kernel is not flipped. Places outside of an image
// count as 0. The two need one another: δ goes back through a convolution by the deconvolution, and
// through a deconvolution by the convolution; the kernel's gradient is the same sum for both.
//
//     coarse size = ⌊(fine + 2 pad − kernel) / stride⌋ + 1
//     fine size   = (coarse − 1) stride − 2 pad + kernel + output pad      (output pad < stride)
//
// Shapes and names are PyTorch's (Conv2d, ConvTranspose2d). No dilation, no groups.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "autoencoder/network.hpp"
#include "autoencoder/panels.hpp"
#include "autoencoder/products.hpp"

namespace autoencoder {

/// A stack of images of one size; a unit is (map, row, column), the column running fastest.
struct Maps {
    std::size_t count = 0, height = 0, width = 0;

    std::size_t places() const { return times(height, width); }
    std::size_t units() const { return times(count, places()); }
    bool operator==(const Maps&) const = default;
};

/// Whether a layer is a convolution or a deconvolution.
bool has_window(const Layer& layer);

/// The image that a layer with a window makes of its maps: `maps` of them. Throws
/// std::invalid_argument where it would be empty, a size or the stride is 0, or the output padding is
/// not smaller than the stride (for a convolution: not 0).
Maps output_maps(Kind kind, const Window& window, std::size_t maps);
/// The same for layer l of a network, by its units. Throws std::invalid_argument, which names the
/// layer, also if the window's maps are not as many units as the layer before has, or the layer's
/// units are not a number of whole maps.
Maps output_maps(const Network& network, std::size_t l);

/// A layer that puts this window on the image it names, and makes `maps` maps.
Layer window_layer(Kind kind, const Window& window, std::size_t maps, Activation activation);

/// An autoencoder of windows on one image: convolutions to these numbers of maps, and deconvolutions
/// back, all with a square kernel, padded by half of it; a deconvolution's is longer where one output
/// padding cannot restore both sides. Throws std::invalid_argument where they do not fit the image.
Network convolutional_autoencoder(const Maps& image, std::span<const std::size_t> maps,
                                  std::size_t kernel, std::size_t stride, Activation activation,
                                  Activation output);
/// The same of relus, with an output of sigmoids.
Network convolutional_autoencoder(const Maps& image, std::span<const std::size_t> maps,
                                  std::size_t kernel, std::size_t stride);

/// Shape of the weights: (out, in, height, width) of a convolution, (in, out, height, width) of a
/// deconvolution; that is (coarse, fine, …) for both.
std::vector<std::size_t> weight_shape(const Network& network, std::size_t l);

/// Where the rows of a window stand, worked out once for a layer, and working memory for its sums.
template <class T>
class Convolution {
public:
    Convolution() = default;
    /// Of layer l; for at most so many patterns at a time in the gradient. Throws as output_maps does.
    Convolution(const Network& network, std::size_t l, std::size_t patterns);

    const Maps& in() const { return transposed_ ? coarse_ : fine_; }
    const Maps& out() const { return transposed_ ? fine_ : coarse_; }

    /// H = f(s): x [N×in], W, b [maps out], H [N×out].
    void forward(std::span<const T> W, std::span<const T> b, Activation f, PanelView<const T> x,
                 PanelView<T> h);
    /// Δ′ of the layer before: the transpose of Δ, times mask and f′ as for a dense layer.
    void back_propagate(std::span<const T> W, PanelView<const T> delta, const BackPropagation<T>& rule,
                        PanelView<T> before);
    /// G (+)= Σ over patterns and places of δ times what its window saw; after the last share
    /// G = scale · G + λ W, and the optimiser's step if there is one.
    void weight_gradient(PanelView<const T> delta, PanelView<const T> h, const Share<T>& share,
                         std::span<const T> W, std::span<T> gradient);
    /// sums_i += Σ over patterns and places of δ in map i: sums [maps out].
    void add_sums(PanelView<const T> delta, std::span<double> sums) const;

private:
    /// Places that have the same taps.
    struct Group {
        std::vector<kernels::Tap> taps;
        std::vector<kernels::Place> places;
    };
    /// Taps whose gradients are summed together, and where their rows stand for each coarse place.
    struct Sums {
        std::size_t first_tap = 0, taps = 0;
        std::vector<std::uint32_t> places, rows;
    };
    std::vector<Group> gather_groups(bool to_fine) const;
    void find_sums();
    void gather(bool to_fine, std::span<const T> W, PanelView<const T> from, PanelView<T> to,
                const T* bias, const kernels::Epilogue<T>& epilogue);

    bool transposed_ = false;  // a deconvolution
    Maps fine_, coarse_;
    Window window_;
    std::vector<Group> to_coarse_, to_fine_;
    std::vector<Sums> sums_;
    Buffer<T> weights_;       // of all maps written, a tap after the other
    Buffer<T> by_pattern_;    // the coarse panels, [place][pattern][lanes] each
    Buffer<T> panel_sums_;    // the gradient's sums, panel by panel: [fine map][tap][lanes] each
    Buffer<T> total_;         // and over the panels so far
};

}  // namespace autoencoder
