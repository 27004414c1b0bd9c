// For the tests of the command line: a command run in this process, and what it printed.
#pragma once

#include <algorithm>
#include <csignal>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "autoencoder/kernels.hpp"
#include "cli/commands.hpp"
#include "io/scratch.hpp"

namespace autoencoder {

struct Said {
    int status = 0;
    std::string out, err;
};

/// Lends a stream another buffer as long as it lives.
struct Redirected {
    std::ostream& stream;
    std::streambuf* before;

    Redirected(std::ostream& stream_, std::streambuf* buffer)
        : stream(stream_), before(stream_.rdbuf(buffer)) {}
    ~Redirected() { stream.rdbuf(before); }
    Redirected(const Redirected&) = delete;
    Redirected& operator=(const Redirected&) = delete;
};

/// The whole program with these arguments, its output into `out`. Tests train into a folder again and again;
/// --no-overwrite is for those that are about that. --threads and --isa last no
/// longer than the command.
inline Said run_with(std::vector<std::string> arguments, std::stringbuf& out) {
    const auto given = [&](const char* option) { return std::ranges::find(arguments, option) != arguments.end(); };
    if (!arguments.empty() && arguments[0] == "train" && given("--out") && !given("--resume") && !given("--no-overwrite"))
        arguments.push_back("--overwrite");
    std::erase(arguments, "--no-overwrite");
    const std::size_t threads = kernels::threads();
    const char* const isa = kernels::current().name;
    std::stringbuf err;
    Said said;
    {
        const Redirected to_out(std::cout, &out), to_err(std::cerr, &err);
        said.status = cli::run(std::move(arguments));
    }
    kernels::set_threads(threads);
    kernels::choose(isa);
    said.out = out.str();
    said.err = err.str();
    return said;
}

/// Sends SIGINT, as Ctrl-C does, when a text has been printed after another one.
struct CtrlCAfter : std::stringbuf {
    std::string first, then;
    bool sent = false;

    CtrlCAfter(std::string first_, std::string then_)
        : first(std::move(first_)), then(std::move(then_)) {}
    int sync() override {
        const std::string text = str();
        const std::size_t at = text.find(first);
        if (!sent && at != std::string::npos && text.find(then, at) != std::string::npos) {
            sent = true;
            std::raise(SIGINT);
        }
        return 0;
    }
};

inline Said run(std::vector<std::string> arguments) {
    std::stringbuf out;
    return run_with(std::move(arguments), out);
}

/// `train KIND` on a few digits with a small network, into a folder, with more options after these.
inline std::vector<std::string> small_run(const std::string& kind, const std::string& folder,
                                          const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {"train",    kind, "--count", "200",
                                          "--hidden", "16", "--out",   folder};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
}

/// Whether it failed with exit status 2 and one line on stderr that has this part.
inline bool refused(const Said& said, std::string_view part) {
    const bool one_line = !said.err.empty() && said.err.find('\n') == said.err.size() - 1;
    return said.status == 2 && one_line && said.err.starts_with("autoencoder: ") &&
           contains(said.err, part);
}

}  // namespace autoencoder
