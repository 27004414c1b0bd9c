// `autoencoder validate` and `autoencoder vectors` as programs: files in, exit status out.
#include <doctest/doctest.h>

#include "cases.hpp"
#include "cli/running.hpp"
#include "conformance/cases.hpp"

using namespace autoencoder;
using namespace autoencoder::test;

TEST_SUITE("diagnosis") {
    TEST_CASE("validate passes right numbers with 0, names a mistake with 1, refuses with 2") {
        const Scratch scratch;
        const std::string in = scratch.path("case.npz"), theirs = scratch.path("theirs.npz");
        Archive archive = with(chain({5, 3, 5}, 7), "weight_penalty", 0.1);
        archive = with(with(archive, "sparsity_weight", 0.8), "sparsity_target", 0.2);
        write_npz(in, archive);
        const Case c = read_case(archive);
        write_npz(theirs, compute_terms(c));
        const Said right = run({"validate", in, theirs});
        CHECK(right.status == 0);
        CHECK(contains(right.out, "all that they have agrees with ours"));

        write_npz(theirs, terms_with(c, std::vector<std::string>{"kl-outside-derivative"}));
        const Said wrong = run({"validate", in, theirs});
        CHECK(wrong.status == 1);
        CHECK(contains(wrong.out,
                       "delta1, grad_b1 and grad_W1 are what comes out when the sparsity "
                       "term is added outside f'(s) (kl-outside-derivative): see "
                       "[delta-sparse]"));
        const Said json = run({"validate", in, theirs, "--json"});
        CHECK(json.status == 1);
        CHECK(contains(json.out, "\"mistakes\": \"kl-outside-derivative\""));
        CHECK(contains(json.out, "\"first_wrong\": \"delta1\""));

        write_npz(theirs, terms_with(c, std::vector<std::string>{"sum-not-mean"}));
        CHECK(run({"validate", in, theirs}).status == 0);

        write_npz(theirs, with({}, "gard_W1", 1.0));
        CHECK(refused(run({"validate", in, theirs}), "the nearest is 'grad_W1'"));
        write_npz(theirs, with({}, "cost", "low"));
        CHECK(refused(run({"validate", in, theirs}), "expected numbers"));
        write_npz(theirs, Archive{});
        CHECK(refused(run({"validate", in, theirs}), "expected at least one term"));
        scratch.put("theirs.npz", Bytes{'P', 'K', 3, 4, 0, 0});
        CHECK(run({"validate", in, theirs}).status == 2);
    }

    TEST_CASE("of a class a line each is printed, and the status says whether all agree") {
        const Scratch scratch;
        const std::string in = scratch.path("case.npz"), folder = scratch.path("class");
        Archive archive = with(chain({5, 3, 5}, 7), "weight_penalty", 0.1);
        archive = with(with(archive, "sparsity_weight", 0.8), "sparsity_target", 0.2);
        write_npz(in, archive);
        const Case c = read_case(archive);
        std::filesystem::create_directories(folder + "/dora");
        std::filesystem::create_directories(folder + "/emil");
        write_npz(folder + "/ada.npz", compute_terms(c));
        write_npz(folder + "/ben.npz", terms_with(c, std::vector<std::string>{"kl-outside-derivative"}));
        write_npz(folder + "/dora/theirs.npz", compute_terms(c));
        for (const auto& [key, array] : compute_terms(c).entries)
            write_npy(folder + "/emil/" + key + ".npy", array);
        scratch.put("class/readme.md", bytes_of("x"));
        const Said most = run({"validate", in, folder});
        CHECK(most.status == 1);
        CHECK(most.out == "ada   agrees\nben   WRONG: kl-outside-derivative\ndora  agrees\n"
                          "emil  agrees\n3 of 4 agree\n");
        scratch.put("class/cleo.mat", bytes_of("MATLAB 7.3 MAT-file"));
        const Said json = run({"validate", in, folder, "--json"});
        CHECK(json.status == 1);
        CHECK(contains(json.out, "{\"student\": \"ben\", \"agrees\": false, \"says\": \"kl-outside"));
        CHECK(contains(json.out, "save with -v7"));
        const Said both = run({"validate", in, folder + "/ada.npz", folder + "/dora"});
        CHECK(both.status == 0);
        CHECK(contains(both.out, "2 of 2 agree"));
        std::filesystem::create_directories(scratch.path("none"));
        CHECK(refused(run({"validate", in, scratch.path("none")}), "folders of students, found none"));
    }

    TEST_CASE("a shape that no layout explains is said, and is not agreement") {
        const Case c = random_case(Sort::sparse, 2);
        Archive theirs = only(terms_with(c, {}), {"cost", "grad_"});
        for (auto& [key, array] : theirs.entries)
            if (key == "grad_b1") array = filled({2, 3, 7}, [](std::size_t) { return 0.0; });
        const Diagnosis d = diagnose(c, theirs);
        CHECK_FALSE(d.agrees);
        CHECK(contains(d.sentences.at(0), "grad_b1 has shape (2, 3, 7) where"));
    }

    TEST_CASE(
        "vectors writes a case with its formulas, right and with every mistake that it shows") {
        const Scratch scratch;
        const std::string out = scratch.path("v");
        REQUIRE(run({"vectors", "--out", out, "--only", "one-hidden-unit"}).status == 0);
        const Bytes bytes = read_file(out + "/manifest.json");
        const std::string manifest(bytes.begin(), bytes.end());
        CHECK(contains(manifest, "x_k = 0.05 + 0.9·(((37k + 11) mod 101)/101)"));
        CHECK(contains(manifest, "weight_penalty = 0.03"));
        CHECK(contains(manifest, "\"id\": \"kl-reversed\""));
        const std::string folder = out + "/one-hidden-unit/", in = folder + "case.npz";
        CHECK(run({"validate", in, folder + "right.npz"}).status == 0);
        const Said wrong = run({"validate", in, folder + "kl-reversed.npz"});
        CHECK(wrong.status == 1);
        CHECK(contains(wrong.out, "(kl-reversed)"));
        CHECK(refused(run({"vectors"}), "--out: expected DIR"));
        CHECK(refused(run({"vectors", "--out", out, "--only", "none"}), "found 'none'"));
    }
}
