// The weight penalty, and how people weigh it and the sparsity.
#include <cmath>

#include "diagnosis/mistakes.hpp"

namespace autoencoder::diagnosis {
namespace {

Table::Change penalty(double in_cost, double in_gradient) {
    return [=](Rules& r) {
        r.cost.penalty *= in_cost;
        r.gradient.penalty *= in_gradient;
    };
}

/// Of these layers' weights alone; 0: of all.
Table::Change penalised(std::size_t in_cost, std::size_t in_gradient, bool biases_in_cost = false,
                        bool biases_in_gradient = false) {
    return [=](Rules& r) {
        r.cost.penalised = in_cost;
        r.gradient.penalised = in_gradient;
        if (biases_in_cost) r.cost.bias_penalty = r.cost.penalty;
        if (biases_in_gradient) r.gradient.bias_penalty = r.gradient.penalty;
    };
}

}  // namespace

void add_regulariser_conventions(Table& t) {
    const double N = t.N;
    if (t.lambda > 0) {
        if (N > 1)
            t.convention("penalty-over-2m", "weight-penalty", "the weight penalty is λ/(2N) Σ w²",
                         penalty(1 / N, 1 / N));
        t.convention("penalty-no-half-consistent", "weight-penalty",
                     "the weight penalty is λ Σ w², with the gradient 2λw", penalty(2, 2));
        if (t.L > 1)
            t.convention("head-only-penalty", "weight-penalty",
                         "only the last layer's weights are penalised, in cost and gradient",
                         penalised(t.L, t.L));
    }
    if (t.sparse && N > 1) {
        t.convention("beta-for-gamma", "scale", "the sparsity weight is the lecture's β, γ = β/N",
                     [=](Rules& r) {
                         r.sparsity_cost.weight /= N;
                         r.sparsity_slope.weight /= N;
                     });
        t.variant("the objective is the lecture's sum over patterns, with β for γ", [=](Rules& r) {
            r.cost.data *= N;
            penalty(N, N)(r);
            r.gradient.weights *= N;
            r.gradient.biases *= N;
            r.sparsity_slope.weight /= N;
        });
    }
}

void add_weight_penalty(Table& t) {
    if (t.lambda == 0) return;
    const std::size_t L = t.L;
    const char *in_cost = "weight-penalty", *in_gradient = "weight-penalty-gradient";
    t.mistake("bias-penalised", in_cost, "the biases are penalised too",
              penalised(0, 0, true, true));
    t.mistake("bias-penalised-gradient", in_gradient,
              "the biases are penalised in the gradient, not in the cost",
              penalised(0, 0, false, true));
    t.mistake("penalty-missing", in_cost, "the weight penalty is missing", penalty(0, 0));
    t.mistake("penalty-missing-gradient", in_gradient,
              "the weight penalty is missing in the gradient", penalty(1, 0));
    t.mistake("penalty-missing-cost", in_cost, "the weight penalty is missing in the cost",
              penalty(0, 1));
    t.mistake("penalty-no-half", in_cost, "the cost has λ Σ w², the gradient λw", penalty(2, 1));
    t.mistake("penalty-double-gradient", in_gradient, "the gradient has 2λw, the cost (λ/2) Σ w²",
              penalty(1, 2));
    t.mistake("penalty-sqrt", in_cost, "the cost has √(λ/2) Σ w², as the lecture misprints it",
              penalty(std::sqrt(t.lambda / 2) / (t.lambda / 2), 1));
    if (t.N > 1)
        t.mistake("penalty-inside-mean", in_gradient,
                  "λw is divided by N along with the data's gradient", penalty(1, 1 / t.N));
    t.mistake("penalty-spectral", in_cost,
              "the matrix 2-norm of the weights stands for their sum of squares in the cost",
              [](Rules& r) { r.cost.penalty_spectral = true; });
    if (L == 1) return;
    t.mistake("penalty-last-layer-only", in_cost,
              "only the last layer's weights are penalised in the cost", penalised(L, 0));
    t.mistake("penalty-all-gradient-head", in_gradient,
              "all weights are penalised in the cost, only the last layer's in the gradient",
              penalised(0, L));
    t.variant(
        "all weights and biases are penalised in the cost, only the last layer's weights in the "
        "gradient",
        penalised(0, L, true));
    t.variant(
        "all weights and biases are penalised in the cost, only the last layer's in the gradient",
        penalised(0, L, true, true));
}

}  // namespace autoencoder::diagnosis
