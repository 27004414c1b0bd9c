#include <doctest/doctest.h>

#include <limits>

#include "autoencoder/npz.hpp"
#include "cli/options.hpp"
#include "cli/running.hpp"

using namespace autoencoder;

TEST_SUITE("command line") {
    TEST_CASE("--help is there at every level and shows defaults with the equation's tag") {
        const Said top = run({"--help"});
        CHECK(top.status == 0);
        for (const char* command : {"train", "encode", "decode", "reconstruct", "denoise",
                                    "evaluate", "show", "check", "terms", "demo", "info"}) {
            CHECK(contains(top.out, "\n  " + std::string(command)));
            const Said page = run({command, "--help"});
            CHECK(page.status == 0);
            CHECK(contains(page.out, "usage: autoencoder " + std::string(command)));
            CHECK(run({"help", command}).out == page.out);
        }
        const Said sparse = run({"train", "sparse", "--help"});
        CHECK(contains(sparse.out, "--weight-penalty λ"));
        CHECK(contains(sparse.out, "0.003            [weight-penalty]"));
        CHECK(contains(run({"train", "deep", "-h"}).out, "500,250,30"));
    }

    TEST_CASE("the man page and the completions know every command and option") {
        const Said man = run({"--man"}), bash = run({"--completion", "bash"}), zsh = run({"--completion", "zsh"});
        CHECK(contains(man.out, ".SS \\&train sparse"));
        CHECK(contains(man.out, "\\fB\\&\\-\\-weight\\-penalty\\fR \\fI\\&λ\\fR\n\\&keeps the weights small (\\&0.003) "));
        for (const std::string& text : {bash.out, zsh.out}) {
            CHECK(contains(text, "'train pca') "));
            CHECK(contains(text, " --test-fraction "));
            CHECK(contains(text, "shallow sparse denoising deep"));
            CHECK(contains(text, "generate evaluate show"));
            CHECK(contains(text, "--scale) "));
            CHECK(contains(text, "='none standard unit' ;;"));
        }
        CHECK(refused(run({"--completion", "fish"}), "expected bash or zsh, found 'fish'"));
        CHECK(contains(run({"--version"}).out, "autoencoder 0."));
        CHECK(contains(run({"train", "sparse", "--help"}).out, "usage: "));  // nothing is collected any more
    }

    TEST_CASE("what others call an option is answered with our name, and what is near nothing without one") {
        CHECK(refused(run({"train", "sparse", "--lr", "1"}), "no such option; it is called --learning-rate"));
        CHECK(refused(run({"train", "sparse", "--rho=1"}), "it is called --sparsity-target"));
        CHECK_FALSE(contains(run({"train", "sparse", "--xylophone"}).err, "nearest"));
        CHECK_FALSE(contains(run({"qqqqqq"}).err, "nearest"));
    }

    TEST_CASE("a page of help is at most 100 characters wide") {
        for (const char* command :
             {"encode", "decode", "reconstruct", "denoise", "evaluate", "show", "demo"}) {
            std::istringstream lines(run({command, "--help"}).out +
                                     run({"train", "deep", "--help"}).out);
            for (std::string line; std::getline(lines, line);)
                CHECK_MESSAGE(cli::screen_width(line) <= 100, line);
        }
    }

    TEST_CASE("what comes from outside is printed on one line, and acts on no terminal") {
        CHECK(refused(run({"info", "--threads", "a\nb"}), "found 'a\\x0Ab'"));
        CHECK(refused(run({"\x1b[2J"}), "\\x1B[2J"));
        CHECK(refused(run({"evaluate", "no\nwhere\x07.npz"}), "no\\x0Awhere\\x07.npz: cannot be"));
        CHECK(refused(run({"train", "sparse", "--data", "\xFF"}), "--data: expected D in UTF-8, found '\\xFF'"));
        const Scratch scratch;
        const std::string name = "a\n\x1b[2J\xC2\x9B", folder = scratch.path(name),
                          data = scratch.path(name + ".npz"), model = folder + "/model.npz";
        Archive archive;
        archive.add("x", Matrix<float>(4, 3));
        write_npz(data, archive);
        const auto harmless = [&](std::vector<std::string> words) {
            const Said said = run(std::move(words));
            CHECK_MESSAGE(said.status == 0, said.err);
            CHECK(contains(said.out, "a\\"));  // which begins both \x0A and JSON's \u000a
            for (const char c : said.out) CHECK((static_cast<unsigned char>(c) >= 0x20 || c == '\n'));
            CHECK_FALSE(contains(said.out, "\xC2\x9B"));
            return said.out;
        };
        const std::vector<std::string> train = {"train", "shallow", "--data", data, "--out", folder,
                                                "--hidden", "2", "--iterations", "1"};
        CHECK(contains(harmless(train), "  data       "));
        std::vector<std::string> as_json = train;
        as_json.push_back("--json");
        CHECK(contains(harmless(as_json), "\\u000a\\u001b[2J\\u009b"));
        harmless({"evaluate", model, "--data", data});
        harmless({"evaluate", model, "--data", data, "--json"});
        harmless({"reconstruct", model, "--data", data});
        harmless({"terms", model, "--data", data, "--out", folder + "/terms.npz"});
    }

    TEST_CASE("what is not known is named, with the nearest that is") {
        CHECK(refused(run({}), "expected a command"));
        CHECK(refused(run({"trian"}), "no command 'trian'; the nearest is train"));
        CHECK(refused(run({"train"}), "shallow, sparse, denoising, deep, "));
        CHECK(refused(run({"train", "sprase"}), "no kind 'sprase'; the nearest is sparse"));
        CHECK(refused(run({"train", "vae"}), "no kind 'vae', but shallow, sparse"));
        CHECK(refused(run({"train", "sparse", "--hiden", "3"}), "the nearest is --hidden"));
        CHECK(refused(run({"encode", "m.npz", "--laier=1"}), "the nearest is --layer"));
        CHECK(refused(run({"encode"}), "expected MODEL.npz, found nothing"));
        CHECK(refused(run({"encode", "a.npz", "b.npz"}), "found 'b.npz'"));
        CHECK(refused(run({"info", "more"}), "expected options only, found 'more'"));
    }

    TEST_CASE("values out of their range are refused, as both forms of an option") {
        const auto sparse = [](std::vector<std::string> options) {
            options.insert(options.begin(), {"train", "sparse"});
            return run(options);
        };
        CHECK(refused(sparse({"--weight-penalty", "-1"}),
                      "--weight-penalty: expected a number ≥ 0, found '-1'"));
        CHECK(refused(sparse({"--weight-penalty=1e"}), "found '1e'"));
        CHECK(refused(sparse({"--weight-penalty=nan"}), "found 'nan'"));
        CHECK(refused(sparse({"--weight-penalty=inf"}), "found 'inf'"));
        CHECK(refused(sparse({"--sparsity-target", "1"}), "strictly between 0 and 1, found '1'"));
        CHECK(refused(sparse({"--sparsity-target", "0"}), "strictly between 0 and 1, found '0'"));
        CHECK(refused(sparse({"--dropout=1"}), "≥ 0 and < 1, found '1'"));
        CHECK(refused(sparse({"--hidden", "3,,4"}), "--hidden: expected integers ≥ 1"));
        CHECK(refused(sparse({"--hidden", "0"}), "found '0'"));
        CHECK(refused(sparse({"--hidden", "8,4"}), "train deep takes several"));
        CHECK(refused(sparse({"--count", "-3"}),
                      "--count: expected an integer ≥ 1 and < 2^63, found '-3'"));
        CHECK(refused(sparse({"--count"}), "--count: expected N, found nothing"));
        CHECK(refused(sparse({"--out", "--quiet"}), "--out: expected DIR, found --quiet"));
        CHECK(refused(sparse({"--quiet=yes"}), "--quiet: takes no value"));
        CHECK(refused(sparse({"--seed", "9223372036854775808"}),
                      "--seed: expected an integer from 0"));
        CHECK(refused(sparse({"--activation", "sine"}),
                      "sigmoid, tanh, relu or linear, found 'sine'"));
        CHECK(refused(sparse({"--isa", "mmx"}), "--isa: instruction set 'mmx'"));
        CHECK(refused(sparse({"--threads", "0"}),
                      "--threads: expected an integer ≥ 1 and < 2^63, found '0'"));
        CHECK(refused(sparse({"--threads", "100000"}), "--threads: expected 1 to 1024 threads, found 100000"));
    }

    TEST_CASE("an option that would have no effect is refused") {
        CHECK(refused(run({"train", "sparse", "--batch", "9"}), "--batch: has no effect"));
        CHECK(refused(run({"train", "deep", "--iterations", "9"}), "--iterations: has no effect"));
        CHECK(refused(run({"train", "shallow", "--sparsity-target", "0.2"}),
                      "--sparsity-weight is 0"));
        CHECK(refused(run({"train", "shallow", "--quiet", "--json"}), "contradicts --json"));
    }

    TEST_CASE("options that contradict the network are refused before anything is written") {
        const Scratch scratch;
        const std::string folder = scratch.path("run");
        CHECK(
            refused(run(small_run("sparse", folder, {"--activation", "relu"})), "sigmoid or tanh"));
        CHECK(refused(run(small_run("shallow", folder,
                                    {"--loss", "cross_entropy", "--output-activation", "tanh"})),
                      "cross-entropy"));
        CHECK(
            refused(run(small_run("sparse", folder, {"--sparse-layers", "2"})), "1 to 1, found 2"));
        CHECK_FALSE(std::filesystem::exists(folder));
    }

    TEST_CASE("a folder that cannot be written is refused before training") {
        const Scratch scratch;
        const std::string file = scratch.put("file", bytes_of("x"));
        CHECK(refused(run(small_run("sparse", file + "/run")), file + "/run: expected a folder"));
        CHECK(refused(run(small_run("sparse", file)), file));
    }

    TEST_CASE("data that are not there, or not numbers, are refused") {
        const Scratch scratch;
        CHECK(refused(run({"train", "sparse", "--data", "nowhere"}), "nowhere: no such file or folder"));
        Matrix<float> x(3, 4);
        x(1, 2) = std::numeric_limits<float>::quiet_NaN();
        const std::string path = scratch.path("bad.npz");
        Archive archive;
        archive.add("x", x);
        write_npz(path, archive);
        CHECK(refused(run({"train", "sparse", "--data", path, "--out", scratch.path("run")}),
                      "row 1, column 2: expected a finite number"));
        CHECK_FALSE(std::filesystem::exists(scratch.path("run")));
    }

    TEST_CASE("info names the instruction sets and the data") {
        const Said said = run({"info"});
        CHECK(said.status == 0);
        CHECK(contains(said.out, "xsimd"));
        CHECK(contains(said.out, "isa scalar"));
        CHECK(contains(said.out, "10,000 training patterns of 28×28"));
    }
}
