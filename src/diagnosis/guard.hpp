// What keeps a logarithm from that of 0: an ε, and where it stands. Every second program has one. Of log a
// is made G(a), and of 1/a, in the gradient, what stands for it; a is ρ or ŷ, or 1 − ρ or 1 − ŷ.
#pragma once

#include <compare>
#include <string>

#include "autoencoder/sparsity.hpp"

namespace autoencoder::diagnosis {

enum class Form {
    none,
    plus,         // log(a + ε)
    moved,        // log(ρ + ε), log(1 − (ρ + ε))
    with_target,  // log((ρ̄ + ε)/(ρ + ε))
    fraction,     // log(ρ̄/ρ + ε)
    clip,         // a is held between ε and 1 − ε
    floor,        // a is no less than ε
    clip_plus,    // a is held, and ε added
    product,      // of a slope: (ŷ − y)/(ŷ(1 − ŷ)), whose divisor is no less than ε
};
enum class Side { on, off };  // a is ρ or ŷ; 1 − ρ or 1 − ŷ

struct Guard {
    Form form = Form::none;
    double epsilon = 0;
    bool on = true, off = true;  // which logarithms have it
    bool stops = false;          // where a is held the gradient is 0
    double step = 0;             // what numbers below 1 are rounded to, and 1 − ε with them

    explicit operator bool() const { return form != Form::none; }
    auto operator<=>(const Guard&) const = default;

    /// G(a), of which the logarithm is given; ρ̄ for ρ is 1 − ρ̄ for 1 − ρ.
    double log_of(double a, double log_a, double target, Side side) const;
    /// What stands for a in 1/a; infinite, where there is no gradient.
    double divisor_of(double a, double target, Side side) const;
    double slope_of(double a, double target, Side side) const {
        return 1 / divisor_of(a, target, side);
    }
    /// 1 − ŷ, or 1 − ρ, as it is left of a rounded number; what is surely nothing then.
    double left_of(double rest) const { return rest >= 0 && rest < step / 2 ? 0 : rest; }
    bool is_gone(double rest) const { return rest < 0.4 * step; }
    /// y − ŷ of a sigmoid: y/ŷ − (1 − y)/(1 − ŷ), times ŷ(1 − ŷ).
    double delta_of(double y, double found, double rest) const;
    /// ρ and 1 − ρ with the logarithms that are taken for theirs.
    Rho logs_of(Rho rho, double target) const;

    bool is_held(double a, Side side) const;
    bool has(Side side) const { return form != Form::none && (side == Side::on ? on : off); }
    /// "log(ρ + ε)", of ρ or of ŷ.
    std::string words(const std::string& of) const;

private:
    double held(double a, Side side) const;
};

/// Those of a program: in KL and in the output's logarithms, in the cost and in the gradient.
struct Guards {
    Guard rho, rho_slope, output, output_slope;

    bool any() const { return rho || rho_slope || output || output_slope; }
    auto operator<=>(const Guards&) const = default;
    /// "a guard of 1e-05 stands inside the logarithms, log(ρ + ε), in the cost alone".
    std::string words() const;
};

}  // namespace autoencoder::diagnosis
