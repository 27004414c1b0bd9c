#include "diagnosis/vectors.hpp"

#include "autoencoder/diagnosis.hpp"
#include "autoencoder/report.hpp"
#include "diagnosis/terms.hpp"

namespace autoencoder::diagnosis {
namespace {

/// low + width · ((a k + c) mod m)/m for k = 0, 1, …
struct Sequence {
    double low, width;
    std::size_t a, c, m;

    Array fill(const Array::Shape& shape) const {
        std::size_t size = 1;
        for (const std::size_t extent : shape) size *= extent;
        std::vector<double> values(size);
        for (std::size_t k = 0; k < size; ++k)
            values[k] = low + width * (double((a * k + c) % m) / double(m));
        return {shape, std::move(values)};
    }
    std::string formula() const {
        return "_k = " + shortest(low) + " + " + shortest(width) + "·(((" + std::to_string(a) +
               "k + " + std::to_string(c) + ") mod " + std::to_string(m) + ")/" +
               std::to_string(m) + ")";
    }
};

/// A layer with a window: 'conv' or 'deconv', the maps that it makes, the kernel, and its steps; or
/// 'dense', its units and its inputs.
struct WindowLayer {
    std::string kind;
    std::size_t maps, height, width;
    std::size_t stride = 1, pad = 0, output_pad = 0;
};

using Sizes = std::vector<std::size_t>;

/// A case as it is put together: every key goes into the archive, and its formula beside it.
class Recipe : public TestVector {
public:
    Recipe(const char* of, const char* words) : TestVector{of, words, {}, {}} {}

    Recipe& add(const std::string& key, const std::string& formula, Array array) {
        inputs += formula + "; ";
        archive.add(key, std::move(array));
        return *this;
    }
    Recipe& put(const std::string& key, const Sequence& sequence, const Array::Shape& shape) {
        return add(key, key + sequence.formula(), sequence.fill(shape));
    }
    Recipe& set(const std::string& key, double value) {
        return add(key, key + " = " + shortest(value), Array(value));
    }
    Recipe& set(const std::string& key, std::size_t value) {
        return add(key, key + " = " + std::to_string(value), Array(value));
    }
    Recipe& set(const std::string& key, const std::string& value) {
        return add(key, key + " = '" + value + "'", Array(value));
    }
    Recipe& patterns(const Array::Shape& shape) {
        return put("x", {0.05, 0.9, 37, 11, 101}, shape);
    }
    /// The parameters of the next layer.
    Recipe& layer(const std::string& W, const Array::Shape& weights, const std::string& b,
                  std::size_t units, const Sequence* biases = nullptr) {
        ++layers_;
        put(W, {-0.9, 1.8, 29, 7 * layers_, 97}, weights);
        return put(b, biases ? *biases : Sequence{-0.5, 0.9, 17, 3 * layers_, 89}, {units});
    }

    Recipe& penalised() { return set("weight_penalty", 0.03); }
    Recipe& sparse() { return set("sparsity_target", 0.1).set("sparsity_weight", 0.7); }
    Recipe& both() { return penalised().sparse(); }
    Recipe& denoising() {
        return put("y", {0.1, 0.8, 41, 5, 103}, {archive.at("x").shape[0], outputs()});
    }
    Recipe& masked(std::size_t l) {
        const std::string number = std::to_string(l);
        const Array::Shape shape = {archive.at("x").shape[0], archive.at("b" + number).size()};
        std::vector<std::uint8_t> mask(shape[0] * shape[1]);
        for (std::size_t k = 0; k < mask.size(); ++k) mask[k] = k % 3 == 1 ? 0 : 1;
        return add("mask" + number, "mask" + number + "_k = 0 where k mod 3 is 1, else 1",
                   Array(shape, std::move(mask)));
    }
    Recipe& labelled() {
        std::vector<std::int64_t> labels(archive.at("x").shape[0]);
        for (std::size_t q = 0; q < labels.size(); ++q) labels[q] = std::int64_t(q % outputs());
        return add("labels", "labels_q = q mod " + std::to_string(outputs()),
                   Array({labels.size()}, labels));
    }
    Recipe& only_sparse(std::int64_t l) {
        return add("sparse_layers", "sparse_layers = [" + std::to_string(l) + "]",
                   Array({1}, std::vector<std::int64_t>{l}));
    }
    /// W2 is W1: transposed, where they are matrices.
    Recipe& tied() {
        const Array W1 = archive.at("W1");
        const bool matrix = W1.shape.size() == 2;
        const std::vector<double> from = W1.doubles();
        std::vector<double> to = from;
        for (std::size_t k = 0, H = W1.shape[0], V = W1.shape[1]; matrix && k < to.size(); ++k)
            to[k % V * H + k / V] = from[k];
        for (auto& [key, array] : archive.entries)
            if (key == "W2") array.values = to;
        inputs += matrix ? "then W2 is W1 transposed; " : "then W2 is W1; ";
        return *this;
    }

private:
    std::size_t outputs() const { return archive.at("b" + std::to_string(layers_)).size(); }

