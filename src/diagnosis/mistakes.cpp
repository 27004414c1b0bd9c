// The mistakes in squared error and back-propagation.
#include "diagnosis/mistakes.hpp"
#include <algorithm>
#include <cmath>

#include "autoencoder/activation.hpp"

namespace autoencoder::diagnosis {

/// Another J^q.
void add_errors(Table& t) {
    const Activation output = t.c.network.layers.back().activation;
    const bool squared = t.c.network.loss == Loss::squared_error,
               softmax = output == Activation::softmax;
    const char* tag = softmax ? "head" : "cost";
    const auto way = [&](std::string clause, Error error) {
        t.way("other-loss", tag, std::move(clause), [=](Rules& r) { r.forward.error = error; });
    };
    if (!squared) way("the squared error stands for the cross-entropy", Error::squared);
    if ((squared && output == Activation::sigmoid) || softmax)
        way(softmax ? "the cross-entropy of units stands for that of classes"
                    : "the cross-entropy stands for the squared error",
            Error::bernoulli);
    if (output == Activation::sigmoid)
        way("the cross-entropy is its first term alone, −y log ŷ", Error::categorical);
    way("the absolute error stands for the " +
            std::string(squared ? "squared error" : "cross-entropy"),
        Error::absolute);
    way("the norm of a pattern's error stands for " +
            std::string(squared ? "its square" : "the cross-entropy"),
        Error::norm);
    const double N = t.N, V = double(t.outputs), data = t.data;
    const std::pair<double, const char*> means[] = {
        {2 / V, "over patterns and outputs"}, {2, "over the patterns"}, {2 * N, "not averaged"}};
    for (const auto& [times, over] : means) {
        if (!squared || data == 0) break;
        const double in_cost = std::sqrt(times / data), in_gradient = in_cost / 2;
        t.way("other-loss", tag,
              std::string("the root of the squared error stands for it, ") + over, [=](Rules& r) {
                  r.cost.data *= in_cost;
                  r.back.error_factor *= in_gradient;
              });
    }
    if (squared && output != Activation::linear)
        t.mistake("cost-of-delta", "cost", "the cost has ½ Σ δ² for the error, δ of the output",
                  [](Rules& r) { r.cost.of_delta = true; });
}

/// Another f, or f at another place.
void add_activations(Table& t) {
    const Network& net = t.c.network;
    const Activation output = net.layers.back().activation;
    const bool squared = net.loss == Loss::squared_error, softmax = output == Activation::softmax;
    const std::pair<Shape, Activation> shapes[] = {{Shape::linear, Activation::linear},
                                                   {Shape::tanh, Activation::tanh},
                                                   {Shape::relu, Activation::relu},
                                                   {Shape::sigmoid, Activation::sigmoid}};
    for (const auto& [shape, f] : shapes) {
        const std::string is = f == Activation::linear ? "linear" : "of " + std::string(name(f));
        if (squared && output != f && !(output == Activation::linear && f == Activation::sigmoid))
            t.way("other-activation", "decode", "the output is " + is,
                  [shape = shape](Rules& r) { r.forward.output = shape; });
    }
    const std::pair<int, const char*> ways[] = {{3, ""}, {1, ", f' is not"}, {2, " in f' alone"}};
    for (const double leak : {0.01, 0.05, 0.1, 0.2, 0.25, 0.3})
        for (const auto& [way, how] : ways)
            if (t.has(Activation::relu))
                t.way("other-activation", "encode",
                      "the rectifiers are leaky, by " + std::to_string(leak).substr(0, 4) + how,
                      [leak, way = way](Rules& r) {
                          r.forward.leak = way & 1 ? leak : 0;
                          r.back.leak = way & 2 ? leak : 0;
                      });
    for (const auto& [shape, f] : shapes)
        if (!t.sparse && t.L > 1 &&
            !std::all_of(net.layers.begin(), net.layers.end() - 1, [f = f](const Layer& l) {
                return l.activation == f || l.kind == Kind::gaussian;
            }))
            t.way("other-activation", "encode",
                  "the hidden layers are " +
                      (f == Activation::linear ? "linear" : "of " + std::string(name(f))),
                  [shape = shape](Rules& r) { r.forward.hidden = shape; });
    if (output != Activation::linear && output != Activation::relu)
        t.mistake("activation-twice", softmax ? "head" : "decode",
                  std::string(name(output)) + " is applied to the output twice",
                  [](Rules& r) { r.forward.twice = true; });
    if (softmax && t.N > 1)
        t.mistake("softmax-over-patterns", "head",
                  "softmax goes over the patterns, not over the classes",
                  [](Rules& r) { r.forward.over_batch = true; });
}

void add_propagation(Table& t) {
    const double N = t.N;
    const std::size_t L = t.L;
    const bool squared = t.c.network.loss == Loss::squared_error;
    const bool dense = t.c.network.layer(1).kind == Kind::dense;
    const Activation output = t.c.network.layers.back().activation;
    const bool sigmoid = t.has(Activation::sigmoid), tanh = t.has(Activation::tanh);
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
    const auto sloped = [&](Activation f) { return t.has(f, !squared); };  // f' is in some δ
    const struct {
        const char* id;
        Slope slope;
        const char *words, *after;
        bool shows;
    } slopes[] = {
        {"derivative-of-net-input", Slope::of_net_input, "f' is taken from the net input",
         ": s(1−s) for h(1−h)", sigmoid || tanh},
        {"derivative-at-activation", Slope::at_activation, "f' is evaluated at h instead of at s",
         "", sigmoid || tanh},
        {"exchanged-derivative", Slope::of_tanh, "f' is 1 − h², as of tanh", "",
         sloped(Activation::sigmoid) || sloped(Activation::relu)},
        {"exchanged-derivative", Slope::of_sigmoid, "f' is h(1 − h), as of sigmoid", "",
         sloped(Activation::tanh) || sloped(Activation::relu)}};
    const std::pair<Where, const char*> places[] = {{Where::everywhere, ""},
                                                    {Where::hidden, " at the hidden layers"},
                                                    {Where::output, " at the output"}};
    for (const auto& of : slopes)
        for (const auto& [where, at] : places)
            if (of.shows)
                t.way(of.id, "delta-hidden", std::string(of.words) + at + of.after,
                      [slope = of.slope, where = where](Rules& r) {
                          r.back.slope = slope;
                          r.back.slope_where = where;
                      });
    const std::pair<Slope, const char*> lecun[] = {{Slope::lecun_by_s, "s"},
                                                   {Slope::lecun_by_h, "h"}};
    for (const auto& [slope, by] : lecun)
        if (tanh)
            t.way("tanh-derivative-lecun", "delta-hidden",
                  std::string("f' is that of 1.7159 tanh(2s/3), by ") + by + ", while f is tanh",
                  [slope = slope](Rules& r) { r.back.slope = slope; });
    if (L > 1 && ((squared && output != Activation::linear) || L > 2))
        t.mistake("error-carried-back", "delta-hidden",
                  "y − ŷ itself is carried back through the weights, where δ belongs",
                  [](Rules& r) { r.back.carry = Carry::error; });
    if (bent && (dense || t.c.network.layers.back().kind == Kind::dense))
        t.mistake("net-input-for-activity", "gradient",
                  "the gradient of the weights has δ times the net input of the layer below, not "
                  "its activity",
                  [](Rules& r) { r.gradient.input = Input::net_input_below; });
    for (std::size_t l = 1; l <= L; ++l)
        if (t.c.network.layer(l).kind == Kind::dense &&
            t.c.network.units(l) == t.c.network.units(l - 1))
            t.way("activity-of-the-layer", "gradient",
                  "the gradient of the weights has δ times the activity of the layer itself, not "
                  "of that below it",
                  [](Rules& r) { r.gradient.input = Input::own; });
    for (std::size_t l = 2; l <= L; ++l)
        if (t.c.network.layer(l).kind == Kind::dense && t.c.network.units(l - 1) == t.V)
            t.way("activity-of-the-layer", "gradient",
                  "the gradient of the weights has δ times x, not the activity below it",
                  [](Rules& r) { r.gradient.input = Input::x; });
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
                         r.cost.penalised = 1;
                     });
        const std::pair<Tied, const char*> terms[] = {{Tied::decoder_term, "decoder"},
                                                      {Tied::encoder_term, "encoder"}};
        for (const bool once : {false, true})
            for (const auto& [term, whose] : terms)
                t.way("tied-one-term", "gradient",
                      std::string("tied weights get the ") + whose + "'s term only" +
                          (once ? ", their penalty counted once" : ""),
                      [once, term = term](Rules& r) {
                          r.gradient.tied = term;
                          if (once) r.cost.penalised = 1;
                      });
    }
    if (squared && N > 1 && t.outputs > 1)
        t.mistake("error-spectral", "cost",
                  "the matrix 2-norm of the error stands for its sum of squares in the cost",
                  [](Rules& r) { r.cost.data_spectral = true; });
    if (output == Activation::linear)
        t.mistake("output-activation", "decode",
                  "the output is a sigmoid where it should be linear",
                  [](Rules& r) { r.forward.output = Shape::sigmoid; });
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
