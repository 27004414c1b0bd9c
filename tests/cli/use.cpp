// The commands that use a model.
#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>

#include "autoencoder/data.hpp"
#include "autoencoder/model.hpp"
#include "autoencoder/report.hpp"
#include "cli/evaluation.hpp"
#include "cli/running.hpp"

using namespace autoencoder;

namespace {

/// A small trained model, in a folder that vanishes.
struct Trained {
    Scratch scratch;
    std::string folder = scratch.path("run"), model = folder + "/model.npz";

    explicit Trained(const std::vector<std::string>& more = {}) {
        std::vector<std::string> options = {"--iterations", "3", "--quiet"};
        options.insert(options.end(), more.begin(), more.end());
        REQUIRE(run(small_run("sparse", folder, options)).status == 0);
    }
};

}  // namespace

TEST_SUITE("command line: use of a model") {
    TEST_CASE("[encode]: decode of encode is reconstruct, in the model's precision") {
        for (const char* precision : {"single", "double"}) {
            CAPTURE(precision);
            const Trained t({"--precision", precision});
            CHECK(run({"encode", t.model, "--count", "50"}).status == 0);
            CHECK(run({"decode", t.model}).status == 0);
            CHECK(run({"reconstruct", t.model, "--count", "50"}).status == 0);
            const Archive code = read_npz(t.folder + "/code.npz");
            const Archive decoded = read_npz(t.folder + "/decoded.npz");
            const Archive reconstructed = read_npz(t.folder + "/reconstructed.npz");
            CHECK(code.at("code").shape == Array::Shape{50, 16});
            CHECK(code.at("layer").integer() == 1);
            const bool single = std::string(precision) == "single";
            CHECK(code.at("code").kind() == (single ? Array::Kind::real32 : Array::Kind::real64));
            CHECK(decoded.at("x_hat").shape == Array::Shape{50, 784});
            CHECK(decoded.at("x_hat").doubles() == reconstructed.at("x_hat").doubles());
            const Dataset test = load_data("digits", Split::test, 50);
            const std::vector<std::int64_t> labels(test.labels.begin(), test.labels.end());
            CHECK(code.at("labels").integers() == labels);
            CHECK(decoded.at("labels").integers() == labels);
            CHECK(reconstructed.at("labels").integers() == labels);
        }
    }

    TEST_CASE("encode takes the split and the layer that are asked for") {
        const Trained t;
        const std::string out = t.scratch.path("h.npz");
        CHECK(run({"encode", t.model, "--split", "train", "--count", "9", "--layer", "2", "--out",
                   out})
                  .status == 0);
        const Archive h = read_npz(out);
        CHECK(h.at("code").shape == Array::Shape{9, 784});
        const Dataset train = load_data("digits", Split::train, 9);
        CHECK(h.at("labels").integers() ==
              std::vector<std::int64_t>(train.labels.begin(), train.labels.end()));
        CHECK(refused(run({"encode", t.model, "--layer", "3"}),
                      "--layer: expected 1 to 2, found '3'"));
        CHECK(refused(run({"decode", t.model, "--data", out}),
                      "layer: expected a layer with others"));
        CHECK(refused(run({"decode", t.model, "--data", out, "--layer", "1"}), "expected codes of layer 1, as --layer says, found those of layer 2"));
        CHECK(refused(run({"decode", t.model}), "code.npz"));
    }

    TEST_CASE("which patterns are taken is said, pictures of others stay, and whom an encoder has learnt from is known") {
        const Trained t;
        CHECK(contains(run({"encode", t.model, "--out", t.scratch.path("c.npz")}).out, "test patterns; --split train takes the others"));
        CHECK(contains(run({"encode", t.model, "--count", "9", "--out", t.scratch.path("c.npz")}).out, "float32 (9, 16), of layer 1 of 2"));
        const std::string other = t.scratch.path("other");
        CHECK(run({"show", t.model, "--out", other}).status == 0);
        CHECK(refused(run({"show", t.model, "--out", other}), "holds features.png; --overwrite replaces it"));
        CHECK(run({"show", t.model, "--out", other, "--overwrite"}).status == 0);
        CHECK(run({"show", t.model}).status == 0);

        std::string table = "a,b,c,label\n";
        for (int q = 0; q < 40; ++q) table += "0." + std::to_string(q + 10) + ",0." + std::to_string(q * q % 89 + 10) + ",0.5," + std::to_string(q % 2) + "\n";
        const std::string data = t.scratch.put("t.csv", bytes_of(table)), bare = t.scratch.path("bare");
        const auto train = [&](std::vector<std::string> words, const std::string& folder) {
            words.insert(words.begin(), {"train", "classifier", "--data", data, "--out", folder, "--head-iterations", "1"});
            return run(words);
        };
        REQUIRE(train({"--hidden", "4", "--no-pretraining", "--activation", "relu", "--no-fine-tuning"}, bare).status == 0);
        const std::vector<std::string> on_top = {"--pretrained", bare + "/model.npz", "--no-fine-tuning"};
        std::vector<std::string> held_out = on_top;
        held_out.insert(held_out.end(), {"--test-fraction", "0.3"});
        CHECK(contains(train(held_out, t.scratch.path("top")).out, "12 of the 12 test patterns are training patterns of " + bare));
        CHECK_FALSE(contains(train(on_top, t.scratch.path("all")).out, "test patterns are training patterns of"));
        const Said deep = run({"train", "deep", "--data", data, "--hidden", "2", "--epochs", "2", "--validation", "10", "--out", t.scratch.path("held")});
        CHECK(contains(deep.out, "the last 10 of them held out"));
        CHECK(contains(run({"evaluate", t.scratch.path("held")}).out, "the last 10 of them were held out of the training"));
        std::filesystem::rename(data, t.scratch.path("gone.csv"));
        t.scratch.put("t.csv", bytes_of("a,b,c,label\n" + table.substr(table.rfind("0.49"))));
        held_out.insert(held_out.end(), {"--data", t.scratch.path("gone.csv")});
        held_out.insert(held_out.begin(), {"train", "classifier", "--out", t.scratch.path("unsure"), "--head-iterations", "1"});
        CHECK(contains(run(held_out).out, "has learnt from the test patterns cannot be told: " + data));
    }

    TEST_CASE("evaluate's error is twice the data cost, and its numbers are in the JSON too") {
        const Trained t;
        const Said text = run({"evaluate", t.model, "--count", "100"});
        CHECK(text.status == 0);
        for (const char* tag : {"[scale]", "[code-quality]", "[mean-activity]"})
            CHECK(contains(text.out, tag));
        const Dataset test = load_data("digits", Split::test, 100);
        const cli::Scores scores = cli::evaluate_on(load_model(t.model), test.x);
        CHECK(std::abs(scores.error_per_pattern - 2 * scores.cost.data) < 1e-4 * scores.cost.data);
        CHECK(std::abs(scores.error_per_number * 784 - scores.error_per_pattern) < 1e-9);
        CHECK(scores.mean_activity.size() == 16);
        CHECK(scores.cost.sparsity > 0);
        const Said json = run({"evaluate", t.model, "--count", "100", "--json"});
        CHECK(contains(json.out, "\"error_per_pattern\": " + shortest(scores.error_per_pattern)));
        CHECK(contains(json.out, "\"dead_units\": " + std::to_string(scores.dead)));
    }

    TEST_CASE("evaluate counts a unit without weights as dead") {
        const Trained t;
        Model model = load_model(t.model);
        const Block W = layout(model.network).find("W1");
        auto& theta = std::get<Buffer<float>>(model.theta);
        for (std::size_t k = 0; k < 784; ++k) theta[W.offset + 3 * 784 + k] = 0;
        const Dataset test = load_data("digits", Split::test, 100);
        const std::size_t before = cli::evaluate_on(load_model(t.model), test.x).dead;
        CHECK(cli::evaluate_on(model, test.x).dead == before + 1);
    }

    TEST_CASE("show writes the pictures that training wrote") {
        const Trained t;
        const std::string folder = t.scratch.path("pictures");
        CHECK(run({"show", t.model, "--out", folder}).status == 0);
        for (const char* name : {"/features.png", "/reconstructions.png"})
            CHECK(read_file(folder + name) == read_file(t.folder + name));
    }

    TEST_CASE("no file that is read is written over, under whatever name") {
        const Trained t;
        const std::string data = t.scratch.path("x.npz"), link = t.scratch.path("link.npz"),
                          folder = t.scratch.path("case"), x = folder + "/x.npy";
        REQUIRE(run({"reconstruct", t.model, "--count", "9", "--out", data}).status == 0);
        Archive renamed;
        renamed.add("x", read_npz(data).at("x_hat"));
        write_npz(data, renamed);
        std::filesystem::create_symlink(data, link);
        std::filesystem::create_directory(folder);
        write_npy(x, renamed.at("x"));
        const Bytes before = read_file(data), model = read_file(t.model), array = read_file(x);
        const auto refuses = [](std::vector<std::string> words) {
            CHECK(refused(run(std::move(words)), "--out: expected another file than what is read"));
        };
        for (const char* command : {"encode", "reconstruct", "denoise", "terms"}) {
            for (const std::string& out : {data, link, t.folder + "/../x.npz", t.folder + "/./model.npz"})
                refuses({command, t.model, "--data", data, "--out", out});
            refuses({command, t.model, "--data", folder, "--out", x});
        }
        refuses({"generate", t.model, "--out", t.model});
        refuses({"decode", t.model, "--data", data, "--out", link});
        REQUIRE(run({"encode", t.model}).status == 0);
        refuses({"decode", t.model, "--out", t.folder + "/code.npz"});
        refuses({"encode", t.model, "--data", t.folder + "/code.npz"});  // where its own result would be
        CHECK(read_file(data) == before);
        CHECK(read_file(t.model) == model);
        CHECK(read_file(x) == array);
        CHECK(run({"reconstruct", t.model, "--data", folder, "--out", folder + "/y.npz"}).status == 0);
    }

    TEST_CASE("a file that is no model is refused") {
        const Trained t;
        for (const char* command :
             {"encode", "decode", "reconstruct", "denoise", "evaluate", "show"}) {
            CHECK(refused(run({command, t.scratch.path("none.npz")}), "none.npz"));
            const std::string text = t.scratch.put("text.npz", bytes_of("not an archive"));
            CHECK(refused(run({command, text}), text));
        }
    }

    TEST_CASE("demo trains, proves its gradients, and names the pictures last") {
        const Scratch scratch;
        const std::string folder = scratch.path("demo");
        const Said said = run({"demo", "--out", folder, "--iterations", "3", "--count", "200"});
        CHECK(said.status == 0);
        CHECK(contains(said.out, "[delta-sparse]"));
        CHECK(contains(said.out, "2,000 test digits"));
        CHECK(said.out.ends_with(folder + "/denoising/denoising.png: clean, noisy, denoised\n"));
        for (const char* picture : {"/features.png", "/denoising/denoising.png"})
            CHECK(std::filesystem::exists(folder + picture));
    }

    TEST_CASE("an autoencoder hands labels on as the data say them") {
        const Scratch scratch;
        const std::string train = scratch.put("tr.csv", bytes_of("a,b,label\n0.1,0.9,cat\n0.2,0.8,dog\n0.3,0.7,owl\n")),
                          other = scratch.put("te.csv", bytes_of("a,b,label\n0.1,0.9,owl\n0.2,0.8,dog\n0.2,0.8,bat\n"));
        const std::string folder = scratch.path("run"), codes = scratch.path("codes.npz");
        REQUIRE(run({"train", "shallow", "--data", train, "--hidden", "2", "--iterations", "1", "--out", folder}).status == 0);
        REQUIRE(run({"encode", folder + "/model.npz", "--data", other, "--out", codes}).status == 0);
        CHECK(read_archive(codes).at("labels").texts() == std::vector<std::string>{"owl", "dog", "bat"});
    }
}
