// Own data beside a model: of another range, another shape, other labels; files that are no model.
#include <doctest/doctest.h>

#include <fstream>
#include <functional>

#include "autoencoder/model.hpp"
#include "autoencoder/npz.hpp"
#include "autoencoder/picture.hpp"
#include "cli/running.hpp"

using namespace autoencoder;

namespace {

using Options = std::vector<std::string>;

/// Files of patterns, and small runs on them.
struct Own {
    Scratch scratch;
    std::string folder = scratch.path("run");

    /// N patterns of numbers from 0 to `most`, in this shape.
    std::string put(const char* name, Array::Shape shape, float most = 1, const Array* labels = nullptr) const {
        std::size_t size = 1;
        for (const std::size_t each : shape) size *= each;
        std::vector<float> numbers(size);
        for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = most * float(i * i % 11) / 10;
        Archive archive;
        archive.add("x", Array(std::move(shape), numbers));
        if (labels) archive.add("labels", *labels);
        write_npz(scratch.path(name), archive);
        return scratch.path(name);
    }
    Said train(const char* kind, const std::string& data, Options more = {}) const {
        Options words = {"train", kind, "--data", data, "--out", folder, "--hidden", "3"};
        if (std::string_view(kind) != "variational") append(words, {"--iterations", "2"});
        append(words, more);
        return run(words);
    }
    Said classifier(const std::string& data) const {
        return train("classifier", data, {"--head-iterations", "2", "--fine-tune-epochs", "1"});
    }
    Said use(const char* command, Options more = {}) const {
        more.insert(more.begin(), {command, folder});
        return run(more);
    }
    static void append(Options& all, const Options& more) { all.insert(all.end(), more.begin(), more.end()); }
};

}  // namespace

