// Cases that are none, each with what is said about it: one line with file, key, expected, found.
#include <doctest/doctest.h>

#include <limits>

#include "cases.hpp"
#include "io/scratch.hpp"

using namespace autoencoder;
using namespace autoencoder::test;

namespace {

const Archive plain = chain({3, 2, 3}, 4);

std::string said(const Archive& archive) {
    return complaint([&] { compute_terms(archive); });
}
std::string said_with(const std::string& key, Array array) {
    return said(with(plain, key, std::move(array)));
}
/// Whether the plain case with this key is refused in words that contain these.
bool refused(const std::string& key, Array array, std::string_view words) {
    return contains(said_with(key, std::move(array)), words);
}
Array ones(Array::Shape shape) {
    return filled(std::move(shape), [](std::size_t) { return 1.0; });
}

}  // namespace

TEST_SUITE("conformance") {
    TEST_CASE("the plain case has nothing to complain about") { CHECK(said(plain) == ""); }

    TEST_CASE("an unknown key is named, with the nearest known one") {
        CHECK(said_with("wieght_penalty", 1.0) ==
              "case.npz: unknown key 'wieght_penalty': expected a key of a case, the nearest is "
              "'weight_penalty', found float64 ()");
        CHECK(refused("w1", 1.0, "unknown key 'w1'"));
        CHECK(refused("w1", 1.0, "the nearest is 'W1'"));
        CHECK(refused("activations", "tanh", "the nearest is 'activation'"));
        CHECK(refused("b3", ones({3}), "unknown key 'b3'"));  // two layers have no b3
        CHECK(refused("mask2", ones({4, 3}), "the nearest is 'mask1'"));
        CHECK(refused("W01", ones({2, 3}), "unknown key 'W01'"));
        CHECK(refused("W999999999", ones({2, 3}), "unknown key 'W999999999'"));
        CHECK(refused("traning_seed", 1, "unknown key 'traning_seed'"));
    }

    TEST_CASE("what is missing is named") {
        CHECK(said(without(plain, "x")) == "case.npz: expected the key 'x', found none");
        CHECK(said(without(plain, "b2")) == "case.npz: expected the key 'b2', found none");
        CHECK(said(without(plain, "W1")) == "case.npz: expected the key 'W1', found none");
        CHECK(said({}) == "archive: expected the key 'W1', found none");
        CHECK(said(with(without(plain, "W2"), "W3", ones({3, 3}))) ==
              "case.npz: expected the key 'W2', found none");
        CHECK(said(chain({3, 2, 4}, 5)) ==
              "case.npz: y: expected targets of shape (5, 4), or labels, found none");
    }

    TEST_CASE("shapes are refused with both sizes") {
        CHECK(said_with("x", ones({4, 2})) ==
              "case.npz: x: expected numbers of shape (N, 3), found float64 (4, 2)");
        CHECK(refused("x", ones({3}), "x: expected numbers of shape (N, 3), found"));
        CHECK(refused("x", ones({0, 3}), "found float64 (0, 3)"));
        CHECK(refused("x", "digits", "x: expected numbers of shape (N, 3), found text ()"));
        CHECK(refused("W1", ones({6}), "W1: expected numbers of shape (n_1, n_0), found"));
        CHECK(refused("W1", ones({0, 3}), "found float64 (0, 3)"));
        CHECK(said_with("W2", ones({2, 3})) ==
              "case.npz: W2: expected numbers of shape (out, in), found float64 (2, 3), which looks "
              "transposed: give its transpose");
        CHECK(refused("W2", ones({3, 3}), "W2: expected numbers of shape (n_2, 2), found float64 (3, 3)"));
        CHECK(refused("b1", ones({3}), "b1: expected numbers of shape (2,), found float64 (3,)"));
        CHECK(said_with("b1", ones({2, 1})) == "");  // MATLAB's column
        CHECK(refused("b1", Array(std::vector<std::string>{"a", "b"}), "found text (2,)"));
        CHECK(refused("y", ones({3, 3}), "y: expected numbers of shape (4, 3), found"));
        CHECK(refused("mask1", ones({4, 3}), "mask1: expected numbers of shape (4, 2), found"));
        CHECK(refused("weight_penalty", ones({2}), "weight_penalty: expected a number, found"));
        CHECK(refused("weight_penalty", "1", "weight_penalty: expected "));
    }

    TEST_CASE("NaN and infinity are refused with row and column") {
        const double infinite = std::numeric_limits<double>::infinity();
        Array bad = plain.at("x");
        std::get<std::vector<double>>(bad.values)[7] = std::numeric_limits<double>::quiet_NaN();
        const std::string place = "row 2, column 1: expected a finite number, found nan";
        CHECK(said_with("x", bad) == "case.npz: x: " + place);
        CHECK(said_with("y", bad) == "case.npz: y: " + place);
        const auto last = [&](std::size_t i) { return i == 5 ? infinite : 0; };
        CHECK(refused("W1", filled({2, 3}, last),
                      "W1: row 1, column 2: expected a finite number, found inf"));
        CHECK(refused("b2", Array({3}, std::vector<double>{0, -infinite, 0}),
                      "b2: element 1: expected a finite number, found -inf"));
        CHECK(refused("weight_penalty", infinite, "found inf"));
        CHECK(refused("sparsity_target", std::nan(""), "found nan"));
    }

    TEST_CASE("options outside their range are refused") {
        CHECK(said_with("weight_penalty", -0.5) ==
              "case.npz: weight_penalty: expected λ of 0 or more, found -0.5");
        CHECK(refused("sparsity_weight", -1, "sparsity_weight: expected γ of 0 or more"));
        for (const double target : {0.0, 1.0, -0.1, 2.0})
            CHECK(refused("sparsity_target", target, "expected ρ̄ between 0 and 1, found"));
        for (const double p : {1.0, -0.1, 1.5})
            CHECK(refused("dropout", p, "dropout: expected p of 0 or more and less than 1"));
        Array mask = ones({4, 2});
        std::get<std::vector<double>>(mask.values)[5] = 0.5;
        CHECK(said_with("mask1", mask) ==
              "case.npz: mask1: row 2, column 1: expected 0 or 1, found 0.5");
        CHECK(said_with("model", "recurrent") ==
              "case.npz: model: expected 'network', 'convolutional' or 'variational', "
              "found 'recurrent'");
    }

    TEST_CASE("activations and losses that do not go together are refused") {
        CHECK(said_with("activation1", "swish") ==
              "case.npz: activation1: expected one of 'sigmoid', 'tanh', 'relu', 'linear', "
              "'softmax', found 'swish'");
        CHECK(refused("activation", "softmax", "layer 1 of 2: expected softmax on the last"));
        CHECK(refused("loss", "mse",
                      "loss: expected one of 'squared_error', 'cross_entropy', found 'mse'"));
        const Archive softmax = with(plain, "activation2", "softmax");
        CHECK(said(softmax) == "");
        CHECK(said(with(softmax, "loss", "squared_error")) ==
              "case.npz: loss: expected 'cross_entropy' with a softmax output, found "
              "'squared_error'");
        CHECK(contains(said(with(with(plain, "activation2", "tanh"), "loss", "cross_entropy")),
                       "loss: expected 'squared_error' with a tanh output, found 'cross_entropy'"));
        const Archive odds = with(plain, "loss", "cross_entropy");
        CHECK(said(odds) == "");
        for (const double outside : {-0.5, 1.25}) {
            Array x = plain.at("x");
            std::get<std::vector<double>>(x.values)[4] = outside;
            CHECK(contains(said(with(odds, "x", x)), "case.npz: x: row 1, column "));
            CHECK(contains(said(with(odds, "x", x)),
                           "expected targets from 0 to 1 for the cross-entropy, found "));
            CHECK(said(with(plain, "x", x)) == "");
            CHECK(said(with(with(odds, "x", x), "y", plain.at("x"))) == "");
            CHECK(contains(said(with(odds, "y", x)), "case.npz: y: row 1"));
        }
    }

    TEST_CASE("sparse layers that are none are refused") {
        const Archive sparse = with(plain, "sparsity_weight", 1);
        const auto said_of = [&](Array layers) {
            return said(with(sparse, "sparse_layers", std::move(layers)));
        };
        CHECK(said_of(list({2})) ==
              "case.npz: sparse_layers: expected hidden layers from 1 to 1, found 2");
        CHECK(contains(said_of(list({0})), "found 0"));
        CHECK(contains(said_of(list({-1})), "found -1"));
        CHECK(contains(said_of(list({1, 1})), "expected each layer once, found 1 again"));
        CHECK(said_of(ones({1, 1})) == "");  // MATLAB's number
        CHECK(contains(said_of(0.5), "sparse_layers: expected integers, found float64 ()"));
        CHECK(contains(said_of("1"), "expected a list of hidden layers, found text ()"));
        for (const char* activation : {"relu", "linear"}) {
            CHECK(said(with(sparse, "activation1", activation)) ==
                  "case.npz: activation1: expected 'sigmoid' or 'tanh' for layer 1, which is "
                  "sparse, found '" + std::string(activation) + "'");
        }
    }

    TEST_CASE("labels are classes, one a pattern") {
        const Archive softmax = with(plain, "activation2", "softmax");
        const auto said_of = [&](Array labels) {
            return said(with(softmax, "labels", std::move(labels)));
        };
        CHECK(said_of(list({0, 1, 2, 1})) == "");
        CHECK(said_of(list({0, 1, 2, 3})) ==
              "case.npz: labels: row 3: expected a class from 0 to 2, found 3");
        CHECK(said_of(list({0, -1, 2, 1})) ==
              "case.npz: labels: row 1: expected a class from 0 to 2, found -1");
        CHECK(said_of(list({0, 1, 2})) ==
              "case.npz: labels: expected integers of shape (4,), found integers (3,)");
        CHECK(said_of(ones({4, 1})) == "");
        CHECK(said_of(filled({4}, [](std::size_t) { return 0.5; })) ==
              "case.npz: labels: expected integers, found float64 (4,)");
        const Archive both = with(with(softmax, "labels", list({0, 1, 2, 1})), "y", plain.at("x"));
        CHECK(said(both) == "case.npz: labels: expected either y or labels, found both");
        // One-hot targets of least mean squares, but not of independent probabilities.
        const Archive labelled = with(plain, "labels", list({0, 1, 2, 1}));
        CHECK(said(with(labelled, "activation2", "linear")) == "");
        CHECK(contains(said(with(labelled, "loss", "cross_entropy")),
                       "labels: expected a softmax output or the loss 'squared_error', found"));
    }
}