    std::size_t layers_ = 0;
};

/// Dense layers of these units, the inputs first.
Recipe dense(const char* name, const char* about, std::size_t N, const Sizes& units,
             const Sequence* first_biases = nullptr) {
    Recipe recipe(name, about);
    recipe.patterns({N, units[0]});
    for (std::size_t l = 1; l < units.size(); ++l)
        recipe.layer("W" + std::to_string(l), {units[l], units[l - 1]}, "b" + std::to_string(l),
                     units[l], l == 1 ? first_biases : nullptr);
    return recipe;
}

/// On N images of in × height × width, all layers sigmoid if nothing else is set.
Recipe windows(const char* name, const char* about, const Array::Shape& x,
               const std::vector<WindowLayer>& layers) {
    Recipe recipe(name, about);
    recipe.set("model", std::string("convolutional")).patterns(x);
    std::size_t in = x[1], l = 0;
    for (const WindowLayer& layer : layers) {
        const std::string number = std::to_string(++l);
        const bool transposed = layer.kind == "deconv", window = layer.kind != "dense";
        Array::Shape weights = {layer.maps, layer.height};
        if (window)
            weights = {transposed ? in : layer.maps, transposed ? layer.maps : in, layer.height,
                       layer.width};
        recipe.set("layer" + number, layer.kind)
            .layer("W" + number, weights, "b" + number, layer.maps);
        if (window)
            recipe.set("stride" + number, layer.stride)
                .set("pad" + number, layer.pad)
                .set("output_pad" + number, layer.output_pad);
        in = layer.maps;
    }
    return recipe.penalised();
}

/// Units of the encoder, from the input to the code, and of the decoder after it.
Recipe variational(const char* name, const char* about, std::size_t N, const Sizes& encoder,
                   const Sizes& decoder) {
    Recipe recipe(name, about);
    recipe.set("model", std::string("variational")).patterns({N, encoder[0]});
    const std::size_t z = encoder.back(), last = encoder.size() - 1;
    std::size_t before = encoder[0];
    const auto add = [&](const std::string& whose, const std::string& number, std::size_t units) {
        recipe.layer(whose + "W" + number, {units, before}, whose + "b" + number, units);
    };
    for (std::size_t e = 1; e < last; ++e) {
        add("enc_", std::to_string(e), encoder[e]);
        before = encoder[e];
    }
    add("mu_", "", z);
    add("logvar_", "", z);
    before = z;
    for (std::size_t d = 1; d <= decoder.size(); ++d) {
        add("dec_", std::to_string(d), decoder[d - 1]);
        before = decoder[d - 1];
    }
    return recipe.put("eps", {-1.7, 3.4, 23, 5, 83}, {N, z}).penalised();
}

}  // namespace

std::vector<TestVector> test_vectors() {
    const Sizes shallow = {5, 3, 5}, deep = {5, 4, 4, 5};
    const Sequence nearly_off = {-9, 2, 17, 3, 89}, saturated = {-9, 18, 17, 3, 89},
                   saturated_tanh = {-3, 6, 17, 3, 89};
    const std::string cross = "cross_entropy", linear = "linear", tanh = "tanh", relu = "relu",
                      softmax = "softmax";
    return {
        dense("data", "the squared error alone", 7, shallow),
        dense("data-penalty", "with the weight penalty", 7, shallow).penalised(),
        dense("data-sparsity", "with the sparsity term", 7, shallow).sparse(),
        dense("sparse", "with both", 7, shallow).both(),
        dense("tanh", "tanh units", 7, shallow).set("activation", tanh).both(),
        dense("relu", "relu units, linear output", 7, shallow)
            .set("activation1", relu)
            .set("activation2", linear)
            .penalised(),
        dense("linear", "linear units", 7, shallow).set("activation", linear).penalised(),
        dense("linear-output", "sigmoid units, linear output", 7, shallow)
            .set("activation2", linear)
            .both(),
        dense("cross-entropy", "cross-entropy of a sigmoid output", 7, shallow)
            .set("loss", cross)
            .both(),
        dense("deep", "two hidden layers", 9, deep).both(),
        dense("deep-one-sparse", "two hidden layers, the second sparse", 9, deep)
            .only_sparse(2)
            .both(),
        dense("denoising", "the target is not the input", 7, shallow).denoising().both(),
        dense("dropout", "masks held fixed", 9, deep)
            .set("dropout", 0.3)
            .masked(1)
            .masked(2)
            .both(),
        dense("softmax", "a deep classifier", 8, {5, 4, 3})
            .set("activation2", softmax)
            .labelled()
            .both(),
        dense("lms", "a linear output on one-hot labels", 8, {5, 4, 3})
            .set("activation2", linear)
            .labelled()
            .penalised(),
        dense("one-pattern", "N = 1", 1, shallow).both(),
        dense("one-hidden-unit", "H = 1", 7, {5, 1, 5}).both(),
        dense("wide", "more hidden units than inputs", 6, {3, 8, 3}).both(),
        dense("non-square", "images of 3 × 4, as many patterns as neither", 5, {12, 7, 12}).both(),
        dense("tied", "the decoder's weights are the encoder's, transposed", 7, shallow)
            .tied()
            .both(),
        dense("nearly-off", "hidden units that are almost never on: ρ_j near 0", 7, shallow,
              &nearly_off)
            .both(),
        dense("saturated", "hidden units that are almost always on or off", 7, shallow, &saturated)
            .penalised(),
        dense("saturated-tanh", "the same, tanh", 7, shallow, &saturated_tanh)
            .set("activation", tanh)
            .both(),
        dense("relu-cross-entropy", "relu units, sigmoid output with cross-entropy", 7, shallow)
            .set("activation1", relu)
            .set("loss", cross)
            .penalised(),
        dense("multi-layer-head", "a classifier with a hidden layer in its head", 8, {6, 5, 4, 3})
            .set("activation3", softmax)
            .labelled()
            .penalised(),
        dense("linear-deep", "three linear layers", 9, {6, 3, 2, 6}).set("activation", linear),
        dense("denoising-dropout", "noisy inputs and masks, cross-entropy", 9, shallow)
            .set("loss", cross)
            .set("dropout", 0.2)
            .denoising()
            .masked(1)
            .both(),
        windows("convolution", "stride 1, no padding, kernels of 2 × 3", {7, 2, 4, 5},
                {{"conv", 3, 2, 3}, {"deconv", 2, 2, 3}}),
        windows("convolution-strided", "stride 2, padding, output padding, cross-entropy",
                {5, 2, 6, 4}, {{"conv", 3, 3, 3, 2, 1}, {"deconv", 2, 3, 3, 2, 1, 1}})
            .set("loss", cross),
        windows("convolution-linear", "linear units, stride 3", {4, 1, 7, 4},
                {{"conv", 2, 1, 4, 3}, {"deconv", 1, 1, 4, 3}})
            .set("activation", linear),
        windows("convolution-sparse", "two convolutions, tanh, a sparsity term", {5, 1, 6, 5},
                {{"conv", 2, 3, 3, 1, 1}, {"conv", 3, 2, 3, 2, 1}, {"deconv", 1, 2, 3, 2, 1}})
            .set("activation2", tanh)
            .sparse(),
        windows("convolution-tied", "one kernel there and back", {6, 1, 5, 4},
                {{"conv", 3, 3, 2, 2, 1}, {"deconv", 1, 3, 2, 2, 1}})
            .tied(),
        windows("convolution-one-pattern", "N = 1", {1, 1, 5, 4},
                {{"conv", 2, 3, 2, 2, 1}, {"deconv", 1, 3, 2, 2, 1}}),
        windows("convolution-dense", "a dense output after a convolution", {5, 1, 5, 4},
                {{"conv", 2, 3, 2, 2, 1}, {"dense", 20, 18, 1}}),
        variational("variational", "one hidden layer", 7, {6, 4, 3}, {4, 6}),
        variational("variational-tanh", "two hidden layers, tanh", 9, {6, 5, 4, 2}, {4, 5, 6})
            .set("activation", tanh),
        variational("variational-linear", "no hidden layer", 8, {5, 3}, {5}),
        variational("variational-one-pattern", "N = 1", 1, {6, 4, 2}, {4, 6}),
        variational("variational-wide", "more latent units than pixels", 5, {3, 5}, {4, 3}),
    };
}

std::vector<std::string> tags_of(const Case& c) {
    std::vector<std::string> tags;
    for (const Term& term : terms_of(c)) tags.push_back(term.tag);
    return tags;
}

std::vector<std::pair<std::string, Archive>> files_of(const TestVector& vector) {
    const Case c = read_case(vector.archive);
    std::vector<std::pair<std::string, Archive>> files = {{"case.npz", vector.archive},
                                                          {"right.npz", compute_terms(c)}};
    for (const std::string& id : ids_for(c))
        files.emplace_back(id + ".npz", terms_with(c, std::vector<std::string>{id}));
    return files;
}

}  // namespace autoencoder::diagnosis
