// The mistakes in the weight penalty, in denoising, in dropout and in the classifier.
#include <algorithm>
#include <cmath>

#include "autoencoder/activation.hpp"
#include "diagnosis/mistakes.hpp"
#include "diagnosis/norms.hpp"

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
    const std::pair<Norm, const char*> of_weights[] = {
        {Norm::absolute, " Σ |w|, L1, stands for (λ/2) Σ w²"},
        {Norm::length, " √Σ w² of each layer, not squared, stands for (λ/2) Σ w²"},
        {Norm::length_of_all, " √Σ w² of all weights, not squared, stands for (λ/2) Σ w²"}};
    const std::tuple<bool, bool, const char*> places[] = {
        {true, true, ""}, {true, false, " in the cost alone"}, {false, true, " in the gradient alone"}};
    for (const auto& [of_cost, of_gradient, where] : places)
        for (const auto& [norm, is] : of_weights)
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
    for (std::size_t row = 0; row < norms().size(); ++row)
        for (const auto& [of_cost, of_gradient, where] : places) {
            const NormRow& norm = norms()[row];
            if (norm.of_gradient && of_cost) continue;
            t.rare("other-penalty", of_cost ? in_cost : in_gradient, norm.words + where,
                   [=, of_cost = of_cost, of_gradient = of_gradient](Rules& r) {
                       const Norm number = Norm(row + std::size_t(Norm::first_row));
                       if (of_cost) r.cost.decay.of = number;
                       if (of_gradient) r.gradient.decay.of = number;
                       if (of_gradient && norms()[row].of_biases) r.gradient.decay.biases = 1;
                   });
        }
    const std::pair<OfActivity, const char*> penalties[] = {{OfActivity::squares, "(λ/2) Σ h² of all layers, a mean over the patterns,"},
                                                            {OfActivity::squares_hidden, "(λ/2) Σ h² of the hidden layers, a mean over the patterns,"},
                                                            {OfActivity::sizes_hidden, "λ Σ |h| of the hidden layers, a mean over the patterns,"}};
    for (const auto& [of, words] : penalties)
        for (const bool beside : {false, true})
            if (t.squared ? t.L > 1 || of == OfActivity::squares : of != OfActivity::squares && t.L > 1)
                t.rare("other-penalty", in_cost, words + std::string(beside ? " is added to" : " stands for") + " the weight penalty",
                       [=, of = of](Rules& r) {
                           r.cost.of_activity = r.back.of_activity = of;
                           if (!beside) r.cost.decay.weights = r.gradient.decay.weights = 0;
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
    t.rare("dropout-no-rescale", "dropout", "the mask multiplies the net input: f(m s/(1 − p))", [](Rules& r) { r.forward.mask_of_input = true; });
    t.rare("dropout-no-backward-mask", "dropout", "the mask is missing on the way forward, not in the backward pass",
           mask(Mask::none) + rescale(Rescale::never) + back(BackwardMask::own));
    t.mistake("dropout-no-backward-mask", "dropout", "the mask is missing in the backward pass",
              back(BackwardMask::none));
    const auto layers = std::ranges::count_if(t.c.masks, [](const auto& each) { return each.rows > 0; });
    for (std::size_t l = 1; layers > 1 && l <= t.c.masks.size(); ++l)
        for (const auto& [how, words] : {std::pair(BackwardMask::none, "the mask"), {BackwardMask::without_scale, "1/(1−p)"}, {BackwardMask::without_mask, "the mask, but not 1/(1−p),"}})
            if (l < t.L && t.c.masks[l - 1].rows > 0)
                t.rare("dropout-no-backward-mask", "dropout", std::string(words) + " is missing in the backward pass at layer " + std::to_string(l),
                       [=, how = how](Rules& r) {
                           r.back.mask = how;
                           r.back.mask_at = l;
                       });
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
