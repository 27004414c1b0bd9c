// A case of any model (layers that are dense, convolutions, deconvolutions, or gaussian), computed
// term by term as rules.hpp says, apart from the code that trains: plain loops with the lecture's
// sums, and one dense product. A term is computed when it is asked for, so that a wrong guess costs
// no more than the first term that refutes it; what two sets of rules share is computed once.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "autoencoder/conformance.hpp"
#include "diagnosis/activity.hpp"
#include "diagnosis/divergence.hpp"
#include "diagnosis/functions.hpp"
#include "diagnosis/needs.hpp"
#include "diagnosis/recent.hpp"
#include "diagnosis/remade.hpp"
#include "diagnosis/terms.hpp"
#include "diagnosis/window.hpp"

namespace autoencoder::diagnosis {

class Workings {
public:
    explicit Workings(const Case& c);

    /// The values of a term under these rules, as they lie in its array: a matrix as it is, anything
    /// else with a row a pattern, or one row. Shared until the next few calls, so hold on to it no
    /// longer than a comparison takes.
    std::shared_ptr<const Real> term(const Rules& rules, const Term& term);

    /// From here on the right rules have these guards, and so have all others.
    void guard(const Guards& guards) { guards_ = guards; }
    const Guards& guards() const { return guards_; }
    /// ρ of the units of layer l.
    const std::vector<Rho>& right_rho(std::size_t l) { return *rho({}, {}, l); }
    /// All terms under the right rules.
    Archive right_terms();

    const Case& given() const { return c_; }
    const std::vector<Term>& terms() const { return terms_; }
    /// Some units' rows of a gradient that has many, or the term itself: enough to refute a guess.
    Term sample_of(const Term& term) const;
    /// The case's one term of that key.
    const Term& at(const std::string& key) const;
    std::size_t patterns() const { return c_.x.rows; }
    /// What each pattern counts in the gradients' sums where these weigh them. Once, before they do.
    void weigh(std::vector<double> patterns) { counts_ = std::move(patterns); }
    /// What the error of each output of each pattern counts, by the number that is returned.
    std::size_t add_shares(Real of) {
        shares_.push_back(std::move(of));
        return shares_.size();
    }
    /// Of a gradient: what it is the gradient by.
    std::span<const double> parameters(const Term& gradient) const {
        return (gradient.what == What::biases ? b(gradient.layer) : W(gradient.layer))
            .subspan(gradient.first, gradient.size);
    }
    /// w of a gradient's parameters, or what another norm than ½ Σ w² has for it.
    Real decayed(Norm norm, const Term& gradient) const;

private:
    struct Forward {
        std::vector<Real> s, h,
            taken,  // of layer l at [l−1]; what is taken from it, where that is not h
            scale;  // what s or h was divided by, where it is normalised
        Real once;  // f of the output's s, where ŷ is f of that
        const Real* x = nullptr;
    };
    struct Key {  // of a result that belongs to a layer
        std::size_t layer;
        Rules rules;  // as much of them as it needs
        Units units = {};
        auto operator<=>(const Key&) const = default;
    };

    std::span<const double> W(std::size_t l) const;
    std::span<const double> b(std::size_t l) const;
    /// The same as they are used.
    std::span<const double> W(std::size_t l, const ForwardRules& rules);
    std::span<const double> b(std::size_t l, const ForwardRules& rules);
    std::shared_ptr<const Used> used(const ForwardRules& rules);
    Activation f(const ForwardRules& rules, std::size_t l) const;
    /// Another f than a network has, or nullptr.
    const Curve* curve(const ForwardRules& rules, std::size_t l) const;
    /// That of the layer, where a rule is of one hidden layer, or the output's.
    Shape shape(const ForwardRules& rules, std::size_t l) const {
        if (l == net_.depth()) return rules.output;
        return rules.hidden_at == 0 || rules.hidden_at == l ? rules.hidden : Shape::own;
    }
    Real slopes(const ForwardRules& rules, const BackRules& back, std::size_t l, const Real& s, const Real& h) const;
    bool has_other_error(const ForwardRules& rules) const;
    double of_latent(const Code& code, std::size_t k) const { return code.shares == 0 ? 1 : shares_[code.shares - 1](0, k); }
    double share(const ForwardRules& rules, std::size_t q, std::size_t i) const {
        return rules.shares == 0 ? 1 : shares_[rules.shares - 1](q, i);
    }
    std::shared_ptr<const Forward> forward(const ForwardRules& rules);
    Real net_input(const ForwardRules& rules, const Real& below, std::size_t l);
    static void add_by_map(Real& s, std::span<const double> biases);
    WindowSums window_under(const ForwardRules& rules, const Flipped& flipped, std::size_t l) const;
    bool taken_flat(const ForwardRules& rules, std::size_t l) const;
    Real activities(const ForwardRules& rules, std::size_t l, const Real& s) const;
    Real sample(const ForwardRules& rules, const Real& s) const;
    double noise(Noise noise, std::size_t q, std::size_t k) const;
    const Real& below(const Forward& pass, std::size_t l) const;
    std::shared_ptr<const Real> target(const Rules& rules);

