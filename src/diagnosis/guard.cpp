#include "diagnosis/guard.hpp"

#include <algorithm>
#include <cmath>

#include "autoencoder/elementwise.hpp"
#include "autoencoder/report.hpp"

namespace autoencoder::diagnosis {

/// Between ε and 1 − ε, which is rounded: 1 − ρ is what is left of ρ then.
double Guard::held(double a, Side side) const {
    const double least = step > 0 ? std::round(epsilon / step) * step : epsilon;  // of 1 − (1 − ε)
    return side == Side::on ? std::clamp(a, epsilon, 1 - least)
                            : std::clamp(a, least, 1 - epsilon);
}

bool Guard::is_held(double a, Side side) const {
    if (!has(side)) return false;
    if (form == Form::floor) return a < epsilon;
    return (form == Form::clip || form == Form::clip_plus) && held(a, side) != a;
}

double Guard::log_of(double a, double log_a, double target, Side side) const {
    if (!has(side)) return log_a;
    switch (form) {
        case Form::plus:
            return logarithm(a + epsilon);
        case Form::moved:
            return logarithm(side == Side::on ? a + epsilon : std::max(a - epsilon, 0.0));
        case Form::with_target:
            return logarithm(a + epsilon) - std::log1p(epsilon / target);
        case Form::fraction:
            return log_a - std::log1p(epsilon * a / target);
        case Form::clip:
            return logarithm(held(a, side));
        case Form::floor:
            return a < epsilon ? logarithm(epsilon) : log_a;
        case Form::clip_plus:
            return logarithm(held(a, side) + epsilon);
        case Form::none:
        case Form::product:
            break;
    }
    return log_a;
}

double Guard::divisor_of(double a, double target, Side side) const {
    if (!has(side)) return a;
    if (stops && is_held(a, side)) return HUGE_VAL;
    switch (form) {
        case Form::plus:
        case Form::with_target:
            return a + epsilon;
        case Form::moved:
            return side == Side::on ? a + epsilon : a - epsilon;
        case Form::fraction:
            return a * (1 + epsilon * a / target);
        case Form::clip:
            return held(a, side);
        case Form::floor:
            return std::max(a, epsilon);
        case Form::clip_plus:
            return held(a, side) + epsilon;
        case Form::product:
            return std::max(a * (1 - a), epsilon) / (1 - a);
        case Form::none:
            break;
    }
    return a;
}

double Guard::delta_of(double y, double found, double rest) const {
    rest = left_of(rest);
    const auto share = [&](double a, double other, Side side) {
        return has(side) ? slope_of(a, 1, side) * a * other : other;
    };
    return y * share(found, rest, Side::on) - (1 - y) * share(rest, found, Side::off);
}

Rho Guard::logs_of(Rho rho, double target) const {
    if (form == Form::none) return rho;
    rho.log_on = log_of(rho.on, rho.log_on, target, Side::on);
    const double rest = left_of(rho.off);
    rho.log_off = log_of(rest, rest > 0 ? rho.log_off : -HUGE_VAL, 1 - target, Side::off);
    return rho;
}

std::string Guard::words(const std::string& of) const {
    const std::string rest = "1 − " + of, target = of == "ρ" ? "ρ̄" : "y";
    const auto both = [&](const std::string& before, const std::string& after) {
        return (on ? "log(" + before + of + after + ")" : "") + (on && off ? ", " : "") +
               (off ? "log(" + before + rest + after + ")" : "");
    };
    switch (form) {
        case Form::plus:
            return both("", " + ε");
        case Form::moved:
            return "log(" + of + " + ε), log(" + rest + " − ε)";
        case Form::with_target:
            return "log((" + target + " + ε)/(" + of + " + ε))";
        case Form::fraction:
            return "log(" + target + "/" + of + " + ε)";
        case Form::clip:
            return of + " held between ε and 1 − ε";
        case Form::floor:
            return "logarithms of no less than ε";
        case Form::clip_plus:
            return of + " held between ε and 1 − ε, and ε added";
        case Form::product:
            return of + "(1 − " + of + ") no less than ε";
        case Form::none:
            break;
    }
    return "";
}

std::string Guards::words() const {
    std::string text;
    const auto say = [&](const Guard& cost, const Guard& slope, const std::string& of) {
        if (!cost && !slope) return;
        const auto size = [](const Guard& guard) {
            if (guard.epsilon == 0x1p-23 || guard.epsilon == 0x1p-52)
                return std::string(guard.epsilon == 0x1p-23 ? "2^-23" : "2^-52");
            return guard.epsilon < 1e-40 ? std::string("e^-100") : rounded(guard.epsilon, 3);
        };
        Guard alike = slope;
        alike.stops = cost.stops;
        const Guard& first = cost ? cost : slope;
        text += (text.empty() ? "a guard of " : ", and of ") + size(first) +
                " stands inside the logarithms of " + of + ": " + first.words(of);
        if (!slope) text += ", in the cost alone";
        if (!cost) text += ", in the gradient alone";
        if (slope.stops) text += ", with no gradient where it holds";
        if (cost && slope && alike != cost)
            text += ", and in the gradient of " + size(slope) + ": " + slope.words(of);
    };
    say(rho, rho_slope, "ρ");
    say(output, output_slope, "ŷ");
    return text;
}

}  // namespace autoencoder::diagnosis
