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

/// ε inside the logarithms, so that none is of 0.
void add_guards(Table& t) {
    const bool logs = !t.squared;
    using Epsilon = std::pair<double, std::string>;
    const auto add = [&](const Epsilon& of_guard, bool moves, bool of_rho, bool of_output, bool in_slope) {
        const double epsilon = of_guard.first;
        std::string of = of_rho ? moves ? "of ρ" : "of ρ and of 1 − ρ" : "";
        if (of_output) of += of_rho ? " and of the output" : "of the output";
        const std::string clause = "a guard of " + of_guard.second +
                                   " stands inside the logarithms " + of +
                                   (in_slope ? "" : ", in the cost alone");
        t.convention("log-guard", of_rho ? "kl" : "cost", clause, [=](Rules& r) {
            if (of_rho) r.sparsity_cost.guard = {epsilon, moves};
            if (of_rho && in_slope) r.sparsity_slope.guard = {epsilon, moves};
            if (of_output) r.forward.guard = epsilon;
            r.forward.guard_slope = of_output && in_slope;
        });
        t.entries.back().alone = !t.entries.back().usual;
    };
    std::vector<Epsilon> all;
    for (const int power : {5, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
        all.emplace_back(std::pow(10, -power), "1e-" + std::to_string(power));
    all.emplace_back(0x1p-23, "2^-23, the ε of float32,");
    all.emplace_back(0x1p-52, "2^-52, the ε of float64,");
    for (const Epsilon& each : all)
        for (const bool in_slope : {true, false}) {
            if (t.sparse) add(each, true, true, false, in_slope);
            if (t.sparse) add(each, false, true, false, in_slope);
            if (logs) add(each, false, false, true, in_slope);
            if (logs && t.sparse) add(each, false, true, true, in_slope);
        }
}

}  // namespace autoencoder::diagnosis
