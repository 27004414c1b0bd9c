// What is done to a tile of a product right after it was stored, while it is in the L1 cache: the
// activation forward, f' and the sparsity term backward, the weight penalty in the gradient.
#pragma once

#include "activation.hpp"
#include "autoencoder/kernels.hpp"
#include "step.hpp"
#include "stream.hpp"

namespace autoencoder {
namespace {

/// Where the element (i, j) of an operand is stored, counted from its first, and the element; an operand that
/// is not there has a place, and no element.
template <class T>
AUTOENCODER_INLINE std::size_t place(const kernels::Operand<T>& x, std::size_t i, std::size_t j) {
    return i * x.row + j / kernels::panel_width * x.panel + j % kernels::panel_width;
}
template <class T>
AUTOENCODER_INLINE T* at(const kernels::Operand<T>& x, std::size_t i, std::size_t j) {
    return x.data + place(x, i, j);
}

/// c = f(c), n of them.
template <class T, class V>
void activate_row(Activation activation, std::size_t n, T* c) {
    with_activation(activation, [&](auto f) {
        stream<T, V>(n, [&](std::size_t x, auto access) {
            access.store(c + x, apply<T>(f, access.load(c + x)));  // [encode] [decode]
        });
    });
}

/// c = (c · scale · mask − term) f'(h), n of them; mask may be none.
template <class T, class V>
void back_propagate_row(const kernels::Epilogue<T>& e, const T* h, const T* mask, T sparsity, std::size_t n, T* c) {
    const V term = V::all(sparsity), scale = V::all(e.scale);
    with_activation(e.f, [&](auto f) {
        stream<T, V>(n, [&](std::size_t x, auto access) {
            V sum = access.load(c + x);
            if (mask) sum = sum * (access.load(mask + x) * scale);  // [dropout]
            access.store(c + x, slope<T>(f, sum - term, access.load(h + x)));  // [delta-hidden] [delta-sparse]
        });
    });
}

/// take(at, g, x, access): ∂J/∂w, from a tile of sums that stands at c, for the weights from `at` on.
template <class T, class V, class Take>
AUTOENCODER_INLINE void each_gradient(const kernels::Epilogue<T>& e, std::size_t i, std::size_t rows, std::size_t j,
                                      std::size_t columns, const T* c, std::size_t c_row, const Take& take) {
    const V scale = V::all(e.scale), weight = V::all(e.weight);
    const bool penalised = e.weight != T(0);
    const T* const other = e.other.data;
    std::size_t row = place(e.other, i, j);
    for (std::size_t r = 0; r < rows; ++r, row += e.other.row) {
        stream<T, V>(columns, [&](std::size_t x, auto access) __attribute__((always_inline)) {
            V g = scale * access.load(c + r * c_row + x);  // [gradient]
            if (penalised) g = mul_add(weight, access.load(other + row + x), g);  // [weight-penalty-gradient]
            take(row + x, g, r * c_row + x, access);
        });
    }
}

/// The epilogue of a product on the tile of C from (i, j) on, which stands at c.
template <class T, class V>
void finish(const kernels::Product<T>& p, std::size_t i, std::size_t rows, std::size_t j,
            std::size_t columns, T* c, std::size_t c_row) {
    using kernels::Finish;
    const auto& e = p.epilogue;
    if (e.kind == Finish::none) return;
    if (e.kind == Finish::blend) {
        each_gradient<T, V>(e, i, rows, j, columns, c, c_row,
                            [&](std::size_t, V g, std::size_t x, auto access) { access.store(c + x, g); });
    } else if (e.kind == Finish::update) {
        const StepLanes<T, V> lanes(e.step);
        with_rule(e.step.rule, [&](auto rule) {
            each_gradient<T, V>(e, i, rows, j, columns, c, c_row,
                                [&](std::size_t at, V g, std::size_t, auto access) __attribute__((always_inline)) {
                                    lanes.take(rule, at, g, access);
                                });
        });
    } else {
        for (std::size_t r = 0; r < rows; ++r, c += c_row) {
            if (e.kind == Finish::activate) activate_row<T, V>(e.f, columns, c);
            else
                back_propagate_row<T, V>(e, at(e.other, i + r, j), e.mask.data ? at(e.mask, i + r, j) : nullptr,
                                         e.term ? e.term[i + r] : T(0), columns, c);
        }
    }
}

}  // namespace
}  // namespace autoencoder
