// Rounding followed through the right computation, number by number, for rounding.hpp: the way forward,
// what s, h, f', ρ and KL are off by.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "autoencoder/sparsity.hpp"
#include "diagnosis/left.hpp"
#include "diagnosis/options.hpp"
#include "diagnosis/rounding.hpp"
#include "diagnosis/terms.hpp"
#include "diagnosis/window.hpp"

namespace autoencoder::diagnosis {

inline constexpr double safety = 5;  // deviations of a random walk
inline constexpr double least_size =
    0.005;  // of a number that may not be rounded to 0, in roundings of 1

inline Real rows(const Archive& terms, const std::string& key, std::size_t cols) {
    const std::vector<double> values = terms.at(key).doubles();
    Real result(values.size() / cols, cols);
    std::copy(values.begin(), values.end(), result.values.begin());
    return result;
}

class Forward {
protected:
    /// A layer's right values, and what each is off by; the error of f' is relative to it.
    struct Values {
        Real s, h, slope, delta;
        Real s_error, h_error, slope_error;
        Real delta_error, delta_below = {};  // above ours, and below where that is not the same
        std::vector<Rho> rho = {};
        std::vector<Between> on = {}, off = {};  // ρ, and 1 − ρ
        std::vector<double> rho_error = {};
        std::vector<Rho> logs = {};  // ρ and 1 − ρ, with the logarithms of a guard
        std::vector<Sides> kl_error = {},
                           summed = {};  // summed: δ over the patterns, of a sparse layer
    };
    Values& at(std::size_t l) { return layers_[l - 1]; }
    const Values& at(std::size_t l) const { return layers_[l - 1]; }
    const Block& W(std::size_t l) const { return blocks_.blocks[2 * l - 2]; }
    const Block& b(std::size_t l) const { return blocks_.blocks[2 * l - 1]; }
    Activation f(std::size_t l) const { return net_.layer(l).activation; }
    /// 1 of sigmoid; 2 of tanh, which is 2σ(2s) − 1.
    double steepness(std::size_t l) const { return f(l) == Activation::tanh ? 2 : 1; }
    bool saturates(std::size_t l) const {
        return f(l) == Activation::sigmoid || f(l) == Activation::tanh;
    }

    /// `stable`: where the usual way leaves no digits, of a program that takes another.
    Forward(const Case& c, const Archive& terms, const Guards& guards, bool single, bool stable)
        : stable_(stable),
          guards_(guards),
          c_(c),
          net_(c.network),
          N_(c.x.rows),
          L_(net_.depth()),
          half_step_(single ? 0x1p-24 : 0x1p-53),
          u_(safety * half_step_),
          least_(single ? double(std::numeric_limits<float>::min())
                        : std::numeric_limits<double>::min()),
          blocks_(layout(net_)),
          squares_(c.theta) {
        for (double& each : squares_) each *= each;
        for (std::size_t l = 1; l <= L_; ++l) {
            const std::string number = std::to_string(l);
            const std::size_t n = net_.units(l), wide = net_.net_inputs(l);
            Real s = rows(terms, "s" + number, wide), slope = derivative(f(l), s);
            layers_.push_back({std::move(s), rows(terms, "h" + number, n), std::move(slope),
                               rows(terms, "delta" + number, wide), Real(N_, wide), Real(N_, n),
                               Real(N_, n), Real(N_, wide)});
        }
        for (std::size_t l = 1; l <= L_; ++l) forward(l);
    }

    /// What a layer takes: h of the layer below, and what it is off by, with what dropout keeps of it.
    Real taken(std::size_t l) const { return l == 1 ? c_.x : kept(at(l - 1).h, l - 1); }
    Real taken_error(std::size_t l) const {
        if (l > 1) return kept(at(l - 1).h_error, l - 1);
        return each(c_.x, [&](double x) { return u_ * std::abs(x); });
    }
    Real kept(Real of, std::size_t l) const {
        return l > 0 && masked(c_, l) ? dropped(c_, {}, of, l) : of;
    }

    /// What a sum of `terms` products is off by by itself: `squares` is the sum of their squares.
    double of_sum(double squares, double sum, double terms) const {
        return u_ * std::sqrt(4 * squares + terms * std::max(squares, sum * sum));
    }
    double denormal() const { return least_ * half_step_; }

