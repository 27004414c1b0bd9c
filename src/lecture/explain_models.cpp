// What `explain` shows of the equations of codes, stacks, classifiers, and of the denoising, convolutional and
// variational autoencoder.
#include <algorithm>

#include "autoencoder/activation.hpp"
#include "autoencoder/convolution.hpp"
#include "lecture/pencil.hpp"

namespace autoencoder::lecture {
namespace {

void explain_pca(Pencil& p) {
    p.need(p.L == 2 && p.net.layer(1).activation == Activation::linear &&
               p.net.layer(2).activation == Activation::linear,
           "pair of linear layers");
    p.line("least J", p.left_out(eigen(p.second_moments()), p.net.units(1))).remark =
        "λ_k: the eigenvalues of (1/N) Σ_q (x − x̄)(x − x̄)ᵀ";
}

void explain_code_quality(Pencil& p) {
    p.need(p.L == 0, "code for patterns");
    p.line("mean |r_ij|", p.mean_overlap());
    p.line("sparseness of pattern " + std::to_string(p.q + 1), p.sparseness(p.q));
}

void explain_latent(Pencil& p) {
    p.need(!has_window(p.net.layer(p.L)), "dense output");
    for (const size_t i : p.units(p.net.units(p.L)))
        p.line(p.s(p.L, p.q, i), p.mixture(p.t.h[p.L - 2].row(p.q), i), p.of_unit("s", p.L, i));
}

void explain_greedy(Pencil& p) {
    p.need(p.L > 2 && !has_window(p.net.layer(1)) && !has_window(p.net.layer(2)), "second stage");
    const Matrix<double> codes = p.patterns_of_stage(2);
    for (const size_t j : p.units(p.net.units(2))) {
        for (size_t k = 0; k < codes.cols; ++k)
            p.line("x_" + std::to_string(k + 1) + " of stage 2", p.h(1, p.q, k));
        p.line(p.s(2, p.q, j), p.into_stage(2, codes.row(p.q), j), p.of_unit("s", 2, j));
    }
}

void explain_head(Pencil& p) {
    const bool log_loss = p.net.loss == Loss::cross_entropy;
    p.need(!has_window(p.net.layer(p.L)), "dense output");
    for (const size_t c : p.units(p.net.units(p.L)))
        p.line(p.y_hat(p.q, c), p.activity(p.L, p.q, c), p.of_unit("h", p.L, c));
    p.line("J^" + std::to_string(p.q + 1), p.pattern_cost(p.q));
    for (const size_t c : p.units(p.net.units(p.L)))
        p.line(p.delta(p.L, p.q, c), log_loss ? p.delta_head(p.q, c) : p.delta_output(p.q, c),
               p.of_unit("delta", p.L, c))
            .quotient = -p.by_s(p.L, c);
}

void explain_fine_tune(Pencil& p) {
    for (size_t l = 1; l <= p.L; ++l)
        p.need(p.net.layer(l).kind == Kind::dense && !p.net.sparse(l), "chain of dense layers");
    p.need(p.L > 1, "layer below the output");
    for (const size_t j : p.units(p.net.units(p.l)))
        p.line(p.delta(p.l, p.q, j), p.delta_through(p.l, p.q, j), p.of_unit("delta", p.l, j)).quotient =
            -p.by_s(p.l, j);
}

void explain_denoise(Pencil& p) {
    p.need(p.net.loss == Loss::squared_error && p.example.y.cols == p.net.inputs, "pattern for a target");
    p.line("J^" + std::to_string(p.q + 1), p.denoising_cost(p.example.y, p.q));
}

/// s of the layer in place, or of the first one, that is of this kind.
template <Kind kind>
void explain_window(Pencil& p) {
    size_t l = p.l;
    while (l < p.L && p.net.layer(l).kind != kind) ++l;
    p.need(p.net.layer(l).kind == kind, kind == Kind::convolution ? "convolution" : "deconvolution");
    const size_t i = p.units(p.net.units(l))[0];
    p.line(p.s(l, p.q, i), p.net_input(l, p.q, i), p.of_unit("s", l, i));
}

void explain_convolve_gradient(Pencil& p) {
    p.need(has_window(p.net.layer(p.l)), "window here");
    const auto [fine, coarse] = p.images(p.l);
    const size_t j = std::min(p.j, p.net.units(p.l) - 1), o = std::min(p.j, coarse.count - 1);
    p.line(p.delta(p.l, p.q, j), p.l == p.L ? p.delta_top(p.q, j) : p.delta_below(p.l, p.q, j),
           p.of_unit("delta", p.l, j))
        .quotient = -p.by_s(p.l, j);
    p.line("∂J^" + std::to_string(p.q + 1) + "/∂" + p.kernel(p.l, o, 0, 0, p.k).text->as[0],
           p.kernel_gradient(p.l, p.q, o, p.k))
        .quotient = p.by_w(p.l, o, p.k);
}

/// A formula for each unit of the code that is looked at.
template <class Write>
void each_code_unit(Pencil& p, const Write& write) {
    p.need(p.net.gaussian_layer() > 0, "code that is a distribution");
    for (const size_t k : p.units(p.net.units(p.net.gaussian_layer()))) write(p.net.gaussian_layer(), k);
}

void explain_sample(Pencil& p) {
    each_code_unit(p, [&](size_t l, size_t k) {
        p.line(p.h(l, p.q, k), p.sample(l, p.q, k), p.of_unit("h", l, k));
    });
}

void explain_elbo(Pencil& p) {
    Number J;
    each_code_unit(p, [&](size_t l, size_t) {
        J = p.name("−log p(x|z)", p.reconstruction(p.q));
        for (size_t k = 0; k < p.net.units(l); ++k)
            J += p.name("KL_" + std::to_string(k + 1), p.divergence(l, p.q, k));
    });
    p.line("J^" + std::to_string(p.q + 1), J, {p.N == 1 && p.net.weight_penalty == 0 ? "cost" : ""});
}

void explain_elbo_gradient(Pencil& p) {
    each_code_unit(p, [&](size_t l, size_t k) {
        const size_t n = p.net.units(l);
        p.line("∂J/∂" + p.mu(l, p.q, k).text->as[0], p.by_mu(l, p.q, k)).quotient = p.by_s(l, k);
        p.line("∂J/∂" + p.log_variance(l, p.q, k).text->as[0], p.by_log_variance(l, p.q, k)).quotient =
            p.by_s(l, n + k);
    });
}

/// z is the case's ε, a draw from N(0, I) as any other.
void explain_generate(Pencil& p) {
    p.need(p.net.gaussian_layer() > 0 && p.example.noise.rows > 0, "draw from N(0, I)");
    const size_t l = p.net.gaussian_layer() + 1;
    for (const size_t i : p.units(p.net.units(l))) {
        const Number made = p.out_of_code(l, p.example.noise.row(p.q), i);
        p.line(p.s(l, p.q, i), made);
        p.line("f(" + p.s(l, p.q, i).text->as[0] + ")",
               f(p.activation(l), p.name(p.s(l, p.q, i).text->as[0], made.value)));
    }
}

constexpr Worked table[] = {
    {"pca", explain_pca, worked_pca},
    {"code-quality", explain_code_quality, worked_codes},
    {"latent", explain_latent, worked_latent},
    {"greedy", explain_greedy, worked_stack},
    {"head", explain_head, worked_heads},
    {"fine-tune", explain_fine_tune, worked_classifier},
    {"denoise", explain_denoise, worked_denoising},
    {"convolve", explain_window<Kind::convolution>, worked_convolutional},
    {"deconvolve", explain_window<Kind::deconvolution>, worked_convolutional},
    {"convolve-gradient", explain_convolve_gradient, worked_convolutional},
    {"reparameterise", explain_sample, worked_variational},
    {"elbo", explain_elbo, worked_variational},
    {"elbo-gradient", explain_elbo_gradient, worked_variational},
    {"generate", explain_generate, worked_variational},
};

}  // namespace

std::span<const Worked> worked_models() { return table; }

}  // namespace autoencoder::lecture
