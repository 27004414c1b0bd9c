// Data before training: what does not suit is said or refused before the first step, a scale is applied and
// undone everywhere, and a run says what it was judged by.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "autoencoder/model.hpp"
#include "cli/patterns.hpp"
#include "cli/trial.hpp"

using namespace autoencoder;

namespace {

double up_to_255(std::size_t i, Random&) { return double(i * i % 256); }
double in_range(std::size_t i, Random&) { return double(i * i % 11) / 11; }
double normal(std::size_t, Random& random) {
    std::vector<double> one(1);
    random.normal(one);
    return one[0];
}

}  // namespace

TEST_SUITE("command line: data") {
    TEST_CASE("targets beyond the output are a note for squared error, with the way out") {
        const Trial trial(40, up_to_255);
        const Said said = trial.small();
        CHECK(said.status == 0);
        CHECK(contains(said.out, "the patterns reach 2"));
        CHECK(contains(said.out, ", a sigmoid output 1: --scale unit"));
        CHECK(contains(trial.small({"--json"}).out, "\"remarks\": \"the patterns reach"));
        for (const Options& way : {Options{"--scale", "unit"}, Options{"--output-activation", "linear"}})
            CHECK_FALSE(contains(trial.small(way).out, "note"));
        const Trial below(40, normal);
        CHECK(contains(below.small({"--output-activation", "tanh"}).out, ", a tanh output -1; they reach "));
    }

    TEST_CASE("a cross-entropy of them is refused before anything is written") {
        const Trial trial(40, normal);
        CHECK(refused(trial.small({"--loss", "cross_entropy"}), "; --scale unit brings them there"));
        CHECK(refused(trial.train("variational"), "expected targets from 0 to 1"));
        CHECK(refused(trial.small({"--loss", "cross_entropy", "--scale", "standard"}), "from 0 to 1"));
        CHECK_FALSE(trial.begun());
        CHECK(trial.small({"--loss", "cross_entropy", "--scale", "unit"}).status == 0);
    }

    TEST_CASE("labels that are no classes are refused, classes without patterns a note") {
        const Options quick = {"--hidden", "2", "--iterations", "1", "--head-iterations", "1",
                               "--fine-tune-epochs", "1"};
        const Trial identities(40, in_range, [](std::size_t q) { return 2'000'000 + int(q); });
        CHECK(refused(identities.train("classifier", quick), "these are no classes"));
        CHECK_FALSE(identities.begun());
        const Trial from_one(40, in_range, [](std::size_t q) { return 1 + int(q % 3); });
        const Said said = from_one.train("classifier", quick);
        CHECK(said.status == 0);
        CHECK(contains(said.out, "class 0 has no pattern"));
        CHECK(contains(said.out, "training patterns after head"));
        CHECK_FALSE(contains(said.out, "test patterns"));
    }

    TEST_CASE("a test set without labels is said to have none: the training patterns are judged by") {
        const Trial trial(4, in_range);
        Archive halves = read_npz(trial.data);
        halves.add("x_test", halves.at("x"));
        write_npz(trial.data, halves);
        const Options quick = {"--hidden", "none", "--no-fine-tuning", "--head-iterations", "1"};
        const Said said = trial.train("classifier", quick);
        CHECK(contains(said.out, "its test patterns have no labels"));
        CHECK(contains(said.out, "  training patterns after head"));
        CHECK(contains(trial.use("evaluate", {"--split", "train"}).out, ", 4 training patterns"));
        const Trial other(4, in_range);
        Archive bare;
        bare.add("x", halves.at("x"));
        write_npz(other.scratch.path("bare.npz"), bare);
        CHECK(refused(other.train("classifier", {"--test-data", other.scratch.path("bare.npz")}), "expected test patterns with labels, found none"));
        CHECK_FALSE(other.begun());
    }

    TEST_CASE("a handful of patterns and columns that never change are noted") {
        const Trial few(4, in_range);
        CHECK(contains(few.small().out, "only 4 patterns"));
        const Trial constant(40, [](std::size_t i, Random& random) {
            return i % 4 == 2 ? 0.5 : in_range(i, random);
        });
        CHECK(contains(constant.small().out, "one column never changes: 3"));
        CHECK(contains(Trial(40, [](std::size_t, Random&) { return 0.5; }).small().out, "\nThe code has collapsed"));
        const Trial numbered(40, [](std::size_t i, Random& random) { return i % 4 == 1 ? double(i) : in_range(i, random); });
        CHECK(contains(numbered.small().out, "one column rises from pattern to pattern"));
        const auto with = [](double most, double instead) {
            const Trial trial(40, [=](std::size_t i, Random&) { return i % 16 == 1 ? instead : most * double(i * i % 11) / 11; });
            return trial.small({"--scale", "unit"}).out;
        };
        for (const double missing : {-999.0, 9999.0, -32768.0})
            CHECK(contains(with(50, missing), ": where that stands for a missing number, it has to be filled in"));
        CHECK(contains(with(50, -999), "column 2 is -999 in 10 patterns"));
        CHECK_FALSE(contains(with(1500, 999), "missing"));
        CHECK_FALSE(contains(with(50, 120), "missing"));
        const Trial unlike(40, [](std::size_t i, Random&) { return (i % 4 == 0 ? 842'000.0 : 1.0) + double(i * i % 11) / 11; });
        CHECK(contains(unlike.small({"--output-activation", "linear"}).out, ": --scale standard gives all the same weight"));
        CHECK_FALSE(contains(unlike.small({"--scale", "standard", "--output-activation", "linear"}).out, "the same weight"));
        const Said pca = constant.train("pca", {"--hidden", "2", "--scale", "standard"});
        CHECK(pca.status == 0);
        CHECK(contains(pca.out, "one column never changes: 3"));
        CHECK_FALSE(contains(pca.out, "nan"));
    }

    TEST_CASE("a scale is the same as scaled data, and undone in what comes out") {
        for (const cli::Scaling scaling : {cli::Scaling::unit, cli::Scaling::standard}) {
            const Trial trial(40, up_to_255);
            cli::Scale scale;
            {
                Dataset set;
                set.x = trial.x;
                scale = cli::scale_of(scaling, set);
            }
            Matrix<float> scaled = trial.x;
            scale.apply(scaled);
            double least = 1e9, most = -1e9, sum = 0;
            for (std::size_t q = 0; q < scaled.rows; ++q) {
                least = std::min(least, double(scaled(q, 1)));
                most = std::max(most, double(scaled(q, 1)));
                sum += double(scaled(q, 1));
            }
            if (scaling == cli::Scaling::unit) CHECK((least == 0 && most == 1));
            else CHECK(std::abs(sum) < 1e-4);
            trial.write("scaled.npz", scaled, std::vector<std::int64_t>(40, 0));

            const Options linear = {"--output-activation", "linear"};
            Options words = linear;
            words.insert(words.end(), {"--scale", std::string(name(scaling))});
            REQUIRE(trial.small(words).status == 0);
            const Archive with = read_npz(trial.model);
            CHECK(trial.use("reconstruct").status == 0);
            const Matrix<double> there = read_npz(trial.folder + "/reconstructed.npz").at("x_hat").matrix<double>();
            CHECK(trial.use("encode").status == 0);
            const Matrix<double> code = read_npz(trial.folder + "/code.npz").at("code").matrix<double>();
            CHECK(trial.use("decode").status == 0);
            CHECK(read_npz(trial.folder + "/decoded.npz").at("x_hat").matrix<double>().values[7] == there.values[7]);

            Options by_hand = {"train", "shallow", "--data", trial.scratch.path("scaled.npz"), "--out",
                               trial.folder, "--hidden", "3", "--iterations", "3"};
            by_hand.insert(by_hand.end(), linear.begin(), linear.end());
            REQUIRE(run(by_hand).status == 0);
            for (const char* key : {"W1", "b1", "W2", "b2"})
                CHECK(read_npz(trial.model).at(key).values == with.at(key).values);
            CHECK(trial.use("reconstruct").status == 0);
            Matrix<double> here = read_npz(trial.folder + "/reconstructed.npz").at("x_hat").matrix<double>();
            scale.undo(here);
            for (std::size_t i = 0; i < here.values.size(); ++i)
                REQUIRE(there.values[i] == doctest::Approx(here.values[i]).epsilon(1e-6));
            CHECK(trial.use("encode").status == 0);
            const Matrix<double> same = read_npz(trial.folder + "/code.npz").at("code").matrix<double>();
            for (std::size_t i = 0; i < same.values.size(); ++i) REQUIRE(same.values[i] == code.values[i]);
        }
    }

    TEST_CASE("a fraction for the test is the same for the same seed, and is what evaluate takes") {
        const Trial trial(40, in_range);
        CHECK(trial.small({"--test-fraction", "0.25"}).status == 0);
        CHECK(read_npz(trial.model).at("training_patterns").integer() == 30);
        CHECK(contains(trial.use("evaluate").out, ", 10 test patterns"));
        CHECK(contains(trial.use("evaluate", {"--split", "train"}).out, ", 30 training patterns"));
        const Bytes once = read_file(trial.model);
        CHECK(trial.small({"--test-fraction", "0.25"}).status == 0);
        CHECK(read_file(trial.model) == once);
        CHECK(trial.small({"--test-fraction", "0.25", "--seed", "2"}).status == 0);
        CHECK(read_file(trial.model) != once);
        CHECK(refused(trial.small({"--test-fraction", "0.001"}), "--test-fraction: expected"));
        const Dataset all = load_data(trial.data, Split::train);
        for (std::size_t q = 0; q < 40; ++q) {  // whichever part it is in
            std::vector<std::int64_t> labels(all.labels.begin(), all.labels.end());
            labels[q] = 1 - labels[q];
            trial.write("data.npz", all.x, labels);
            CHECK(refused(trial.use("evaluate"), "these are not"));
        }
        trial.write("data.npz", Matrix<float>(40, 4), std::vector<std::int64_t>(40, 1));
        CHECK(refused(trial.use("evaluate"), "these are not the patterns any more"));
        CHECK(trial.use("evaluate", {"--data", trial.data}).status == 0);
        CHECK(refused(trial.small({"--test-fraction", "0.5", "--test-data", trial.data}), "contradicts"));
    }

    TEST_CASE("test data of one's own, or none and it is said") {
        const Trial trial(40, in_range);
        Matrix<float> others(7, 4), narrow(7, 3);
        trial.write("test.npz", others, std::vector<std::int64_t>(7, 1));
        trial.write("narrow.npz", narrow, std::vector<std::int64_t>(7, 1));
        CHECK(contains(trial.train("pca", {"--hidden", "2", "--test-data", trial.scratch.path("test.npz")}).out,
                       "test patterns"));
        CHECK(contains(trial.use("evaluate").out, ", 7 test patterns"));
        CHECK_FALSE(contains(trial.use("evaluate").out, "not the patterns any more"));
        others(0, 0) = 1;
        trial.write("test.npz", others, std::vector<std::int64_t>(7, 1));
        CHECK(contains(trial.use("evaluate").out, "was judged by"));
        CHECK_FALSE(contains(trial.use("evaluate", {"--split", "train"}).out, "was judged by"));
        trial.write("data.npz", Matrix<float>(40, 4), std::vector<std::int64_t>(40, 1));
        CHECK(contains(trial.use("evaluate", {"--split", "train"}).out, "was trained on"));
        CHECK(refused(trial.small({"--test-data", trial.scratch.path("narrow.npz")}),
                      "--test-data: expected patterns of 4 numbers, found 3"));
        CHECK_FALSE(contains(trial.train("pca", {"--hidden", "2"}).out, "test patterns"));
        CHECK(contains(trial.use("evaluate").out, ", 40 training patterns"));
        CHECK(contains(trial.use("evaluate", {"--data", trial.scratch.path("test.npz")}).out, ", 7 patterns"));
    }

    TEST_CASE("a folder that holds a run is refused, or cleared of it and of nothing else") {
        const Trial trial(40, in_range);
        const Options classifier = {"--hidden", "2", "--iterations", "1", "--head-iterations", "1",
                                    "--fine-tune-epochs", "1"};
        CHECK(trial.train("classifier", classifier).status == 0);
        const std::string mine = trial.scratch.put("run/mine.png", bytes_of("x"));
        CHECK(std::filesystem::exists(trial.folder + "/stage1.csv"));
        const Bytes model = read_file(trial.model);
        CHECK(refused(trial.small({"--no-overwrite"}), "--out: " + trial.folder + " holds a run; --overwrite"));
        CHECK(refused(trial.train("pca", {"--hidden", "2", "--no-overwrite"}), "holds a run"));
        const auto says_how_to_go_on = [&](const char* kind) {
            const Said said = trial.train(kind, {"--hidden", "2", "--no-overwrite"});
            return contains(said.err, ", autoencoder train shallow --resume " + trial.folder + " goes on with it");
        };
        CHECK_FALSE(says_how_to_go_on("shallow"));
        CHECK(read_file(trial.model) == model);
        CHECK(trial.small({"--checkpoint", "1"}).status == 0);
        for (const char* kind : {"shallow", "sparse", "pca"}) CHECK(says_how_to_go_on(kind));
        for (const char* stale : {"/stage1.csv", "/stage1.png", "/head.csv", "/confusion.png"})
            CHECK_FALSE(std::filesystem::exists(trial.folder + stale));
        CHECK(std::filesystem::exists(mine));
        CHECK(run({"train", "shallow", "--resume", trial.folder + "/model.npz", "--iterations", "4"}).status == 0);
    }

    TEST_CASE("windows lead back to images of odd sizes") {
        const Trial trial(40, in_range);
        Archive images;
        images.add("x", Array({3, 27, 25}, std::vector<float>(3 * 27 * 25, 0.5f)));
        write_npz(trial.data, images);
        for (const char* kernel : {"2", "3"}) {
            const Said said = trial.train("convolutional", {"--channels", "2,2", "--epochs", "1", "--kernel", kernel});
            CHECK(said.status == 0);
            CHECK(load_model(trial.model).network.units(4) == 27 * 25);
        }
        CHECK(trial.train("convolutional", {"--kernel", "4294967296"}).status == 2);
    }

    TEST_CASE("each stage of a stack has its own objective where they are listed") {
        const Trial trial(40, in_range);
        const auto stacked = [&](const char* penalty, const char* target) {
            Options words = {"--hidden", "3,2", "--iterations", "2", "--weight-penalty", penalty,
                             "--sparsity-target", target, "--sparsity-weight", "1", "--checkpoint", "1"};
            return trial.train("stacked", words);
        };
        const Said lists = stacked("0.004,0.002", "0.15,0.1");
        CHECK(lists.status == 0);
        CHECK(contains(lists.out, "λ = 0.004, ρ̄ = 0.15"));
        CHECK(contains(lists.out, "λ = 0.002, ρ̄ = 0.1,"));
        const Archive with = read_npz(trial.model);
        CHECK(stacked("0.004", "0.15").status == 0);
        const Archive alike = read_npz(trial.model);
        CHECK(with.at("W1").values == alike.at("W1").values);  // the first stage is the same
        CHECK(with.at("W2").values != alike.at("W2").values);
        CHECK(refused(stacked("1,2,3", "0.1"), "--weight-penalty: expected one number, or one for each of 2"));
        CHECK(refused(stacked("0.1,x", "0.1"), "--weight-penalty: expected a number ≥ 0, found 'x'"));
    }

    TEST_CASE("a code that says nothing is said to have collapsed, features that never vary have no correlation") {
        const Trial trial(40, [](std::size_t, Random&) { return 0.5; });
        CHECK(trial.train("variational", {"--hidden", "3", "--code", "2", "--epochs", "60", "--learning-rate",
                                          "0.02"}).status == 0);
        const Said said = trial.use("evaluate");
        CHECK(contains(said.out, "active units       0 of 2"));
        CHECK(contains(said.out, "collapsed"));
        CHECK_FALSE(contains(said.out, "nan"));
    }

    TEST_CASE("the advice after infinity fits its cause") {
        const Trial trial(40, up_to_255);
        const Options linear = {"--output-activation", "linear", "--activation", "linear", "--optimizer", "sgd",
                                "--hidden", "3", "--epochs", "20", "--batch", "4"};
        CHECK(refused(trial.train("shallow", linear), "the patterns reach 2"));
        CHECK(refused(trial.train("shallow", linear), "--scale unit may help"));
    }

    TEST_CASE("what a model is used on is read as what it was trained on") {
        const Trial trial(4, in_range);
        const auto table = [&](const char* name, const char* text) { return trial.scratch.put(name, bytes_of(text)); };
        const std::string mine = table("mine.csv", "a,b,label\n0.1,0.9,cat\n0.2,0.8,cat\n0.9,0.1,dog\n0.8,0.3,elk\n"),
                          some = table("some.csv", "a,b,label\n0.9,0.1,dog\n0.8,0.3,elk\n"),
                          other = table("other.csv", "a,b,label\n0.9,0.1,cow\n");
        run({"train", "classifier", "--data", mine, "--out", trial.folder, "--overwrite", "--hidden", "2"});
        CHECK(trial.use("classify", {"--data", some, "--out", trial.scratch.path("l.npz")}).status == 0);
        const Archive said = read_archive(trial.scratch.path("l.npz"));
        CHECK(said.find("labels")->integers() == std::vector<std::int64_t>{1, 2});
        CHECK(refused(trial.use("evaluate", {"--data", other}), "pattern 1: expected a label as in the data that were trained on"));
    }
}
