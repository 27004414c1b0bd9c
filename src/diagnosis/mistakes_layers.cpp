// The mistakes in windows, and those in a code that is a distribution.
#include <algorithm>

#include "autoencoder/convolution.hpp"
#include "diagnosis/functions.hpp"
#include "diagnosis/mistakes.hpp"
#include "diagnosis/remade.hpp"
#include "diagnosis/window.hpp"

namespace autoencoder::diagnosis {
namespace {

/// Kernels turned by 180°: on the way forward, where they take δ back, in their gradients.
Change turned(const Flipped& whose, bool forward, bool back, bool gradient) {
    return [=](Rules& r) {
        if (forward) r.forward.kernel |= whose;
        if (back) r.back.kernel |= whose;
        if (gradient) r.back.kernel_gradient |= whose;
    };
}

/// The second head taken for something else than log σ²: in the sample, in the divergence, or both.
void add_head(Table& t, const char* id, Head head, const std::string& what) {
    const Change in_sample = [=](Rules& r) { r.forward.head = head; };
    const Change in_divergence = [=](Rules& r) {
        r.cost.code.head = head;
        r.back.code.head = head;
    };
    t.mistake(id, "reparameterise", what + " in the sample, and for log σ² in the divergence",
              in_sample);
    t.variant(what + " in the divergence, and for log σ² in the sample", in_divergence);
    t.variant(what + " in the sample and in the divergence", in_sample + in_divergence);
}

}  // namespace

void add_windows(Table& t) {
    const auto has = [&](const auto& property) {
        return std::ranges::any_of(t.net.layers, property);
    };
    const bool convolution = has([](const Layer& l) { return l.kind == Kind::convolution; });
    const bool deconvolution = has([](const Layer& l) { return l.kind == Kind::deconvolution; });
    bool odd = false, odd_transposed = false, flat = false;
    for (std::size_t l = 1; l <= t.L; ++l) {
        if (!has_window(t.net.layer(l))) continue;
        WindowSums sums = window_of(t.net, l);
        pad_after(sums);
        (t.net.layer(l).kind == Kind::convolution ? odd : odd_transposed) |=
            sums.down + sums.right > 0;
        flat |= l < t.L && !has_window(t.net.layer(l + 1));
    }
    const auto pad = [&](const Flipped& whose, const std::string& words) {
        t.convention("conv-same-padding", "convolve",
                     "the images of the " + words +
                         " are padded as TensorFlow's 'same' does, an odd one below and right",
                     [=](Rules& r) { r.forward.pad_after = whose; });
    };
    if (odd) pad({true, false}, "convolutions");
    if (odd && odd_transposed) pad({true, true}, "convolutions and deconvolutions");
    if (odd_transposed) pad({false, true}, "deconvolutions");
    constexpr const char* axes[] = {"maps", "height", "width"};
    for (std::size_t order = 1; flat && order < std::size(flat_orders); ++order) {
        const auto [a, b, c] = flat_orders[order];
        t.convention("conv-maps-last", "convolve",
                     std::string("the maps are flattened as (") + axes[a] + ", " + axes[b] + ", " +
                         axes[c] + ") for the dense layer",
                     [=](Rules& r) { r.forward.flat = order; });
    }
    if (const Flipped its = {true, false}; convolution) {
        t.mistake("conv-flipped", "convolve",
                  "the kernels of the convolutions are turned by 180°: a convolution in the "
                  "mathematicians' sense, not a cross-correlation",
                  turned(its, true, true, true));
        t.variant("the kernels of the convolutions are turned by 180° on the way forward alone",
                  turned(its, true, false, false));
        t.variant("the kernels of the convolutions are turned by 180° where they take δ back",
                  turned(its, false, true, false));
        t.variant("the gradients of the convolutions' kernels are turned by 180°",
                  turned(its, false, false, true));
        for (const auto& [border, words] : {std::pair(Border::edge, "their edge"), {Border::mirrored, "what they mirror at their edge"},
                                            {Border::circular, "their other side"}})
            t.rare("conv-padding", "convolve", std::string("the images of the convolutions go on with ") + words + ", not with 0",
                   [border = border](Rules& r) { r.forward.border = border; });
        const bool padded = has([](const Layer& l) { return l.kind == Kind::convolution && l.window.pad > 0; });
        const bool strided = has([](const Layer& l) { return l.kind == Kind::convolution && l.window.stride > 1; });
        const std::tuple<Start, bool, const char*> starts[] = {
            {Start::padded_at_end, padded, "the images of the convolutions have all of their padding below and right"},
            {Start::padded_at_start, padded, "the images of the convolutions have all of their padding above and left"},
            {Start::one_on, strided, "the strides of the convolutions begin at the second place"}};
        for (const auto& [start, shows, words] : starts)
            if (shows) t.rare("conv-padding", "convolve", words, [start = start](Rules& r) { r.forward.start = start; });
    }
    if (const Flipped its = {false, true}; deconvolution) {
        t.mistake("deconv-not-transpose", "deconvolve",
                  "the deconvolution is not the transpose of the convolution: its kernel is "
                  "turned by 180°",
                  turned(its, true, true, true));
        t.variant(
            "the deconvolution is not the transpose of what takes δ back: its kernel is "
            "turned by 180° on the way forward alone",
            turned(its, true, false, false));
        t.variant(
            "what takes δ back is not the transpose of the deconvolution: its kernel is "
            "turned by 180°",
            turned(its, false, true, false));
        t.variant("the gradients of the deconvolutions' kernels are turned by 180°",
                  turned(its, false, false, true));
        if (has([](const Layer& l) { return l.window.output_pad > 0; }))
            t.variant(
                "the deconvolution is not the transpose of the convolution: the output "
                "padding stands above and left of the image, not below and right",
                [](Rules& r) { r.forward.output_pad_before = true; });
    }
    if (!convolution && !deconvolution) return;
    const auto places = [](Places of) { return [=](Rules& r) { r.back.places = of; }; };
    t.mistake("conv-bias-one-position", "convolve-gradient",
              "the gradient of a map's bias is δ at the last position (= for +=), not its sum "
              "over the positions",
              places(Places::last));
    t.variant(
        "the gradient of a map's bias is δ at the first position, not its sum over the "
        "positions",
        places(Places::first));
    t.variant("the gradient of a map's bias is the mean of δ over the positions, not its sum",
              places(Places::mean));
    for (std::size_t l = 1; l <= t.L; ++l)
        for (const auto& [what, words] : {std::pair(Places::mean, "the mean of δ over"), {Places::first, "δ at the first of"},
                                          {Places::last, "δ at the last of"}})
            if (has_window(t.net.layer(l)))
                t.rare("conv-bias-one-position", "convolve-gradient",
                       "the gradient of b" + std::to_string(l) + " is " + words + " the positions, not the sum over them",
                       [=, what = what](Rules& r) {
                           r.back.places = what;
                           r.back.places_at = l;
                       });
}

void add_code(Table& t) {
    if (!t.variational) return;
    const double latent = double(t.net.units(t.net.gaussian_layer())),
                 pixels = double(t.net.inputs);
    add_head(t, "vae-logvar-as-sigma", Head::deviation, "log σ² is taken for σ");
    add_head(t, "vae-logvar-as-logsigma", Head::log_deviation,
             "log σ² is taken for log σ, so that σ is exp(log σ²)");
    t.mistake("vae-kl-sign", "elbo", "the divergence has the other sign", code(-1, -1));
    t.variant("the divergence has the other sign in the gradient", code(1, -1));
    t.variant("the divergence has the other sign in the cost", code(-1, 1));
    t.mistake("vae-kl-mean-latent", "elbo",
              "the divergence is averaged over the latent units, not summed",
              code(1 / latent, 1 / latent));
    t.mistake("vae-kl-over-pixels", "elbo",
              "the divergence is divided by the number of pixels, while the cross-entropy is "
              "their sum",
              code(1 / pixels, 1 / pixels));
    t.mistake("vae-mean-reconstruction", "elbo",
              "the cross-entropy is averaged over the pixels, while the divergence is whole",
              data(1 / pixels, 1 / pixels));
    const auto noise = [](Noise of) { return [=](Rules& r) { r.forward.noise = of; }; };
    t.mistake("vae-no-sampling", "reparameterise", "z is μ, without σ ⊙ ε", noise(Noise::none));
    t.variant("z is μ + ε, without σ", [](Rules& r) { r.forward.head = Head::unit; });
    t.mistake("vae-kl-log-squared", "elbo", "the divergence has −(log σ)² for log σ²",
              [](Rules& r) { r.cost.code.log_squared = r.back.code.log_squared = true; });
    for (std::size_t row = 0; row < heads().size(); ++row) {
        const Head head = Head(row + std::size_t(Head::first_row));
        for (const bool in_divergence : {false, true})
            t.rare("other-head", "reparameterise", heads()[row].words + (in_divergence ? ", in the divergence too" : " in the sample"),
                   [=](Rules& r) {
                       r.forward.head = head;
                       if (in_divergence) r.cost.code.head = r.back.code.head = head;
                   });
    }
    for (std::size_t row = 0; row < codes().size(); ++row)
        for (const bool in_cost : {true, false})
            if (codes()[row].of || !in_cost)
                t.rare("other-divergence", "elbo", codes()[row].words + (in_cost ? "" : " in the gradient alone"), [=](Rules& r) {
                    r.back.code.form = row + 1;
                    if (in_cost) r.cost.code.form = row + 1;
                });
    for (std::size_t row = 0; row < samples().size(); ++row)
        t.rare("other-sample", "reparameterise", samples()[row].words, [=](Rules& r) { r.forward.sample = row + 1; });
    for (std::size_t row = 0; row < sample_slopes().size(); ++row)
        t.rare("other-sample", "elbo-gradient", "∂z/∂log σ² is " + sample_slopes()[row].words, [=](Rules& r) { r.back.sample_slope = row + 1; });
    for (std::size_t row = 0; row < means().size(); ++row) {
        t.rare("other-head", "reparameterise", "μ is the first head through " + means()[row].words, [=](Rules& r) { r.forward.mean = row + 1; });
        for (std::size_t other = 0; other < heads().size(); ++other)
            if (heads()[other].words.find(means()[row].words.substr(2)) != std::string::npos && heads()[other].words.starts_with("log σ²"))
                t.rare("other-head", "reparameterise", "both heads go through " + means()[row].words, [=](Rules& r) {
                    r.forward.mean = row + 1;
                    r.forward.head = r.cost.code.head = r.back.code.head = Head(other + std::size_t(Head::first_row));
                });
    }
    t.mistake("vae-no-half-logvar", "elbo-gradient", "½ is missing in ∂z/∂log σ² = ½ σ ⊙ ε",
              [](Rules& r) { r.back.sample_by_head *= 2; });
    t.mistake("vae-one-eps-per-row", "reparameterise",
              "one ε serves all latent units of a pattern, the first of its row",
              noise(Noise::first_of_row));
    t.variant("one ε serves all latent units of a pattern, the last of its row",
              noise(Noise::last_of_row));
}

void add_remade(Table& t) {
    if (t.N * double(t.c.theta.size()) >= 2e7) return;
    const std::vector<Remade> all = remade_parameters(t.c);
    for (std::size_t row = 0; row < all.size(); ++row) {
        const Change made = [=](Rules& r) { r.forward.remade = row + 1; };
        t.rare(all[row].id, all[row].tag, all[row].words, made);
        const Change apart = made + [](Rules& r) { r.gradient.apart = true; };
        if (all[row].is_tied) t.rare(all[row].id, "gradient", all[row].words + ", and each has a gradient of its own", apart);
        if (all[row].is_tied && t.L == 2)
            t.rare(all[row].id, "gradient", all[row].words + ", and has no gradient: the decoder's share is missing",
                   apart + [](Rules& r) { r.gradient.assigned = Assigned::none_last; });
        if (all[row].first_columns && t.lambda > 0)
            t.rare(all[row].id, all[row].tag, all[row].words + ", nor is that penalised",
                   made + [](Rules& r) { r.cost.decay.of = r.gradient.decay.of = Norm::first_row; });
    }
}

}  // namespace autoencoder::diagnosis