TEST_SUITE("command line: own data") {
    TEST_CASE("a cross-entropy of test patterns beyond its range is refused, also where a model is used") {
        const Own own;
        const std::string data = own.put("a.npz", {20, 6}), wide = own.put("wide.npz", {20, 6}, 3);
        const Options entropy = {"--loss", "cross_entropy"};
        Options with_test = entropy;
        Own::append(with_test, {"--test-data", wide});
        const Said said = own.train("shallow", data, with_test);
        CHECK(refused(said, "wide.npz: expected targets from 0 to 1 for the cross-entropy"));
        CHECK_FALSE(std::filesystem::exists(own.folder));
        REQUIRE(own.train("shallow", data, entropy).status == 0);
        CHECK(refused(own.use("evaluate", {"--data", wide}), "for the cross-entropy"));
        CHECK(own.use("evaluate").status == 0);
        Own::append(with_test, {"--scale", "unit"});  // that of the training has the first in their range, others nearly
        CHECK(contains(own.train("shallow", data, with_test).out, "of the test patterns: the patterns reach 3"));
        CHECK(contains(own.use("evaluate").out, "the cross-entropy is no measure of them"));
    }

    TEST_CASE("own pairs are evaluated against what the patterns shall become") {
        const Own own;
        Archive pairs = read_npz(own.put("p.npz", {20, 6}));
        pairs.add("y", Array({20, 6}, std::vector<float>(120, 0.25f)));
        write_npz(own.scratch.path("p.npz"), pairs);
        for (const char* kind : {"stacked", "variational"})
            CHECK(contains(own.train(kind, own.scratch.path("p.npz")).out, "learns to say the patterns themselves"));
        REQUIRE(own.train("shallow", own.scratch.path("p.npz"), {"--iterations", "50", "--weight-penalty", "0"}).status == 0);
        const std::string json = own.use("evaluate", {"--json"}).out;
        CHECK(std::stod(json.substr(json.find("\"error_per_pattern\":") + 20)) < 0.01);  // against x it is about 0.9
    }

    TEST_CASE("images of another shape than the model's are refused, flat ones are the model's") {
        const Own own;
        const std::string square = own.put("square.npz", {20, 6, 6}), flat = own.put("flat.npz", {20, 36}),
                          wide = own.put("wide.npz", {20, 4, 9});
        CHECK(refused(own.train("shallow", square, {"--test-data", wide}),
                      "wide.npz: expected images of 6×6, as the training patterns are, found 4×9"));
        REQUIRE(own.train("shallow", square).status == 0);
        for (const char* command : {"evaluate", "encode", "reconstruct"}) {
            CHECK(refused(own.use(command, {"--data", wide}), "wide.npz: expected images of 6×6, as "));
            CHECK(own.use(command, {"--data", flat}).status == 0);
        }
        const Array labels({20}, std::vector<double>(20, 1));
        CHECK(refused(run({"train", "classifier", "--pretrained", own.folder, "--data",
                           own.put("wide.npz", {20, 4, 9}, 1, &labels)}),
                      "--pretrained: expected a model of images of 4×9, found one of 6×6"));
        const std::string colour = own.put("colour.npz", {20, 6, 6, 3}), flat_colour = own.put("f.npz", {20, 108});
        REQUIRE(own.train("shallow", colour).status == 0);
        CHECK(contains(own.use("evaluate", {"--data", flat_colour}).out, "flat patterns are taken for maps, 3 of 6×6"));
        CHECK_FALSE(contains(own.use("evaluate", {"--data", flat_colour, "--image", "6x6x3"}).out, "are taken for maps"));
        CHECK_FALSE(contains(own.use("evaluate").out, "are taken for maps"));
    }

    TEST_CASE("a classifier reconstructs nothing") {
        const Own own;
        const Array labels({20}, std::vector<std::int64_t>{0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1});
        REQUIRE(own.classifier(own.put("a.npz", {20, 6}, 1, &labels)).status == 0);
        for (const char* command : {"reconstruct", "denoise", "decode"})
            CHECK(refused(own.use(command), "`classify` gives its classes, `encode` its codes"));
        CHECK(refused(own.use("evaluate", {"--noise", "masking:0.2"}), "--noise: has no effect on a classifier"));
        CHECK(own.use("encode").status == 0);
        CHECK(own.use("evaluate").status == 0);
    }

    TEST_CASE("words in an array are the classes that they are in a table") {
        const Own own;
        const Array labels(std::vector<std::string>{"elk", "cat", "dog", "cat"});
        const Said said = own.classifier(own.put("a.npz", {4, 2}, 1, &labels));
        CHECK(said.status == 0);
        CHECK(contains(said.out, "labels are numbered in their order: class 0 is 'cat', 1 is 'dog', 2 is 'elk'"));
        CHECK(contains(said.out, "judged by  4 training patterns; 3 classes"));
        const std::string table = own.scratch.put("t.csv", bytes_of("a,b,label\n0.5,1,elk\n0,0.5,dog\n"));
        REQUIRE(own.use("classify", {"--data", table, "--out", own.scratch.path("l.npz")}).status == 0);
        CHECK(read_npz(own.scratch.path("l.npz")).at("labels").integers() == std::vector<std::int64_t>{2, 1});
    }

    TEST_CASE("a column of labels is found by its name, whatever it was called by") {
        const Own own;
        const auto table = [&](const char* name, const char* head, const std::function<std::string(int)>& row) {
            std::string text = std::string(head) + "\n";
            for (int q = 0; q < 12; ++q) text += row(q) + "\n";
            return own.scratch.put(name, bytes_of(text));
        };
        const auto number = [](int q) { return std::to_string(q % 5) + "." + std::to_string(q % 3); };
        const auto kind = [](int q) { return std::string(q % 3 == 0 ? "up" : "down"); };
        const std::string data = table("a.csv", "a,b,kind", [&](int q) { return number(q) + "," + number(q + 1) + "," + kind(q); }),
                          other = table("b.csv", "site,b,who,kind,a", [&](int q) {
                              return "7," + number(q + 1) + ",me," + kind(q) + "," + number(q);
                          });
        Options as = {"--head-iterations", "2", "--fine-tune-epochs", "1", "--label-column", "3", "--test-data", other};
        REQUIRE(own.train("classifier", data, as).status == 0);
        REQUIRE(own.use("classify", {"--data", data, "--out", own.scratch.path("1.npz")}).status == 0);
        REQUIRE(own.use("classify", {"--data", other, "--out", own.scratch.path("2.npz")}).status == 0);
        REQUIRE(own.use("classify").status == 0);  // its test data
        const Archive one = read_npz(own.scratch.path("1.npz")), two = read_npz(own.scratch.path("2.npz"));
        CHECK(one.at("probabilities").doubles() == two.at("probabilities").doubles());
        CHECK(one.at("labels").doubles() == two.at("labels").doubles());
        CHECK(two.at("classes").texts() == std::vector<std::string>{"down", "up"});
        CHECK(refused(own.use("encode", {"--data", table("c.csv", "a,kind", [&](int q) { return number(q) + "," + kind(q); })}),
                      "expected a column 'b', as in the data that were trained on, found none"));
        const std::string alien = table("d.csv", "a,b,kind", [&](int q) { return number(q) + "," + number(q) + ",sideways"; });
        CHECK(refused(own.use("encode", {"--data", alien}), "found 'sideways'; --label-column none reads no labels"));
        CHECK(own.use("encode", {"--data", alien, "--label-column", "none"}).status == 0);
        CHECK(contains(own.use("evaluate", {"--data", data, "--split", "train"}).out, "--split has no effect"));
        CHECK(contains(own.use("evaluate", {"--data", data}).out, "was trained on these"));
    }

    TEST_CASE("codes of another model are not decoded") {
        const Own own;
        const std::string data = own.put("a.npz", {20, 6});
        REQUIRE(own.train("shallow", data).status == 0);
        REQUIRE(own.use("encode").status == 0);
        CHECK(own.use("decode").status == 0);
        write_npy(own.scratch.path("code.npy"), read_npz(own.scratch.path("run/code.npz")).at("code"));
        CHECK(own.use("decode", {"--data", own.scratch.path("code.npy")}).status == 0);
        REQUIRE(own.train("shallow", data, {"--seed", "2", "--overwrite"}).status == 0);
        CHECK(refused(own.use("decode"), "found those of another model; `encode` makes them anew"));
        const std::string codes = own.scratch.path("of_first.npz"), further = own.scratch.path("further");
        std::filesystem::copy_file(own.scratch.path("run/code.npz"), codes);
        REQUIRE(run({"train", "shallow", "--hidden", "2", "--iterations", "1", "--data", codes, "--out", further}).status == 0);
        CHECK(run({"encode", further, "--data", codes}).status == 0);
        REQUIRE(own.use("encode").status == 0);
        CHECK(own.use("decode").status == 0);
        CHECK(refused(run({"encode", further, "--data", own.scratch.path("run/code.npz")}), "expected codes of the model whose codes were trained on"));
    }

    TEST_CASE("labels below 0 are numbered in their order") {
        const Own own;
        const Array labels({6}, std::vector<std::int64_t>{1, -1, 0, 1, -1, 0});
        const Said said = own.classifier(own.put("a.npz", {6, 2}, 1, &labels));
        CHECK(said.status == 0);
        CHECK(contains(said.out, "labels are numbered in their order: class 0 is '-1', 1 is '0', 2 is '1'"));
        const std::string other = own.scratch.put("t.csv", bytes_of("a,b,label\n0.5,1,1\n0,0.5,2\n"));
        CHECK(refused(own.use("evaluate", {"--data", other}), "pattern 2: expected a label as in the data that were trained on, found '2'"));
    }

    TEST_CASE("a file that is no model is said to be what it is") {
        const Own own;
        const std::string data = own.put("a.npz", {20, 6, 6});
        REQUIRE(own.train("shallow", data, {"--checkpoint", "1"}).status == 0);
        const std::string table = own.scratch.put("t.csv", bytes_of("1,2\n3,4\n"));
        CHECK(refused(run({"evaluate", data}), "a.npz: expected a model, as `train` writes it, found the arrays x"));
        CHECK(refused(run({"evaluate", table}), "expected a model, as `train` writes it, found an array, float64 (2, 2)"));
        CHECK(refused(run({"encode", own.folder + "/features.png"}), "found a picture"));
        CHECK(refused(run({"show", own.folder + "/checkpoint.npz"}), "`train shallow --resume` goes on with it"));
        CHECK(refused(run({"evaluate", own.scratch.path("none.npz")}), "No such file"));
        CHECK(refused(run({"train", "classifier", "--pretrained", data}), "expected a model"));
    }

    TEST_CASE("a run is resumed with its own patterns, whatever their width") {
        const Own own;
        REQUIRE(own.train("shallow", own.put("a.npz", {20, 6}), {"--checkpoint", "1"}).status == 0);
        REQUIRE(run({"train", "shallow", "--resume", own.folder, "--iterations", "3"}).status == 0);
        REQUIRE(std::filesystem::exists(own.folder + "/checkpoint.npz"));  // as the run was begun
        for (const Array::Shape& shape : {Array::Shape{20, 7}, Array::Shape{19, 6}}) {
            const Said said = run({"train", "shallow", "--resume", own.folder, "--data", own.put("b.npz", shape)});
            CHECK(refused(said, "checkpoint.npz: expected the patterns that the run began with, found others in "));
        }
    }

    TEST_CASE("windows on flat patterns say how to give their shape; what is generated has it") {
        const Own own;
        const auto shape_said = [&](std::size_t n) {
            const Said said = run({"train", "convolutional", "--data", own.put("a.npz", {20, n})});
            return said.err.substr(said.err.rfind(' ') + 1);
        };
        CHECK(shape_said(36) == "6x6\n");
        CHECK(shape_said(108) == "6x6x3\n");
        CHECK(shape_said(21) == "3x7\n");
        const std::string out = own.scratch.path("g.npz");
        REQUIRE(own.train("variational", own.put("a.npz", {20, 6, 4}), {"--code", "2", "--epochs", "1"}).status == 0);
        REQUIRE(own.use("generate", {"--count", "2", "--out", out}).status == 0);
        CHECK(read_npz(out).at("x").shape == Array::Shape{2, 6, 4});
        CHECK(contains(own.use("evaluate", {"--count", "1"}).out, ", 1 training pattern\n"));
    }

    TEST_CASE("salt and pepper are 1 and 0, and it is said where the patterns are not between") {
        const Own own;
        const std::string said = "salt and pepper are 1 and 0, the patterns run from";
        const auto out = [&](const std::vector<std::string>& more) {
            return own.train("shallow", own.scratch.put("a.csv", bytes_of("-1,0.5\n2,0.25\n")), more).out;
        };
        CHECK(contains(out({"--noise", "salt-pepper:0.2", "--overwrite"}), said.c_str()));
        CHECK_FALSE(contains(out({"--noise", "salt-pepper:0.2", "--overwrite", "--scale", "unit"}), said.c_str()));
        CHECK_FALSE(contains(out({"--noise", "masking:0.2", "--overwrite"}), said.c_str()));
    }

    TEST_CASE("what looks odd in the test patterns is said before the first step") {
        const Own own;
        const std::string data = own.put("a.npz", {20, 6}), wide = own.put("wide.npz", {3, 6}, 3);
        const Said said = own.train("shallow", data, {"--test-data", wide});
        CHECK(contains(said.out, "of the test patterns: the patterns reach 2.7, a sigmoid output 1"));
        CHECK(contains(said.out, "judged by  3 test patterns\n"));
        Archive halves = read_npz(data);
        halves.add("x_test", Matrix<float>(3, 5));
        write_npz(own.scratch.path("h.npz"), halves);
        CHECK(refused(own.train("shallow", own.scratch.path("h.npz")),
                      "h.npz: expected test patterns, x_test, of 6 numbers, found 5"));
        Archive constant;
        constant.add("x", Array({20, 4, 4}, std::vector<float>(320, 0.5f)));
        write_npz(own.scratch.path("c.npz"), constant);
        CHECK(contains(own.train("shallow", own.scratch.path("c.npz")).out, "all patterns are the same"));
        CHECK(refused(run({"demo", "--out", own.folder}), "holds a run that is no demo's; --overwrite replaces it"));
    }

    TEST_CASE("labels of other data are a classifier's own words, numbers too, or refused") {
        const Own own;
        const auto labelled = [&](const char* name, std::vector<std::string> words) {
            std::string text = "a,b,c,d,e,f,label\n";
            for (std::size_t q = 0; q < 20; ++q)
                for (std::size_t i = 0; i <= 6; ++i)
                    text += i < 6 ? std::to_string(0.1 * double((q * q + i * i) % 7)) + "," : words[q % words.size()] + "\n";
            std::ofstream(own.scratch.path(name)) << text;
            return own.scratch.path(name);
        };
        const std::string words = labelled("words.csv", {"2", "1", "none"}), numbers = labelled("numbers.csv", {"2", "1"}),
                          others = labelled("others.csv", {"3", "1"});
        REQUIRE(own.classifier(words).status == 0);
        REQUIRE(own.use("encode", {"--data", numbers, "--out", own.scratch.path("codes.npz")}).status == 0);
        const std::vector<std::string> codes = read_npz(own.scratch.path("codes.npz")).at("labels").texts();
        CHECK(codes[0] == "2");  // as the data say them
        CHECK(codes[1] == "1");
        labelled("words.csv", {"1", "2", "none"});
        CHECK(contains(own.use("evaluate").out, "these are not the patterns any more"));
        labelled("words.csv", {"2", "1", "none"});
        CHECK_FALSE(contains(own.use("evaluate").out, "any more"));
        CHECK(refused(own.use("evaluate", {"--data", others}), "pattern 1: expected a label as in the data that were trained on, found '3'"));
        std::filesystem::remove_all(own.folder);
        REQUIRE(own.classifier(numbers).status == 0);
        CHECK(refused(own.use("evaluate", {"--data", words}), "expected labels that are whole numbers from 0 on"));
        CHECK(refused(own.train("classifier", numbers, {"--test-data", words, "--overwrite"}), "expected labels that are whole numbers from 0 on"));
    }

    TEST_CASE("what cannot be judged is refused: test patterns without y, noise beside pairs, a finished run to resume") {
        const Own own;
        Archive pairs;
        for (const char* key : {"x", "y", "x_test"}) pairs.add(key, Array({12, 4}, std::vector<float>(48, 0.5f)));
        write_npz(own.scratch.path("half.npz"), pairs);
        CHECK(refused(own.train("shallow", own.scratch.path("half.npz")), "expected test patterns with y"));
        std::erase_if(pairs.entries, [](const auto& entry) { return entry.first == "x_test"; });
        write_npz(own.scratch.path("pairs.npz"), pairs);
        REQUIRE(own.train("shallow", own.scratch.path("pairs.npz")).status == 0);
        CHECK(refused(own.use("evaluate", {"--noise", "gaussian:0.1"}), "--noise: expected clean patterns"));
        CHECK(refused(run({"train", "shallow", "--resume", own.folder}), "is done, and has kept no checkpoint"));
    }
}
