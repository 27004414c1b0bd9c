// Others that do the same work: programs of their own, each in its own process, so that their
// threads, bindings and settings are theirs. They wait while we measure, and answer line by line:
//
//     it says at the start      ready VERSION            or   missing
//     variants W1               manual autograd          what it has of this case; may be empty
//     prepare manual W1         ok                       builds it and does it once, untimed
//     turn manual W1            SECONDS LOSS             does it
//     drop                      ok                       forgets what it has built
//
// PyTorch and NumPy are peers/*.py; the C libraries are this program again, see libraries.cpp. Only
// what is installed is run, and nothing is linked.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "case.hpp"

namespace autoencoder::bench {

/// How a peer is started.
struct Launch {
    std::string name;  // "torch"
    std::vector<std::string> command;
    std::map<std::string, std::string> environment;  // added to ours
};

/// All that are known, with settings that are fair to them.
std::vector<Launch> known_peers(const std::string& mnist_folder);

/// A running peer. Throws std::runtime_error if it stops answering.
class Peer {
public:
    Peer(const Launch& launch, std::size_t threads);
    ~Peer();
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    const std::string& name() const { return name_; }
    bool installed() const { return !version_.empty(); }
    const std::string& version() const { return version_; }
    pid_t process() const { return process_; }

    std::vector<std::string> variants(const std::string& request);
    void prepare(const std::string& variant, const std::string& request);
    Turn turn(const std::string& variant, const std::string& request);
    void drop();

private:
    std::string ask(const std::string& line);
    std::string answer();

    std::string name_, version_, unread_;
    pid_t process_ = -1;
    int to_ = -1, from_ = -1;
};

/// Serves a C library of products as a peer, on standard input and output, until its end.
int serve_library(std::string_view name);

}  // namespace autoencoder::bench
