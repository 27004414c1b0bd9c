// Archives of arrays: what NumPy wrote, what we write, and every way to damage them; one file, since all damage one archive.
#include <doctest/doctest.h>

#include <functional>
#include <limits>

#include "autoencoder/npz.hpp"
#include "base/bytes.hpp"
#include "base/crc32.hpp"
#include "base/npy.hpp"
#include "base/zip.hpp"
#include "scratch.hpp"

using namespace autoencoder;

namespace {

// numpy.savez('s.npz', x=np.arange(4, dtype='<f4').reshape(2, 2))
const Bytes numpy_stored = from_hex(
    "504b03041400000000000000210091f4e7db900000009000000005001400782e6e70790100100090000000000000"
    "009000000000000000934e554d5059010076007b276465736372273a20273c6634272c2027666f727472616e5f6f"
    "72646572273a2046616c73652c20277368617065273a2028322c2032292c207d2020202020202020202020202020"
    "20202020202020202020202020202020202020202020202020202020202020202020202020202020202020200a00"
    "0000000000803f0000004000004040504b010214031400000000000000210091f4e7db9000000090000000050000"
    "000000000000000000800100000000782e6e7079504b0506000000000100010033000000c70000000000");

// numpy.savez_compressed('c.npz', x=np.arange(6, dtype='>f8').reshape(3, 2).T, activation='tanh')
const Bytes numpy_deflated = from_hex(
    "504b0304140000000800000021009abf5a1557000000b000000005001400782e6e707901001000b0000000000000"
    "0057000000000000009bec17ea1b10c9c850c650ad9e925a9c5ca46ea5a06e9766a1aea3a09e965f54529498179f"
    "5f94920a120f292a4d050a17672416a402b91a463a0ac69a3a0ab50ae4032e0628b0ff00a11da07c070e282d00a5"
    "45203400504b03041400000008000000210079bc4e8e4e000000900000000e00140061637469766174696f6e2e6e"
    "70790100100090000000000000004e000000000000009bec17ea1b10c9c850c650ad9e925a9c5ca46ea5a06e136a"
    "a2aea3a09e965f54529498179f5f94920a12774bcc294e058a17672416a402f91a9a3a0ab50a1401ae1206068644"
    "20ce03e20c200600504b01021403140000000800000021009abf5a1557000000b000000005000000000000000000"
    "0000800100000000782e6e7079504b010214031400000008000000210079bc4e8e4e000000900000000e00000000"
    "0000000000000080018e00000061637469766174696f6e2e6e7079504b050600000000020002006f0000001c0100"
    "000000");

bool same(const Archive& a, const Archive& b) {
    const auto equal = [](const auto& left, const auto& right) {
        return left.first == right.first && left.second.shape == right.second.shape &&
               left.second.values == right.second.values;
    };
    return std::equal(a.entries.begin(), a.entries.end(), b.entries.begin(), b.entries.end(),
                      equal);
}

Bytes written(const Archive& archive) {
    const Scratch scratch;
    write_npz(scratch.path("a.npz"), archive);
    return read_file(scratch.path("a.npz"));
}

Archive read(const Bytes& file) {
    const Scratch scratch;
    return read_npz(scratch.put("a.npz", file));
}

// As NumPy writes it, with so many texts of a letter.
Bytes texts_of_a_letter(std::size_t count) {
    Bytes npy = npy_header("|S1", {count});
    npy.resize(npy.size() + count, 'a');
    ZipWriter zip;
    zip.add("x.npy", npy);
    return zip.finish();
}

// What is said about the file, without the folder.
std::string refusal(const Bytes& file) {
    const std::string text = complaint([&] { read(file); });
    const std::size_t name = text.find("a.npz: ");
    return name == std::string::npos ? text : text.substr(name);
}

// A small archive of two members, and where its parts begin.
struct Small {
    Bytes file = written([] {
        Archive archive;
        archive.add("x", 1);
        archive.add("y", "tanh");
        return archive;
    }());
    std::size_t directory = load_little<std::uint32_t>(file.data() + file.size() - 6);
    std::size_t end = file.size() - 22;

    Bytes with(std::size_t place, const Bytes& bytes) const {
        Bytes changed = file;
        std::copy(bytes.begin(), bytes.end(), changed.begin() + static_cast<std::ptrdiff_t>(place));
        return changed;
    }
};

Bytes little32(std::uint32_t value) {
    Bytes bytes;
    append_little(bytes, value);
    return bytes;
}

}  // namespace

TEST_SUITE("io/npz") {
    TEST_CASE("texts take more memory than their letters, and are few") {
        CHECK(read(texts_of_a_letter(65536)).at("x").texts().size() == 65536);
        const Scratch scratch;
        const std::string path = scratch.put("a.npz", texts_of_a_letter(65537));
        CHECK(contains(complaint([&] { read_npz(path); }), "x: expected at most 65536 texts, found 65537"));
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
        CHECK(contains(refusal(file), "a.npz: x: expected 2147483647 bytes when inflated"));
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
