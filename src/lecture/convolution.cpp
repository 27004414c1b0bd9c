// Convolutional autoencoder: a convolutional network encodes images, deconvolution decodes them. A
// window ties a fine image to a coarse one, by weights k_oc(a, b): coarse map o, fine map c.
//
//     s_o(u,v) = b_o + Σ_c Σ_a,b k_oc(a,b) x_c(stride·u + a − pad, stride·v + b − pad)   [convolve]
//     s_c(i,j) = b_c + Σ_o Σ_u,v k_oc(i + pad − stride·u, j + pad − stride·v) x_o(u,v)   [deconvolve]
//     ∂J^q/∂k_oc(a,b) = −Σ_u,v δ_o(u,v) x_c(stride·u + a − pad, stride·v + b − pad),
//     ∂J^q/∂b_o = −Σ_u,v δ_o(u,v), and by x the transpose of δ                    [convolve-gradient]
//
// Outside of an image x is 0, and so is k outside of the kernel. Each is the other's transpose: δ goes back
// through one by the other, and in ∂J/∂k of a deconvolution x and δ change places. The kernel is not
// flipped, as in every framework.
#include <algorithm>
#include <numeric>

#include "lecture/mistakes.hpp"

namespace autoencoder::lecture {
namespace {

/// What a place of these maps holds, where unit(…) holds it; 0 outside, also left of 0 (it wraps).
Image image(const Maps& maps, const OfUnit& unit) {
    return [=](size_t map, size_t row, size_t column) {
        const bool inside = row < maps.height && column < maps.width;
        return inside ? unit((map * maps.height + row) * maps.width + column) : Number(0);
    };
}

}  // namespace

std::pair<Maps, Maps> Lecture::images(size_t l) const {
    const Window& window = net.layer(l).window;
    const Maps in{window.maps, window.height, window.width}, out = output_maps(net, l);
    if (net.layer(l).kind == Kind::deconvolution) return {out, in};
    return {in, out};
}

Number Lecture::kernel(size_t l, size_t o, size_t c, size_t a, size_t b) const {
    const Window& window = net.layer(l).window;
    const Number w_ = w(l, o, (c * window.kernel_height + a) * window.kernel_width + b);
    if (!digits) return w_;
    const auto pair = [](size_t i, size_t j) {
        return std::to_string(i) + "," + std::to_string(j);
    };
    return name("k_" + pair(o + 1, c + 1) + "(" + pair(a, b) + ")", w_.value);
}

Number Lecture::kernel(size_t l, size_t o, size_t k) const {
    const Window& window = net.layer(l).window;
    const size_t width = window.kernel_width, places = window.kernel_height * width;
    return kernel(l, o, k / places, k % places / width, k % width);
}

Number Lecture::convolve(size_t l, const Image& x, size_t o, size_t u, size_t v) const {
    const Window& window = net.layer(l).window;
    Number sum = 0;
    for (size_t c = 0; c < images(l).first.count; ++c) {
        for (size_t a = 0; a < window.kernel_height; ++a) {
            for (size_t b = 0; b < window.kernel_width; ++b) {
                const size_t i = window.stride * u + a - window.pad;
                const size_t j = window.stride * v + b - window.pad;
                sum += kernel(l, o, c, a, b) * x(c, i, j);  // [convolve]
            }
        }
    }
    return sum;
}

Number Lecture::deconvolve(size_t l, const Image& x, size_t c, size_t i, size_t j) const {
    const Window& window = net.layer(l).window;
    const Maps coarse = images(l).second;
    Number sum = 0;
    for (size_t o = 0; o < coarse.count; ++o) {
        for (size_t u = 0; u < coarse.height; ++u) {
            for (size_t v = 0; v < coarse.width; ++v) {
                const size_t a = i + window.pad - window.stride * u;
                const size_t b = j + window.pad - window.stride * v;
                if (a < window.kernel_height && b < window.kernel_width)
                    sum += kernel(l, o, c, a, b) * x(o, u, v);  // [deconvolve]
            }
        }
    }
    return sum;
}

Number Lecture::through_window(size_t l, bool to_coarse, const OfUnit& x, size_t unit) const {
    const auto [fine, coarse] = images(l);
    const Maps& to = to_coarse ? coarse : fine;
    const size_t map = unit / to.places(), row = unit % to.places() / to.width;
    const size_t column = unit % to.width;
    return to_coarse ? convolve(l, image(fine, x), map, row, column)
                     : deconvolve(l, image(coarse, x), map, row, column);
}

Number Lecture::window_net_input(size_t l, size_t q, size_t i) const {
    const bool to_coarse = net.layer(l).kind == Kind::convolution;
    const Number bias = b(l, i / output_maps(net, l).places());
    return bias + through_window(
                      l, to_coarse, [&](size_t j) { return seen(l - 1, q, j); }, i);
}

Number Lecture::window_sum_of_deltas(size_t l, size_t q, size_t j) const {
    const bool to_coarse = net.layer(l + 1).kind == Kind::deconvolution;
    return through_window(
        l + 1, to_coarse, [&](size_t i) { return delta(l + 1, q, i); }, j);
}

Number Lecture::kernel_gradient(size_t l, size_t q, size_t o, size_t k) const {
    const Window& window = net.layer(l).window;
    const auto [fine, coarse] = images(l);
    const size_t c = k / (window.kernel_height * window.kernel_width);
    const size_t a = k / window.kernel_width % window.kernel_height, b = k % window.kernel_width;
    const OfUnit below = [&](size_t unit) { return seen(l - 1, q, unit); };
    const OfUnit error = [&](size_t unit) { return delta(l, q, unit); };
    const bool to_coarse = net.layer(l).kind == Kind::convolution;
    const Image x = image(fine, to_coarse ? below : error);
    const Image d = image(coarse, to_coarse ? error : below);
    Number sum = 0;
    for (size_t u = 0; u < coarse.height; ++u) {
        for (size_t v = 0; v < coarse.width; ++v) {
            const size_t i = window.stride * u + a - window.pad;
            const size_t j = window.stride * v + b - window.pad;
            sum -= d(o, u, v) * x(c, i, j);  // [convolve-gradient]
        }
    }
    return sum;
}

Number Lecture::map_bias_gradient(size_t l, size_t q, size_t map) const {
    const size_t places = output_maps(net, l).places();
    Number sum = 0;
    for (size_t place = 0; place < places; ++place) sum -= delta(l, q, map * places + place);
    return sum;
}

// Made fast in
//     src/kernels/convolution.hpp  gather_tile       convolve, deconvolve
//     src/kernels/convolution.hpp  correlation_tile  convolve-gradient

namespace {

using enum Activation;
using enum Kind;

struct Pane {
    Kind kind;
    size_t maps, kernel_height, kernel_width, stride, pad, output_pad;
    Activation activation;
};

/// Windows one behind the other, from one image.
Network chain(const Maps& image, const std::vector<Pane>& steps) {
    Network network;
    network.inputs = image.units();
    Maps maps = image;
    for (const Pane& s : steps) {
        const Window window{maps.count,     maps.height, maps.width, s.kernel_height,
                            s.kernel_width, s.stride,    s.pad,      s.output_pad};
        network.layers.push_back(window_layer(s.kind, window, s.maps, s.activation));
        maps = output_maps(network, network.depth());
    }
    return network;
}

/// Autoencoders of maps, on images that are not square; a dense head; more patterns than a panel.
std::vector<Example> convolutional() {
    const Network shallow = chain({1, 5, 4}, {{convolution, 2, 3, 3, 2, 1, 0, sigmoid},
                                              {deconvolution, 1, 3, 2, 2, 1, 0, sigmoid}});
    const Network deep = chain({2, 4, 6}, {{convolution, 3, 2, 3, 1, 0, 0, tanh},
                                           {convolution, 2, 3, 2, 2, 2, 0, sigmoid},
                                           {deconvolution, 3, 2, 3, 3, 2, 2, tanh},
                                           {deconvolution, 1, 1, 2, 1, 0, 0, linear}});
    Network bernoulli = chain({1, 4, 5}, {{convolution, 3, 4, 3, 3, 2, 0, tanh},
                                          {deconvolution, 2, 4, 4, 2, 0, 1, sigmoid}});
    bernoulli.loss = Loss::cross_entropy;
    Network head = chain({2, 5, 3}, {{deconvolution, 2, 2, 2, 1, 1, 0, tanh},
                                     {convolution, 3, 2, 2, 1, 0, 0, sigmoid}});
    head.layers.push_back({4, tanh});
    head.layers.push_back({3, softmax});
    head.loss = Loss::cross_entropy;
    return {make_example(shallow, 7, 1), make_example(deep, 33, 2), make_example(bernoulli, 3, 3),
            make_example(head, 5, 4)};
}

/// Classifiers on maps and an autoencoder with a dense code, with dropout: its masks, held fixed, are
/// those of dense hidden layers.
std::vector<Example> dropped_out() {
    const Network maps = chain({1, 6, 5}, {{convolution, 3, 3, 3, 2, 1, 0, tanh},
                                           {convolution, 4, 2, 2, 1, 0, 0, sigmoid}});
    const auto with_dense = [](Network network, const std::vector<Layer>& layers, Loss loss) {
        network.layers.insert(network.layers.end(), layers.begin(), layers.end());
        network.loss = loss;
        return network;
    };
    const Network wide = chain({3, 4, 3}, {{convolution, 2, 3, 2, 1, 1, 0, sigmoid}});
    Network code = with_dense(wide, {{6, tanh}, {2 * 2 * 3, sigmoid}}, Loss::squared_error);
    const Window back{2, 2, 3, 2, 2, 2, 0, 0};  // its maps are what a dense layer says
    code.layers.push_back(window_layer(deconvolution, back, 2, linear));
    const Network all[] = {
        with_dense(maps, {{5, softmax}}, Loss::cross_entropy),
        with_dense(maps, {{7, tanh}, {3, softmax}}, Loss::cross_entropy),
        with_dense(maps, {{6, sigmoid}, {4, tanh}, {2, linear}}, Loss::squared_error),
        with_dense(wide, {{9, sigmoid}, {4, softmax}}, Loss::cross_entropy), code};
    std::vector<Example> result;
    for (Network network : all) {
        network.dropout = 0.4;
        network.input_dropout = result.size() % 2 == 0 ? 0 : 0.2;
        result.push_back(make_example(network, 4 + 9 * result.size(), 20 + result.size()));
    }
    return result;
}

/// The windows of a network, each alone on a linear layer whose biases are, so to speak, its input: by
/// them the gradient is ∂J/∂x.
std::vector<Example> windows(const Network& network) {
    std::vector<Example> result;
    for (size_t l = 1; l <= network.depth(); ++l) {
        if (!has_window(network.layer(l))) continue;
        Network alone;
        alone.inputs = 1;
        alone.layers = {{network.units(l - 1), linear}, network.layer(l)};
        alone.layers[1].activation = linear;
        result.push_back(make_example(alone, 2, l));
    }
    return result;
}

/// ⟨A x, δ⟩ against ⟨x, Aᵀ δ⟩ of a window alone: A x is what goes forward, Aᵀ δ what goes back.
double adjoint_difference(Example alone) {
    std::ranges::fill(part<double>(alone.theta, layout(alone.network).find("b2")), 0.0);
    const Terms terms = production_terms(alone);
    const auto product = [](const Matrix<double>& a, const Matrix<double>& b) {
        return std::inner_product(a.values.begin(), a.values.end(), b.values.begin(), 0.0);
    };
    const double forward = product(terms.s[1], terms.delta[1]);
    const double back = product(terms.h[0], terms.delta[0]);
    return relative_difference({&forward, 1}, {&back, 1});
}

CheckResult deconvolve_check() {
    Findings findings;
    for (const Example& example : convolutional()) {
        examine(findings, example, with<Flipped<deconvolution>>, Shows::in_terms);
        for (const Example& alone : windows(example.network))
            findings.found(1, adjoint_difference(alone), term_tolerance);
    }
    return findings.result();
}

CheckResult convolve_gradient_check() {
    Findings findings;
    for (const Example& example : dropped_out()) examine(findings, example, right, Shows::nowhere);
    for (const Example& each : convolutional()) {
        Network network = each.network;
        network.weight_penalty = 0.01;
        network.dropout = 0.3;
        examine(findings, make_example(network, each.patterns(), 9), right, Shows::nowhere);
        for (const Example& alone : windows(each.network))
            examine(findings, alone, with<BiasOfOnePlace>, Shows::in_gradient);
    }
    return findings.result();
}

constexpr Check checks[] = {
    {"convolve", "kernel flipped",
     [] { return examine_all(convolutional(), with<Flipped<convolution>>, Shows::in_terms); }},
    {"deconvolve", "not the adjoint", deconvolve_check},
    {"convolve-gradient", "bias of one position", convolve_gradient_check},
};

}  // namespace

std::span<const Check> convolution_checks() { return checks; }

}  // namespace autoencoder::lecture
