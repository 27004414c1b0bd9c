// A case of a chain of layers of any kind (dense, convolution, deconvolution, gaussian), computed
// term by term as rules.hpp says, apart from the code that trains: plain loops, the lecture's sums.
// Every step is done when it is first asked for, and kept for the rules that share it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "autoencoder/conformance.hpp"
#include "diagnosis/activity.hpp"
#include "diagnosis/chain/rules.hpp"
#include "diagnosis/divergence.hpp"
#include "diagnosis/recent.hpp"

namespace autoencoder::diagnosis::chain {

enum class What {
    s,
    h,
    rho,
    kl,
    cost_data,
    cost_weight_penalty,
    cost_sparsity,
    cost_kl,
    cost,
    delta,
    weights,
    biases
};

/// A key of the results, and where its numbers are.
struct Term {
    What what;
    std::size_t layer = 0;  // 1 … L; 0 for the costs
    std::string key, words, tag;
    Array::Shape shape;
    std::size_t first = 0, size = 0;  // the part of the layer's s (in columns) or gradient
};

/// Every term of a case, in the order of the computation.
std::vector<Term> terms_of(const Case& c);

class Workings {
public:
    explicit Workings(const Case& c);

    const Case& given() const { return c_; }
    const std::vector<Term>& terms() const { return terms_; }
    /// The values of a term under these rules, as they lie in its array.
    std::vector<double> values(const Rules& rules, const Term& term);

private:
    struct Forward {
        std::vector<Real> s, h, masked;  // of layer l at [l−1]; masked: h̃, where there is a mask
        double data = 0;                 // (1/N) Σ J^q
    };
    struct Slopes {  // what a layer's f' depends on
        std::size_t layer;
        ForwardRules forward;
        Slope slope;
        bool operator==(const Slopes&) const = default;
    };
    struct SparsityKey {
        ForwardRules forward;
        SparsityCost cost;
        bool operator==(const SparsityKey&) const = default;
    };
    struct BackwardRules {
        ForwardRules forward;
        BackRules back;
        SparsitySlope sparsity;
        bool operator==(const BackwardRules&) const = default;
    };
    struct Key {  // of a result that belongs to a layer
        std::size_t layer;
        BackwardRules rules;  // as much of them as it needs
        Patterns patterns = Patterns::all;
        bool operator==(const Key&) const = default;
    };

    std::span<const double> W(std::size_t l) const;
    std::span<const double> b(std::size_t l) const;
    View<const double> W_matrix(std::size_t l) const;
    std::shared_ptr<const Forward> forward(const ForwardRules& rules);
    Real net_input(const ForwardRules& rules, const Real& below, std::size_t l) const;
    Real sample(const ForwardRules& rules, const Real& s) const;
    const Real& below(const Forward& pass, std::size_t l) const;
    Activation f(const ForwardRules& rules, std::size_t l) const;
    double spectral_error(const ForwardRules& rules);
    double mean_error(const Forward& pass, Target target) const;
    std::shared_ptr<const Divergence> sparsity(const Rules& rules);
    double divergence(const Rules& rules);
    double penalty(const CostRules& rules);
    double spectral_squares(bool last_only);
    double cost(const Rules& rules, What what);
    double noise(Noise noise, std::size_t q, std::size_t k) const;

    BackwardRules needed(const BackwardRules& rules, std::size_t l) const;
    std::shared_ptr<const Real> delta(const BackwardRules& rules, std::size_t l);
    std::shared_ptr<const Real> slope(const BackwardRules& rules, std::size_t l);
    Real output_delta(const BackwardRules& rules);
    Real hidden_delta(const BackwardRules& rules, std::size_t l);
    Real code_delta(const BackwardRules& rules);
    std::shared_ptr<const Real> carried(const BackwardRules& rules, std::size_t l);
    std::shared_ptr<const Real> weight_sums(const BackwardRules& rules, Patterns patterns,
                                            std::size_t l);
    Real bias_sums(const BackwardRules& rules, Patterns patterns, std::size_t l);
    std::vector<double> gradient(const Rules& rules, const Term& term);
    std::vector<double> tied_gradient(const Rules& rules, const Term& term);

    const Case& c_;
    const Network& net_;
    Layout blocks_;
    std::vector<Term> terms_;
    std::vector<double> spectral_squares_;  // of all layers, of the last one
    Recent<ForwardRules, Forward> forwards_{6};
    Recent<SparsityKey, Divergence> sparsities_{64};
    Recent<ForwardRules, double> spectral_errors_{16};
    Recent<Slopes, Real> slopes_;
    Recent<Key, Real> deltas_, carried_, products_;
};

}  // namespace autoencoder::diagnosis::chain
