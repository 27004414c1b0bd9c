#include "network/gaussian.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include "autoencoder/elementwise.hpp"
#include "autoencoder/random.hpp"

namespace autoencoder {

template <class T>
void draw_noise(std::uint64_t seed, std::size_t epoch, std::span<const std::size_t> patterns,
                PanelView<T> noise) {
    constexpr std::size_t width = kernels::panel_width;
    constexpr std::uint64_t code_stream = std::uint64_t{1} << 63;  // far from all others of a seed
    require(patterns.size() == noise.patterns, "draw_noise: one row a pattern");
    in_parallel(noise.patterns, noise.units, width, [&](std::size_t begin, std::size_t end) {
        thread_local std::vector<double> row;
        row.resize(noise.units);
        T* panel = noise.panel(begin / width);
        std::fill_n(panel, noise.units * width, T(0));
        for (std::size_t i = begin; i < end; ++i) {
            Random random(seed, code_stream | (std::uint64_t{epoch} + 1) << 32 | patterns[i]);
            random.normal(row);
            for (std::size_t k = 0; k < row.size(); ++k) panel[k * width + i - begin] = T(row[k]);
        }
    });
}

template <class T>
Panels<T> drawn_noise(std::uint64_t seed, std::size_t patterns, std::size_t units) {
    std::vector<std::size_t> order(patterns);
    std::iota(order.begin(), order.end(), std::size_t{0});
    Panels<T> noise(patterns, units);
    draw_noise<T>(seed, 0, order, noise);
    return noise;
}

template void draw_noise(std::uint64_t, std::size_t, std::span<const std::size_t>, PanelView<float>);
template void draw_noise(std::uint64_t, std::size_t, std::span<const std::size_t>, PanelView<double>);
template Panels<float> drawn_noise(std::uint64_t, std::size_t, std::size_t);
template Panels<double> drawn_noise(std::uint64_t, std::size_t, std::size_t);

}  // namespace autoencoder
