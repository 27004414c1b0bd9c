// Norms of weights, and the penalty.
#include "diagnosis/norms.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "autoencoder/products.hpp"
#include "diagnosis/workings.hpp"
#include "exchange/network.hpp"

namespace autoencoder::diagnosis {
namespace {

Weights matrix_of(std::span<const double> theta, const Block& block) {
    return {theta.data() + block.offset, block.shape[0], block.size / block.shape[0]};
}

Real filled(std::size_t rows, std::size_t cols, double value) {
    Real result(rows, cols, unset);
    std::ranges::fill(result.values, value);
    return result;
}

/// A sum over the weights of a function of w and its place, with its slope.
template <class F, class Slope>
NormRow each(const std::string& words, const F& f, const Slope& slope, bool of_gradient = false) {
    return {words,
            [=](Weights W) {
                double sum = 0;
                for (std::size_t i = 0; i < W.rows; ++i)
                    for (std::size_t j = 0; j < W.cols; ++j) sum += f(W(i, j), i, j);
                return sum;
            },
            [=](Weights W) {
                Real result(W.rows, W.cols, unset);
                for (std::size_t i = 0; i < W.rows; ++i)
                    for (std::size_t j = 0; j < W.cols; ++j) result(i, j) = slope(W(i, j), i, j);
                return result;
            },
            of_gradient};
}

/// W Wᵀ − 1 of rows, Wᵀ W − 1 of columns.
Real products_less_one(Weights W, bool of_rows) {
    const std::size_t n = of_rows ? W.rows : W.cols;
    Real G(n, n, unset);
    multiply<double>(W, !of_rows, W, of_rows, G.view());
    for (std::size_t i = 0; i < n; ++i) G(i, i) -= 1;
    return G;
}

std::vector<double> product(const Real& G, const std::vector<double>& v) {
    std::vector<double> result(v.size());
    for (std::size_t i = 0; i < v.size(); ++i)
        for (std::size_t j = 0; j < v.size(); ++j) result[i] += G(i, j) * v[j];
    return result;
}

double inner(const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
}

/// G^(2^doublings), scaled so that nothing overflows.
Real high_power(Real G, int doublings) {
    for (int round = 0; round < doublings; ++round) {
        double largest = 0;
        for (const double value : G.values) largest = std::max(largest, std::abs(value));
        if (largest == 0) return G;
        for (double& value : G.values) value /= largest;
        Real square(G.rows, G.cols);
        multiply<double>(G, false, G, false, square.view());
        G = std::move(square);
    }
    return G;
}

}  // namespace

/// ‖A‖₂², the matrix 2-norm, which some take for the Frobenius norm: the largest eigenvalue of G = AᵀA. Power
/// iteration first squares G, which doubles the power at every product, then takes a few steps with G
/// itself, which leave no more than its own rounding.
double spectral_square(View<const double> A) {
    const bool wide = A.cols > A.rows;
    const std::size_t n = wide ? A.rows : A.cols;
    Real G(n, n);  // A Aᵀ or Aᵀ A, whichever is smaller: G of the comment above
    multiply<double>(A, !wide, A, wide, G.view());
    std::vector<double> v(n);
    for (std::size_t i = 0; i < n; ++i) v[i] = 1 + double(i % 7) / 16;
    v = product(high_power(G, 14), v);
    double value = 0;
    for (int round = 0; round < 4; ++round) {
        const double length = std::sqrt(inner(v, v));
        if (length == 0) return 0;
        for (double& each : v) each /= length;
        const std::vector<double> next = product(G, v);
        value = inner(v, next);
        v = next;
    }
    return value;
}

std::span<const NormRow> norms() {
    static const std::vector<NormRow> all = [] {
        using Place = std::size_t;
        const auto half = [](double w, Place, Place) { return w * w / 2; };
        const auto itself = [](double w, Place, Place) { return w; };
        std::vector<NormRow> rows = {
            each("the first column of each matrix is not penalised", [](double w, Place, Place j) { return j == 0 ? 0 : w * w / 2; },
                 [](double w, Place, Place j) { return j == 0 ? 0 : w; }),
            each("the first row of each matrix is not penalised", [](double w, Place i, Place) { return i == 0 ? 0 : w * w / 2; },
                 [](double w, Place i, Place) { return i == 0 ? 0 : w; }),
            each("λ w² stands for λ w", [](double w, Place, Place) { return w * w * w / 3; }, [](double w, Place, Place) { return w * w; }, true),
            each("λ |w| stands for λ w", [](double w, Place, Place) { return w * std::abs(w) / 2; },
                 [](double w, Place, Place) { return std::abs(w); }, true),
            each("(λ/4) Σ w⁴ stands for (λ/2) Σ w²", [](double w, Place, Place) { return w * w * w * w / 4; },
                 [](double w, Place, Place) { return w * w * w; }),
            each("(λ/2) Σ log(1 + w²) stands for (λ/2) Σ w²", [](double w, Place, Place) { return std::log1p(w * w) / 2; },
                 [](double w, Place, Place) { return w / (1 + w * w); }),
            each("the gradients of the biases have λ, as of a column of ones,", half, itself, true)};
        rows.back().of_biases = true;
        const auto sum = [](Weights W) {
            double total = 0;
            for (std::size_t i = 0; i < W.rows; ++i)
                for (std::size_t j = 0; j < W.cols; ++j) total += W(i, j);
            return total;
        };
        rows.push_back({"(λ/2) (Σ w)², squared after the sum, stands for (λ/2) Σ w²", [=](Weights W) { return sum(W) * sum(W) / 2; },
                        [=](Weights W) { return filled(W.rows, W.cols, sum(W)); }});
        for (const bool of_rows : {true, false})
            rows.push_back({std::string("(λ/2) ‖") + (of_rows ? "W Wᵀ" : "Wᵀ W") + " − 1‖² stands for (λ/2) ‖W‖²",
                            [=](Weights W) {
                                double squares = 0;
                                for (const double each : products_less_one(W, of_rows).values) squares += each * each / 2;
                                return squares;
                            },
                            [=](Weights W) {
                                const Real G = products_less_one(W, of_rows);
                                Real result(W.rows, W.cols, unset);
                                if (of_rows)
                                    multiply<double>(G.view(), false, W, false, result.view());
                                else
                                    multiply<double>(W, false, G.view(), false, result.view());
                                for (double& each : result.values) each *= 2;
                                return result;
                            }});
        return rows;
    }();
    return all;
}

/// Σ w² of the weights and of the biases of each layer, or twice what stands for half of it.
const std::vector<Workings::Sizes>& Workings::sizes_of(Norm norm) const {
    std::vector<Sizes>& all = measures_[norm];
    if (!all.empty()) return all;
    const auto of = [&](std::span<const double> values) {
        double squares = 0, sizes = 0;
        for (const double w : values) squares += w * w;
        if (norm == Norm::squares || norm == Norm::spectral || norm_in(norm)) return squares;
        if (norm == Norm::length) return 2 * std::sqrt(squares);
        if (norm == Norm::length_of_all) return 2 * squares / length_of_all();  // its share
        for (const double w : values) sizes += std::abs(w);
        return 2 * sizes;
    };
    for (std::size_t l = 1; l <= net_.depth(); ++l) {
        all.push_back({of(W(l)), of(b(l))});
        if (norm != Norm::spectral && !norm_in(norm)) continue;  // of the matrices, kernels as (maps, rest)
        all.back().weights = 0;
        const Block& whole = blocks_.blocks[2 * l - 2];
        for (const Block& block : layout_in_file(net_).blocks)
            if (block.offset >= whole.offset && block.offset < whole.offset + whole.size)
                all.back().weights += norm_in(norm) ? 2 * norm_in(norm)->of(matrix_of(c_.theta, block))
                                                    : spectral_square(matrix<const double>(c_.theta, block));
    }
    return all;
}

double Workings::length_of_all() const {
    double squares = 0;
    for (const Sizes& of : sizes_of(Norm::squares)) squares += of.weights;
    return std::sqrt(squares);
}

Real Workings::decayed(Norm norm, const Term& gradient) const {
    const std::span<const double> of = parameters(gradient);
    const NormRow* row = norm_in(norm);
    if (row && row->of_biases && gradient.what == What::biases) return filled(1, of.size(), 1);
    if (row && gradient.what == What::weights) {
        const Block block = layout_in_file(net_).find(gradient.key.substr(5));
        const std::size_t before = block.offset - blocks_.blocks[2 * gradient.layer - 2].offset;
        const Real all = row->slope(matrix_of(c_.theta, block));
        Real result(1, of.size(), unset);
        std::copy_n(all.data() + (gradient.first - before), of.size(), result.values.begin());
        return result;
    }
    double length = 1;
    if (norm == Norm::length_of_all) length = length_of_all();
    if (norm == Norm::length)
        length = std::sqrt(sizes_of(Norm::squares)[gradient.layer - 1].weights);
    Real result(1, of.size());
    for (std::size_t i = 0; i < of.size(); ++i)
        result.values[i] =
            norm == Norm::absolute ? double((of[i] > 0) - (of[i] < 0)) : of[i] / length;
    return result;
}

/// (λ/2) Σ w² (weight-penalty).
double Workings::penalty_cost(const Decay& rules) {
    double weights = 0, biases = 0;
    for (std::size_t l = 1; l <= net_.depth(); ++l) {
        if (rules.only != 0 && rules.only != l) continue;
        weights += sizes_of(rules.of)[l - 1].weights;
        biases += sizes_of(rules.of)[l - 1].biases;
    }
    return net_.weight_penalty / 2 * (rules.weights * weights + rules.biases * biases);
}

}  // namespace autoencoder::diagnosis
