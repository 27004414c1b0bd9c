// Random option lines of every command: status 0, 1 or 2, one line on standard error where it is 2, nothing
// that acts on a terminal, no more memory than there is said to be, and nothing that ignores a signal.
//
//     options [LINES [SEED]]      500 unless said
//
// The options are those of the commands' own tables. A line runs in a process of its own, in a folder of its own;
// where it takes long it is interrupted, and then has two seconds to end, of computing where others compute too.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <sstream>

#include "autoencoder/npz.hpp"
#include "autoencoder/random.hpp"
#include "base/utf8.hpp"
#include "cli/child.hpp"
#include "cli/options.hpp"
#include "io/scratch.hpp"

using namespace autoencoder;

namespace {

using Words = std::vector<std::string>;
namespace fs = std::filesystem;

constexpr std::size_t memory = 256 << 20, besides = 64 << 20;  // what a process has anyway

const std::string& any(const Words& words, Random& random) {
    return words[random.below(words.size())];
}

/// The tables of all commands, and of all kinds of training.
std::vector<cli::Command> commands() {
    std::vector<cli::Command> all;
    cli::help_collected() = &all;
    for (const char* name :
         {"encode", "decode", "reconstruct", "denoise", "classify", "generate", "evaluate", "show",
          "explain", "check", "terms", "validate", "vectors", "info", "lecture"})
        cli::run({name, "--help"});
    for (const char* kind : {"shallow", "sparse", "denoising", "deep", "pca", "stacked",
                             "classifier", "convolutional", "variational"})
        cli::run({"train", kind, "--help"});
    cli::help_collected() = nullptr;
    return all;
}

/// Files of the folder that the lines run in: data, models of several kinds, a case, results.
void put_files() {
    constexpr std::size_t N = 24, side = 6;
    std::vector<float> x(N * side * side);
    std::vector<std::int64_t> labels(N);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = float(i * i % 11) / 11;
    for (std::size_t q = 0; q < N; ++q) labels[q] = std::int64_t(q % 3);
    Archive archive;
    archive.add("x", Array({N, side, side}, x));
    archive.add("labels", Array({N}, labels));
    write_npz("data.npz", archive);
    for (const char* kind : {"sparse", "classifier", "convolutional", "variational"}) {
        Words words = {"train", kind,           "--data", "data.npz", "--out",
                       kind,    "--checkpoint", "1",      "--quiet"};
        const Words steps = std::string(kind) == "sparse"
                                ? Words{"--iterations", "2", "--hidden", "4"}
                            : std::string(kind) == "classifier"
                                ? Words{"--iterations",       "1", "--head-iterations", "1",
                                        "--fine-tune-epochs", "1", "--hidden",          "4"}
                                : Words{"--epochs", "1"};
        words.insert(words.end(), steps.begin(), steps.end());
        const auto ended = Child(words).wait(60);
        if (!ended || ended->status != 0)
            std::printf("cannot train %s: %s\n", kind, ended ? ended->err.c_str() : "");
    }
    Child({"vectors", "--out", "cases"}).wait(60);
    for (const auto& entry : fs::recursive_directory_iterator("cases"))
        if (entry.path().filename() == "case.npz" && !fs::exists("case.npz")) {
            fs::copy(entry.path(), "case.npz");
            fs::copy(entry.path().parent_path() / "right.npz", "theirs.npz");
        }
    fs::remove_all("cases");
    std::ofstream("words.csv") << "label,\x1b[31mred\n1,2\n";
    std::ofstream("empty");
    fs::create_directory("folder");
}

/// Words between blanks.
Words split(const std::string& text) {
    Words words;
    std::stringstream stream(text);
    for (std::string word; stream >> word;) words.push_back(word);
    return words;
}

const Words files = split(
    "data.npz sparse classifier convolutional variational sparse/checkpoint.npz case.npz "
    "theirs.npz words.csv empty folder nothing nothing/at/all digits mnist . /dev/null "
    "/dev/full");
const Words numbers = split(
    "0 1 2 3 7 16 100 1000 100000 20000000 4294967296 999999999999 9223372036854775807 "
    "9223372036854775808 18446744073709551616 -1 -0 0.5 0.1 0.999999 1e-3 1e-320 1e3 1e18 "
    "1e308 1e309 nan inf -inf 0x10 1,2 3,3,3 8,,8 1, +1 1e");
/// What no option means, after those that some mean.
Words wild_words() {
    Words words = split(
        "- -- --- \x1b[2J\x1b]0;x\x07 \xff\xfe ü 日本 ' \" $(x) `x` \\ %s%n --help -h --out "
        "masking:0.3 "
        "gaussian:1e9 salt-pepper:2 step:0:0 step:3:0.5 cosine none all yes single double");
    for (const char* word : {"", " ", "a\nb", "a\rb", "\xc2\x9b\x33m", "\xe2\x80\xae-abc"})
        words.emplace_back(word);
    words.emplace_back(300, 'a');
    words.emplace_back(5000, 'b');
    return words;
}
const Words wild = wild_words();

std::string value_of(const cli::Option& option, Random& random) {
    const std::size_t way = random.below(20);
    if (way == 0) return any(wild, random);
    if (way == 1) return any(files, random);
    if (way == 2) return option.fallback;
    const std::string& kind = option.value.placeholder;
    if (kind == "DIR" || kind == "FILE" || kind.find("FILE") != kind.npos ||
        option.name.find("data") != option.name.npos)
        return any(files, random);
    std::string text = kind + " " + option.help;
    for (char& c : text)
        if (c == ',' || c == '|') c = ' ';
    const Words words = split(text);  // those that the placeholder or the help names
    if (kind == "NAME" || kind.find('|') != kind.npos || kind == "KIND:LEVEL")
        return any(words, random);
    return any(numbers, random);
}

Words line_of(const std::vector<cli::Command>& all, Random& random) {
    if (random.below(50) == 0) return {any(wild, random), any(wild, random)};
    const cli::Command& command = all[random.below(all.size())];
    Words words;
    std::stringstream name(command.name);
    for (std::string word; name >> word;) words.push_back(word);
    if (random.below(40) == 0) words.back() += any(wild, random);
    for (const std::string& placeholder : command.words) {
        if (random.below(20) == 0) continue;
        const bool is_case = placeholder == "CASE", is_model = placeholder.starts_with("MODEL"),
                   often = random.below(5) > 0;
        words.push_back(often && is_case ? "case.npz"
                        : often && is_model
                            ? any({"sparse", "classifier", "convolutional", "variational"}, random)
                        : often ? (placeholder.starts_with("TAG") ? "encode" : "theirs.npz")
                                : any(random.below(3) == 0 ? wild : files, random));
    }
    std::vector<const cli::Option*> options;
    for (const cli::Group& group : command.groups)
        for (const cli::Option& option : group.options) options.push_back(&option);
    const bool train = command.name.starts_with("train");
    if (train && random.below(8) > 0)
        for (const char* word : {"--data", "data.npz", "--out", "out", "--overwrite"})
            words.push_back(word);
    for (std::size_t n = random.below(6); n > 0 && !options.empty(); --n) {
        const cli::Option& option = *options[random.below(options.size())];
        if (option.value.placeholder.empty() != (random.below(30) == 0)) {
            words.push_back(option.name);
            continue;
        }
        const std::string value = value_of(option, random);
        if (random.below(2) == 0)
            words.push_back(option.name + "=" + value);
        else
            words.insert(words.end(), {option.name, value});
    }
    if (random.below(60) == 0)
        words.insert(words.begin() + std::ptrdiff_t(random.below(words.size() + 1)),
                     any(wild, random));
    return words;
}

/// Why these words would lead out of the folder; no path of theirs may.
bool leads_out(const Words& words) {
    return std::any_of(words.begin(), words.end(), [](const std::string& word) {
        const std::string path = word.substr(
            word.starts_with("--") && word.find('=') != word.npos ? word.find('=') + 1 : 0);
        return path.find("..") != path.npos ||
               (path.starts_with("/") && !path.starts_with("/dev/"));
    });
}

bool is_harmless(const std::string& text) {
    for (std::size_t at = 0, end = 0; at < text.size(); at = end + 1) {
        end = std::min(text.find('\n', at), text.size());
        const std::string line = text.substr(at, end - at);
        if (harmless(line) != line) return false;
    }
    return true;
}

}  // namespace