    void forward(std::size_t l) {
        Values& here = at(l);
        const LayerProducts products(net_, l);
        const auto W2 = part<const double>(squares_, W(l)), b2 = part<const double>(squares_, b(l));
        const Real handed_on = products.onward(W2, squared(taken_error(l)));
        const Real squares = products.onward(W2, squared(taken(l)));
        const std::size_t places = squares.cols / b2.size();
        const double fan_in = double(W2.size()) / double(b2.size());
        for (std::size_t q = 0; q < N_; ++q)
            for (std::size_t i = 0; i < squares.cols; ++i) {
                const double own = of_sum(squares(q, i) + b2[i / places], here.s(q, i), fan_in);
                here.s_error(q, i) = std::sqrt(handed_on(q, i) + own * own);
            }
        const std::size_t n = net_.units(l);
        here.rho.resize(n);
        here.on.resize(n);
        here.off.resize(n);
        here.rho_error.resize(n);
        here.logs.resize(n);
        here.kl_error.resize(n);
        if (net_.layer(l).kind == Kind::gaussian) return sample(l);
        if (f(l) == Activation::softmax) return softmax_errors(l);
        for (std::size_t j = 0; j < n; ++j) activate(l, j);
    }

    /// What of an activity's distance from its ends is lost: σ(ks), and 1 − σ(ks), relative to itself.
    struct Ends {
        double on, off;
    };
    Ends ends(std::size_t l, std::size_t q, std::size_t j, bool usual) const {
        const double k = steepness(l), h = at(l).h(q, j), error = k * at(l).s_error(q, j);
        // σ(±ks): the smaller one from f' = k² σ(ks) σ(−ks)
        const double larger = k == 2 ? (1 + std::abs(h)) / 2 : std::max(h, 1 - h),
                     smaller = at(l).slope(q, j) / (k * k * larger);
        const bool is_on = k == 2 ? h > 0 : h > 0.5;
        const double on = is_on ? larger : smaller, off = is_on ? smaller : larger;
        Ends result{off * error + 3 * u_, on * error + 3 * u_};
        // Of 1 − h, or of h − h²: what h is rounded to, and the difference; of tanh's 1 + h too.
        if (usual) {
            result.on += (k == 2 ? 2.5 * half_step_ / on : 0) + denormal() / on;
            result.off += 2.5 * half_step_ / off;
        }
        return result;
    }

    void activate(std::size_t l, std::size_t j) {
        Values& here = at(l);
        const bool usual = !saturates(l) || !net_.sparse(l) || measure(l, j);
        for (std::size_t q = 0; q < N_; ++q) {
            const double h = here.h(q, j), error = here.s_error(q, j);
            double &h_error = here.h_error(q, j), &slope_error = here.slope_error(q, j);
            h_error = here.slope(q, j) * error;
            if (saturates(l)) {
                h_error += 2 * u_ * std::abs(h) + (f(l) == Activation::tanh ? u_ : 0) +
                           (usual ? 0 : denormal());
                const Ends lost = ends(l, q, j, usual);
                slope_error = lost.on + lost.off + 2 * u_;
            } else if (f(l) == Activation::relu &&
                       std::abs(here.s(q, j)) <= error) {  // at the kink
                h_error = error;
                slope_error = 1;
            }
        }
    }

    bool is_gone(double s) const { return log_one_plus_exp(s) > -std::log(0.4 * half_step_); }

    double log_slope(std::size_t l, double s) const {
        const double k = steepness(l);
        return 2 * std::log(k) - log_one_plus_exp(k * s) - log_one_plus_exp(-k * s);
    }

