// What the second head of a gaussian layer, a, is taken for, and what follows from it:
//
//                      σ         log σ²       ∂σ/∂a      ½ ∂(σ² − log σ²)/∂a
//     log variance     e^{a/2}   a            ½ σ        ½ (σ² − 1)               the lecture
//     deviation        a         log a²       1          a − 1/a
//     log deviation    e^a       2a           σ          σ² − 1
#pragma once

#include "autoencoder/elementwise.hpp"
#include "diagnosis/rules.hpp"

namespace autoencoder::diagnosis {

inline double deviation(Head head, double a) {
    if (head == Head::unit) return 1;
    if (head == Head::deviation) return a;
    return exponential(head == Head::log_variance ? a / 2 : a);
}

inline double log_variance(Head head, double a) {
    if (head == Head::deviation) return logarithm(a * a);
    return head == Head::log_variance ? a : 2 * a;
}

inline double variance(Head head, double a) { return deviation(head, a) * deviation(head, a); }

inline double deviation_slope(Head head, double a) {
    if (head == Head::deviation) return 1;
    if (head == Head::unit) return 0;
    const double sigma = deviation(head, a);
    return head == Head::log_variance ? sigma / 2 : sigma;
}

inline double divergence_slope(Head head, const CodeWeights& of, bool squared, double a) {
    if (squared)
        return 0.5 * of.variance * variance(head, a) +
               of.log_variance * (log_variance(head, a) / 4);
    if (head == Head::deviation) return of.variance * a - of.log_variance / a;
    const double sigma = deviation(head, a);
    return (of.variance * (sigma * sigma) - of.log_variance) *
           (head == Head::log_variance ? 0.5 : 1);
}

}  // namespace autoencoder::diagnosis
