// Weight penalty: forces better generalization by keeping the weights small. Typical λ: 0.0001 to 0.001.
//
//     J_wd^q = J^q + (λ/2) Σ_L Σ_{j∈L} Σ_{i∈L+1} w_ij²             [weight-penalty]
//     ∂J_wd^q/∂w_ij = ∂J^q/∂w_ij + λ w_ij                          [weight-penalty-gradient]
//
// Erratum: the deck prints √(λ/2) before the sum. Only λ/2 has the deck's own gradient; the printed form
// is the twin, and fails. Biases are never penalised.
#include "lecture/mistakes.hpp"

namespace autoencoder::lecture {

Number Lecture::squares(size_t l) const {
    const std::vector<size_t>& shape = blocks.blocks[2 * l - 2].shape;
    const size_t outputs = shape[0], inputs = blocks.blocks[2 * l - 2].size / outputs;
    Number sum = 0;
    for (size_t j = 0; j < inputs; ++j)
        for (size_t i = 0; i < outputs; ++i) sum += w(l, i, j) * w(l, i, j);
    return sum;
}

Number Lecture::weight_penalty(Number squares) const {
    return lambda() / 2 * squares;  // [weight-penalty]
}

Number Lecture::penalised(Number by_w, Number weight) const {
    return by_w + lambda() * weight;  // [weight-penalty-gradient]
}

// Made fast in
//     include/autoencoder/penalty.hpp  weight_penalty_cost  weight-penalty
//     src/kernels/epilogue.hpp         each_gradient        weight-penalty-gradient

namespace {

constexpr Check checks[] = {
    {"weight-penalty", "√(λ/2), as printed",
     [] { return examine_all(autoencoders(penalised()), with<PenaltySqrt>, Shows::in_cost); }},
    {"weight-penalty-gradient", "biases penalised too",
     [] {
         return examine_all(autoencoders(penalised()), with<BiasPenalised>, Shows::in_gradient);
     }},
};

}  // namespace

std::span<const Check> weight_penalty_checks() { return checks; }

}  // namespace autoencoder::lecture
