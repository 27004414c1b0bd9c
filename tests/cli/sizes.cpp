// Sizes from options and files, up to 2⁶⁴: done, stopped or refused; one file, since all share files and sizes.
#include <doctest/doctest.h>

#include <array>
#include <cstdlib>
#include <limits>

#include "autoencoder/npz.hpp"
#include "autoencoder/random.hpp"
#include "cli/running.hpp"
#include "io/faults.hpp"
#include "less_memory.hpp"

using namespace autoencoder;

namespace {

using Options = std::vector<std::string>;

/// No flush waits for the disk as long as it lives.
struct Hurried {
    Hurried() {
        faults::watch([] { return false; });
    }
    ~Hurried() { faults::watch(); }
    Hurried(const Hurried&) = delete;
    Hurried& operator=(const Hurried&) = delete;
};

/// Numbers with labels, as a file: patterns of 16 numbers, or images of 4×4.
std::string put_patterns(const Scratch& scratch, const char* name, bool images) {
    constexpr std::size_t N = 24, side = 4;
    std::vector<float> x(N * side * side);
    std::vector<std::int64_t> labels(N);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = float(i * i % 11) / 11;
    for (std::size_t q = 0; q < N; ++q) labels[q] = std::int64_t(q % 2);
    Archive archive;
    archive.add("x", images ? Array({N, side, side}, x) : Array({N, side * side}, x));
    archive.add("labels", Array({N}, labels));
    write_npz(scratch.path(name), archive);
    return scratch.path(name);
}

/// A size: small ones, all orders of magnitude, and those at the edges of a type.
std::string any_size(Random& random) {
    constexpr std::array<const char*, 14> edges = {"0",
                                                   "1",
                                                   "255",
                                                   "65536",
                                                   "2147483647",
                                                   "2147483648",
                                                   "4294967295",
                                                   "4294967296",
                                                   "4294967297",
                                                   "9223372036854775807",
                                                   "9223372036854775808",
                                                   "18446744073709551615",
                                                   "18446744073709551616",
                                                   "-1"};
    const std::size_t kind = random.below(10);
    if (kind < 4) return std::to_string(1 + random.below(8));
    if (kind < 6) return edges[random.below(edges.size())];
    return std::to_string(random.bits() >> random.below(64));
}

/// The same, but what would be done and take long becomes little.
std::string any_number_of_steps(Random& random, std::size_t most, std::size_t refused_from) {
    const std::string text = any_size(random);
    const std::size_t number = std::strtoull(text.c_str(), nullptr, 10);
    return number > most && number < refused_from ? std::to_string(1 + number % most) : text;
}

constexpr std::size_t never = std::size_t{1} << 63;

/// A command, what it needs, and the options that take sizes: "--name", "--name," for a list of them,
/// "--name=3" where the work grows with it.
struct Line {
    Options begin, sized;
};

Options random_line(const Line& line, Random& random) {
    Options arguments = line.begin;
    for (std::size_t n = 1 + random.below(3); n > 0; --n) {
        std::string option = line.sized[random.below(line.sized.size())];
        std::string value;
        if (option.ends_with("step:")) {
            value = "step:" + any_size(random) + ":0.5";
            option = "--schedule";
        } else if (const std::size_t equals = option.find('='); equals != std::string::npos) {
            const std::size_t most = std::stoull(option.substr(equals + 1));
            value = any_number_of_steps(random, most, most > 3 ? std::size_t{1} << 24 : never);
            option.resize(equals);
        } else {
            value = any_size(random);
            while (option.ends_with(",") && random.below(2) == 0) value += "," + any_size(random);
            if (option.ends_with(",")) option.pop_back();
        }
        arguments.insert(arguments.end(), {option, value});
    }
    return arguments;
}

/// Every command that takes sizes, on small data and models.
std::vector<Line> all_lines(const Scratch& scratch) {
    const std::string data = put_patterns(scratch, "data.npz", false);
    const std::string images = put_patterns(scratch, "images.npz", true);
    const std::string out = scratch.path("out");
    const auto train = [&](const char* kind, const std::string& from, Options more) {
        Options begin = {"train", kind, "--data", from, "--out", out, "--threads", "1"};
        begin.insert(begin.end(), more.begin(), more.end());
        return begin;
    };
    const Options common = {"--count",      "--seed",    "--validation",    "--patience",
                            "--checkpoint", "--threads", "--sparse-layers,"};
    const auto sized = [&](Options more) {
        more.insert(more.end(), common.begin(), common.end());
        return more;
    };
    const Options by_epochs = {"--hidden,", "--batch", "--epochs=3", "step:"};
    Options variational = by_epochs;
    variational.push_back("--code");
    const Options classifier = {"--hidden,",      "--head-iterations=3", "--fine-tune-epochs=3",
                                "--iterations=3", "--fine-tune-batch",   "--count",
                                "--checkpoint"};
    std::vector<Line> lines = {
        {train("shallow", data, {"--iterations", "1"}), sized({"--hidden,", "--iterations=3"})},
        {train("sparse", data, {"--hidden", "3", "--iterations", "1"}),
         sized({"--hidden,", "--iterations=3"})},
        {train("shallow", data, {"--hidden", "3", "--optimizer", "online", "--epochs", "1"}),
         sized(by_epochs)},
        {train("denoising", data, {"--hidden", "3", "--epochs", "1"}), sized(by_epochs)},
        {train("deep", data, {"--hidden", "3,2", "--epochs", "1", "--precision", "double"}),
         sized(by_epochs)},
        {train("variational", data, {"--hidden", "3", "--code", "2", "--epochs", "1"}),
         sized(variational)},
        {train("convolutional", images, {"--channels", "2", "--epochs", "1"}),
         sized({"--channels,", "--kernel", "--stride", "--batch", "--epochs=3"})},
        {train("stacked", data, {"--hidden", "3,2", "--iterations", "1"}),
         sized({"--hidden,", "--iterations=3"})},
        {train("stacked", data,
               {"--hidden", "3,2", "--iterations", "1", "--unroll", "--fine-tune-epochs", "1"}),
         sized({"--hidden,", "--iterations=3", "--fine-tune-batch", "--fine-tune-epochs=3"})},
        {train("classifier", data,
               {"--hidden", "3", "--iterations", "1", "--head-iterations", "1",
                "--fine-tune-epochs", "1"}),
         classifier},
        {train("classifier", data,
               {"--hidden", "none", "--head", "multi-layer", "--head-iterations", "1",
                "--fine-tune-epochs", "1"}),
         {"--head-hidden,", "--seed"}},
        {{"train", "pca", "--data", data, "--hidden", "3", "--out", out},
         {"--hidden", "--count", "--threads"}}};

    // The first runs make models for the other commands.
    for (const auto& [name, i] : {std::pair{"model", 1}, {"vae", 5}, {"class", 9}}) {
        Options arguments = lines[std::size_t(i)].begin;
        arguments.insert(arguments.end(), {"--out", scratch.path(name), "--quiet"});
        REQUIRE(run(arguments).status == 0);
    }
    const auto use = [&](const char* command, const char* model, Options more) {
        Options begin = {command, scratch.path(std::string(model) + "/model.npz")};
        begin.insert(begin.end(), more.begin(), more.end());
        return begin;
    };
    const Options on = {"--data", data};
    REQUIRE(run(use("encode", "model", on)).status == 0);
    lines.insert(
        lines.end(),
        {{use("encode", "model", on), {"--count", "--layer", "--threads"}},
         {use("decode", "model", {}), {"--layer", "--threads"}},
         {use("reconstruct", "vae", on), {"--count", "--threads"}},
         {use("denoise", "model", {"--data", data, "--noise", "masking:0.3"}),
          {"--count", "--seed"}},
         {use("classify", "class", on), {"--count", "--threads"}},
         {use("generate", "vae", {}), {"--count", "--seed", "--threads"}},
         {use("evaluate", "vae", on), {"--count", "--seed", "--samples=300", "--samples=300"}},
         {use("evaluate", "class", on), {"--count", "--seed", "--samples=300"}},
         {use("terms", "model", {"--data", data, "--out", scratch.path("terms.npz")}), {"--count"}},
         {{"demo", "--out", out, "--count", "4294967296"}, {"--iterations"}}});
    return lines;
}

}  // namespace

