// Files of other programs: MATLAB's and Octave's, safetensors, tables, folders; told apart by their first
// bytes; and every way to damage them.
#include "io/foreign.hpp"

#include <doctest/doctest.h>

#include "base/formats.hpp"

using namespace autoencoder;
using namespace autoencoder::test;

namespace {

// Octave 7: cost = 1.5; s = 'hi'; i8 = int8([1 -2; 3 4]); M = [1 2 3; 4 5 6]; save('-v7', …)
const Bytes octave_7 = from_hex(
    "4d41544c414220352e30204d41542d66696c652c207772697474656e206279204f637461766520372e332e302c20"
    "323032362d31312d32392030353a32323a3430205554432020202020202020202020202020202020202020202020"
    "20202020202020202020202020202020202020202020202020202020202020200001494d0f00000028000000789c"
    "e3636060b000623620e680d28c40cc0ae533c2310b43727e710927541c027ed803003a9203710f0000002b000000"
    "789ce36360603000623620e60062162066046256281fc46602d38c0cc5405a10a82283219301001aa001bd0f0000"
    "0027000000789ce36360603000623620e6806246206685b299a0981148665a8068160646e67f2c001c7102160f00"
    "000039000000789ce36360604800623620e680d28c40cc0ae533013133588c91c117487302b101030c7cb087d002"
    "0e5001282d02a539a0b4840300a16903d1");
// The same without i8, with -v4.
const Bytes octave_4 = from_hex(
    "0000000001000000010000000000000005000000636f737400000000000000f83f00000000020000000300000000"
    "000000020000004d00000000000000f03f0000000000001040000000000000004000000000000014400000000000"
    "0008400000000000001840010000000100000002000000000000000200000073000000000000005a400000000000"
    "405a40");

std::string refusal_of(const Bytes& file, const char* name = "f.bin") {
    const Scratch scratch;
    const std::string text = complaint([&] { read_archive(scratch.put(name, file)); });
    CHECK(text.find('\n') == text.npos);
    return text;
}
Archive read(const Bytes& file, const char* name = "f.bin") {
    const Scratch scratch;
    return read_archive(scratch.put(name, file));
}
Bytes table(std::string_view text) { return bytes_of(text); }

Archive some() {
    Archive archive;
    archive.add("M", Array({2, 3}, std::vector<double>{1, 2, 3, 4, 5, 6}));
    archive.add("v", Array({3}, std::vector<double>{0.5, -1, 1e300}));
    archive.add("cube", Array({2, 1, 2}, std::vector<double>{1, 2, 3, 4}));
    archive.add("one", Array(7.0));
    return archive;
}

}  // namespace

