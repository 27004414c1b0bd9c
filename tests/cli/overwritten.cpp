// What is in a folder already: files that are read, files of the user's, another run, other results.
#include <doctest/doctest.h>

#include <filesystem>
#include <sstream>

#include "autoencoder/npz.hpp"
#include "cli/running.hpp"

using namespace autoencoder;

namespace {

namespace fs = std::filesystem;
using Options = std::vector<std::string>;

struct Place {
    Scratch scratch;
    std::string folder = scratch.path("run"), data = table("data.csv", 0.01);

    /// Patterns of three numbers with a label, as CSV.
    std::string table(const std::string& name, double size) const {
        std::ostringstream text;
        text << "a,b,c,label\n";
        for (int q = 0; q < 12; ++q)
            text << size * q << "," << size * (q * q % 7) << "," << size * (q % 3) << "," << q % 2 << "\n";
        return scratch.put(name, bytes_of(text.str()));
    }
    Said train(Options words, const std::string& patterns, const Options& more = {}) const {
        words.insert(words.begin(), "train");
        if (words[1] != "pca") words.push_back("--quiet");
        words.insert(words.end(), {"--data", patterns, "--out", folder});
        words.insert(words.end(), more.begin(), more.end());
        return run(words);
    }
    std::string in(const std::string& name) const { return folder + "/" + name; }
    std::string copied(const std::string& name) const {
        fs::copy_file(data, in(name), fs::copy_options::overwrite_existing);
        return in(name);
    }
};

const Options shallow = {"shallow", "--hidden", "2", "--iterations", "2"};

}  // namespace

TEST_SUITE("command line: nothing is overwritten") {
    TEST_CASE("vectors replace vectors, and no other manifest") {
        const Scratch scratch;
        const Options words = {"vectors", "--out", scratch.path("v"), "--only", "one-hidden-unit"};
        CHECK(run(words).status == 0);
        CHECK(run(words).status == 0);
        const Bytes mine = bytes_of("{\"name\": \"mine\"}");
        scratch.put("v/manifest.json", mine);
        CHECK(refused(run(words), "manifest.json is there and is not of `vectors`"));
        CHECK(read_file(scratch.path("v/manifest.json")) == mine);
    }

    TEST_CASE("a run writes over no file that it reads, and removes none that no run writes") {
        const Place place;
        REQUIRE(place.train(shallow, place.data).status == 0);
        const Bytes before = read_file(place.data);
        for (const char* name : {"log.csv", "head.csv", "stage1.csv"}) {
            const std::string read = place.copied(name);
            CHECK(refused(place.train(shallow, read), "--out: the run would write over " + read));
            CHECK(refused(place.train(shallow, place.data, {"--test-data", read}), read));
            CHECK(read_file(read) == before);
        }
        CHECK(refused(place.train({"classifier", "--pretrained", place.folder}, place.data), place.in("model.npz")));
        const std::string mine = place.copied("features.csv");
        CHECK(place.train(shallow, mine).status == 0);
        CHECK(read_file(mine) == before);
        CHECK_FALSE(fs::exists(place.in("head.csv")));
    }

    TEST_CASE("without --overwrite nothing is replaced, also where there is no run") {
        const Place place;
        fs::create_directory(place.folder);
        const std::string log = place.copied("log.csv");
        CHECK(refused(place.train(shallow, place.data, {"--no-overwrite"}), "holds log.csv"));
        CHECK(refused(place.train(shallow, log, {"--no-overwrite"}), "another --out"));
        CHECK(refused(place.train({"pca", "--hidden", "2"}, place.data, {"--no-overwrite"}), "holds log.csv"));
        CHECK(read_file(log) == read_file(place.data));
        fs::rename(log, place.in("notes.csv"));
        CHECK(place.train(shallow, place.data, {"--no-overwrite"}).status == 0);
    }

    TEST_CASE("--overwrite loses nothing where nothing is saved, and leaves nothing stale beside new results") {
        const Place place;
        const std::string huge = place.table("huge.csv", 1e37);
        const Options stack = {"stacked", "--hidden", "2,2", "--iterations", "2"};
        REQUIRE(place.train(stack, place.data).status == 0);
        const Bytes model = read_file(place.in("model.npz")), log = read_file(place.in("stage1.csv"));
        for (Options words : {shallow, stack}) {
            words.insert(words.end(), {"--output-activation", "linear", "--checkpoint", "1"});
            const Said said = place.train(words, huge);
            CHECK(refused(said, "nothing is saved"));
            CHECK(contains(said.err, place.folder + " holds what it held"));
            CHECK(read_file(place.in("model.npz")) == model);
            CHECK(read_file(place.in("stage1.csv")) == log);
        }
        CHECK(place.train(stack, place.data, {"--seed", "2"}).status == 0);
        for (const char* name : {"stage1.csv", "stage2.csv", "stage2.svg"}) CHECK(fs::exists(place.in(name)));
        CHECK(read_file(place.in("stage1.csv")) != log);
        CHECK(place.train(shallow, place.data, {"--checkpoint", "1"}).status == 0);
        CHECK_FALSE(fs::exists(place.in("stage1.csv")));
        CHECK(fs::exists(place.in("log.csv")));
        CHECK(place.train({"pca", "--hidden", "2"}, place.data).status == 0);
        for (const char* name : {"checkpoint.npz", "log.csv"}) CHECK_FALSE(fs::exists(place.in(name)));
    }

    TEST_CASE("a result replaces an earlier one of its command and nothing else, and is called .npz") {
        const Place place;
        REQUIRE(place.train(shallow, place.data, {"--checkpoint", "1"}).status == 0);
        const std::string other = place.table("other.npz", 1), codes = place.scratch.path("codes.npz");
        const auto use = [&](const char* command, const std::string& out) {
            return run({command, place.folder, "--data", place.data, "--out", out});
        };
        for (int twice = 0; twice < 2; ++twice) CHECK(use("encode", codes).status == 0);
        fs::copy_file(place.in("model.npz"), place.scratch.path("model2.npz"));
        for (const char* command : {"encode", "reconstruct", "denoise", "terms"}) {
            for (const std::string& out : {other, place.in("checkpoint.npz"), place.scratch.path("model2.npz")}) {
                const Bytes before = read_file(out);
                CHECK(refused(use(command, out), "is no result of `" + std::string(command)));
                CHECK(read_file(out) == before);
            }
            for (const char* name : {"x.csv", "x.npy", "x"}) {
                CHECK(refused(use(command, place.scratch.path(name)), "x.npz, found "));
                CHECK_FALSE(fs::exists(place.scratch.path(name)));
            }
        }
        CHECK(refused(use("terms", codes), "another --out"));
        CHECK(refused(use("encode", place.in("log.csv")), "FILE.npz"));
    }
}
