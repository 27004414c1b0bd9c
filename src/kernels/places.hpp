// On which cores threads run that share a job. The system chooses, but for two cases. Where it cannot be told, it
// chooses in these as well.
#pragma once

#include <thread>
#include <vector>

#ifdef __linux__
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include <cstdio>
#endif

namespace autoencoder::kernels {

/// Where the caller runs; −1: nobody knows.
inline int this_core() {
#ifdef __linux__
    return ::sched_getcpu();
#else
    return -1;
#endif
}

/// While a core is idle. A thread that the system wakes where the caller runs waits for the caller, and the caller for
/// it; milliseconds go by before it parts them. As long as this lives, those that are sent have to be elsewhere.
class Elsewhere {
public:
    ~Elsewhere() {
#ifdef __linux__
        for (const auto thread : sent_) ::pthread_setaffinity_np(thread, sizeof before_, &before_);
#endif
    }
    /// Not here, if another core is idle: beside other programs the system's choice is the better one.
    void send([[maybe_unused]] std::thread& thread) {
#ifdef __linux__
        if (sent_.empty() && !a_core_is_idle()) return;
        const auto handle = thread.native_handle();
        const int here = this_core();
        if (here < 0 || ::pthread_getaffinity_np(handle, sizeof before_, &before_) != 0) return;
        cpu_set_t others = before_;
        CPU_CLR(std::size_t(here), &others);
        if (CPU_COUNT(&others) > 0 && ::pthread_setaffinity_np(handle, sizeof others, &others) == 0)
            sent_.push_back(handle);
#endif
    }

#ifdef __linux__
private:
    /// Whether fewer threads are running or waiting to, on the whole machine, than it has cores.
    static bool a_core_is_idle() {
        static const int load = ::open("/proc/loadavg", O_RDONLY | O_CLOEXEC);  // "1.35 0.67 0.28 3/86 8795": 3
        char text[128] = {};
        long running = 0;
        return ::pread(load, text, sizeof text - 1, 0) > 0 && std::sscanf(text, "%*s %*s %*s %ld/", &running) == 1 &&
               running < ::sysconf(_SC_NPROCESSORS_ONLN);
    }

    std::vector<std::thread::native_handle_type> sent_;
    cpu_set_t before_;  // of all of them
#endif
};

/// Where all cores are wanted by others. Of two threads on two cores the system runs now the one, now the other, and
/// whichever runs waits for the other. On one core both have as much of the machine, and never wait: whoever of them
/// runs does the work.
class Beside {
public:
    /// Whether the thread has its place on that core from now on.
    bool stay([[maybe_unused]] std::thread& thread, [[maybe_unused]] int core) {
#ifdef __linux__
        if (core < 0) return false;
        if (core == core_) return true;
        const auto handle = thread.native_handle();
        if (core_ < 0 && ::pthread_getaffinity_np(handle, sizeof before_, &before_) != 0) return false;
        cpu_set_t only;
        CPU_ZERO(&only);
        CPU_SET(std::size_t(core), &only);
        if (::pthread_setaffinity_np(handle, sizeof only, &only) != 0) return false;
        core_ = core;
        return true;
#else
        return false;
#endif
    }
    /// As the system likes, again.
    void leave([[maybe_unused]] std::thread& thread) {
#ifdef __linux__
        if (core_ < 0) return;
        ::pthread_setaffinity_np(thread.native_handle(), sizeof before_, &before_);
        core_ = -1;
#endif
    }

#ifdef __linux__
private:
    int core_ = -1;
    cpu_set_t before_;
#endif
};

}  // namespace autoencoder::kernels