int main(int count, char** arguments) {
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    const std::size_t lines = count > 1 ? std::size_t(std::atol(arguments[1])) : 500;
    Random random(count > 2 ? std::size_t(std::atol(arguments[2])) : 1);
    ::setenv("AUTOENCODER_MEMORY", std::to_string(memory).c_str(), 1);
    const std::vector<cli::Command> all = commands();
    const Scratch scratch;
    fs::create_directory(scratch.path("files"));
    fs::current_path(scratch.path("files"));
    put_files();
    fs::current_path(scratch.folder);
    std::size_t by_status[3] = {}, interrupted = 0, failures = 0, most = 0;
    for (std::size_t i = 0; i < lines; ++i) {
        if (i % 200 == 0) {  // what lines have written goes from time to time
            fs::current_path(scratch.folder);
            fs::remove_all("work");
            fs::copy("files", "work", fs::copy_options::recursive);
            fs::current_path("work");
        }
        Words words = line_of(all, random);
        while (leads_out(words)) words = line_of(all, random);
        const auto complain = [&](const std::string& why) {
            std::string line;
            for (const std::string& word : words) line += " " + in_quotes(word);
            std::printf("options:%s: %s\n", line.c_str(), harmless(why).c_str());
            std::fflush(stdout);
            ++failures;
        };
        Child child(words, [] { ::close(STDIN_FILENO); });
        bool sent = false;
        std::optional<Ended> ended = child.wait(0.02 + 0.1 * random.uniform());
        if (!ended) {
            constexpr int signals[] = {SIGINT, SIGTERM, SIGHUP};
            const double before = child.computed();
            child.send(signals[random.below(3)]);
            sent = true;
            ++interrupted;
            ended = child.wait(2);
            for (int more = 0; !ended && child.computed() - before < 2 && more < 600; ++more)
                ended = child.wait(0.2);
        }
        if (!ended) {
            complain("has not ended two seconds after a signal");
            continue;
        }
        most = std::max(most, ended->peak);
        const bool asked = sent && (ended->signal == SIGINT || ended->signal == SIGTERM ||
                                    ended->signal == SIGHUP);
        if (ended->signal != 0 && !asked)
            complain("ended by signal " + std::to_string(ended->signal) + ": " + ended->err);
        if (ended->signal != 0) continue;
        if (ended->status > 2)
            complain("status " + std::to_string(ended->status) + ": " + ended->err);
        else
            ++by_status[ended->status];
        if ((ended->status == 2) !=
            (ended->err.find('\n') + 1 == ended->err.size() && !ended->err.empty()))
            complain("status " + std::to_string(ended->status) + ", not one line: " + ended->err);
        if (ended->status < 2 && !ended->err.empty())
            complain("status " + std::to_string(ended->status) + ", but: " + ended->err);
        if (!is_harmless(ended->err) || !is_harmless(ended->out))
            complain("prints what acts on a terminal: " + ended->err + ended->out);
        if (ended->peak > memory + besides)
            complain("took " + std::to_string(ended->peak >> 20) + " MB");
    }
    std::printf(
        "options: %zu lines: %zu done, %zu answered no or stopped, %zu refused, %zu interrupted, "
        "at most %zu MB; %zu wrong\n",
        lines, by_status[0], by_status[1], by_status[2], interrupted, most >> 20, failures);
    return failures == 0 ? 0 : 1;
}
