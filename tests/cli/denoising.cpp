// Noise, early stopping and schedules on the command line, and the commands that clean.
#include <doctest/doctest.h>

#include <cmath>
#include <sstream>

#include "autoencoder/corruption.hpp"
#include "autoencoder/data.hpp"
#include "autoencoder/model.hpp"
#include "cli/evaluation.hpp"
#include "cli/running.hpp"

using namespace autoencoder;

namespace {

using Options = std::vector<std::string>;

/// A small denoising model, in a folder that vanishes.
struct Denoiser {
    Scratch scratch;
    std::string folder = scratch.path("run"), model = folder + "/model.npz";

    explicit Denoiser(Options more = {}) {
        more.insert(more.begin(), {"--epochs", "2", "--quiet"});
        REQUIRE(run(small_run("denoising", folder, more)).status == 0);
    }
};

}  // namespace

TEST_SUITE("command line: denoising") {
    TEST_CASE("[denoise]: `train denoising` leaves its noise in the model, and the lecture's picture") {
        const Denoiser d({"--noise", "salt-pepper:0.2"});
        CHECK(noted(load_model(d.model), "noise")->text() == "salt-pepper:0.2");
        CHECK(noted(load_model(d.model), "schedule")->text() == "cosine");
        const std::string picture = d.folder + "/denoising.png";
        const Bytes drawn = read_file(picture);
        std::filesystem::remove(picture);
        CHECK(run({"show", d.model}).status == 0);
        CHECK(read_file(picture) == drawn);
        CHECK(run({"show", d.model, "--noise", "gaussian:0.5"}).status == 0);
        CHECK(read_file(picture) != drawn);
        std::filesystem::remove(picture);
        CHECK(run({"show", d.model, "--noise", "none"}).status == 0);
        CHECK_FALSE(std::filesystem::exists(picture));
    }

    TEST_CASE("[denoise]: every kind of one network takes noise, and learns something else by it") {
        const Scratch scratch;
        for (const char* kind : {"shallow", "sparse", "deep"}) {
            CAPTURE(kind);
            const Options length = {std::string(kind) == "deep" ? "--epochs" : "--iterations", "2"};
            const auto train = [&](const char* name, Options more) {
                more.insert(more.end(), length.begin(), length.end());
                const std::string folder = scratch.path(kind + std::string(name));
                CHECK(run(small_run(kind, folder, more)).status == 0);
                return load_model(folder + "/model.npz");
            };
            const Model noisy = train("noisy", {"--noise", "masking:0.5"}), plain = train("plain", {});
            CHECK(noted(noisy, "noise")->text() == "masking:0.5");
            CHECK(noted(plain, "noise") == nullptr);
            CHECK(weights(noisy, 2).values[0] != weights(plain, 2).values[0]);
        }
    }

    TEST_CASE("[denoise]: `denoise` cleans a file of noisy patterns, or adds the noise itself") {
        const Denoiser d;
        Dataset digits = load_data("digits", Split::test, 30);
        const Corruption noise = corruption_of("masking:0.3");
        Archive noisy;
        noisy.add("x", corrupted<float>(noise, digits.x.view(), 1, evaluation_round));
        const std::string file = d.scratch.path("noisy.npz"), clean = d.scratch.path("clean.npz");
        write_npz(file, noisy);
        CHECK(run({"denoise", d.model, "--data", file, "--out", clean}).status == 0);
        const Archive of_file = read_npz(clean);
        CHECK(of_file.at("x").shape == Array::Shape{30, 28, 28});
        CHECK_FALSE(of_file.find("labels"));

        const std::string own = d.scratch.path("own.npz");
        CHECK(run({"denoise", d.model, "--noise", "masking:0.3", "--count", "30", "--out", own})
                  .status == 0);
        CHECK(read_npz(own).at("x").values == of_file.at("x").values);
        CHECK(load_data(own, Split::test).labels == digits.labels);  // a data set again
        CHECK(run({"denoise", d.model, "--noise", "masking:0.3", "--seed", "2", "--count", "30",
                   "--out", own})
                  .status == 0);
        CHECK(read_npz(own).at("x").values != of_file.at("x").values);
    }

    TEST_CASE("[denoise]: `evaluate --noise` says how noisy and how clean, to the definition") {
        const Denoiser d;
        const Dataset digits = load_data("digits", Split::test, 40);
        const Matrix<float> noisy = corrupted<float>(corruption_of("gaussian:0.5"),
                                                     digits.x.view(), 1, evaluation_round);
        double squares = 0;
        for (std::size_t i = 0; i < noisy.values.size(); ++i)
            squares += std::pow(double(noisy.values[i]) - double(digits.x.values[i]), 2);
        squares /= double(noisy.values.size());
        const Said said = run({"evaluate", d.model, "--noise", "gaussian:0.5", "--count", "40"});
        CHECK(said.status == 0);
        std::ostringstream expected;
        expected.precision(4);
        expected << squares << " a number, PSNR " << 10 * std::log10(1 / squares) << " dB";
        CHECK(contains(said.out, expected.str()));
        CHECK(contains(said.out, "clipped to 0…1"));
        CHECK_FALSE(contains(run({"evaluate", d.model, "--count", "40"}).out, "PSNR"));
        CHECK(contains(run({"evaluate", d.model, "--noise", "masking:0.3", "--json"}).out,
                       "\"denoised_psnr\": "));
        CHECK(cli::psnr(1) == 0);
        CHECK(std::fabs(cli::psnr(0.001) - 30) < 1e-9);
    }

    TEST_CASE("a run with patterns held out says which epoch was the best, and logs their cost") {
        const Scratch scratch;
        const std::string folder = scratch.path("run");
        const Said said = run(small_run("denoising", folder,
                                        {"--epochs", "400", "--hidden", "30", "--learning-rate", "0.3",
                                         "--validation", "150", "--patience", "3"}));
        CHECK(said.status == 0);
        CHECK(contains(said.out, "150 patterns held out, patience 3"));
        CHECK(contains(said.out, "patterns held out no longer cost less: epoch "));
        CHECK(contains(said.out, "the model is that of epoch "));
        const Model model = load_model(folder + "/model.npz");
        CHECK(noted(model, "epochs")->integer() == noted(model, "best")->integer() + 3);
        CHECK(noted(model, "patterns")->integer() == 50);
        CHECK(contains(run({"train", "denoising", "--help"}).out, "--patience"));
    }

    TEST_CASE("what makes no sense is refused in one line") {
        const Scratch scratch;
        const auto train = [&](Options more) {
            return run(small_run("denoising", scratch.path("run"), more));
        };
        CHECK(refused(train({"--noise", "snow:0.3"}), "--noise: expected masking:P"));
        CHECK(refused(train({"--noise", "masking:1.3"}), "a probability in [0, 1]"));
        CHECK(refused(train({"--schedule", "step:0:0.5"}), "--schedule: expected constant, cosine"));
        CHECK(refused(train({"--schedule", "step:2"}), "--schedule: expected"));
        CHECK(refused(train({"--schedule", "step:2:1.5"}), "--schedule: expected"));
        CHECK(refused(train({"--patience", "3"}), "has no effect without --validation"));
        CHECK(refused(train({"--validation", "200"}), "--validation: expected less than all 200"));
        CHECK(refused(train({"--input-dropout", "1"}), "--input-dropout: expected a number ≥ 0 and < 1"));
        CHECK(refused(run(small_run("sparse", scratch.path("run"), {"--schedule", "cosine"})),
                      "--schedule: has no effect on the optimizer lbfgs"));
        CHECK(train({"--schedule", "step:2:0.5", "--epochs", "2", "--checkpoint", "1"}).status == 0);
        CHECK(run({"train", "denoising", "--resume", scratch.path("run"), "--epochs", "3"}).status ==
              0);
        CHECK(train({"--epochs", "2", "--checkpoint", "1"}).status == 0);
        CHECK(refused(run({"train", "denoising", "--resume", scratch.path("run"), "--epochs", "3"}),
                      "a cosine schedule"));
    }
}
