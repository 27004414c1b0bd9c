// `autoencoder terms` as a program: files in, files out, and patterns for a model that has none.
#include <doctest/doctest.h>

#include <iostream>
#include <sstream>

#include "autoencoder/model.hpp"
#include "cases.hpp"
#include "cli/commands.hpp"
#include "io/scratch.hpp"

using namespace autoencoder;
using namespace autoencoder::test;

namespace {

/// What the command prints.
std::string printed(const std::vector<std::string>& arguments) {
    const std::ostringstream text;
    std::streambuf* const screen = std::cout.rdbuf(text.rdbuf());
    try {
        CHECK(cli::terms(arguments) == 0);
    } catch (...) {
        std::cout.rdbuf(screen);
        throw;
    }
    std::cout.rdbuf(screen);
    return text.str();
}

}  // namespace

TEST_SUITE("conformance") {
    TEST_CASE("terms writes what compute_terms returns, and says the cost by its parts") {
        const Scratch scratch;
        const std::string in = scratch.path("case.npz"), out = scratch.path("result.npz");
        const Archive archive = with(chain({3, 2, 3}, 4), "weight_penalty", 0.1);
        write_npz(in, archive);
        const std::string text = printed({in, "--out", out});
        CHECK(same(read_npz(out), compute_terms(archive)));
        CHECK(contains(text, out + ": 14 terms, cost "));
        CHECK(contains(text, " = data "));
        CHECK(contains(printed({"--json", in, "--out", out}), "\"cost_sparsity\": 0"));
        CHECK(contains(printed({"--help"}), "usage: autoencoder terms CASE "));
    }

    TEST_CASE("terms refuses arguments that cannot be meant, and a bad case leaves no result") {
        const Scratch scratch;
        const std::string in = scratch.path("case.npz"), out = scratch.path("result.npz");
        write_npz(in, chain({3, 2, 3}, 4));
        CHECK_THROWS_WITH_AS(cli::terms({in}), "--out: expected RESULT.npz, found nothing",
                             std::invalid_argument);
        CHECK_THROWS_AS(cli::terms({in, "--out", in}), std::invalid_argument);
        CHECK_THROWS_AS(cli::terms({in, "--out", out, "--count", "2"}), std::invalid_argument);
        CHECK_THROWS_AS(cli::terms({"--out", out}), std::invalid_argument);
        write_npz(in, with(chain({3, 2, 3}, 4), "b1", "bias"));
        CHECK(complaint([&] { cli::terms({in, "--out", out}); }) ==
              in + ": b1: expected numbers of shape (2,), found text ()");
        CHECK(!std::filesystem::exists(out));
        CHECK(contains(complaint([&] { cli::terms({out, "--out", out}); }), out));
    }

    TEST_CASE("a model.npz is a case when a data set has the patterns") {
        const Scratch scratch;
        const std::string in = scratch.path("model.npz"), out = scratch.path("result.npz");
        const std::string data = scratch.path("data.npz");
        Model model;
        model.network = autoencoder_network(3, std::vector<std::size_t>{2});
        model.network.weight_penalty = 0.01;
        model.network.sparsity_weight = 2;
        model.network.dropout = 0.25;
        model.theta = initial_parameters<float>(model.network, 7);
        model.training = {{"seed", 7}, {"data", "digits"}};
        save_model(in, model);
        Archive patterns;
        patterns.add("x", Array({4, 3}, chain({3, 2, 3}, 4).at("x").floats()));
        patterns.add("labels", list({0, 1, 1, 0}));
        write_npz(data, patterns);

        CHECK(complaint([&] { cli::terms({in, "--out", out}); }) ==
              in + ": expected the key 'x', found none");
        printed({in, "--out", out, "--data", data, "--count", "3"});
        Archive whole = read_npz(in);
        const std::vector<float> x = patterns.at("x").floats();
        whole.add("x", Array({3, 3}, std::vector<float>(x.begin(), x.begin() + 9)));
        CHECK(same(read_npz(out), compute_terms(whole)));

        // As other commands take them: a table's label column, which of its two parts.
        const std::string table = scratch.put("t.csv", bytes_of("a,kind,b,c\n0.1,up,0.2,0.3\n"));
        CHECK(contains(complaint([&] { cli::terms({in, "--out", out, "--data", table}); }),
                       "expected a number, found 'up'"));
        printed({in, "--out", out, "--data", table, "--label-column", "kind", "--split", "train"});
        CHECK(read_npz(out).at("s1").shape == Array::Shape{1, 2});
        CHECK_THROWS_WITH_AS(cli::terms({in, "--out", out, "--image", "1x3"}),
                             "--image: expected --data beside it, found none", std::invalid_argument);

        // Patterns from two places, or of another size, are refused.
        const Dataset set = load_data(data, Split::train);
        CHECK(contains(complaint([&] { compute_terms(whole, &set); }),
                       "x: expected none beside the data set"));
        CHECK(contains(complaint([&] { compute_terms(without(chain({4, 2, 4}, 1), "x"), &set); }),
                       "expected patterns of 4 numbers, as many as W1 takes, found 3"));
    }

    TEST_CASE("the labels of a data set are the targets of a classifier only") {
        Dataset set;
        set.name = "four patterns";
        set.x = chain({3, 2, 3}, 4).at("x").matrix<float>();
        set.labels = {0, 1, 1, 0};
        const Archive model = without(chain({3, 2}, 4), "x");
        const Archive labelled = with(model, "x", set.x);
        const Array labels = list({0, 1, 1, 0});
        const auto terms_of = [&](const char* activation) {
            const Archive expected = with(labelled, "labels", labels);
            return same(compute_terms(with(model, "activation1", activation), &set),
                        compute_terms(with(expected, "activation1", activation)));
        };
        CHECK(terms_of("softmax"));
        CHECK(terms_of("linear"));
        const Archive autoencoder = without(chain({3, 2, 3}, 4), "x");
        CHECK(same(compute_terms(autoencoder, &set), compute_terms(with(autoencoder, "x", set.x))));
        set.labels = {};
        CHECK(complaint([&] { compute_terms(model, &set); }) ==
              "four patterns: expected labels for a network that classifies, found none");
    }
}