    /// What of ρ_j, 1 − ρ_j and KL_j is left; whether the usual way leaves digits.
    bool measure(std::size_t l, std::size_t j) {
        Values& here = at(l);
        std::vector<double> column(N_);
        for (std::size_t q = 0; q < N_; ++q) column[q] = here.s(q, j);
        const Rho rho = here.rho[j] = mean_activity(f(l), column);
        const double target = net_.sparsity_target, k = steepness(l);
        std::vector<double> h(N_);
        for (std::size_t q = 0; q < N_; ++q) h[q] = here.h(q, j);
        // Of ρ, or of 1 − ρ.
        const auto between = [&](bool usual, bool on) {
            double off_by = u_ * (2 + 0.5 * std::sqrt(double(N_)));
            const double log_size = on ? rho.log_on : rho.log_off;
            for (std::size_t q = 0; q < N_; ++q) {
                const Ends lost = ends(l, q, j, usual);
                const double part =
                    std::exp(-log_one_plus_exp(on ? -k * column[q] : k * column[q]) - log_size);
                off_by += part * (on ? lost.on : lost.off) / double(N_);
            }
            if (!usual || (on && k == 1)) return Between{1 - std::min(off_by, 1.0), 1 + off_by};
            return left_of_one(h, std::exp(log_size), off_by, on ? 1 : -1, k, half_step_);
        };
        constexpr double least = least_size / 4;
        Between on = between(true, true), off = between(true, false);
        const bool guarded = guards_.rho || guards_.rho_slope;
        if (guarded && k == 1 &&
            std::ranges::all_of(column, [&](double s) { return is_gone(s); }))
            off = {0, 0};
        const auto sides_of = [&](const Between& of, Side side) {
            const bool is_on = side == Side::on;
            return guards_.rho.has(side) ? log_off_by(guards_.rho, is_on ? rho.on : rho.off, of,
                                                      is_on ? target : 1 - target, side)
                                         : of.above_zero(least).log();
        };
        const auto has_digits = [&](const Between& of, Side side) {
            const double a = side == Side::on ? rho.on : rho.off;
            const bool own = of.above_zero(0).has_digits(),
                       log = guards_.rho.has(side) ? has_some(sides_of(of, side)) : own,
                       slope = guards_.rho_slope.has(side)
                                   ? has_slope(guards_.rho_slope, a, of, target, side)
                                   : own;
            return log && slope;
        };
        bool usual = has_digits(on, Side::on) && has_digits(off, Side::off);
        if (!usual) {
            const bool is_on = !has_digits(off, Side::off);
            // Of a number that need not be rounded to 0 something is left.
            const double left = (is_on ? rho.off : rho.on) / half_step_;
            const std::string of = is_on ? "1 − ρ" : "ρ";
            lost_.push_back(
                "unit " + std::to_string(j + 1) + " of layer " + std::to_string(l) +
                " has ρ = " + (is_on ? "1" : "0") +
                (left < 0.5 ? " in floating point: " : " to the last digits in floating point: ") +
                (is_on || k == 2 ? (left < 0.5 ? "no digit of " + of + " is left"
                                               : "no digit of " + of + " is sure")
                                 : "log 0"));
            usual = !stable_ &&
                    (guarded || (left > least_size && (is_on || k == 2)));
            if (!usual) {
                on = between(false, true);
                off = between(false, false);
            }
        }
        here.on[j] = guards_.rho_slope.has(Side::on) ? on : on.above_zero(least);
        here.off[j] = guards_.rho_slope.has(Side::off) ? off : off.above_zero(least);
        if (guarded) here.off[j].one = 0;  // f' may be 0, and nothing with it
        const Rho& logs = here.logs[j] = guards_.rho.logs_of(rho, target);
        here.rho_error[j] = rho.on * std::min(std::max(1 - on.low, on.high - 1), 1.0) +
                            u_ * rho.on + (k == 2 ? 2.5 * half_step_ : 0);
        const double own =
            2 * u_ * (1 + target * std::abs(logs.log_on) + (1 - target) * std::abs(logs.log_off));
        const Sides log_on = sides_of(on, Side::on), log_off = sides_of(off, Side::off);
        here.kl_error[j] = {target * log_on.below + (1 - target) * log_off.below + own,
                            target * log_on.above + (1 - target) * log_off.above + own};
        return usual;
    }

    void softmax_errors(std::size_t l) {
        Values& here = at(l);
        const std::size_t n = net_.units(l);
        for (std::size_t q = 0; q < N_; ++q) {
            double common = 0;
            for (std::size_t i = 0; i < n; ++i)
                common += std::pow(here.h(q, i) * here.s_error(q, i), 2);
            for (std::size_t i = 0; i < n; ++i) {
                const double own = here.s_error(q, i), relative = std::sqrt(common + own * own) +
                                                                  u_ * (4 + std::sqrt(double(n)));
                here.h_error(q, i) = relative * here.h(q, i);
                here.slope_error(q, i) = relative;  // of p itself
            }
        }
    }

    /// z = μ + σ ε.
    void sample(std::size_t l) {
        Values& code = at(l);
        const std::size_t n = net_.units(l);
        for (std::size_t q = 0; q < N_; ++q)
            for (std::size_t k = 0; k < n; ++k) {
                const double spread = sigma(l, q, k) * epsilon(q, k),
                             by_head = spread * (code.s_error(q, n + k) / 2 + 4 * u_);
                code.h_error(q, k) = std::hypot(code.s_error(q, k), by_head) +
                                     2 * u_ * (std::abs(code.h(q, k)) + spread);
            }
    }
    double sigma(std::size_t l, std::size_t q, std::size_t k) const {
        return std::exp(at(l).s(q, net_.units(l) + k) / 2);
    }
    double epsilon(std::size_t q, std::size_t k) const {
        return c_.noise.rows == 0 ? 0 : std::abs(c_.noise(q, k));
    }

    bool stable_;
    Guards guards_;
    const Case& c_;
    const Network& net_;
    std::size_t N_, L_;
    double half_step_, u_, least_;
    Layout blocks_;
    Buffer<double> squares_;  // θ², number by number
    std::vector<Values> layers_;
    std::vector<std::string> lost_;
};

}  // namespace autoencoder::diagnosis
