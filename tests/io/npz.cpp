// Archives of arrays: what NumPy wrote, and what we write.
#include "io/npz.hpp"

#include <doctest/doctest.h>

using namespace autoencoder;
using namespace autoencoder::test;

namespace {

// As NumPy writes it, with so many texts of a letter.
Bytes texts_of_a_letter(std::size_t count) {
    Bytes npy = npy_header("|S1", {count});
    npy.resize(npy.size() + count, 'a');
    ZipWriter zip;
    zip.add("x.npy", npy);
    return zip.finish();
}

}  // namespace

TEST_SUITE("io/npz") {
    TEST_CASE("texts take more memory than their letters, and are few") {
        CHECK(read(texts_of_a_letter(65536)).at("x").texts().size() == 65536);
        const Scratch scratch;
        const std::string path = scratch.put("a.npz", texts_of_a_letter(65537));
        CHECK(contains(complaint([&] { read_npz(path); }),
                       "x: expected at most 65536 texts, found 65537"));
    }

    TEST_CASE("what numpy.savez wrote is read") {
        const Archive archive = read(numpy_stored);
        REQUIRE(archive.entries.size() == 1);
        const Array& x = archive.at("x");
        CHECK(x.shape == Array::Shape{2, 2});
        CHECK(std::get<std::vector<float>>(x.values) == std::vector<float>{0, 1, 2, 3});
        CHECK(x.origin.ends_with("a.npz: x"));
    }

    TEST_CASE(
        "what numpy.savez_compressed wrote is read: deflated, big endian, Fortran order, text") {
        const Archive archive = read(numpy_deflated);
        REQUIRE(archive.entries.size() == 2);
        CHECK(archive.entries[0].first == "x");
        CHECK(archive.at("x").shape == Array::Shape{2, 3});
        CHECK(archive.at("x").doubles() == std::vector<double>{0, 2, 4, 1, 3, 5});
        CHECK(archive.at("activation").text() == "tanh");
    }

    TEST_CASE("everything that is written is read again, bit for bit") {
        Archive archive;
        archive.add("real32", Array({2, 3}, std::vector<float>{0, -0.0f, 1, 2, 1e-45f, 3e38f}));
        archive.add("real64", Array({1, 1, 2}, std::vector<double>{5e-324, -1.7e308}));
        archive.add("integer", Array({2}, std::vector<std::int64_t>{
                                              std::numeric_limits<std::int64_t>::min(),
                                              std::numeric_limits<std::int64_t>::max()}));
        archive.add("byte", Array({3}, std::vector<std::uint8_t>{0, 128, 255}));
        archive.add("text", "Größe → ∞");
        archive.add("list", Array(std::vector<std::string>{"sigmoid", "", "linear"}));
        archive.add("none", Array({0, 784}, std::vector<float>{}));
        archive.add("schlüssel", 0.5);
        CHECK(same(read(written(archive)), archive));
        CHECK(read(written(Archive{})).entries.empty());
    }

    TEST_CASE("the same arrays give the same bytes, with the first time that ZIP knows") {
        const Small small;
        CHECK(written(read(small.file)) == small.file);
        CHECK(load_little<std::uint16_t>(small.file.data() + 10) == 0);
        CHECK(load_little<std::uint16_t>(small.file.data() + 12) == 0x21);
    }

    TEST_CASE("an array alone is written to an .npy file and read again") {
        const Scratch scratch;
        const Array array({2, 2}, std::vector<double>{1, 2, 3, 4});
        write_npy(scratch.path("a.npy"), array);
        CHECK(read_npy(scratch.path("a.npy")).doubles() == array.doubles());
        CHECK(contains(complaint([&] { read_npz(scratch.path("a.npy")); }),
                       "expected a ZIP archive"));
    }

    TEST_CASE("names that a ZIP archive cannot hold safely are not written") {
        const Scratch scratch;
        for (const char* name : {"", "a/b", "a\\b", "..", "a..b", "a\nb", "\xFF"}) {
            CAPTURE(name);
            Archive archive;
            archive.add(name, 1);
            CHECK_THROWS_AS(write_npz(scratch.path("a.npz"), archive), std::invalid_argument);
        }
        CHECK(std::filesystem::is_empty(scratch.folder));
    }
}
