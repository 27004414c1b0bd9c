#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <sstream>

#include "autoencoder/model.hpp"
#include "cli/running.hpp"

using namespace autoencoder;

namespace {

using Options = std::vector<std::string>;

Bytes model_of(const std::string& folder) { return read_file(folder + "/model.npz"); }

/// The log without its last column, seconds, the only one that may differ.
std::string log_of(const std::string& folder) {
    const Bytes bytes = read_file(folder + "/log.csv");
    std::istringstream lines(std::string(bytes.begin(), bytes.end()));
    std::string text;
    for (std::string line; std::getline(lines, line);)
        text += line.substr(0, line.rfind(',')) + "\n";
    return text;
}

/// Sends SIGINT, as Ctrl-C does, when a text has been printed.
struct CtrlC : std::stringbuf {
    std::string when;
    bool sent = false;

    explicit CtrlC(std::string when_) : when(std::move(when_)) {}
    int sync() override {
        if (!sent && contains(str(), when)) {
            sent = true;
            std::raise(SIGINT);
        }
        return 0;
    }
};

}  // namespace

TEST_SUITE("command line: train") {
    TEST_CASE("a run leaves a model, a log, pictures and a report, and nothing else") {
        const Scratch scratch;
        const std::string folder = scratch.path("new/run");
        const Said said = run(small_run("sparse", folder, {"--iterations", "5"}));
        CHECK(said.status == 0);
        CHECK(said.err.empty());
        CHECK(contains(said.out, "784-16-784, sigmoid-sigmoid"));
        CHECK(contains(said.out, "squared_error, λ = 0.003, ρ̄ = 0.1, γ = 3"));
        CHECK(contains(said.out, "iteration 5/5   cost "));
        CHECK(contains(said.out, "wrote " + folder + "/model.npz"));

        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(folder))
            names.push_back(entry.path().filename().string());
        std::sort(names.begin(), names.end());
        CHECK(names == std::vector<std::string>{"features.png", "learning.svg", "log.csv",
                                                "model.npz", "reconstructions.png",
                                                "report.html"});
        for (const char* name : {"features.png", "reconstructions.png"}) {
            const Bytes png = read_file(folder + "/" + name);
            CHECK(Bytes(png.begin(), png.begin() + 8) == from_hex("89504e470d0a1a0a"));
        }
        const std::string log = log_of(folder);
        CHECK(log.starts_with(
            "number,evaluations,cost,data,weight_penalty,sparsity,kl,gradient_norm,validation\n0,1,"));
        CHECK(std::count(log.begin(), log.end(), '\n') == 7);

        const Model model = load_model(folder + "/model.npz");
        CHECK(model.network.units(1) == 16);
        CHECK(model.network.weight_penalty == 3e-3);
        CHECK(model.network.sparsity_target == 0.1);
        CHECK(model.network.sparsity_weight == 3);
        CHECK(model.height == 28);
        CHECK(noted(model, "iterations")->integer() == 5);
        CHECK(noted(model, "data")->text() == "digits");
    }

    TEST_CASE("the model's bits depend neither on the run, nor on threads, unit or folder") {
        const Scratch scratch;
        for (const Options& kind : {Options{"sparse", "--iterations", "4"},
                                    Options{"deep", "--epochs", "2", "--dropout", "0.1"}}) {
            const auto train = [&](const char* folder, Options more) {
                more.insert(more.begin(), kind.begin() + 1, kind.end());
                CHECK(run(small_run(kind[0], scratch.path(folder), more)).status == 0);
                return model_of(scratch.path(folder));
            };
            const Bytes first = train("a", {});
            CHECK(train("b", {"--quiet"}) == first);
            CHECK(train("c", {"--threads", "1", "--isa", "scalar"}) == first);
            CHECK(train("d", {"--threads", "3", "--checkpoint", "1"}) == first);
            CHECK(train("e", {"--seed", "2"}) != first);
        }
    }

    TEST_CASE("a resumed run ends with the bits of one that was never stopped") {
        const Scratch scratch;
        for (const char* optimizer : {"lbfgs", "online", "sgd", "momentum", "adam"}) {
            CAPTURE(optimizer);
            const std::string name = optimizer, whole = scratch.path(name + "-whole"),
                              part = scratch.path(name + "-part");
            const std::string length = name == "lbfgs" ? "--iterations" : "--epochs";
            const Options common = {"--optimizer",  name,           "--dropout",    "0.2",
                                    "--noise",      "masking:0.3",  "--validation", "50",
                                    "--quiet"};
            const auto train = [&](const std::string& folder, Options more) {
                more.insert(more.begin(), common.begin(), common.end());
                return run(small_run("sparse", folder, more)).status;
            };
            CHECK(train(whole, {length, "6"}) == 0);
            CHECK(train(part, {length, "3", "--checkpoint", "2"}) == 0);
            CHECK(model_of(part) != model_of(whole));
            CHECK(run({"train", "sparse", "--resume", part, length, "6", "--quiet"}).status == 0);
            CHECK(model_of(part) == model_of(whole));
            CHECK(log_of(part) == log_of(whole));
        }
    }

    TEST_CASE(
        "Ctrl-C finishes the step, saves, says how to resume, and the run goes on from there") {
        const Scratch scratch;
        const std::string whole = scratch.path("whole"), part = scratch.path("part");
        CHECK(run(small_run("sparse", whole, {"--iterations", "8"})).status == 0);
        CtrlC out("iteration 3/8");
        const Said said = run_with(small_run("sparse", part, {"--iterations", "8"}), out);
        CHECK(out.sent);
        CHECK(said.status == 1);
        CHECK(contains(said.out, "stopped: iteration 3"));
        CHECK(contains(said.out, "train sparse --resume " + part));
        CHECK(load_model(part + "/model.npz").network.units(1) == 16);
        CHECK(std::filesystem::exists(part + "/checkpoint.npz"));

        CHECK(run({"train", "sparse", "--resume", part}).status == 0);
        CHECK(model_of(part) == model_of(whole));
        CHECK(log_of(part) == log_of(whole));
        CHECK_FALSE(std::filesystem::exists(part + "/checkpoint.npz"));
    }

    TEST_CASE("a resumed run is refused other options, data or kinds") {
        const Scratch scratch;
        const std::string folder = scratch.path("run");
        CHECK(run(small_run("sparse", folder, {"--iterations", "2", "--checkpoint", "1"})).status ==
              0);
        const auto resume = [&](const char* kind, Options more) {
            more.insert(more.begin(), {"train", kind, "--resume", folder});
            return run(more);
        };
        CHECK(
            refused(resume("sparse", {"--seed", "2"}), "--seed: the run that is resumed has '1'"));
        CHECK(refused(resume("sparse", {"--count", "100"}), "has '200', found '100'"));
        CHECK(refused(resume("sparse", {"--iterations", "1"}), "has done 2 of 1 iterations"));
        CHECK(refused(resume("shallow", {}), "is a run of `train sparse`"));
        CHECK(refused(resume("sparse", {"--data", "fashionable"}), "fashionable"));
        CHECK(refused(run({"train", "sparse", "--resume", scratch.path("none")}), "none"));
        Matrix<float> other(200, 784);
        Archive archive;
        archive.add("x", other);
        write_npz(scratch.path("other.npz"), archive);
        CHECK(refused(resume("sparse", {"--data", scratch.path("other.npz")}),
                      "expected the patterns that the run began with"));
        CHECK(resume("sparse", {"--seed", "1", "--iterations", "3"}).status == 0);
    }

    TEST_CASE("training that comes to infinity stops with an error and saves nothing") {
        const Scratch scratch;
        const std::string folder = scratch.path("run");
        const Said said =
            run(small_run("shallow", folder,
                          {"--optimizer", "sgd", "--learning-rate", "1e6", "--activation", "linear",
                           "--output-activation", "linear", "--quiet"}));
        CHECK(refused(said, "infinity or NaN"));
        CHECK_FALSE(std::filesystem::exists(folder));  // it was made for this, and so was the one around it
        const std::string mine = scratch.path("mine");
        std::filesystem::create_directory(mine);
        for (const std::string& out : {scratch.path("a/b"), mine})
            CHECK(refused(run(small_run("shallow", out, {"--optimizer", "sgd", "--learning-rate", "1e6", "--quiet",
                                                         "--activation", "linear", "--output-activation", "linear"})),
                          "nothing is saved"));
        CHECK_FALSE(std::filesystem::exists(scratch.path("a")));
        CHECK(std::filesystem::is_empty(mine));
    }

    TEST_CASE("--quiet prints nothing, --json an object a line") {
        const Scratch scratch;
        const std::string folder = scratch.path("run");
        CHECK(run(small_run("deep", folder, {"--epochs", "1", "--quiet"})).out.empty());
        const Said said = run(small_run("deep", folder, {"--epochs", "2", "--json"}));
        std::istringstream lines(said.out);
        std::vector<std::string> read;
        for (std::string line; std::getline(lines, line);) {
            CHECK(line.front() == '{');
            CHECK(line.back() == '}');
            read.push_back(line);
        }
        REQUIRE(read.size() == 4);
        CHECK(contains(read[0], "\"train\": \"deep\""));
        CHECK(read[1].starts_with("{\"epoch\": 1, \"evaluations\": 2, \"cost\": "));
        CHECK(contains(read[3], "\"outcome\": \"all iterations are done\""));
    }

    TEST_CASE("patterns of a file that are no images are trained on without pictures of them") {
        const Scratch scratch;
        Matrix<float> x(40, 6);
        for (std::size_t i = 0; i < x.values.size(); ++i) x.values[i] = float(i % 7) / 7;
        Archive archive;
        archive.add("x", x);
        write_npz(scratch.path("x.npz"), archive);
        const std::string folder = scratch.path("run"), model = folder + "/model.npz";
        CHECK(run({"train", "shallow", "--data", scratch.path("x.npz"), "--hidden", "3",
                   "--iterations", "5", "--precision", "double", "--out", folder})
                  .status == 0);
        CHECK_FALSE(std::filesystem::exists(folder + "/features.png"));
        CHECK(noted(load_model(model), "data")->text() == scratch.path("x.npz"));
        CHECK(contains(run({"evaluate", folder}).out, "40 training patterns"));
        CHECK(refused(run({"evaluate", model, "--data", "digits"}), "patterns of 6 numbers"));
        CHECK(refused(run({"show", model, "--data", scratch.path("x.npz")}), "images"));
        CHECK(run({"evaluate", model, "--data", scratch.path("x.npz")}).status == 0);
    }
}
