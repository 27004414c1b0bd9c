// Runs of several steps: stacks and classifiers, and what is done with them.
#include <doctest/doctest.h>

#include <algorithm>

#include "autoencoder/classifier.hpp"
#include "autoencoder/data.hpp"
#include "autoencoder/model.hpp"
#include "autoencoder/stacked.hpp"
#include "cli/judgement.hpp"
#include "cli/running.hpp"

using namespace autoencoder;

namespace {

using Options = std::vector<std::string>;

Bytes model_of(const std::string& folder) { return read_file(folder + "/model.npz"); }

/// `train KIND` of two small stages on a few digits.
Options two_stages(const std::string& kind, const std::string& folder, const Options& more = {}) {
    Options arguments = {"train",    kind,           "--count", "200",   "--hidden", "16,8",
                         "--out",    folder,         "--iterations", "4"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
}

const Options short_steps = {"--head-iterations", "6", "--fine-tune-epochs", "3"};

Options classifier(const std::string& folder, Options more = {}) {
    more.insert(more.begin(), short_steps.begin(), short_steps.end());
    return two_stages("classifier", folder, more);
}

std::vector<std::string> files_of(const std::string& folder) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    return names;
}

/// Patterns of six numbers with these labels, as a file.
void write_patterns(const std::string& path, const std::vector<std::int64_t>& labels) {
    Matrix<float> x(40, 6);
    for (std::size_t i = 0; i < x.values.size(); ++i) x.values[i] = float(i % 7) / 7;
    Archive archive;
    archive.add("x", x);
    if (!labels.empty()) archive.add("labels", Array({labels.size()}, labels));
    write_npz(path, archive);
}

}  // namespace

