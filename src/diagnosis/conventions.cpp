// What is no mistake: other choices for the same objective, as right as ours.
#include "autoencoder/activation.hpp"
#include "diagnosis/mistakes.hpp"

namespace autoencoder::diagnosis {

void add_conventions(Table& t) {
    const double N = t.N, V = double(t.outputs);
    const bool squared = t.c.network.loss == Loss::squared_error;
    const bool softmax = t.c.network.layers.back().activation == Activation::softmax;
    if (N > 1) {
        t.convention("sum-not-mean", "scale",
                     "the data cost is summed over the patterns, not averaged", [=](Rules& r) {
                         r.cost.data *= N;
                         scale_code(r, N, 1);
                         r.gradient.weights *= N;
                         r.gradient.biases *= N;
                         r.sparsity_slope.weight /= N;  // the gradient of γ Σ KL itself stays
                     });
    }
    if (!softmax && (V > 1 || squared)) {
        const double factor = (squared ? 2 : 1) / V;
        t.convention("mean-over-elements", t.variational ? "elbo" : "cost",
                     squared ? "the squared error is averaged over patterns and outputs, without ½"
                     : t.variational ? "the whole bound is averaged over patterns and outputs"
                                     : "the cross-entropy is averaged over patterns and outputs",
                     [=](Rules& r) {
                         r.cost.data *= factor;
                         scale_code(r, factor, factor);
                         r.back.error_factor *= factor;
                     });
    }
    if (squared) {
        t.convention("no-half", "cost", "the squared error is taken without ½", [](Rules& r) {
            r.cost.data *= 2;
            r.back.error_factor *= 2;
        });
    }
}

}  // namespace autoencoder::diagnosis
