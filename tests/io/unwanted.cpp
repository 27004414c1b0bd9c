// Memory by the size of the file: what nobody wants is not decoded, and no small file becomes a large one.
#include <doctest/doctest.h>

#include "autoencoder/data.hpp"
#include "autoencoder/model.hpp"
#include "base/formats.hpp"
#include "base/inflate.hpp"
#include "base/npy.hpp"
#include "base/zip.hpp"
#include "cli/checkpoint.hpp"
#include "cli/running.hpp"
#include "diagnosis/theirs.hpp"
#include "diagnosis/vectors.hpp"
#include "exchange/names.hpp"
#include "io/foreign.hpp"

using namespace autoencoder;

namespace {

/// x, and a member that nobody can decode.
Bytes npz_with_a_trap(const Archive& archive, const std::string& trap) {
    ZipWriter zip;
    zip.add(trap + ".npy", bytes_of("no array"));
    for (const auto& [key, array] : archive.entries) zip.add(key + ".npy", encode_npy(array));
    return zip.finish();
}

Archive patterns() {
    Archive archive;
    archive.add("x", Matrix<float>(3, 2));
    return archive;
}

bool wants_x(std::string_view key) { return key == "x"; }

/// An .npz file of one deflated member that is said to hold so many bytes.
Bytes npz_of(std::size_t bytes) {
    ZipWriter zip;
    zip.add("x.npy", Bytes(19000));
    const std::size_t directory = zip.bytes.size();
    Bytes file = zip.finish();
    file[8] = file[directory + 10] = 8;  // deflated
    const Bytes size = test::words_of({bytes});
    std::copy(size.begin(), size.end(), file.begin() + std::ptrdiff_t(directory + 24));
    return file;
}

}  // namespace

TEST_SUITE("io/unwanted") {
    TEST_CASE("of any format only what is wanted is decoded, and the rest is named") {
        const Scratch scratch;
        const std::string npz = scratch.put("a.npz", npz_with_a_trap(patterns(), "note"));
        CHECK(complaint([&] { read_archive(npz); }) != "");
        Archive archive = read_archive(npz, wants_x);
        CHECK(archive.entries.size() == 1);
        CHECK(archive.unread == std::vector<std::string>{"note"});

        // A text of no code points, in MATLAB's two versions; a boolean of 7; an array that is none.
        Bytes mat = test::mat_file(patterns(), false);
        test::append(mat, test::mat_variable("note", 4, {1, 1}, 4, from_hex("00d8")));
        const std::string tensors = scratch.put(
            "a.safetensors",
            test::safetensors_file(
                "{\"x\": {\"dtype\": \"U8\", \"shape\": [2], \"data_offsets\": [0, 2]}, "
                "\"note\": {\"dtype\": \"BOOL\", \"shape\": [1], \"data_offsets\": [2, 3]}}",
                {1, 2, 7}));
        std::filesystem::create_directory(scratch.path("folder"));
        scratch.put("folder/x.npy", encode_npy(Matrix<float>(3, 2)));
        scratch.put("folder/note.npy", bytes_of("no array"));
        for (const std::string& path :
             {scratch.put("a.mat", mat), tensors, scratch.path("folder")}) {
            CAPTURE(path);
            CHECK(complaint([&] { read_archive(path); }) != "");
            archive = read_archive(path, wants_x);
            CHECK(archive.find("x") != nullptr);
            CHECK(archive.unread == std::vector<std::string>{"note"});
        }
    }

    TEST_CASE("data, models, cases, results and checkpoints want what they know") {
        const Scratch scratch;
        const Dataset data =
            load_data(scratch.put("a.npz", npz_with_a_trap(patterns(), "note")), Split::train);
        CHECK(data.remarks == std::vector<std::string>{"'note' is not read"});
        // The patterns of the other split are not decoded either, but known of.
        const std::string with_test = scratch.put("b.npz", npz_with_a_trap(patterns(), "x_test"));
        CHECK(load_data(with_test, Split::train).has_test);
        CHECK(complaint([&] { load_data(with_test, Split::test); }) != "");

        const diagnosis::TestVector vector = diagnosis::test_vectors()[0];
        const Case c = read_case(vector.archive);
        const auto read = [&](const Archive& archive, const Wanted& wanted) {
            return read_npz(scratch.put("c.npz", npz_with_a_trap(archive, "zzzz")), wanted);
        };
        CHECK(contains(complaint([&] { read_case(read(vector.archive, means_something)); }),
                       "unknown key 'zzzz'"));
        CHECK(contains(complaint([&] {
                           diagnosis::read_theirs(c,
                                                  read(compute_terms(c), diagnosis::wanted_of(c)));
                       }),
                       "zzzz: expected a term of the case"));
        save_model(scratch.path("model.npz"), {c.network, c.theta, 0, 0, {}});
        const std::string model =
            scratch.put("m.npz", npz_with_a_trap(read_npz(scratch.path("model.npz")), "zzzz"));
        CHECK(contains(complaint([&] { load_model(model); }), "unknown key 'zzzz'"));
        // All that is known is wanted.
        for (const auto& [key, array] : vector.archive.entries) CHECK(means_something(key));
        for (const auto& [key, array] : read_npz(scratch.path("model.npz")).entries)
            CHECK(means_something(key));
        for (const auto& [key, array] : compute_terms(c).entries)
            CHECK(diagnosis::wanted_of(c)(key));
    }

    TEST_CASE("a checkpoint wants all that a run has written into it, and nothing else") {
        const Scratch scratch;
        write_npz(scratch.path("data.npz"), patterns());
        for (const char* kind : {"sparse", "stacked"}) {
            const std::string folder = scratch.path(kind), file = folder + "/checkpoint.npz";
            CtrlCAfter out("iteration 1", "");
            REQUIRE(run_with({"train", kind, "--data", scratch.path("data.npz"), "--hidden", "2",
                              "--iterations", "3", "--checkpoint", "1", "--out", folder},
                             out)
                        .status == 1);
            const Archive all = read_npz(file);
            CHECK(cli::load_checkpoint(file).entries.size() == all.entries.size());
            CHECK(cli::load_checkpoint(scratch.put("trap.npz", npz_with_a_trap(all, "note")))
                      .unread == std::vector<std::string>{"note"});
        }
    }

    TEST_CASE("a small file does not become a large one") {
        const Scratch scratch;
        const std::size_t most = most_inflated(20000);
        CHECK(most == std::size_t{1} << 23);
        CHECK(most_inflated(1 << 20) == 200u << 20);
        CHECK(contains(complaint([&] { read_npz(scratch.put("a.npz", npz_of(most + 1))); }),
                       "x: expected at most 8388608 bytes when inflated, in a file of this size, "
                       "found 8388609"));
        CHECK(contains(complaint([&] { read_npz(scratch.put("a.npz", npz_of(most))); }),
                       "compressed stream"));
        // Where it is not wanted it is not inflated.
        CHECK(read_npz(scratch.put("a.npz", npz_of(most + 1)), [](auto) {
                  return false;
              }).unread.size() == 1);
    }
}
