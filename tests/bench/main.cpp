// `make bench`: how fast we are, beside the machine's own limit and beside everything else that is
// installed here and can do the same work. No time is a failure; only a wrong loss is.
//
//     build/bench                     limits, W1 W2 W3 W4 W5 W7 W8, products, at 1 and 2 threads
//     build/bench W1 gemm             some of them
//     build/bench growth              time against patterns, hidden units, depth
//     build/bench --help              the options
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "autoencoder/kernels.hpp"
#include "inputs.hpp"
#include "measure.hpp"
#include "report.hpp"

namespace autoencoder::bench {
namespace {

constexpr const char* help =
    R"(build/bench [limits W1 W2 W3 W4 W5 W7 W8 gemm sgemm dgemm growth] [options]

Without a name: everything but growth. gemm is sgemm and dgemm.
  --threads N   1, 2, ...; may be given twice   (1 and 2)
  --isa NAME    the instruction set of ours     (the best one here)
  --reps N      turns of each party             (5 to 9)
  --only TEXT   cases whose name holds TEXT     (all; 2048x2048, NT, 4000 hidden, ...)
  --alone       ours only, no peers
  --json        a JSON line a measurement instead of the table
Run it in the project's folder. MNIST is taken from data/mnist (`make mnist`) or the folder in
MNIST_DIR; with the embedded digits alone, W2 to W5 are left out. PYTHON names another
/usr/bin/python3.
)";

struct Request {
    std::vector<std::string> names;
    std::vector<std::size_t> threads;
    std::size_t reps = 0;
    std::string only;
    bool alone = false, json = false, help = false;
};

const std::vector<std::string> known = {"limits", "W1", "W2",    "W3",    "W4",   "W5",
                                        "W7",     "W8", "sgemm", "dgemm", "gemm", "growth"};

Request read(const std::vector<std::string>& words) {
    Request request;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string& word = words[i];
        const auto value = [&] {
            require(i + 1 < words.size(), word + ": expected a value, found none");
            return words[++i];
        };
        const auto count = [&] {
            const std::string found = value();
            const bool digits = !found.empty() && found.size() < 6 &&
                                found.find_first_not_of("0123456789") == std::string::npos;
            require(digits && std::stoul(found) > 0,
                    word + ": expected a number from 1, found " + found);
            return std::size_t(std::stoul(found));
        };
        if (word == "--threads")
            request.threads.push_back(count());
        else if (word == "--reps")
            request.reps = count();
        else if (word == "--isa")
            kernels::choose(value());
        else if (word == "--only")
            request.only = value();
        else if (word == "--alone")
            request.alone = true;
        else if (word == "--json")
            request.json = true;
        else if (word == "--help")
            request.help = true;
        else if (word == "gemm")
            request.names.insert(request.names.end(), {"sgemm", "dgemm"});
        else {
            require(std::find(known.begin(), known.end(), word) != known.end(),
                    "expected limits, W1, W2, W3, W4, W5, W7, W8, gemm, sgemm, dgemm or growth, "
                    "found '" +
                        word + "'");
            request.names.push_back(word);
        }
    }
    if (request.names.empty())
        request.names = {"limits", "W1", "W2", "W3", "W4", "W5", "W7", "W8", "sgemm", "dgemm"};
    const std::size_t here = cores().size();
    if (request.threads.empty()) request.threads = {1, 2};
    if (here == 1) request.threads = {1};
    for (const std::size_t threads : request.threads) {
        require(threads <= here, "--threads " + std::to_string(threads) + ": this machine has " +
                                     std::to_string(here) + " cores to bind them to");
    }
    return request;
}

/// Peers of each number of threads, started when they are first needed.
class Peers {
public:
    Peers(std::string folder, std::ostream& out) : launches_(known_peers(folder)), out_(out) {}

    const std::vector<std::unique_ptr<Peer>>& with(std::size_t threads) {
        auto& peers = running_[threads];
        if (!peers.empty()) return peers;
        const bool first = running_.size() == 1;
        std::string missing;
        for (const Launch& launch : launches_) {
            peers.push_back(std::make_unique<Peer>(launch, threads));
            const Peer& peer = *peers.back();
            if (!first) continue;
            if (peer.installed())
                out_ << "peer: " << peer.name() << " " << peer.version() << "\n";
            else
                missing += (missing.empty() ? "" : ", ") + peer.name();
        }
        if (!missing.empty()) out_ << "not installed: " << missing << "\n";
        return peers;
    }

private:
    std::vector<Launch> launches_;
    std::ostream& out_;
    std::map<std::size_t, std::vector<std::unique_ptr<Peer>>> running_;
};

