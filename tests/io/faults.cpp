#include "io/faults.hpp"

#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

namespace autoencoder::faults {
namespace {

std::function<bool()> watcher;

/// Asks the watcher, whose own calls are not watched.
bool fails() {
    if (!watcher) return false;
    const std::function<bool()> asked = std::exchange(watcher, {});
    const bool answer = asked();
    watcher = asked;
    return answer;
}

int fail_with(int error) {
    errno = error;
    return -1;
}

}  // namespace

void watch(std::function<bool()> fails_) { watcher = std::move(fails_); }

}  // namespace autoencoder::faults

using namespace autoencoder;

// Each goes on by another call of the system that does the same.
extern "C" {

ssize_t write(int file, const void* data, std::size_t size) {
    char* const bytes = static_cast<char*>(const_cast<void*>(data));
    const std::size_t half = faults::watcher ? size / 2 : 0;
    iovec first{bytes, half}, rest{bytes + half, size - half};
    if (half > 0 && ::writev(file, &first, 1) != ssize_t(half)) return -1;
    if (faults::fails()) return faults::fail_with(ENOSPC);
    const ssize_t written = ::writev(file, &rest, 1);
    return written < 0 ? written : written + ssize_t(half);
}

int fsync(int file) {
    if (faults::fails()) return faults::fail_with(EIO);
    return faults::watcher ? 0 : ::fdatasync(file);  // thousands of them would take minutes
}

int rename(const char* from, const char* to) noexcept {
    if (faults::fails()) return faults::fail_with(EACCES);
    return ::renameat(AT_FDCWD, from, AT_FDCWD, to);
}

}  // extern "C"
