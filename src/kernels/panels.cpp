#include "autoencoder/panels.hpp"

#include "autoencoder/elementwise.hpp"
#include "shapes.hpp"

namespace autoencoder {
namespace {

constexpr std::size_t width = kernels::panel_width;

}  // namespace

template <class T>
void to_panels(View<const T> rows, PanelView<T> panels) {
    kernels::require_shapes(rows.rows == panels.patterns && rows.cols == panels.units, "to_panels",
                            {{"the matrix", rows.rows, rows.cols}, {"panels", panels.patterns, panels.units}});
    const auto& table = kernels::current().table<T>();
    in_parallel(panels.patterns, panels.units, width, [&](std::size_t begin, std::size_t end) {
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
    kernels::require_shapes(rows.rows == panels.patterns && rows.cols == panels.units, "from_panels",
                            {{"the matrix", rows.rows, rows.cols}, {"panels", panels.patterns, panels.units}});
    const auto& table = kernels::current().table<T>();
    in_parallel(panels.patterns, panels.units, width, [&](std::size_t begin, std::size_t end) {
        table.transpose(panels.panel(begin / width), width, panels.units, end - begin,
                        rows.data + begin * rows.stride, rows.stride);
    });
}

template void to_panels(View<const float>, PanelView<float>);
template void to_panels(View<const double>, PanelView<double>);
template void from_panels(PanelView<const float>, View<float>);
template void from_panels(PanelView<const double>, View<double>);

}  // namespace autoencoder
