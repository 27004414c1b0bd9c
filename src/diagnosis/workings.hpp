// A case computed term by term as rules.hpp says, apart from the code that trains: plain loops with
// the lecture's sums, pattern by pattern, and one dense product. What two sets of rules share is
// computed once. A term is computed when it is asked for, so that a wrong guess costs no more than
// the first term that refutes it.
#pragma once

#include <memory>
#include <vector>

#include "autoencoder/conformance.hpp"
#include "diagnosis/activity.hpp"
#include "diagnosis/divergence.hpp"
#include "diagnosis/needs.hpp"
#include "diagnosis/recent.hpp"

namespace autoencoder::diagnosis {

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

private:
    struct Forward {
        std::vector<Real> s, h, masked;  // of layer l at [l−1]; masked: h̃, where there is a mask
    };
    struct Key {  // of a result that belongs to a layer
        std::size_t layer;
        Rules rules;  // as much of them as it needs
        bool operator==(const Key&) const = default;
    };
    struct SlopeKey {
        std::size_t layer;
        ForwardRules forward;
        Slope slope;
        bool flat;  // f' left out
        bool operator==(const SlopeKey&) const = default;
    };

    Activation f(const ForwardRules& rules, std::size_t l) const;
    std::shared_ptr<const Forward> forward(const Rules& rules);
    const Real& below(const Forward& pass, std::size_t l) const;
    std::shared_ptr<const Real> target(const Rules& rules);

    std::shared_ptr<const Divergence> divergence(const Rules& rules);
    double mean_error(const Rules& rules);
    double spectral_error(const Rules& rules);
    double data_cost(const Rules& rules);
    double penalty_cost(const CostRules& rules);
    double cost(const Rules& rules, TermKind kind);

    std::shared_ptr<const Real> slope(const Rules& rules, std::size_t l);
    Real slope_of(const SlopeKey& key);
    std::shared_ptr<const Real> delta(const Rules& rules, std::size_t l);
    Real output_delta(const Rules& rules);
    Real hidden_delta(const Rules& rules, std::size_t l);
    std::shared_ptr<const Real> carried(const Rules& rules, std::size_t l);

    std::shared_ptr<const Real> product(const Rules& rules, std::size_t l);
    Real weight_gradient(const Rules& rules, std::size_t l);
    Real tied_gradient(const Rules& rules, std::size_t l);
    Real bias_gradient(const Rules& rules, std::size_t l);

    const Case& c_;
    const Network& net_;
    Layout blocks_;
    Recent<ForwardRules, Forward> forwards_;
    Recent<Target, Real> targets_{4};
    Recent<Rules, Divergence> divergences_{64};
    Recent<ForwardRules, double> errors_{64}, spectral_errors_{64};
    std::vector<double> squares_, spectral_squares_, bias_squares_;  // of W_l, b_l at [l−1]
    Recent<SlopeKey, Real> slopes_;
    Recent<Key, Real> carried_, deltas_, products_;
};

}  // namespace autoencoder::diagnosis
