#include "diagnosis/functions.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "autoencoder/report.hpp"

namespace autoencoder::diagnosis {
namespace {

double sigma(double s) { return 1 / (1 + std::exp(-s)); }
double bell(double s) { return std::exp(-s * s / 2) / std::sqrt(2 * std::numbers::pi); }
double below(double s) { return 0.5 * std::erfc(-s / std::numbers::sqrt2); }  // of a normal distribution
double sign(double x) { return double((x > 0) - (x < 0)); }

/// a s + b, held between 0 and 1, or between any two numbers.
Curve ramp(const std::string& words, double a, double b, double low, double high) {
    return {words, [=](double s) { return std::clamp(a * s + b, low, high); },
            [=](double s) { return a * s + b > low && a * s + b < high ? a : 0; }};
}

std::vector<Curve> all_curves() {
    std::vector<Curve> all = {
        {"sigmoid of sigmoid", [](double s) { return sigma(sigma(s)); },
         [](double s) {
             const double h = sigma(s), f = sigma(h);
             return f * (1 - f) * h * (1 - h);
         }},
        {"tanh of tanh", [](double s) { return std::tanh(std::tanh(s)); },
         [](double s) {
             const double h = std::tanh(s), f = std::tanh(h);
             return (1 - f * f) * (1 - h * h);
         }},
        {"softplus, log(1 + e^s)",
         [](double s) { return std::max(s, 0.0) + std::log1p(std::exp(-std::abs(s))); }, sigma},
        {"ELU", [](double s) { return s > 0 ? s : std::expm1(s); },
         [](double s) { return s > 0 ? 1 : std::exp(s); }},
        {"SELU", [](double s) { return 1.0507009873554805 * (s > 0 ? s : 1.6732632423543772 * std::expm1(s)); },
         [](double s) { return 1.0507009873554805 * (s > 0 ? 1 : 1.6732632423543772 * std::exp(s)); }},
        {"GELU", [](double s) { return s * below(s); }, [](double s) { return below(s) + s * bell(s); }},
        {"GELU by tanh",
         [](double s) { return s * sigma(2 * std::sqrt(2 / std::numbers::pi) * (s + 0.044715 * s * s * s)); },
         [](double s) {
             const double k = 2 * std::sqrt(2 / std::numbers::pi), f = sigma(k * (s + 0.044715 * s * s * s));
             return f + s * f * (1 - f) * k * (1 + 3 * 0.044715 * s * s);
         }},
        {"SiLU, s σ(s)", [](double s) { return s * sigma(s); },
         [](double s) { return sigma(s) * (1 + s * (1 - sigma(s))); }},
        {"mish, s tanh(log(1 + e^s))", [](double s) { return s * std::tanh(std::log1p(std::exp(s))); },
         [](double s) {
             const double t = std::tanh(std::log1p(std::exp(s)));
             return t + s * (1 - t * t) * sigma(s);
         }},
        {"the square of a rectifier", [](double s) { return s > 0 ? s * s : 0; }, [](double s) { return s > 0 ? 2 * s : 0; }},
        {"a hard swish, s times a ramp", [](double s) { return s * std::clamp(s / 6 + 0.5, 0.0, 1.0); },
         [](double s) { return s <= -3 ? 0 : s >= 3 ? 1 : s / 3 + 0.5; }},
        {"2/π arctan", [](double s) { return 2 / std::numbers::pi * std::atan(s); },
         [](double s) { return 2 / std::numbers::pi / (1 + s * s); }},
        {"softsign, s/(1 + |s|)", [](double s) { return s / (1 + std::abs(s)); },
         [](double s) { return 1 / ((1 + std::abs(s)) * (1 + std::abs(s))); }},
        {"(1 + softsign)/2", [](double s) { return (1 + s / (1 + std::abs(s))) / 2; },
         [](double s) { return 0.5 / ((1 + std::abs(s)) * (1 + std::abs(s))); }},
        {"arctan", [](double s) { return std::atan(s); }, [](double s) { return 1 / (1 + s * s); }},
        {"sin", [](double s) { return std::sin(s); }, [](double s) { return std::cos(s); }},
        {"|s|", [](double s) { return std::abs(s); }, sign},
        {"s²", [](double s) { return s * s; }, [](double s) { return 2 * s; }},
        {"e^s", [](double s) { return std::exp(s); }, [](double s) { return std::exp(s); }},
        {"e^−s²", [](double s) { return std::exp(-s * s); }, [](double s) { return -2 * s * std::exp(-s * s); }},
        {"1.7159 tanh(2s/3)", [](double s) { return 1.7159 * std::tanh(2 * s / 3); },
         [](double s) {
             const double h = std::tanh(2 * s / 3);
             return 1.7159 * 2 / 3 * (1 - h) * (1 + h);
         }},
        {"2σ(s) − 1", [](double s) { return std::tanh(s / 2); },
         [](double s) { return (1 - std::tanh(s / 2)) * (1 + std::tanh(s / 2)) / 2; }},
        {"1 − σ(s)", [](double s) { return sigma(-s); }, [](double s) { return -sigma(s) * sigma(-s); }},
        ramp("a hard sigmoid, s/6 + ½", 1.0 / 6, 0.5, 0, 1), ramp("a hard sigmoid, 0.2 s + ½", 0.2, 0.5, 0, 1),
        ramp("a hard sigmoid, s/4 + ½", 0.25, 0.5, 0, 1),    ramp("a hard tanh", 1, 0, -1, 1),
        ramp("s held between 0 and 1", 1, 0, 0, 1),          ramp("s held between 0 and ½", 1, 0, 0, 0.5),
        ramp("s held between 0 and 6", 1, 0, 0, 6)};
    for (const double a : {0.5, 0.1, 0.2, 0.3, 2.0})
        all.push_back({"ELU, of α = " + rounded(a, 2), [=](double s) { return s > 0 ? s : a * std::expm1(s); },
                       [=](double s) { return s > 0 ? 1 : a * std::exp(s); }});
    for (const double a : {0.15, 0.02, 0.001, 0.4, 0.5, 1.0 / 3, 1 / 5.5, -0.01, 11.0 / 48})
        all.push_back({"leaky rectifiers, by " + rounded(a, 4), [=](double s) { return s > 0 ? s : a * s; },
                       [=](double s) { return s > 0 ? 1 : a; }});
    for (const double k : {2.0, 0.5, 3.0, 4.0, 5.0, 10.0, 0.1, 1.5}) {
        const std::string of = rounded(k, 2) + "s";
        all.push_back({"sigmoid of " + of, [=](double s) { return sigma(k * s); },
                       [=](double s) { return k * sigma(k * s) * sigma(-k * s); }});
        all.push_back({"tanh of " + of, [=](double s) { return std::tanh(k * s); }, [=](double s) {
                           const double h = std::tanh(k * s);
                           return k * (1 - h) * (1 + h);
                       }});
    }
    return all;
}

double logit(double p) { return std::log(p) - std::log(1 - p); }

}  // namespace

std::span<const Curve> curves() {
    static const std::vector<Curve> all = all_curves();
    return all;
}

std::span<const Taken> taken_slopes() {
    static const std::vector<Taken> all = [] {
        std::vector<Taken> list = {{"h", [](double, double h) { return h; }},
                                   {"1 − h", [](double, double h) { return 1 - h; }},
                                   {"h(1 + h)", [](double, double h) { return h * (1 + h); }},
                                   {"1 + h", [](double, double h) { return 1 + h; }},
                                   {"1 + h²", [](double, double h) { return 1 + h * h; }},
                                   {"h²", [](double, double h) { return h * h; }},
                                   {"(1 − h)²", [](double, double h) { return (1 - h) * (1 - h); }},
                                   {"1 − h, by the size of h", [](double, double h) { return 1 - std::abs(h); }},
                                   {"h(1 − h) squared", [](double, double h) { return h * h * (1 - h) * (1 - h); }},
                                   {"1 − h² squared", [](double, double h) { return (1 - h * h) * (1 - h * h); }},
                                   {"1/(h(1 − h))", [](double, double h) { return 1 / (h * (1 - h)); }},
                                   {"h²(1 − h)", [](double, double h) { return h * h * (1 - h); }},
                                   {"h(1 − h)²", [](double, double h) { return h * (1 - h) * (1 - h); }},
                                   {"√(1 − h²), 1/cosh s", [](double, double h) { return std::sqrt(1 - h * h); }},
                                   {"√(h(1 − h))", [](double, double h) { return std::sqrt(h * (1 - h)); }},
                                   {"h(1 − h²)", [](double, double h) { return h * (1 - h * h); }},
                                   {"s", [](double s, double) { return s; }},
                                   {"1 − s", [](double s, double) { return 1 - s; }},
                                   {"s(1 − h)", [](double s, double h) { return s * (1 - h); }},
                                   {"h(1 − s)", [](double s, double h) { return h * (1 - s); }},
                                   {"e^−s", [](double s, double) { return std::exp(-s); }},
                                   {"f' + 0.1", [](double, double h) { return h * (1 - h) + 0.1; }},
                                   {"f' + 0.01", [](double, double h) { return h * (1 - h) + 0.01; }},
                                   {"1 − |s|", [](double s, double) { return 1 - std::abs(s); }},
                                   {"1 where h is above ½", [](double, double h) { return double(h > 0.5); }},
                                   {"1 where s is above 0", [](double s, double) { return double(s > 0); }},
                                   {"1 where s is below 0", [](double s, double) { return double(s < 0); }},
                                   {"σ(s)", [](double s, double) { return sigma(s); }}};
        for (const Curve& curve : curves())
            list.push_back({"that of " + curve.words, [slope = curve.slope](double s, double) { return slope(s); }});
        return list;
    }();
    return all;
}

std::span<const SparseRow> sparse_rows() {
    static const std::vector<SparseRow> all = [] {
        std::vector<SparseRow> rows = {
            {"the divergence of Jensen and Shannon",
             [](double p, double t) {
                 const double m = (p + t) / 2;
                 const auto kl = [&](double a) { return a * std::log(a / m) + (1 - a) * std::log((1 - a) / (1 - m)); };
                 return (kl(p) + kl(t)) / 2;
             },
             [](double p, double t) { return (logit(p) - logit((p + t) / 2)) / 2; }},
            {"|ρ_j − ρ̄|", [](double p, double t) { return std::abs(p - t); }, [](double p, double t) { return sign(p - t); }},
            {"log(1 + ρ_j²)", [](double p, double) { return std::log1p(p * p); }, [](double p, double) { return 2 * p / (1 + p * p); }},
            {"what of ρ_j is above ρ̄", [](double p, double t) { return std::max(p - t, 0.0); },
             [](double p, double t) { return double(p > t); }},
            {"the square of what of ρ_j is above ρ̄", [](double p, double t) { return std::pow(std::max(p - t, 0.0), 2); },
             [](double p, double t) { return 2 * std::max(p - t, 0.0); }},
            {"the entropy of ρ_j", [](double p, double) { return -p * std::log(p) - (1 - p) * std::log(1 - p); },
             [](double p, double) { return -logit(p); }},
            {"ρ̄ (log ρ̄ − ρ_j), a divergence of what is no logarithm,", [](double p, double t) { return t * (std::log(t) - p); },
             [](double, double t) { return -t; }},
            {"√(ρ_j² + 0.01)", [](double p, double) { return std::sqrt(p * p + 0.01); }, [](double p, double) { return p / std::sqrt(p * p + 0.01); }},
            {"√ρ_j", [](double p, double) { return std::sqrt(p); }, [](double p, double) { return 0.5 / std::sqrt(p); }},
            {"ρ_j (1 − ρ_j)", [](double p, double) { return p * (1 - p); }, [](double p, double) { return 1 - 2 * p; }},
            {"ρ_j log(ρ_j/ρ̄)", [](double p, double t) { return p * std::log(p / t); },
             [](double p, double t) { return std::log(p / t) + 1; }},
            {"−log ρ_j", [](double p, double) { return -std::log(p); }, [](double p, double) { return -1 / p; }}};
        const auto add = [&](const std::string& words, const std::function<double(double)>& of) {
            rows.push_back({"KL with " + words + " for ρ̄",
                            [=](double p, double t) {
                                const double a = of(t);
                                return a * std::log(a / p) + (1 - a) * std::log((1 - a) / (1 - p));
                            },
                            [=](double p, double t) { return -of(t) / p + (1 - of(t)) / (1 - p); }});
        };
        add("1 − ρ̄", [](double t) { return 1 - t; });
        for (const double other : {0.05, 0.01, 0.1, 0.001, 0.02, 0.15, 0.2, 0.25, 0.3, 0.5})
            add(rounded(other, 3), [=](double) { return other; });
        return rows;
    }();
    return all;
}

}  // namespace autoencoder::diagnosis
