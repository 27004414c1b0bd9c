#include "diagnosis/window.hpp"

#include <algorithm>
#include <vector>

#include "autoencoder/products.hpp"

namespace autoencoder::diagnosis {
namespace {

/// Coarse from fine [N × fine]: what every place sees, weighted.
Real to_coarse(const WindowSums& window, std::span<const double> W, const Real& fine) {
    Real coarse(fine.rows, window.coarse.units());
    for_rows(fine.rows, [&](std::size_t q) {
        window.for_ties([&](std::size_t at_coarse, std::size_t at_fine, std::size_t k) {
            coarse(q, at_coarse) += W[k] * fine(q, at_fine);
        });
    });
    return coarse;
}

/// Fine from coarse: what every place saw, it writes.
Real to_fine(const WindowSums& window, std::span<const double> W, const Real& coarse) {
    Real fine(coarse.rows, window.fine.units());
    std::vector<std::size_t> last(window.overwritten ? fine.cols : 0);  // place of a map that writes there
    const std::size_t places = window.coarse.height * window.coarse.width;
    if (window.overwritten)
        window.for_ties([&](std::size_t at_coarse, std::size_t at_fine, std::size_t) {
            last[at_fine] = std::max(last[at_fine], at_coarse % places);
        });
    for_rows(coarse.rows, [&](std::size_t q) {
        window.for_ties([&](std::size_t at_coarse, std::size_t at_fine, std::size_t k) {
            if (last.empty() || last[at_fine] == at_coarse % places) fine(q, at_fine) += W[k] * coarse(q, at_coarse);
        });
    });
    return fine;
}

/// Σ over patterns and places of the coarse times the fine, a number a weight.
Real by_weight(const WindowSums& window, const Real& coarse, const Real& fine) {
    const Window& of = window.window;
    Real sums(1, window.coarse.count * window.fine.count * of.kernel_height * of.kernel_width);
    for (std::size_t q = 0; q < coarse.rows; ++q)
        window.for_ties([&](std::size_t at_coarse, std::size_t at_fine, std::size_t k) {
            sums(0, k) += coarse(q, at_coarse) * fine(q, at_fine);
        });
    return sums;
}

}  // namespace

WindowSums window_of(const Network& network, std::size_t l) {
    const Layer& layer = network.layer(l);
    const Window& w = layer.window;
    const Maps in{w.maps, w.height, w.width}, out = output_maps(network, l);
    const bool transposed = layer.kind == Kind::deconvolution;
    return {.window = w, .coarse = transposed ? in : out, .fine = transposed ? out : in};
}

void pad_after(WindowSums& sums) {
    const Window& w = sums.window;
    const auto moved = [&](std::size_t coarse, std::size_t fine, std::size_t kernel) {
        const std::size_t reach = (coarse - 1) * w.stride + kernel,
                          before = (reach > fine ? reach - fine : 0) / 2;
        return long(w.pad > before ? w.pad - before : 0);
    };
    sums.down = moved(sums.coarse.height, sums.fine.height, w.kernel_height);
    sums.right = moved(sums.coarse.width, sums.fine.width, w.kernel_width);
}

Real flattened(const Network& network, std::size_t l, const Real& values, std::size_t order,
               bool there) {
    const Maps maps = output_maps(network, l);
    const std::size_t sizes[] = {maps.count, maps.height, maps.width},
                      strides[] = {maps.height * maps.width, maps.width, 1};
    const auto [a, b, c] = flat_orders[order];
    Real result(values.rows, values.cols);
    for (std::size_t q = 0; q < values.rows; ++q)
        for (std::size_t k = 0; k < values.cols; ++k) {
            const std::size_t ours = k / (sizes[b] * sizes[c]) * strides[a] +
                                     k / sizes[c] % sizes[b] * strides[b] +
                                     k % sizes[c] * strides[c];
            (there ? result(q, k) : result(q, ours)) = there ? values(q, ours) : values(q, k);
        }
    return result;
}

LayerProducts::LayerProducts(const Network& network, std::size_t l, const WindowSums& window)
    : kind_(network.layer(l).kind),
      window_(window),
      in_(network.units(l - 1)),
      out_(network.net_inputs(l)) {}

std::size_t LayerProducts::inputs() const {
    if (kind_ == Kind::convolution) return window_.fine.count;
    return kind_ == Kind::deconvolution ? window_.coarse.count : in_;
}

Real LayerProducts::onward(std::span<const double> W, const Real& x) const {
    if (kind_ == Kind::convolution) return to_coarse(window_, W, x);
    if (kind_ == Kind::deconvolution) return to_fine(window_, W, x);
    Real result(x.rows, out_, unset);
    multiply<double>(x.view(), false, {W.data(), out_, in_}, true, result.view());
    return result;
}

Real LayerProducts::backward(std::span<const double> W, const Real& d) const {
    if (kind_ == Kind::convolution) return to_fine(window_, W, d);
    if (kind_ == Kind::deconvolution) return to_coarse(window_, W, d);
    Real result(d.rows, in_, unset);
    multiply<double>(d.view(), false, {W.data(), d.cols, in_}, false, result.view());
    return result;
}

Real LayerProducts::by_weight(const Real& d, const Real& x) const {
    if (kind_ == Kind::convolution) return diagnosis::by_weight(window_, d, x);
    if (kind_ == Kind::deconvolution) return diagnosis::by_weight(window_, x, d);
    Real result(d.cols, x.cols, unset);
    multiply<double>(d.view(), true, x.view(), false, result.view());
    return result;
}

WindowSums tied(WindowSums window, Ties ties) {
    if (ties == Ties::stride_one) window.stride = 1;
    if (ties == Ties::unpadded) window.pad = 0;
    window.overwritten = ties == Ties::overwritten;
    return window;
}

Real through_window(const Network& network, std::size_t l, const WindowSums& window, Ties ties, std::span<const double> W, const Real& d) {
    const bool convolution = network.layer(l).kind == Kind::convolution;
    const Maps out = convolution ? window.coarse : window.fine, in = convolution ? window.fine : window.coarse;
    const std::size_t n = window.window.kernel_height * window.window.kernel_width, places = out.height * out.width;
    std::vector<double> weights(W.begin(), W.end());
    Real some = d;
    if (ties == Ties::exchanged_maps && in.count == out.count)
        for (std::size_t k = 0; k < weights.size(); ++k) weights[k] = W[k / n % in.count * in.count * n + k / n / in.count * n + k % n];
    for (std::size_t q = 0; q < some.rows; ++q)
        for (std::size_t i = 0; i < some.cols; ++i)
            if ((ties == Ties::first_map && i / places != 0) || (ties == Ties::last_map && i / places != out.count - 1)) some(q, i) = 0;
    return LayerProducts(network, l, window).backward(weights, some);
}

Real gradient_by_window(const Network& network, std::size_t l, const WindowSums& window, Ties ties, const Real& d, const Real& x) {
    Real sums = LayerProducts(network, l, window).by_weight(d, x);
    if (ties != Ties::summed_maps) return sums;
    const bool convolution = network.layer(l).kind == Kind::convolution;
    const std::size_t n = window.window.kernel_height * window.window.kernel_width, inner = window.fine.count, outer = window.coarse.count;
    const Real own = sums;
    for (std::size_t k = 0; k < sums.values.size(); ++k) {
        sums.values[k] = 0;
        for (std::size_t c = 0; c < (convolution ? inner : outer); ++c)
            sums.values[k] += own.values[convolution ? (k / n / inner * inner + c) * n + k % n : (c * inner + k / n % inner) * n + k % n];
    }
    return sums;
}

bool is_square(const Network& network, std::size_t l) {
    return network.layer(l).kind == Kind::dense && network.units(l) == network.units(l - 1);
}

std::size_t mirror(const Network& network, std::size_t l) {
    const std::size_t opposite = network.depth() + 1 - l;
    const Layer &layer = network.layer(l), &other = network.layer(opposite);
    const auto below = [&](std::size_t of) {
        return of == 1 ? network.inputs : network.units(of - 1);
    };
    if (network.units(opposite) != below(l) || below(opposite) != network.units(l)) return 0;
    if (!has_window(layer) && !has_window(other)) return layer.kind == Kind::dense ? opposite : 0;
    if (!has_window(layer) || !has_window(other) || layer.kind == other.kind) return 0;
    const Window &window = layer.window, &its = other.window;
    const bool same = window.kernel_height == its.kernel_height &&
                      window.kernel_width == its.kernel_width &&
                      output_maps(network, l).count == its.maps &&
                      output_maps(network, opposite).count == window.maps;
    return same ? opposite : 0;
}

}  // namespace autoencoder::diagnosis
