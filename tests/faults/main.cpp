// `make faults`: trainings of every kind that are killed at random instants (KILL, TERM, HUP), whose files may
// not grow beyond some size, and whose every write, flush, rename, opening and closing fails once. Whatever is
// left must be whole; at most the work since the last checkpoint is lost; what was saved is resumed, and ends
// with the same bytes as a run that nobody disturbed; nothing half written stays.
//
//     faults [INSTANTS [SEED]]      of all kinds of training together; 200 unless said
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <sstream>

#include "autoencoder/npz.hpp"
#include "autoencoder/random.hpp"
#include "cli/child.hpp"
#include "io/faults.hpp"
#include "io/scratch.hpp"

using namespace autoencoder;

namespace {

namespace fs = std::filesystem;
using Options = std::vector<std::string>;

struct Training {
    std::string name;    // what follows `train`, besides the data and the folder
    Options words = {};  // the same
    double seconds = 0;  // of an undisturbed run
    Bytes model = {};    // which it writes
};

/// A training of some tenths of a second of every kind, and of every way to train.
std::vector<Training> trainings() {
    std::vector<Training> all = {
        {"shallow --hidden 16 --iterations 30"},
        {"shallow --hidden 16 --optimizer online --epochs 20"},
        {"shallow --hidden 16 --optimizer sgd --epochs 20 --schedule step:3:0.5"},
        {"shallow --hidden 16 --optimizer momentum --epochs 20 --precision double"},
        {"shallow --hidden 16 --optimizer adam --epochs 20 --validation 12 --patience 9"},
        {"shallow --hidden 16 --optimizer adam --epochs 20 --dropout 0.3 --input-dropout 0.1"},
        {"sparse --hidden 16 --iterations 30"},
        {"sparse --hidden 16 --optimizer adam --mean-activity running --epochs 20"},
        {"denoising --hidden 24 --epochs 20"},
        {"deep --hidden 24,8 --epochs 20 --scale standard"},
        {"stacked --hidden 16,8 --iterations 12"},
        {"stacked --hidden 16,8 --iterations 8 --unroll --fine-tune-epochs 8"},
        {"classifier --hidden 12 --no-pretraining --no-head-training --fine-tune-epochs 20"},
        {"convolutional --channels 2,4 --epochs 12"},
        {"variational --hidden 24 --code 3 --epochs 20"},
        {"pca --hidden 5"},
    };
    for (const char* head : {"softmax", "lms", "multi-layer"})
        all.push_back(
            {"classifier --hidden 12 --iterations 8 --head-iterations 8 "
             "--fine-tune-epochs 6 --head " +
             std::string(head)});
    for (Training& training : all) {
        std::stringstream words(training.name);
        for (std::string word; words >> word;) training.words.push_back(word);
    }
    return all;
}

struct Trial {
    const Scratch scratch;
    std::string folder = scratch.path("run"), what;
    std::size_t every = 8;  // steps a checkpoint
    std::size_t failures = 0, resumed = 0, whole = 0, early = 0;

    Trial() {
        constexpr std::size_t N = 60, side = 8;
        std::vector<std::uint8_t> x(N * side * side);
        std::vector<std::int64_t> labels(N);
        for (std::size_t i = 0; i < x.size(); ++i)
            x[i] = std::uint8_t(i % 64 * (i / 64 % 3 + 1) % 64 < 16 ? 200 + i % 50 : i % 7);
        for (std::size_t q = 0; q < N; ++q) labels[q] = std::int64_t(q % 3);
        Archive archive;
        archive.add("x", Array({N, side, side}, x));
        archive.add("labels", Array({N}, labels));
        write_npz(scratch.path("data.npz"), archive);
    }

    void complain(const std::string& why) {
        std::printf("faults: %s: %s\n", what.c_str(), why.c_str());
        std::fflush(stdout);
        ++failures;
    }

    Options begin(const Training& training, bool overwrite = false) const {
        Options words = {"train"};
        words.insert(words.end(), training.words.begin(), training.words.end());
        words.insert(words.end(),
                     {"--data", scratch.path("data.npz"), "--threads", "1", "--out", folder});
        if (training.words[0] != "pca")
            words.insert(words.end(), {"--checkpoint", std::to_string(every), "--json"});
        if (overwrite) words.push_back("--overwrite");
        return words;
    }

