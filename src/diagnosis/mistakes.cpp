// The mistakes in squared error and back-propagation.
#include "diagnosis/mistakes.hpp"

#include <cmath>

#include "autoencoder/activation.hpp"
#include "diagnosis/window.hpp"

namespace autoencoder::diagnosis {

/// Another J^q.
void add_errors(Table& t) {
    const char* tag = t.softmax ? "head" : "cost";
    const std::string right = t.squared ? "squared error" : "cross-entropy";
    const auto other = [&](const std::string& clause, Error error) {
        t.mistake("other-loss", tag, clause, [=](Rules& r) { r.forward.error = error; });
    };
    const bool sigmoid = t.output == Activation::sigmoid;
    if (!t.squared) other("the squared error stands for the cross-entropy", Error::squared);
    if (t.softmax) other("the cross-entropy of units stands for that of classes", Error::bernoulli);
    if (t.squared && sigmoid)
        other("the cross-entropy stands for the squared error", Error::bernoulli);
    if (sigmoid) other("the cross-entropy is its first term alone, −y log ŷ", Error::categorical);
    other("the absolute error stands for the " + right, Error::absolute);
    other("the norm of a pattern's error stands for " +
              std::string(t.squared ? "its square" : "the cross-entropy"),
          Error::norm);
    const std::pair<double, const char*> means[] = {{2 / t.outputs, "over patterns and outputs"},
                                                    {2, "over the patterns"},
                                                    {2 * t.N, "not averaged"}};
    for (const auto& [times, over] : means)
        if (const double root = std::sqrt(times / t.data); t.squared && t.data > 0)
            t.mistake("other-loss", tag,
                      std::string("the root of the squared error stands for it, ") + over,
                      data(root, root / 2));
    if (t.squared && t.output != Activation::linear)
        t.mistake("cost-of-delta", "cost", "the cost has ½ Σ δ² for the error, δ of the output",
                  [](Rules& r) { r.cost.of_delta = true; });
}

/// Another f, or f at another place.
void add_activations(Table& t) {
    const std::pair<Shape, Activation> shapes[] = {{Shape::linear, Activation::linear},
                                                   {Shape::tanh, Activation::tanh},
                                                   {Shape::relu, Activation::relu},
                                                   {Shape::sigmoid, Activation::sigmoid}};
    const auto words = [](Activation f) {
        return f == Activation::linear ? "linear" : "of " + std::string(name(f));
    };
    for (const auto& [shape, f] : shapes)
        if (t.squared && t.output != f &&
            !(t.output == Activation::linear && f == Activation::sigmoid))
            t.mistake("other-activation", "decode", "the output is " + words(f),
                      [shape = shape](Rules& r) { r.forward.output = shape; });
    const std::pair<int, const char*> ways[] = {{3, ""}, {1, ", f' is not"}, {2, " in f' alone"}};
    for (const double leak : {0.01, 0.05, 0.1, 0.2, 0.25, 0.3})
        for (const auto& [way, how] : ways)
            if (t.has(Activation::relu))
                t.mistake("other-activation", "encode",
                          "the rectifiers are leaky, by " + std::to_string(leak).substr(0, 4) + how,
                          [leak, way = way](Rules& r) {
                              r.forward.leak = way & 1 ? leak : 0;
                              r.back.leak = way & 2 ? leak : 0;
                          });
    for (const auto& [shape, f] : shapes)
        if (!t.sparse)
            t.mistake("other-activation", "encode", "the hidden layers are " + words(f),
                      [shape = shape](Rules& r) { r.forward.hidden = shape; });
    if (t.output != Activation::linear && t.output != Activation::relu)
        t.mistake("activation-twice", t.softmax ? "head" : "decode",
                  std::string(name(t.output)) + " is applied to the output twice",
                  [](Rules& r) { r.forward.twice = true; });
    if (t.softmax && t.N > 1)
        t.mistake("softmax-over-patterns", "head",
                  "softmax goes over the patterns, not over the classes",
                  [](Rules& r) { r.forward.over_batch = true; });
}

namespace {

/// What is taken for f', and where.
void add_slopes(Table& t) {
    if (t.squared && t.output != Activation::linear)
        t.mistake("no-output-derivative", "delta-output", "f' is missing at the output",
                  [](Rules& r) { r.back.output_slope = false; });
    if (t.bent)
        t.mistake("no-hidden-derivative", "delta-hidden", "f' is missing at the hidden layers",
                  [](Rules& r) { r.back.no_slope_at = BackRules::every_layer; });
    for (std::size_t l = 1; t.bent && t.L > 2 && l < t.L; ++l)
        t.variant("f' is missing at layer " + std::to_string(l),
                  [=](Rules& r) { r.back.no_slope_at = l; });
    const auto sloped = [&](Activation f) { return t.has(f, !t.squared); };  // f' is in some δ
    const bool sigmoid = sloped(Activation::sigmoid), tanh = sloped(Activation::tanh),
               relu = sloped(Activation::relu);
    const bool saturates = t.has(Activation::sigmoid) || t.has(Activation::tanh);
    const struct {
        const char* id;
        Slope slope;
        const char *words, *after;
        bool shows;
    } slopes[] = {
        {"derivative-of-net-input", Slope::of_net_input, "f' is taken from the net input",
         !t.has(Activation::tanh)     ? ": s(1−s) for h(1−h)"
         : t.has(Activation::sigmoid) ? ""
                                      : ": 1−s² for 1−h²",
         saturates},
        {"derivative-at-activation", Slope::at_activation, "f' is evaluated at h instead of at s",
         "", saturates},
        {"exchanged-derivative", Slope::of_tanh, "f' is 1 − h², as of tanh", "", sigmoid || relu},
        {"exchanged-derivative", Slope::of_sigmoid, "f' is h(1 − h), as of sigmoid", "",
         tanh || relu}};
    const std::pair<Where, const char*> places[] = {{Where::everywhere, ""},
                                                    {Where::hidden, " at the hidden layers"},
                                                    {Where::output, " at the output"}};
    for (const auto& of : slopes)
        for (const auto& [where, at] : places)
            if (of.shows)
                t.mistake(of.id, "delta-hidden", std::string(of.words) + at + of.after,
                          [slope = of.slope, where = where](Rules& r) {
                              r.back.slope = slope;
                              r.back.slope_where = where;
                          });
    for (const auto& [slope, by] : {std::pair(Slope::lecun_by_s, "s"), {Slope::lecun_by_h, "h"}})
        if (t.has(Activation::tanh))
            t.mistake(
                "tanh-derivative-lecun", "delta-hidden",
                std::string("f' is that of 1.7159 tanh(2s/3), by ") + by + ", while f is tanh",
                [slope = slope](Rules& r) { r.back.slope = slope; });
}

}  // namespace

void add_propagation(Table& t) {
    const double N = t.N;
    t.mistake("gradient-sum-cost-mean", "gradient",
              "1/N is missing in the gradient, while the cost has it", sums(N, N));
    if (t.sparse || t.variational)
        t.variant(std::string("1/N is missing in the gradient of the data, while cost and ") +
                      (t.variational ? "divergence" : "sparsity") + " have it",
                  sums(N, N) + sparsity(1, 1 / N) + code(1, 1 / N));
    t.mistake("bias-gradient-sum", "gradient", "1/N is missing in the gradients of the biases",
              sums(1, N));
    if (t.L > 1)
        t.mistake("output-bias-gradient-sum", "gradient",
                  "1/N is missing in the gradient of the output's biases",
                  [=](Rules& r) { r.gradient.output_bias *= N; });
    const auto patterns = [](Patterns of) { return [=](Rules& r) { r.gradient.patterns = of; }; };
    t.mistake("last-pattern-only", "gradient",
              "the last pattern's gradient replaces the sum (= for +=)", patterns(Patterns::last));
    t.variant("the last pattern's gradient replaces the mean (= for +=)",
              patterns(Patterns::last_undivided));
    t.mistake("product-of-means", "gradient",
              "the mean δ times the mean activity stands for the mean of the products",
              patterns(Patterns::product_of_means));
    t.mistake("output-delta-sign", "delta-output", "the output's δ has the other sign",
              data(1, -1));
    add_slopes(t);
    const auto carry = [](Carry what) { return [=](Rules& r) { r.back.carry = what; }; };
    const auto input = [](Input what) { return [=](Rules& r) { r.gradient.input = what; }; };
    if (t.L > 1 && ((t.squared && t.output != Activation::linear) || t.L > 2))
        t.mistake("error-carried-back", "delta-hidden",
                  "y − ŷ itself is carried back through the weights, where δ belongs",
                  carry(Carry::error));
    if (t.bent && (t.dense || t.net.layers.back().kind == Kind::dense))
        t.mistake("net-input-for-activity", "gradient",
                  "the gradient of the weights has δ times the net input of the layer below, not "
                  "its activity",
                  input(Input::net_input_below));
    const auto some_dense = [&](std::size_t first, const auto& holds) {
        for (std::size_t l = first; l <= t.L; ++l)
            if (t.net.layer(l).kind == Kind::dense && holds(l)) return true;
        return false;
    };
    const auto square = [&](std::size_t l) { return is_square(t.net, l); };
    if (some_dense(1, square))
        t.mistake("activity-of-the-layer", "gradient",
                  "the gradient of the weights has δ times the activity of the layer itself, not "
                  "of that below it",
                  input(Input::own));
    if (some_dense(2, [&](std::size_t l) { return t.net.units(l - 1) == t.net.inputs; }))
        t.mistake("activity-of-the-layer", "gradient",
                  "the gradient of the weights has δ times x, not the activity below it",
                  input(Input::x));
    if (some_dense(2, square))
        t.mistake("weights-not-transposed", "delta-hidden",
                  "δ goes back through square weights as x goes on: W δ for Wᵀ δ",
                  carry(Carry::turned_weights));
    if (t.mirrored)
        t.mistake("encoder-for-decoder", "delta-hidden",
                  "the encoder's weights stand where the decoder's transpose belongs in the "
                  "back-propagation",
                  carry(Carry::mirrored_weights));
    if (t.L == 1) return;
    t.mistake("gradient-for-weight", "delta-hidden",
              "the gradient of the weights stands where the weights belong in the back-propagation",
              carry(Carry::gradient));
    if (t.lambda > 0)
        t.variant(
            "the data's gradient of the weights stands where the weights belong in the "
            "back-propagation",
            carry(Carry::data_gradient));
}

/// Which gradient stands where.
void add_assignments(Table& t) {
    const auto tie = [](Tied term, bool once) {
        return [=](Rules& r) {
            r.gradient.tied = term;
            if (once) r.cost.decay.only = 1;
        };
    };
    if (t.tied) {
        t.convention("tied-weights", "weight-penalty",
                     std::string(t.dense ? "W1 and its transpose are one matrix"
                                         : "W1 and W2 are one kernel") +
                         ", its two gradients added and its penalty counted once",
                     tie(Tied::both_terms, true));
        for (const bool once : {false, true})
            for (const Tied term : {Tied::decoder_term, Tied::encoder_term})
                t.mistake("tied-one-term", "gradient",
                          std::string("tied weights get the ") +
                              (term == Tied::decoder_term ? "decoder" : "encoder") +
                              "'s term only" + (once ? ", their penalty counted once" : ""),
                          tie(term, once));
    }
    if (t.squared && t.N > 1 && t.outputs > 1)
        t.mistake("error-spectral", "cost",
                  "the matrix 2-norm of the error stands for its sum of squares in the cost",
                  [](Rules& r) { r.cost.data_spectral = true; });
    if (t.output == Activation::linear)
        t.mistake("output-activation", "decode",
                  "the output is a sigmoid where it should be linear",
                  [](Rules& r) { r.forward.output = Shape::sigmoid; });
    const double share = t.N / t.outputs;
    t.mistake("classes-for-patterns", "scale",
              "the data cost and its gradient are divided by the number of outputs instead of "
              "patterns",
              data(share, 1) + code(share, 1) + sums(share, share) + sparsity(1, 1 / share));
    const auto assigned = [](Assigned how) { return [=](Rules& r) { r.gradient.assigned = how; }; };
    if (t.exchangeable)
        t.mistake("weight-gradients-swapped", "gradient",
                  "the gradients of W1 and W2 are exchanged", assigned(Assigned::swapped));
    if (t.exchangeable && t.dense)
        t.variant("the gradients of W1 and W2 are exchanged and transposed",
                  assigned(Assigned::swapped_transposed));
    t.mistake("weight-gradients-zero", "gradient",
              "the gradients of the weights are never assigned", assigned(Assigned::none));
    if (t.L == 1) return;
    t.variant("the gradient of the first layer's weights is never assigned",
              assigned(Assigned::none_first));
    t.variant("the gradient of the last layer's weights is never assigned",
              assigned(Assigned::none_last));
}

}  // namespace autoencoder::diagnosis
