// Data sets: the embedded digits, folders of IDX files, arrays; and every way to be damaged. The
// digits are looked for where a program that runs in the project's folder finds them.
#include "autoencoder/data.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <limits>
#include <optional>

#include "autoencoder/npz.hpp"
#include "io/foreign.hpp"

using namespace autoencoder;

namespace {

// Big-endian sizes behind the type and the number of dimensions, then the bytes.
Bytes idx(const std::vector<std::uint32_t>& shape, const Bytes& values) {
    Bytes file = {0, 0, 8, static_cast<std::uint8_t>(shape.size())};
    for (std::uint32_t size : shape) {
        for (int shift : {24, 16, 8, 0}) file.push_back(static_cast<std::uint8_t>(size >> shift));
    }
    file.insert(file.end(), values.begin(), values.end());
    return file;
}

std::vector<std::size_t> histogram(const std::vector<int>& labels) {
    std::vector<std::size_t> counts(10, 0);
    for (int label : labels) ++counts.at(static_cast<std::size_t>(label));
    return counts;
}

std::vector<int> first(const std::vector<int>& labels, std::ptrdiff_t count) {
    return std::vector<int>(labels.begin(), labels.begin() + count);
}

std::vector<float> numbers_of(const Matrix<float>& x) { return {x.values.begin(), x.values.end()}; }

// Where one test looks for data first; afterwards it is as it was.
class DataFolder {
public:
    explicit DataFolder(const std::string& folder) {
        if (const char* old = std::getenv(variable)) before_ = old;
        ::setenv(variable, folder.c_str(), 1);
    }
    DataFolder(const DataFolder&) = delete;
    DataFolder& operator=(const DataFolder&) = delete;
    ~DataFolder() {
        if (before_) {
            ::setenv(variable, before_->c_str(), 1);
        } else {
            ::unsetenv(variable);
        }
    }

private:
    static constexpr const char* variable = "AUTOENCODER_DATA";
    std::optional<std::string> before_;
};

}  // namespace

TEST_SUITE("data") {
    TEST_CASE("the embedded digits are the first 10,000 and 2,000 of MNIST") {
        const Dataset train = load_data("digits", Split::train);
        CHECK(train.name == "digits");
        CHECK(train.x.rows == 10000);
        CHECK(train.x.cols == 784);
        CHECK(train.height == 28);
        CHECK(train.width == 28);
        CHECK(first(train.labels, 10) == std::vector<int>{5, 0, 4, 1, 9, 2, 1, 3, 1, 4});
        CHECK(histogram(train.labels) ==
              std::vector<std::size_t>{1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978});

        const Dataset test = load_data("digits", Split::test);
        CHECK(test.x.rows == 2000);
        CHECK(first(test.labels, 10) == std::vector<int>{7, 2, 1, 0, 4, 1, 4, 9, 5, 9});
        CHECK(histogram(test.labels) ==
              std::vector<std::size_t>{175, 234, 219, 207, 217, 179, 178, 205, 192, 194});
    }

    TEST_CASE("pixels are bytes divided by 255") {
        const Dataset train = load_data("digits", Split::train);
        std::uint64_t sum = 0;
        std::size_t other = 0;
        for (float value : train.x.values) {
            const auto byte = static_cast<std::uint64_t>(value * 255.0f + 0.5f);
            if (static_cast<float>(byte) / 255.0f != value || byte > 255) ++other;
            sum += byte;
        }
        CHECK(other == 0);
        CHECK(sum == 262146600);
        CHECK(train.x(0, 5 * 28 + 12) == 3.0f / 255.0f);  // the first ink of the first digit
        CHECK(train.x(0, 5 * 28 + 11) == 0.0f);
    }

    TEST_CASE("a count takes the first patterns, and more than there are is refused") {
        const Dataset few = load_data("digits", Split::test, 3);
        CHECK(few.x.rows == 3);
        CHECK(few.labels == std::vector<int>{7, 2, 1});
        CHECK(contains(complaint([] { load_data("digits", Split::test, 2001); }),
                       "expected at least 2001 patterns, found 2000"));
    }

    TEST_CASE("a data set that is not there says where it was looked for and how to get it") {
        const Scratch scratch;
        const DataFolder data_folder(scratch.folder.string());
        const std::string text = complaint([] { load_data("mnist", Split::train); });
        if (!text.empty()) {  // unless somebody has fetched it
            CHECK(text.starts_with("mnist: expected the data set in " + scratch.path("mnist") +
                                   ", "));
            CHECK(contains(text, "`make mnist` fetches it"));
        }
        CHECK(contains(complaint([] { load_data("mnits", Split::train); }),
                       "mnits: expected digits, mnist"));
    }

    TEST_CASE("AUTOENCODER_DATA names the folder that is looked into first") {
        const Scratch scratch;
        std::filesystem::create_directory(scratch.path("mnist"));
        scratch.put("mnist/train-images-idx3-ubyte", idx({2, 1, 2}, {0, 51, 102, 255}));
        const DataFolder data_folder(scratch.folder.string());
        CHECK(
            contains(complaint([] { load_data("mnist", Split::train); }),
                     "expected train-labels-idx1-ubyte or .gz, found no such file; `make mnist`"));
        scratch.put("mnist/train-labels-idx1-ubyte", idx({2}, {9, 8}));
        const Dataset data = load_data("mnist", Split::train);
        CHECK(data.x(0, 1) == 51.0f / 255.0f);
        CHECK(data.x(1, 1) == 1.0f);
        CHECK(data.labels == std::vector<int>{9, 8});
    }
}

