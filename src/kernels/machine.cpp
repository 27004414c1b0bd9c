// What the machine has for this program: processors, and caches of a core.
#include <algorithm>
#include <bit>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>
#ifdef __APPLE__
#include <sys/sysctl.h>
#endif

#include "autoencoder/error.hpp"
#include "autoencoder/kernels.hpp"
#include "autoencoder/parallel.hpp"

namespace autoencoder::kernels {
namespace {

std::size_t processors() {
    static const std::size_t count = std::max(1u, std::thread::hardware_concurrency());  // which reads files
    return count;
}

constexpr std::size_t most_cache = std::size_t{1} << 36;  // bytes

/// Of a container by its quota; 0: it has none.
std::size_t quota() {
    std::string most;
    double period = 0;
    if (!(std::ifstream("/sys/fs/cgroup/cpu.max") >> most >> period) || period <= 0) return 0;
    double share = 0;
    for (const char c : most) {
        if (c < '0' || c > '9') return 0;  // "max"
        share = 10 * share + (c - '0');
    }
    return std::max<std::size_t>(1, std::size_t(share / period + 0.5));
}

/// A number of bytes and what follows it: 512K, 8M.
std::size_t read_bytes(std::string_view& text) {
    std::size_t bytes = 0;
    text.remove_prefix(std::size_t(
        std::from_chars(text.data(), text.data() + text.size(), bytes).ptr - text.data()));
    const std::size_t letter = text.empty() ? 0 : std::string_view("KM").find(text[0]) + 1;
    if (letter == 0 || bytes > most_cache >> 10 * letter) return bytes;
    text.remove_prefix(1);
    return bytes << 10 * letter;
}

struct Cache {
    std::size_t bytes, processors;  // that share it
};

/// As AUTOENCODER_CACHE says, for one thread each.
bool chosen_caches(Cache (&cache)[3]) {
    const char* const variable = std::getenv("AUTOENCODER_CACHE");
    if (!variable || !*variable) return false;
    std::string_view text = variable;
    for (Cache& each : cache) {
        each = {read_bytes(text), 0};
        const bool last = &each == cache + 2;
        require(each.bytes >= 4096 && each.bytes <= most_cache && (last ? text.empty() : text.starts_with(',')),
                "AUTOENCODER_CACHE: expected bytes of L1,L2,L3, like 32K,512K,8M, found " + std::string(variable));
        if (!last) text.remove_prefix(1);
    }
    return true;
}

void find_caches(Cache (&cache)[3]) {
#ifdef __APPLE__
    const char* const names[] = {"hw.l1dcachesize", "hw.l2cachesize", "hw.l3cachesize"};
    for (int level = 0; level < 3; ++level) {
        std::uint64_t bytes = 0;
        std::size_t size = sizeof(bytes);
        if (sysctlbyname(names[level], &bytes, &size, nullptr, 0) == 0 && bytes > 0)
            cache[level] = {std::size_t(bytes), 1};
    }
#else
    for (int i = 0; i < 8; ++i) {
        const std::string folder = "/sys/devices/system/cpu/cpu0/cache/index" + std::to_string(i) + "/";
        std::size_t level = 0;
        std::string type, size, map;
        if (!(std::ifstream(folder + "level") >> level && std::ifstream(folder + "type") >> type &&
              std::ifstream(folder + "size") >> size && std::ifstream(folder + "shared_cpu_map") >> map))
            continue;
        std::string_view text = size;
        const std::size_t bytes = read_bytes(text);
        if (level < 1 || level > 3 || type == "Instruction" || bytes < 4096 || bytes > most_cache) continue;
        std::size_t sharing = 0;
        for (const char c : map)
            sharing += std::size_t(std::popcount(unsigned(c >= 'a' ? c - 'a' + 10 : c >= '0' ? c - '0' : 0)));
        cache[level - 1] = {bytes, sharing};
    }
#endif
}

}  // namespace

Caches caches() {
    static const auto cache = [] {
        struct { Cache level[3] = {{32 << 10, 1}, {512 << 10, 1}, {8 << 20, 4}}; } found;
        if (!chosen_caches(found.level)) find_caches(found.level);
        return found;
    }();
    // Threads lie as far apart as they can.
    const auto share = [](const Cache& c) {
        const std::size_t sharing = threads() * c.processors / processors();
        return sharing > 1 ? c.bytes / sharing : c.bytes;
    };
    return {share(cache.level[0]), share(cache.level[1]), share(cache.level[2])};
}

std::size_t usual_threads() {
    std::size_t count = processors();
    if (const std::size_t share = quota()) count = std::min(count, share);
    const char* const chosen = std::getenv("OMP_NUM_THREADS");
    const std::string_view text = chosen ? chosen : "";
    std::size_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return std::min(number > 0 ? number : count, most_threads);
}

}  // namespace autoencoder::kernels
