// `train convolutional` and what is done with its model, from the command line.
#include <doctest/doctest.h>

#include <filesystem>

#include "autoencoder/model.hpp"
#include "cli/running.hpp"

using namespace autoencoder;

namespace {

std::vector<std::string> train_command(const std::string& folder,
                                       const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = {"train", "convolutional", "--count", "100", "--channels",
                                      "3,4",   "--batch",       "40",      "--out", folder};
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

bool is_there(const std::string& path) { return std::filesystem::exists(path); }

}  // namespace

TEST_SUITE("command line: train convolutional") {
    TEST_CASE("a run leaves a model that every command takes, with pictures of kernels and maps") {
        const Scratch scratch;
        const std::string folder = scratch.path("conv"), model = folder + "/model.npz";
        const Said said = run(train_command(folder, {"--epochs", "2"}));
        CHECK(said.status == 0);
        CHECK(said.err == "");
        CHECK(contains(said.out, "784-588 (3 of 14×14)-196 (4 of 7×7)-588 (3 of 14×14)-784 (1 of 28×28)"));
        for (const char* name : {"features.png", "reconstructions.png", "maps1.png", "maps2.png"})
            CHECK(is_there(folder + "/" + name));
        CHECK(load_model(model).network.layer(1).kind == Kind::convolution);

        CHECK(run({"encode", model, "--count", "20"}).status == 0);
        CHECK(read_npz(folder + "/code.npz").at("code").shape == Array::Shape{20, 196});
        CHECK(run({"decode", model}).status == 0);
        CHECK(run({"reconstruct", model, "--count", "20"}).status == 0);
        const Archive decoded = read_npz(folder + "/decoded.npz");
        const Archive reconstructed = read_npz(folder + "/reconstructed.npz");
        CHECK(decoded.at("x_hat").values == reconstructed.at("x_hat").values);
        CHECK(contains(run({"evaluate", model, "--count", "50"}).out, "196 numbers for 784"));
        CHECK(run({"show", model, "--out", scratch.path("shown")}).status == 0);
        CHECK(read_file(scratch.path("shown/maps2.png")) == read_file(folder + "/maps2.png"));
        CHECK(run({"terms", model, "--data", "digits", "--count", "5", "--out", scratch.path("t.npz")})
                  .status == 0);
        CHECK(read_npz(scratch.path("t.npz")).at("h2").shape == Array::Shape{5, 4, 7, 7});
    }

    TEST_CASE("a run that is resumed ends with the bits of one that was never stopped") {
        const Scratch scratch;
        const std::string whole = scratch.path("whole"), parts = scratch.path("parts");
        const std::vector<std::string> steady = {"--schedule", "constant", "--epochs"};
        const auto epochs = [&](const char* number, const std::vector<std::string>& more = {}) {
            std::vector<std::string> words = steady;
            words.push_back(number);
            words.insert(words.end(), more.begin(), more.end());
            return words;
        };
        CHECK(run(train_command(whole, epochs("3"))).status == 0);
        CHECK(run(train_command(parts, epochs("1", {"--checkpoint", "1"}))).status == 0);
        CHECK(run({"train", "convolutional", "--resume", parts, "--epochs", "3"}).status == 0);
        CHECK(read_file(whole + "/model.npz") == read_file(parts + "/model.npz"));
    }

    TEST_CASE("[denoise]: noise goes in, and what comes out is compared with the clean image") {
        const Scratch scratch;
        const std::string noisy = scratch.path("noisy"), clean = scratch.path("clean");
        const Said said = run(train_command(noisy, {"--epochs", "2", "--noise", "masking:0.3"}));
        CHECK(said.status == 0);
        CHECK(contains(said.out, "undoing masking:0.3"));
        CHECK(is_there(noisy + "/denoising.png"));
        CHECK(noted(load_model(noisy + "/model.npz"), "noise")->text() == "masking:0.3");
        CHECK(run(train_command(clean, {"--epochs", "2"})).status == 0);
        CHECK_FALSE(is_there(clean + "/denoising.png"));
        CHECK(read_file(noisy + "/model.npz") != read_file(clean + "/model.npz"));
        const Said scores =
            run({"evaluate", noisy + "/model.npz", "--count", "50", "--noise", "masking:0.3"});
        CHECK(contains(scores.out, "denoised"));
        const std::string one = scratch.path("one");
        CHECK(run(train_command(one, {"--epochs", "2", "--noise", "masking:0.3", "--threads", "1",
                                      "--isa", "scalar"}))
                  .status == 0);
        CHECK(read_file(noisy + "/model.npz") == read_file(one + "/model.npz"));
    }

    TEST_CASE("the default is Adam from 0.004 with a cosine, and another optimiser has its own rate") {
        const Scratch scratch;
        const std::string folder = scratch.path("conv");
        CHECK(contains(run(train_command(folder, {"--epochs", "1"})).out, "adam, η = 0.004 cosine"));
        CHECK(contains(run(train_command(folder, {"--epochs", "1", "--optimizer", "sgd"})).out,
                       "sgd, η = 0.1 cosine"));
        const Said said = run(train_command(folder, {"--epochs", "1", "--dropout", "0.2"}));
        CHECK(refused(said, "no such option"));
    }

    TEST_CASE("what has no windows is refused in one line") {
        const Scratch scratch;
        const std::string out = scratch.path("none");
        Archive archive;
        archive.add("x", Matrix<float>(100, 6));
        write_npz(scratch.path("rows.npz"), archive);
        CHECK(refused(run(train_command(out, {"--data", scratch.path("rows.npz")})), "takes images"));
        CHECK(refused(run(train_command(out, {"--stride", "0"})), "--stride"));
        CHECK(refused(run(train_command(out, {"--hidden", "20"})), "--hidden"));
        CHECK_FALSE(is_there(out));
    }
}
