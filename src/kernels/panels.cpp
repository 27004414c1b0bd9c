#include "autoencoder/panels.hpp"

#include <string>

#include "autoencoder/elementwise.hpp"

namespace autoencoder {
namespace {

constexpr std::size_t width = kernels::panel_width;

void require_same_shape(const char* what, std::size_t rows, std::size_t cols, std::size_t patterns,
                        std::size_t units) {
    require(rows == patterns && cols == units, [&] {
        return std::string(what) + ": the matrix is " + std::to_string(rows) + "×" +
               std::to_string(cols) + " but the panels are " + std::to_string(patterns) + "×" +
               std::to_string(units);
    });
}

}  // namespace

template <class T>
void to_panels(View<const T> rows, PanelView<T> panels) {
    require_same_shape("to_panels", rows.rows, rows.cols, panels.patterns, panels.units);
    const auto& table = kernels::current().table<T>();
    in_parallel(panels.patterns, width, [&](std::size_t begin, std::size_t end) {
        T* panel = panels.panel(begin / width);
        table.transpose(rows.data + begin * rows.stride, rows.stride, end - begin, rows.cols, panel,
                        width);
        for (std::size_t j = 0; end - begin < width && j < panels.units; ++j) {
            for (std::size_t q = end - begin; q < width; ++q) panel[j * width + q] = 0;  // padding
        }
    });
}

template <class T>
void from_panels(PanelView<const T> panels, View<T> rows) {
    require_same_shape("from_panels", rows.rows, rows.cols, panels.patterns, panels.units);
    const auto& table = kernels::current().table<T>();
    in_parallel(panels.patterns, width, [&](std::size_t begin, std::size_t end) {
        table.transpose(panels.panel(begin / width), width, panels.units, end - begin,
                        rows.data + begin * rows.stride, rows.stride);
    });
}

template void to_panels(View<const float>, PanelView<float>);
template void to_panels(View<const double>, PanelView<double>);
template void from_panels(PanelView<const float>, View<float>);
template void from_panels(PanelView<const double>, View<double>);

}  // namespace autoencoder
