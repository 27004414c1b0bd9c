// The sparsity term as rules.hpp says, from the activities alone, for every model: ρ and KL of the
// cost, and what of them goes into δ.
#pragma once

#include <vector>

#include "autoencoder/network.hpp"
#include "diagnosis/activity.hpp"
#include "diagnosis/rules.hpp"

namespace autoencoder::diagnosis {

struct Divergence {
    std::vector<Real> rho, kl;  // of layer l at [l−1], 1 × n; empty where it is not sparse
};

/// Whether a layer carries a sparsity term, by mistake the output too.
bool sparse(const Network& network, bool on_output, std::size_t l);

/// The divergences (sparse-cost) of a network with the net inputs s and activities h of layer l at
/// [l−1].
Divergence divergence(const Network& network, const SparsityCost& rules, const std::vector<Real>& s,
                      const std::vector<Real>& h);

/// γ Σ KL, from the divergences of each layer.
double sparsity_cost(const Network& network, const SparsityCost& rules,
                     const std::vector<Real>& kl);

/// Whether f' of layer l is the lecture's under these rules.
bool has_right_slope(const Network& network, const BackRules& rules, std::size_t l);

/// Some units of a layer, one behind the other.
struct Units {
    std::size_t first = 0, count = 0;

    auto operator<=>(const Units&) const = default;
};

/// γ ∂KL/∂ρ_j · N ∂ρ_j/∂h_j^q · f'(s_j^q) of units of layer l [N × count], as it is taken from δ.
/// `slope` is what is taken for f', null: 1; where it is `right` the quotients f'/ρ are exact for
/// every s.
Real sparsity_shares(const Network& network, const SparsitySlope& rules, const std::vector<Real>& s,
                     const std::vector<Real>& h, std::size_t l, Units units, const Real* slope,
                     bool right);

}  // namespace autoencoder::diagnosis
