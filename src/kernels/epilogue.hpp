// What is done to a tile of a product right after it was stored, while it is in the L1 cache: the
// activation forward, f' and the sparsity term backward, the weight penalty in the gradient.
#pragma once

#include "autoencoder/kernels.hpp"
#include "function.hpp"
#include "step.hpp"
#include "stream.hpp"

namespace autoencoder {
namespace {

using kernels::Function;

/// y = f(x) on lanes.
template <class T, class V>
AUTOENCODER_INLINE V apply(Function f, V x) {
    switch (f) {
        case Function::sigmoid: return sigmoid<T>(x);
        case Function::tanh: return hyperbolic_tangent<T>(x);
        case Function::relu: return select(V::all(T(0)) < x, x, V::all(T(0)));
        case Function::exp: return exponential<T>(x);
        case Function::log: return logarithm<T>(x);
        case Function::softplus: return softplus<T>(x);
        case Function::sqrt: return root(x);
        case Function::linear: break;
    }
    return x;
}

/// d · f'(s), with f' written as a function of h = f(s).
template <class T, class V>
AUTOENCODER_INLINE V slope(Function f, V d, V h) {
    switch (f) {
        case Function::sigmoid: return d * (h * (V::all(T(1)) - h));
        case Function::tanh: return d * (V::all(T(1)) - h * h);
        case Function::relu: return select(V::all(T(0)) < h, d, V::all(T(0)));
        default: return d;
    }
}

/// The function is chosen once, outside of the loop: body(constant function).
template <class Body>
AUTOENCODER_INLINE void with_function(Function f, Body&& body) {
    switch (f) {
        case Function::sigmoid: return body(std::integral_constant<Function, Function::sigmoid>{});
        case Function::tanh: return body(std::integral_constant<Function, Function::tanh>{});
        case Function::relu: return body(std::integral_constant<Function, Function::relu>{});
        case Function::exp: return body(std::integral_constant<Function, Function::exp>{});
        case Function::log: return body(std::integral_constant<Function, Function::log>{});
        case Function::softplus: return body(std::integral_constant<Function, Function::softplus>{});
        case Function::sqrt: return body(std::integral_constant<Function, Function::sqrt>{});
        case Function::linear: return body(std::integral_constant<Function, Function::linear>{});
    }
}

/// The element (i, j) of an operand as it is stored.
template <class T>
AUTOENCODER_INLINE T* at(const kernels::Operand<T>& x, std::size_t i, std::size_t j) {
    return x.data + i * x.row + j / kernels::panel_width * x.panel + j % kernels::panel_width;
}

/// c = (c · scale · mask − term) f'(h) for n elements of row i from column j on  [delta-hidden] [delta-sparse]
template <class T, class V>
void back_propagate_row(const kernels::Epilogue<T>& e, std::size_t i, std::size_t j, std::size_t n, T* c) {
    const T* h = at(e.other, i, j);
    const T* mask = e.mask.data ? at(e.mask, i, j) : nullptr;
    const V term = V::all(e.term ? e.term[i] : T(0)), scale = V::all(e.scale);
    with_function(e.function, [&](auto f) {
        stream<T, V>(n, [&](std::size_t x, auto access) {
            V sum = access.load(c + x);
            if (mask) sum = sum * (access.load(mask + x) * scale);
            access.store(c + x, slope<T>(f, sum - term, access.load(h + x)));
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
                lanes.take(rule, std::size_t(row - other) + x, g, access);  // [gradient]
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
            with_function(e.function, [&](auto f) {
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
        // ∂J/∂w = scale Σ δ h + λ w                         [gradient] [weight-penalty-gradient]
        const T* other = at(e.other, i + r, j);
        const bool penalised = e.weight != T(0);
        stream<T, V>(columns, [&](std::size_t x, auto access) {
            const V sum = scale * access.load(c + x);
            const V g = penalised ? mul_add(weight, access.load(other + x), sum) : sum;
            access.store(c + x, g);
        });
    }
}

}  // namespace
}  // namespace autoencoder
