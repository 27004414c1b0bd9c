// The mistakes in the weight penalty, in denoising, in dropout and in the classifier.
#include <algorithm>
#include <cmath>

#include "autoencoder/activation.hpp"
#include "diagnosis/mistakes.hpp"

namespace autoencoder::diagnosis {

void add_weight_penalty(Table& t) {
    if (t.lambda == 0) return;
    const char *in_cost = "weight-penalty", *in_gradient = "weight-penalty-gradient";
    const auto biases = [](bool of_cost, bool of_gradient) {  // as the weights are
        return [=](Rules& r) {
            if (of_cost) r.cost.decay.biases = r.cost.decay.weights;
            if (of_gradient) r.gradient.decay.biases = r.gradient.decay.weights;
        };
    };
    const auto only = [](std::size_t of_cost, std::size_t of_gradient) {
        return [=](Rules& r) {
            r.cost.decay.only = of_cost;
            r.gradient.decay.only = of_gradient;
        };
    };
    t.mistake("bias-penalised", in_cost, "the biases are penalised too", biases(true, true));
    t.mistake("bias-penalised-gradient", in_gradient,
              "the biases are penalised in the gradient, not in the cost", biases(false, true));
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
    t.mistake("penalty-inside-mean", in_gradient,
              "λw is divided by N along with the data's gradient", penalty(1, 1 / t.N));
    t.mistake("penalty-spectral", in_cost,
              "the matrix 2-norm of the weights stands for their sum of squares in the cost",
              [](Rules& r) { r.cost.decay.of = Norm::spectral; });
    const std::pair<Norm, const char*> norms[] = {
        {Norm::absolute, " Σ |w|, L1, stands for (λ/2) Σ w²"},
        {Norm::length, " √Σ w² of each layer, not squared, stands for (λ/2) Σ w²"},
        {Norm::length_of_all, " √Σ w² of all weights, not squared, stands for (λ/2) Σ w²"}};
    const std::tuple<bool, bool, const char*> places[] = {
        {true, true, ""}, {true, false, " in the cost alone"}, {false, true, " in the gradient alone"}};
    for (const auto& [of_cost, of_gradient, where] : places)
        for (const auto& [norm, is] : norms)
            for (const double times : {1.0, 0.5})
                t.mistake("other-penalty", of_cost ? in_cost : in_gradient,
                          (times == 1 ? "λ" : "(λ/2)") + std::string(is) + where,
                          [=, norm = norm, of_cost = of_cost, of_gradient = of_gradient](Rules& r) {
                              for (Decay* of : {of_cost ? &r.cost.decay : nullptr,
                                                of_gradient ? &r.gradient.decay : nullptr}) {
                                  if (!of) continue;
                                  of->of = norm;
                                  of->weights *= times;
                              }
                          });
    const std::size_t L = t.L;
    if (L == 1) return;
    t.mistake("penalty-last-layer-only", in_cost,
              "only the last layer's weights are penalised in the cost", only(L, 0));
    t.mistake("penalty-all-gradient-head", in_gradient,
              "all weights are penalised in the cost, only the last layer's in the gradient",
              only(0, L));
    t.variant(
        "all weights and biases are penalised in the cost, only the last layer's weights in the "
        "gradient",
        only(0, L) + biases(true, false));
    t.variant(
        "all weights and biases are penalised in the cost, only the last layer's in the gradient",
        only(0, L) + biases(true, true));
}

void add_denoising(Table& t) {
    const Matrix<double>&x = t.c.x, &y = t.c.y;
    if (x.cols != y.cols || std::ranges::equal(x.values, y.values)) return;
    const auto take = [](Target target, bool exchanged) {
        return [=](Rules& r) {
            r.forward.target = target;
            r.forward.exchanged = exchanged;
        };
    };
    t.mistake("denoise-noisy-target", "denoise", "the target is the noisy input",
              take(Target::noisy_input, false));
    t.mistake("denoise-swapped", "denoise", "input and target are exchanged",
              take(Target::noisy_input, true));
    t.variant("the input is the target, without noise", take(Target::given, true));
}

void add_dropout(Table& t) {
    if (!t.masked) return;
    const double p = t.net.dropout;
    const auto rescale = [](Rescale how) { return [=](Rules& r) { r.forward.rescale = how; }; };
    const auto mask = [](Mask how) { return [=](Rules& r) { r.forward.mask = how; }; };
    const auto back = [](BackwardMask how) { return [=](Rules& r) { r.back.mask = how; }; };
    if (p > 0) {
        t.mistake("dropout-no-rescale", "dropout", "1/(1−p) is missing", rescale(Rescale::never));
        if (p != 0.5)
            t.mistake("dropout-keep-swapped", "dropout",
                      "p is used as the probability to keep: h̃ = m h/p",
                      rescale(Rescale::by_dropout));
        t.mistake("dropout-rescaled-twice", "dropout", "1/(1−p) is applied twice",
                  rescale(Rescale::twice));
    }
    t.mistake("dropout-mask-inverted", "dropout", "what the mask keeps is dropped: 1 − m for m",
              mask(Mask::inverted));
    t.variant("nothing is dropped", mask(Mask::none) + rescale(Rescale::never));
    t.mistake("dropout-no-backward-mask", "dropout", "the mask is missing in the backward pass",
              back(BackwardMask::none));
    if (p == 0) return;
    t.variant("the mask is missing in the backward pass, which is scaled by 1/(1−p)",
              back(BackwardMask::without_mask));
    t.variant("1/(1−p) is missing in the backward pass", back(BackwardMask::without_scale));
}

void add_classifier(Table& t) {
    if (t.softmax)
        t.mistake("softmax-squared-delta", "head", "δ = (y−p) p (1−p) goes with the cross-entropy",
                  [](Rules& r) { r.back.softmax_squared = true; });
    if (!t.classes) return;
    t.mistake("labels-off-by-one", "head", "class c is taken for class c−1",
              [](Rules& r) { r.forward.target = Target::class_before; });
    t.variant("class c is taken for class c+1",
              [](Rules& r) { r.forward.target = Target::class_after; });
}

}  // namespace autoencoder::diagnosis
