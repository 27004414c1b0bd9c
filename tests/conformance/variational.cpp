// Cases and files of variational autoencoders: their keys, and the terms of one worked by hand.
#include <doctest/doctest.h>

#include "autoencoder/activation.hpp"
#include "autoencoder/model.hpp"
#include "autoencoder/variational.hpp"
#include "cases.hpp"
#include "io/scratch.hpp"

using namespace autoencoder;
using namespace autoencoder::test;

namespace {

/// Layers of these sizes: inputs, the encoder's, the code; the decoder's; N patterns.
Archive variational(std::vector<std::size_t> encoder, std::vector<std::size_t> decoder,
                    std::size_t N) {
    double k = 0;
    const auto next = [&](std::size_t) { return 0.7 * std::sin(++k); };
    Archive archive = with({}, "model", "variational");
    archive = with(archive, "x", filled({N, encoder[0]}, [](std::size_t i) {
                       return 0.5 + 0.4 * std::cos(1.0 + double(i));
                   }));
    const auto add = [&](const std::string& suffix, const std::string& prefix, std::size_t out,
                         std::size_t in) {
        archive = with(archive, prefix + "W" + suffix, filled({out, in}, next));
        archive = with(archive, prefix + "b" + suffix, filled({out}, next));
    };
    const std::size_t last = encoder.size() - 1;
    for (std::size_t l = 1; l < last; ++l)
        add(std::to_string(l), "enc_", encoder[l], encoder[l - 1]);
    add("", "mu_", encoder[last], encoder[last - 1]);
    add("", "logvar_", encoder[last], encoder[last - 1]);
    decoder.insert(decoder.begin(), encoder[last]);
    for (std::size_t l = 1; l < decoder.size(); ++l)
        add(std::to_string(l), "dec_", decoder[l], decoder[l - 1]);
    return with(archive, "eps", filled({N, encoder[last]}, next));
}

const Archive plain = variational({5, 4, 2}, {3, 5}, 6);

std::string said(const Archive& archive) {
    return complaint([&] { compute_terms(archive); });
}

}  // namespace

