// Conventions, and the mistakes in propagation that these models share with dense ones.
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
                         r.sparsity_slope.weight /= N;  // the gradient of γ Σ KL itself stays
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
}

}  // namespace

void add_general(Table& t) {
    add_conventions(t);
    add_regulariser_conventions(t);
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

}  // namespace autoencoder::diagnosis::chain
