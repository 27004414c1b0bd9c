// The mistakes in windows, and those in a code that is a distribution.
#include <algorithm>

#include "autoencoder/convolution.hpp"
#include "diagnosis/mistakes.hpp"
#include "diagnosis/window.hpp"

namespace autoencoder::diagnosis {

void add_windows(Table& t) {
    const auto has = [&](const auto& property) {
        return std::any_of(t.c.network.layers.begin(), t.c.network.layers.end(), property);
    };
    const bool convolution = has([](const Layer& l) { return l.kind == Kind::convolution; });
    const bool deconvolution = has([](const Layer& l) { return l.kind == Kind::deconvolution; });
    bool odd = false, odd_transposed = false, flat = false;
    for (std::size_t l = 1; l <= t.L; ++l) {
        const bool window = has_window(t.c.network.layer(l));
        WindowSums sums;
        if (window) pad_after(sums = window_of(t.c.network, l));
        (t.c.network.layer(l).kind == Kind::convolution ? odd : odd_transposed) |=
            sums.down + sums.right > 0;
        flat |= window && l < t.L && !has_window(t.c.network.layer(l + 1));
    }
    for (const Flipped& whose : {Flipped{true, false}, Flipped{true, true}, Flipped{false, true}}) {
        if ((whose.of_convolution && !odd) || (whose.of_deconvolution && !odd_transposed)) continue;
        const std::string clause =
            std::string("the images of the ") + (whose.of_convolution ? "convolutions " : "") +
            (whose.of_convolution && whose.of_deconvolution ? "and " : "") +
            (whose.of_deconvolution ? "deconvolutions " : "") +
            "are padded as TensorFlow's 'same' does, an odd one below and right";
        const auto change = [=](Rules& r) { r.forward.pad_after = whose; };
        if (t.entries.back().id != "conv-same-padding")
            t.convention("conv-same-padding", "convolve", clause, change);
        else
            t.variant(clause, change);
    }
    for (std::size_t order = 1; flat && order < std::size(flat_orders); ++order) {
        const char* names[] = {"maps", "height", "width"};
        const auto [a, b, c] = flat_orders[order];
        const std::string clause = std::string("the maps are flattened as (") + names[a] + ", " +
                                   names[b] + ", " + names[c] + ") for the dense layer";
        const auto change = [=](Rules& r) { r.forward.flat = order; };
        if (order == 1)
            t.convention("conv-maps-last", "convolve", clause, change);
        else
            t.variant(clause, change);
    }
    if (convolution) {
        t.mistake("conv-flipped", "convolve",
                  "the kernels of the convolutions are turned by 180°: a convolution in the "
                  "mathematicians' sense, not a cross-correlation",
                  [](Rules& r) {
                      r.forward.kernel.of_convolution = true;
                      r.back.kernel.of_convolution = true;
                      r.back.kernel_gradient.of_convolution = true;
                  });
        t.variant("the kernels of the convolutions are turned by 180° on the way forward alone",
                  [](Rules& r) { r.forward.kernel.of_convolution = true; });
        t.variant("the kernels of the convolutions are turned by 180° where they take δ back",
                  [](Rules& r) { r.back.kernel.of_convolution = true; });
        t.variant("the gradients of the convolutions' kernels are turned by 180°",
                  [](Rules& r) { r.back.kernel_gradient.of_convolution = true; });
    }
    if (deconvolution) {
        t.mistake("deconv-not-transpose", "deconvolve",
                  "the deconvolution is not the transpose of the convolution: its kernel is "
                  "turned by 180°",
                  [](Rules& r) {
                      r.forward.kernel.of_deconvolution = true;
                      r.back.kernel.of_deconvolution = true;
                      r.back.kernel_gradient.of_deconvolution = true;
                  });
        t.variant(
            "the deconvolution is not the transpose of what takes δ back: its kernel is "
            "turned by 180° on the way forward alone",
            [](Rules& r) { r.forward.kernel.of_deconvolution = true; });
        t.variant(
            "what takes δ back is not the transpose of the deconvolution: its kernel is "
            "turned by 180°",
            [](Rules& r) { r.back.kernel.of_deconvolution = true; });
        t.variant("the gradients of the deconvolutions' kernels are turned by 180°",
                  [](Rules& r) { r.back.kernel_gradient.of_deconvolution = true; });
        if (has([](const Layer& l) { return l.window.output_pad > 0; }))
            t.variant(
                "the deconvolution is not the transpose of the convolution: the output "
                "padding stands above and left of the image, not below and right",
                [](Rules& r) { r.forward.output_pad_before = true; });
    }
    if (convolution || deconvolution) {
        t.mistake("conv-bias-one-position", "convolve-gradient",
                  "the gradient of a map's bias is δ at the last position (= for +=), not its sum "
                  "over the positions",
                  [](Rules& r) { r.back.places = Places::last; });
        t.variant(
            "the gradient of a map's bias is δ at the first position, not its sum over the "
            "positions",
            [](Rules& r) { r.back.places = Places::first; });
        t.variant("the gradient of a map's bias is the mean of δ over the positions, not its sum",
                  [](Rules& r) { r.back.places = Places::mean; });
    }
}

namespace {

/// The second head taken for something else than log σ²: in the sample, in the divergence, or both.
void add_head(Table& t, const char* id, Head head, const std::string& what) {
    const auto in_sample = [=](Rules& r) { r.forward.head = head; };
    const auto in_divergence = [=](Rules& r) {
        r.cost.divergence_head = head;
        r.back.divergence_head = head;
    };
    t.mistake(id, "reparameterise", what + " in the sample, and for log σ² in the divergence",
              in_sample);
    t.variant(what + " in the divergence, and for log σ² in the sample", in_divergence);
    t.variant(what + " in the sample and in the divergence", [=](Rules& r) {
        in_sample(r);
        in_divergence(r);
    });
}

}  // namespace

void add_code(Table& t) {
    const Network& net = t.c.network;
    const std::size_t code = net.gaussian_layer();
    if (code == 0) return;
    const double latent = double(net.units(code)), pixels = double(net.inputs);
    add_head(t, "vae-logvar-as-sigma", Head::deviation, "log σ² is taken for σ");
    add_head(t, "vae-logvar-as-logsigma", Head::log_deviation,
             "log σ² is taken for log σ, so that σ is exp(log σ²)");
    const auto scaled_divergence = [](double factor) {
        return [=](Rules& r) {
            r.cost.divergence *= factor;
            r.back.divergence *= factor;
        };
    };
    t.mistake("vae-kl-sign", "elbo", "the divergence has the other sign", scaled_divergence(-1));
    t.variant("the divergence has the other sign in the gradient",
              [](Rules& r) { r.back.divergence *= -1; });
    t.variant("the divergence has the other sign in the cost",
              [](Rules& r) { r.cost.divergence *= -1; });
    if (latent > 1)
        t.mistake("vae-kl-mean-latent", "elbo",
                  "the divergence is averaged over the latent units, not summed",
                  scaled_divergence(1 / latent));
    if (pixels > 1) {
        t.mistake("vae-kl-over-pixels", "elbo",
                  "the divergence is divided by the number of pixels, while the cross-entropy is "
                  "their sum",
                  scaled_divergence(1 / pixels));
        t.mistake("vae-mean-reconstruction", "elbo",
                  "the cross-entropy is averaged over the pixels, while the divergence is whole",
                  [=](Rules& r) {
                      r.cost.data /= pixels;
                      r.back.error_factor /= pixels;
                  });
    }
    t.mistake("vae-no-sampling", "reparameterise", "z is μ, without σ ⊙ ε",
              [](Rules& r) { r.forward.noise = Noise::none; });
    t.variant("z is μ + ε, without σ", [](Rules& r) { r.forward.head = Head::unit; });
    t.mistake("vae-kl-log-squared", "elbo", "the divergence has −(log σ)² for log σ²",
              [](Rules& r) { r.cost.log_squared = r.back.log_squared = true; });
    t.mistake("vae-no-half-logvar", "elbo-gradient", "½ is missing in ∂z/∂log σ² = ½ σ ⊙ ε",
              [](Rules& r) { r.back.sample_by_head *= 2; });
    if (latent > 1) {
        t.mistake("vae-one-eps-per-row", "reparameterise",
                  "one ε serves all latent units of a pattern, the first of its row",
                  [](Rules& r) { r.forward.noise = Noise::first_of_row; });
        t.variant("one ε serves all latent units of a pattern, the last of its row",
                  [](Rules& r) { r.forward.noise = Noise::last_of_row; });
    }
}

}  // namespace autoencoder::diagnosis