TEST_SUITE("conformance: variational") {
    TEST_CASE("a case has every key, in float64, and no other") {
        const Archive terms = compute_terms(plain);
        CHECK(keys(terms) ==
              std::vector<std::string>{
                  "cost", "cost_data", "cost_weight_penalty", "cost_sparsity", "cost_kl", "s1", "h1",
                  "delta1", "s2", "h2", "delta2", "s3", "h3", "delta3", "s4", "h4", "delta4", "mu",
                  "logvar", "z", "x_hat", "grad_enc_W1", "grad_enc_b1", "grad_mu_W", "grad_mu_b",
                  "grad_logvar_W", "grad_logvar_b", "grad_dec_W1", "grad_dec_b1", "grad_dec_W2",
                  "grad_dec_b2"});
        for (const auto& [key, array] : terms.entries) CHECK(array.kind() == Array::Kind::real64);
        CHECK(terms.at("s2").shape == Array::Shape{6, 4});
        CHECK(terms.at("h2").shape == Array::Shape{6, 2});
        CHECK(terms.at("delta2").shape == Array::Shape{6, 4});
        CHECK(terms.at("x_hat").shape == Array::Shape{6, 5});
        CHECK(terms.at("grad_logvar_W").shape == Array::Shape{2, 4});
        const auto number = [&](const char* key) { return terms.at(key).number(); };
        CHECK(number("cost") == number("cost_data") + number("cost_kl"));
    }

    TEST_CASE("[elbo]: the parts of the code say what s, h and the divergence say") {
        const Archive terms = compute_terms(plain);
        const auto mu = terms.at("mu").matrix<double>(), log_variance = terms.at("logvar").matrix<double>();
        const auto s = terms.at("s2").matrix<double>(), z = terms.at("z").matrix<double>();
        const auto eps = plain.at("eps").matrix<double>();
        double kl = 0;
        for (std::size_t q = 0; q < 6; ++q) {
            for (std::size_t k = 0; k < 2; ++k) {
                CHECK(s(q, k) == mu(q, k));
                CHECK(s(q, 2 + k) == log_variance(q, k));
                const double sigma = std::exp(log_variance(q, k) / 2);
                CHECK(std::abs(z(q, k) - (mu(q, k) + sigma * eps(q, k))) < 1e-15);
                kl -= (1 + log_variance(q, k) - mu(q, k) * mu(q, k) - sigma * sigma) / 2 / 6;
            }
        }
        CHECK(std::abs(terms.at("cost_kl").number() - kl) < 1e-15);
        CHECK(difference(terms.at("z"), terms.at("h2")) == 0);
        CHECK(difference(terms.at("x_hat"), terms.at("h4")) == 0);
    }

    TEST_CASE("hidden layers may be none, and are relu unless the case says otherwise") {
        CHECK(said(variational({3, 2}, {3}, 4)) == "");
        CHECK(same(compute_terms(with(plain, "activation", "relu")), compute_terms(plain)));
        CHECK(!same(compute_terms(with(plain, "activation", "tanh")), compute_terms(plain)));
        CHECK(same(compute_terms(with(plain, "weight_penalty", 0)), compute_terms(plain)));
        const Archive penalised = compute_terms(with(plain, "weight_penalty", 0.5));
        CHECK(penalised.at("cost_weight_penalty").number() > 0);
    }

    TEST_CASE("what is wrong with a case is said with its key") {
        CHECK(said(without(plain, "eps")) == "case.npz: expected the key 'eps', found none");
        CHECK(said(without(plain, "logvar_b")) == "case.npz: expected the key 'logvar_b', found none");
        CHECK(said(without(plain, "dec_W1")).starts_with("case.npz: unknown key 'dec_W2'"));
        CHECK(contains(said(with(plain, "logvar_w", 1.0)), "the nearest is 'logvar_W'"));
        CHECK(contains(said(with(plain, "y", plain.at("x"))), "unknown key 'y'"));
        const auto ones = [](Array::Shape shape) {
            return filled(std::move(shape), [](std::size_t) { return 1.0; });
        };
        CHECK(said(with(plain, "eps", ones({6, 1}))) ==
              "case.npz: eps: expected numbers of shape (6, 2), found float64 (6, 1)");
        CHECK(said(with(plain, "mu_W", ones({2, 3}))) ==
              "case.npz: mu_W: expected numbers of shape (units, 4), found float64 (2, 3)");
        CHECK(said(with(plain, "logvar_W", ones({3, 4}))) ==
              "case.npz: logvar_W: expected float64 (2, 4), found float64 (3, 4)");
        CHECK(said(with(plain, "dec_W2", ones({4, 3}))) ==
              "case.npz: dec_W2: expected as many outputs as inputs, 5, found float64 (4, 3)");
        CHECK(said(with(plain, "activation", "softmax")) ==
              "case.npz: activation: expected one of 'sigmoid', 'tanh', 'relu', 'linear', found "
              "'softmax'");
        CHECK(contains(said(with(plain, "weight_penalty", -1.0)), "expected λ of 0 or more"));
        CHECK(said(with(plain, "model", "autoregressive")) ==
              "case.npz: model: expected 'network', 'convolutional' or 'variational', "
              "found 'autoregressive'");
    }

    TEST_CASE_TEMPLATE("a model comes back from its file with the same bits", T, float, double) {
        const Scratch scratch;
        const std::size_t hidden[] = {6, 3};
        Network network = variational_network(8, hidden, 2, Activation::tanh);
        network.weight_penalty = 0.1;
        const Model model{network, initial_parameters<T>(network, 3), 2, 4, {}};
        save_model(scratch.path("m.npz"), model);
        const Archive file = read_npz(scratch.path("m.npz"));
        CHECK(file.at("model").text() == "variational");
        CHECK(file.at("mu_W").shape == Array::Shape{2, 3});
        CHECK(file.at("dec_W3").shape == Array::Shape{8, 6});
        const Model loaded = load_model(scratch.path("m.npz"));
        CHECK(std::get<Buffer<T>>(loaded.theta).size() == std::get<Buffer<T>>(model.theta).size());
        const auto theta = [](const Model& m) { return std::get<Buffer<T>>(m.theta); };
        const Buffer<T> before = theta(model), after = theta(loaded);
        CHECK(std::equal(before.begin(), before.end(), after.begin()));
        CHECK(loaded.network.gaussian_layer() == 3);
        CHECK(loaded.network.layer(4).activation == Activation::tanh);
        CHECK(loaded.network.layer(6).activation == Activation::sigmoid);
        CHECK(loaded.network.loss == Loss::cross_entropy);
        CHECK(loaded.network.weight_penalty == 0.1);
        CHECK(code_layer(loaded.network) == 3);
        CHECK(loaded.height == 2);

        // As a case: the patterns of a data set have no noise, and z is the mean.
        Dataset data;
        data.x = Matrix<float>(5, 8);
        const Archive terms = compute_terms(file, &data);
        CHECK(difference(terms.at("z"), terms.at("mu")) == 0);

        Model mixed = model;
        mixed.network.layers[0].activation = Activation::relu;
        CHECK_THROWS_AS(save_model(scratch.path("n.npz"), mixed), std::invalid_argument);
    }
}
