// What comes back for a case: which keys, of which shapes, the same for every spelling of the case.
#include <doctest/doctest.h>

#include "autoencoder/activation.hpp"
#include "cases.hpp"

using namespace autoencoder;
using namespace autoencoder::test;

TEST_SUITE("conformance") {
    TEST_CASE("a plain case has every key, in float64, and no other") {
        const Archive terms = compute_terms(chain({5, 3, 5}, 7));
        CHECK(keys(terms) ==
              std::vector<std::string>{"cost", "cost_data", "cost_weight_penalty", "cost_sparsity",
                                       "s1", "h1", "delta1", "s2", "h2", "delta2", "grad_W1",
                                       "grad_b1", "grad_W2", "grad_b2"});
        for (const auto& [key, array] : terms.entries) CHECK(array.kind() == Array::Kind::real64);
        CHECK(terms.at("cost").shape == Array::Shape{});
        CHECK(terms.at("s1").shape == Array::Shape{7, 3});
        CHECK(terms.at("h2").shape == Array::Shape{7, 5});
        CHECK(terms.at("delta1").shape == Array::Shape{7, 3});
        CHECK(terms.at("grad_W2").shape == Array::Shape{5, 3});
        CHECK(terms.at("grad_b1").shape == Array::Shape{3});
        CHECK(terms.at("cost_weight_penalty").number() == 0);
        CHECK(terms.at("cost_sparsity").number() == 0);
    }

    TEST_CASE("the layers that are sparse have ρ and KL, and no others") {
        const Archive archive = with(chain({4, 3, 2, 3, 4}, 5), "sparsity_weight", 2);
        const auto sparse = [](const Archive& a) {
            std::string found;
            for (const std::string& key : keys(compute_terms(a))) {
                if (key.starts_with("rho") || key.starts_with("kl")) found += key + " ";
            }
            return found;
        };
        CHECK(sparse(archive) == "rho1 kl1 rho2 kl2 rho3 kl3 ");
        CHECK(sparse(with(archive, "sparse_layers", list({3, 1}))) == "rho1 kl1 rho3 kl3 ");
        CHECK(sparse(with(archive, "sparse_layers", 2)) == "rho2 kl2 ");
        CHECK(sparse(with(archive, "sparse_layers", Array({0}, std::vector<double>{}))) == "");
        CHECK(sparse(with(archive, "sparsity_weight", 0)) == "");
        // A layer that is not sparse may have any activation.
        CHECK(sparse(with(with(archive, "activation2", "relu"), "sparse_layers", list({1, 3}))) ==
              "rho1 kl1 rho3 kl3 ");
    }

    TEST_CASE("[scale]: the parts add up to the cost") {
        Archive archive = with(chain({6, 4, 6}, 40), "weight_penalty", 0.01);
        archive = with(archive, "sparsity_weight", 3);
        for (const char* loss : {"squared_error", "cross_entropy"}) {
            const Archive terms = compute_terms(with(archive, "loss", loss));
            const auto number = [&](const char* key) { return terms.at(key).number(); };
            CHECK(number("cost_data") > 0);
            CHECK(number("cost_weight_penalty") > 0);
            CHECK(number("cost_sparsity") > 0);
            CHECK(number("cost") ==
                  number("cost_data") + number("cost_weight_penalty") + number("cost_sparsity"));
            double kl = 0;
            for (const double part : terms.at("kl1").doubles()) kl += part;
            CHECK(std::abs(number("cost_sparsity") - 3 * kl) < 1e-14);
        }
    }

    TEST_CASE("[gradient]: grad_W and grad_b are what δ and h say") {
        const Archive archive = with(chain({4, 3, 4}, 6), "weight_penalty", 0.5);
        const Archive terms = compute_terms(archive);
        const Matrix<double> delta = terms.at("delta2").matrix<double>();
        const Matrix<double> h = terms.at("h1").matrix<double>();
        const Matrix<double> W = archive.at("W2").matrix<double>();
        const Matrix<double> found = terms.at("grad_W2").matrix<double>();
        for (std::size_t i = 0; i < 4; ++i) {
            double bias = 0;
            for (std::size_t q = 0; q < 6; ++q) bias -= delta(q, i) / 6;
            CHECK(std::abs(terms.at("grad_b2").doubles()[i] - bias) < 1e-15);
            for (std::size_t j = 0; j < 3; ++j) {
                double expected = 0.5 * W(i, j);
                for (std::size_t q = 0; q < 6; ++q) expected -= delta(q, i) * h(q, j) / 6;
                CHECK(std::abs(found(i, j) - expected) < 1e-15);
            }
        }
    }

    TEST_CASE("float32, integers and bytes give the same bits as the doubles of the same value") {
        Archive doubles = chain({3, 2, 3}, 4), floats = doubles, integers = doubles;
        for (const auto& [key, array] : chain({3, 2, 3}, 4).entries) {
            const std::vector<float> rounded = array.floats();
            floats = with(floats, key, Array(array.shape, rounded));
            doubles = with(doubles, key,
                           Array(array.shape, std::vector<double>(rounded.begin(), rounded.end())));
        }
        CHECK(same(compute_terms(floats), compute_terms(doubles)));

        const std::vector<std::uint8_t> bytes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255};
        const auto x = [&](auto number) {
            return Array({4, 3}, std::vector<decltype(number)>(bytes.begin(), bytes.end()));
        };
        const Archive expected = compute_terms(with(doubles, "x", x(double())));
        CHECK(same(compute_terms(with(doubles, "x", x(std::uint8_t()))), expected));  // as they are
        CHECK(same(compute_terms(with(doubles, "x", x(std::int64_t()))), expected));
        CHECK(!same(compute_terms(doubles), expected));
    }

    TEST_CASE("defaults are what the contract says: written out, they change nothing") {
        const Archive plain = chain({3, 2, 3}, 4);
        const Archive expected = compute_terms(plain);
        CHECK(same(compute_terms(with(plain, "model", "network")), expected));
        CHECK(same(compute_terms(with(plain, "activation", "sigmoid")), expected));
        CHECK(same(compute_terms(with(plain, "activation2", "sigmoid")), expected));
        CHECK(same(compute_terms(with(plain, "loss", "squared_error")), expected));
        CHECK(same(compute_terms(with(plain, "y", plain.at("x"))), expected));
        CHECK(same(compute_terms(with(plain, "weight_penalty", 0)), expected));
        CHECK(same(compute_terms(with(plain, "sparsity_target", 0.7)), expected));
        CHECK(same(compute_terms(with(plain, "dropout", 0.3)), expected));
        CHECK(same(compute_terms(with(plain, "training_seed", 1)), expected));
        const Archive sparse = with(plain, "sparsity_weight", 1);
        CHECK(same(compute_terms(with(sparse, "sparsity_target", 0.05)), compute_terms(sparse)));
        CHECK(!same(compute_terms(sparse), expected));
    }

    TEST_CASE("a layer's own activation goes before the one for all layers") {
        Archive archive = with(chain({3, 2, 3}, 4), "activation", "tanh");
        archive = with(archive, "activation2", "linear");
        const Network network = read_case(archive).network;
        CHECK(network.layer(1).activation == Activation::tanh);
        CHECK(network.layer(2).activation == Activation::linear);
        CHECK(network.loss == Loss::squared_error);
    }

    TEST_CASE("[denoise]: with targets of its own the input may have another width") {
        const Array y = filled({4, 2}, [](std::size_t i) { return 0.1 * double(i); });
        const Archive terms = compute_terms(with(chain({3, 4, 2}, 4), "y", y));
        const Matrix<double> h = terms.at("h2").matrix<double>(), target = y.matrix<double>();
        double cost = 0;
        for (std::size_t i = 0; i < h.values.size(); ++i) {
            const double error = target.values[i] - h.values[i];
            cost += error * error / 2 / 4;
        }
        CHECK(std::abs(terms.at("cost").number() - cost) < 1e-15);
    }
}
