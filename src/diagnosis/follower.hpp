// Rounding followed through the right computation, number by number, for rounding.hpp: what each of
// its terms may be off by, from the inputs to the gradients.
#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "autoencoder/sparsity.hpp"
#include "diagnosis/activity.hpp"
#include "diagnosis/options.hpp"
#include "diagnosis/rounding.hpp"
#include "diagnosis/terms.hpp"

namespace autoencoder::diagnosis {

inline constexpr double safety = 5;  // deviations of a random walk
inline constexpr double by_size = 15. / 16;  // lost of a number that may be 16 times as large or small
inline constexpr double least_size = 0.005;  // of a number that may not be rounded to 0, in roundings of 1
inline constexpr double digits_left = 1. / 3;  // an error beyond this share of a number leaves none

/// f(a, b) element by element.
template <class F>
Real each(const Real& a, const Real& b, F&& f) {
    Real result(a.rows, a.cols);
    for (std::size_t i = 0; i < a.values.size(); ++i) result.values[i] = f(a.values[i], b.values[i]);
    return result;
}
inline Real squared(const Real& a) {
    return each(a, a, [](double x, double) { return x * x; });
}
inline Real magnitude(const Real& a) {
    return each(a, a, [](double x, double) { return std::abs(x); });
}

class Follower {
public:
    /// `stable`: where the usual way leaves no digits, of a program that takes another.
    Follower(const Case& c, bool single, bool stable);

    Rounding follow();

private:
    static Real rows(const Array& array, std::size_t cols);
    std::span<const double> W(std::span<const double> of, std::size_t l) const {
        return part<const double>(of, blocks_.blocks[2 * l - 2]);
    }
    std::span<const double> b(std::span<const double> of, std::size_t l) const {
        return part<const double>(of, blocks_.blocks[2 * l - 1]);
    }
    const Real& below(const std::vector<Real>& of, const Real& x, std::size_t l) const {
        return l == 1 ? x : of[l - 2];
    }
    /// m/(1 − p) of layer l.
    double keep(std::size_t l, std::size_t i) const {
        if (l == 0 || !masked(c_, l)) return 1;
        return c_.masks[l - 1].values[i] / (1 - net_.dropout);
    }
    Real kept(const Real& of, std::size_t l) const {
        Real result = of;
        for (std::size_t i = 0; i < of.values.size(); ++i) result.values[i] *= keep(l, i);
        return result;
    }

    // The three products of a layer with other weights or numbers than its own, the last by bias too.
    Real onward(std::size_t l, std::span<const double> weights, const Real& x) const;
    Real backward(std::size_t l, std::span<const double> weights, const Real& d) const;
    Real by_weight(std::size_t l, const Real& d, const Real& x) const;
    Real by_bias(std::size_t l, const Real& d) const;
    /// Terms of a sum in s of layer l, or in what is carried back from it.
    double fan_in(std::size_t l) const;
    double fan_out(std::size_t l) const;

    /// What a sum of `terms` products is off by by itself: `squares` is the sum of their squares.
    double of_sum(double squares, double sum, double terms) const {
        return u_ * std::sqrt(4 * squares + terms * std::max(squares, sum * sum));
    }

    // Forward: s, h, f' of a layer, then ρ and KL of a sparse one.
    void forward(std::size_t l);

    /// What of an activity's distance from its ends is lost: h, and 1 − h, relative to itself.
    struct Ends {
        double h, on, off;
    };
    Ends ends(std::size_t l, std::size_t q, std::size_t j, bool usual) const;
    double denormal() const { return least_ * half_step_; }

    void activate(std::size_t l, std::size_t j);
    static double log_slope_of(Activation f, double s);

    /// Of ρ_j and KL_j; whether the usual way leaves digits of ρ and of 1 − ρ.
    bool measure(std::size_t l, std::size_t j);
    static double log_one_plus_exp(double x);

    void softmax_errors(std::size_t l);

    void sample(std::size_t l);
    double sigma(std::size_t l, std::size_t q, std::size_t k) const {
        return std::exp(s_[l - 1](q, net_.units(l) + k) / 2);
    }
    double epsilon(std::size_t q, std::size_t k) const { return c_.noise.rows == 0 ? 0 : c_.noise(q, k); }

    // The costs.
    void costs();

    void lose_output(std::size_t q, std::size_t i, int end);

    double divergence_error() const;

    // Backward: δ of a layer, then its gradients.
    void output_delta();
    /// What f' is off by.
    double slope_off_by(std::size_t l, std::size_t q, std::size_t j) const;

    void hidden_delta(std::size_t l);
    static double limited(double size, double share) { return size == 0 ? 0 : size * share; }

    void code_delta(std::size_t l, const Real& sums, const Real& carried);

    void gradient(std::size_t l);

    void read_gradient(const Archive& terms);
    std::size_t offset_of(const Term& term) const;

    std::vector<double> errors_of(const Term& term) const;

    bool stable_;
    const Case& c_;
    const Network& net_;
    std::size_t N_, L_;
    double half_step_, u_, least_;
    Layout blocks_;
    Buffer<double> squares_;  // θ², number by number
    std::vector<Real> s_, h_, delta_, slope_;                  // right values of layer l at [l−1]
    std::vector<double> right_gradient_;
    std::vector<Real> s_error_, h_error_, slope_error_, delta_error_;
    std::vector<std::vector<Rho>> rho_;
    struct Shares {
        double on = 0, off = 0;
    };
    std::vector<std::vector<Shares>> rho_share_;             // what of ρ and 1 − ρ is lost
    std::vector<std::vector<double>> rho_error_, kl_error_;
    Buffer<double> gradient_;
    double data_ = 0, penalty_ = 0, sparsity_ = 0, divergence_ = 0;
    std::vector<std::string> lost_;
};

}  // namespace autoencoder::diagnosis
