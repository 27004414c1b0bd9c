// Rows of back-propagation: what is carried back, what goes through f, what a bias' gradient sums.
#include "diagnosis/mistakes.hpp"
#include "diagnosis/terms.hpp"
#include "diagnosis/window.hpp"

namespace autoencoder::diagnosis {
namespace {

void add_carried(Table& t) {
    const auto carry = [&](Carry what, std::size_t at, std::size_t by = 0) {
        return [=](Rules& r) {
            r.back.carry = what;
            r.back.stepped_at = at;
            r.back.carried_by = by;
        };
    };
    const auto add = [&](const std::string& words, Change change) { t.rare("other-carry", "delta-hidden", words, std::move(change)); };
    bool fits = false;
    for (std::size_t l = 2; l <= t.L; ++l) {
        const std::string W = names_of(t.net, l, false);
        const bool dense = t.net.layer(l).kind == Kind::dense;
        if (dense && t.net.units(l) == t.net.units(l - 1)) {
            fits = true;
            if (t.L > 2) add("δ goes back through layer " + std::to_string(l) + " as it is, without " + W, carry(Carry::nothing, l));
        }
        for (std::size_t m = 1; m <= t.L; ++m)
            if (m != l && dense && t.net.layer(m).kind == Kind::dense && t.net.units(m) == t.net.units(l) &&
                (m == 1 ? t.net.inputs : t.net.units(m - 1)) == t.net.units(l - 1))
                add("δ goes back through " + names_of(t.net, m, false) + ", not " + W, carry(Carry::of_other_layer, l, m));
    }
    for (const auto& [how, what] : {std::pair(Carry::sizes, "|w|"), {Carry::signs, "the signs of the weights"}, {Carry::ones, "weights that are all 1"}})
        if (how != Carry::ones || !t.softmax)  // whose δ add up to 0
            add(std::string("δ goes back through ") + what + ", not through the weights", carry(how, 0));
    if (fits) add("δ goes back as it is, without the weights", carry(Carry::nothing, 0));
    if (t.N > 1) add("the mean of δ over the patterns goes back, not δ of each", carry(Carry::mean, 0));
    if (!t.variational) return;
    add("δ of the head of μ alone goes back, not that of log σ²", carry(Carry::of_mean_head, 0));
    add("δ of the head of log σ² alone goes back, not that of μ", carry(Carry::of_log_head, 0));
}

void add_errors_back(Table& t) {
    const auto add = [&](const std::string& words, ErrorBack error) {
        t.rare("other-delta", "delta-output", words, [=](Rules& r) { r.back.error = error; });
    };
    add("δ of the output has (y − ŷ)² for y − ŷ", ErrorBack::square);
    add("δ of the output has the error of its pattern, ½ Σ (y − ŷ)², for ŷ − y", ErrorBack::of_pattern);
    add("δ of the output has the mean of (y − ŷ)² over all for ŷ − y", ErrorBack::mean);
    if (t.squared && (t.output == Activation::sigmoid || t.output == Activation::tanh))
        add(t.output == Activation::tanh ? "f' of the output is 1 − y², for 1 − ŷ²" : "f' of the output is y(1 − y), for ŷ(1 − ŷ)", ErrorBack::slope_of_target);
    if (!t.squared) add("δ of the output is (y − ŷ) ŷ", ErrorBack::times_output);
    if (!t.squared) add("δ of the output is −∂J/∂ŷ, without f'", ErrorBack::of_output);
    if (t.classes) add("δ of the output has 1 for the class that is chosen, 0 for the others, in place of ŷ", ErrorBack::of_choice);
    else add("δ of the output has ŷ cut at ½ to 0 or 1", ErrorBack::of_cut);
    if (!t.squared && !t.softmax) add("δ of the output is (y − ŷ) f', which the cross-entropy has cancelled", ErrorBack::times_slope);
}

void add_through(Table& t) {
    const std::pair<Through, const char*> ways[] = {{Through::positive, "δ goes on where ∂J/∂h is above 0, whatever s is"},
                                                    {Through::negative, "δ goes on where ∂J/∂h is below 0, whatever s is"},
                                                    {Through::positive_too, "δ goes on where ∂J/∂h is above 0 alone, beside f'"},
                                                    {Through::negative_too, "δ goes on where ∂J/∂h is below 0 alone, beside f'"}};
    for (const auto& [through, words] : ways)
        if (t.has(Activation::relu, true))
            t.rare("other-carry", "delta-hidden", words, [through = through](Rules& r) { r.back.through = through; });
}

void add_biases(Table& t) {
    const std::pair<BiasOf, const char*> ways[] = {{BiasOf::before_slope, "the gradients of the biases have what comes back before f', not δ"},
                                                   {BiasOf::over_units, "the gradients of the biases are the means of δ over the units, where these are as many as the patterns"},
                                                   {BiasOf::everything, "the gradient of each bias is the sum of δ over all units"}};
    for (const auto& [of, words] : ways)
        t.rare("other-bias-gradient", "gradient", words, [of = of](Rules& r) { r.gradient.biases_of = of; });
    if (t.L > 1)
        t.rare("other-biases", "encode", "the biases of the hidden layers are added after f", [](Rules& r) { r.forward.bias_after = true; });
}

/// How a window takes δ back, and what its kernel's gradient sums.
void add_window_back(Table& t) {
    const std::pair<Ties, const char*> ways[] = {{Ties::stride_one, "without the stride"},
                                                 {Ties::unpadded, "without the padding taken off"},
                                                 {Ties::overwritten, "so that each window overwrites what those before it gave (= for +=)"},
                                                 {Ties::first_map, "from the first map alone"},
                                                 {Ties::last_map, "from the last map alone (= for +=)"},
                                                 {Ties::exchanged_maps, "with input and output maps of the kernel exchanged"},
                                                 {Ties::summed_maps, "summed over the input maps, for each of them"}};
    Flipped some;
    for (std::size_t l = 1; l <= t.L; ++l) {
        some.of_convolution |= t.net.layer(l).kind == Kind::convolution;
        some.of_deconvolution |= t.net.layer(l).kind == Kind::deconvolution;
    }
    for (const auto& [ties, words] : ways)
        for (const bool transposed : {false, true}) {
            if (!(transposed ? some.of_deconvolution : some.of_convolution)) continue;
            const WindowBack how = {ties, {!transposed, transposed}};
            const std::string of = transposed ? "deconvolutions" : "convolutions";
            if (ties != Ties::summed_maps && !(ties == Ties::overwritten && transposed))
                t.rare("conv-window", "convolve-gradient", "δ goes back through the " + of + " " + words, [=](Rules& r) { r.back.window = how; });
            if (ties == Ties::stride_one || ties == Ties::unpadded || ties == Ties::summed_maps)
                t.rare("conv-window", "convolve-gradient", "the gradients of the kernels of the " + of + " are taken " + words,
                       [=](Rules& r) { r.back.window_gradient = how; });
        }
}

}  // namespace

void add_back(Table& t) {
    add_errors_back(t);
    add_biases(t);
    if (t.L == 1) return;
    add_carried(t);
    add_through(t);
    add_window_back(t);
}

}  // namespace autoencoder::diagnosis
