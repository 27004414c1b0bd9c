// A resumed run is killed, or the disk fails, at every write, flush and rename: the checkpoint is there
// until all that comes after it is, every file is whole at any time, and the run can be resumed.
#include <doctest/doctest.h>

#include "autoencoder/model.hpp"
#include "autoencoder/npz.hpp"
#include "cli/running.hpp"
#include "io/faults.hpp"

using namespace autoencoder;

namespace {

namespace fs = std::filesystem;
using Options = std::vector<std::string>;

/// Patterns with labels, as a file. They are no images: their pictures would take most of the time.
std::string put_patterns(const Scratch& scratch) {
    constexpr std::size_t N = 24, n = 16;
    std::vector<float> x(N * n);
    std::vector<std::int64_t> labels(N);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = float(i * i % 11) / 11;
    for (std::size_t q = 0; q < N; ++q) labels[q] = std::int64_t(q % 2);
    Archive archive;
    archive.add("x", Array({N, n}, x));
    archive.add("labels", Array({N}, labels));
    write_npz(scratch.path("data.npz"), archive);
    return scratch.path("data.npz");
}

/// Steps that the checkpoint of a folder has done, all trainings together.
std::size_t done(const std::string& folder) {
    std::size_t rows = 0;
    for (const auto& [key, array] : read_npz(folder + "/checkpoint.npz").entries) {
        if (!key.ends_with("log")) continue;
        const Matrix<double> log = array.matrix<double>();
        for (std::size_t i = 0; i < log.rows; ++i) rows += log(i, 0) > 0;  // 0: before the first
    }
    return rows;
}

/// Every file can be read to its end, but for those that are being written.
void require_whole(const std::string& folder, bool none_unfinished) {
    for (const auto& entry : fs::directory_iterator(folder)) {
        const std::string path = entry.path().string(), kind = entry.path().extension().string();
        CAPTURE(path);
        const bool unfinished = kind == ".tmp";
        if (none_unfinished) REQUIRE_FALSE(unfinished);
        if (unfinished) continue;
        const Bytes bytes = read_file(path);
        const std::string text(bytes.begin(), bytes.end());
        if (kind == ".npz")
            REQUIRE(read_npz(path).entries.size() > 0);
        else if (kind == ".png")
            REQUIRE(text.find("IEND") == text.size() - 8);
        else
            REQUIRE(text.ends_with(kind == ".csv" ? "\n" : kind == ".svg" ? "</svg>\n" : "</html>\n"));
    }
}

struct Training {
    Options part, rest;  // `train …` to a checkpoint; what a resumed run needs besides --resume
};

/// The end of an undisturbed run is that of every disturbed one which is resumed.
void try_all(const Scratch& scratch, const Training& training, const std::string& more) {
    const std::string begun = scratch.path("begun"), whole = scratch.path("whole"),
                      folder = scratch.path("run");
    const auto resumed = [&](const std::string& where) {
        Options arguments = {"train", training.part[1], "--resume", where, "--threads", "1"};
        arguments.insert(arguments.end(), training.rest.begin(), training.rest.end());
        if (!more.empty()) arguments.insert(arguments.end(), {"--checkpoint", more});
        return arguments;
    };
    const auto copy = [&](const std::string& to) {
        fs::remove_all(to);
        fs::copy(begun, to, fs::copy_options::recursive);
    };
    if (!fs::exists(begun)) {
        Options part = training.part;
        part.insert(part.end(), {"--out", begun, "--checkpoint", "1"});
        REQUIRE(run(part).status <= 1);
        REQUIRE(fs::exists(begun + "/checkpoint.npz"));
    }
    copy(whole);
    REQUIRE(run(resumed(whole)).status == 0);
    const Bytes model = read_file(whole + "/model.npz");

    // What each of the calls leaves that is the last one of a process.
    std::size_t calls = 0;
    copy(folder);
    faults::watch([&] {
        fs::copy(folder, scratch.path("killed-" + std::to_string(++calls)));
        return false;
    });
    const Said undisturbed = run(resumed(folder));
    faults::watch();
    REQUIRE(undisturbed.status == 0);
    CHECK(calls > 15);

    std::size_t before = done(begun);
    Bytes tried;  // a resumed run reads the checkpoint and nothing else of its folder
    const auto go_on = [&](const std::string& from) {
        const std::size_t now = done(from);  // the checkpoint is there, and at most one is lost
        REQUIRE(now >= before);
        REQUIRE(now <= before + 1);
        before = now;
        const Bytes checkpoint = read_file(from + "/checkpoint.npz");
        if (checkpoint == tried) return;
        tried = checkpoint;
        const Said again = run(resumed(from));
        CAPTURE(again.err);
        REQUIRE(again.status == 0);
        REQUIRE(read_file(from + "/model.npz") == model);
        REQUIRE(fs::exists(from + "/checkpoint.npz") == fs::exists(whole + "/checkpoint.npz"));
    };
    for (std::size_t k = 1; k <= calls; ++k) {
        CAPTURE(k);
        const std::string killed = scratch.path("killed-" + std::to_string(k));
        require_whole(killed, false);
        go_on(killed);
        fs::remove_all(killed);
    }

    // The disk fails. Without checkpoints on the way there is nothing else in a run of several steps.
    if (more.empty() && training.part[1] != "sparse") return;
    before = done(begun);
    tried.clear();
    for (std::size_t k = 1; k <= calls; ++k) {
        CAPTURE(k);
        copy(folder);
        std::size_t call = 0;
        faults::watch([&] { return ++call == k; });
        const Said said = run(resumed(folder));
        faults::watch();
        CAPTURE(said.err);
        REQUIRE(refused(said, ""));
        require_whole(folder, true);
        go_on(folder);
    }
}

void try_all(const Scratch& scratch, const Training& training) {
    try_all(scratch, training, "");
    try_all(scratch, training, "1");
}

}  // namespace

