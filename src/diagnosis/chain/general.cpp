// Conventions, and the mistakes in propagation and weight penalty that every model knows.
#include "diagnosis/chain/mistakes.hpp"

namespace autoencoder::diagnosis::chain {
namespace {

void add_conventions(Table& t) {
    const Network& net = t.c.network;
    const double N = double(t.c.x.rows), V = double(net.units(net.depth()));
    const bool squared = net.loss == Loss::squared_error;
    const bool softmax = net.layers.back().activation == Activation::softmax;
    const bool variational = net.gaussian_layer() > 0;
    if (N > 1)
        t.convention("sum-not-mean", "scale",
                     "the data cost is summed over the patterns, not averaged", [=](Rules& r) {
                         r.cost.data *= N;
                         r.cost.divergence *= N;
                         r.gradient.weights *= N;
                         r.gradient.biases *= N;
                         r.back.sparsity /= N;  // the gradient of γ Σ KL itself stays
                     });
    if (!softmax && (V > 1 || squared)) {
        const double factor = (squared ? 2 : 1) / V;
        t.convention("mean-over-elements", variational ? "elbo" : "cost",
                     squared ? "the squared error is averaged over patterns and outputs, without ½"
                     : variational ? "the whole bound is averaged over patterns and outputs"
                                   : "the cross-entropy is averaged over patterns and outputs",
                     [=](Rules& r) {
                         r.cost.data *= factor;
                         r.back.error_factor *= factor;
                         r.cost.divergence *= factor;
                         r.back.divergence *= factor;
                     });
    }
    if (squared)
        t.convention("no-half", "cost", "the squared error is taken without ½", [](Rules& r) {
            r.cost.data *= 2;
            r.back.error_factor *= 2;
        });
    if (net.weight_penalty <= 0) return;
    const auto penalty_times = [](double factor) {
        return [=](Rules& r) {
            r.cost.penalty *= factor;
            r.gradient.penalty *= factor;
        };
    };
    if (N > 1)
        t.convention("penalty-over-2m", "weight-penalty", "the weight penalty is λ/(2N) Σ w²",
                     penalty_times(1 / N));
    t.convention("penalty-no-half-consistent", "weight-penalty",
                 "the weight penalty is λ Σ w², with the gradient 2λw", penalty_times(2));
}

}  // namespace

void add_general(Table& t) {
    add_conventions(t);
    const Network& net = t.c.network;
    const double N = double(t.c.x.rows);
    const std::size_t L = net.depth();
    if (N > 1) {
        t.mistake("gradient-sum-cost-mean", "gradient",
                  "1/N is missing in the gradient, while the cost has it", [=](Rules& r) {
                      r.gradient.weights *= N;
                      r.gradient.biases *= N;
                  });
        t.mistake("bias-gradient-sum", "gradient", "1/N is missing in the gradients of the biases",
                  [=](Rules& r) { r.gradient.biases *= N; });
        if (L > 1)
            t.mistake("output-bias-gradient-sum", "gradient",
                      "1/N is missing in the gradient of the output's biases",
                      [=](Rules& r) { r.gradient.output_bias *= N; });
    }
    t.mistake("output-delta-sign", "delta-output", "the output's δ has the other sign",
              [](Rules& r) { r.back.error_factor *= -1; });
    if (net.loss == Loss::squared_error && net.layers.back().activation != Activation::linear)
        t.mistake("no-output-derivative", "delta-output", "f' is missing at the output",
                  [](Rules& r) { r.back.output_slope = false; });
    bool bent = false;
    for (std::size_t l = 1; l < L; ++l) bent |= net.layer(l).activation != Activation::linear;
    if (bent)
        t.mistake("no-hidden-derivative", "delta-hidden", "f' is missing at the hidden layers",
                  [](Rules& r) { r.back.hidden_slope = false; });
}

void add_weight_penalty(Table& t) {
    if (t.c.network.weight_penalty <= 0) return;
    t.mistake("bias-penalised", "weight-penalty", "the biases are penalised too", [](Rules& r) {
        r.cost.bias_penalty = r.cost.penalty;
        r.gradient.bias_penalty = r.gradient.penalty;
    });
    t.mistake("bias-penalised-gradient", "weight-penalty-gradient",
              "the biases are penalised in the gradient only",
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
    t.mistake("penalty-no-half", "weight-penalty",
              "the cost has λ Σ w² without ½, while the gradient has λw",
              [](Rules& r) { r.cost.penalty *= 2; });
    t.mistake("penalty-double-gradient", "weight-penalty-gradient",
              "the gradient has 2λw, while the cost has (λ/2) Σ w²",
              [](Rules& r) { r.gradient.penalty *= 2; });
    if (t.c.x.rows > 1)
        t.mistake("penalty-inside-mean", "weight-penalty-gradient",
                  "λw is divided by N with the data's gradient",
                  [N = double(t.c.x.rows)](Rules& r) { r.gradient.penalty /= N; });
}

}  // namespace autoencoder::diagnosis::chain
