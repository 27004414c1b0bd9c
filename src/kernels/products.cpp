#include "autoencoder/products.hpp"

#include "autoencoder/activation.hpp"
#include "autoencoder/elementwise.hpp"
#include "shapes.hpp"

namespace autoencoder {
namespace {

using kernels::Finish;
using kernels::Operand;
using kernels::panel_width;
using kernels::Product;
using kernels::require_shapes;
using kernels::Start;

/// Packing room of the calling thread; kept, so that a training step allocates nothing.
template <class T>
T* workspace(std::size_t size) {
    thread_local Buffer<T> buffer;
    if (buffer.size() < size) buffer = Buffer<T>(size);
    return buffer.data();
}

/// Rows [i0, i1) and columns [j0, j1) of a product, as a product of its own; j0 a multiple of 32.
template <class T>
Product<T> piece(Product<T> p, std::size_t i0, std::size_t i1, std::size_t j0, std::size_t j1) {
    const auto move = [](auto& x, std::size_t i, std::size_t j) {
        if (x.data) x.data += i * x.row + j / panel_width * x.panel + j % panel_width;
    };
    move(p.a, p.a.transposed ? 0 : i0, p.a.transposed ? i0 : 0);
    move(p.b, p.b.transposed ? j0 : 0, p.b.transposed ? 0 : j0);
    move(p.c, i0, j0);
    const T* other = p.epilogue.other.data;
    move(p.epilogue.other, i0, j0);
    if (other) p.epilogue.step = p.epilogue.step.from(std::size_t(p.epilogue.other.data - other));
    move(p.epilogue.mask, i0, j0);
    if (p.bias) p.bias += p.start == Start::column_bias ? j0 : i0;
    if (p.epilogue.term) p.epilogue.term += i0;
    p.m = i1 - i0;
    p.n = j1 - j0;
    return p;
}

/// Runs a product on the threads in use. They split the rows or the columns of C, never a sum.
template <class T>
void run(Product<T> p) {
    if (p.m == 0 || p.n == 0) return;
    p.cache = kernels::caches().l2;
    const auto& table = kernels::current().table<T>();
    // Starting a second thread costs about as much as a million multiply-adds.
    constexpr double worth_a_thread = 1e6;
    const double work = double(p.m) * double(p.n) * double(p.k + 1);
    std::size_t parts = kernels::threads();
    if (work < worth_a_thread * double(parts)) parts = std::size_t(work / worth_a_thread);
    // What is packed should be packed once: columns are split where B is (about as kernels/gemm.hpp decides),
    // unless A is so much larger that it matters more who reads it; rows where A is; else the longer side.
    // Columns are counted in panels.
    const std::size_t panels = (p.n + panel_width - 1) / panel_width;
    const bool packs_b = p.b.transposed || (!p.b.padded && p.m > 256 && p.k > 128);
    bool by_rows = packs_b ? p.m >= 2 * p.n : p.a.transposed || p.m / 8 >= panels;
    if (by_rows ? p.m < 8 * parts : panels < parts) by_rows = !by_rows;
    const std::size_t pieces = by_rows ? p.m : panels;
    if (parts > pieces) parts = pieces;
    if (parts <= 1) return table.product(p, workspace<T>(table.workspace_size));
    for_ranges(parts, parts, true, [&](std::size_t first, std::size_t past) {
        const std::size_t begin = first * pieces / parts, end = past * pieces / parts;
        const std::size_t last = end * panel_width < p.n ? end * panel_width : p.n;
        const Product<T> mine = by_rows ? piece(p, begin, end, 0, p.n)
                                        : piece(p, 0, p.m, begin * panel_width, last);
        table.product(mine, workspace<T>(table.workspace_size));
    });
}

template <class T>
Operand<T> row_major(View<T> x, bool transposed = false) {
    return {x.data, x.stride, panel_width, transposed, false};
}

/// H = f(X B + b), row by row; the weights as they stand, W, or V = Wᵀ.
template <class T>
void forward_rows(View<const T> weights, bool transposed, std::span<const T> b, Activation f, View<const T> x,
                  View<T> h) {
    const std::size_t inputs = transposed ? weights.cols : weights.rows;
    require_shapes(inputs == x.cols && b.size() == h.cols && x.rows == h.rows &&
                       (transposed ? weights.rows : weights.cols) == h.cols,
                   "forward", {{"X", x.rows, x.cols}, {transposed ? "W" : "V", weights.rows, weights.cols},
                               {"b", b.size(), 1}, {"H", h.rows, h.cols}});
    Product<T> p;
    p.m = x.rows;
    p.n = h.cols;
    p.k = x.cols;
    p.a = row_major(x);
    p.b = row_major(weights, transposed);
    p.c = row_major(h);
    p.start = Start::column_bias;
    p.bias = b.data();
    p.epilogue.kind = leaves_sums(f) ? Finish::none : Finish::activate;
    p.epilogue.f = f;
    run(p);
}

/// G (+)= A B, and after the last share what becomes of it.
template <class T>
void add_share(Operand<const T> a, Operand<const T> b, std::size_t patterns, const Share<T>& share,
               View<const T> W, View<T> gradient) {
    require_shapes(W.rows == gradient.rows && W.cols == gradient.cols, "weight_gradient",
                   {{"G", gradient.rows, gradient.cols}, {"W", W.rows, W.cols}});
    Product<T> p;
    p.m = gradient.rows;
    p.n = gradient.cols;
    p.k = patterns;
    p.a = a;
    p.b = b;
    p.c = row_major(gradient);
    p.start = share.first ? Start::zero : Start::resume;
    if (share.last) {
        p.epilogue.kind = Finish::blend;
        p.epilogue.other = row_major(W);
        p.epilogue.scale = share.scale;
        p.epilogue.weight = share.weight_penalty;
        if (share.step) {
            p.epilogue.kind = Finish::update;
            p.epilogue.step = *share.step;
        }
    }
    run(p);
}

/// G (+)= Δᵀ H with H as any operand of shape patterns × units.
template <class T>
void add_weight_gradient(PanelView<const T> delta, Operand<const T> h, std::size_t patterns,
                         std::size_t units, const Share<T>& share, View<const T> W, View<T> gradient) {
    require_shapes(delta.patterns == patterns && gradient.rows == delta.units && gradient.cols == units,
                   "weight_gradient", {{"Δ", delta.patterns, delta.units}, {"H", patterns, units},
                                       {"G", gradient.rows, gradient.cols}});
    add_share<T>(delta.operand(), h, patterns, share, W, gradient);
}

}  // namespace

template <class T>
void forward(View<const T> W, std::span<const T> b, Activation f, PanelView<const T> x, PanelView<T> h) {
    require_shapes(W.cols == x.units && W.rows == h.units && b.size() == h.units && x.patterns == h.patterns,
                   "forward", {{"X", x.patterns, x.units}, {"W", W.rows, W.cols}, {"b", b.size(), 1},
                               {"H", h.patterns, h.units}});
    Product<T> p;
    p.m = W.rows;
    p.n = x.patterns;
    p.k = W.cols;
    p.a = row_major(W);
    p.b = x.operand();
    p.c = h.operand();
    p.start = Start::row_bias;
    p.bias = b.data();
    p.epilogue.kind = leaves_sums(f) ? Finish::none : Finish::activate;
    p.epilogue.f = f;
    run(p);
}

template <class T>
void forward(View<const T> W, std::span<const T> b, Activation f, View<const T> x, View<T> h) {
    forward_rows<T>(W, true, b, f, x, h);
}

template <class T>
void forward_by_inputs(View<const T> V, std::span<const T> b, Activation f, View<const T> x, View<T> h) {
    forward_rows<T>(V, false, b, f, x, h);
}

template <class T>
void back_propagate(View<const T> W, PanelView<const T> delta, const BackPropagation<T>& rule,
                    PanelView<T> before) {
    require_shapes(W.rows == delta.units && W.cols == before.units && delta.patterns == before.patterns &&
                       rule.h.units == before.units && rule.h.patterns == before.patterns,
                   "back_propagate", {{"Δ", delta.patterns, delta.units}, {"W", W.rows, W.cols},
                                      {"h", rule.h.patterns, rule.h.units}, {"Δ′", before.patterns, before.units}});
    Product<T> p;
    p.m = W.cols;
    p.n = delta.patterns;
    p.k = W.rows;
    p.a = row_major(W, true);
    p.b = delta.operand();
    p.c = before.operand();
    p.epilogue.kind = Finish::back_propagate;
    p.epilogue.f = rule.f;
    p.epilogue.term = rule.term;
    p.epilogue.other = rule.h.operand();
    if (rule.mask.data) p.epilogue.mask = rule.mask.operand();
    p.epilogue.scale = rule.mask_scale;
    run(p);
}

template <class T>
void weight_gradient(PanelView<const T> delta, PanelView<const T> h, const Share<T>& share,
                     View<const T> W, View<T> gradient) {
    Operand<const T> operand = h.operand();
    operand.transposed = true;
    add_weight_gradient(delta, operand, h.patterns, h.units, share, W, gradient);
}

template <class T>
void weight_gradient(PanelView<const T> delta, View<const T> h, const Share<T>& share,
                     View<const T> W, View<T> gradient) {
    add_weight_gradient(delta, row_major(h), h.rows, h.cols, share, W, gradient);
}

template <class T>
void weight_gradient_by_inputs(View<const T> delta, View<const T> h, const Share<T>& share, View<const T> V,
                               View<T> gradient) {
    require_shapes(delta.rows == h.rows && gradient.rows == h.cols && gradient.cols == delta.cols, "weight_gradient",
                   {{"Δ", delta.rows, delta.cols}, {"H", h.rows, h.cols}, {"G", gradient.rows, gradient.cols}});
    add_share<T>(row_major(h, true), row_major(delta), h.rows, share, V, gradient);
}

template <class T>
void add_sums(PanelView<const T> h, std::span<double> sums, T a, T b) {
    require(sums.size() == h.units, "add_sums: one sum a unit");
    const auto& table = kernels::current().table<T>();
    const std::size_t grain = h.units / kernels::threads() + 1;
    in_parallel(h.units, h.patterns, grain, [&](std::size_t begin, std::size_t end) {
        Operand<const T> rows = h.operand();
        rows.data += begin * rows.row;
        table.row_sums(rows, end - begin, h.patterns, a, b, sums.data() + begin);
    });
}

template <class T>
void multiply(View<const T> A, bool transpose_a, View<const T> B, bool transpose_b, View<T> C) {
    if (transpose_a && !transpose_b && A.cols > 2 * B.cols && A.rows > A.cols) {
        // A would be packed whole; Cᵀ = Bᵀ A packs the smaller B instead, with the same sums.
        thread_local Buffer<T> scratch;
        if (scratch.size() < C.rows * C.cols) scratch = Buffer<T>(C.rows * C.cols);
        const View<T> Ct(scratch.data(), C.cols, C.rows);
        multiply<T>(B, true, A, false, Ct);
        in_parallel(C.rows, C.cols, 128, [&](std::size_t begin, std::size_t end) {
            kernels::current().table<T>().transpose(Ct.data + begin, Ct.stride, Ct.rows, end - begin,
                                                    C.data + begin * C.stride, C.stride);
        });
        return;
    }
    Product<T> p;
    p.m = transpose_a ? A.cols : A.rows;
    p.k = transpose_a ? A.rows : A.cols;
    p.n = transpose_b ? B.rows : B.cols;
    require_shapes((transpose_b ? B.cols : B.rows) == p.k && C.rows == p.m && C.cols == p.n, "multiply",
                   {{transpose_a ? "Aᵀ" : "A", p.m, p.k}, {transpose_b ? "Bᵀ" : "B", transpose_b ? B.cols : B.rows, p.n},
                    {"C", C.rows, C.cols}});
    p.a = row_major(A, transpose_a);
    p.b = row_major(B, transpose_b);
    p.c = row_major(C);
    run(p);
}

#define AUTOENCODER_INSTANTIATE(T)                                                                                  \
    template void forward(View<const T>, std::span<const T>, Activation, PanelView<const T>, PanelView<T>);         \
    template void forward(View<const T>, std::span<const T>, Activation, View<const T>, View<T>);                   \
    template void forward_by_inputs(View<const T>, std::span<const T>, Activation, View<const T>, View<T>);         \
    template void back_propagate(View<const T>, PanelView<const T>, const BackPropagation<T>&, PanelView<T>);       \
    template void weight_gradient(PanelView<const T>, PanelView<const T>, const Share<T>&, View<const T>, View<T>); \
    template void weight_gradient(PanelView<const T>, View<const T>, const Share<T>&, View<const T>, View<T>);      \
    template void weight_gradient_by_inputs(View<const T>, View<const T>, const Share<T>&, View<const T>, View<T>); \
    template void add_sums(PanelView<const T>, std::span<double>, T, T);                                            \
    template void multiply(View<const T>, bool, View<const T>, bool, View<T>);
AUTOENCODER_INSTANTIATE(float)
AUTOENCODER_INSTANTIATE(double)

}  // namespace autoencoder