TEST_SUITE("command line: sizes") {
    TEST_CASE("sizes that wrap at 2^64, or never end, are refused before anything is allocated") {
        const Scratch scratch;
        const std::string out = scratch.path("run");
        const auto train = [&](const char* kind, Options more) {
            more.insert(more.begin(), {"train", kind, "--count", "10", "--out", out});
            return run(more);
        };
        CHECK(refused(train("sparse", {"--iterations", "1", "--hidden", "13779212271757549072"}),
                      "--hidden: expected integers ≥ 1 and < 2^63"));
        CHECK(refused(train("sparse", {"--iterations", "1", "--hidden", "4555840234902773264"}),
                      "train sparse (784-4555840234902773264-784, sigmoid-sigmoid; "));
        CHECK(refused(train("sparse", {"--hidden", "1000000000"}), "needs "));
        CHECK(refused(train("variational", {"--code", "4611686018427387904"}),
                      "needs more than 18 EB"));
        CHECK(refused(train("stacked", {"--hidden", "5,4000000000000"}),
                      "stage 2 (5-4000000000000-5"));
        CHECK(refused(
            train("classifier", {"--head", "multi-layer", "--head-hidden", "4000000000000"}),
            "train classifier (200-4000000000000-10"));
        CHECK(refused(train("convolutional", {"--kernel", "4294967296"}),
                      "kernel: expected at most 57 on an image of 28×28, found 4294967296"));
        CHECK(refused(train("convolutional", {"--channels", "4294967296"}), "too large"));
        CHECK_FALSE(std::filesystem::exists(out + "/model.npz"));

        const std::string data = put_patterns(scratch, "data.npz", false);
        CHECK(run({"train", "variational", "--data", data, "--hidden", "3", "--code", "2",
                   "--epochs", "1", "--out", out})
                  .status == 0);
        const auto use = [&](const char* command, Options more) {
            more.insert(more.begin(), {command, out + "/model.npz"});
            return run(more);
        };
        CHECK(refused(use("evaluate", {"--data", data, "--samples", "9223372036854775808"}),
                      "--samples: expected an integer ≥ 0 and < 2^63"));
        CHECK(refused(use("evaluate", {"--data", data, "--samples", "9223372036854775807"}),
                      "--samples: as many as 9223372036854775807 needs more than 18 EB"));
        CHECK(refused(use("generate", {"--count", "9223372036854775807"}), "--count: as many"));
    }

    TEST_CASE("a checkpoint that says such a size is refused") {
        const Scratch scratch;
        const std::string folder = scratch.path("run"), file = folder + "/checkpoint.npz";
        const std::string data = put_patterns(scratch, "data.npz", false);
        CHECK(run({"train", "sparse", "--data", data, "--hidden", "3", "--iterations", "2",
                   "--checkpoint", "1", "--out", folder})
                  .status == 0);
        const Archive good = read_npz(file);
        const auto with = [&](const char* key, const Array& value) {
            Archive archive;
            for (const auto& [name, array] : good.entries)
                archive.add(name, name == key ? value : array);
            write_npz(file, archive);
            return run({"train", "sparse", "--resume", folder});
        };
        for (const char* size :
             {"13779212271757549072", "4555840234902773264", "1000000000000", "200000", "4"}) {
            std::vector<std::string> options = good.at("options").texts();
            for (std::string& option : options) {
                if (option.starts_with("--hidden=")) option = std::string("--hidden=") + size;
            }
            const Said said = with("options", Array(options));
            const bool fits = std::string_view(size).size() < 8;  // the machine, but not the numbers
            CHECK(refused(said, fits ? "theta: expected" : size));
            CHECK(contains(said.err, "as the options of the run say") == fits);
        }
        Array log = good.at("log");
        for (const double number : {-1.0, 1e300, std::numeric_limits<double>::quiet_NaN()}) {
            std::get<std::vector<double>>(log.values)[0] = number;
            CHECK(refused(with("log", log), "expected numbers of steps"));
        }
        for (const char* key :
             {"lbfgs_stored", "lbfgs_iterations", "epochs", "best_number", "adam_steps"}) {
            for (const std::int64_t number :
                 {std::int64_t{-1}, std::numeric_limits<std::int64_t>::max()})
                CHECK(with(key, number).status != 3);
        }
        CHECK(refused(with("running_layers", std::numeric_limits<std::int64_t>::max()),
                      "running_rho1"));
    }

    TEST_CASE("a training is refused where it could not be saved, and no report is larger than it") {
        const Scratch scratch;
        const LessMemory less("33554432");
        write_file(scratch.path("data.csv"), "0 1 0 1 0 1 0 1 0 1 0 1 0 1 0 1\n1 1 1 1 0 0 0 0 1 1 1 1 0 0 0 0\n");
        const auto by = [&](const char* optimizer) {
            return run({"train", "shallow", "--data", scratch.path("data.csv"), "--hidden", "20000", "--optimizer",
                        optimizer, "--epochs", "1", "--out", scratch.path(optimizer), "--threads", "1"});
        };
        CHECK(refused(by("adam"), "train shallow (16-20000-16"));
        const Said said = by("sgd");
        CAPTURE(said.err);
        CHECK(said.status == 0);
        CHECK(std::filesystem::exists(scratch.path("sgd/report.html")));
    }

    TEST_CASE("sizes in a model and labels in a data set are no more trusted") {
        const Scratch scratch;
        const Hurried hurried;
        const LessMemory less("33554432");
        const std::string folder = scratch.path("run"), file = folder + "/model.npz";
        const std::string images = put_patterns(scratch, "images.npz", true);
        CHECK(run({"train", "convolutional", "--data", images, "--channels", "2", "--epochs", "1",
                   "--out", folder})
                  .status == 0);
        const Archive good = read_npz(file);
        std::size_t refusals = 0;
        for (const char* key :
             {"stride1", "pad1", "stride2", "pad2", "output_pad2", "training_image_height",
              "training_image_width", "training_patterns"}) {
            for (const std::int64_t value :
                 {std::int64_t{-1}, std::int64_t{0}, std::int64_t{7}, std::int64_t{3000},
                  std::int64_t{1000000}, std::int64_t{1} << 32,
                  std::numeric_limits<std::int64_t>::max()}) {
                Archive archive;
                for (const auto& [name, array] : good.entries)
                    archive.add(name, name == key ? Array(value) : array);
                write_npz(file, archive);
                CAPTURE(key);
                CAPTURE(value);
                for (const char* command : {"evaluate", "encode", "show"}) {
                    const Said said = run({command, file, "--data", images});
                    CHECK((said.status == 0 || refused(said, "")));
                    refusals += said.status == 2;
                }
            }
        }
        CHECK(refusals > 100);

        Archive labelled;
        labelled.add("x", Matrix<float>(2, 3));
        labelled.add("labels", Array({2}, std::vector<std::int64_t>{0, 2147483647}));
        write_npz(scratch.path("labels.npz"), labelled);
        CHECK(refused(
            run({"train", "classifier", "--data", scratch.path("labels.npz"), "--out", folder}),
            "these are no classes"));
    }

    TEST_CASE("lines with sizes of any magnitude end with 0, 1, or 2 and one line") {
        const Scratch scratch;
        const Hurried hurried;
        const LessMemory less("33554432");  // so that what fits is soon done
        const std::vector<Line> lines = all_lines(scratch);
        const char* const wanted = std::getenv("AUTOENCODER_LINES");
        const std::size_t count = wanted ? std::strtoull(wanted, nullptr, 10) : 500;
        Random random(1);
        std::array<std::size_t, 3> seen = {};
        for (std::size_t i = 0; i < count; ++i) {
            const Options line = random_line(lines[random.below(lines.size())], random);
            std::string text;
            for (const std::string& word : line) text += " " + word;
            CAPTURE(text);
            if (std::getenv("AUTOENCODER_LINES_SHOWN")) std::fprintf(stderr, "%s\n", text.c_str());
            const Said said = run(line);
            CAPTURE(said.err);
            REQUIRE(said.status >= 0);
            REQUIRE(said.status <= 2);
            ++seen[std::size_t(said.status)];
            if (said.status == 2) REQUIRE(refused(said, ""));
        }
        MESSAGE(count << " lines: " << seen[0] << " done, " << seen[1] << " answered no, "
                      << seen[2] << " refused");
        CHECK(seen[0] > count / 10);
        CHECK(seen[2] > count / 10);
    }
}
