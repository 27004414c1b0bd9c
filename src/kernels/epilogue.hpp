// What is done to a tile of a product right after it was stored, while it is in the L1 cache: the
// activation forward, f' and the sparsity term backward, the weight penalty in the gradient.
#pragma once

#include "activation.hpp"
#include "autoencoder/kernels.hpp"
#include "step.hpp"
#include "stream.hpp"

namespace autoencoder {
namespace {

/// The element (i, j) of an operand as it is stored.
template <class T>
AUTOENCODER_INLINE T* at(const kernels::Operand<T>& x, std::size_t i, std::size_t j) {
    return x.data + i * x.row + j / kernels::panel_width * x.panel + j % kernels::panel_width;
}

/// c = (c · scale · mask − term) f'(h) for n elements of row i from column j on
template <class T, class V>
void back_propagate_row(const kernels::Epilogue<T>& e, std::size_t i, std::size_t j, std::size_t n, T* c) {
    const T* h = at(e.other, i, j);
    const T* mask = e.mask.data ? at(e.mask, i, j) : nullptr;
    const V term = V::all(e.term ? e.term[i] : T(0)), scale = V::all(e.scale);
    with_activation(e.f, [&](auto f) {
        stream<T, V>(n, [&](std::size_t x, auto access) {
            V sum = access.load(c + x);
            if (mask) sum = sum * (access.load(mask + x) * scale);  // [dropout]
            access.store(c + x, slope<T>(f, sum - term, access.load(h + x)));  // [delta-hidden] [delta-sparse]
        });
    });
}

/// ∂J/∂w = scale Σ δ h + λ w, straight on into a step of the optimiser: rows of a tile from (i, j) on.
template <class T, class V>
void finish_update(const kernels::Epilogue<T>& e, std::size_t i, std::size_t rows, std::size_t j,
                   std::size_t columns, const T* c, std::size_t c_row) {
    const StepLanes<T, V> lanes(e.step);
    const V scale = V::all(e.scale), weight = V::all(e.weight);
    const bool penalised = e.weight != T(0);
    const T* const other = e.other.data;
    const T* row = at(e.other, i, j);
    const std::size_t stride = e.other.row;
    with_rule(e.step.rule, [&](auto rule) {
        for (std::size_t r = 0; r < rows; ++r, c += c_row, row += stride) {
            stream<T, V>(columns, [&](std::size_t x, auto access) __attribute__((always_inline)) {
                const V sum = scale * access.load(c + x);
                const V g = penalised ? mul_add(weight, access.load(row + x), sum) : sum;
                lanes.take(rule, std::size_t(row - other) + x, g, access);
            });
        }
    });
}

/// The epilogue of a product on the tile of C from (i, j) on, which stands at c.
template <class T, class V>
void finish(const kernels::Product<T>& p, std::size_t i, std::size_t rows, std::size_t j,
            std::size_t columns, T* c, std::size_t c_row) {
    using kernels::Finish;
    const auto& e = p.epilogue;
    if (e.kind == Finish::none) return;
    if (e.kind == Finish::update) return finish_update<T, V>(e, i, rows, j, columns, c, c_row);
    const V scale = V::all(e.scale), weight = V::all(e.weight);
    for (std::size_t r = 0; r < rows; ++r, c += c_row) {
        if (e.kind == Finish::activate) {
            with_activation(e.f, [&](auto f) {
                stream<T, V>(columns, [&](std::size_t x, auto access) {
                    access.store(c + x, apply<T>(f, access.load(c + x)));  // [encode] [decode]
                });
            });
            continue;
        }
        if (e.kind == Finish::back_propagate) {
            back_propagate_row<T, V>(e, i + r, j, columns, c);
            continue;
        }
        // ∂J/∂w = scale Σ δ h + λ w
        const T* other = at(e.other, i + r, j);
        const bool penalised = e.weight != T(0);
        stream<T, V>(columns, [&](std::size_t x, auto access) {
            const V sum = scale * access.load(c + x);
            const V g = penalised ? mul_add(weight, access.load(other + x), sum) : sum;  // [gradient] [weight-penalty-gradient]
            access.store(c + x, g);
        });
    }
}

}  // namespace
}  // namespace autoencoder
