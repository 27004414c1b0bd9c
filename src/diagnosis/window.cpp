#include "diagnosis/window.hpp"

namespace autoencoder::diagnosis {

WindowSums window_of(const Network& network, std::size_t l) {
    const Layer& layer = network.layer(l);
    const Window& w = layer.window;
    const Maps in{w.maps, w.height, w.width}, out = output_maps(network, l);
    const bool transposed = layer.kind == Kind::deconvolution;
    return {w, transposed ? in : out, transposed ? out : in};
}

void pad_after(WindowSums& sums) {
    const Window& w = sums.window;
    const auto moved = [&](std::size_t coarse, std::size_t fine, std::size_t kernel) {
        const std::size_t reach = (coarse - 1) * w.stride + kernel,
                          before = (reach > fine ? reach - fine : 0) / 2;
        return w.pad > before ? w.pad - before : 0;
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

Real to_coarse(const WindowSums& window, std::span<const double> W, const Real& fine) {
    Real coarse(fine.rows, window.coarse.units());
    for_rows(fine.rows, [&](std::size_t q) {
        window.for_ties([&](std::size_t at_coarse, std::size_t at_fine, std::size_t k) {
            coarse(q, at_coarse) += W[k] * fine(q, at_fine);
        });
    });
    return coarse;
}

Real to_fine(const WindowSums& window, std::span<const double> W, const Real& coarse) {
    Real fine(coarse.rows, window.fine.units());
    for_rows(coarse.rows, [&](std::size_t q) {
        window.for_ties([&](std::size_t at_coarse, std::size_t at_fine, std::size_t k) {
            fine(q, at_fine) += W[k] * coarse(q, at_coarse);
        });
    });
    return fine;
}

Real by_weight(const WindowSums& window, std::size_t weights, const Real& coarse,
               const Real& fine) {
    Real sums(1, weights);
    for (std::size_t q = 0; q < coarse.rows; ++q)
        window.for_ties([&](std::size_t at_coarse, std::size_t at_fine, std::size_t k) {
            sums(0, k) += coarse(q, at_coarse) * fine(q, at_fine);
        });
    return sums;
}

}  // namespace autoencoder::diagnosis