TEST_SUITE("io/mat") {
    TEST_CASE(
        "what Octave saved with -v7 and -v4 is read: numbers, integers, text, columns as rows") {
        for (const Bytes& file : {octave_7, octave_4}) {
            const Archive archive = read(file);
            CHECK(archive.at("cost").number() == 1.5);
            CHECK(archive.at("M").shape == Array::Shape{2, 3});
            CHECK(archive.at("M").doubles() == std::vector<double>{1, 2, 3, 4, 5, 6});
        }
        CHECK(read(octave_7).at("s").text() == "hi");
        CHECK(read(octave_7).at("i8").integers() == std::vector<std::int64_t>{1, -2, 3, 4});
    }

    TEST_CASE("versions 6 and 7, either byte order, give the arrays with two indices at least") {
        for (const bool compressed : {false, true}) {
            const Archive archive = read(mat_file(some(), compressed));
            CHECK(archive.at("M").doubles() == some().at("M").doubles());
            CHECK(archive.at("v").shape == Array::Shape{3, 1});
            CHECK(archive.at("v").doubles() == some().at("v").doubles());
            CHECK(archive.at("cube").doubles() == some().at("cube").doubles());
            CHECK(archive.at("one").number() == 7);
        }
        // x = single(2), big endian: header, then each element.
        Bytes big = mat_header();
        big[126] = 'M';
        big[127] = 'I';
        append(big, from_hex("0000000e00000030"
                             "00000006000000080000000700000000"
                             "00000005000000080000000100000001"
                             "0001000178000000"
                             "0004000740000000"));
        const Array x = read(big).at("x");
        CHECK(x.kind() == Array::Kind::real32);
        CHECK(x.number() == 2);
    }

    TEST_CASE("numbers have the type of their class, however they are stored") {
        Bytes file = mat_header();
        append(file, mat_variable("d", 6, {1, 2}, 2, {3, 200}));            // double, as uint8
        append(file, mat_variable("yes", 9 | 0x200, {1, 1}, 2, {1}));       // logical
        append(file, mat_variable("byte", 9, {1, 1}, 2, {255}));            // uint8
        append(file, mat_variable("wide", 15, {1, 1}, 13, Bytes(8, 0)));    // uint64
        append(file, mat_variable("text", 4, {1, 3}, 16, bytes_of("zü")));  // in UTF-8
        append(file, mat_variable("list", 4, {2, 2}, 4, {'a', 0, 'c', 0, 'b', 0, ' ', 0}));
        append(file, mat_variable("none", 6, {0, 0}, 9, {}));
        append(file, mat_variable("cell", 1, {1, 1}, 9, {}));
        append(file, mat_variable("complex", 6 | 0x800, {1, 1}, 9, Bytes(8, 0)));
        const Archive archive = read(file);
        CHECK(archive.at("d").kind() == Array::Kind::real64);
        CHECK(archive.at("d").doubles() == std::vector<double>{3, 200});
        CHECK(archive.at("yes").kind() == Array::Kind::integer);
        CHECK(archive.at("byte").kind() == Array::Kind::byte);
        CHECK(archive.at("wide").integer() == 0);
        CHECK(archive.at("text").text() == "zü");
        CHECK(archive.at("list").texts() == std::vector<std::string>{"ab", "c"});
        CHECK(archive.at("none").size() == 0);
        CHECK(archive.left_out ==
              std::vector<std::string>{"'cell', a cell array", "'complex', complex"});
    }

    TEST_CASE("every file that is cut short is refused, and sizes that lie") {
        for (const Bytes& file : {octave_7, octave_4, mat_file(some(), false)}) {
            const std::size_t whole = read(file).entries.size();
            for (std::size_t size = 0; size < file.size(); ++size) {
                CAPTURE(size);
                const Bytes part(file.begin(), file.begin() + std::ptrdiff_t(size));
                const std::string text = refusal_of(part);
                if (text.empty())
                    CHECK(read(part).entries.size() < whole);  // between two variables
            }
        }
        Bytes file = mat_header();
        append(file, mat_variable("x", 6, {0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF}, 9, Bytes(8, 0)));
        CHECK(contains(refusal_of(file), "f.bin: x: expected an array that fits memory"));
        file = mat_header();
        append(file, mat_variable("x", 6, {1000000, 1000}, 9, Bytes(8, 0)));
        CHECK(contains(refusal_of(file), "expected 1000000000 elements of 8 bytes"));
        file = mat_header();
        append(file, mat_variable("x", 4, {0xFFFFFFFF, 0}, 4, {}));  // no letters in many rows
        CHECK(read(file).at("x").text().empty());
        file = mat_header();
        append(file, element(15, zlib_compress(element(15, zlib_compress(Bytes(64, 0))))));
        CHECK(contains(refusal_of(file),
                       "found an element of type 15"));  // no streams within streams
        Bytes wrong = octave_7;
        wrong[140] ^= 8;
        CHECK(!refusal_of(wrong).empty());
        file = mat_file(some(), false);
        append(file, mat_variable("M", 6, {1, 1}, 9, Bytes(8, 0)));
        CHECK(contains(refusal_of(file), "different names, found 'M' twice"));
    }

    TEST_CASE("what is not read is named, with the way out") {
        Bytes seven = bytes_of("MATLAB 7.3 MAT-file, Platform: GLNXA64");
        seven.resize(512, ' ');
        append(seven, bytes_of("\x89HDF\r\n\x1a\n"));
        CHECK(contains(refusal_of(seven), "version 7.3: save with -v7"));
        CHECK(contains(refusal_of(bytes_of("# Created by Octave 7.3.0\n# name: x\n")),
                       "save with -v7"));
        CHECK(contains(refusal_of(bytes_of("<!DOCTYPE html><html>404</html>"), "x.gz"),
                       "a web page"));
        CHECK(contains(refusal_of(bytes_of("\x80\x04\x95 pickle")), "a Python pickle"));
        CHECK(contains(refusal_of(bytes_of("\xFF\xFE" "1")), "text in UTF-16: save it as UTF-8"));
        CHECK(contains(refusal_of(bytes_of("\xFE\xFF" "1")), "text in UTF-16: save it as UTF-8"));
        CHECK(contains(refusal_of({}), "found an empty file"));
        CHECK(contains(refusal_of({1, 2, 3, 4}), "found something else"));
    }
}