TEST_SUITE("command line: stacks") {
    TEST_CASE("a stack's run leaves one model, and log, curve and cost of each stage") {
        const Scratch scratch;
        const std::string folder = scratch.path("run");
        const Said said = run(two_stages("stacked", folder));
        CHECK(said.status == 0);
        CHECK(contains(said.out, "stage1  784-16-784, sigmoid-sigmoid"));
        CHECK(contains(said.out, "stage2  16-8-16, sigmoid-sigmoid"));
        CHECK(contains(said.out, "2 stages and back: squared error "));
        CHECK(files_of(folder) ==
              Options{"features.png", "model.npz", "reconstructions.png", "report.html",
                      "stage1.csv", "stage1.svg", "stage2.csv", "stage2.svg"});
        const Model model = load_model(folder + "/model.npz");
        CHECK(stages(model.network) == 2);
        CHECK(model.network.units(2) == 8);
        CHECK_FALSE(model.network.sparse(3));  // a decoder: only codes are sparse
        CHECK(noted(model, "stages")->integer() == 2);
        for (const char* command : {"evaluate", "encode", "reconstruct", "show"})
            CHECK(run({command, folder + "/model.npz", "--count", "20"}).status == 0);
    }

    TEST_CASE("[greedy]: stage 1 is what `train shallow` makes of the same options") {
        const Scratch scratch;
        const std::string stack = scratch.path("stack"), shallow = scratch.path("shallow");
        CHECK(run(two_stages("stacked", stack, {"--quiet"})).status == 0);
        CHECK(run(small_run("sparse", shallow, {"--iterations", "4", "--quiet"})).status == 0);
        const Model deep = load_model(stack + "/model.npz");
        const Model alone = load_model(shallow + "/model.npz");
        const Buffer<float> first = stage_parameters<float>(
            deep.network, std::get<Buffer<float>>(deep.theta), 1);
        CHECK(std::ranges::equal(first, std::get<Buffer<float>>(alone.theta)));
    }

    TEST_CASE("--unroll trains all stages and their decoders as one network") {
        const Scratch scratch;
        const std::string folder = scratch.path("run");
        const Said said = run(two_stages("stacked", folder,
                                         {"--unroll", "--fine-tune-epochs", "2",
                                          "--code-activation", "linear", "--sparse-layers", "1"}));
        CHECK(said.status == 0);
        CHECK(contains(said.out, "unrolled  784-16-8-16-784, sigmoid-linear-sigmoid-sigmoid"));
        CHECK(std::filesystem::exists(folder + "/unrolled.csv"));
        CHECK(noted(load_model(folder + "/model.npz"), "unrolled")->integer() == 1);
    }

    TEST_CASE("a classifier's run says what each step is worth, and leaves its confusions") {
        const Scratch scratch;
        const std::string folder = scratch.path("run"), model_file = folder + "/model.npz";
        const Said said = run(classifier(folder));
        CHECK(said.status == 0);
        CHECK(contains(said.out, "head  8-10, softmax"));
        CHECK(contains(said.out, "fine-tuning  784-16-8-10, sigmoid-sigmoid-softmax"));
        CHECK(contains(said.out, "test patterns after head: "));
        CHECK(contains(said.out, "test patterns after fine-tuning: "));
        CHECK(contains(said.out, "as 9  right"));
        CHECK(files_of(folder) ==
              Options{"confusion.svg", "features.png", "fine-tuning.csv", "fine-tuning.svg",
                      "head.csv", "head.svg", "mistakes.png", "model.npz", "report.html",
                      "stage1.csv", "stage1.svg", "stage2.csv", "stage2.svg"});

        const std::string labels = scratch.path("labels.npz");
        const Said classified = run({"classify", model_file, "--count", "50", "--out", labels});
        CHECK(classified.status == 0);
        const Archive written = read_npz(labels);
        CHECK(written.at("probabilities").shape == Array::Shape{50, 10});
        CHECK(written.at("decided").shape == Array::Shape{50});
        const Model model = load_model(model_file);
        const Dataset test = load_data("digits", Split::test, 50);
        const cli::Judgement judgement = cli::judge(model, test);
        const std::vector<std::int64_t> decided(judgement.decided.begin(),
                                                judgement.decided.end());
        CHECK(written.at("decided").integers() == decided);
        CHECK(contains(classified.out, judgement.words()));
        const Said evaluated = run({"evaluate", model_file, "--count", "50"});
        CHECK(contains(evaluated.out, judgement.words()));
        CHECK(contains(run({"evaluate", model_file, "--json"}).out, "\"accuracy\": 0."));
        CHECK(run({"show", model_file, "--out", scratch.path("pictures")}).status == 0);
        CHECK(files_of(scratch.path("pictures")) ==
              Options{"confusion.svg", "features.png", "mistakes.png"});
    }

    TEST_CASE("[head]: every head, in both precisions, and on the patterns themselves") {
        const Scratch scratch;
        for (const char* head : {"lms", "multi-layer", "softmax"}) {
            CAPTURE(head);
            const std::string folder = scratch.path(head);
            CHECK(run(classifier(folder, {"--head", head, "--precision", "double", "--quiet"}))
                      .status == 0);
            const Model model = load_model(folder + "/model.npz");
            CHECK(std::holds_alternative<Buffer<double>>(model.theta));
            CHECK(noted(model, "head")->text() == head);
            CHECK(run({"classify", folder + "/model.npz", "--count", "9"}).status == 0);
            const char* key = std::string(head) == "softmax" ? "probabilities" : "outputs";
            CHECK(read_npz(folder + "/labels.npz").find(key) != nullptr);
        }
        CHECK(load_model(scratch.path("multi-layer/model.npz")).network.units(3) == 100);
        const std::string raw = scratch.path("raw");
        CHECK(run({"train", "classifier", "--hidden", "none", "--count", "200", "--out", raw,
                   "--head-iterations", "9", "--no-fine-tuning", "--quiet"})
                  .status == 0);
        CHECK(load_model(raw + "/model.npz").network.depth() == 1);
    }

    TEST_CASE("[fine-tune]: each of the three steps can be left out") {
        const Scratch scratch;
        const std::string stack = scratch.path("stack"), own = scratch.path("own"),
                          taken = scratch.path("taken");
        CHECK(run(two_stages("stacked", stack, {"--quiet"})).status == 0);
        CHECK(run(classifier(own, {"--quiet"})).status == 0);
        const Options after = {"train", "classifier", "--count", "200",  "--pretrained",
                               stack + "/model.npz", "--out", taken, "--quiet"};
        Options with_steps = after;
        with_steps.insert(with_steps.end(), short_steps.begin(), short_steps.end());
        CHECK(run(with_steps).status == 0);
        CHECK(model_of(taken) == model_of(own));  // step 1 elsewhere, the rest here: the same bits

        Options without = after;
        without.insert(without.end(), {"--no-fine-tuning", "--head-iterations", "6"});
        CHECK(run(without).status == 0);
        const Model head_only = load_model(taken + "/model.npz");
        const Model deep = load_model(stack + "/model.npz");
        CHECK(std::ranges::equal(weights(head_only, 1).values, weights(deep, 1).values));

        const std::string random = scratch.path("random");
        CHECK(run({"train", "classifier", "--count", "200", "--hidden", "16,8", "--out", random,
                   "--no-pretraining", "--no-head-training", "--fine-tune-epochs", "2", "--quiet"})
                  .status == 0);
        CHECK(files_of(random) == Options{"confusion.svg", "features.png", "fine-tuning.csv",
                                          "fine-tuning.svg", "mistakes.png", "model.npz",
                                          "report.html"});
    }

    TEST_CASE("a run stopped in any of its steps goes on there and ends with the same bits") {
        const Scratch scratch;
        const std::string whole = scratch.path("whole");
        CHECK(run(classifier(whole)).status == 0);
        const std::pair<const char*, const char*> places[] = {{"stage1", "iteration 2/4"},
                                                              {"stage2", "iteration 0/4"},
                                                              {"stage2", "iteration 4/4"},
                                                              {"head", "iteration 3/6"},
                                                              {"fine-tuning", "epoch 2/3"}};
        for (const auto& place : places) {
            CAPTURE(place.first);
            CAPTURE(place.second);
            const std::string part = scratch.path("part");
            CtrlCAfter out(place.first, place.second);
            const Said said = run_with(classifier(part), out);
            CHECK(out.sent);
            CHECK(said.status == 1);
            CHECK(contains(said.out, "to go on: autoencoder train classifier --resume " + part));
            CHECK_FALSE(std::filesystem::exists(part + "/model.npz"));
            CHECK(run({"train", "classifier", "--resume", part, "--quiet"}).status == 0);
            CHECK(model_of(part) == model_of(whole));
            CHECK_FALSE(std::filesystem::exists(part + "/checkpoint.npz"));
            CHECK(files_of(part) == files_of(whole));
            CHECK(read_file(part + "/report.html") == read_file(whole + "/report.html"));
            std::filesystem::remove_all(part);
        }
    }

    TEST_CASE("a stack resumed keeps --unroll and other options, and is refused other ones") {
        const Scratch scratch;
        const std::string whole = scratch.path("whole"), part = scratch.path("part");
        const Options options = {"--unroll", "--fine-tune-epochs", "2", "--code-activation",
                                 "tanh"};
        CHECK(run(two_stages("stacked", whole, options)).status == 0);
        CtrlCAfter out("unrolled", "epoch 1/2");
        CHECK(run_with(two_stages("stacked", part, options), out).status == 1);
        const auto resume = [&](const char* kind, Options more) {
            more.insert(more.begin(), {"train", kind, "--resume", part, "--quiet"});
            return run(more);
        };
        CHECK(refused(resume("stacked", {"--fine-tune-epochs", "3"}), "has '2', found '3'"));
        CHECK(refused(resume("stacked", {"--hidden", "16,9"}), "has '16,8', found '16,9'"));
        CHECK(refused(resume("classifier", {}), "is a run of `train stacked`"));
        CHECK(resume("stacked", {}).status == 0);
        CHECK(model_of(part) == model_of(whole));
    }

    TEST_CASE("the bits depend neither on threads nor on the unit nor on checkpoints") {
        const Scratch scratch;
        CHECK(run(classifier(scratch.path("a"), {"--quiet"})).status == 0);
        CHECK(run(classifier(scratch.path("b"), {"--quiet", "--threads", "1", "--isa", "scalar",
                                                 "--checkpoint", "1"}))
                  .status == 0);
        CHECK(run(classifier(scratch.path("c"), {"--quiet", "--seed", "2"})).status == 0);
        CHECK(model_of(scratch.path("a")) == model_of(scratch.path("b")));
        CHECK(model_of(scratch.path("a")) != model_of(scratch.path("c")));
    }

    TEST_CASE("what cannot be is refused in one line") {
        const Scratch scratch;
        const std::string folder = scratch.path("run"), stack = scratch.path("stack");
        const auto refuses = [&](Options more, std::string_view part) {
            more.insert(more.begin(), {"train", "classifier", "--count", "100", "--out", folder});
            const Said said = run(more);
            CAPTURE(said.err);
            CHECK(refused(said, part));
        };
        refuses({"--activation", "relu"}, "sparsity needs an activity with a mean in (0, 1)");
        refuses({"--activation", "tanh", "--loss", "cross_entropy"},
                "cross-entropy needs a sigmoid or softmax output, found tanh");
        refuses({"--head", "svm"}, "--head: expected lms, multi-layer or softmax, found 'svm'");
        refuses({"--head-hidden", "9", "--iterations", "1"}, "softmax has no hidden layers");
        refuses({"--no-pretraining", "--iterations", "9"}, "no effect with --no-pretraining");
        refuses({"--no-pretraining", "--pretrained", "x.npz"}, "contradicts --pretrained");
        refuses({"--pretrained", "x.npz", "--hidden", "5"}, "no effect with --pretrained");
        refuses({"--hidden", "none", "--activation", "tanh"}, "no effect with --hidden none");
        refuses({"--no-fine-tuning", "--fine-tune-batch", "9"}, "no effect with --no-fine-tuning");
        refuses({"--no-head-training", "--no-fine-tuning"}, "the head would stay random");
        refuses({"--fine-tune-iterations", "9"},
                "--fine-tune-iterations: has no effect on the optimizer adam");
        refuses({"--fine-tune-seed", "9"}, "no such option");
        CHECK(refused(run({"train", "stacked", "--fine-tune-epochs", "2"}), "without --unroll"));

        const std::string data = scratch.path("data.npz");
        const auto with_labels = [&](const std::vector<std::int64_t>& labels) {
            write_patterns(data, labels);
            return run({"train", "classifier", "--data", data, "--hidden", "4,3", "--out", folder});
        };
        CHECK(refused(with_labels({}), "expected patterns with labels, found none"));
        CHECK(refused(with_labels(std::vector<std::int64_t>(40, 0)), "found one"));
        std::vector<std::int64_t> labels(40);

        CHECK(run(two_stages("stacked", stack, {"--quiet"})).status == 0);
        CHECK(refused(run({"classify", stack + "/model.npz"}), "expected a classifier"));
        for (std::size_t q = 0; q < labels.size(); ++q) labels[q] = std::int64_t(q % 3);
        CHECK(with_labels(labels).status == 0);
        labels[7] = 3;
        write_patterns(data, labels);
        const std::string model = folder + "/model.npz";
        CHECK(refused(run({"classify", model, "--data", data}),
                      "expected labels from 0 to 2, found 3 for pattern 7"));
        write_patterns(data, {});
        CHECK(refused(run({"evaluate", model, "--data", data}), "expected patterns with labels"));
        CHECK(run({"classify", model, "--data", data}).status == 0);
        CHECK(refused(run({"train", "classifier", "--data", "digits", "--count", "50",
                           "--pretrained", model, "--out", folder}),
                      "--pretrained: expected a model of patterns of 784 numbers, found one of 6"));
    }
}
