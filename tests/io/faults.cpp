#include "io/faults.hpp"

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <utility>

namespace autoencoder::faults {
namespace {

std::function<bool()> watcher;
bool watches_all = false;

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

void watch(std::function<bool()> fails_, bool all) {
    watcher = std::move(fails_);
    watches_all = all;
}

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

int open(const char* path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;
    va_end(more);
    if (faults::watches_all && (flags & O_CREAT) != 0 && faults::fails())
        return faults::fail_with(EMFILE);
    return ::openat(AT_FDCWD, path, flags, mode);
}

int close(int file) {
    const int result = int(::syscall(SYS_close, file));
    return faults::watches_all && faults::fails() ? faults::fail_with(EIO) : result;
}

}  // extern "C"