TEST_SUITE("io/safetensors") {
    TEST_CASE("tensors of every type are read") {
        const Archive archive = read(safetensors_file(some()));
        for (const auto& [name, array] : some().entries) {
            CHECK(archive.at(name).shape == array.shape);
            CHECK(archive.at(name).doubles() == array.doubles());
        }
        const Archive halves = read(
            safetensors_file(R"({"a\u0062\"":{"shape":[2],"dtype":"BF16","data_offsets":[0,4]},)"
                             R"("h":{"dtype":"F16","shape":[],"data_offsets":[4,6]},)"
                             R"("t":{"dtype":"BOOL","shape":[1],"data_offsets":[6,7]}}   )",
                             from_hex("803f20c0"
                                      "003c"
                                      "01")));
        CHECK(halves.at("ab\"").doubles() == std::vector<double>{1, -2.5});
        CHECK(halves.at("h").number() == 1);
        CHECK(halves.at("t").integer() == 1);
    }

    TEST_CASE("headers in another form, deep ones, and offsets that lie are refused") {
        const auto refused = [](const std::string& header, std::size_t bytes = 8) {
            return refusal_of(safetensors_file(header, Bytes(bytes, 0)));
        };
        const std::string x = R"({"x":{"dtype":"F64","shape":[1],"data_offsets":)";
        CHECK(refused(x + "[0,8]}}").empty());
        CHECK(contains(refused(x + "[0,8]}}", 9), "expected 8 bytes of tensors, found 9"));
        CHECK(contains(refused(x + "[8,16]}}"), "x: expected its numbers from byte 0 on"));
        CHECK(contains(refused(x + "[0,18446744073709551615]}}"), "within 8"));
        CHECK(contains(refused(x + "[0,18446744073709551616]}}"), "a size from 0"));
        CHECK(contains(
            refused(x + "[0,8]},\"y\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]}}"),
            "y: expected its numbers from byte 8 on"));
        CHECK(contains(refused(x + "[0,8,8]}}"), "at most 2 sizes"));
        CHECK(contains(refused(x + "[0,8]}} x"), "the end of the header"));
        CHECK(contains(refused(R"({"x":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,8]}})"),
                       "F8_E4M3"));
        CHECK(contains(refused(R"({"x":{"dtype":"F64","shape":[2],"data_offsets":[0,8]}})"),
                       "expected 2 elements of 8 bytes"));
        CHECK(contains(refused(R"({"x":{"dtype":"F64","shape":[1]}})"),
                       "dtype, shape and data_offsets"));
        CHECK(!refused("{\"x\":" + std::string(100000, '[')).empty());
        CHECK(!refused("{\"__metadata__\":" + std::string(100000, '{')).empty());
        CHECK(!refused("{\"x\\ud800\":{}}").empty());
        const Bytes file = safetensors_file(some());
        for (std::size_t size = 0; size < file.size(); ++size) {
            CAPTURE(size);
            CHECK(!refusal_of(Bytes(file.begin(), file.begin() + std::ptrdiff_t(size))).empty());
        }
    }
}

