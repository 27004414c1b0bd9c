// Signals while training, and a standard output that nobody reads: the run is saved, says how to go on, and
// ends as it would have; a folder has one run at a time.
#include <doctest/doctest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "autoencoder/npz.hpp"
#include "cli/child.hpp"
#include "cli/interrupt.hpp"
#include "cli/running.hpp"
#include "io/faults.hpp"

using namespace autoencoder;

namespace {

namespace fs = std::filesystem;
using Options = std::vector<std::string>;

/// Calls `then` once, when a text has been printed.
struct When : std::stringbuf {
    std::string text;
    std::function<void()> then;

    When(std::string text_, std::function<void()> then_)
        : text(std::move(text_)), then(std::move(then_)) {}
    int sync() override {
        if (then && contains(str(), text)) std::exchange(then, {})();
        return 0;
    }
};

/// A pipe whose reader goes when a text has been printed.
struct Broken : std::stringbuf {
    std::string text;

    explicit Broken(std::string text_) : text(std::move(text_)) {}
    int sync() override { return contains(str(), text) ? -1 : 0; }
};

/// A run of four iterations on a few patterns.
struct Trial {
    Scratch scratch;
    std::string folder = scratch.path("run");

    Trial() {
        std::vector<float> x(24 * 16);
        for (std::size_t i = 0; i < x.size(); ++i) x[i] = float(i * i % 11) / 11;
        Archive archive;
        archive.add("x", Array({24, 16}, x));
        write_npz(scratch.path("data.npz"), archive);
    }
    Options words(const std::string& to) const {
        return {"train", "shallow", "--data",       scratch.path("data.npz"), "--hidden", "3",
                "--out", to,        "--iterations", "4",                      "--threads", "1"};
    }
    /// Whether the run in the folder, resumed, becomes what it would have been.
    void require_resumable() const {
        REQUIRE(run(words(scratch.path("whole"))).status == 0);
        const Said said = run({"train", "shallow", "--resume", folder});
        CAPTURE(said.err);
        REQUIRE(said.status == 0);
        CHECK(read_file(folder + "/model.npz") == read_file(scratch.path("whole/model.npz")));
        CHECK_FALSE(fs::exists(folder + "/checkpoint.npz"));
    }
};

}  // namespace