std::vector<Case> cases_of(const std::string& name, const std::string& folder) {
    if (name == "sgemm" || name == "dgemm") return product_cases(name == "dgemm");
    if (name == "growth") return growth_cases(folder);
    return workload_cases(name, folder);
}

/// The cases whose names hold `only`, neighbours of one round together.
std::vector<std::vector<Case>> rounds_of(const std::vector<Case>& cases, const std::string& only) {
    std::vector<std::vector<Case>> rounds;
    for (const Case& what : cases) {
        if ((what.workload + " " + what.variant).find(only) == std::string::npos) continue;
        if (what.round.empty() || rounds.empty() || rounds.back()[0].round != what.round)
            rounds.emplace_back();
        rounds.back().push_back(what);
    }
    return rounds;
}

int run(const Request& request) {
    std::ostream& remarks = request.json ? std::cerr : std::cout;
    require(std::filesystem::exists("tests/bench/peers"), "run it in the project's folder");
    const std::string folder = mnist_folder();
    Patience patience;
    Probe probe(loops_of(kernels::current().name));
    Peers peers(folder, remarks);
    const std::vector<std::unique_ptr<Peer>> nobody;
    remarks << "ours: " << kernels::current().name << ", images: " << folder << "\n";

    bool right = true, begun = false, matched = false;
    std::vector<Result> results;
    for (const std::string& name : request.names) {
        const auto head = [&] {
            if (!begun && !request.json) print_head(std::cout);
            begun = true;
        };
        if (name == "limits") {
            matched = true;
            head();
            for (const std::size_t threads : request.threads) {
                measure_limits(threads, request.reps ? request.reps : 5, [&](const Limit& limit) {
                    if (request.json)
                        print_json(std::cout, limit);
                    else
                        print_row(std::cout, limit);
                });
            }
            continue;
        }
        const std::vector<std::vector<Case>> rounds =
            rounds_of(cases_of(name, folder), request.only);
        matched = matched || !rounds.empty();
        for (const std::vector<Case>& cases : rounds) {
            const Case& what = cases[0];
            if (!what.request.empty() && what.workload != "W6" &&
                training_images(folder).x.rows < what.images) {
                remarks << name << ": needs all of MNIST: make mnist\n";
                continue;
            }
            for (const std::size_t threads : request.threads) {
                const bool shared = !request.alone && !what.request.empty();
                const auto& others = shared ? peers.with(threads) : nobody;
                head();
                for (const Result& result :
                     measure(cases, threads, request.reps, probe, patience, others)) {
                    right = right && result.right();
                    results.push_back(result);
                    if (!request.json) {
                        print_row(std::cout, result);
                        continue;
                    }
                    print_json(std::cout, result);
                    for (const std::string& remark : result.remarks) std::cerr << remark << "\n";
                    if (!result.right()) std::cerr << what.workload << ": wrong loss\n";
                }
            }
        }
    }
    require(matched, "--only " + request.only + ": no case has this in its name");
    if (request.json) return right ? 0 : 1;
    print_notes(std::cout);
    print_machine(std::cout, results);
    return right ? 0 : 1;
}

/// The peers' OpenMP reads its settings when their process begins, which has ours. So we begin again with each
/// thread bound to a core of its own, unless somebody has decided otherwise; our own pool is not bound.
void bind_openmp(char** words) {
    if (std::getenv("OMP_PROC_BIND")) return;
    std::string places;
    for (const int cpu : cores())
        places += (places.empty() ? "{" : ",{") + std::to_string(cpu) + "}";
    setenv("OMP_PLACES", places.c_str(), 1);
    setenv("OMP_PROC_BIND", "close", 1);
    execv("/proc/self/exe", words);
}

}  // namespace
}  // namespace autoencoder::bench

int main(int count, char** words) {
    using namespace autoencoder::bench;
    const std::vector<std::string> arguments(words + 1, words + count);
    if (arguments.size() == 2 && arguments[0] == "--serve") return serve_library(arguments[1]);
    bind_openmp(words);
#ifdef __GLIBC__
    // Freed memory stays ours: a page that went back is cleared again in the next turn, 1 ms of W7's 30.
    mallopt(M_TRIM_THRESHOLD, -1);
    mallopt(M_MMAP_MAX, 0);
#endif
    std::signal(SIGPIPE, SIG_IGN);  // a peer that has gone is noticed by its silence
    try {
        const Request request = read(arguments);
        if (request.help) {
            std::cout << help;
            return 0;
        }
        return run(request);
    } catch (const std::exception& error) {
        std::cerr << "bench: " << error.what() << "\n";
        return 1;
    }
}
