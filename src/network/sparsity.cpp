#include "autoencoder/sparsity.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "autoencoder/activation.hpp"
#include "autoencoder/elementwise.hpp"

namespace autoencoder {
namespace {

using kernels::Function;

/// tanh s = 2 σ(2s) − 1.
double steepness(Activation activation) { return activation == Activation::tanh ? 2 : 1; }

/// log (1/N) Σ_q σ(k s_q) = log (1/N) Σ_q e^{−softplus(−k s_q)}, the largest term taken out.
double log_mean_sigmoid(double k, std::span<const double> s) {
    std::vector<double> terms(s.size());
    for (std::size_t q = 0; q < s.size(); ++q) terms[q] = -k * s[q];
    map<double>(Function::softplus, terms, terms);
    const double least = *std::min_element(terms.begin(), terms.end());
    for (double& term : terms) term = least - term;
    map<double>(Function::exp, terms, terms);
    double sum = 0;
    for (const double term : terms) sum += term;
    return logarithm(sum / double(s.size())) - least;
}

/// x, x/ρ_j and x/(1 − ρ_j); what is held has no slope.
struct Over {
    const Rho& rho;

    double one(double x) const { return x; }
    double on(double x) const { return rho.on_held ? 0 : x / rho.on; }
    double off(double x) const { return rho.off_held ? 0 : x / rho.off; }
};

/// The same times f'.
struct SlopeOver {
    double slope, slope_over_on, slope_over_off;
    const Rho& rho;

    double one(double x) const { return x * slope; }
    double on(double x) const { return rho.on_held ? 0 : x * slope_over_on; }
    double off(double x) const { return rho.off_held ? 0 : x * slope_over_off; }
};

template <class Over>
double by_rho(double target, const Over& over) {
    return -over.on(target) + over.off(1 - target);  // [kl-by-rho]
}

}  // namespace

Rho::Rho(double rho, double complement)
    : on(rho), off(complement), log_on(logarithm(rho)), log_off(logarithm(complement)) {}

Rho Rho::from_logarithms(double log_on, double log_off) {
    Rho rho;
    rho.on = exponential(rho.log_on = log_on);
    rho.off = exponential(rho.log_off = log_off);
    return rho;
}

template <class T>
Rho Rho::held(Activation activation) const {
    constexpr double step = double(std::numeric_limits<T>::epsilon()) / 8;
    const double nearest_0 =
        activation == Activation::tanh ? step : 2 * double(std::numeric_limits<T>::min());
    Rho rho(std::max(on, nearest_0), std::max(off, step));
    rho.on_held = !(on > nearest_0);
    rho.off_held = !(off > step);
    return rho;
}

Rho mean_activity(Activation activation, double mean_h) {
    if (activation == Activation::tanh) return Rho((1 + mean_h) / 2, (1 - mean_h) / 2);
    return Rho(mean_h, 1 - mean_h);
}

Rho mean_activity(Activation activation, std::span<const double> s) {
    const double k = steepness(activation);
    return Rho::from_logarithms(log_mean_sigmoid(k, s), log_mean_sigmoid(-k, s));
}

double mean_activity_slope(Activation activation) {
    return activation == Activation::tanh ? 0.5 : 1.0;  // [rho-by-s]
}

// f' = k² σ(ks) σ(−ks).
void log_slope(Activation activation, std::span<const double> s, std::span<double> result) {
    const double k = steepness(activation), constant = 2 * logarithm(k);
    std::vector<double> below(s.size());
    for (std::size_t i = 0; i < s.size(); ++i) {
        below[i] = -k * s[i];
        result[i] = k * s[i];
    }
    map<double>(Function::softplus, below, below);
    map<double>(Function::softplus, result, result);
    for (std::size_t i = 0; i < s.size(); ++i) result[i] = constant - (result[i] + below[i]);
}

double kl(double target, const Rho& rho) {
    return target * (logarithm(target) - rho.log_on) +
           (1 - target) * (logarithm(1 - target) - rho.log_off);  // [kl]
}

double kl_by_rho(double target, const Rho& rho) { return by_rho(target, Over{rho}); }

void times_slope(Activation activation, std::span<const double> s, std::size_t patterns, std::span<const Rho> rho,
                 double target, double gamma, std::span<double> delta) {
    std::vector<double> slope(s.size()), up, down;
    log_slope(activation, s, slope);
    if (!rho.empty()) {
        up = down = slope;
        for (std::size_t i = 0; i < s.size(); ++i) {
            up[i] -= rho[i / patterns].log_on;
            down[i] -= rho[i / patterns].log_off;
        }
        map<double>(Function::exp, up, up);
        map<double>(Function::exp, down, down);
    }
    map<double>(Function::exp, slope, slope);
    for (std::size_t i = 0; i < s.size(); ++i) {
        delta[i] *= slope[i];
        if (rho.empty()) continue;
        const SlopeOver over{slope[i], up[i], down[i], rho[i / patterns]};
        delta[i] -= gamma * mean_activity_slope(activation) * by_rho(target, over);
    }
}

template Rho Rho::held<float>(Activation) const;
template Rho Rho::held<double>(Activation) const;

}  // namespace autoencoder
