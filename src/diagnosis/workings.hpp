// A case computed term by term as rules.hpp says, apart from the code that trains: plain loops with
// the lecture's sums, pattern by pattern, and one dense product. What two sets of rules share is
// computed once. A term is computed when it is asked for, so that a wrong guess costs no more than
// the first term that refutes it.
#pragma once

#include <memory>
#include <vector>

#include "autoencoder/conformance.hpp"
#include "diagnosis/recent.hpp"
#include "diagnosis/rules.hpp"
#include "diagnosis/terms.hpp"

namespace autoencoder::diagnosis {

using Real = Matrix<double>;

class Workings {
public:
    explicit Workings(const Case& c);

    /// The values of a term under these rules: a scalar is 1 × 1, a vector 1 × n, a matrix as it
    /// is. Shared until the next few calls, so hold on to it no longer than a comparison takes.
    std::shared_ptr<const Real> term(const Rules& rules, const Term& term);

    const Case& given() const { return c_; }
    std::size_t patterns() const { return c_.x.rows; }
    View<const double> W(std::size_t l) const;
    std::span<const double> b(std::size_t l) const;
    /// f of layer l under these rules.
    Activation f(const ForwardRules& rules, std::size_t l) const;
    bool sparse(bool on_output, std::size_t l) const;

private:
    struct Forward {
        std::vector<Real> s, h, seen;  // of layer l at [l−1]; seen: what layer l + 1 takes, h̃
        Real y;
    };
    struct CostKey {
        ForwardRules forward;
        SparsityCost sparsity;
        bool operator==(const CostKey&) const = default;
    };
    struct Divergence {
        std::vector<Real> rho, kl;  // 1 × n
        double cost = 0;            // γ Σ KL
    };
    struct CarriedKey {  // what Σ_i w_ij δ_i of a layer depends on
        std::size_t layer;
        ForwardRules forward;
        BackRules back;
        SparsitySlope above;
        bool operator==(const CarriedKey&) const = default;
    };
    struct DeltaKey {
        std::size_t layer;
        ForwardRules forward;
        SparsitySlope sparsity;
        BackRules back;
        bool operator==(const DeltaKey&) const = default;
    };
    struct ProductKey {  // Σ_q δ^q (h^q)ᵀ
        DeltaKey delta;
        Patterns patterns;
        bool operator==(const ProductKey&) const = default;
    };

    std::shared_ptr<const Forward> forward(const ForwardRules& rules);
    Real wanted(const ForwardRules& rules) const;
    double keep(const ForwardRules& rules, std::size_t l, std::size_t q, std::size_t j) const;

    std::vector<double> measure(const Forward& pass, const ForwardRules& rules,
                                const Measure& measure, std::size_t l) const;
    std::shared_ptr<const Divergence> divergence(const CostKey& key);
    double data_cost(const Rules& rules);
    double penalty_cost(const CostRules& rules);
    double cost(const Rules& rules, Kind kind);

    std::shared_ptr<const Real> delta(const DeltaKey& key);
    std::shared_ptr<const Real> carried(const CarriedKey& key);
    Real output_delta(const DeltaKey& key);
    Real hidden_delta(const DeltaKey& key);
    Real sparsity_terms(const DeltaKey& key, const Forward& pass) const;
    double slope(const DeltaKey& key, const Forward& pass, std::size_t q, std::size_t j) const;
    DeltaKey delta_key(const Rules& rules, std::size_t l) const;

    std::shared_ptr<const Real> product(const ProductKey& key);
    Real weight_gradient(const Rules& rules, std::size_t l);
    Real tied_gradient(const Rules& rules, std::size_t l);
    Real bias_gradient(const Rules& rules, std::size_t l);

    const Case& c_;
    const Network& net_;
    Layout blocks_;
    Recent<ForwardRules, Forward> forwards_;
    Recent<CostKey, Divergence> divergences_;
    Recent<ForwardRules, double> errors_, spectral_errors_;
    std::vector<double> squares_, spectral_squares_, bias_squares_;  // of W_l, b_l at [l−1]
    Recent<CarriedKey, Real> carried_;
    Recent<DeltaKey, Real> deltas_;
    Recent<ProductKey, Real> products_;
};

/// ‖A‖₂², the largest eigenvalue of AᵀA.
double spectral_square(View<const double> A);

}  // namespace autoencoder::diagnosis
