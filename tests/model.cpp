#include <doctest/doctest.h>

#include <limits>

#include "autoencoder/activation.hpp"
#include "autoencoder/convolution.hpp"
#include "autoencoder/model.hpp"
#include "io/scratch.hpp"

using namespace autoencoder;

namespace {

Network example_network() {
    const std::size_t hidden[] = {4, 2, 4};
    Network network = autoencoder_network(6, hidden, Activation::tanh, Activation::linear);
    network.weight_penalty = 0.01;
    network.sparsity_target = 0.2;
    network.sparsity_weight = 2;
    network.layers[1].sparse = false;
    network.dropout = 0.25;
    network.input_dropout = 0.125;
    return network;
}

template <class T>
Model example_model() {
    Model model{example_network(), initial_parameters<T>(example_network(), 5), 2, 3, {}};
    model.training.emplace_back("seed", 5);
    return model;
}

Maps output_shape(const Network& network, std::size_t l) {
    return has_window(network.layer(l)) ? output_maps(network, l) : Maps{network.units(l), 1, 1};
}

Archive archive_of(const Model& model) {
    const Scratch scratch;
    save_model(scratch.path("m.npz"), model);
    return read_npz(scratch.path("m.npz"));
}

/// What load_model says to an archive that somebody has tampered with.
template <class Change>
std::string complaint_about(const Change& change) {
    const Scratch scratch;
    Archive archive = archive_of(example_model<float>());
    change(archive);
    write_npz(scratch.path("m.npz"), archive);
    return complaint([&] { load_model(scratch.path("m.npz")); });
}

void put(Archive& archive, const std::string& key, Array array) {
    std::erase_if(archive.entries, [&](const auto& entry) { return entry.first == key; });
    archive.add(key, std::move(array));
}

}  // namespace

