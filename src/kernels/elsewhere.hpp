// Threads that share a job must not share a core while another one is idle.
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

/// A thread that the system wakes where the caller runs waits for the caller, and the caller for it; milliseconds go
/// by before it parts them. As long as this lives, those that are sent have to be elsewhere.
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
        const int here = ::sched_getcpu();
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

}  // namespace autoencoder::kernels
