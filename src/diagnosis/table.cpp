// The table of mistakes, put together for a case from its parts, in the order of the lecture.
#include <algorithm>

#include "autoencoder/convolution.hpp"
#include "autoencoder/error.hpp"
#include "diagnosis/elsewhere.hpp"
#include "diagnosis/mirror.hpp"
#include "diagnosis/mistakes.hpp"

namespace autoencoder::diagnosis {
namespace {

/// Whether the two weights of a network of two layers, of these shapes, can be taken for one
/// another: kernels as they are, matrices as they are or transposed.
bool alike(const Network& network, const Array::Shape& first, const Array::Shape& second) {
    const Layer &encoder = network.layer(1), &decoder = network.layer(2);
    if (has_window(encoder) && has_window(decoder)) return first == second;
    return encoder.kind == Kind::dense && decoder.kind == Kind::dense && first[0] == second[1] &&
           first[1] == second[0];
}

/// Whether W2 is W1, transposed where they are matrices.
bool are_one(const Case& c, const Block& first, const Block& second) {
    const std::span<const double> W1 = part<const double>(c.theta, first),
                                  W2 = part<const double>(c.theta, second);
    if (first.shape.size() > 2) return std::equal(W1.begin(), W1.end(), W2.begin(), W2.end());
    const std::size_t rows = first.shape[0], cols = first.shape[1];
    for (std::size_t k = 0; k < W1.size(); ++k)
        if (W1[k] != W2[k % cols * rows + k / cols]) return false;
    return true;
}

}  // namespace

Facts::Facts(const Case& of)
    : c(of),
      N(double(of.x.rows)),
      lambda(of.network.weight_penalty),
      gamma(of.network.sparsity_weight),
      L(of.network.depth()),
      V(of.network.inputs),
      outputs(of.network.units(of.network.depth())),
      variational(of.network.gaussian_layer() > 0) {
    for (std::size_t l = 2; l <= L; ++l) mirrored |= mirror(c.network, l) > 0;
    for (std::size_t l = 1; l < L; ++l) sparse |= c.network.sparse(l);
    for (const Matrix<double>& mask : c.masks) masked |= mask.rows > 0;
    data = compute_terms(c).at("cost_data").number();
    if (L != 2 || variational) return;
    const Layout blocks = named_layout(c.network);
    const Block &W1 = blocks.blocks[0], &W2 = blocks.blocks[2];
    exchangeable = alike(c.network, W1.shape, W2.shape);
    tied = exchangeable && mirrored && are_one(c, W1, W2);
}

bool Facts::has(Activation f, bool hidden_only) const {
    const auto end = c.network.layers.end() - (hidden_only ? 1 : 0);
    return std::any_of(c.network.layers.begin(), end,
                       [&](const Layer& layer) { return layer.activation == f; });
}

const Entry& entry_of(const std::vector<Entry>& entries, const std::string& id) {
    const auto entry = std::find_if(entries.begin(), entries.end(),
                                    [&](const Entry& each) { return each.id == id; });
    require(entry != entries.end(), "this case cannot show '" + id + "'");
    return *entry;
}

std::vector<Entry> entries_for(const Case& c) {
    Table table(c);
    add_conventions(table);
    add_regulariser_conventions(table);
    add_guards(table);
    add_propagation(table);
    add_errors(table);
    add_activations(table);
    add_weight_penalty(table);
    add_sparsity(table);
    add_denoising(table);
    add_dropout(table);
    add_classifier(table);
    add_windows(table);
    add_code(table);
    return std::move(table.entries);
}

}  // namespace autoencoder::diagnosis
