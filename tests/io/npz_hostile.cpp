// Every way to damage an archive.
#include <doctest/doctest.h>

#include "io/npz.hpp"

using namespace autoencoder;
using namespace autoencoder::test;

namespace {

// What is said about the file, without the folder.
std::string refusal(const Bytes& file) {
    const std::string text = complaint([&] { read(file); });
    const std::size_t name = text.find("a.npz: ");
    return name == std::string::npos ? text : text.substr(name);
}

Bytes little32(std::uint32_t value) {
    Bytes bytes;
    append_little(bytes, value);
    return bytes;
}

}  // namespace

TEST_SUITE("io/npz hostile") {
    TEST_CASE("every archive that is cut short, or longer, is refused") {
        for (const Bytes& file : {numpy_stored, numpy_deflated, Small().file}) {
            for (std::size_t size = 0; size < file.size(); ++size) {
                CAPTURE(size);
                const auto end = file.begin() + static_cast<std::ptrdiff_t>(size);
                CHECK(refusal(Bytes(file.begin(), end)).starts_with("a.npz: "));
            }
            Bytes longer = file;
            longer.push_back(0);
            CHECK(refusal(longer).starts_with("a.npz: "));
            longer = file;
            longer.insert(longer.begin(), 0);
            CHECK(refusal(longer).starts_with("a.npz: "));
        }
    }

    TEST_CASE("whatever byte is wrong, it is refused or the arrays are the same") {
        for (const Bytes& file : {numpy_stored, numpy_deflated}) {
            const Archive right = read(file);
            const Scratch scratch;
            for (std::size_t place = 0; place < file.size(); ++place) {
                for (unsigned flip : {0x01u, 0x04u, 0x20u, 0x80u, 0xFFu}) {
                    Bytes wrong = file;
                    wrong[place] = static_cast<std::uint8_t>(wrong[place] ^ flip);
                    const std::string path = scratch.put("a.npz", wrong);
                    Archive archive = right;
                    const std::string text = complaint([&] { archive = read_npz(path); });
                    CAPTURE(place);
                    CAPTURE(flip);
                    CAPTURE(text);
                    CHECK(same(archive, right));
                }
            }
        }
    }

    TEST_CASE("names that lead elsewhere, names that hide something, and names twice are refused") {
        const Small small;
        const auto named = [&](std::string_view name) {
            Bytes file = small.with(30, bytes_of(name));
            std::copy(name.begin(), name.end(),
                      file.begin() + static_cast<std::ptrdiff_t>(small.directory + 46));
            return refusal(file);
        };
        CHECK(named("/.npy") ==
              "a.npz: member '/.npy': expected a plain name, found one that leads "
              "into another folder");
        CHECK(contains(named("\\.npy"), "another folder"));
        CHECK(contains(named("..npy"), "another folder"));
        CHECK(contains(named("\x1b.npy"), "member '\\x1B.npy': expected a name in plain UTF-8"));
        CHECK(contains(named("\xff.npy"), "plain UTF-8"));
        CHECK(contains(named("y.npy"), "different names, found 'y.npy' twice"));
        CHECK(named("x.txt").empty());  // no array: it is left out
        CHECK(contains(refusal(small.with(30, bytes_of("z"))),
                       "same name and method in both headers"));
    }

    TEST_CASE("encrypted members, patches and other methods are refused by name") {
        const Small small;
        CHECK(refusal(small.with(small.directory + 8, {1})) ==
              "a.npz: x.npy: expected a plain member, found an encrypted one");
        CHECK(contains(refusal(small.with(small.directory + 8, {0x20})), "found a patch"));
        CHECK(refusal(small.with(small.directory + 10, {12})) ==
              "a.npz: x.npy: expected compression method 0 (stored) or 8 (deflated), found 12");
    }

    TEST_CASE("a wrong checksum is refused with both values") {
        const Small small;
        Bytes file = small.with(small.directory + 16, {0, 0, 0, 0});
        CHECK(contains(refusal(file), "a.npz: x: expected checksum 0, found "));
    }

    TEST_CASE("sizes and offsets that lead out of the file are refused") {
        const Small small;
        const Bytes huge = little32(0xFFFFFFF0);
        Bytes sizes = small.with(small.directory + 20, huge);
        std::copy(huge.begin(), huge.end(),
                  sizes.begin() + static_cast<std::ptrdiff_t>(small.directory + 24));
        CHECK(contains(refusal(sizes), "expected 4294967280 bytes of data"));
        CHECK(contains(refusal(small.with(small.directory + 24, huge)),
                       "equal sizes of a stored member"));
        CHECK(contains(refusal(small.with(small.directory + 42, huge)),
                       "expected the local header within"));
        CHECK(contains(refusal(small.with(small.end + 16, huge)), "expected a directory of"));
        CHECK(contains(refusal(small.with(small.end + 12, huge)),
                       "expected a directory of 4294967280 bytes"));
        CHECK(contains(refusal(small.with(small.end + 8, {3, 0, 3, 0})),
                       "expected 3 directory entries, found 2"));
        CHECK(contains(refusal(small.with(small.end + 4, {1, 0})), "several disks"));
        // zip64: a number that is said to be elsewhere, and is not.
        CHECK(!refusal(small.with(small.directory + 42, little32(0xFFFFFFFF))).empty());
    }

    TEST_CASE("members that share their bytes are refused") {
        // One member holds a whole other one, headers and all: both are in order by themselves.
        ZipWriter inner;
        inner.add("x.npy", encode_npy(1));
        ZipWriter outer;
        outer.add("y.npy", inner.bytes);
        Bytes entry = inner.directory[0].second;
        const Bytes offset = little32(30 + 5);
        std::copy(offset.begin(), offset.end(), entry.begin() + 42);
        outer.directory.emplace_back("x.npy", entry);
        CHECK(contains(refusal(outer.finish()),
                       "one behind the other, found 'x.npy' within 'y.npy'"));
    }

    TEST_CASE("a member that declares more than its bytes can hold is refused before inflating") {
        ZipWriter zip;
        zip.add("x.npy", Bytes(100, 0));
        const std::size_t directory = zip.bytes.size();
        Bytes file = zip.finish();
        file[8] = file[directory + 10] = 8;
        for (std::size_t i = 0; i < 4; ++i) file[directory + 24 + i] = i == 3 ? 0x7F : 0xFF;
        CHECK(contains(refusal(file), "a.npz: x: expected at most 8388608 bytes when inflated"));
    }

    TEST_CASE("bytes behind the end of a compressed member are refused") {
        // A stream of nothing, and a byte more.
        ZipWriter zip;
        zip.add("x.npy", from_hex("030099"));
        const std::size_t directory = zip.bytes.size();
        Bytes file = zip.finish();
        file[8] = file[directory + 10] = 8;
        file[directory + 24] = 0;
        CHECK(contains(refusal(file), "expected 3 compressed bytes, found the end after 2"));
    }

    TEST_CASE("zip64 sizes, offsets and directories are read") {
        const Bytes array = encode_npy(Array({2}, std::vector<double>{1, 2}));
        ZipWriter zip;
        zip.add("x.npy", array);
        Bytes file = zip.bytes;
        const std::size_t directory = file.size();
        Bytes entry = zip.directory[0].second;
        for (std::size_t place : {20u, 24u, 42u}) {
            for (std::size_t i = 0; i < 4; ++i) entry[place + i] = 0xFF;
        }
        entry[30] = 28;  // an extra field of 4 + 24 bytes
        append_little<std::uint16_t>(entry, 1);
        append_little<std::uint16_t>(entry, 24);
        append_little<std::uint64_t>(entry, array.size());
        append_little<std::uint64_t>(entry, array.size());
        append_little<std::uint64_t>(entry, 0);
        file.insert(file.end(), entry.begin(), entry.end());
        const std::size_t end64 = file.size();
        append_little<std::uint32_t>(file, 0x06064B50);
        append_little<std::uint64_t>(file, 44);
        append_little<std::uint32_t>(file, 45 << 16 | 45);
        append_little<std::uint64_t>(file, 0);
        for (std::size_t number : {std::size_t{1}, std::size_t{1}, end64 - directory, directory}) {
            append_little<std::uint64_t>(file, number);
        }
        append_little<std::uint32_t>(file, 0x07064B50);
        append_little<std::uint32_t>(file, 0);
        append_little<std::uint64_t>(file, end64);
        append_little<std::uint32_t>(file, 1);
        append_little<std::uint32_t>(file, 0x06054B50);
        append_little<std::uint32_t>(file, 0);
        for (int i = 0; i < 3; ++i) append_little<std::uint32_t>(file, 0xFFFFFFFF);
        append_little<std::uint16_t>(file, 0);
        CHECK(read(file).at("x").doubles() == std::vector<double>{1, 2});

        for (std::size_t i = 0; i < 8; ++i) file[end64 + 56 + 8 + i] = 0xFF;  // where its end is
        CHECK(contains(refusal(file), "expected the zip64 end within"));
    }
}
