// What is no mistake: other choices for the same objective, as right as ours.
#include <cmath>

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

/// ε inside the logarithms, so that none is of 0.
void add_guards(Table& t) {
    const bool logs = t.c.network.loss == Loss::cross_entropy;
    if (!t.sparse && !logs) return;
    const auto add = [&](int power, bool moves, bool of_rho, bool of_output, bool in_slope) {
        const double epsilon = std::pow(10, -power);
        std::string of = of_rho ? moves ? "of ρ" : "of ρ and of 1 − ρ" : "";
        if (of_output) of += of_rho ? " and of the output" : "of the output";
        const auto change = [=](Rules& r) {
            if (of_rho) r.sparsity_cost.guard = {epsilon, moves};
            if (of_rho && in_slope) r.sparsity_slope.guard = {epsilon, moves};
            if (of_output) r.forward.guard = epsilon;
            r.forward.guard_slope = of_output && in_slope;
        };
        const std::string clause = "a guard of 1e-" + std::to_string(power) +
                                   " stands inside the logarithms " + of +
                                   (in_slope ? "" : ", in the cost alone");
        if (t.entries.empty() || t.entries.back().id != "log-guard")
            t.convention("log-guard", of_rho ? "kl" : "cost", clause, change);
        else
            t.variant(clause, change);
        t.entries.back().alone = !t.entries.back().usual;
    };
    for (const int power : {5, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
        for (const bool in_slope : {true, false}) {
            if (t.sparse) add(power, true, true, false, in_slope);
            if (t.sparse) add(power, false, true, false, in_slope);
            if (logs) add(power, false, false, true, in_slope);
            if (logs && t.sparse) add(power, false, true, true, in_slope);
        }
}

}  // namespace autoencoder::diagnosis
