// The project's own convolutional and variational cases.
#include "diagnosis/closed_form.hpp"

namespace autoencoder::diagnosis {
namespace {

/// A layer with a window: 'conv' or 'deconv', the maps that it makes, the kernel, and its steps; or 'dense', its
/// units and its inputs.
struct Layer {
    std::string kind;
    std::size_t maps, height, width;
    std::size_t stride = 1, pad = 0, output_pad = 0;
};

/// On N images of in × height × width, all layers sigmoid if nothing else is set.
Recipe windows(const char* name, const char* about, const Array::Shape& x,
               const std::vector<Layer>& layers) {
    Recipe recipe(name, about);
    recipe.set("model", "convolutional");
    recipe.put("x", usual_inputs, x);
    std::size_t in = x[1];
    for (std::size_t l = 1; l <= layers.size(); ++l) {
        const Layer& layer = layers[l - 1];
        const std::string number = std::to_string(l);
        const bool transposed = layer.kind == "deconv";
        recipe.set("layer" + number, layer.kind);
        if (layer.kind == "dense")
            recipe.put("W" + number, usual_weights(l), {layer.maps, layer.height});
        else
            recipe.put("W" + number, usual_weights(l),
                       {transposed ? in : layer.maps, transposed ? layer.maps : in, layer.height,
                        layer.width});
        recipe.put("b" + number, usual_biases(l), {layer.maps});
        if (layer.kind == "dense") continue;
        recipe.count("stride" + number, layer.stride);
        recipe.count("pad" + number, layer.pad);
        recipe.count("output_pad" + number, layer.output_pad);
        in = layer.maps;
    }
    recipe.set("weight_penalty", 0.03);
    return recipe;
}

/// Units of the encoder, from the input to the code, and of the decoder after it.
Recipe variational(const char* name, const char* about, std::size_t N,
                   const std::vector<std::size_t>& encoder,
                   const std::vector<std::size_t>& decoder) {
    Recipe recipe(name, about);
    recipe.set("model", "variational");
    recipe.put("x", usual_inputs, {N, encoder[0]});
    const std::size_t z = encoder.back(), last = encoder.size() - 1;
    std::size_t before = encoder[0], l = 1;
    const auto add = [&](const std::string& W, const std::string& b, std::size_t units) {
        recipe.put(W, usual_weights(l), {units, before});
        recipe.put(b, usual_biases(l), {units});
        ++l;
    };
    for (std::size_t e = 1; e < last; ++e) {
        add("enc_W" + std::to_string(e), "enc_b" + std::to_string(e), encoder[e]);
        before = encoder[e];
    }
    add("mu_W", "mu_b", z);
    add("logvar_W", "logvar_b", z);
    before = z;
    for (std::size_t d = 1; d <= decoder.size(); ++d) {
        add("dec_W" + std::to_string(d), "dec_b" + std::to_string(d), decoder[d - 1]);
        before = decoder[d - 1];
    }
    recipe.put("eps", {-1.7, 3.4, 23, 5, 83}, {N, z});
    recipe.set("weight_penalty", 0.03);
    return recipe;
}

Recipe with(Recipe recipe, const std::string& key, const std::string& value) {
    recipe.set(key, value);
    return recipe;
}

}  // namespace

std::vector<TestVector> other_vectors() {
    Recipe sparse =
        windows("convolution-sparse", "two convolutions, tanh, a sparsity term", {5, 1, 6, 5},
                {{"conv", 2, 3, 3, 1, 1}, {"conv", 3, 2, 3, 2, 1}, {"deconv", 1, 2, 3, 2, 1}});
    sparse.set("activation2", "tanh");
    sparse.set("sparsity_target", 0.1);
    sparse.set("sparsity_weight", 0.7);
    Recipe tied = windows("convolution-tied", "one kernel there and back", {6, 1, 5, 4},
                          {{"conv", 3, 3, 2, 2, 1}, {"deconv", 1, 3, 2, 2, 1}});
    const Array kernel = tied.made.archive.at("W1");
    for (auto& [key, array] : tied.made.archive.entries)
        if (key == "W2") array = kernel;
    tied.made.inputs += "then W2 is W1; ";
    return {
        windows("convolution", "stride 1, no padding, kernels of 2 × 3", {7, 2, 4, 5},
                {{"conv", 3, 2, 3}, {"deconv", 2, 2, 3}})
            .made,
        with(windows("convolution-strided", "stride 2, padding, output padding, cross-entropy",
                     {5, 2, 6, 4}, {{"conv", 3, 3, 3, 2, 1}, {"deconv", 2, 3, 3, 2, 1, 1}}),
             "loss", "cross_entropy")
            .made,
        with(windows("convolution-linear", "linear units, stride 3", {4, 1, 7, 4},
                     {{"conv", 2, 1, 4, 3}, {"deconv", 1, 1, 4, 3}}),
             "activation", "linear")
            .made,
        sparse.made,
        tied.made,
        windows("convolution-one-pattern", "N = 1", {1, 1, 5, 4},
                {{"conv", 2, 3, 2, 2, 1}, {"deconv", 1, 3, 2, 2, 1}})
            .made,
        windows("convolution-dense", "a dense output after a convolution", {5, 1, 5, 4},
                {{"conv", 2, 3, 2, 2, 1}, {"dense", 20, 18, 1}})
            .made,
        variational("variational", "one hidden layer", 7, {6, 4, 3}, {4, 6}).made,
        with(variational("variational-tanh", "two hidden layers, tanh", 9, {6, 5, 4, 2}, {4, 5, 6}),
             "activation", "tanh")
            .made,
        variational("variational-linear", "no hidden layer", 8, {5, 3}, {5}).made,
        variational("variational-one-pattern", "N = 1", 1, {6, 4, 2}, {4, 6}).made,
        variational("variational-wide", "more latent units than pixels", 5, {3, 5}, {4, 3}).made,
    };
}

}  // namespace autoencoder::diagnosis