    std::shared_ptr<const std::vector<Rho>> rho(const ForwardRules& rules, const Measure& how,
                                                std::size_t l);
    Real rho_row(const Rules& rules, std::size_t l);
    std::shared_ptr<const std::vector<Real>> divergences(const Rules& rules);
    Error error_of(const ForwardRules& rules) const;
    double mean_error(const Rules& rules);
    double other_error(const Rules& rules);
    double spectral_error(const Rules& rules);
    double data_cost(const Rules& rules);
    double activity_cost(const Rules& rules);
    double code_cost(const Rules& rules);
    struct Sizes {
        double weights, biases;
    };
    const std::vector<Sizes>& sizes_of(Norm norm) const;
    double length_of_all() const;
    double penalty_cost(const Decay& rules);
    double cost(const Rules& rules, What what);

    std::shared_ptr<const Real> slope(const Rules& rules, std::size_t l);
    Units all(std::size_t l) const { return {0, net_.net_inputs(l)}; }
    std::shared_ptr<const Real> delta(const Rules& rules, std::size_t l, Units units);
    Real sparsity(const Rules& rules, std::size_t l, Units units);
    Real output_delta(const Rules& rules);
    Real other_output_delta(const Rules& rules);
    Real through_output(const Rules& rules, Real e, const Real& s, const Real& h) const;
    std::shared_ptr<const Real> error_back(const Rules& rules, std::size_t l);
    bool is_normal(const ForwardRules& rules, std::size_t l, bool of_s) const;
    static void normalise(const Normal& how, Real& values, Real& scale);
    static void normal_back(const Normal& how, const Real& scale, Real after, Real& e);
    Real hidden_delta(const Rules& rules, std::size_t l, Units units);
    Real before_slope(const Rules& rules, std::size_t l, Units units);
    double of_activity(const Rules& rules, std::size_t l, double h) const;
    void change_error(const Rules& rules, const Real& y, Real& delta);
    std::shared_ptr<const Real> other_carried(const Rules& rules, std::size_t l, Units units, const Real& above);
    Real code_delta(const Rules& rules);
    std::shared_ptr<const Real> carried(const Rules& rules, std::size_t l, Units units);
    Real carried_through(const Rules& rules, std::size_t l, Units units, const Real& above,
                         std::span<const double> weights, bool mirrored) const;

    const Real& multiplied(const GradientRules& rules, const Forward& pass, std::size_t l, Real& rolled) const;
    std::shared_ptr<const Real> weight_sums(const Rules& rules, std::size_t l, Units units);
    Real bias_sums(const Rules& rules, std::size_t l, Units units);
    Real other_bias_sums(const Rules& rules, std::size_t l);
    /// Sums by what is used, as those by the numbers that it is made of: of all of a layer.
    Real remade_sums(const Rules& rules, std::size_t l, bool biases);
    std::shared_ptr<const Real> kept_gradient(const Rules& rules, const Term& term);
    Real gradient(const Rules& rules, const Term& term);
    Real tied_gradient(const Rules& rules, const Term& term);
    Real gradient_of(const Rules& rules, std::size_t l);

    const Case& c_;
    Guards guards_;
    const Network& net_;
    Layout blocks_;
    std::vector<double> counts_;  // by pattern
    std::vector<Real> shares_;    // by pattern and output
    std::vector<Term> terms_;
    bool dense_;  // every layer
    Recent<ForwardRules, Forward> forwards_;
    std::vector<Remade> remade_;
    Recent<std::size_t, Used> used_{4};
    Recent<Target, Real> targets_{4};
    Recent<Key, std::vector<Rho>> rhos_{64};
    Recent<Rules, std::vector<Real>> divergences_{64};  // of layer l at [l−1]
    Recent<ForwardRules, double> errors_{64}, spectral_errors_{64};
    mutable std::map<Norm, std::vector<Sizes>> measures_;  // of layer l at [l−1]
    Recent<Key, Real> slopes_, carried_, deltas_, products_;
    std::map<Key, std::shared_ptr<const Real>> gradients_;  // by term, those of few numbers
    std::size_t kept_ = 0;                                  // numbers in them
};

}  // namespace autoencoder::diagnosis
