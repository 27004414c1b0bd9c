// `validate` with files that nobody should trust: one line on stderr, exit status 2, and no more
// memory than the file is large.
#include <doctest/doctest.h>

#include <algorithm>

#include "cases.hpp"
#include "cli/running.hpp"
#include "conformance/cases.hpp"
#include "base/npy.hpp"
#include "base/zip.hpp"

using namespace autoencoder;
using namespace autoencoder::test;

namespace {

/// Every place of `from` in the file becomes `to`, which is as long.
Bytes replaced(Bytes file, std::string_view from, std::string_view to) {
    REQUIRE(from.size() == to.size());
    for (auto at = file.begin();;) {
        at = std::search(at, file.end(), from.begin(), from.end());
        if (at == file.end()) return file;
        at = std::copy(to.begin(), to.end(), at);
    }
}

/// An archive whose only member is right but for its header, checksum included.
Bytes with_header(const std::string& descr, const std::string& shape) {
    std::string header =
        "{'descr': " + descr + ", 'fortran_order': False, 'shape': " + shape + ", }";
    header.resize(117, ' ');
    Bytes npy = bytes_of(std::string("\x93NUMPY\x01\x00\x76\x00", 10) + header + "\n");
    npy.resize(npy.size() + 64);
    ZipWriter zip;
    zip.add("grad_W1.npy", npy);
    return zip.finish();
}

struct Files {
    Scratch scratch;
    std::string in = scratch.path("case.npz");
    Bytes right;

    Files() {
        const Archive archive = with(chain({5, 3, 5}, 7), "weight_penalty", 0.1);
        write_npz(in, archive);
        write_npz(scratch.path("right.npz"), compute_terms(read_case(archive)));
        right = read_file(scratch.path("right.npz"));
    }
    Said validate(const Bytes& theirs) const {
        return run({"validate", in, scratch.put("theirs.npz", theirs)});
    }
};

}  // namespace

TEST_SUITE("diagnosis") {
    TEST_CASE("a truncated archive is refused at every length, as THEIRS and as CASE") {
        const Files files;
        REQUIRE(files.validate(files.right).status == 0);
        for (std::size_t size = 0; size < files.right.size(); size += 1 + size / 16) {
            CAPTURE(size);
            const Bytes part(files.right.begin(), files.right.begin() + std::ptrdiff_t(size));
            CHECK(refused(files.validate(part), "theirs.npz"));
        }
        const Bytes whole = read_file(files.in);
        const std::string half =
            files.scratch.put("half.npz", Bytes(whole.begin(), whole.begin() + 500));
        CHECK(refused(run({"validate", half, files.in}), "half.npz"));
    }

    TEST_CASE("a wrong checksum, paths in names and pickled objects are refused by name") {
        const Files files;
        Bytes flipped = files.right;
        flipped[150] ^= 1;  // among the first member's numbers
        CHECK(refused(files.validate(flipped), "checksum"));
        for (const char* name : {"../d_b1.npy", "/rad_b1.npy", "gra/_b1.npy", "gra\\_b1.npy"}) {
            CAPTURE(name);
            CHECK(refused(files.validate(replaced(files.right, "grad_b1.npy", name)), "name"));
        }
        CHECK(refused(files.validate(with_header("'|O'", "(3, 5)")), "|O"));
        CHECK(refused(files.validate(with_header("'<c16'", "(2, 2)")), "<c16"));
        CHECK(refused(files.validate(with_header("[('a', '<f8')]", "(8,)")), "grad_W1"));
    }

    TEST_CASE("huge, negative and senseless shapes are refused before anything is allocated") {
        const Files files;
        for (const char* shape :
             {"(4294967296, 4294967296)", "(18446744073709551615,)", "(1000000000000,)", "(-1,)",
              "(3, -5)", "(2305843009213693952, 8)", "(99999999999999999999999,)", "(3, 5",
              "(3; 5)", "3", "(0x8,)", "(8.0,)", "(9,)", "(7,)"}) {
            CAPTURE(shape);
            CHECK(refused(files.validate(with_header("'<f8'", shape)), "grad_W1"));
        }
        CHECK(refused(files.validate(with_header("'<U2305843009213693951'", "()")), "grad_W1"));
        CHECK(refused(files.validate(with_header("'<f-8'", "(8,)")), "grad_W1"));
    }

    TEST_CASE("a folder stands for an archive with a file KEY.npy for each key") {
        const Files files;
        const std::string folder = files.scratch.path("theirs");
        std::filesystem::create_directory(folder);
        for (const auto& [key, array] : read_npz(files.scratch.path("right.npz")).entries)
            write_npy(folder + "/" + key + ".npy", array);
        CHECK(run({"validate", files.in, folder}).status == 0);
        files.scratch.put("theirs/notes.txt", bytes_of("x"));
        const Said said = run({"validate", files.in, folder});
        CHECK(said.status == 0);
        CHECK(contains(said.out, "left out: 'notes.txt', no .npy or .csv"));
        std::filesystem::remove(folder + "/notes.txt");
        files.scratch.put("theirs/grad_W1.npy", bytes_of("no array"));
        CHECK(refused(run({"validate", files.in, folder}), "grad_W1.npy"));
    }
}
