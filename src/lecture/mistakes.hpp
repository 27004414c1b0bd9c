// The wrong twins: the lecture with one formula replaced, by the tag that it breaks. A check that does
// not tell its twin from the lecture would prove nothing.
#pragma once

#include <cmath>

#include "autoencoder/activation.hpp"
#include "autoencoder/elementwise.hpp"
#include "autoencoder/random.hpp"
#include "lecture/proof.hpp"

namespace autoencoder::lecture {

/// As Formulas: the lecture with this mistake.
template <class Wrong>
std::unique_ptr<Lecture> with(const Example& example) {
    return std::make_unique<Wrong>(example);
}

// The shallow autoencoder ------------------------------------------------------------------------

/// encode: s without b, in the first layer.
struct NoBias : Lecture {
    using Lecture::Lecture;
    Number b(size_t l, size_t i) const override { return l == 1 ? Number(0) : Lecture::b(l, i); }
};

/// decode: ŷ = s.
struct LinearOutput : Lecture {
    using Lecture::Lecture;
    Activation activation(size_t l) const override {
        return l == L ? Activation::linear : Lecture::activation(l);
    }
};

/// cost: Σ (y − ŷ)² in the cost, its gradient as it was.
struct NoHalf : Lecture {
    using Lecture::Lecture;
    Number cost(size_t q) const override { return 2 * Lecture::cost(q); }
};

/// delta-output: without f'.
struct NoOutputDerivative : Lecture {
    using Lecture::Lecture;
    Number delta_output(size_t q, size_t i) const override { return y(q, i) - y_hat(q, i); }
};

/// delta-hidden: f'(h) for f'(s).
struct DerivativeAtActivation : Lecture {
    using Lecture::Lecture;
    Number delta_hidden(size_t l, size_t q, size_t j) const override {
        return fed_back(l, q, j) * f_slope(activation(l), h(l, q, j));
    }
};

/// gradient: 1/N lost.
struct SumForMean : Lecture {
    using Lecture::Lecture;
    Number share(Number of_pattern) const override { return of_pattern; }
};

/// update: Δw = −η δ x.
struct Uphill : Lecture {
    using Lecture::Lecture;
    Number update(Number eta, size_t l, size_t q, size_t j, size_t k) const override {
        return -Lecture::update(eta, l, q, j, k);
    }
    Number bias_update(Number eta, size_t l, size_t q, size_t j) const override {
        return -Lecture::bias_update(eta, l, q, j);
    }
};

// Weight penalty ---------------------------------------------------------------------------------

/// weight-penalty: √(λ/2), as printed.
struct PenaltySqrt : Lecture {
    using Lecture::Lecture;
    Number weight_penalty(Number squares) const override {
        return std::sqrt(net.weight_penalty / 2) * squares;
    }
};

/// weight-penalty-gradient: λ b in the biases' gradient.
struct BiasPenalised : Lecture {
    using Lecture::Lecture;
    Number bias_gradient(size_t l, size_t q, size_t j) const override {
        return Lecture::bias_gradient(l, q, j) + net.weight_penalty * b(l, j);
    }
};

// Sparse coding ----------------------------------------------------------------------------------

/// mean-activity: one mean over all units.
struct RhoOverUnits : Lecture {
    using Lecture::Lecture;
    Number mean_activity(size_t l, size_t) const override {
        Number rho = 0;
        for (size_t j = 0; j < net.units(l); ++j)
            rho += Lecture::mean_activity(l, j) / double(net.units(l));
        return rho;
    }
};

/// kl: KL(ρ_j‖ρ̄).
struct KlReversed : Lecture {
    using Lecture::Lecture;
    Number kl(Number target, Number on, Number) const override {
        return Lecture::kl(on, target, 1 - target);
    }
};

/// sparse-cost: mean over hidden units for their sum.
struct KlMeanOverUnits : Lecture {
    using Lecture::Lecture;
    Number sparse_cost(size_t l) const override {
        return Lecture::sparse_cost(l) / double(net.units(l));
    }
};

/// kl-by-rho: +ρ̄/ρ_j.
struct KlFirstSign : Lecture {
    using Lecture::Lecture;
    Number kl_by_rho(Number target, Number on, Number off) const override {
        return target / on + (1 - target) / off;
    }
};

/// rho-by-s: without f'.
struct NoRhoDerivative : Lecture {
    using Lecture::Lecture;
    Number rho_by_s(size_t l, size_t, size_t) const override { return rho_by_mean(l) / double(N); }
};

/// s-by-w: h_j for x_k.
struct ActivityForInput : Lecture {
    using Lecture::Lecture;
    Number s_by_w(size_t l, size_t q, size_t i, size_t j, size_t) const override {
        return i == j ? h(l, q, j) : Number(0);
    }
};

/// kl-gradient: mean of f' times mean of x.
struct ProductOfMeans : Lecture {
    using Lecture::Lecture;
    Number kl_gradient(size_t l, size_t, size_t j, size_t k) const override {
        Number slope = 0, input = 0;
        for (size_t q = 0; q < N; ++q) {
            slope += rho_by_s(l, q, j);
            input += s_by_w(l, q, j, j, k) / double(N);
        }
        const Number by_rho = kl_by_rho(net.sparsity_target, rho(l, j), off(l, j));
        return by_rho * slope * input / double(N);  // of all patterns alike
    }
};

/// delta-sparse: f' over the back-propagated term only.
struct KlOutsideDerivative : Lecture {
    using Lecture::Lecture;
    Number delta_sparse(size_t l, size_t q, size_t j) const override {
        return delta_hidden(l, q, j) - sparsity_term(l, j);
    }
};

/// sparsity-direction: + for −.
struct KlSign : Lecture {
    using Lecture::Lecture;
    Number gamma() const override { return -Lecture::gamma(); }
};

/// scale: the sum form's β where the mean form has γ.
struct BetaForGamma : Lecture {
    using Lecture::Lecture;
    Number gamma() const override { return Lecture::gamma() * double(N); }
};

// Dropout ----------------------------------------------------------------------------------------

/// dropout: δ without the mask.
struct NoBackwardMask : Lecture {
    using Lecture::Lecture;
    Number fed_back(size_t l, size_t q, size_t j) const override { return carried_back(l, q, j); }
};

// What a code should be --------------------------------------------------------------------------

/// latent: the encoder's rows for the decoder's columns.
struct EncoderRows : Lecture {
    using Lecture::Lecture;
    Number basis(size_t i, size_t j) const override { return w(1, j, i); }
};

/// pca: second moments around 0.
struct NotCentred : Lecture {
    using Lecture::Lecture;
    std::vector<double> centre() const override { return std::vector<double>(net.inputs, 0.0); }
};

/// code-quality: r_ij with its sign.
struct SignedOverlap : Lecture {
    using Lecture::Lecture;
    Number overlap(size_t i, size_t j) const override { return correlation(i, j); }
};

// Multi-stage autoencoders and the deep classifier -----------------------------------------------

/// greedy: the reconstructions of the stage before for its codes.
struct LearnsReconstructions : Lecture {
    using Lecture::Lecture;
    Matrix<double> patterns_of_stage(size_t stage) const override {
        const Matrix<double> codes = Lecture::patterns_of_stage(stage);
        return stage == 1 ? codes : through_layer(L - stage + 2, codes);
    }
};

/// head: δ = (y − p) p (1 − p).
struct HeadTimesSlope : Lecture {
    using Lecture::Lecture;
    Number delta_top(size_t q, size_t c) const override {
        const Number p = y_hat(q, c);
        return (y(q, c) - p) * (p * (1 - p));
    }
};

/// fine-tune: f' missing between head and top encoder.
struct NoDerivativeBelowHead : Lecture {
    using Lecture::Lecture;
    Number delta_hidden(size_t l, size_t q, size_t j) const override {
        return l == L - 1 ? fed_back(l, q, j) : Lecture::delta_hidden(l, q, j);
    }
};

/// fine-tune: δ does not go below the head.
struct StopsAtHead : Lecture {
    using Lecture::Lecture;
    Number delta_hidden(size_t, size_t, size_t) const override { return 0; }
};

// Denoising, convolution -------------------------------------------------------------------------

/// denoise: the target is the noisy x.
struct NoisyTarget : Lecture {
    using Lecture::Lecture;
    Number y(size_t q, size_t i) const override { return example.x(q, i); }
};

/// convolve, deconvolve: the kernel turned round in the layers of this kind.
template <Kind kind>
struct Flipped : Lecture {
    using Lecture::Lecture;
    Number kernel(size_t l, size_t o, size_t c, size_t a, size_t b) const override {
        const Window& window = net.layer(l).window;
        if (net.layer(l).kind != kind) return Lecture::kernel(l, o, c, a, b);
        return Lecture::kernel(l, o, c, window.kernel_height - 1 - a, window.kernel_width - 1 - b);
    }
};

/// convolve-gradient: one place's δ for the sum over places.
struct BiasOfOnePlace : Lecture {
    using Lecture::Lecture;
    Number map_bias_gradient(size_t l, size_t q, size_t map) const override {
        return -delta(l, q, map * output_maps(net, l).places());
    }
};

// Variational autoencoder ------------------------------------------------------------------------

/// reparameterise: σ = e^{log σ²}.
struct LogVarianceAsSigma : Lecture {
    using Lecture::Lecture;
    Number sigma(size_t l, size_t q, size_t k) const override {
        return exponential(s(l, q, net.units(l) + k));
    }
};

/// elbo: + for − before the divergence.
struct DivergenceSign : Lecture {
    using Lecture::Lecture;
    Number divergence(size_t l, size_t q, size_t k) const override {
        return -Lecture::divergence(l, q, k);
    }
};

/// elbo-gradient: ½ missing in ∂z/∂log σ².
struct NoHalfLogVariance : Lecture {
    using Lecture::Lecture;
    Number by_log_variance(size_t l, size_t q, size_t k) const override {
        const Number g = -carried_back(l, q, k), sd = sigma(l, q, k);
        return sd * epsilon(q, k) * g + 0.5 * (sd * sd - 1);
    }
};

/// generate: z uniform in (0, 1).
struct UniformCode : Lecture {
    using Lecture::Lecture;
    double draw(Random& random) const override { return random.uniform(); }
};

}  // namespace autoencoder::lecture
