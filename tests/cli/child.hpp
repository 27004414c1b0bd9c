// A command in a process of its own, begun without the time that starting a program takes: for what kills it,
// or bounds it. The process that begins it must have no threads.
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <ctime>
#include <functional>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "cli/commands.hpp"

namespace autoencoder {

/// How it ended: by itself with a status, or by a signal.
struct Ended {
    int status = -1, signal = 0;
    std::size_t peak = 0;  // bytes
    std::string out, err;
};

class Child {
public:
    /// `first` is called in the child before its command is.
    explicit Child(std::vector<std::string> words, const std::function<void()>& first = {})
        : out_(::memfd_create("out", 0)), err_(::memfd_create("err", 0)), id_(::fork()) {
        if (id_ != 0) return;
        ::dup2(out_, STDOUT_FILENO);
        ::dup2(err_, STDERR_FILENO);
        for (const int each : {SIGINT, SIGTERM, SIGHUP})  // which may be ignored in the background
            ::signal(each, SIG_DFL);
        if (first) first();
        const int status = cli::run(std::move(words));
        std::cout.flush();
        ::_exit(status);
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() {
        if (!ended_) send(SIGKILL), wait(60);
        ::close(out_), ::close(err_);
    }

    void send(int signal) const { ::kill(id_, signal); }

    /// Nothing where it has not ended within so many seconds.
    std::optional<Ended> wait(double seconds) {
        int status = 0;
        rusage used{};
        useconds_t pause = 100;
        for (double waited = 0; ::wait4(id_, &status, WNOHANG, &used) == 0;
             waited += double(pause) * 1e-6) {
            if (waited >= seconds) return std::nullopt;
            if (pause < 2000) pause += 50;
            ::usleep(pause);
        }
        ended_ = true;
        Ended result{WIFEXITED(status) ? WEXITSTATUS(status) : -1,
                     WIFSIGNALED(status) ? WTERMSIG(status) : 0, std::size_t(used.ru_maxrss) * 1024,
                     text(out_), text(err_)};
        return result;
    }

    /// Seconds that it has computed, all threads together; on a crowded machine fewer than have gone by.
    double computed() const {
        clockid_t clock{};
        timespec time{};
        if (::clock_getcpuclockid(id_, &clock) == 0) ::clock_gettime(clock, &time);
        return double(time.tv_sec) + 1e-9 * double(time.tv_nsec);
    }

private:
    static std::string text(int file) {
        struct stat status {};  // where the file's offset is, the child is writing
        std::string all(::fstat(file, &status) == 0 ? std::size_t(status.st_size) : 0, '\0');
        all.resize(std::size_t(std::max<ssize_t>(0, ::pread(file, all.data(), all.size(), 0))));
        return all;
    }
    int out_, err_;
    pid_t id_;
    bool ended_ = false;
};

}  // namespace autoencoder
