// The weight penalty, and how people weigh it and the sparsity.
#include <cmath>

#include "diagnosis/mistakes.hpp"

namespace autoencoder::diagnosis {

void add_regulariser_conventions(Table& t) {
    const double N = t.N;
    if (t.lambda > 0) {
        if (N > 1) {
            t.convention("penalty-over-2m", "weight-penalty", "the weight penalty is λ/(2N) Σ w²",
                         [=](Rules& r) {
                             r.cost.penalty /= N;
                             r.gradient.penalty /= N;
                         });
        }
        t.convention("penalty-no-half-consistent", "weight-penalty",
                     "the weight penalty is λ Σ w², with the gradient 2λw", [](Rules& r) {
                         r.cost.penalty *= 2;
                         r.gradient.penalty *= 2;
                     });
        if (t.L > 1) {
            t.convention("head-only-penalty", "weight-penalty",
                         "only the last layer's weights are penalised, in cost and gradient",
                         [](Rules& r) {
                             r.cost.penalty_last_only = true;
                             r.gradient.penalty_last_only = true;
                         });
        }
    }
    if (t.sparse && N > 1) {
        t.convention("beta-for-gamma", "scale", "the sparsity weight is the lecture's β, γ = β/N",
                     [=](Rules& r) {
                         r.sparsity_cost.weight /= N;
                         r.sparsity_slope.weight /= N;
                     });
        t.variant("the objective is the lecture's sum over patterns, with β for γ", [=](Rules& r) {
            r.cost.data *= N;
            r.cost.penalty *= N;
            r.gradient.weights *= N;
            r.gradient.biases *= N;
            r.gradient.penalty *= N;
            r.sparsity_slope.weight /= N;
        });
    }
}

void add_weight_penalty(Table& t) {
    if (t.lambda == 0) return;
    const double N = t.N, lambda = t.lambda;
    t.mistake("bias-penalised", "weight-penalty", "the biases are penalised too", [](Rules& r) {
        r.cost.bias_penalty = r.cost.penalty;
        r.gradient.bias_penalty = r.gradient.penalty;
    });
    t.mistake("bias-penalised-gradient", "weight-penalty-gradient",
              "the biases are penalised in the gradient, not in the cost",
              [](Rules& r) { r.gradient.bias_penalty = r.gradient.penalty; });
    t.mistake("penalty-missing", "weight-penalty", "the weight penalty is missing", [](Rules& r) {
        r.cost.penalty = 0;
        r.gradient.penalty = 0;
    });
    t.mistake("penalty-missing-gradient", "weight-penalty-gradient",
              "the weight penalty is missing in the gradient",
              [](Rules& r) { r.gradient.penalty = 0; });
    t.mistake("penalty-missing-cost", "weight-penalty", "the weight penalty is missing in the cost",
              [](Rules& r) { r.cost.penalty = 0; });
    t.mistake("penalty-no-half", "weight-penalty", "the cost has λ Σ w², the gradient λw",
              [](Rules& r) { r.cost.penalty *= 2; });
    t.mistake("penalty-double-gradient", "weight-penalty-gradient",
              "the gradient has 2λw, the cost (λ/2) Σ w²",
              [](Rules& r) { r.gradient.penalty *= 2; });
    t.mistake("penalty-sqrt", "weight-penalty",
              "the cost has √(λ/2) Σ w², as the lecture misprints it",
              [=](Rules& r) { r.cost.penalty *= std::sqrt(lambda / 2) / (lambda / 2); });
    if (N > 1)
        t.mistake("penalty-inside-mean", "weight-penalty-gradient",
                  "λw is divided by N along with the data's gradient",
                  [=](Rules& r) { r.gradient.penalty /= N; });
    t.mistake("penalty-spectral", "weight-penalty",
              "the matrix 2-norm of the weights stands for their sum of squares in the cost",
              [](Rules& r) { r.cost.penalty_spectral = true; });
    if (t.L > 1) {
        t.mistake("penalty-last-layer-only", "weight-penalty",
                  "only the last layer's weights are penalised in the cost",
                  [](Rules& r) { r.cost.penalty_last_only = true; });
        t.mistake("penalty-all-gradient-head", "weight-penalty-gradient",
                  "all weights are penalised in the cost, only the last layer's in the gradient",
                  [](Rules& r) { r.gradient.penalty_last_only = true; });
        t.variant(
            "all weights and biases are penalised in the cost, only the last layer's weights in "
            "the gradient",
            [](Rules& r) {
                r.cost.bias_penalty = r.cost.penalty;
                r.gradient.penalty_last_only = true;
            });
        t.variant(
            "all weights and biases are penalised in the cost, only the last layer's in the "
            "gradient",
            [](Rules& r) {
                r.cost.bias_penalty = r.cost.penalty;
                r.gradient.penalty_last_only = true;
                r.gradient.bias_penalty = r.gradient.penalty;
            });
    }
}

}  // namespace autoencoder::diagnosis
