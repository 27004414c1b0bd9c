// The mistakes in sparse coding.
#include <algorithm>

#include "autoencoder/activation.hpp"
#include "diagnosis/mistakes.hpp"

namespace autoencoder::diagnosis {
namespace {

/// γ Σ KL by factors of its own, in the cost and in the gradient.
Table::Change weighed(double in_cost, double in_gradient) {
    return [=](Rules& r) {
        r.sparsity_cost.weight *= in_cost;
        r.sparsity_slope.weight *= in_gradient;
    };
}

/// Both terms of the cost and of the gradient changed alike.
template <class Set>
Table::Change both(const Set& set) {
    return [=](Rules& r) {
        set(r.sparsity_cost);
        set(r.sparsity_slope);
    };
}

/// The same ρ in the cost and in the gradient.
Table::Change measure(const Measure& rho) {
    return both([=](auto& sparsity) { sparsity.rho = rho; });
}

/// ρ of a part of the patterns: the first of them, the last of them.
void add_minibatches(Table& t) {
    const std::size_t N = t.c.x.rows;
    std::vector<std::size_t> sizes = {N / 2, N / 4, N / 5, N / 8, N / 10};
    for (const int size : {1, 10, 16, 20, 32, 50, 64, 100, 128, 200, 250, 256, 500})
        sizes.push_back(std::size_t(size));
    for (std::size_t size = 2; N <= 16 && size < N; ++size) sizes.push_back(size);
    std::vector<std::size_t> seen;
    for (const std::size_t size : sizes) {
        if (size == 0 || size >= N || std::find(seen.begin(), seen.end(), size) != seen.end())
            continue;
        seen.push_back(size);
        for (const bool last : {false, true})
            for (const Activity activity : {Activity::over_part, Activity::over_part_for_all})
                t.way("rho-minibatch", "mean-activity",
                      "ρ is the mean over the " + std::string(last ? "last " : "first ") +
                          std::to_string(size) + " of the patterns" +
                          (activity == Activity::over_part ? "" : ", its gradient in all of them"),
                      measure({activity, last ? N - size : 0, size}));
    }
}

/// An exponential running mean, one step after its start.
void add_running_means(Table& t) {
    for (const bool in_cost : {true, false})
        for (const double begin : {0.0, t.c.network.sparsity_target})
            for (const double memory : {0.9, 0.95, 0.99, 0.999})
                t.way("rho-running-mean", "mean-activity",
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
        if (t.c.network.sparse(l)) layers.push_back(l);
    const auto fits = [&](std::size_t l) {
        return t.c.network.units(l) == t.c.network.units(layers[0]);
    };
    if (layers.size() < 2 || !std::all_of(layers.begin(), layers.end(), fits)) return;
    for (const std::size_t l : layers)
        for (const bool in_cost : {false, true})
            t.way("wrong-layer-rho", "mean-activity",
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
              [](Rules& r) { r.sparsity_slope.outside_derivative = true; });
    t.mistake("kl-sign", "sparsity-direction", "the sparsity term has the other sign in δ",
              weighed(1, -1));
    t.mistake("kl-missing", "sparse-cost", "the sparsity term is missing", weighed(0, 0));
    t.mistake("kl-missing-gradient", "delta-sparse", "the sparsity term is missing in the gradient",
              weighed(1, 0));
    t.mistake("kl-missing-cost", "sparse-cost", "the sparsity term is missing in the cost",
              weighed(0, 1));
    if (gamma != 1)
        t.mistake("kl-weight-missing-gradient", "delta-sparse", "γ is missing in the gradient",
                  [=](Rules& r) { r.sparsity_slope.weight /= gamma; });
    const auto form = [](Penalty penalty) { return both([=](auto& of) { of.form = penalty; }); };
    t.mistake("kl-reversed", "kl", "KL(ρ_j‖ρ̄) stands for KL(ρ̄‖ρ_j)", form(Penalty::reversed));
    const std::pair<Penalty, const char*> forms[] = {{Penalty::linear, "ρ_j itself, L1,"},
                                                     {Penalty::squared, "(ρ_j − ρ̄)²"},
                                                     {Penalty::square, "ρ_j²"}};
    for (const auto& [penalty, is] : forms)
        t.way("other-sparsity", "kl", is + std::string(" stands for KL(ρ̄‖ρ_j)"), form(penalty));
    const std::pair<Penalty, const char*> means[] = {{Penalty::squared, "(h_j − ρ̄)²"},
                                                     {Penalty::square, "h_j², L2,"}};
    for (const auto& [penalty, is] : means)
        t.way("other-sparsity", "kl", std::string("the mean of ") + is + " stands for KL(ρ̄‖ρ_j)",
              [penalty = penalty, form](Rules& r) {
                  form(penalty)(r);
                  measure({Activity::single})(r);
              });
    t.way("other-sparsity", "kl", "ρ and ρ̄ go through a softmax over the units",
          measure({Activity::softmaxed}));
    if (gamma != 1)
        t.mistake("kl-weight-first-term", "kl-by-rho",
                  "γ stands before the first term of ∂KL/∂ρ alone",
                  [=](Rules& r) { r.sparsity_slope.second /= gamma; });
    t.mistake("kl-first-term-only", "kl", "KL is its first term alone, ρ̄ log(ρ̄/ρ_j)",
              both([](auto& of) { of.second = 0; }));
    t.mistake("kl-mean-over-units", "sparse-cost",
              "KL is averaged over the hidden units, not summed",
              both([](auto& of) { of.mean_over_units = true; }));
    if (N > 1) {
        t.mistake("kl-extra-1-over-m", "rho-by-s",
                  "1/N is applied twice to the sparsity term of the gradient", weighed(1, 1 / N));
        t.mistake("kl-times-m", "rho-by-s",
                  "1/N is not applied to the sparsity term of the gradient", weighed(1, N));
        t.mistake("kl-per-pattern", "mean-activity",
                  "KL of each activity is averaged, for KL of the mean activity",
                  measure({Activity::single}));
        t.mistake("kl-per-pattern-gradient", "mean-activity",
                  "the gradient has single activities where the cost has their mean",
                  [](Rules& r) { r.sparsity_slope.rho.activity = Activity::single; });
    }
    t.mistake(
        "kl-over-visible", "kl",
        "the constant terms of KL are counted once for each input instead of each hidden unit",
        [](Rules& r) { r.sparsity_cost.over_visible = true; });
    t.way("rho-over-units", "mean-activity", "ρ is the mean over the units, one for each pattern",
          measure({Activity::over_units}));
    t.way("rho-over-units", "mean-activity",
          "ρ is the mean over the units, one for each pattern, its share of 1/n left out of the "
          "gradient",
          measure({Activity::over_units_unscaled}));
    t.way("rho-over-units", "mean-activity", "ρ is one mean over all units and patterns",
          measure({Activity::over_everything}));
    const std::size_t first = t.entries.size();
    add_running_means(t);
    add_minibatches(t);
    t.family(first);
    t.family(first);
    t.mistake("rho-double-sigmoid", "mean-activity", "a sigmoid is applied to the mean activity",
              measure({Activity::squashed}));
    if (N > 1)
        t.mistake("rho-sum", "mean-activity",
                  "the activities are summed over the patterns, not averaged",
                  measure({Activity::summed}));
    if (t.has(Activation::tanh, true)) {
        t.mistake("tanh-rho-half", "rho-by-s", "∂ρ/∂h of a mapped tanh is taken as 1 instead of ½",
                  [](Rules& r) { r.sparsity_slope.whole_tanh = true; });
        t.mistake("tanh-rho-unmapped", "mean-activity", "the mean of tanh is put into KL as it is",
                  measure({Activity::unmapped}));
    }
    add_other_layers(t);
    t.mistake("kl-sign-first-term", "kl-by-rho", "the gradient has +ρ̄/ρ_j for −ρ̄/ρ_j",
              [](Rules& r) { r.sparsity_slope.first *= -1; });
    const Activation output = t.c.network.layers.back().activation;
    if (output == Activation::sigmoid || output == Activation::tanh)
        t.mistake("kl-on-output", "sparse-cost", "the output layer is made sparse too",
                  both([](auto& of) { of.on_output = true; }));
}

}  // namespace autoencoder::diagnosis
