// The mistakes in back-propagation.
#include "diagnosis/mistakes.hpp"

#include <algorithm>
#include <cmath>

#include "autoencoder/activation.hpp"
#include "diagnosis/functions.hpp"
#include "diagnosis/terms.hpp"
#include "diagnosis/window.hpp"
#include "lecture/lecture.hpp"

namespace autoencoder::diagnosis {
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
    struct Place {
        Where where;
        std::string words;
        std::size_t at = 0;  // one hidden layer
    };
    std::vector<Place> places = {{Where::everywhere, ""}, {Where::hidden, " at the hidden layers"}, {Where::output, " at the output"}};
    for (std::size_t l = 1; t.L > 2 && l < t.L; ++l)
        if (t.net.layer(l).activation != Activation::linear) places.push_back({Where::hidden, " at layer " + std::to_string(l), l});
    const auto taken = [](Slope slope, const Place& place) {
        return [slope, where = place.where, at = place.at](Rules& r) {
            r.back.slope = slope;
            r.back.slope_where = where;
            r.back.slope_at = at;
        };
    };
    for (const auto& of : slopes)
        for (const Place& place : places) {
            const bool of_linear = place.where == Where::output && t.squared && t.output == Activation::linear && (of.slope == Slope::of_tanh || of.slope == Slope::of_sigmoid);
            if (!of.shows && !of_linear) continue;
            const std::string words = std::string(of.words) + place.words + of.after;
            if (place.at == 0 && of.shows) t.mistake(of.id, "delta-hidden", words, taken(of.slope, place));
            else t.rare(of.id, "delta-hidden", words, taken(of.slope, place));
        }
    const auto other = [&](const std::string& is, Slope slope, bool hidden_only = false, bool of_linear = false) {
        for (const Place& place : places)
            if (place.where == Where::hidden ? t.bent : t.squared && (t.output != Activation::linear || of_linear) && !hidden_only)
                t.rare("exchanged-derivative", "delta-hidden", "f' is " + is + place.words, taken(slope, place));
    };
    const bool bent = saturates || relu, linear = t.squared && t.output == Activation::linear;
    if (bent) {
        other("its mean over the patterns", Slope::mean);
        other("its mean over the units", Slope::mean_of_units);
        if (saturates) other("that of the mean activity over the patterns, ρ(1 − ρ) for h(1 − h)", Slope::of_mean);
        other("taken at s without the bias", Slope::without_bias);
        if (t.masked && saturates) other("of h as dropout leaves it", Slope::of_dropped, true);
        if (t.L > 2) other("that of the layer above", Slope::of_above, true);
        if (t.L > 2) other("that of the layer below", Slope::of_below, true);
    }
    if (bent || linear) {
        std::vector<std::vector<double>> before;  // of the same numbers, up to a factor
        const auto is_new = [&](const std::function<double(double, double)>& of) {
            std::vector<double> values;
            for (const Activation f : {Activation::sigmoid, Activation::tanh, Activation::relu})
                for (const double s : {0.4, -1.1, 0.9, 2.3, -0.3})
                    if (t.has(f)) values.push_back(of(s, lecture::f(f, s).value));
            double first = 0;
            for (const double each : values) first = first == 0 ? each : first;
            for (double& each : values) each = std::round(each / first * 1e9);
            if (std::ranges::find(before, values) != before.end()) return false;
            before.push_back(values);
            return true;
        };
        for (const Activation f : {Activation::sigmoid, Activation::tanh, Activation::relu})
            if (t.has(f)) is_new([=](double s, double) { return lecture::f_slope(f, s).value; });
        for (std::size_t row = 0; row < taken_slopes().size(); ++row)
            if (is_new(taken_slopes()[row].of)) other("taken as " + taken_slopes()[row].words, slope_in(row), false, linear);
    }
    for (const auto& [slope, by] : {std::pair(Slope::lecun_by_s, "s"), {Slope::lecun_by_h, "h"}})
        if (t.has(Activation::tanh))
            t.mistake(
                "tanh-derivative-lecun", "delta-hidden",
                std::string("f' is that of 1.7159 tanh(2s/3), by ") + by + ", while f is tanh",
                [slope = slope](Rules& r) { r.back.slope = slope; });
}

/// What δ of one layer may be multiplied by, instead of what the layer takes.
void add_factors(Table& t, std::size_t l) {
    const std::size_t taken = t.net.units(l - 1);
    const std::string number = std::to_string(l), right = l == 1 ? "x" : "h" + std::to_string(l - 1);
    const auto add = [&](const std::string& words, Input input, std::size_t of = 0) {
        t.rare("other-factor", "gradient",
               "the gradient of " + names_of(t.net, l, false) + " has δ" + number + " times " + words + ", not " + right,
               [=](Rules& r) {
                   r.gradient.input = input;
                   r.gradient.input_at = l;
                   r.gradient.input_of = of;
               });
    };
    if (taken == t.net.inputs && l > 1) add("x", Input::x);
    if (taken == t.c.y.cols && !t.softmax) add("y, the target", Input::target);
    for (std::size_t m = 1; m <= t.L; ++m) {
        const std::string of = std::to_string(m);
        if (t.net.units(m) == taken && m + 1 != l) add(m == t.L ? "ŷ, the output" : "h" + of, Input::activity, m);
        if (t.net.net_inputs(m) == taken) add("s" + of + ", the net input of layer " + of, Input::net_input, m);
    }
    if (l > 1 && l - 1 <= t.c.masks.size() && t.c.masks[l - 2].rows > 0) add(right + " before dropout", Input::before_dropout);
    add(right + " cut at ½, as 0 or 1", Input::binary);
    add(right + " squared", Input::squared);
    if (t.N > 1) add("the mean of " + right + " over the patterns", Input::mean);
    if (t.N > 1) add(right + " less its mean over the patterns", Input::centred);
    if (t.N > 1) add(right + " of the pattern before", Input::pattern_before);
    if (t.N > 2) add(right + " of the pattern after", Input::pattern_after);
    if (t.N > 2) add(right + " of the patterns from the last to the first", Input::reversed);
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
    for (std::size_t l = 1; l <= t.L; ++l) add_factors(t, l);
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
