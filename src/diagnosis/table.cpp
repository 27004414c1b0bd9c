// The table of mistakes, put together for a case from its parts, in the order of the lecture. The
// mistakes of a further model are one more part.
#include <algorithm>

#include "diagnosis/mistakes.hpp"

namespace autoencoder::diagnosis {

Facts::Facts(const Case& of)
    : c(of),
      N(double(of.x.rows)),
      lambda(of.network.weight_penalty),
      gamma(of.network.sparsity_weight),
      L(of.network.depth()),
      V(of.network.inputs),
      outputs(of.network.units(of.network.depth())) {
    for (std::size_t l = 1; l < L; ++l) sparse |= c.network.sparse(l);
    for (const Matrix<double>& mask : c.masks) masked |= mask.rows > 0;
}

bool Facts::has(Activation f, bool hidden_only) const {
    const auto end = c.network.layers.end() - (hidden_only ? 1 : 0);
    return std::any_of(c.network.layers.begin(), end,
                       [&](const Layer& layer) { return layer.activation == f; });
}

std::vector<Entry> entries_for(const Case& c) {
    Table table(c);
    add_conventions(table);
    add_regulariser_conventions(table);
    add_propagation(table);
    add_weight_penalty(table);
    add_sparsity(table);
    add_denoising(table);
    add_dropout(table);
    add_classifier(table);
    return std::move(table.entries);
}

}  // namespace autoencoder::diagnosis
