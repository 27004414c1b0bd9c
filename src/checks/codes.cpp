// What is said about codes: their quality against numbers worked out by hand, and the decoder's
// columns as the basis that a code mixes.
#include <array>
#include <cmath>

#include "autoencoder/code_quality.hpp"
#include "checks/findings.hpp"

namespace autoencoder::checks {
namespace {

/// A code small enough for paper, a row a pattern, and what comes out.
struct ByHand {
    std::size_t patterns, features;
    std::vector<double> codes;
    double constant_features, correlation, signed_correlation, activity, sparseness;
};

/// Hoyer's sparseness of a pattern of K numbers from Σ |h| and Σ h².
double hoyer(double K, double sum, double squares) {
    return (std::sqrt(K) - sum / std::sqrt(squares)) / (std::sqrt(K) - 1);
}

std::vector<ByHand> by_hand() {
    const std::vector<double> around_2_5 = {1, 3, 1, 2, 4, 1, 3, 1, 1, 4, 2, 1};
    const std::vector<double> three_pairs = {1, 4, 1, 2, 3, -1, 3, 2, -1, 4, 1, 1};
    const double two_in_three = (hoyer(3, 5, 11) + hoyer(3, 7, 21)) / 2;
    const double all_three = (hoyer(3, 6, 18) + hoyer(3, 6, 14)) / 2;
    return {
        // One unit at a time: as sparse as can be, and each excludes the other.
        {2, 2, {1, 0, 0, 1}, 0, 1, -1, 0.5, 1},
        // Two that vary, around 2.5: −3 / √(5 · 5); and one that does not.
        {4, 3, around_2_5, 1, 0.6, -0.6, 2, two_in_three},
        // Three pairs: −1, 0 and 0.
        {4, 3, three_pairs, 0, 1.0 / 3, -1.0 / 3, 5.0 / 3, all_three},
    };
}

}  // namespace

CheckResult code_quality_check() {
    Findings findings;
    for (const ByHand& hand : by_hand()) {
        const View<const double> codes(hand.codes.data(), hand.patterns, hand.features);
        const CodeQuality quality = code_quality(codes);  // [code-quality]
        const std::array found = {double(quality.hidden), double(quality.constant_features),
                                  quality.mean_correlation, quality.mean_activity,
                                  quality.sparseness};
        std::array expected = {double(hand.features), hand.constant_features, hand.correlation,
                               hand.activity, hand.sparseness};
        findings.found(hand.codes.size(), relative_difference(found, expected), term_tolerance);
        expected[2] = hand.signed_correlation;
        findings.twin_found(relative_difference(found, expected), term_tolerance);
    }
    return findings.result();
}

CheckResult latent_check() {
    Findings findings;
    for (const Example& each : shallow_autoencoders({})) {
        Example example = each;
        example.network.layers.back().activation = Activation::linear;
        const Layout blocks = layout(example.network);
        const View<const double> W1 = matrix<const double>(example.theta, blocks.find("W1"));
        const View<const double> W2 = matrix<const double>(example.theta, blocks.find("W2"));
        const std::span<const double> b2 = part<const double>(example.theta, blocks.find("b2"));
        const Matrix<double> code = activity<double>(example.network, example.theta, example.x, 1);
        const Matrix<double> decoded =
            activity_from<double>(example.network, example.theta, code, 1);
        Matrix<double> mixture(decoded.rows, decoded.cols), of_encoder(decoded.rows, decoded.cols);
        for (std::size_t q = 0; q < code.rows; ++q) {
            for (std::size_t i = 0; i < b2.size(); ++i) mixture(q, i) = of_encoder(q, i) = b2[i];
            // ŷ = b + Σ_j h_j w_·j: column j of the decoder, as much of it as the code says. With
            // the products' own fused arithmetic, so that not a bit may differ.
            for (std::size_t j = 0; j < code.cols; ++j) {
                for (std::size_t i = 0; i < b2.size(); ++i) {
                    mixture(q, i) = std::fma(code(q, j), W2(i, j), mixture(q, i));  // [latent]
                    of_encoder(q, i) = std::fma(code(q, j), W1(j, i), of_encoder(q, i));
                }
            }
        }
        findings.found(W2.rows * W2.cols + b2.size(),
                       relative_difference(decoded.values, mixture.values), 0);
        findings.twin_found(relative_difference(decoded.values, of_encoder.values), 0);
    }
    return findings.result();
}

}  // namespace autoencoder::checks
