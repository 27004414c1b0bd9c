// What is no mistake: other choices for the same objective, as right as ours.
#include <cmath>
#include <vector>

#include "autoencoder/activation.hpp"
#include "diagnosis/mistakes.hpp"

namespace autoencoder::diagnosis {

void add_conventions(Table& t) {
    const double N = t.N, V = t.outputs, of_squares = (t.squared ? 2 : 1) / V;
    // The gradient of γ Σ KL itself stays.
    t.convention("sum-not-mean", "scale", "the data cost is summed over the patterns, not averaged",
                 data(N, 1) + code(N, 1) + sums(N, N) + sparsity(1, 1 / N));
    t.variant("the whole objective is summed over the patterns: N times ours",
              data(N, 1) + penalty(N, N) + code(N, 1) + sums(N, N) + sparsity(N, 1));
    if (!t.softmax)
        t.convention("mean-over-elements", t.variational ? "elbo" : "cost",
                     t.squared
                         ? "the squared error is averaged over patterns and outputs, without ½"
                     : t.variational ? "the whole bound is averaged over patterns and outputs"
                                     : "the cross-entropy is averaged over patterns and outputs",
                     data(of_squares, of_squares) + code(of_squares, of_squares));
    if (t.squared)
        t.convention("no-half", "cost", "the squared error is taken without ½", data(2, 2));
    if (t.lambda > 0) {
        t.convention("penalty-over-2m", "weight-penalty", "the weight penalty is λ/(2N) Σ w²",
                     penalty(1 / N, 1 / N));
        t.convention("penalty-no-half-consistent", "weight-penalty",
                     "the weight penalty is λ Σ w², with the gradient 2λw", penalty(2, 2));
        if (t.L > 1 && t.classes)
            t.convention("head-only-penalty", "weight-penalty",
                         "only the last layer's weights are penalised, in cost and gradient",
                         [L = t.L](Rules& r) { r.cost.decay.only = r.gradient.decay.only = L; });
    }
    if (t.sparse && N > 1) {
        t.convention("beta-for-gamma", "scale", "the sparsity weight is the lecture's β, γ = β/N",
                     sparsity(1 / N, 1 / N));
        t.variant("the objective is the lecture's sum over patterns, with β for γ",
                  data(N, 1) + penalty(N, N) + sums(N, N) + sparsity(1, 1 / N));
    }
}

/// The usual ε inside the logarithms; of all others guards.hpp looks for the one that they have.
void add_guards(Table& t) {
    Guard guard{Form::moved, 1e-5};
    if (!t.sparse) guard.form = Form::plus;
    Guards all;
    if (t.sparse) all.rho = all.rho_slope = guard;
    if (!t.sparse && !t.squared) all.output = all.output_slope = guard;
    if (all.any())
        t.convention("log-guard", t.sparse ? "kl" : "cost", all.words(),
                     [=](Rules& r) { set_guards(r, all); });
}

}  // namespace autoencoder::diagnosis