TEST_SUITE("command line: nothing is lost") {
    TEST_CASE("a resumed training of one network, killed or refused by the disk anywhere") {
        const Scratch scratch;
        const std::string data = put_patterns(scratch);
        try_all(scratch, {{"train", "sparse", "--data", data, "--hidden", "3", "--iterations", "2"},
                          {"--iterations", "4", "--quiet"}});
    }

    TEST_CASE("the same with patterns held out, of which the best θ is the model") {
        const Scratch scratch;
        const std::string data = put_patterns(scratch);
        try_all(scratch, {{"train", "denoising", "--data", data, "--hidden", "3", "--epochs", "2",
                           "--schedule", "constant", "--validation", "5"},
                          {"--epochs", "3", "--quiet"}});
    }

    TEST_CASE("a resumed stack and a resumed classifier, killed or refused by the disk anywhere") {
        const Options stack = {"train", "stacked", "--hidden", "3,2", "--iterations", "2"};
        const Options classifier = {"train",
                                    "classifier",
                                    "--hidden",
                                    "3",
                                    "--iterations",
                                    "1",
                                    "--head-iterations",
                                    "2",
                                    "--fine-tune-epochs",
                                    "1"};
        for (Options part : {stack, classifier}) {
            const Scratch scratch;
            part.insert(part.end(), {"--data", put_patterns(scratch), "--out",
                                     scratch.path("begun"), "--checkpoint", "1"});
            // Stopped in the second step: that is where the resumed run begins.
            CtrlCAfter out(part[1] == "stacked" ? "stage2" : "head", "iteration 1/2");
            REQUIRE(run_with(part, out).status == 1);
            try_all(scratch, {part, {"--quiet"}});
        }
    }

    TEST_CASE("a run that comes to infinity keeps its last checkpoint and says how to go on") {
        const Scratch scratch;
        const std::string folder = scratch.path("run"), file = folder + "/checkpoint.npz";
        const std::string data = put_patterns(scratch);
        const auto train = [&](Options more) {
            more.insert(more.begin(), {"train", "shallow", "--data", data, "--hidden", "3",
                                       "--activation", "linear", "--output-activation", "linear",
                                       "--optimizer", "sgd", "--batch", "4", "--out", folder});
            return run(more);
        };
        CHECK(train({"--epochs", "2", "--checkpoint", "1", "--learning-rate", "1e-3"}).status == 0);
        const Bytes checkpoint = read_file(file), model = read_file(folder + "/model.npz");
        const Options resume = {"train", "shallow", "--resume", folder, "--epochs", "9"};
        Options wild = resume;
        wild.insert(wild.end(), {"--learning-rate", "1e9"});
        for (const bool checkpoints : {false, true}) {
            if (checkpoints) wild.insert(wild.end(), {"--checkpoint", "1"});
            const Said said = run(wild);
            CHECK(refused(said, "came to infinity or NaN after epoch "));
            CHECK(contains(said.err,
                           "its last checkpoint is kept: autoencoder train shallow --resume " +
                               file + ", with a smaller learning rate"));
            CHECK(read_file(file) == checkpoint);
            CHECK(read_file(folder + "/model.npz") == model);
        }
        CHECK(run(resume).status == 0);

        // A run that has no checkpoint of its own does not point at one that lies about.
        const Said fresh = train({"--learning-rate", "1e9"});
        CHECK(refused(fresh, "nothing is saved; a smaller learning rate may help"));
    }

    TEST_CASE("a step of several that comes to infinity keeps the checkpoint") {
        const Scratch scratch;
        const std::string folder = scratch.path("run"), data = put_patterns(scratch);
        const Said said = run({"train",
                               "classifier",
                               "--data",
                               data,
                               "--hidden",
                               "3",
                               "--iterations",
                               "1",
                               "--head-iterations",
                               "1",
                               "--fine-tune-optimizer",
                               "sgd",
                               "--fine-tune-batch",
                               "4",
                               "--fine-tune-learning-rate",
                               "1e39",
                               "--fine-tune-dropout",
                               "0",
                               "--checkpoint",
                               "1",
                               "--out",
                               folder});
        CHECK(refused(said, "fine-tuning came to infinity or NaN"));
        CHECK(contains(said.err, "--resume " + folder + "/checkpoint.npz, with a smaller"));
        CHECK(run({"train", "classifier", "--resume", folder, "--fine-tune-learning-rate", "0.1"})
                  .status == 0);
    }
}
