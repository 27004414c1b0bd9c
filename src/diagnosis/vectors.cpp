#include "diagnosis/vectors.hpp"

#include "autoencoder/diagnosis.hpp"
#include "diagnosis/closed_form.hpp"
#include "diagnosis/terms.hpp"
#include "diagnosis/workings.hpp"

namespace autoencoder::diagnosis {
namespace {

class Maker {
public:
    Maker(std::string name, std::string about, std::size_t N, std::vector<std::size_t> units,
          const Sequence& first_biases = usual_biases(1))
        : recipe_(std::move(name), std::move(about)), units_(std::move(units)), patterns_(N) {
        put("x", usual_inputs, {N, units_[0]});
        for (std::size_t l = 1; l < units_.size(); ++l) {
            const std::string number = std::to_string(l);
            put("W" + number, usual_weights(l), {units_[l], units_[l - 1]});
            put("b" + number, l == 1 ? first_biases : usual_biases(l), {units_[l]});
        }
    }
    template <class Value>
    Maker& with(const std::string& key, const Value& value) {
        recipe_.set(key, value);
        return *this;
    }
    Maker& put(const std::string& key, const Sequence& sequence, Array::Shape shape) {
        recipe_.put(key, sequence, std::move(shape));
        return *this;
    }
    Maker& penalised() { return with("weight_penalty", 0.03); }
    Maker& both() { return penalised().sparse(); }
    Maker& sparse() { return with("sparsity_target", 0.1).with("sparsity_weight", 0.7); }
    Maker& denoising() { return put("y", {0.1, 0.8, 41, 5, 103}, {patterns_, units_.back()}); }
    Maker& masked(std::size_t l) {  // m_k is 0 where k mod 3 is 1
        std::vector<std::uint8_t> mask(patterns_ * units_[l]);
        for (std::size_t k = 0; k < mask.size(); ++k) mask[k] = k % 3 == 1 ? 0 : 1;
        const std::string key = "mask" + std::to_string(l);
        recipe_.made.inputs += key + "_k = 0 where k mod 3 is 1, else 1; ";
        return add(key, Array({patterns_, units_[l]}, std::move(mask)));
    }
    Maker& labelled() {  // class q mod the number of classes
        std::vector<std::int64_t> labels(patterns_);
        for (std::size_t q = 0; q < patterns_; ++q) labels[q] = std::int64_t(q % units_.back());
        recipe_.made.inputs += "labels_q = q mod " + std::to_string(units_.back()) + "; ";
        return add("labels", Array({patterns_}, std::move(labels)));
    }
    Maker& only_sparse(std::int64_t l) {
        recipe_.made.inputs += "sparse_layers = [" + std::to_string(l) + "]; ";
        return add("sparse_layers", Array({1}, std::vector<std::int64_t>{l}));
    }
    Maker& tied() {  // W2 is W1 transposed
        const std::size_t V = units_[0], H = units_[1];
        std::vector<double> W2(V * H);
        for (auto& [key, array] : recipe_.made.archive.entries) {
            if (key == "W1")
                for (std::size_t k = 0; k < W2.size(); ++k)
                    W2[k % V * H + k / V] = std::get<std::vector<double>>(array.values)[k];
            if (key == "W2") array = Array({V, H}, W2);
        }
        recipe_.made.inputs += "then W2 is W1 transposed; ";
        return *this;
    }
    TestVector made() const { return recipe_.made; }

private:
    Maker& add(const std::string& key, Array value) {
        recipe_.made.archive.add(key, std::move(value));
        return *this;
    }

    Recipe recipe_;
    std::vector<std::size_t> units_;
    std::size_t patterns_;
};

}  // namespace

std::vector<TestVector> test_vectors() {
    const std::vector<std::size_t> shallow = {5, 3, 5}, deep = {5, 4, 4, 5};
    const auto make = [](const char* name, const char* about, std::size_t N,
                         const std::vector<std::size_t>& units) {
        return Maker(name, about, N, units);
    };
    const std::vector<Maker> made = {
        make("data", "the squared error alone", 7, shallow),
        make("data-penalty", "with the weight penalty", 7, shallow).penalised(),
        make("data-sparsity", "with the sparsity term", 7, shallow).sparse(),
        make("sparse", "with both", 7, shallow).both(),
        make("tanh", "tanh units", 7, shallow).with("activation", "tanh").both(),
        make("relu", "relu units, linear output", 7, shallow)
            .with("activation1", "relu")
            .with("activation2", "linear")
            .penalised(),
        make("linear", "linear units", 7, shallow).with("activation", "linear").penalised(),
        make("linear-output", "sigmoid units, linear output", 7, shallow)
            .with("activation2", "linear")
            .both(),
        make("cross-entropy", "cross-entropy of a sigmoid output", 7, shallow)
            .with("loss", "cross_entropy")
            .both(),
        make("deep", "two hidden layers", 9, deep).both(),
        make("deep-one-sparse", "two hidden layers, the second sparse", 9, deep)
            .only_sparse(2)
            .both(),
        make("denoising", "the target is not the input", 7, shallow).denoising().both(),
        make("dropout", "masks held fixed", 9, deep)
            .with("dropout", 0.3)
            .masked(1)
            .masked(2)
            .both(),
        make("softmax", "a deep classifier", 8, {5, 4, 3})
            .with("activation2", "softmax")
            .labelled()
            .both(),
        make("lms", "a linear output on one-hot labels", 8, {5, 4, 3})
            .with("activation2", "linear")
            .labelled()
            .penalised(),
        make("one-pattern", "N = 1", 1, shallow).both(),
        make("one-hidden-unit", "H = 1", 7, {5, 1, 5}).both(),
        make("wide", "more hidden units than inputs", 6, {3, 8, 3}).both(),
        make("non-square", "images of 3 × 4, as many patterns as neither", 5, {12, 7, 12}).both(),
        make("tied", "the decoder's weights are the encoder's, transposed", 7, shallow)
            .tied()
            .both(),
        Maker("nearly-off", "hidden units that are almost never on: ρ_j near 0", 7, shallow,
              {-9, 2, 17, 3, 89})
            .both(),
        Maker("saturated", "hidden units that are almost always on or off", 7, shallow,
              {-9, 18, 17, 3, 89})
            .penalised(),
        Maker("saturated-tanh", "the same, tanh", 7, shallow, {-3, 6, 17, 3, 89})
            .with("activation", "tanh")
            .both(),
        make("relu-cross-entropy", "relu units, sigmoid output with cross-entropy", 7, shallow)
            .with("activation1", "relu")
            .with("loss", "cross_entropy")
            .penalised(),
        make("multi-layer-head", "a classifier with a hidden layer in its head", 8, {6, 5, 4, 3})
            .with("activation3", "softmax")
            .labelled()
            .penalised(),
        make("linear-deep", "three linear layers", 9, {6, 3, 2, 6}).with("activation", "linear"),
        make("denoising-dropout", "noisy inputs and masks, cross-entropy", 9, shallow)
            .with("loss", "cross_entropy")
            .with("dropout", 0.2)
            .denoising()
            .masked(1)
            .both(),
    };
    std::vector<TestVector> vectors;
    for (const Maker& each : made) vectors.push_back(each.made());
    for (TestVector& each : other_vectors()) vectors.push_back(std::move(each));
    return vectors;
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
