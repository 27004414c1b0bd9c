#include "peer.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "autoencoder/error.hpp"
#include "autoencoder/kernels.hpp"
#include "machine.hpp"

namespace autoencoder::bench {
namespace {

constexpr int patience_ms = 300'000;  // an epoch on a slow machine takes a minute

/// The folder of a flavour of OpenBLAS where Debian puts it, or nothing.
std::string openblas_folder(const std::string& flavour) {
    for (const char* machine : {"x86_64-linux-gnu", "aarch64-linux-gnu"}) {
        const std::string folder = "/usr/lib/" + std::string(machine) + "/openblas-" + flavour;
        if (std::filesystem::exists(folder)) return folder;
    }
    return "";
}

bool has_avx512() {
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx512f") != 0;
#else
    return false;
#endif
}

}  // namespace

std::vector<Launch> known_peers(const std::string& mnist_folder) {
    const char* chosen = std::getenv("PYTHON");
    const bool avx512 = has_avx512() && kernels::current().name == std::string("avx512");
    const std::string python = chosen ? chosen : "/usr/bin/python3";
    const std::string scripts = "tests/bench/peers/";
    Launch torch{"torch", {python, scripts + "torch_peer.py"}, {{"MNIST_DIR", mnist_folder}}};
    // One pool of threads for PyTorch and its BLAS, not two that spin against each other; and the
    // vector code that PyTorch leaves aside unless told.
    if (const std::string folder = openblas_folder("openmp"); !folder.empty())
        torch.environment["LD_LIBRARY_PATH"] = folder;
    if (avx512) torch.environment["ATEN_CPU_CAPABILITY"] = "avx512";
    Launch numpy{"numpy", {python, scripts + "numpy_peer.py"}, {{"MNIST_DIR", mnist_folder}}};
    if (const std::string folder = openblas_folder("pthread"); !folder.empty())
        numpy.environment["LD_LIBRARY_PATH"] = folder;

    // They keep memory that they will ask for again; else a third of their time may be page faults.
    for (Launch* launch : {&torch, &numpy}) {
        launch->environment["MALLOC_MMAP_THRESHOLD_"] = "1000000000";
        launch->environment["MALLOC_TRIM_THRESHOLD_"] = "8000000000";
        launch->environment["PYTHONDONTWRITEBYTECODE"] = "1";
    }

    std::vector<Launch> peers{torch, numpy};
    const std::string self = "/proc/self/exe";
    for (const char* library : {"openblas", "blis", "onednn"})
        peers.push_back({library, {self, "--serve", library}, {}});
    // BLIS 0.9 takes a Zen 4 for a Zen 3; this makes it take its AVX-512 kernels.
    if (avx512) peers.push_back({"blis-skx", {self, "--serve", "blis"}, {{"BLIS_ARCH_TYPE", "0"}}});
    // Where ours is held to AVX2 on a processor that has more, so are they.
    for (Launch& peer : peers) {
        if (!has_avx512() || avx512) break;
        peer.environment["ATEN_CPU_CAPABILITY"] = "avx2";
        peer.environment["OPENBLAS_CORETYPE"] = "Haswell";
        peer.environment["ONEDNN_MAX_CPU_ISA"] = peer.environment["DNNL_MAX_CPU_ISA"] = "AVX2";
    }
    return peers;
}

Peer::Peer(const Launch& launch, std::size_t threads) : name_(launch.name) {
    std::map<std::string, std::string> environment = launch.environment;
    for (const char* variable :
         {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "BLIS_NUM_THREADS", "THREADS"})
        environment[variable] = std::to_string(threads);
    if (threads > 1) environment["OMP_PROC_BIND"] = "true";

    int in[2], out[2];
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0)
        fail(name_, "could not be started");
    process_ = fork();
    if (process_ < 0) fail(name_, "could not be started");
    if (process_ == 0) {
        bind_process(threads);
        unsetenv("OMP_PLACES");
        unsetenv("OMP_PROC_BIND");
        for (const auto& [variable, value] : environment)
            setenv(variable.c_str(), value.c_str(), 1);
        dup2(in[0], STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        std::vector<char*> words;
        for (const std::string& word : launch.command)
            words.push_back(const_cast<char*>(word.c_str()));
        words.push_back(nullptr);
        execv(words[0], words.data());
        _exit(127);  // not there: its silence says so
    }
    close(in[0]);
    close(out[1]);
    to_ = in[1];
    from_ = out[0];
    try {
        std::istringstream words(answer());
        std::string ready;
        words >> ready >> version_;
        if (ready != "ready") version_.clear();
    } catch (const std::runtime_error&) {
        version_.clear();
    }
}

Peer::~Peer() {
    close(to_);  // the end of its input: it goes
    close(from_);
    int status = 0;
    if (process_ > 0) waitpid(process_, &status, 0);
}

std::string Peer::answer() {
    while (true) {
        const std::size_t end = unread_.find('\n');
        if (end != std::string::npos) {
            const std::string line = unread_.substr(0, end);
            unread_.erase(0, end + 1);
            return line;
        }
        pollfd waiting{from_, POLLIN, 0};
        char bytes[512];
        ssize_t count = 0;
        const int ready = poll(&waiting, 1, patience_ms);
        if (ready > 0) count = read(from_, bytes, sizeof bytes);
        if (ready == 0) kill(process_, SIGKILL);
        if (count <= 0) fail(name_, "stopped answering");
        unread_.append(bytes, std::size_t(count));
    }
}

std::string Peer::ask(const std::string& line) {
    const std::string text = line + "\n";
    if (write(to_, text.data(), text.size()) != ssize_t(text.size()))
        fail(name_, "stopped listening");
    return answer();
}

std::vector<std::string> Peer::variants(const std::string& request) {
    std::istringstream words(ask("variants " + request));
    std::vector<std::string> names;
    for (std::string word; words >> word;) names.push_back(word);
    return names;
}

void Peer::prepare(const std::string& variant, const std::string& request) {
    const std::string reply = ask("prepare " + variant + " " + request);
    if (reply != "ok")
        fail(name_, "expected 'ok' to prepare " + request + ", found '" + reply + "'");
}

Turn Peer::turn(const std::string& variant, const std::string& request) {
    const std::string reply = ask("turn " + variant + " " + request);
    std::istringstream words(reply);
    Turn turn;
    if (!(words >> turn.seconds >> turn.loss) || !(turn.seconds > 0))
        fail(name_, "expected seconds and a loss of " + request + ", found '" + reply + "'");
    return turn;
}

void Peer::drop() { ask("drop"); }

}  // namespace autoencoder::bench