TEST_SUITE("data/idx") {
    TEST_CASE("a folder of IDX files may have dots in the names, be gzipped, and lack labels") {
        const Scratch scratch;
        scratch.put("t10k-images.idx3-ubyte", idx({3, 1, 1}, {0, 255, 0}));
        CHECK(load_data(scratch.folder.string(), Split::test).labels.empty());
        // gzip, as Python writes it: an IDX file of the labels 5, 0, 4.
        scratch.put("t10k-labels-idx1-ubyte.gz",
                    from_hex("1f8b08080000000002ff6c6162656c73006360e060646060606665600100"
                             "76bae60f0b000000"));
        const Dataset data = load_data(scratch.folder.string(), Split::test);
        CHECK(data.labels == std::vector<int>{5, 0, 4});
        CHECK(data.x.rows == 3);
        CHECK(contains(complaint([&] { load_data(scratch.folder.string(), Split::train); }),
                       "expected train-images-idx3-ubyte or .gz, found no such file"));
    }

    TEST_CASE("a folder is known by the endings of its names, and may have the training files alone") {
        const Scratch scratch;
        const std::string folder = scratch.folder.string();
        scratch.put("emnist-letters-train-images-idx3-ubyte", idx({3, 1, 2}, {0, 255, 0, 51, 0, 0}));
        scratch.put("emnist-letters-train-labels-idx1-ubyte", idx({3}, {1, 2, 4}));
        const Dataset train = load_data(folder, Split::train), test = load_data(folder, Split::test);
        CHECK(train.labels == std::vector<int>{1, 2, 4});
        REQUIRE(train.remarks.size() == 2);
        CHECK(contains(train.remarks[0], "lie on their sides"));
        CHECK(train.remarks[1] == "2 classes, the first of them 0, have no pattern: labels run from 1 to 4");
        CHECK(train.has_test == true);
        CHECK(test.has_test == false);
        CHECK(numbers_of(test.x) == numbers_of(train.x));
        // Plain under the name of a packed one, and floats.
        scratch.put("emnist-letters-test-images-idx3-ubyte.gz",
                    from_hex("00000d03000000010000000100000002" "3f0000003e800000"));
        CHECK(load_data(folder, Split::test).x(0, 1) == 0.25f);
        CHECK(load_data(folder, Split::test).has_test);
        scratch.put("emnist-digits-train-images-idx3-ubyte", idx({1, 1, 1}, {1}));
        CHECK(contains(complaint([&] { load_data(folder, Split::train); }), "the files of one data set"));
        scratch.put("emnist-letters-test-images-idx3-ubyte.gz", bytes_of("<!DOCTYPE html>"));
        CHECK(contains(complaint([&] { load_data(folder, Split::test); }), "a web page"));
    }

    TEST_CASE("images without labels for each, without pixels, or none at all are refused") {
        const Scratch scratch;
        const auto refusal = [&](const Bytes& images, const Bytes& labels) {
            scratch.put("train-images-idx3-ubyte", images);
            scratch.put("train-labels-idx1-ubyte", labels);
            return complaint([&] { load_data(scratch.folder.string(), Split::train); });
        };
        CHECK(contains(refusal(idx({2, 1, 1}, {1, 2}), idx({3}, {1, 2, 3})),
                       "expected 2 labels, one for each pattern, found 3"));
        CHECK(contains(refusal(idx({2, 1}, {1, 2}), idx({2}, {1, 2})),
                       "images in 3 dimensions, found (2, 1)"));
        CHECK(contains(refusal(idx({2, 0, 5}, {}), idx({2}, {1, 2})), "patterns with numbers"));
        CHECK(contains(refusal(idx({0, 1, 1}, {}), idx({0}, {})), "at least one pattern"));
        CHECK(refusal(idx({2, 1, 1}, {1, 2}), idx({2}, {1, 2})).empty());
    }
}

