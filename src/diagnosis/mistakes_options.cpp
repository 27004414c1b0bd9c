// The mistakes in denoising, in dropout and in the classifier.
#include <algorithm>

#include "autoencoder/activation.hpp"
#include "diagnosis/mistakes.hpp"

namespace autoencoder::diagnosis {

void add_denoising(Table& t) {
    const Matrix<double>&x = t.c.x, &y = t.c.y;
    if (x.cols == y.cols && !std::equal(x.values.begin(), x.values.end(), y.values.begin()))
        t.mistake("denoise-noisy-target", "denoise", "the target is the noisy input",
                  [](Rules& r) { r.forward.target = Target::noisy_input; });
    if (x.cols == y.cols && !std::equal(x.values.begin(), x.values.end(), y.values.begin()))
        t.mistake("denoise-swapped", "denoise", "input and target are exchanged", [](Rules& r) {
            r.forward.target = Target::noisy_input;
            r.forward.exchanged = true;
        });
    if (t.entries.back().id == "denoise-swapped")
        t.variant("the input is the target, without noise",
                  [](Rules& r) { r.forward.exchanged = true; });
}

void add_dropout(Table& t) {
    if (!t.masked) return;
    const double p = t.c.network.dropout;
    if (p > 0) {
        t.mistake("dropout-no-rescale", "dropout", "1/(1−p) is missing",
                  [](Rules& r) { r.forward.rescale = Rescale::never; });
        if (p != 0.5)
            t.mistake("dropout-keep-swapped", "dropout",
                      "p is used as the probability to keep: h̃ = m h/p",
                      [](Rules& r) { r.forward.rescale = Rescale::by_dropout; });
        t.mistake("dropout-rescaled-twice", "dropout", "1/(1−p) is applied twice",
                  [](Rules& r) { r.forward.rescale = Rescale::twice; });
    }
    t.mistake("dropout-mask-inverted", "dropout", "what the mask keeps is dropped: 1 − m for m",
              [](Rules& r) { r.forward.mask = Mask::inverted; });
    t.variant("nothing is dropped", [](Rules& r) {
        r.forward.mask = Mask::none;
        r.forward.rescale = Rescale::never;
    });
    t.mistake("dropout-no-backward-mask", "dropout", "the mask is missing in the backward pass",
              [](Rules& r) { r.back.mask = BackwardMask::none; });
    if (p > 0) {
        t.variant("the mask is missing in the backward pass, which is scaled by 1/(1−p)",
                  [](Rules& r) { r.back.mask = BackwardMask::without_mask; });
        t.variant("1/(1−p) is missing in the backward pass",
                  [](Rules& r) { r.back.mask = BackwardMask::without_scale; });
    }
}

void add_classifier(Table& t) {
    const Matrix<double>& y = t.c.y;
    if (t.c.network.layers.back().activation == Activation::softmax)
        t.mistake("softmax-squared-delta", "head", "δ = (y−p) p (1−p) goes with the cross-entropy",
                  [](Rules& r) { r.back.softmax_squared = true; });
    bool classes = y.cols > 1;  // one-hot rows
    for (std::size_t q = 0; q < y.rows; ++q) {
        const auto row = y.row(q);
        classes = classes && std::count(row.begin(), row.end(), 1.0) == 1 &&
                  std::count(row.begin(), row.end(), 0.0) == std::ptrdiff_t(y.cols) - 1;
    }
    if (classes) {
        t.mistake("labels-off-by-one", "head", "class c is taken for class c−1",
                  [](Rules& r) { r.forward.target = Target::class_before; });
        t.variant("class c is taken for class c+1",
                  [](Rules& r) { r.forward.target = Target::class_after; });
    }
}

}  // namespace autoencoder::diagnosis
