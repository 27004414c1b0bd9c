#include "diagnosis/window.hpp"

namespace autoencoder::diagnosis {

WindowSums window_of(const Network& network, std::size_t l) {
    const Layer& layer = network.layer(l);
    const Window& w = layer.window;
    const Maps in{w.maps, w.height, w.width}, out = output_maps(network, l);
    const bool transposed = layer.kind == Kind::deconvolution;
    return {w, transposed ? in : out, transposed ? out : in};
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
