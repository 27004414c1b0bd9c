// The mistakes in squared error and back-propagation.
#include "diagnosis/mistakes.hpp"
#include "autoencoder/activation.hpp"

namespace autoencoder::diagnosis {

void add_propagation(Table& t) {
    const double N = t.N;
    const std::size_t L = t.L;
    const bool squared = t.c.network.loss == Loss::squared_error;
    const bool dense = t.c.network.layer(1).kind == Kind::dense;
    const Activation output = t.c.network.layers.back().activation;
    if (N > 1) {
        t.mistake("gradient-sum-cost-mean", "gradient",
                  "1/N is missing in the gradient, while the cost has it", [=](Rules& r) {
                      r.gradient.weights *= N;
                      r.gradient.biases *= N;
                  });
        if (t.sparse || t.variational)
            t.variant(t.variational ? "1/N is missing in the gradient of the data, while cost and "
                                      "divergence have it"
                                    : "1/N is missing in the gradient of the data, while cost and "
                                      "sparsity have it",
                      [=](Rules& r) {
                          r.gradient.weights *= N;
                          r.gradient.biases *= N;
                          r.sparsity_slope.weight /= N;
                          scale_code(r, 1, 1 / N);
                      });
        t.mistake("bias-gradient-sum", "gradient", "1/N is missing in the gradients of the biases",
                  [=](Rules& r) { r.gradient.biases *= N; });
        if (L > 1)
            t.mistake("output-bias-gradient-sum", "gradient",
                      "1/N is missing in the gradient of the output's biases",
                      [=](Rules& r) { r.gradient.output_bias *= N; });
        t.mistake("last-pattern-only", "gradient",
                  "the last pattern's gradient replaces the sum (= for +=)",
                  [](Rules& r) { r.gradient.patterns = Patterns::last; });
        t.variant("the last pattern's gradient replaces the mean (= for +=)",
                  [](Rules& r) { r.gradient.patterns = Patterns::last_undivided; });
        t.mistake("product-of-means", "gradient",
                  "the mean δ times the mean activity stands for the mean of the products",
                  [](Rules& r) { r.gradient.patterns = Patterns::product_of_means; });
    }
    t.mistake("output-delta-sign", "delta-output", "the output's δ has the other sign",
              [](Rules& r) { r.back.error_factor *= -1; });
    if (squared && output != Activation::linear)
        t.mistake("no-output-derivative", "delta-output", "f' is missing at the output",
                  [](Rules& r) { r.back.output_slope = false; });
    bool bent = false;
    for (std::size_t l = 1; l < L; ++l)
        bent |= t.c.network.layer(l).activation != Activation::linear;
    if (bent)
        t.mistake("no-hidden-derivative", "delta-hidden", "f' is missing at the hidden layers",
                  [](Rules& r) { r.back.no_slope_at = BackRules::every_layer; });
    for (std::size_t l = 1; bent && L > 2 && l < L; ++l)
        t.variant("f' is missing at layer " + std::to_string(l),
                  [=](Rules& r) { r.back.no_slope_at = l; });
    if (t.has(Activation::sigmoid) || t.has(Activation::tanh)) {
        const auto sloped = [](Slope slope, Where where) {
            return [=](Rules& r) {
                r.back.slope = slope;
                r.back.slope_where = where;
            };
        };
        t.mistake("derivative-of-net-input", "delta-hidden",
                  "f' is taken from the net input: s(1−s) for h(1−h)",
                  sloped(Slope::of_net_input, Where::everywhere));
        t.variant("f' is taken from the net input at the hidden layers: s(1−s) for h(1−h)",
                  sloped(Slope::of_net_input, Where::hidden));
        t.variant("f' is taken from the net input at the output: s(1−s) for h(1−h)",
                  sloped(Slope::of_net_input, Where::output));
        t.mistake("derivative-at-activation", "delta-hidden",
                  "f' is evaluated at h instead of at s",
                  sloped(Slope::at_activation, Where::everywhere));
        t.variant("f' is evaluated at h instead of at s, at the hidden layers",
                  sloped(Slope::at_activation, Where::hidden));
        t.variant("f' is evaluated at h instead of at s, at the output",
                  sloped(Slope::at_activation, Where::output));
        if (t.has(Activation::tanh)) {
            t.mistake("tanh-derivative-lecun", "delta-hidden",
                      "f' is that of 1.7159 tanh(2s/3), by s, while f is tanh",
                      sloped(Slope::lecun_by_s, Where::everywhere));
            t.variant("f' is that of 1.7159 tanh(2s/3), by h, while f is tanh",
                      sloped(Slope::lecun_by_h, Where::everywhere));
        }
    }
    if (t.mirrored)
        t.mistake("encoder-for-decoder", "delta-hidden",
                  "the encoder's weights stand where the decoder's transpose belongs in the "
                  "back-propagation",
                  [](Rules& r) { r.back.carry = Carry::mirrored_weights; });
    if (L > 1) {
        t.mistake(
            "gradient-for-weight", "delta-hidden",
            "the gradient of the weights stands where the weights belong in the back-propagation",
            [](Rules& r) { r.back.carry = Carry::gradient; });
        if (t.lambda > 0)
            t.variant(
                "the data's gradient of the weights stands where the weights belong in the "
                "back-propagation",
                [](Rules& r) { r.back.carry = Carry::data_gradient; });
    }
    if (t.tied) {
        t.convention("tied-weights", "weight-penalty",
                     dense ? "W1 and its transpose are one matrix, its two gradients added and "
                             "its penalty counted once"
                           : "W1 and W2 are one kernel, its two gradients added and its penalty "
                             "counted once",
                     [](Rules& r) {
                         r.gradient.tied = Tied::both_terms;
                         r.cost.penalty_first_only = true;
                     });
        t.mistake("tied-one-term", "gradient", "tied weights get the decoder's term only",
                  [](Rules& r) { r.gradient.tied = Tied::decoder_term; });
        t.variant("tied weights get the encoder's term only",
                  [](Rules& r) { r.gradient.tied = Tied::encoder_term; });
        t.variant("tied weights get the decoder's term only, their penalty counted once",
                  [](Rules& r) {
                      r.gradient.tied = Tied::decoder_term;
                      r.cost.penalty_first_only = true;
                  });
        t.variant("tied weights get the encoder's term only, their penalty counted once",
                  [](Rules& r) {
                      r.gradient.tied = Tied::encoder_term;
                      r.cost.penalty_first_only = true;
                  });
    }
    if (squared && N > 1 && t.outputs > 1)
        t.mistake("error-spectral", "cost",
                  "the matrix 2-norm of the error stands for its sum of squares in the cost",
                  [](Rules& r) { r.cost.data_spectral = true; });
    if (output == Activation::linear)
        t.mistake("output-activation", "decode",
                  "the output is a sigmoid where it should be linear",
                  [](Rules& r) { r.forward.sigmoid_output = true; });
    const double share = N / double(t.outputs);
    if (share != 1) {
        t.mistake("classes-for-patterns", "scale",
                  "the data cost and its gradient are divided by the number of outputs instead of "
                  "patterns",
                  [=](Rules& r) {
                      r.cost.data *= share;
                      scale_code(r, share, 1);
                      r.gradient.weights *= share;
                      r.gradient.biases *= share;
                      r.sparsity_slope.weight /= share;
                  });
    }
    if (t.exchangeable) {
        t.mistake("weight-gradients-swapped", "gradient",
                  "the gradients of W1 and W2 are exchanged",
                  [](Rules& r) { r.gradient.assigned = Assigned::swapped; });
        if (dense)
            t.variant("the gradients of W1 and W2 are exchanged and transposed",
                      [](Rules& r) { r.gradient.assigned = Assigned::swapped_transposed; });
    }
    t.mistake("weight-gradients-zero", "gradient",
              "the gradients of the weights are never assigned",
              [](Rules& r) { r.gradient.assigned = Assigned::none; });
    if (L > 1) {
        t.variant("the gradient of the first layer's weights is never assigned",
                  [](Rules& r) { r.gradient.assigned = Assigned::none_first; });
        t.variant("the gradient of the last layer's weights is never assigned",
                  [](Rules& r) { r.gradient.assigned = Assigned::none_last; });
    }
}

}  // namespace autoencoder::diagnosis
