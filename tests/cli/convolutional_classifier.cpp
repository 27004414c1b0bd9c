// `train classifier --encoder`: the maps of a convolutional autoencoder below a head.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "autoencoder/convolution.hpp"
#include "autoencoder/model.hpp"
#include "cli/running.hpp"

using namespace autoencoder;

namespace {

using Options = std::vector<std::string>;

/// A small convolutional autoencoder, 28×28 to 3 maps and 4 maps; the path of its model.
std::string small_encoder(const std::string& folder, const Options& more = {}) {
    Options words = {"train",    "convolutional", "--count", "100", "--channels", "3,4",
                     "--batch",  "40",            "--epochs", "1",  "--out",      folder,
                     "--quiet"};
    words.insert(words.end(), more.begin(), more.end());
    CHECK(run(words).status == 0);
    return folder + "/model.npz";
}

Options classifier(const std::string& encoder, const std::string& folder, const Options& more = {}) {
    Options words = {"train", "classifier", "--encoder", encoder, "--count", "200", "--out", folder,
                     "--head-iterations", "5"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

Options tuned(const std::string& encoder, const std::string& folder, Options more = {}) {
    more.insert(more.end(), {"--fine-tune-epochs", "3"});
    return classifier(encoder, folder, more);
}

Bytes model_in(const std::string& folder) { return read_file(folder + "/model.npz"); }

bool is_there(const std::string& path) { return std::filesystem::exists(path); }

}  // namespace

TEST_SUITE("command line: train classifier --encoder") {
    TEST_CASE("maps below, dense layers on top, and every command takes the model") {
        const Scratch scratch;
        const std::string encoder = small_encoder(scratch.path("conv"));
        const std::string folder = scratch.path("run"), model_file = folder + "/model.npz";
        const Said said = run(tuned(encoder, folder, {"--hidden", "20,12"}));
        CHECK(said.err == "");
        CHECK(said.status == 0);
        CHECK(contains(said.out, "head  196-20-12-10, relu-relu-softmax"));
        CHECK(contains(said.out, "fine-tuning  784-588 (3 of 14×14)-196 (4 of 7×7)-20-12-10, "
                                 "relu-relu-relu-relu-softmax"));
        CHECK(contains(said.out, "dropout 0.2"));
        CHECK_FALSE(is_there(folder + "/stage1.csv"));
        for (const char* name : {"features.png", "maps1.png", "maps2.png", "confusion.svg",
                                 "mistakes.png", "head.csv", "fine-tuning.csv"})
            CHECK(is_there(folder + "/" + name));

        const Archive file = read_npz(model_file);
        CHECK(file.at("model").text() == "convolutional");
        CHECK(file.at("layer2").text() == "conv");
        CHECK(file.at("layer3").text() == "dense");
        CHECK(file.at("dropout").number() == 0.2);
        const Model model = load_model(model_file);
        CHECK(model.network.units(3) == 20);
        CHECK(noted(model, "pretrained")->integer() == 1);

        CHECK(run({"classify", model_file, "--count", "30"}).status == 0);
        CHECK(read_npz(folder + "/labels.npz").at("probabilities").shape == Array::Shape{30, 10});
        CHECK(contains(run({"evaluate", model_file, "--count", "30"}).out, "of 30 right"));
        CHECK(run({"show", model_file, "--out", scratch.path("shown")}).status == 0);
        for (const char* name : {"features.png", "maps1.png", "maps2.png"})
            CHECK(read_file(scratch.path("shown/") + name) == read_file(folder + "/" + name));
        CHECK(read_file(scratch.path("shown/features.png")) !=
              read_file(scratch.path("conv/features.png")));  // fine-tuned
        const std::string terms = scratch.path("t.npz");
        CHECK(run({"terms", model_file, "--data", "digits", "--count", "5", "--out", terms}).status == 0);
        CHECK(read_npz(terms).at("h2").shape == Array::Shape{5, 4, 7, 7});
        CHECK(read_npz(terms).at("h3").shape == Array::Shape{5, 20});
    }

    TEST_CASE("[head]: steps 1 and 2 leave the encoder as it is, with every head") {
        const Scratch scratch;
        const std::string encoder = small_encoder(scratch.path("conv"), {"--precision", "double"});
        const Model below = load_model(encoder);
        for (const char* head : {"lms", "multi-layer", "softmax"}) {
            CAPTURE(head);
            const std::string folder = scratch.path(head);
            CHECK(run(classifier(encoder, folder, {"--head", head, "--precision", "double", "--quiet",
                                                   "--no-fine-tuning"}))
                      .status == 0);
            const Model model = load_model(folder + "/model.npz");
            for (std::size_t l = 1; l <= 2; ++l) {
                CHECK(std::ranges::equal(weights(model, l).values, weights(below, l).values));
                CHECK(model.network.layer(l).kind == Kind::convolution);
            }
            CHECK(model.network.depth() == (std::string(head) == "multi-layer" ? 4 : 3));
        }
    }

    TEST_CASE("--pretrained takes a convolutional model too, with the same bits") {
        const Scratch scratch;
        const std::string encoder = small_encoder(scratch.path("conv"));
        const std::string a = scratch.path("a"), b = scratch.path("b");
        CHECK(run(tuned(encoder, a)).status == 0);
        Options words = tuned(encoder, b);
        std::ranges::replace(words, std::string("--encoder"), std::string("--pretrained"));
        CHECK(run(words).status == 0);
        CHECK(model_in(a) == model_in(b));
        CHECK(read_npz(a + "/model.npz").find("dropout") == nullptr);  // there is nothing to drop
    }

    TEST_CASE("[dropout]: the maps below are never dropped, the dense layers are") {
        const Scratch scratch;
        const std::string encoder = small_encoder(scratch.path("conv"));
        const auto trained = [&](const char* name, const Options& more) {
            CHECK(run(tuned(encoder, scratch.path(name), more)).status == 0);
            return load_model(scratch.path(name) + "/model.npz");
        };
        const Model with = trained("with", {"--hidden", "12", "--fine-tune-dropout", "0.5"});
        const Model none = trained("none", {"--hidden", "12", "--fine-tune-dropout", "0"});
        CHECK_FALSE(std::ranges::equal(weights(with, 3).values, weights(none, 3).values));
        for (std::size_t l = 1; l <= with.network.depth(); ++l)
            CHECK(with.network.droppable(l) == (l == 3));
    }

    TEST_CASE("a run stopped in either step goes on there and ends with the same bits") {
        const Scratch scratch;
        const std::string encoder = small_encoder(scratch.path("conv"));
        const std::string whole = scratch.path("whole");
        CHECK(run(tuned(encoder, whole, {"--hidden", "12"})).status == 0);
        const std::pair<const char*, const char*> places[] = {{"head", "iteration 3/5"},
                                                              {"fine-tuning", "epoch 2/3"}};
        for (const auto& place : places) {
            CAPTURE(place.first);
            const std::string part = scratch.path(place.first);
            CtrlCAfter out(place.first, place.second);
            CHECK(run_with(tuned(encoder, part, {"--hidden", "12"}), out).status == 1);
            CHECK(out.sent);
            CHECK(run({"train", "classifier", "--resume", part, "--quiet"}).status == 0);
            CHECK(model_in(part) == model_in(whole));
        }
        const std::string bare = scratch.path("bare"), stopped = scratch.path("stopped");
        CHECK(run(tuned(encoder, bare)).status == 0);
        CtrlCAfter out("fine-tuning", "epoch 1/3");
        CHECK(run_with(tuned(encoder, stopped), out).status == 1);
        CHECK(refused(run({"train", "classifier", "--resume", stopped, "--hidden", "9"}),
                      "has 'none', found '9'"));
        CHECK(run({"train", "classifier", "--resume", stopped}).status == 0);
        CHECK(model_in(stopped) == model_in(bare));
    }

    TEST_CASE("the bits depend neither on threads nor on the unit nor on checkpoints") {
        const Scratch scratch;
        const std::string encoder = small_encoder(scratch.path("conv"));
        const std::string a = scratch.path("a"), b = scratch.path("b");
        const Options one = {"--hidden", "12", "--threads", "1", "--isa", "scalar", "--checkpoint", "1"};
        CHECK(run(tuned(encoder, a, {"--hidden", "12", "--threads", "2"})).status == 0);
        CHECK(run(tuned(encoder, b, one)).status == 0);
        CHECK(model_in(a) == model_in(b));
    }

    TEST_CASE("what does not go together is refused in one line") {
        const Scratch scratch;
        const std::string encoder = small_encoder(scratch.path("conv")), out = scratch.path("none");
        const auto refuses = [&](const Options& more, std::string_view part) {
            const Said said = run(classifier(encoder, out, more));
            CAPTURE(said.err);
            CHECK(refused(said, part));
        };
        refuses({"--pretrained", encoder}, "--encoder: contradicts --pretrained");
        refuses({"--no-pretraining"}, "--no-pretraining: contradicts --encoder");
        refuses({"--iterations", "9"}, "--iterations: has no effect with --encoder");
        refuses({"--activation", "tanh"}, "--activation: has no effect on --encoder without --hidden");
        refuses({"--precision", "double"}, "--precision: expected that of " + encoder);
        refuses({"--fine-tune-dropout", "0.5"},
                "--fine-tune-dropout: has no effect without dense hidden layers");
        refuses({"--hidden", "none", "--fine-tune-dropout", "0.5"}, "without dense hidden layers");

        std::vector<std::int64_t> labels(200);
        for (std::size_t q = 0; q < labels.size(); ++q) labels[q] = std::int64_t(q % 2);
        Archive narrow;
        narrow.add("x", Matrix<float>(200, 6));
        narrow.add("labels", Array({200}, labels));
        write_npz(scratch.path("narrow.npz"), narrow);
        refuses({"--data", scratch.path("narrow.npz")},
                "--encoder: expected a model of patterns of 6 numbers, found one of 784");

        const std::string dense = scratch.path("dense");
        CHECK(run(small_run("shallow", dense, {"--iterations", "1", "--quiet"})).status == 0);
        CHECK(refused(run(classifier(dense + "/model.npz", out)),
                      "--encoder: expected a convolutional autoencoder"));
        CHECK_FALSE(is_there(out));
    }
}