    /// To its end, or a complaint.
    bool finish(const Options& words) {
        const std::optional<Ended> ended = Child(words).wait(120);
        if (ended && ended->status == 0) return true;
        complain(words[words.size() > 2 ? 2 : 0] +
                 ": cannot be run to its end: " + (ended ? ended->err : "it hangs"));
        return false;
    }

    /// Every file to its end; what is being written only where a process was killed.
    void require_whole(bool killed) {
        std::error_code error;
        for (const auto& entry : fs::directory_iterator(folder, error)) {
            const std::string path = entry.path().string(),
                              kind = entry.path().extension().string();
            if (kind == ".tmp") {
                if (!killed) complain(path + " stays");
                continue;
            }
            try {
                const Bytes bytes = read_file(path);
                const std::string text(bytes.begin(), bytes.end());
                const bool ends = kind == ".npz"   ? !read_npz(path).entries.empty()
                                  : kind == ".png" ? text.find("IEND") == text.size() - 8
                                                   : text.ends_with(kind == ".csv"   ? "\n"
                                                                    : kind == ".svg" ? "</svg>\n"
                                                                                     : "</html>\n");
                if (!ends) complain(path + " is torn");
            } catch (const std::exception& why) {
                complain(why.what());
            }
        }
    }

    bool has(const char* name) const { return fs::exists(folder + "/" + name); }

    /// Steps that the checkpoint knows of, of all trainings together.
    std::size_t saved() const {
        std::size_t rows = 0;
        for (const auto& [key, array] : read_npz(folder + "/checkpoint.npz").entries) {
            if (!key.ends_with("log")) continue;
            const Matrix<double> log = array.matrix<double>();
            for (std::size_t i = 0; i < log.rows; ++i)
                rows += log(i, 0) > 0;  // 0: before the first
        }
        return rows;
    }

    /// Steps that a run said it had done, a JSON object each.
    static std::size_t steps_in(const std::string& said) {
        std::size_t steps = 0;
        for (std::size_t at = 0, end = 0; (end = said.find('\n', at)) != said.npos; at = end + 1) {
            const std::string line = said.substr(at, end - at);
            steps += (line.starts_with("{\"iteration\": ") || line.starts_with("{\"epoch\": ")) &&
                     line.find(": 0,") > 14;
        }
        return steps;
    }

    /// What a disturbed run left is whole, has lost the work since a checkpoint at most, and becomes what it would have.
    void require_same(const Training& training, const std::string& said, bool killed) {
        require_whole(killed);
        const std::size_t steps = steps_in(said);
        bool again =
            true;  // a run that ended leaves what it was writing when it was killed to the next one
        if (has("checkpoint.npz")) {
            ++resumed;
            if (saved() + every < steps)
                complain(std::to_string(steps) + " steps were done, " + std::to_string(saved()) +
                         " are saved");
            if (!finish({"train", training.words[0], "--resume", folder, "--threads", "1"})) return;
        } else if (has("model.npz") && training.words[0] != "pca") {
            ++whole;
            again = false;
        } else {
            ++early;
            if (steps > every) complain(std::to_string(steps) + " steps were done, none is saved");
            if (!finish(begin(training, true))) return;
        }
        if (read_file(folder + "/model.npz") != training.model) complain("another model");
        require_whole(killed && !again);
    }

    void measure(Training& training) {
        what = training.name + ", undisturbed";
        fs::remove_all(folder);
        const auto before = std::chrono::steady_clock::now();
        if (!finish(begin(training))) std::exit(2);
        training.seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - before).count();
        training.model = read_file(folder + "/model.npz");
    }

    void at_an_instant(const Training& training, int signal, double share) {
        const double seconds = share * training.seconds;
        what = training.name + ", signal " + std::to_string(signal) + " after " +
               std::to_string(seconds) + " s";
        fs::remove_all(folder);
        Child child(begin(training));
        ::usleep(useconds_t(seconds * 1e6));
        child.send(signal);
        const std::optional<Ended> ended = child.wait(20);
        if (!ended) return complain("does not end");
        if (ended->status > 1)
            complain("status " + std::to_string(ended->status) + ": " + ended->err);
        if (ended->signal != 0 && ended->signal != signal)
            complain("ended by signal " + std::to_string(ended->signal));
        // What stops at a signal has lost nothing.
        if (ended->status == 1 && has("checkpoint.npz") && saved() < steps_in(ended->out))
            complain("a step is lost");
        require_same(training, ended->out, ended->signal == SIGKILL);
    }