TEST_SUITE("model") {
    TEST_CASE_TEMPLATE("what is saved is what is loaded", T, float, double) {
        const Scratch scratch;
        const Model model = example_model<T>();
        save_model(scratch.path("m.npz"), model);
        const Model loaded = load_model(scratch.path("m.npz"));
        const Network &a = model.network, &b = loaded.network;
        REQUIRE(b.depth() == a.depth());
        CHECK(b.inputs == a.inputs);
        for (std::size_t l = 1; l <= a.depth(); ++l) {
            CHECK(b.units(l) == a.units(l));
            CHECK(b.layer(l).activation == a.layer(l).activation);
            CHECK(b.sparse(l) == a.sparse(l));
        }
        CHECK(b.loss == a.loss);
        CHECK(b.weight_penalty == a.weight_penalty);
        CHECK(b.sparsity_target == a.sparsity_target);
        CHECK(b.sparsity_weight == a.sparsity_weight);
        CHECK(b.dropout == a.dropout);
        CHECK(b.input_dropout == a.input_dropout);
        CHECK(loaded.height == 2);
        CHECK(loaded.width == 3);
        CHECK(noted(loaded, "seed")->integer() == 5);
        CHECK(noted(loaded, "sead") == nullptr);
        const auto& before = std::get<Buffer<T>>(model.theta);
        const auto& after = std::get<Buffer<T>>(loaded.theta);
        CHECK(std::vector<T>(after.begin(), after.end()) ==
              std::vector<T>(before.begin(), before.end()));
    }

    TEST_CASE("options that do not apply have no key") {
        Model model = example_model<float>();
        model.network.sparsity_weight = model.network.dropout = 0;
        const Archive archive = archive_of(model);
        for (const char* key : {"sparsity_target", "sparsity_weight", "sparse_layers", "dropout"})
            CHECK(archive.find(key) == nullptr);
        CHECK(archive.at("weight_penalty").number() == 0.01);
        CHECK(archive.at("activation4").text() == "linear");
    }

    TEST_CASE("a model of another program may leave out what has a default") {
        const Scratch scratch;
        Archive archive;
        archive.add("W1", Matrix<double>(3, 5));
        archive.add("b1", Array({3}, std::vector<double>(3)));
        archive.add("W2", Matrix<double>(5, 3));
        archive.add("b2", Array({5}, std::vector<double>(5)));
        write_npz(scratch.path("m.npz"), archive);
        const Model model = load_model(scratch.path("m.npz"));
        CHECK(model.network.layer(1).activation == Activation::sigmoid);
        CHECK(model.network.loss == Loss::squared_error);
        CHECK(model.network.weight_penalty == 0);
        CHECK(model.height == 0);
        CHECK(std::holds_alternative<Buffer<double>>(model.theta));
    }

    TEST_CASE("a damaged model is refused with its key, what was expected and what was found") {
        CHECK(contains(complaint_about([](Archive& a) { put(a, "weight_penalti", 1.0); }),
                       "unknown key 'weight_penalti': expected a key of a case, the nearest is "
                       "'weight_penalty'"));
        CHECK(contains(complaint_about([](Archive& a) { put(a, "W2", Matrix<float>(2, 5)); }),
                       "W2: expected numbers of shape (n_2, 4), found float32 (2, 5)"));
        CHECK(contains(
            complaint_about([](Archive& a) { put(a, "b2", Array({3}, std::vector<float>(3))); }),
            "b2: expected numbers of shape (2,), found float32 (3,)"));
        CHECK(contains(complaint_about([](Archive& a) { put(a, "W3", Matrix<double>(4, 2)); }),
                       "W3: expected the precision of W1"));
        CHECK(contains(complaint_about([](Archive& a) {
                           Matrix<float> W(4, 6);
                           W(2, 1) = std::numeric_limits<float>::infinity();
                           put(a, "W1", W);
                       }),
                       "W1: row 2, column 1: expected a finite number, found inf"));
        CHECK(contains(complaint_about([](Archive& a) { put(a, "activation2", "sine"); }),
                       "found 'sine'"));
        CHECK(contains(complaint_about([](Archive& a) { put(a, "activation1", "relu"); }),
                       "activation1: expected 'sigmoid' or 'tanh' for layer 1, which is sparse"));
        CHECK(contains(complaint_about([](Archive& a) { put(a, "loss", "hinge"); }),
                       "found 'hinge'"));
        CHECK(contains(complaint_about([](Archive& a) { put(a, "weight_penalty", -1.0); }),
                       "weight_penalty: expected λ of 0 or more, found -1"));
        CHECK(contains(complaint_about([](Archive& a) { put(a, "training_input_dropout", 1.0); }),
                       "training_input_dropout: expected p of 0 or more and less than 1, found 1"));
        CHECK(contains(complaint_about([](Archive& a) { put(a, "model", "recurrent"); }),
                       "expected 'network', 'convolutional' or 'variational', found 'recurrent'"));
        CHECK(contains(complaint_about([](Archive& a) { put(a, "x", Matrix<float>(2, 6)); }),
                       "unknown key 'x'"));
        CHECK(contains(complaint_about([](Archive& a) {
                           put(a, "sparse_layers", Array({1}, std::vector<std::int64_t>{4}));
                       }),
                       "hidden layers from 1 to 3, found 4"));
        CHECK(contains(complaint_about([](Archive& a) { put(a, "training_image_width", 5); }),
                       "an image of 6 pixels, found one of 2×5"));
        CHECK(contains(complaint_about([](Archive& a) {
                           std::erase_if(a.entries, [](const auto& e) { return e.first == "W1"; });
                       }),
                       "expected the key 'W1'"));
        CHECK(contains(complaint_about([](Archive& a) {
                           std::erase_if(a.entries, [](const auto& e) { return e.first == "b4"; });
                       }),
                       "b4"));
    }

    TEST_CASE("weights that are no real numbers are refused, dense or of windows") {
        const Scratch scratch;
        const std::size_t maps[] = {2};
        const Network windows = convolutional_autoencoder({1, 5, 5}, maps, 3, 2);
        for (const Network& network : {example_network(), windows}) {
            Archive archive = archive_of({network, initial_parameters<float>(network, 1), 0, 0, {}});
            for (auto& [key, array] : archive.entries) {
                if (key[0] != 'W' && key[0] != 'b') continue;
                array = Array(array.shape, std::vector<std::int64_t>(array.size(), 1));
            }
            write_npz(scratch.path("m.npz"), archive);
            CHECK(contains(complaint([&] { load_model(scratch.path("m.npz")); }),
                           "W1: expected float32 or float64, found integers"));
        }
    }

    TEST_CASE("a model that is not finite, or not of its network, is not saved") {
        const Scratch scratch;
        Model model = example_model<float>();
        std::get<Buffer<float>>(model.theta)[1] = std::numeric_limits<float>::quiet_NaN();
        CHECK_THROWS_WITH_AS(save_model(scratch.path("m.npz"), model),
                             "save_model: W1 is not finite", std::invalid_argument);
        model.theta = Buffer<float>(3);
        CHECK_THROWS_AS(save_model(scratch.path("m.npz"), model), std::invalid_argument);
        CHECK_FALSE(std::filesystem::exists(scratch.path("m.npz")));
    }

    TEST_CASE("the code is the middle layer") {
        CHECK(code_layer(example_network()) == 2);
        const std::size_t one[] = {3};
        CHECK(code_layer(autoencoder_network(6, one)) == 1);
        Network single = autoencoder_network(6, one);
        single.layers.pop_back();
        CHECK_THROWS_AS(code_layer(single), std::invalid_argument);
    }

    TEST_CASE("a convolutional model comes back as it was, and its file is a case without patterns") {
        const Scratch scratch;
        const std::size_t maps[] = {3, 2};
        Network network = convolutional_autoencoder({1, 9, 5}, maps, 3, 2);
        network.layers.push_back({4, Activation::softmax});
        network.loss = Loss::cross_entropy;
        network.dropout = 0.25;
        const Model model{network, initial_parameters<float>(network, 3), 9, 5, {}};
        save_model(scratch.path("m.npz"), model);
        const Model back = load_model(scratch.path("m.npz"));
        CHECK(back.height == 9);
        CHECK(back.width == 5);
        CHECK(back.network.dropout == 0.25);
        for (std::size_t l = 1; l <= network.depth(); ++l) {
            const Layer &ours = network.layer(l), &theirs = back.network.layer(l);
            CHECK(ours.kind == theirs.kind);
            CHECK(ours.units == theirs.units);
            CHECK(ours.activation == theirs.activation);
            CHECK(ours.window.stride == theirs.window.stride);
            CHECK(ours.window.output_pad == theirs.window.output_pad);
            CHECK(output_shape(network, l) == output_shape(back.network, l));
        }
        const auto& theta = std::get<Buffer<float>>(back.theta);
        CHECK(std::equal(theta.begin(), theta.end(), std::get<Buffer<float>>(model.theta).begin()));
        const Archive archive = read_npz(scratch.path("m.npz"));
        CHECK(archive.at("model").text() == "convolutional");
        CHECK(archive.at("layer4").text() == "deconv");
        CHECK(archive.at("layer5").text() == "dense");
        CHECK(archive.at("W1").shape == Array::Shape{3, 1, 3, 3});
    }
}