TEST_SUITE("command line: signals") {
    TEST_CASE("each of the three finishes the step, saves, and says how to resume") {
        for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
            CAPTURE(signal);
            const Trial trial;
            When out("iteration 2/4", [&] { std::raise(signal); });
            const Said said = run_with(trial.words(trial.folder), out);
            CHECK(said.status == 1);
            CHECK(contains(said.out, "to go on: autoencoder train shallow --resume " + trial.folder));
            trial.require_resumable();
        }
    }

    TEST_CASE("one that comes while the results are written loses none of them") {
        const Trial trial;
        std::size_t sent = 0;
        faults::watch([&] {
            if (fs::exists(trial.folder + "/model.npz") && sent++ == 0) std::raise(SIGTERM);
            return false;
        });
        const Said said = run(trial.words(trial.folder));
        faults::watch();
        CHECK(sent > 3);
        CHECK(said.status == 0);
        CHECK(fs::exists(trial.folder + "/report.html"));
        CHECK_FALSE(fs::exists(trial.folder + "/checkpoint.npz"));
    }

    TEST_CASE("what a report judges is not waited for") {
        const Scratch scratch;
        const std::string folder = scratch.path("run");
        When out("iteration 0/9", [] { std::raise(SIGTERM); });  // 256 components take many seconds
        const Said said = run_with({"train", "shallow", "--count", "300", "--hidden", "256", "--iterations",
                                    "9", "--out", folder}, out);
        CHECK(said.status == 1);
        const Bytes page = read_file(folder + "/report.html");
        const std::string report(page.begin(), page.end());
        CHECK(contains(report, "of the mean pattern"));
        CHECK_FALSE(contains(report, "256 principal components"));
        CHECK(contains(report, "stopped before it was judged in full"));
    }

    TEST_CASE("a second one, of whatever kind, ends the program at once") {
        const Trial trial;
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            When out("iteration 2/4", [] {
                std::raise(SIGINT);
                std::raise(SIGTERM);
            });
            run_with(trial.words(trial.folder), out);
            ::_exit(0);
        }
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        REQUIRE(WIFSIGNALED(status));
        CHECK(WTERMSIG(status) == SIGTERM);
    }

    TEST_CASE("one that ends a command in the middle of a write leaves nothing half written") {
        const Trial trial;
        REQUIRE(run(trial.words(trial.folder)).status == 0);
        const auto files = [&] {
            return std::distance(fs::recursive_directory_iterator(trial.scratch.path("")), fs::recursive_directory_iterator());
        };
        const auto before = files();
        const Options commands[] = {
            {"encode", trial.folder}, {"reconstruct", trial.folder, "--out", trial.folder + "/model2.npz"},
            {"terms", trial.folder, "--data", trial.scratch.path("data.npz"), "--out", trial.scratch.path("t.npz")}};
        for (Options words : commands) {
            words.insert(words.end(), {"--threads", "1"});  // a fork has no others
            for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
                CAPTURE(words[0]);
                const Ended ended = *Child(words, [=] { faults::watch([=] { return ::raise(signal) != 0; }); }).wait(60);
                CHECK(ended.signal == signal);
                CHECK(files() == before);
            }
        }
        // A training's second one too.
        const Ended twice = *Child(trial.words(trial.scratch.path("twice")), [] {
            faults::watch([] { return ::raise(SIGTERM) != 0 || ::raise(SIGTERM) != 0; });
        }).wait(60);
        CHECK(twice.signal == SIGTERM);
        CHECK(files() == before + 1);  // its folder
    }

    TEST_CASE("a stack is stopped on the way from stage to stage, and goes on from there") {
        const Trial trial;
        const auto words = [&](const std::string& out) {
            return Options{"train", "stacked", "--data", trial.scratch.path("data.npz"), "--hidden", "5,3", "--out",
                           out,     "--iterations", "4"};
        };
        bool sent = false;
        faults::watch([&] {  // the first that is written is the log of stage 1
            if (std::exchange(sent, true)) return false;
            std::raise(SIGTERM);
            cli::interrupted_for_a_second();  // it is found
            ::usleep(1100000);
            return false;
        });
        const Said said = run(words(trial.folder));
        faults::watch();
        CHECK(said.status == 1);
        CHECK(contains(said.out, "stopped: stage1, iteration 4\n"));
        CHECK_FALSE(fs::exists(trial.folder + "/model.npz"));
        REQUIRE(run({"train", "stacked", "--resume", trial.folder}).status == 0);
        REQUIRE(run(words(trial.scratch.path("whole"))).status == 0);
        CHECK(read_file(trial.folder + "/model.npz") == read_file(trial.scratch.path("whole/model.npz")));
    }

    TEST_CASE("principal components are given up, and nothing is left of them") {
        const Scratch scratch;
        for (const bool json : {false, true}) {
            Options words = {"train", "pca", "--hidden", "300", "--threads", "1", "--out", scratch.path("a/run")};
            if (json) words.push_back("--json");
            Child child(words);
            for (int i = 0; i < 20000 && !fs::exists(scratch.path("a/run")); ++i) ::usleep(1000);
            child.send(SIGINT);
            const Ended ended = *child.wait(60);
            CHECK(ended.status == 1);
            CHECK(ended.out.ends_with(json ? "{\"outcome\": \"stopped\"}\n" : "stopped; nothing is saved\n"));
            CHECK_FALSE(fs::exists(scratch.path("a")));
        }
        // When they are known all that follows is written.
        const Trial trial;
        std::size_t sent = 0;
        faults::watch([&] { return sent++ == 0 && std::raise(SIGTERM) != 0; });
        const Said said = run({"train", "pca", "--data", trial.scratch.path("data.npz"), "--hidden", "2", "--out",
                               trial.folder});
        faults::watch();
        CHECK(said.status == 0);
        CHECK(fs::exists(trial.folder + "/report.html"));
    }

    TEST_CASE("what was ignored before stays ignored") {
        const Trial trial;
        const auto before = std::signal(SIGHUP, SIG_IGN);  // as nohup does
        When out("iteration 2/4", [] { std::raise(SIGHUP); });
        CHECK(run_with(trial.words(trial.folder), out).status == 0);
        CHECK((std::signal(SIGHUP, before) == SIG_IGN));
    }

    TEST_CASE("a standard output that nobody reads stops a run that can be resumed") {
        const Trial trial;
        Broken out("iteration 2/4");
        const Said said = run_with(trial.words(trial.folder), out);
        CHECK(said.status == 1);  // as of every run that is stopped
        CHECK(said.err == "autoencoder: standard output cannot be written; to go on: autoencoder train shallow "
                          "--resume " + trial.folder + "\n");
        CHECK_FALSE(contains(said.out, "iteration 3/4"));
        trial.require_resumable();
        CHECK((std::signal(SIGPIPE, SIG_IGN) == SIG_IGN));
        CHECK((std::signal(SIGXFSZ, SIG_IGN) == SIG_IGN));
    }

    TEST_CASE("a folder has one run at a time, and what a dead one left goes") {
        const Trial trial;
        fs::create_directory(trial.folder);
        const std::string left = trial.scratch.put("run/.autoencoder-1-0.tmp", bytes_of("half"));
        {
            const FolderClaim other(trial.folder);
            trial.scratch.put("run/.autoencoder-1-0.tmp", bytes_of("half"));
            CHECK(refused(run(trial.words(trial.folder)), "found another run that is writing into it"));
            CHECK(fs::exists(left));
        }
        CHECK(run(trial.words(trial.folder)).status == 0);
        CHECK_FALSE(fs::exists(left));
        Options pca = {"train", "pca", "--data", trial.scratch.path("data.npz"), "--hidden", "2",
                       "--count", "1", "--out", trial.folder};
        const Said said = run(pca);
        CHECK(said.status == 0);
        CHECK(contains(said.out, "with 100 % of the variance"));
    }
}