TEST_SUITE("data/arrays") {
    TEST_CASE("floating-point patterns are kept as they are, bytes are scaled") {
        const Scratch scratch;
        write_npy(scratch.path("a.npy"), Array({2, 2}, std::vector<float>{-3, 0.1f, 7, 1e30f}));
        const Dataset floats = load_data(scratch.path("a.npy"), Split::train);
        CHECK(floats.x(0, 0) == -3.0f);
        CHECK(floats.x(1, 1) == 1e30f);
        CHECK(floats.labels.empty());
        CHECK(floats.height == 0);
        write_npy(scratch.path("a.npy"), Array({1, 1, 2}, std::vector<std::uint8_t>{51, 255}));
        const Dataset bytes = load_data(scratch.path("a.npy"), Split::test);
        CHECK(bytes.x(0, 0) == 51.0f / 255.0f);
        CHECK(bytes.x(0, 1) == 1.0f);
        CHECK(bytes.height == 1);
        CHECK(bytes.width == 2);
    }

    TEST_CASE("an archive holds patterns and labels, of which a count takes the first") {
        const Scratch scratch;
        Archive archive;
        archive.add("labels", Array({3}, std::vector<std::int64_t>{7, 8, 9}));
        archive.add("x", Array({3, 1}, std::vector<double>{0.5, 1.5, 2.5}));
        write_npz(scratch.path("a.npz"), archive);
        const Dataset data = load_data(scratch.path("a.npz"), Split::train, 2);
        CHECK(data.x.rows == 2);
        CHECK(data.x(1, 0) == 1.5f);
        CHECK(data.labels == std::vector<int>{7, 8});
    }

    TEST_CASE("NaN, infinity and numbers beyond float32 are refused with row and column") {
        const Scratch scratch;
        const auto refusal = [&](double value) {
            write_npy(scratch.path("a.npy"),
                      Array({2, 3}, std::vector<double>{0, 0, 0, 0, 0, value}));
            return complaint([&] { load_data(scratch.path("a.npy"), Split::train); });
        };
        CHECK(refusal(std::numeric_limits<double>::quiet_NaN()) ==
              scratch.path("a.npy") +
                  ": row 1, column 2: expected a finite number that fits float32, found nan");
        CHECK(contains(refusal(-std::numeric_limits<double>::infinity()), "row 1, column 2"));
        CHECK(contains(refusal(1e300), "row 1, column 2"));
        CHECK(refusal(1.0).empty());
    }

    TEST_CASE("integers are read, those of bytes as pixels, labels of any type and shape") {
        const Scratch scratch;
        const auto load = [&](std::vector<std::pair<std::string, Array>> entries, Split split = Split::train) {
            write_npz(scratch.path("a.npz"), Archive{std::move(entries), ""});
            return load_data(scratch.path("a.npz"), split);
        };
        const Array x({2, 1}, std::vector<float>{0, 1});
        CHECK(load({{"x", Array({2, 1}, std::vector<std::int64_t>{0, 1})}}).x(1, 0) == 1);
        CHECK(load({{"x", Array({2, 1}, std::vector<std::int64_t>{-3, 700})}}).x(1, 0) == 700);
        const Dataset pixels = load({{"x", Array({2, 1}, std::vector<std::int64_t>{0, 51})}});
        CHECK(pixels.x(1, 0) == 51.0f / 255.0f);
        CHECK(contains(pixels.remarks.at(0), "divided by 255"));
        const std::vector<int> labels = {2, 0};
        CHECK(load({{"x", x}, {"labels", Array({2, 1}, std::vector<double>{2, 0})}}).labels == labels);
        CHECK(load({{"X", x}, {"y", Array({1, 2}, std::vector<float>{2, 0})}}).labels == labels);
        CHECK(load({{"data", x}, {"target", Array({2, 3}, std::vector<float>{0, 0, 1, 1, 0, 0})}}).labels ==
              labels);  // one-hot
        CHECK(load({{"arr_0", x}, {"arr_1", Array({2}, std::vector<std::uint8_t>{2, 0})}}).labels == labels);
        CHECK(load({{"whatever", x}}).x.rows == 2);
        const Dataset odd = load({{"x", x}, {"labels", Array({2}, std::vector<double>{0.5, 2})}});
        CHECK(odd.labels.empty());
        CHECK(contains(odd.remarks.at(0), "labels is left out: these are no classes"));
        const Dataset huge = load({{"x", x}, {"labels", Array({2}, std::vector<std::int64_t>{1, 2000009})}});
        CHECK(huge.labels.empty());
        CHECK(contains(huge.remarks.at(0), "up to 2,000,009 for 2 patterns"));
        // MATLAB's MNIST: a pattern a column, as many as labels.
        const Dataset columns = load({{"data", Array({1, 2}, std::vector<float>{3, 4})},
                                      {"label", Array({1, 2}, std::vector<double>{2, 0})}});
        CHECK(columns.x(1, 0) == 4);
        CHECK(columns.labels == labels);
    }

    TEST_CASE("Keras's names have a test set of their own, and pairs say what x shall become") {
        const Scratch scratch;
        Archive archive;
        archive.add("x_train", Array({2, 1, 1}, std::vector<std::uint8_t>{51, 102}));
        archive.add("y_train", Array({2}, std::vector<std::uint8_t>{0, 1}));
        archive.add("x_test", Array({1, 1, 1}, std::vector<std::uint8_t>{255}));
        archive.add("y_test", Array({1}, std::vector<std::uint8_t>{1}));
        archive.add("about", "words");
        write_npz(scratch.path("k.npz"), archive);
        const Dataset train = load_data(scratch.path("k.npz"), Split::train);
        const Dataset test = load_data(scratch.path("k.npz"), Split::test);
        CHECK(train.x(1, 0) == 102.0f / 255.0f);
        CHECK(train.remarks == std::vector<std::string>{"'about' is not read"});
        CHECK(test.x.rows == 1);
        CHECK(test.labels == std::vector<int>{1});
        CHECK(test.has_test);
        Archive pairs;
        pairs.add("x", Array({2, 2}, std::vector<float>{1, 2, 3, 4}));
        pairs.add("label", Array({2}, std::vector<std::uint8_t>{1, 0}));
        pairs.add("y", Array({2, 2}, std::vector<float>{0.5, 2, 3, 4}));
        write_npz(scratch.path("p.npz"), pairs);
        const Dataset noisy = load_data(scratch.path("p.npz"), Split::train, 1);
        CHECK(numbers_of(noisy.y) == std::vector<float>{0.5, 2});
        CHECK(noisy.labels == std::vector<int>{1});
        CHECK_FALSE(noisy.has_test);
    }

    TEST_CASE("images of one and of several maps are taken map by map, wherever the maps stand") {
        const Scratch scratch;
        const auto load = [&](Array::Shape shape) {
            std::vector<float> values(6);
            for (std::size_t i = 0; i < 6; ++i) values[i] = float(i);
            write_npy(scratch.path("a.npy"), Array(std::move(shape), values));
            return load_data(scratch.path("a.npy"), Split::train);
        };
        const Dataset grey = load({1, 1, 3, 2}), first = load({1, 3, 1, 2}), last = load({1, 2, 1, 3});
        CHECK(grey.height == 3);
        CHECK(grey.image.maps == 1);
        CHECK(first.image.maps == 3);
        CHECK(first.image.width == 2);
        CHECK(first.height == 0);
        CHECK(numbers_of(first.x) == std::vector<float>{0, 1, 2, 3, 4, 5});
        CHECK(last.image.maps == 3);
        CHECK(last.image.height == 2);
        CHECK(numbers_of(last.x) == std::vector<float>{0, 3, 1, 4, 2, 5});
        CHECK(load({1, 3, 2, 1}).image.maps == 3);
        CHECK(load({1, 6, 1, 1}).image.height == 6);
    }

    TEST_CASE("a table and a file of MATLAB are data too") {
        const Scratch scratch;
        const Dataset table = load_data(scratch.put("d.csv", bytes_of("label,a,b\n1,0.5,2\n0,3,4\n")), Split::train);
        CHECK(table.x(1, 1) == 4);
        CHECK(table.labels == std::vector<int>{1, 0});
        Archive archive;
        archive.add("x", Array({2, 2}, std::vector<float>{1, 2, 3, 4}));
        const Dataset mat = load_data(scratch.put("d.mat", test::mat_file(archive, true)), Split::train);
        CHECK(mat.x(0, 1) == 2);
    }

    TEST_CASE("other types, shapes and labels are refused by name") {
        const Scratch scratch;
        const auto refusal = [&](std::vector<std::pair<std::string, Array>> entries) {
            write_npz(scratch.path("a.npz"), Archive{std::move(entries), ""});
            return complaint([&] { load_data(scratch.path("a.npz"), Split::train); });
        };
        const Array x({2, 1}, std::vector<float>{0, 1});
        CHECK(contains(refusal({{"a", 1}, {"b", 1}}), "expected patterns under the key x"));
        CHECK(contains(refusal({{"x", "tanh"}}), "a.npz: x: expected patterns as rows (N, n)"));
        CHECK(
            contains(refusal({{"x", Array({2}, std::vector<float>{0, 1})}}), "found float32 (2,)"));
        CHECK(contains(refusal({{"x", Array({0, 3}, std::vector<float>{})}}),
                       "at least one pattern"));
        CHECK(contains(refusal({{"x", Array({3, 0}, std::vector<float>{})}}),
                       "patterns with numbers"));
        CHECK(contains(
            refusal({{"x", x}, {"labels", Array({3}, std::vector<std::int64_t>{1, 2, 3})}}),
            "a.npz: labels: expected 2 labels, one for each pattern, found 3"));
        CHECK(
            contains(refusal({{"x", x}, {"labels", Array({2}, std::vector<std::int64_t>{1, -2})}}),
                     "row 1: expected a label from 0 up, found -2"));
    }
}