TEST_SUITE("io/table") {
    TEST_CASE("numbers between commas, semicolons, tabs, bars or spaces are rows") {
        for (const char* text : {"1,2.5,-3e-2\n4,5,6\n", "1;2.5;-3e-2\r\n4;5;6\r\n",
                                 "1\t2.5\t-3e-2\n4\t5\t6", "1,2.5,-3e-2\r4,5,6\r", "1, \t2.5,\t-3e-2\n4,\t5,6",
                                 "sep=;\r\n1;2,5;-3e-2\n4;5;6,0\n", "1|2,5|-3e-2\n4|5|6\n", "1\t2,5\t-3e-2\n4\t5\t6", "# words\n  1 2.5   -3e-2\n\n4  5 6\n", "1 2,5 -3e-2\n4 5 6,0\n",
                                 "\xEF\xBB\xBF"
                                 "1,2.5,-3e-2\n4,5,6"}) {
            CAPTURE(text);
            const Array x = read(table(text), "x.csv").at("x");
            CHECK(x.shape == Array::Shape{2, 3});
            CHECK(x.doubles() == std::vector<double>{1, 2.5, -0.03, 4, 5, 6});
        }
    }

    TEST_CASE(
        "a first row may name columns; the labels' is taken out, and so is a number of the row") {
        const Archive archive = read(table(",a,Label,b\n0,1,7,2\n1,3,8,4\n"), "x.csv");
        CHECK(archive.at("x").doubles() == std::vector<double>{1, 2, 3, 4});
        CHECK(archive.at("labels").integers() == std::vector<std::int64_t>{7, 8});
    }

    TEST_CASE("what stands in quotes is one field, its quotes doubled; other quotes are letters") {
        const Archive archive = read(table("\"a\", \"co,w; \"\"q\"\"\" ,label\n\"1\",\"2\",\"x, \"\"y\"\"\"\r\n"
                                           "3,4,5\" pipe\n5, 6 ,\"\"\"z\"\"\"\n"),
                                     "x.csv");
        CHECK(archive.at("x").doubles() == std::vector<double>{1, 2, 3, 4, 5, 6});
        CHECK(archive.at("labels").texts() == std::vector<std::string>{"x, \"y\"", "5\" pipe", "\"z\""});
        CHECK(read(table("\"a,b\";\"1 ; 2\"\n3;4\n"), "x.csv").at("x").doubles() == std::vector<double>{3, 4});
        const auto named = [](const std::string& column) {
            return decode_table(table("\"co,w\",\"a \"\"q\"\" b\"\n1,2\n"), "x", "x.csv", {column}).at("labels").integers();
        };
        CHECK(named("co,w") == std::vector<std::int64_t>{1});
        CHECK(named("a \"q\" b") == std::vector<std::int64_t>{2});
    }

    TEST_CASE("rows of other lengths and words among the numbers are refused with their place") {
        CHECK(contains(refusal_of(table("1,2\n3\n")),
                       "line 2: expected 2 numbers, as in the first row, found 1"));
        CHECK(contains(refusal_of(table("a,b\n1,c\n")),
                       "line 2, column 2 'b': expected a number, found 'c'"));
        CHECK(contains(refusal_of(table("1,\n")), "line 1, column 2: expected a number, found none"));
        CHECK(contains(refusal_of(table("a,b\n")), "expected rows of numbers"));
        CHECK(contains(refusal_of(table("'\n1\n")), "line 1, column 1: expected a number, found none"));
        CHECK(contains(refusal_of(table("1,2\n1,0x10\n")), "line 2, column 2: expected a number, found '0x10'"));
        CHECK(contains(refusal_of(table("1,2\n\"3,4\n5,6\n")), "line 2: expected the end of what is in quotes behind a field, found none"));
    }
}

TEST_SUITE("io/archive") {
    TEST_CASE("a file is what its first bytes say, gzipped or not; a folder has an array a file") {
        const Scratch scratch;
        write_npy(scratch.path("W1.npy"), Array({2}, std::vector<float>{1, 2}));
        scratch.put("b1.csv", table("3\n4\n"));
        scratch.put("notes.txt", table("words"));
        scratch.put(".hidden", table("words"));
        const Archive folder = read_archive(scratch.folder.string());
        CHECK(folder.at("W1").doubles() == std::vector<double>{1, 2});
        CHECK(folder.at("b1").shape == Array::Shape{2, 1});
        CHECK(folder.left_out == std::vector<std::string>{"'notes.txt', no .npy or .csv"});
        // An IDX file of the labels 5, 0, 4, as Python's gzip writes it, twice the member's half.
        const Bytes packed = from_hex(
            "1f8b08080000000002ff6c6162656c73006360e060646060606665600100"
            "76bae60f0b000000");
        CHECK(read(packed, "labels").at("labels").integers() == std::vector<std::int64_t>{5, 0, 4});
        CHECK(read(packed, "y.idx.gz").at("y").size() == 3);
        CHECK(contains(complaint([&] { read_archive(scratch.path("none")); }), "cannot be opened"));
    }

    TEST_CASE("IDX files of every type are read, and others are not") {
        const auto idx = [](std::uint8_t type, const Bytes& numbers) {
            Bytes file = {0, 0, type, 1, 0, 0, 0, 1};
            append(file, numbers);
            return read(file, "x").at("x").number();
        };
        CHECK(idx(8, {200}) == 200);
        CHECK(idx(9, {0xFF}) == -1);
        CHECK(idx(11, {0xFF, 0xFE}) == -2);
        CHECK(idx(12, {0, 1, 0, 0}) == 65536);
        CHECK(idx(13, from_hex("3fc00000")) == 1.5);
        CHECK(idx(14, from_hex("bff8000000000000")) == -1.5);
        CHECK(contains(refusal_of({0, 0, 10, 1, 0, 0, 0, 1, 0}), "found 2561"));
        const Bytes huge = {0,   0,   8,   3,   255, 255, 255, 255, 255,
                            255, 255, 255, 255, 255, 255, 255, 1};
        CHECK(contains(refusal_of(huge), "fits memory"));
    }
}
