// Activities in panels. H is (N × n): a row is a pattern, a column is a unit, as everywhere. In memory
// 32 patterns make a panel, and a panel holds unit after unit:
//
//     panel 0: h_0 of patterns 0…31 | h_1 of patterns 0…31 | …      panel 1: patterns 32…63 …
//
// So a product always finds its operand packed, and every sum over units runs along the vector lanes
// instead of across them. The last panel is padded with patterns that belong to nobody: they are
// computed along and never counted.
#pragma once

#include <cstddef>

#include "autoencoder/kernels.hpp"
#include "autoencoder/matrix.hpp"

namespace autoencoder {

/// A window on whole panels of somebody else's activities.
template <class T>
struct PanelView {
    T* data = nullptr;
    std::size_t patterns = 0, units = 0;

    /// Element (q, j): unit j of pattern q.
    T& operator()(std::size_t q, std::size_t j) const {
        return data[(q / kernels::panel_width * units + j) * kernels::panel_width +
                    q % kernels::panel_width];
    }
    std::size_t panels() const {
        return patterns / kernels::panel_width + (patterns % kernels::panel_width != 0);
    }
    /// Patterns first … first + count − 1; first is a multiple of 32.
    PanelView slice(std::size_t first, std::size_t count) const {
        return {data + first * units, count, units};
    }
    /// Panel p: units × 32 numbers.
    T* panel(std::size_t p) const { return data + p * units * kernels::panel_width; }
    /// As the products see it: units × patterns.
    kernels::Operand<T> operand() const {
        return {data, kernels::panel_width, kernels::panel_width * units, false, true};
    }
    operator PanelView<const T>() const
        requires(!std::is_const_v<T>)
    {
        return {data, patterns, units};
    }
};

/// Activities that own their numbers, all zero to begin with.
template <class T>
struct Panels {
    std::size_t patterns = 0, units = 0;
    Buffer<T> values;

    Panels() = default;
    Panels(std::size_t patterns_, std::size_t units_)
        : patterns(patterns_),
          units(units_),
          values(times(view().panels(), units, kernels::panel_width)) {}

    PanelView<T> view() { return {values.data(), patterns, units}; }
    PanelView<const T> view() const { return {values.data(), patterns, units}; }
    operator PanelView<T>() { return view(); }
    operator PanelView<const T>() const { return view(); }
    T& operator()(std::size_t q, std::size_t j) { return view()(q, j); }
    const T& operator()(std::size_t q, std::size_t j) const { return view()(q, j); }
};

/// Copies a row-major matrix (a row a pattern) into panels, and back. Shapes must agree.
template <class T>
void to_panels(View<const T> rows, PanelView<T> panels);
template <class T>
void from_panels(PanelView<const T> panels, View<T> rows);

}  // namespace autoencoder
