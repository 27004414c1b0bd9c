// The mistakes in sparse coding.
#include <algorithm>

#include "autoencoder/activation.hpp"
#include "autoencoder/report.hpp"
#include "diagnosis/functions.hpp"
#include "diagnosis/mistakes.hpp"

namespace autoencoder::diagnosis {
namespace {

/// Both terms of the cost and of the gradient changed alike.
template <class Set>
Change both(const Set& set) {
    return [=](Rules& r) {
        set(r.sparsity_cost);
        set(r.sparsity_slope);
    };
}
/// The same ρ in the cost and in the gradient.
Change measure(const Measure& rho) {
    return both([=](auto& sparsity) { sparsity.rho = rho; });
}
Change form(Penalty penalty) {
    return both([=](auto& sparsity) { sparsity.form = penalty; });
}
Change in_slope(void (*set)(Sparsity&)) {
    return [=](Rules& r) { set(r.sparsity_slope); };
}

/// ρ of a part of the patterns: the first of them, the last of them.
void add_minibatches(Table& t) {
    const std::size_t N = t.c.x.rows;
    std::vector<std::size_t> sizes = {N / 2, N / 4, N / 5, N / 8, N / 10};
    for (const std::size_t size : {1u, 10u, 16u, 20u, 32u, 50u, 64u, 100u, 128u, 200u, 250u, 256u, 500u}) {
        sizes.push_back(size);
        sizes.push_back(N % size);  // what is left for the last one
    }
    for (std::size_t size = 2; N <= 16 && size < N; ++size) sizes.push_back(size);
    for (auto each = sizes.begin(); each != sizes.end(); ++each) {
        const std::size_t size = *each;
        if (size == 0 || size >= N || std::find(sizes.begin(), each, size) != each) continue;
        for (const bool last : {false, true})
            for (const Activity activity : {Activity::over_part, Activity::over_part_for_all})
                t.mistake(
                    "rho-minibatch", "mean-activity",
                    "ρ is the mean over the " + std::string(last ? "last " : "first ") +
                        std::to_string(size) + " of the patterns" +
                        (activity == Activity::over_part ? "" : ", its gradient in all of them"),
                    measure({activity, last ? N - size : 0, size}));
    }
}

/// An exponential running mean, one step after its start.
void add_running_means(Table& t) {
    for (const bool in_cost : {true, false})
        for (const double begin : {0.0, t.net.sparsity_target})
            for (const double memory : {0.9, 0.95, 0.99, 0.999})
                t.mistake("rho-running-mean", "mean-activity",
                          "the gradient has a running mean of ρ (begun at " +
                              std::string(begin == 0 ? "0" : "ρ̄") + ", memory " +
                              std::to_string(memory).substr(0, 5) + ")" +
                              (in_cost ? ", the cost the mean over the patterns"
                                       : " and the cost no sparsity at all"),
                          [=](Rules& r) {
                              r.sparsity_slope.rho.memory = memory;
                              r.sparsity_slope.rho.begin = begin;
                              if (!in_cost) r.sparsity_cost.weight = 0;
                          });
}

/// One sparse layer's ρ at every layer, where the sizes allow it.
void add_other_layers(Table& t) {
    std::vector<std::size_t> layers;
    for (std::size_t l = 1; l < t.L; ++l)
        if (t.net.sparse(l)) layers.push_back(l);
    const bool alike = std::ranges::all_of(
        layers, [&](std::size_t l) { return t.net.units(l) == t.net.units(layers[0]); });
    for (const std::size_t l : layers)
        for (const bool in_cost : {false, true})
            if (layers.size() > 1 && alike)
                t.mistake("wrong-layer-rho", "mean-activity",
                          "ρ of layer " + std::to_string(l) + " is used at every hidden layer" +
                              (in_cost ? ", in the cost too" : ""),
                          [=](Rules& r) {
                              r.sparsity_slope.rho.layer = l;
                              if (in_cost) r.sparsity_cost.rho.layer = l;
                          });
}

}  // namespace

void add_sparsity(Table& t) {
    if (!t.sparse) return;
    const double N = t.N, gamma = t.gamma;
    t.mistake("kl-outside-derivative", "delta-sparse", "the sparsity term is added outside f'(s)",
              in_slope([](Sparsity& of) { of.outside_derivative = true; }));
    t.mistake("kl-sign", "sparsity-direction", "the sparsity term has the other sign in δ",
              sparsity(1, -1));
    t.mistake("kl-missing", "sparse-cost", "the sparsity term is missing", sparsity(0, 0));
    t.mistake("kl-missing-gradient", "delta-sparse", "the sparsity term is missing in the gradient",
              sparsity(1, 0));
    t.mistake("kl-missing-cost", "sparse-cost", "the sparsity term is missing in the cost",
              sparsity(0, 1));
    t.mistake("kl-weight-missing-gradient", "delta-sparse", "γ is missing in the gradient",
              sparsity(1, 1 / gamma));
    t.mistake("kl-reversed", "kl", "KL(ρ_j‖ρ̄) stands for KL(ρ̄‖ρ_j)", form(Penalty::reversed));
    const auto other = [&](const std::string& is, const Change& change) {
        t.mistake("other-sparsity", "kl", is, change);
    };
    const Change single = measure({Activity::single});
    other("ρ_j itself, L1, stands for KL(ρ̄‖ρ_j)", form(Penalty::linear));
    other("(ρ_j − ρ̄)² stands for KL(ρ̄‖ρ_j)", form(Penalty::squared));
    other("ρ_j² stands for KL(ρ̄‖ρ_j)", form(Penalty::square));
    other("the mean of (h_j − ρ̄)² stands for KL(ρ̄‖ρ_j)", form(Penalty::squared) + single);
    other("the mean of h_j², L2, stands for KL(ρ̄‖ρ_j)", form(Penalty::square) + single);
    other("ρ and ρ̄ go through a softmax over the units", measure({Activity::softmaxed}));
    for (std::size_t row = 0; row < sparse_rows().size(); ++row)
        for (const bool of_single : {false, true}) {
            const Penalty penalty = Penalty(row + std::size_t(Penalty::first_row));
            t.rare("other-sparsity", "kl", (of_single ? "the mean over the patterns, with h_j for ρ_j, of " : "") +
                       sparse_rows()[row].words + " stands for KL(ρ̄‖ρ_j)",
                   of_single ? form(penalty) + single : form(penalty));
        }
    for (const double begin : {0.0, t.net.sparsity_target, 0.5})
        for (const double memory : {0.9, 0.95, 0.99, 0.999})
            for (const bool detached : {false, true})
                t.rare("rho-running-mean", "mean-activity",
                       "cost and gradient have a running mean of ρ, begun at " + rounded(begin, 3) + ", memory " +
                           rounded(memory, 3) + (detached ? ", ∂ρ/∂h that of the mean" : ""),
                       measure({.memory = memory, .begin = begin}) + sparsity(1, detached ? 1 : 1 - memory));
    t.rare("other-sparsity", "mean-activity", "ρ is f of the mean net input", measure({Activity::of_mean_input}));
    t.rare("other-sparsity", "mean-activity", "ρ is the mean of |h|", measure({Activity::sizes}));
    t.rare("other-sparsity", "mean-activity", "ρ is the mean of h²", measure({Activity::squares}));
    t.rare("other-sparsity", "mean-activity", "ρ is the largest h of the patterns", measure({Activity::largest}));
    t.rare("other-sparsity", "rho-by-s", "the sparsity term has f' at ρ, not at s of each pattern", in_slope([](Sparsity& of) { of.slope_of_mean = true; }));
    t.rare("other-sparsity", "delta-sparse", "the sparsity term of unit q is added at pattern q, not that of each unit at all patterns",
           in_slope([](Sparsity& of) { of.along_patterns = true; }));
    if (t.masked) {
        t.rare("other-sparsity", "mean-activity", "ρ is the mean of h as dropout leaves it", measure({Activity::dropped}));
        t.rare("other-sparsity", "mean-activity", "ρ is the mean of m h, which is not scaled", measure({Activity::dropped_unscaled}));
    }
    t.mistake("kl-weight-first-term", "kl-by-rho", "γ stands before the first term of ∂KL/∂ρ alone",
              [=](Rules& r) { r.sparsity_slope.second /= gamma; });
    t.mistake("kl-first-term-only", "kl", "KL is its first term alone, ρ̄ log(ρ̄/ρ_j)",
              both([](auto& of) { of.second = 0; }));
    t.mistake("kl-mean-over-units", "sparse-cost",
              "KL is averaged over the hidden units, not summed",
              both([](auto& of) { of.mean_over_units = true; }));
    t.mistake("kl-extra-1-over-m", "rho-by-s",
              "1/N is applied twice to the sparsity term of the gradient", sparsity(1, 1 / N));
    t.mistake("kl-times-m", "rho-by-s", "1/N is not applied to the sparsity term of the gradient",
              sparsity(1, N));
    if (N > 1) {
        t.mistake("kl-per-pattern", "mean-activity",
                  "KL of each activity is averaged, for KL of the mean activity", single);
        t.mistake("kl-per-pattern-gradient", "mean-activity",
                  "the gradient has single activities where the cost has their mean",
                  in_slope([](Sparsity& of) { of.rho.activity = Activity::single; }));
    }
    t.mistake(
        "kl-over-visible", "kl",
        "the constant terms of KL are counted once for each input instead of each hidden unit",
        [](Rules& r) { r.sparsity_cost.over_visible = true; });
    t.mistake("rho-over-units", "mean-activity",
              "ρ is the mean over the units, one for each pattern",
              measure({Activity::over_units}));
    t.variant(
        "ρ is the mean over the units, one for each pattern, its share of 1/n left out of the "
        "gradient",
        measure({Activity::over_units_unscaled}));
    t.variant("ρ is one mean over all units and patterns", measure({Activity::over_everything}));
    t.rare("rho-over-units", "mean-activity", "ρ is one mean over all units and patterns, and its divergence is taken once",
           measure({Activity::over_everything}) + both([](auto& of) { of.mean_over_units = true; }));
    const std::size_t family = t.entries.size();
    add_running_means(t);
    add_minibatches(t);
    for (std::size_t i = family; i < t.entries.size(); ++i) t.entries[i].tuned = true;
    t.mistake("rho-double-sigmoid", "mean-activity", "a sigmoid is applied to the mean activity",
              measure({Activity::squashed}));
    for (const double in_slope : {N / (N - 1), 1.0})  // of ∂ρ/∂h: 1/(N − 1), 1/N
        if (N > 2)
            t.mistake("rho-over-fewer", "mean-activity",
                      std::string("ρ is divided by N − 1, not by N") +
                          (in_slope == 1 ? ", ∂ρ/∂h by N" : ""),
                      measure({.memory = -1 / (N - 1)}) + sparsity(1, in_slope));
    if (N > 1)
        t.mistake("rho-sum", "mean-activity",
                  "the activities are summed over the patterns, not averaged",
                  measure({Activity::summed}));
    if (t.has(Activation::tanh, true)) {
        t.mistake("tanh-rho-half", "rho-by-s", "∂ρ/∂h of a mapped tanh is taken as 1 instead of ½",
                  in_slope([](Sparsity& of) { of.whole_tanh = true; }));
        t.mistake("tanh-rho-unmapped", "mean-activity", "the mean of tanh is put into KL as it is",
                  measure({Activity::unmapped}));
    }
    add_other_layers(t);
    t.mistake("kl-sign-first-term", "kl-by-rho", "the gradient has +ρ̄/ρ_j for −ρ̄/ρ_j",
              in_slope([](Sparsity& of) { of.first *= -1; }));
    if (t.output == Activation::sigmoid || t.output == Activation::tanh)
        t.mistake("kl-on-output", "sparse-cost", "the output layer is made sparse too",
                  both([](auto& of) { of.on_output = true; }));
}

}  // namespace autoencoder::diagnosis
