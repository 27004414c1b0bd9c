// What `explain` shows of the equations of codes, stacks, classifiers, and of the denoising, convolutional and
// variational autoencoder.
#include <algorithm>

#include "autoencoder/activation.hpp"
#include "autoencoder/convolution.hpp"
#include "worked/pencil.hpp"

namespace autoencoder::lecture {
namespace {

// What a code should be --------------------------------------------------------------------------

void pca(Pencil& p) {
    p.need(
        p.L == 2 && p.activation(1) == Activation::linear && p.activation(2) == Activation::linear,
        "pair of linear layers");
    p.line("least J", p.left_out(eigen(p.second_moments()), p.net.units(1))).remark =
        "λ_k: the eigenvalues of (1/N) Σ_q (x − x̄)(x − x̄)ᵀ";
}

void code_quality(Pencil& p) {
    p.need(p.L == 0, "code for patterns");
    p.line("mean |r_ij|", p.mean_overlap());
    p.line(numbered("sparseness of pattern ", p.q), p.sparseness(p.q));
}

void latent(Pencil& p) {
    p.need(!has_window(p.net.layer(p.L)), "dense output");
    for (const size_t i : p.units(p.net.units(p.L)))
        p.line(p.s(p.L, p.q, i), p.mixture(p.t.h[p.L - 2].row(p.q), i), p.of_unit("s", p.L, i));
}

// Stages, the classifier, denoising --------------------------------------------------------------

void greedy(Pencil& p) {
    p.need(p.L > 2 && !has_window(p.net.layer(1)) && !has_window(p.net.layer(2)), "second stage");
    const Matrix<double> codes = p.patterns_of_stage(2);
    for (const size_t j : p.units(p.net.units(2))) {
        for (size_t k = 0; k < codes.cols; ++k)
            p.line(numbered("x_", k) + " of stage 2", p.h(1, p.q, k));
        p.line(p.s(2, p.q, j), p.into_stage(2, codes.row(p.q), j), p.of_unit("s", 2, j));
    }
}

void head(Pencil& p) {
    p.need(!has_window(p.net.layer(p.L)), "dense output");
    for (const size_t c : p.units(p.net.units(p.L)))
        p.line(p.y_hat(p.q, c), p.activity(p.L, p.q, c), p.of_unit("h", p.L, c));
    p.line(numbered("J^", p.q), p.pattern_cost(p.q));
    p.deltas(p.L, [&](size_t c) { return p.delta_top(p.q, c); });
}

void fine_tune(Pencil& p) {
    for (size_t l = 1; l <= p.L; ++l)
        p.need(p.net.layer(l).kind == Kind::dense && !p.net.sparse(l), "chain of dense layers");
    p.need(p.L > 1, "layer below the output");
    p.deltas(p.l, [&](size_t j) { return p.delta_through(p.l, p.q, j); });
}

void denoise(Pencil& p) {
    p.need(p.net.loss == Loss::squared_error && p.example.y.cols == p.net.inputs,
           "pattern for a target");
    p.line(numbered("J^", p.q), p.denoising_cost(p.example.y, p.q));
}

// Convolution ------------------------------------------------------------------------------------

/// s of the layer in place, or of the first one, that is of this kind.
template <Kind kind>
void window(Pencil& p) {
    size_t l = p.l;
    while (l < p.L && p.net.layer(l).kind != kind) ++l;
    p.need(p.net.layer(l).kind == kind,
           kind == Kind::convolution ? "convolution" : "deconvolution");
    const size_t i = p.units(p.net.units(l))[0];
    p.line(p.s(l, p.q, i), p.net_input(l, p.q, i), p.of_unit("s", l, i));
    p.line(p.h(l, p.q, i), p.activity(l, p.q, i), p.of_unit("h", l, i));
}

void convolve_gradient(Pencil& p) {
    p.need(has_window(p.net.layer(p.l)), "window here");
    const auto [o, k] = p.weight();
    p.deltas(p.l, [&](size_t j) {
        return p.l == p.L ? p.delta_top(p.q, j) : p.delta_below(p.l, p.q, j);
    });
    p.line(numbered("∂J^", p.q) + "/∂" + p.kernel(p.l, o, k).letters(),
           p.kernel_gradient(p.l, p.q, o, k))
        .quotient = p.by_w(p.l, o, k);
}

// The variational autoencoder --------------------------------------------------------------------

/// Something of each unit of the code that is looked at, whose s are μ and log σ².
template <class Write>
void each_code_unit(Pencil& p, const Write& write) {
    const size_t l = p.net.gaussian_layer();
    p.need(l > 0, "code that is a distribution");
    const std::vector<size_t> net_inputs = p.units(p.net.net_inputs(l));
    if (net_inputs.size() == 1) return write(l, net_inputs[0] % p.net.units(l));
    for (size_t k = 0; k < p.net.units(l); ++k) write(l, k);
}

void sample(Pencil& p) {
    each_code_unit(p, [&](size_t l, size_t k) {
        p.line(p.h(l, p.q, k), p.sample(l, p.q, k), p.of_unit("h", l, k));
    });
}

void elbo(Pencil& p) {
    const size_t l = p.net.gaussian_layer();
    p.need(l > 0, "code that is a distribution");
    Number J = p.name("−log p(x|z)", p.reconstruction(p.q));
    for (size_t k = 0; k < p.net.units(l); ++k)
        J += p.name(numbered("KL_", k), p.divergence(l, p.q, k));
    p.line(numbered("J^", p.q), J);
}

void elbo_gradient(Pencil& p) {
    each_code_unit(p, [&](size_t l, size_t k) {
        const size_t v = p.net.units(l) + k;
        p.line("∂J/∂" + p.mu(l, p.q, k).letters(), p.by_mu(l, p.q, k), p.by_net_input(l, k))
            .quotient = p.by_s(l, k);
        p.line("∂J/∂" + p.log_variance(l, p.q, k).letters(), p.by_log_variance(l, p.q, k),
               p.by_net_input(l, v))
            .quotient = p.by_s(l, v);
    });
}

/// z is the case's ε, a draw from N(0, I) as any other.
void generate(Pencil& p) {
    p.need(p.net.gaussian_layer() > 0 && p.example.noise.rows > 0, "draw from N(0, I)");
    const size_t l = p.net.gaussian_layer() + 1;
    for (const size_t i : p.units(p.net.units(l))) {
        const std::string s = p.s(l, p.q, i).letters();
        const Number made = p.out_of_code(l, p.example.noise.row(p.q), i);
        p.line(s, made);
        p.line("f(" + s + ")", f(p.activation(l), p.name(s, made.value)));
    }
}

constexpr Worked table[] = {
    {"pca", pca, worked_pca},
    {"code-quality", code_quality, worked_codes},
    {"latent", latent, worked_latent},
    {"greedy", greedy, worked_stack},
    {"head", head, worked_heads},
    {"fine-tune", fine_tune, worked_classifier},
    {"denoise", denoise, worked_denoising},
    {"convolve", window<Kind::convolution>, worked_convolutional},
    {"deconvolve", window<Kind::deconvolution>, worked_convolutional},
    {"convolve-gradient", convolve_gradient, worked_convolutional},
    {"reparameterise", sample, worked_variational},
    {"elbo", elbo, worked_variational},
    {"elbo-gradient", elbo_gradient, worked_variational},
    {"generate", generate, worked_variational},
};

}  // namespace

std::span<const Worked> worked_models() { return table; }

}  // namespace autoencoder::lecture
