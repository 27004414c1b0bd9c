// Colours and labels' columns from the command line: --image and --label-column, kept with the model.
#include <doctest/doctest.h>

#include <filesystem>

#include "autoencoder/model.hpp"
#include "autoencoder/npz.hpp"
#include "cli/running.hpp"
#include "picture/read_png.hpp"

using namespace autoencoder;

using Options = std::vector<std::string>;

TEST_SUITE("command line: read as") {
    TEST_CASE("colour is drawn in colour, and comes back in the shape of colours") {
        const Scratch scratch;
        const std::string data = scratch.path("data.npy"), folder = scratch.path("run");
        std::vector<float> numbers(4 * 72);
        for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = float(i * i % 11) / 11;
        write_npy(data, Array({4, 72}, numbers));
        const auto train = [&](Options words, const char* image) {
            words.insert(words.begin(), "train");
            words.insert(words.end(),
                         {"--data", data, "--epochs", "1", "--out", folder, "--image", image});
            return run(words);
        };
        for (const Options& kind :
             {Options{"convolutional", "--channels", "2"}, Options{"denoising", "--hidden", "2"}}) {
            CHECK(contains(train(kind, "6x4x3").out, "4 patterns of 72 (3 of 6×4)"));
            CHECK(load_model(folder + "/model.npz").height == 6);
            for (const char* picture : {"/features.png", "/reconstructions.png"})
                CHECK(testing::read_png(read_file(folder + picture)).picture.channels == 3);
            CHECK(contains(run({"evaluate", folder}).out, "4 training patterns"));
            const Bytes drawn = read_file(folder + "/reconstructions.png");
            CHECK(run({"show", folder}).status == 0);
            CHECK(read_file(folder + "/reconstructions.png") == drawn);
            CHECK(run({"reconstruct", folder}).status == 0);
            const std::string again = folder + "/reconstructed.npz";
            CHECK(read_npz(again).at("x_hat").shape == Array::Shape{4, 3, 6, 4});
            CHECK(run({"evaluate", folder, "--data", again}).status == 0);
        }
        CHECK(refused(train({"denoising"}, "6x4"),
                      "--image: expected patterns of 24 numbers, found 72"));
        for (const char* wrong : {"72", "6x", "0x6", "6x4x3x1", "-6x4", "6xx4"})
            CHECK(refused(train({"denoising"}, wrong), "--image: expected a shape as 28x28"));
    }

    TEST_CASE("pixels that a table has as whole numbers are what bytes are for its model") {
        const Scratch scratch;
        const std::string table = scratch.put("t.csv", bytes_of("0,51,255\n255,102,0\n")), folder = scratch.path("run");
        write_npy(scratch.path("b.npy"), Array({2, 3}, std::vector<std::uint8_t>{0, 51, 255, 255, 102, 0}));
        REQUIRE(run({"train", "pca", "--data", table, "--hidden", "1", "--out", folder}).status == 0);
        const auto error = [&](const std::string& data) {
            const std::string line = run({"evaluate", folder, "--data", data, "--json"}).out;
            return line.substr(line.find("\"error_per_pattern\""), 40);
        };
        CHECK(error(table) == error(scratch.path("b.npy")));
    }

    TEST_CASE("a classifier's data are read as those of its encoders were") {
        const Scratch scratch;
        const auto table = [&](const char* name, std::vector<std::size_t> order, bool of_bytes) {
            std::string text;
            for (const std::size_t k : order) text += std::string(1, "abc"[k]) + ",";
            text += "label\n";
            for (std::size_t q = 0; q < 12; ++q) {
                for (const std::size_t k : order)
                    text += (of_bytes ? std::to_string((q * 70 + 31 * k) % 256) : std::to_string((q * 7 + 3 * k) % 10 * 100)) + ",";
                text += std::to_string(q % 2) + "\n";
            }
            return scratch.put(name, bytes_of(text));
        };
        const auto learnt = [&](const std::string& encoders, const std::string& data, const char* option) {
            const std::string folder = scratch.path("run");
            const Said said = run({"train", "classifier", option, encoders, "--no-fine-tuning", "--head-iterations", "5", "--data",
                                   data, "--out", folder, "--overwrite"});
            INFO(said.err);
            REQUIRE(said.status == 0);
            CHECK(run({"evaluate", folder}).status == 0);
            CHECK_FALSE(contains(run({"evaluate", folder}).out, "any more"));
            const auto theta = std::get<Buffer<float>>(load_model(folder + "/model.npz").theta);
            return std::vector<float>(theta.begin(), theta.end());
        };
        const std::string named = scratch.path("named"), bytes = scratch.path("bytes");
        const std::string data = table("t.csv", {0, 1, 2}, false), turned = table("u.csv", {2, 0, 1}, false);
        REQUIRE(run({"train", "shallow", "--hidden", "2", "--iterations", "5", "--scale", "unit", "--data", data, "--out", named}).status == 0);
        CHECK(learnt(named, data, "--pretrained") == learnt(named, turned, "--pretrained"));

        std::vector<std::uint8_t> pixels;
        std::vector<int> labels;
        for (std::size_t q = 0; q < 12; ++q) {
            for (std::size_t k = 0; k < 3; ++k) pixels.push_back(std::uint8_t((q * 70 + 31 * k) % 256));
            labels.push_back(int(q % 2));
        }
        Archive archive;
        archive.add("x", Array({12, 3}, pixels));
        archive.add("labels", Array({12}, std::span<const int>(labels)));
        write_npz(scratch.path("b.npz"), archive);
        REQUIRE(run({"train", "shallow", "--hidden", "2", "--iterations", "5", "--data", scratch.path("b.npz"), "--out", bytes}).status == 0);
        const std::string same = table("b.csv", {0, 1, 2}, true);
        CHECK(learnt(bytes, scratch.path("b.npz"), "--pretrained") == learnt(bytes, same, "--pretrained"));
    }

    TEST_CASE("what may be labels, and classes that are not learnt, are said before the first step") {
        const Scratch scratch;
        const auto table = [&](const char* name, std::size_t N, int least, int most, const char* header) {
            std::string text = header;
            for (std::size_t q = 0; q < N; ++q)
                text += "0." + std::to_string(q % 9 + 1) + ",0." + std::to_string(q % 7 + 1) + "," +
                        std::to_string(least + int(q) * (most - least + 1) / int(N)) + "\n";
            return scratch.put(name, bytes_of(text));
        };
        const std::string labelled = table("l.csv", 20, 1, 2, "a,b,label\n"), other = table("o.csv", 20, 0, 1, "a,b,label\n");
        const auto train = [&](const char* kind, const std::string& data, Options more) {
            more.insert(more.begin(), {"train", kind, "--data", data, "--out", scratch.path("run"), "--overwrite"});
            return run(more).out;
        };
        const Options quick = {"--hidden", "none", "--no-fine-tuning", "--head-iterations", "1"};
        const auto classified = [&](Options more) {
            more.insert(more.end(), quick.begin(), quick.end());
            return train("classifier", labelled, more);
        };
        CHECK(contains(classified({"--test-data", other}), "some are of class 0, and no training pattern is"));
        CHECK(contains(classified({"--test-data", labelled}), "20 of the 20 test patterns are training patterns"));
        CHECK(contains(classified({"--test-data", table("d.csv", 18, 1, 2, "a,b,label\n")}), "18 of the 18 test patterns are"));
        const std::string own = scratch.put("w.csv", bytes_of("a,b,label\n0.15,0.1,1\n0.25,0.2,2\n0.1,0.1,2\n"));
        CHECK_FALSE(contains(classified({"--test-data", own}), "are training patterns"));
        CHECK(contains(classified({"--head-validation", "10"}), "the last 10 patterns are held out, and no other one is of class 2"));
        for (const char* learnt : {"no training pattern is", "held out"}) CHECK_FALSE(contains(classified({}), learnt));
        CHECK(contains(train("classifier", table("e.csv", 20, 0, 19, "a,b,label\n"), quick), "20 classes of 20 patterns: most have but one"));
        const char* among = "column 3 has 2 whole numbers, from 1 to 2: --label-column 3 takes them for labels";
        for (const char* scale : {"none", "unit"})
            CHECK(contains(train("pca", table("p.csv", 20, 1, 2, ""), {"--hidden", "1", "--scale", scale}), among));
        CHECK_FALSE(contains(train("pca", labelled, {"--hidden", "1"}), among));
        CHECK_FALSE(contains(train("pca", table("p.csv", 20, 1, 20, ""), {"--hidden", "1"}), "whole numbers"));
    }

    TEST_CASE("names that differ in capitals, or come twice, are found again, and a test set of training patterns is said to be so") {
        const Scratch scratch;
        const std::string folder = scratch.path("run");
        const auto train = [&](const std::string& data, Options more = {}) {
            more.insert(more.begin(), {"train", "pca", "--data", data, "--out", folder, "--overwrite", "--hidden", "1"});
            return run(more).out;
        };
        const auto used = [&](const char* text) { return run({"encode", folder, "--data", scratch.put("new.csv", bytes_of(text))}); };
        train(scratch.put("t.csv", bytes_of("t,T,p\n1,2,3\n2,3,5\n4,1,2\n")));
        CHECK(used("p,T,t\n3,2,1\n").status == 0);
        CHECK(refused(used("T,p\n1,2\n"), "expected a column 't', as in the data that were trained on, found none"));
        for (const char* twice : {"id,a,b,id\n1,0.1,0.5,7\n2,0.2,0.4,7\n3,0.3,0.6,8\n", ",,a,b\nx,0,0.1,0.5\ny,1,0.2,0.4\nz,1,0.4,0.3\n"}) {
            train(scratch.put("twice.csv", bytes_of(twice)));
            CHECK(used(twice).status == 0);
        }
        const std::string rows = "a,b\n0.1,0.5\n0.2,0.4\n0.3,0.6\n", known = "of the 3 test patterns are training patterns";
        const std::string both = (scratch.folder / "both").string();
        std::filesystem::create_directories(both);
        for (const char* name : {"both/mnist_train.csv", "both/mnist_test.csv"}) scratch.put(name, bytes_of(rows));
        CHECK(contains(train(both), "3 " + known));
        scratch.put("both/mnist_test.csv", bytes_of("a,b\n0.1,0.5\n0.2,0.3\n0.7,0.1\n"));
        CHECK_FALSE(contains(train(both), known));
        const std::string again = scratch.put("again.csv", bytes_of(rows + rows.substr(4) + rows.substr(4)));
        CHECK(contains(train(again, {"--test-fraction", "0.34"}), known));
    }

    TEST_CASE("the column of the labels is kept with the model") {
        const Scratch scratch;
        std::string table = "kind,a,b\n";
        for (int q = 0; q < 20; ++q) table += q % 2 == 0 ? "up,0.5,1\n" : "down,1,0.25\n";
        const std::string data = scratch.put("t.csv", bytes_of(table)),
                          folder = scratch.path("run");
        const Said said = run({"train", "classifier", "--data", data, "--out", folder, "--hidden",
                               "2", "--label-column", "kind", "--iterations", "1",
                               "--head-iterations", "1", "--fine-tune-epochs", "1"});
        CHECK(said.status == 0);
        CHECK(contains(said.out, "labels are numbered in their order: class 0 is 'down', 1 is 'up'"));
        CHECK(contains(run({"evaluate", folder}).out, "20 training patterns"));
        CHECK(run({"evaluate", folder, "--data", data}).status == 0);
        CHECK(run({"evaluate", folder, "--data", data, "--label-column", "1"}).status == 0);
        const std::string turned = scratch.put("v.csv", bytes_of("b,more,kind,a\n1,3,up,0.5\n0.25,4,down,1\n"));
        const Said by_name = run({"evaluate", folder, "--data", turned});
        CHECK(by_name.status == 0);
        CHECK(contains(by_name.out, "by their names; left out: column 'more'"));
        const std::string unlabelled = scratch.put("u.csv", bytes_of("a,b\n0.5,1\n"));
        CHECK(run({"encode", folder, "--data", unlabelled}).status == 0);
        CHECK(refused(run({"evaluate", folder, "--data", unlabelled}), "with labels, found none"));
        CHECK(refused(run({"encode", folder, "--data", unlabelled, "--label-column", "kind"}),
                      "--label-column: expected the name of a column"));
        const auto evaluated = [&](const char* text) {
            return run({"evaluate", folder, "--data", scratch.put("w.csv", bytes_of(text))});
        };
        CHECK(refused(evaluated("0.5,1\n1,0.25\n"), "with labels, found none"));  // names nothing that was not typed
        CHECK(refused(evaluated("kind,a,b\nup,0.5,1\n,1,0.25\n"), "line 3: expected a label, found none"));
        CHECK(refused(evaluated("kind,a,b\nup,0.5,1\nleft,1,0.25\n"), "pattern 2: expected a label as in the data"));
        CHECK(contains(evaluated("a,class,b\n0.5,up,1\n1,down,0.25\n").out, "column 'class' is taken for labels"));
    }
}
