// Every term of a case: one evaluation of the training code, in float64, with everything kept.
#include <array>

#include "autoencoder/backpropagation.hpp"
#include "autoencoder/conformance.hpp"
#include "exchange/network.hpp"
#include "network/evaluation.hpp"

namespace autoencoder {
namespace {

Panels<double> in_panels(const Matrix<double>& rows) {
    Panels<double> panels(rows.rows, rows.cols);
    to_panels<double>(rows, panels);
    return panels;
}

/// Row by row, each of this shape.
Array in_rows(const Panels<double>& panels, Array::Shape shape) {
    Matrix<double> rows(panels.patterns, panels.units);
    from_panels<double>(panels, rows);
    shape.insert(shape.begin(), panels.patterns);
    return Array(std::move(shape), rows.values);
}

/// μ and log σ², which stand side by side in s.
std::array<Matrix<double>, 2> halves(const Panels<double>& s) {
    const std::size_t units = s.units / 2;
    std::array<Matrix<double>, 2> result = {Matrix<double>(s.patterns, units),
                                            Matrix<double>(s.patterns, units)};
    for (std::size_t q = 0; q < s.patterns; ++q) {
        for (std::size_t k = 0; k < s.units; ++k) result[k / units](q, k % units) = s(q, k);
    }
    return result;
}

}  // namespace

Archive compute_terms(const Case& c) {
    const Network& network = c.network;
    const std::size_t L = network.depth();
    constexpr std::size_t copies = 4;  // in panels, in rows, as an archive, as a file
    require_memory(times(copies, evaluation_bytes<double>(network, c.x.rows, true)),
                   "the terms of a case with so many patterns and units");
    Evaluation<double> evaluation(network, c.x.rows, true);

    const Panels<double> x = in_panels(c.x), y = in_panels(c.y);
    Batch<double> batch{x, y, c.x, {}};
    std::vector<Panels<double>> masks(c.masks.size());
    for (std::size_t l = 1; l <= c.masks.size(); ++l) {
        const Matrix<double>& mask = c.masks[l - 1];
        masks[l - 1] = in_panels(mask);
        batch.masks.push_back(masks[l - 1]);
        // A mask drops units even with p = 0, for which an evaluation keeps no room of its own.
        if (mask.rows > 0) evaluation.layers[l - 1].masked = Panels<double>(mask.rows, mask.cols);
    }

    const Panels<double> noise = in_panels(c.noise);
    if (c.noise.rows > 0) batch.noise = noise;

    Buffer<double> gradient(c.theta.size());
    const Cost cost =
        cost_and_gradient<double>(network, c.theta, batch, gradient, evaluation);

    Archive terms;
    terms.add("cost", cost.total());
    terms.add("cost_data", cost.data);
    terms.add("cost_weight_penalty", cost.weight_penalty);
    terms.add("cost_sparsity", cost.sparsity);
    const std::size_t code = network.gaussian_layer();
    if (code > 0) terms.add("cost_kl", cost.kl);
    for (std::size_t l = 1; l <= L; ++l) {
        const auto& layer = evaluation.layers[l - 1];
        const std::string number = std::to_string(l);
        const Array::Shape shape = pattern_shape(network, l);
        const Array::Shape net_shape = l == code ? Array::Shape{layer.s.units} : shape;
        terms.add("s" + number, in_rows(layer.s, net_shape));
        terms.add("h" + number, in_rows(layer.h, shape));
        if (network.sparse(l)) {
            std::vector<double> rho;
            for (const Rho& each : layer.rho) rho.push_back(each.on);
            terms.add("rho" + number, Array({rho.size()}, rho));
            terms.add("kl" + number, Array({layer.kl.size()}, layer.kl));
        }
        terms.add("delta" + number, in_rows(layer.delta, net_shape));
    }
    if (code > 0) {
        const auto heads = halves(evaluation.layers[code - 1].s);
        terms.add("mu", heads[0]);
        terms.add("logvar", heads[1]);
        terms.add("z", in_rows(evaluation.layers[code - 1].h, pattern_shape(network, code)));
        terms.add("x_hat", in_rows(evaluation.layers[L - 1].h, pattern_shape(network, L)));
    }
    for (const Block& block : layout_in_file(network).blocks)
        terms.add("grad_" + block.name,
                  Array(block.shape, part<const double>(std::span<const double>(gradient), block)));
    return terms;
}

Archive compute_terms(const Archive& archive, const Dataset* patterns) {
    return compute_terms(read_case(archive, patterns));
}

}  // namespace autoencoder
