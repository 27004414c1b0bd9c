// The variational autoencoder from the command line: training, pictures, generate, the bound.
#include <doctest/doctest.h>

#include <filesystem>

#include "autoencoder/npz.hpp"
#include "autoencoder/variational.hpp"
#include "cli/evaluation.hpp"
#include "cli/running.hpp"

using namespace autoencoder;

namespace {

/// A small model in a folder that goes with it.
struct Trained {
    Scratch scratch;
    std::string folder = scratch.path("run"), model = folder + "/model.npz";
    Said said;

    explicit Trained(const std::vector<std::string>& more = {}) {
        std::vector<std::string> options = {"--code", "3", "--epochs", "2", "--batch", "50"};
        options.insert(options.end(), more.begin(), more.end());
        said = run(small_run("variational", folder, options));
    }
    bool has(const char* name) const { return std::filesystem::exists(folder + "/" + name); }
};

}  // namespace

TEST_SUITE("cli: variational") {
    TEST_CASE("train writes the model, its log with both parts, and its pictures") {
        const Trained t;
        CHECK(t.said.status == 0);
        CHECK(contains(t.said.out, "784-16-3-16-784, relu-gaussian-relu-sigmoid"));
        CHECK(contains(t.said.out, " + kl "));
        CHECK(load_model(t.model).network.gaussian_layer() == 2);
        for (const char* name : {"samples.png", "walk.png", "features.png", "reconstructions.png"})
            CHECK(t.has(name));
        CHECK(!t.has("plane.png"));
        CHECK(!t.has("codes.svg"));
        const Bytes log = read_file(t.folder + "/log.csv");
        CHECK(contains(std::string(log.begin(), log.end()), ",sparsity,kl,"));
    }

    TEST_CASE("a code of two units has its plane and its cloud, deep and in double precision too") {
        const Trained t({"--code", "2", "--hidden", "12,9", "--precision", "double"});
        CHECK(t.said.status == 0);
        CHECK(contains(t.said.out, "784-12-9-2-9-12-784"));
        for (const char* name : {"samples.png", "walk.png", "plane.png", "codes.svg"})
            CHECK(t.has(name));
    }

    TEST_CASE("a run that is resumed ends with the same bytes") {
        const Trained whole({"--epochs", "4"}), parts({"--checkpoint", "2"});
        const Said said = run({"train", "variational", "--resume", parts.folder, "--epochs", "4"});
        CHECK(said.status == 0);
        CHECK(read_file(whole.model) == read_file(parts.model));
    }

    TEST_CASE("options that this model does not have are unknown, and others keep theirs") {
        const Scratch scratch;
        CHECK(refused(run(small_run("variational", scratch.path("r"), {"--sparsity-weight", "1"})),
                      "--sparsity-weight"));
        CHECK(refused(run(small_run("shallow", scratch.path("r"), {"--code", "2"})), "--code"));
        CHECK(contains(run({"train", "variational", "--help"}).out, "[reparameterise]"));
    }

    TEST_CASE("[generate]: the same seed gives the same patterns, with a sheet of them") {
        const Trained t;
        const std::string a = t.scratch.path("a.npz"), b = t.scratch.path("b.npz");
        const Said said = run({"generate", t.model, "--count", "9", "--seed", "7", "--out", a});
        CHECK(said.status == 0);
        CHECK(std::filesystem::exists(t.scratch.path("a.png")));
        CHECK(read_npz(a).at("x").shape == Array::Shape{9, 28, 28});
        CHECK(run({"generate", t.model, "--count", "9", "--seed", "7", "--out", b}).status == 0);
        CHECK(read_file(a) == read_file(b));
        CHECK(run({"generate", t.model, "--count", "9", "--seed", "8", "--out", b}).status == 0);
        CHECK(read_file(a) != read_file(b));
        CHECK(refused(run({"generate", t.model, "--out", t.scratch.path("c.png")}), "--out: expected FILE.npz"));
        CHECK_FALSE(std::filesystem::exists(t.scratch.path("c.png")));
        CHECK(run({"generate", t.model}).status == 0);
        CHECK(read_npz(t.folder + "/generated.npz").at("x").shape == Array::Shape{100, 28, 28});
        // What is generated is a data set.
        CHECK(run({"encode", t.model, "--data", a}).status == 0);
        CHECK(read_npz(t.folder + "/code.npz").at("code").shape == Array::Shape{9, 3});
        CHECK(run({"decode", t.model}).status == 0);
        CHECK(run({"reconstruct", t.model, "--data", a}).status == 0);
        CHECK(run({"show", t.model}).status == 0);
    }

    TEST_CASE("[elbo]: evaluate prints the bound in its parts, and log p(x) above it") {
        const Trained t;
        const Said text = run({"evaluate", t.model, "--count", "60"});
        CHECK(contains(text.out, "[elbo]"));
        CHECK(!contains(text.out, "importance"));
        const Said with = run({"evaluate", t.model, "--count", "60", "--samples", "50"});
        CHECK(contains(with.out, "by 50 importance samples a pattern"));
        const Said json = run({"evaluate", t.model, "--count", "60", "--samples", "50", "--json"});
        const auto number = [&](const std::string& key) {
            const std::size_t at = json.out.find("\"" + key + "\": ");
            REQUIRE(at != std::string::npos);
            return std::stod(json.out.substr(at + key.size() + 4));
        };
        CHECK(number("elbo") < 0);
        CHECK(number("elbo") == doctest::Approx(number("elbo_reconstruction") - number("elbo_kl")));
        CHECK(number("log_likelihood") > number("elbo"));
        const Model model = load_model(t.model);
        const Dataset test = load_data("digits", Split::test, 60);
        const Elbo bound = elbo<float>(model.network, std::get<Buffer<float>>(model.theta),
                                       test.x.view(), 1);
        CHECK(number("elbo") == doctest::Approx(bound.total()));
    }

    TEST_CASE("other models are refused where a code that is a distribution is needed") {
        const Scratch scratch;
        const std::string folder = scratch.path("run"), model = folder + "/model.npz";
        REQUIRE(run(small_run("shallow", folder, {"--iterations", "2"})).status == 0);
        CHECK(refused(run({"generate", model}), "expected a variational autoencoder"));
        CHECK(refused(run({"evaluate", model, "--samples", "5"}), "--samples: expected a variational"));
    }
}
