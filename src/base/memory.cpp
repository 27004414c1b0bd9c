#include "autoencoder/memory.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "autoencoder/error.hpp"

namespace autoencoder {
namespace {

constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

std::size_t physical_memory() {
    const long pages = ::sysconf(_SC_PHYS_PAGES), size = ::sysconf(_SC_PAGESIZE);
    std::size_t bytes =
        pages > 0 && size > 0 ? times(std::size_t(pages), std::size_t(size)) : unlimited;
    // Of a container, by the two versions of control groups; "max" is no number, and no limit.
    for (const char* path :
         {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}) {
        std::size_t limit = 0;
        if (std::ifstream(path) >> limit && limit > 0) bytes = std::min(bytes, limit);
    }
    rlimit limit{};  // of this process: ulimit -v
    if (::getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
        bytes = std::min(bytes, std::size_t(limit.rlim_cur));
    return bytes;
}

/// "2.5 GB"
std::string in_words(std::size_t bytes) {
    constexpr const char* units[] = {"bytes", "kB", "MB", "GB", "TB", "PB", "EB"};
    double number = double(bytes);
    std::size_t unit = 0;
    for (; number >= 999.5; ++unit) number /= 1000;
    char text[32];
    std::snprintf(text, sizeof text, number < 9.95 && unit > 0 ? "%.1f %s" : "%.0f %s", number,
                  units[unit]);
    return (bytes == unlimited ? "more than " : "") + std::string(text);
}

}  // namespace

std::size_t machine_memory() {
    static const std::size_t machine = physical_memory();
    const char* const chosen = std::getenv("AUTOENCODER_MEMORY");
    if (!chosen || !*chosen) return machine;
    const std::string_view text = chosen;
    std::size_t bytes = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bytes);
    require(error == std::errc{} && end == text.data() + text.size(), [&] {
        return "AUTOENCODER_MEMORY: expected a number of bytes, found '" + std::string(text) + "'";
    });
    return std::min(machine, bytes);
}

void require_memory(std::size_t bytes, std::string_view what) {
    constexpr std::size_t little = 1 << 20;  // it is always there
    if (bytes <= little || bytes <= machine_memory()) return;
    throw std::runtime_error(std::string(what) + " needs " + in_words(bytes) +
                             " of memory, there are " + in_words(machine_memory()));
}

}  // namespace autoencoder
