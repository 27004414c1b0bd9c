// What a code should be: the deck's reasons for a hidden layer.
//
//     ŷ = b + Σ_j h_j w_·j: the decoder's columns are the basis, the code is the mixture   [latent]
//     linear units reach the first K principal components: J = ½ Σ_{k>K} λ_k               [pca]
//     lower-dimensional (K), more orthogonal (mean |r_ij|), more sparsely coded (mean h, and
//     Hoyer's (√K − (Σ |h|)/√(Σ h²))/(√K − 1))                                             [code-quality]
//
// λ_k are the eigenvalues of (1/N) Σ_q (x − x̄)(x − x̄)ᵀ, the largest first, and the decoder spans what
// their eigenvectors span (Baldi & Hornik 1989); its biases carry the mean. r_ij is the correlation of
// the features i and j.
#include <array>
#include <cmath>

#include "autoencoder/code_quality.hpp"
#include "autoencoder/optimize.hpp"
#include "autoencoder/random.hpp"
#include "lecture/mistakes.hpp"

namespace autoencoder::lecture {

Number Lecture::basis(size_t i, size_t j) const { return w(L, i, j); }

Number Lecture::mixture(std::span<const double> code, size_t i) const {
    Number y = b(L, i);  // fused, as the products are, so that not a bit may differ
    for (size_t j = 0; j < code.size(); ++j)
        y = fma(unit("h", j, code[j]), basis(i, j), y);  // [latent]
    return y;
}

std::vector<double> Lecture::centre() const {
    std::vector<double> mean(net.inputs, 0.0);
    for (size_t q = 0; q < N; ++q)
        for (size_t i = 0; i < net.inputs; ++i) mean[i] += example.x(q, i) / double(N);
    return mean;
}

Matrix<double> Lecture::second_moments() const {
    const std::vector<double> mean = centre();
    Matrix<double> moments(net.inputs, net.inputs);
    for (size_t q = 0; q < N; ++q)
        for (size_t i = 0; i < net.inputs; ++i)
            for (size_t j = 0; j < net.inputs; ++j)
                moments(i, j) +=
                    (example.x(q, i) - mean[i]) * (example.x(q, j) - mean[j]) / double(N);
    return moments;
}

Number Lecture::left_out(const Eigen& components, size_t K) const {
    Number J = 0;
    for (size_t k = K; k < net.inputs; ++k) J += unit("λ", k, components.values[k]) / 2;  // [pca]
    return J;
}

Number Lecture::correlation(size_t i, size_t j) const {
    const std::vector<double> mean = centre();
    Number ij = 0, ii = 0, jj = 0;
    for (size_t q = 0; q < N; ++q) {
        const auto centred = [&](size_t k) {
            return name("x_" + std::to_string(k + 1) + "^" + std::to_string(q + 1),
                        example.x(q, k)) -
                   unit("x̄", k, mean[k]);
        };
        const Number u_i = centred(i), u_j = centred(j);
        ij += u_i * u_j, ii += u_i * u_i, jj += u_j * u_j;
    }
    if (ii.value * jj.value == 0) return 0;  // a feature that never varies has none
    return ij / root(ii * jj);
}

Number Lecture::overlap(size_t i, size_t j) const {
    return name("|r_" + std::to_string(i + 1) + std::to_string(j + 1) + "|",
                magnitude(correlation(i, j)));
}

Number Lecture::mean_overlap() const {
    Number sum = 0, varying = 0;
    for (size_t i = 0; i < net.inputs; ++i) {
        varying += magnitude(correlation(i, i)).value;  // 1, or 0
        for (size_t j = i + 1; j < net.inputs; ++j) sum += overlap(i, j);
    }
    return sum / (varying * (varying - 1) / 2);  // [code-quality]
}

Number Lecture::sparseness(size_t q) const {
    Number sum = 0, squares = 0;
    for (size_t k = 0; k < net.inputs; ++k)
        sum += magnitude(h(0, q, k)), squares += h(0, q, k) * h(0, q, k);
    const Number K = name("K", double(net.inputs));
    return (root(K) - sum / root(squares)) / (root(K) - 1);
}

// Made fast in
//     src/methods/pca.cpp           principal_components  pca
//     src/methods/code_quality.cpp  code_quality          code-quality
//     src/kernels/epilogue.hpp      activate_row          latent

namespace {

CheckResult latent_check() {
    Findings findings;
    for (Example example : shallow_autoencoders({})) {
        example.network.layers.back().activation = Activation::linear;
        const Lecture lecture(example);
        const EncoderRows twin(example);
        const Matrix<double> code = activity<double>(example.network, example.theta, example.x, 1);
        const Matrix<double> decoded =
            activity_from<double>(example.network, example.theta, code, 1);
        const auto error = [&](const Lecture& formulas) {
            Matrix<double> mixture(decoded.rows, decoded.cols);
            for (size_t q = 0; q < code.rows; ++q)
                for (size_t i = 0; i < decoded.cols; ++i)
                    mixture(q, i) = formulas.mixture(code.row(q), i).value;
            return relative_difference(decoded.values, mixture.values);
        };
        findings.found(decoded.cols * (code.cols + 1), error(lecture), 0);
        findings.twin_found(error(twin), 0);
    }
    return findings.result();
}

/// A code small enough for paper, a row a pattern, and what comes out.
struct ByHand {
    size_t patterns, features;
    std::vector<double> codes;
    double constant_features, correlation, activity, sparseness;
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
        {2, 2, {1, 0, 0, 1}, 0, 1, 0.5, 1},
        // Two that vary, around 2.5: −3 / √(5 · 5); and one that does not.
        {4, 3, around_2_5, 1, 0.6, 2, two_in_three},
        // Three pairs: −1, 0 and 0.
        {4, 3, three_pairs, 0, 1.0 / 3, 5.0 / 3, all_three},
    };
}

CheckResult code_quality_check() {
    Findings findings;
    for (const ByHand& hand : by_hand()) {
        Example codes;  // its patterns are the codes
        codes.network.inputs = hand.features;
        codes.x = Matrix<double>(hand.patterns, hand.features);
        std::ranges::copy(hand.codes, codes.x.values.begin());
        const CodeQuality quality = code_quality(codes.x);
        const std::array found = {double(quality.hidden), double(quality.constant_features),
                                  quality.mean_correlation, quality.mean_activity,
                                  quality.sparseness};
        const auto error = [&](double overlap, double sparseness) {
            const std::array expected = {double(hand.features), hand.constant_features, overlap,
                                         hand.activity, sparseness};
            return relative_difference(found, expected);
        };
        const Lecture lecture(codes);
        double sparseness = 0;
        for (size_t q = 0; q < hand.patterns; ++q)
            sparseness += lecture.sparseness(q).value / double(hand.patterns);
        findings.found(hand.codes.size(), error(hand.correlation, hand.sparseness), term_tolerance);
        findings.found(0, error(lecture.mean_overlap().value, sparseness), term_tolerance);
        findings.twin_found(error(SignedOverlap(codes).mean_overlap().value, hand.sparseness),
                            term_tolerance);
    }
    return findings.result();
}

// At the optimum the cost is level: it is good to the square of what the subspace still lacks.
constexpr double cost_tolerance = 1e-9, angle_tolerance = 1e-6;

/// Mixtures of `inputs` factors, each weaker than the one before, around a mean that is not 0: far
/// enough from it for the twin, near enough for L-BFGS to need hundreds of steps and not thousands.
Matrix<double> patterns(size_t count, size_t inputs, std::uint64_t seed) {
    Random random(seed);
    Matrix<double> mixing(inputs, inputs), x(count, inputs);
    for (double& m : mixing.values) m = random.uniform(-1, 1);
    for (size_t q = 0; q < count; ++q) {
        double strength = 1;
        for (size_t i = 0; i < inputs; ++i) x(q, i) = 0.2 + 0.1 * double(i % 3);
        for (size_t factor = 0; factor < inputs; ++factor, strength *= 0.7) {
            const double amount = strength * random.uniform(-1, 1);
            for (size_t i = 0; i < inputs; ++i) x(q, i) += amount * mixing(factor, i);
        }
    }
    return x;
}

/// The sine of the largest angle between the columns' span and that of the first eigenvectors,
/// bounded from above: ‖Q − P Pᵀ Q‖ with Q the columns made orthonormal (Gram & Schmidt).
double angle(View<const double> columns, const Eigen& components) {
    Matrix<double> Q(columns.rows, columns.cols);
    double square = 0;
    for (size_t k = 0; k < Q.cols; ++k) {
        const auto dot_columns = [&](const Matrix<double>& m, size_t c) {
            double sum = 0;
            for (size_t i = 0; i < Q.rows; ++i) sum += m(i, c) * Q(i, k);
            return sum;
        };
        for (size_t i = 0; i < Q.rows; ++i) Q(i, k) = columns(i, k);
        for (int twice = 0; twice < 2; ++twice) {  // the second time takes what rounding left
            for (size_t before = 0; before < k; ++before) {
                const double along = dot_columns(Q, before);
                for (size_t i = 0; i < Q.rows; ++i) Q(i, k) -= along * Q(i, before);
            }
        }
        const double norm = std::sqrt(dot_columns(Q, k));
        for (size_t i = 0; i < Q.rows; ++i) Q(i, k) /= norm;
        for (size_t rest = Q.cols; rest < Q.rows; ++rest) {
            const double outside = dot_columns(components.vectors, rest);
            square += outside * outside;
        }
    }
    return std::sqrt(square);
}

CheckResult pca_check() {
    struct Shape {
        size_t inputs, hidden, patterns;
    };
    Findings findings;
    for (const Shape& shape : {Shape{5, 1, 20}, Shape{6, 2, 40}, Shape{8, 3, 70}}) {
        const size_t K = shape.hidden;
        const Network network =
            autoencoder_network(shape.inputs, {&K, 1}, Activation::linear, Activation::linear);
        Example example = make_example(network, shape.patterns, shape.inputs);
        example.x = example.y = patterns(shape.patterns, shape.inputs, shape.inputs);
        example.theta = initial_parameters<double>(network, 1);
        LbfgsOptions options;
        options.iterations = 5000;
        options.gradient_tolerance = 1e-11;
        options.cost_tolerance = 0;
        const double cost =
            minimise_lbfgs<double>(production_objective(example), example.theta, options).cost;

        const Layout blocks = layout(network);
        const View<const double> decoder = matrix<const double>(example.theta, blocks.find("W2"));
        const auto error = [&](const Lecture& formulas) {
            const double left_out = formulas.left_out(eigen(formulas.second_moments()), K).value;
            return relative_difference({&cost, 1}, {&left_out, 1});
        };
        const Lecture lecture(example);
        findings.found(blocks.parameters(), error(lecture), cost_tolerance);
        findings.found(0, angle(decoder, eigen(lecture.second_moments())), angle_tolerance);
        findings.twin_found(error(NotCentred(example)), cost_tolerance);
    }
    return findings.result();
}

constexpr Check checks[] = {
    {"pca", "data not centred", pca_check},
    {"code-quality", "r_ij with its sign", code_quality_check},
    {"latent", "the encoder's rows", latent_check},
};

}  // namespace

std::span<const Check> code_checks() { return checks; }

}  // namespace autoencoder::lecture
