// Data sets of arrays, under the names and in the types that people have them.
#include <doctest/doctest.h>

#include <limits>

#include "autoencoder/data.hpp"
#include "autoencoder/npz.hpp"
#include "io/foreign.hpp"

using namespace autoencoder;

namespace {

std::vector<float> numbers_of(const Matrix<float>& x) { return {x.values.begin(), x.values.end()}; }

}  // namespace

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
        CHECK(refusal(1).empty());
        const auto said = [&](double value) {
            write_npy(scratch.path("a.npy"), Array({2, 3}, std::vector<double>{0, 0, 0, 0, 0, value}));
            return load_data(scratch.path("a.npy"), Split::train).remarks.size();
        };
        CHECK(said(1e-50) == said(1) + 1);
        CHECK(said(1e-40) == said(1) + 1);
        CHECK(said(1e-30) == said(1));
        CHECK(refusal(1.0).empty());
    }

    TEST_CASE("integers are read, those of bytes as pixels, labels of any type and shape") {
        const Scratch scratch;
        const auto load = [&](std::vector<std::pair<std::string, Array>> entries,
                              Split split = Split::train) {
            write_npz(scratch.path("a.npz"), Archive{std::move(entries), ""});
            return load_data(scratch.path("a.npz"), split);
        };
        const Array x({2, 1}, std::vector<float>{0, 1});
        CHECK(load({{"x", Array({2, 1}, std::vector<std::int64_t>{0, 1})}}).x(1, 0) == 1);
        CHECK(load({{"x", Array({2, 1}, std::vector<std::int64_t>{-3, 700})}}).x(1, 0) == 700);
        std::vector<std::int64_t> image(32, 51);
        image[0] = 128;
        const Dataset pixels = load({{"x", Array({2, 16}, image)}});
        CHECK(pixels.x(1, 0) == 51.0f / 255.0f);
        CHECK(contains(pixels.remarks.at(0), "divided by 255"));
        CHECK(load({{"x", Array({4, 8}, image)}}).x(0, 0) == 128);
        image[0] = 89;
        CHECK(contains(load({{"x", Array({2, 16}, image)}}).remarks.at(0), "integers up to 89 are no pixels"));
        CHECK(load({{"x", Array({2, 4, 4}, image)}}).x(1, 0) == 51.0f / 255.0f);
        for (const Array& counts : {Array({2, 1}, std::vector<std::int64_t>{0, 31}),
                                    Array({2, 1}, std::vector<std::uint8_t>{0, 31})}) {
            const Dataset small = load({{"x", counts}});
            CHECK(small.x(1, 0) == 31);
            CHECK(contains(small.remarks.at(0), "no pixels"));
        }
        CHECK(load({{"x", Array({2, 1}, std::vector<std::uint8_t>{0, 1})}}).x(1, 0) == 1);
        const std::vector<int> labels = {2, 0};
        CHECK(load({{"x", x}, {"labels", Array({2, 1}, std::vector<double>{2, 0})}}).labels ==
              labels);
        CHECK(load({{"X", x}, {"y", Array({1, 2}, std::vector<float>{2, 0})}}).labels == labels);
        CHECK(load({{"data", x}, {"target", Array({2, 3}, std::vector<float>{0, 0, 1, 1, 0, 0})}})
                  .labels == labels);  // one-hot
        CHECK(load({{"arr_0", x}, {"arr_1", Array({2}, std::vector<std::uint8_t>{2, 0})}}).labels ==
              labels);
        CHECK(load({{"whatever", x}}).x.rows == 2);
        const Dataset words = load({{"x", x}, {"labels", Array(std::vector<std::string>{"elk", "cat"})}});
        CHECK(words.labels == std::vector<int>{1, 0});
        CHECK(words.as.classes == std::vector<std::string>{"cat", "elk"});
        const Dataset signs = load({{"x", x}, {"y", Array({2}, std::vector<double>{1, -1})}});
        CHECK(signs.labels == std::vector<int>{1, 0});
        CHECK(load({{"x", x}, {"labels", Array({2}, std::vector<std::int64_t>{1, -2})}}).as.classes ==
              std::vector<std::string>{"-2", "1"});
        CHECK(signs.remarks == std::vector<std::string>{"labels are numbered in their order: class 0 is '-1', 1 is '1'"});
        const Dataset odd = load({{"x", x}, {"labels", Array({2}, std::vector<double>{0.5, 2})}});
        CHECK(odd.labels.empty());
        CHECK(contains(odd.remarks.at(0), "labels is left out: these are no classes"));
        const Dataset huge =
            load({{"x", x}, {"labels", Array({2}, std::vector<std::int64_t>{1, 2000009})}});
        CHECK(huge.labels.empty());
        CHECK(contains(huge.remarks.at(0), "up to 2,000,009 for 2 patterns"));
        // MATLAB's MNIST: a pattern a column, as many as labels.
        const Dataset columns = load({{"data", Array({1, 2}, std::vector<float>{3, 4})},
                                      {"label", Array({1, 2}, std::vector<double>{2, 0})}});
        CHECK(columns.x(1, 0) == 4);
        CHECK(columns.labels == labels);
        const Dataset hot = load({{"x", Array({2, 3}, std::vector<float>{1, 2, 3, 4, 5, 6})},
                                  {"targets", Array({1, 3}, std::vector<double>{0, 1, 0})}});
        CHECK(hot.x(2, 1) == 6);
        CHECK(hot.labels == std::vector<int>{0, 1, 0});
        const Dataset many = load({{"x", Array({4, 3}, std::vector<float>(12, 1))},
                                   {"targets", Array({2, 3}, std::vector<double>{0, 1, 0, 1, 0, 1})}});
        CHECK(many.x.rows == 3);
        CHECK(many.labels == std::vector<int>{1, 0, 1});
        // Its images in colour: (height, width, 3, N), by the number of labels, or as they are square.
        std::vector<float> numbers(24);
        for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = float(i);
        const Array tall({4, 1, 3, 2}, numbers), wide({1, 1, 3, 8}, numbers);
        const Dataset colours = load({{"X", tall}, {"y", Array({2, 1}, std::vector<float>{3, 4})}});
        CHECK(colours.image.height == 4);
        CHECK(colours.x(1, 4) == 3);  // its second colour begins with (0, 0, 1, 1)
        CHECK(load({{"X", wide}}).x(7, 2) == 23);
        CHECK(load({{"X", tall}}).x.rows == 4);
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
        CHECK(train.remarks == std::vector<std::string>{"integers from 0 to 255 are taken for pixels, and divided by 255",
                                                        "'about' is not read"});
        CHECK(test.x.rows == 1);
        CHECK(test.labels == std::vector<int>{1});
        CHECK(test.has_test);
        for (const char* key : {"labels_test", "label-test", "testTargets"}) {
            std::erase_if(archive.entries, [](const auto& entry) { return entry.first == "y_test"; });
            archive.add(key, Array({1}, std::vector<std::uint8_t>{1}));
            write_npz(scratch.path("k.npz"), archive);
            CHECK(load_data(scratch.path("k.npz"), Split::test).labels == std::vector<int>{1});
            CHECK(load_data(scratch.path("k.npz"), Split::train).labels == std::vector<int>{0, 1});
            archive.entries.pop_back();
        }
        Archive pairs;
        pairs.add("x", Array({2, 2}, std::vector<float>{1, 2, 3, 4}));
        pairs.add("label", Array({2}, std::vector<std::uint8_t>{1, 0}));
        pairs.add("y", Array({2, 2}, std::vector<float>{0.5, 2, 3, 4}));
        write_npz(scratch.path("p.npz"), pairs);
        const Dataset noisy = load_data(scratch.path("p.npz"), Split::train, 1);
        CHECK(numbers_of(noisy.y) == std::vector<float>{0.5, 2});
        CHECK(noisy.labels == std::vector<int>{1});
        for (const char* of : {"", "_test"}) {
            Archive both;
            both.add("x_train", Array({2, 2}, std::vector<float>{1, 2, 3, 4}));
            both.add("x_train_noisy", Array({2, 2}, std::vector<float>{1, 0, 3, 0}));
            both.add("y_train", Array({2}, std::vector<std::uint8_t>{1, 0}));
            if (*of) both.add("x_test", Array({1, 2}, std::vector<float>{5, 6}));
            if (*of) both.add("x_test_noisy", Array({1, 2}, std::vector<float>{0, 6}));
            write_npz(scratch.path("n.npz"), both);
            const Dataset data = load_data(scratch.path("n.npz"), Split::train);
            CHECK(numbers_of(data.x) == std::vector<float>{1, 0, 3, 0});
            CHECK(numbers_of(data.y) == std::vector<float>{1, 2, 3, 4});
            CHECK(data.labels == std::vector<int>{1, 0});
            CHECK(data.remarks.size() == 1);
            const Dataset judged = load_data(scratch.path("n.npz"), Split::test);
            CHECK(numbers_of(judged.y) == (*of ? std::vector<float>{5, 6} : std::vector<float>{1, 2, 3, 4}));
        }
        Archive whole;  // floats of pixels that were not divided, and bytes for them
        whole.add("x", Array({2, 2}, std::vector<float>{0, 200, 7, 8}));
        whole.add("y", Array({2, 2}, std::vector<std::uint8_t>{51, 255, 3, 4}));
        write_npz(scratch.path("w.npz"), whole);
        CHECK(numbers_of(load_data(scratch.path("w.npz"), Split::train).y) == std::vector<float>{51, 255, 3, 4});
        CHECK_FALSE(noisy.has_test);
    }

    TEST_CASE("what patterns shall become has their shape; bits are no pixels") {
        const Scratch scratch;
        const auto pairs = [&](Array x, Array y) {
            Archive archive;
            archive.add("x", std::move(x));
            archive.add("y", std::move(y));
            write_npz(scratch.path("p.npz"), archive);
            return load_data(scratch.path("p.npz"), Split::train);
        };
        const Array colours({2, 2, 1, 3}, std::vector<float>(12, 0.5f)), flat({2, 6}, std::vector<float>(12, 0.25f)),
            wide({2, 2, 3}, std::vector<float>(12, 0.5f)), high({2, 3, 2}, std::vector<float>(12, 0.5f));
        CHECK(pairs(colours, colours).y.rows == 2);
        CHECK(pairs(wide, flat).y.rows == 2);
        for (const auto& each : {std::pair(colours, flat), std::pair(flat, colours), std::pair(wide, high)})
            CHECK(contains(complaint([&] { pairs(each.first, each.second); }), "y: expected what the patterns shall become in their shape"));
        const Dataset masks = pairs(Array({2, 2}, std::vector<std::uint8_t>{0, 255, 51, 102}),
                                    Array({2, 2}, std::vector<std::uint8_t>{1, 1, 1, 0}));
        CHECK(masks.x(0, 1) == 1);
        CHECK(masks.y(0, 1) == 1);
        write_npy(scratch.path("b.npy"), Array({1, 2}, std::vector<std::uint8_t>{0, 1}));
        Dataset bits = load_data(scratch.path("b.npy"), Split::train);
        read_alike(bits, masks.as);
        CHECK(bits.x(0, 1) == 1);
        write_npy(scratch.path("b.npy"), Array({1, 2}, std::vector<float>{0, 99.5f}));
        CHECK(load_data(scratch.path("b.npy"), Split::train).as.divisor == 1);  // numbers beyond 1 stay as they are
    }

    TEST_CASE("images of one and of several maps are taken map by map, wherever the maps stand") {
        const Scratch scratch;
        const auto load = [&](Array::Shape shape) {
            std::vector<float> values(6);
            for (std::size_t i = 0; i < 6; ++i) values[i] = float(i);
            write_npy(scratch.path("a.npy"), Array(std::move(shape), values));
            return load_data(scratch.path("a.npy"), Split::train);
        };
        const Dataset grey = load({1, 1, 3, 2}), first = load({1, 3, 1, 2}),
                      last = load({1, 2, 1, 3});
        CHECK(grey.height == 3);
        CHECK(grey.image.maps == 1);
        CHECK(first.image.maps == 3);
        CHECK(first.image.width == 2);
        CHECK(first.height == 1);
        CHECK(numbers_of(first.x) == std::vector<float>{0, 1, 2, 3, 4, 5});
        CHECK(last.image.maps == 3);
        CHECK(last.image.height == 2);
        CHECK(numbers_of(last.x) == std::vector<float>{0, 3, 1, 4, 2, 5});
        CHECK(load({1, 3, 2, 1}).image.maps == 3);
        CHECK(load({1, 6, 1, 1}).image.height == 6);
        write_npy(scratch.path("c.npy"), Array({4, 5, 3}, std::vector<float>(60)));
        CHECK(load_data(scratch.path("c.npy"), Split::train).remarks.back() ==
              "the first dimension counts the patterns, 4 images of 5×3: one image in colour is (1, 4, 5, 3)");
        const auto many = [&](Array::Shape shape) {
            const std::size_t numbers = shape[1] * shape[2] * shape[3];
            write_npy(scratch.path("m.npy"), Array(std::move(shape), std::vector<float>(numbers)));
            const Dataset data = load_data(scratch.path("m.npy"), Split::train);
            CHECK(data.remarks.size() == 1);
            return data.image.maps;
        };
        CHECK(many({1, 16, 8, 12}) == 16);
        CHECK(many({1, 16, 4, 4}) == 16);
        CHECK(many({1, 9, 8, 4}) == 4);
        CHECK(many({1, 8, 8, 32}) == 32);
    }

    TEST_CASE("a table and a file of MATLAB are data too") {
        const Scratch scratch;
        const Dataset table =
            load_data(scratch.put("d.csv", bytes_of("label,a,b\n1,0.5,2\n0,3,4\n")), Split::train);
        CHECK(table.x(1, 1) == 4);
        CHECK(table.labels == std::vector<int>{1, 0});
        Archive archive;
        archive.add("x", Array({2, 2}, std::vector<float>{1, 2, 3, 4}));
        const Dataset mat =
            load_data(scratch.put("d.mat", test::mat_file(archive, true)), Split::train);
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
        CHECK(contains(refusal({{"x", Array({2, 1}, std::vector<double>{1, 2})}, {"y", Array(std::vector<std::string>{"a", "nan"})}}), "y: label 2: expected one, found 'nan'"));
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
    }
}
