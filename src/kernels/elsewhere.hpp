// Threads that share a job must not share a core while another one is idle.
#pragma once

#include <thread>
#include <vector>

#ifdef __linux__
#include <pthread.h>
#include <sched.h>
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
    /// Not here, if there is another core for it.
    void send([[maybe_unused]] std::thread& thread) {
#ifdef __linux__
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
    std::vector<std::thread::native_handle_type> sent_;
    cpu_set_t before_;  // of all of them
#endif
};

}  // namespace autoencoder::kernels
