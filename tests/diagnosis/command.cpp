// `autoencoder validate` and `autoencoder vectors` as programs: files in, exit status out.
#include <doctest/doctest.h>

#include <algorithm>

#include "cases.hpp"
#include "cli/running.hpp"
#include "conformance/cases.hpp"
#include "io/crc32.hpp"

using namespace autoencoder;
using namespace autoencoder::test;

namespace {

/// Every file below a folder in the order of their names, as one checksum of names and bytes.
std::uint32_t checksum(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.is_regular_file()) paths.push_back(entry.path());
    std::sort(paths.begin(), paths.end());
    Bytes all;
    for (const auto& path : paths) {
        const std::string name = path.lexically_relative(folder).generic_string();
        all.insert(all.end(), name.begin(), name.end());
        const Bytes bytes = read_file(path.string());
        all.insert(all.end(), bytes.begin(), bytes.end());
    }
    return crc32(all);
}

}  // namespace

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

        write_npz(theirs, with({}, "gradW1", 1.0));
        CHECK(refused(run({"validate", in, theirs}), "the nearest is 'grad_W1'"));
        write_npz(theirs, with({}, "cost", "low"));
        CHECK(refused(run({"validate", in, theirs}), "expected numbers"));
        write_npz(theirs, Archive{});
        CHECK(refused(run({"validate", in, theirs}), "expected at least one term"));
        scratch.put("theirs.npz", Bytes{'P', 'K', 3, 4, 0, 0});
        CHECK(run({"validate", in, theirs}).status == 2);
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

    TEST_CASE("vectors writes the same bytes on every unit, and every mistake that is built") {
        const Scratch scratch;
        for (const kernels::Unit* unit : kernels::available()) {
            CAPTURE(unit->name);
            const std::string out = scratch.path(unit->name);
            CHECK(run({"vectors", "--out", out, "--isa", unit->name}).status == 0);
            CHECK(checksum(out) == 745380645);
        }
        const std::string any = scratch.path(kernels::available().front()->name);
        for (const KnownMistake& known : known_mistakes()) {
            CAPTURE(known.id);
            bool written = false;
            for (const auto& folder : std::filesystem::directory_iterator(any))
                written |=
                    std::filesystem::exists(folder.path() / (std::string(known.id) + ".npz"));
            CHECK(written == known.built);
        }
        CHECK(refused(run({"vectors"}), "--out: expected DIR"));
    }

    TEST_CASE("the inputs of the vectors can be made from the formulas in the manifest alone") {
        const Scratch scratch;
        REQUIRE(run({"vectors", "--out", scratch.path("v")}).status == 0);
        const Bytes bytes = read_file(scratch.path("v/manifest.json"));
        const std::string manifest(bytes.begin(), bytes.end());
        CHECK(contains(manifest, "x_k = 0.05 + 0.9·(((37k + 11) mod 101)/101)"));
        CHECK(contains(manifest, "weight_penalty = 0.03"));
        const std::vector<double> x = read_npz(scratch.path("v/sparse/case.npz")).at("x").doubles();
        for (std::size_t k = 0; k < x.size(); ++k)
            CHECK(x[k] == 0.05 + 0.9 * (double((37 * k + 11) % 101) / 101));
    }
}
