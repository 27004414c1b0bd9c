// What a code makes of its two heads: σ, μ, z, and their divergence.
#include <algorithm>
#include <cmath>
#include <vector>

#include "diagnosis/functions.hpp"

namespace autoencoder::diagnosis {
namespace {

double sigma(double s) { return 1 / (1 + std::exp(-s)); }
double sign(double x) { return double((x > 0) - (x < 0)); }
double deviation(double v) { return std::exp(v / 2); }

}  // namespace

std::span<const Curve> heads() {
    const auto softplus = [](double a) { return std::max(a, 0.0) + std::log1p(std::exp(-std::abs(a))); };
    static const std::vector<Curve> all = {
        {"σ is softplus of the second head", [=](double a) { return 2 * std::log(softplus(a)); },
         [=](double a) { return 2 * sigma(a) / softplus(a); }},
        {"σ² is softplus of the second head", [=](double a) { return std::log(softplus(a)); },
         [=](double a) { return sigma(a) / softplus(a); }},
        {"σ² is the second head, by its size,", [](double a) { return std::log(std::abs(a)); }, [](double a) { return 1 / a; }},
        {"σ is the second head, by its size,", [](double a) { return 2 * std::log(std::abs(a)); }, [](double a) { return 2 / a; }},
        {"σ is the sigmoid of the second head", [](double a) { return 2 * std::log(sigma(a)); },
         [](double a) { return 2 * sigma(-a); }},
        {"log σ² is tanh of the second head", [](double a) { return std::tanh(a); },
         [](double a) { return 1 - std::tanh(a) * std::tanh(a); }},
        {"log σ² is the second head through a rectifier", [](double a) { return std::max(a, 0.0); },
         [](double a) { return double(a > 0); }},
        {"log σ² is the sigmoid of the second head", sigma, [](double a) { return sigma(a) * sigma(-a); }},
        {"log σ² is the second head with the other sign", [](double a) { return -a; }, [](double) { return -1; }},
        {"log σ² is the second head held between −½ and ½", [](double a) { return std::clamp(a, -0.5, 0.5); }, [](double a) { return double(std::abs(a) < 0.5); }},
        {"log σ² is the second head held between −1 and 1", [](double a) { return std::clamp(a, -1.0, 1.0); }, [](double a) { return double(std::abs(a) < 1); }},
        {"log σ² is half of the second head", [](double a) { return a / 2; }, [](double) { return 0.5; }}};
    return all;
}

std::span<const CodeRow> codes() {
    static const std::vector<CodeRow> all = {
        {"the divergence is that of the prior against the code",
         [](double m, double v, double) { return (v - 1 + (1 + m * m) * std::exp(-v)) / 2; },
         [](double m, double v, double) { return m * std::exp(-v); }, [](double m, double v, double) { return (1 - (1 + m * m) * std::exp(-v)) / 2; }},
        {"the divergence has μ for μ²", [](double m, double v, double) { return (m + std::exp(v) - v - 1) / 2; },
         [](double, double, double) { return 0.5; }, [](double, double v, double) { return (std::exp(v) - 1) / 2; }},
        {"the divergence has |μ| for μ²", [](double m, double v, double) { return (std::abs(m) + std::exp(v) - v - 1) / 2; },
         [](double m, double, double) { return sign(m) / 2; }, [](double, double v, double) { return (std::exp(v) - 1) / 2; }},
        {"the divergence has σ for σ²", [](double m, double v, double) { return (m * m + std::exp(v / 2) - v - 1) / 2; },
         [](double m, double, double) { return m; }, [](double, double v, double) { return (std::exp(v / 2) / 2 - 1) / 2; }},
        {"the divergence has log σ for log σ²", [](double m, double v, double) { return (m * m + std::exp(v) - v / 2 - 1) / 2; },
         [](double m, double, double) { return m; }, [](double, double v, double) { return (std::exp(v) - 0.5) / 2; }},
        {"½ Σ z², of z without noise, stands for the divergence", [](double m, double, double) { return m * m / 2; },
         [](double m, double, double) { return m; }, [](double, double, double) { return 0; }},
        {"the divergence is taken at the sample, log q(z) − log p(z)",
         [](double m, double v, double e) { return (std::pow(m + std::exp(v / 2) * e, 2) - v - e * e) / 2; },
         [](double m, double v, double e) { return m + std::exp(v / 2) * e; },
         [](double m, double v, double e) { return ((m + std::exp(v / 2) * e) * std::exp(v / 2) * e - 1) / 2; }},
        {"the divergence of log σ² is ½(σ − 1), for ½(σ² − 1),", {}, [](double m, double, double) { return m; },
         [](double, double v, double) { return (std::exp(v / 2) - 1) / 2; }},
        {"the divergence of log σ² is ½(σ − 1/σ), as of σ,", {}, [](double m, double, double) { return m; },
         [](double, double v, double) { return (std::exp(v / 2) - std::exp(-v / 2)) / 2; }}};
    return all;
}

std::span<const Curve> means() {
    static const std::vector<Curve> all = {
        {"tanh", [](double a) { return std::tanh(a); }, [](double a) { return 1 - std::tanh(a) * std::tanh(a); }},
        {"a rectifier", [](double a) { return std::max(a, 0.0); }, [](double a) { return double(a > 0); }},
        {"a sigmoid", sigma, [](double a) { return sigma(a) * sigma(-a); }}};
    return all;
}

std::span<const SampleRow> samples() {
    static const std::vector<SampleRow> all = [] {
        using F = std::function<double(double, double, double)>;
        const F one = [](double, double, double) { return 1; }, none = [](double, double, double) { return 0; },
                noise = [](double, double, double e) { return e; },
                half_sigma = [](double, double v, double) { return deviation(v) / 2; },
                half_sigma_noise = [](double, double v, double e) { return deviation(v) * e / 2; };
        return std::vector<SampleRow>{
            {"z is μ ε + σ", [](double m, double v, double e) { return m * e + deviation(v); }, noise, half_sigma},
            {"z is (μ + σ) ε", [](double m, double v, double e) { return (m + deviation(v)) * e; }, noise, half_sigma_noise},
            {"z is σ (μ + ε)", [](double m, double v, double e) { return deviation(v) * (m + e); },
             [](double, double v, double) { return deviation(v); }, [](double m, double v, double e) { return deviation(v) * (m + e) / 2; }},
            {"z is ε, without μ and σ", [](double, double, double e) { return e; }, none, none},
            {"z is σ ε, without μ", [](double, double v, double e) { return deviation(v) * e; }, none, half_sigma_noise},
            {"z is μ + σ, without ε", [](double m, double v, double) { return m + deviation(v); }, one, half_sigma},
            {"z is μ + σ + ε", [](double m, double v, double e) { return m + deviation(v) + e; }, one, half_sigma},
            {"z is μ + log σ² ε", [](double m, double v, double e) { return m + v * e; }, one, noise},
            {"z is μ σ ε", [](double m, double v, double e) { return m * deviation(v) * e; },
             [](double, double v, double e) { return deviation(v) * e; }, [](double m, double v, double e) { return m * deviation(v) * e / 2; }},
            {"z is μ + ε/σ", [](double m, double v, double e) { return m + e / deviation(v); }, one,
             [](double, double v, double e) { return -e / (2 * deviation(v)); }}};
    }();
    return all;
}

std::span<const SlopeRow> sample_slopes() {
    static const std::vector<SlopeRow> all = {{"½ σ, without ε", [](double v, double) { return deviation(v) / 2; }},
                                              {"½ σ² ⊙ ε", [](double v, double e) { return std::exp(v) * e / 2; }},
                                              {"σ² ⊙ ε", [](double v, double e) { return std::exp(v) * e; }},
                                              {"½ ε, without σ", [](double, double e) { return e / 2; }},
                                              {"ε", [](double, double e) { return e; }},
                                              {"½ log σ² ⊙ ε", [](double v, double e) { return v * e / 2; }},
                                              {"½ σ ⊙ ε²", [](double v, double e) { return deviation(v) * e * e / 2; }}};
    return all;
}

}  // namespace autoencoder::diagnosis