    /// Of a run in which something failed: one line says so, or it is done all the same (a file that cannot be closed
    /// is on the disk already); then it goes on to the same bytes.
    void require_told(const Training& training, const std::optional<Ended>& ended) {
        if (!ended) return complain("does not end");
        if (ended->status != 0 &&
            (ended->status != 2 || ended->err.find('\n') + 1 != ended->err.size()))
            complain("status " + std::to_string(ended->status) + ", signal " +
                     std::to_string(ended->signal) + ": " + ended->err);
        require_same(training, ended->out, false);
    }

    void failing(const Training& training, std::size_t call) {
        what = training.name + ", call " + std::to_string(call) + " fails";
        fs::remove_all(folder);
        const std::optional<Ended> ended =
            Child(begin(training), [call] {
                static std::size_t number = 0;
                faults::watch([call] { return ++number == call; }, true);
            }).wait(60);
        require_told(training, ended);
    }

    /// Calls of a whole run that could fail.
    std::size_t calls(const Training& training) {
        fs::remove_all(folder);
        void* const shared = ::mmap(nullptr, sizeof(std::size_t), PROT_READ | PROT_WRITE,
                                    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        std::size_t* const number = new (shared) std::size_t(0);
        Child(begin(training), [number] {
            faults::watch([number] { return ++*number == 0; }, true);
        }).wait(60);
        const std::size_t result = *number;
        ::munmap(shared, sizeof(std::size_t));
        return result;
    }

    void of_at_most(const Training& training, rlim_t bytes) {
        what = training.name + ", files of at most " + std::to_string(bytes) + " bytes";
        fs::remove_all(folder);
        const std::optional<Ended> ended =
            Child(begin(training), [bytes] {
                const int nowhere = ::open("/dev/null", O_WRONLY);
                ::dup2(nowhere, STDOUT_FILENO);  // which is a file here
                const rlimit limit{bytes, RLIM_INFINITY};
                ::setrlimit(RLIMIT_FSIZE, &limit);
            }).wait(60);
        require_told(training, ended);
    }
};

}  // namespace

int main(int count, char** words) {
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    const std::size_t instants = count > 1 ? std::size_t(std::atol(words[1])) : 200;
    Random random(count > 2 ? std::size_t(std::atol(words[2])) : 1);
    Trial trial;
    std::vector<Training> all = trainings();
    for (Training& training : all) trial.measure(training);
    std::size_t calls = 0;
    for (const Training& training : all) {
        const std::size_t every = trial.calls(training);
        if (std::getenv("VERBOSE"))
            std::printf("%s: %.3f s, %zu calls\n", training.name.c_str(), training.seconds, every);
        calls += every;
        for (std::size_t call = 1; call <= every; ++call) trial.failing(training, call);
        for (rlim_t bytes = 512; bytes <= 1 << 16; bytes *= 2) trial.of_at_most(training, bytes);
    }
    std::printf(
        "faults: %zu calls that failed in %zu kinds of training: %zu resumed, %zu had ended, %zu "
        "had nothing to save; %zu wrong\n",
        calls, all.size(), trial.resumed, trial.whole, trial.early, trial.failures);
    trial.resumed = trial.whole = trial.early = 0;
    trial.every = 1;
    for (Training& training : all) trial.measure(training);
    constexpr int signals[] = {SIGKILL, SIGTERM, SIGHUP};
    for (std::size_t i = 0; i < instants; ++i)
        trial.at_an_instant(all[i % all.size()], signals[i / all.size() % 3],
                            1.05 * random.uniform());
    std::printf(
        "faults: %zu instants: %zu resumed, %zu had ended, %zu had nothing to save; %zu wrong\n",
        instants, trial.resumed, trial.whole, trial.early, trial.failures);
    return trial.failures == 0 ? 0 : 1;
}
