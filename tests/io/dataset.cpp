// Data sets: the embedded digits, folders of IDX files, arrays; and every way to be damaged. The
// digits are looked for where a program that runs in the project's folder finds them.
#include "autoencoder/data.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <optional>

#include "autoencoder/npz.hpp"
#include "autoencoder/text.hpp"
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
                       "mnits: no such file or folder, and no known data set, the nearest is 'mnist'"));
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
        CHECK(train.has_test == false);
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

    TEST_CASE("a folder's tables may count their columns, be gzipped, and have codes for classes, beside ids on either side") {
        const Scratch scratch;
        const auto load = [&](const ReadAs& as = {}) { return load_data(scratch.folder.string(), Split::train, 0, as); };
        scratch.put("x.csv", bytes_of("0,1\n0.5,2\n3,4\n0.5,2\n3,4\n"));
        scratch.put("labels.csv", bytes_of("0\nDog\nCat\nDog\nCat\n"));
        const Dataset counted = load();
        CHECK(counted.labels == std::vector<int>{1, 0, 1, 0});
        CHECK(load({.columns = counted.as.columns, .inputs = 2}).labels == counted.labels);
        scratch.put("labels.csv", bytes_of("kind,nr\n2007,1\n7,2\n2007,3\n7,4\n"));
        CHECK(load().as.classes == std::vector<std::string>{"7", "2007"});
        CHECK(load().labels == counted.labels);
        std::filesystem::remove(scratch.folder / "labels.csv");  // in one member that is stored, not deflated
        scratch.put("labels.csv.gz", from_hex("1f8b08000000000000ff010e00f1ff6c6162656c0a310a300a310a300acb14a7c60e000000"));
        CHECK(load().labels == counted.labels);
    }

    TEST_CASE("rows are joined by what both tables call alike, not by a rank; what is left is their order, and said") {
        const Scratch scratch;
        const auto load = [&](const char* x, const char* labels) {
            scratch.put("x.csv", bytes_of(x));
            scratch.put("labels.csv", bytes_of(labels));
            return load_data(scratch.folder.string(), Split::train);
        };
        const std::vector<int> cats_first = {0, 0, 1, 1};
        const Dataset ranked = load("id,a,rank\n1,0.1,3\n2,0.4,1\n3,0.8,4\n4,0.3,2\n", "id,label\n1,cat\n2,cat\n3,dog\n4,dog\n");
        CHECK(ranked.labels == cats_first);
        CHECK(ranked.as.columns == std::vector<std::string>{"a", "rank"});
        CHECK(load("id,a,b\n1,0.1,1\n2,0.4,2\n3,0.8,4\n4,0.3,2\n", "id,rank,label\n1,3,cat\n2,1,cat\n3,4,dog\n4,2,dog\n").labels == cats_first);
        CHECK(load(",a,rank\n0,0.1,3\n1,0.4,1\n2,0.8,0\n3,0.3,2\n", ",label\n0,cat\n1,cat\n2,dog\n3,dog\n").labels == cats_first);
        const Dataset alone = load("a,rank\n0.1,3\n0.4,1\n0.8,4\n0.3,2\n", "id,label\n1,cat\n2,cat\n3,dog\n4,dog\n");
        CHECK(alone.labels == cats_first);
        CHECK(contains(listed(alone.remarks, "; "), "column 'rank' of x and column 'id' of labels have the same numbers in another order"));
        const Dataset times = load("time,a\n0.0,1\n0.5,2\n", "t,label\n0.5,dog\n0.0,cat\n");
        CHECK(contains(listed(times.remarks, "; "), "but 'label'; its rows are those of the patterns, in their order"));
        CHECK(load("a,b\n1,2\n3,4\n", "label\n1\ndog\n").as.classes == std::vector<std::string>{"1", "dog"});
    }
}
