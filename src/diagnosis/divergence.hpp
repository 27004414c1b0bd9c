// The sparsity term as rules.hpp says, from the activities alone, for every model: ρ and KL of the
// cost, and what of them goes into δ.
#pragma once

#include <vector>

#include "autoencoder/elementwise.hpp"
#include "autoencoder/network.hpp"
#include "autoencoder/sparsity.hpp"
#include "diagnosis/activity.hpp"
#include "diagnosis/functions.hpp"
#include "diagnosis/rules.hpp"

namespace autoencoder::diagnosis {

/// Whether a layer carries a sparsity term, by mistake the output too.
bool sparse(const Network& network, bool on_output, std::size_t l);

/// ρ of a layer as it is measured, from the net inputs s and activities h of layer l at [l−1]: of each
/// unit, or with over_units of each pattern.
std::vector<Rho> measured(const Network& network, const Measure& how, const std::vector<Real>& s,
                          const std::vector<Real>& h, std::size_t l,
                          bool own_f = true);

/// What is taken for the KL of each unit of layer l (kl) [1 × n].
Real divergences(const Network& network, const Sparsity& rules, const std::vector<Rho>& rho,
                 const Real& h, std::size_t l);

/// γ Σ KL, from the divergences of layer l at [l−1]; empty where it is not sparse.
double sparsity_cost(const Network& network, const Sparsity& rules, const std::vector<Real>& kl);

/// Whether f' of layer l is the lecture's under these rules.
bool has_right_slope(const Network& network, const BackRules& rules, std::size_t l);

/// Some units of a layer, one behind the other.
struct Units {
    std::size_t first = 0, count = 0;

    auto operator<=>(const Units&) const = default;
};

/// γ ∂KL/∂ρ_j · N ∂ρ_j/∂h_j^q · f'(s_j^q) of units of layer l [N × count], as it is taken from δ; s and
/// h are the layer's. `slope` is what is taken for f', null: 1; where it is `right` the quotients f'/ρ
/// are exact for every s.
Real sparsity_shares(const Network& network, const Sparsity& rules, const std::vector<Rho>& rho,
                     const Real& s, const Real& h, std::size_t l, Units units, const Real* slope,
                     bool right);

// What the second head of a gaussian layer, a, is taken for, and what follows from it:
//
//                      σ         log σ²       ∂σ/∂a      ½ ∂(σ² − log σ²)/∂a
//     log variance     e^{a/2}   a            ½ σ        ½ (σ² − 1)               the lecture
//     deviation        a         log a²       1          a − 1/a
//     log deviation    e^a       2a           σ          σ² − 1
inline double deviation(Head head, double a) {
    if (const Curve* row = head_in(head)) return exponential(row->f(a) / 2);
    if (head == Head::unit) return 1;
    if (head == Head::deviation) return a;
    return exponential(head == Head::log_variance ? a / 2 : a);
}

inline double log_variance(Head head, double a) {
    if (const Curve* row = head_in(head)) return row->f(a);
    if (head == Head::deviation) return logarithm(a * a);
    return head == Head::log_variance ? a : 2 * a;
}

inline double mean_of(const ForwardRules& rules, double a) { return rules.mean == 0 ? a : means()[rules.mean - 1].f(a); }

inline double variance(Head head, double a) { return deviation(head, a) * deviation(head, a); }

inline double deviation_slope(Head head, double a) {
    if (const Curve* row = head_in(head)) return deviation(head, a) * row->slope(a) / 2;
    if (head == Head::deviation) return 1;
    if (head == Head::unit) return 0;
    const double sigma = deviation(head, a);
    return head == Head::log_variance ? sigma / 2 : sigma;
}

inline double divergence_slope(const Code& of, double a) {
    if (of.log_squared)
        return 0.5 * of.variance * variance(of.head, a) +
               of.log_variance * (log_variance(of.head, a) / 4);
    if (const Curve* row = head_in(of.head))
        return (of.variance * variance(of.head, a) - of.log_variance) * row->slope(a) / 2;
    if (of.head == Head::deviation) return of.variance * a - of.log_variance / a;
    const double sigma = deviation(of.head, a);
    return (of.variance * (sigma * sigma) - of.log_variance) *
           (of.head == Head::log_variance ? 0.5 : 1);
}

}  // namespace autoencoder::diagnosis
