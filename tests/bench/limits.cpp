#include "limits.hpp"

#include <algorithm>
#include <fstream>

#include "autoencoder/kernels.hpp"
#include "autoencoder/matrix.hpp"
#include "machine.hpp"

namespace autoencoder::bench {
namespace {

struct Level {
    std::string name;
    std::size_t bytes;  // for each thread
};

/// The size of a cache as Linux tells it ("1024K"), or the fallback. (sysconf would ask the
/// processor, which in a virtual machine speaks for the host.)
std::size_t cache_size(int level, std::size_t fallback) {
    for (int index = 0; index < 8; ++index) {
        const std::string folder =
            "/sys/devices/system/cpu/cpu0/cache/index" + std::to_string(index) + "/";
        int found = 0;
        std::string type;
        std::size_t kilobytes = 0;
        std::ifstream(folder + "level") >> found;
        std::ifstream(folder + "type") >> type;
        std::ifstream(folder + "size") >> kilobytes;
        if (found == level && type != "Instruction" && kilobytes > 0) return kilobytes << 10;
    }
    return fallback;
}

/// Sizes that fit each cache with room to spare; DRAM is far beyond.
std::vector<Level> levels(std::size_t threads) {
    const std::size_t l1 = cache_size(1, 32u << 10), l2 = cache_size(2, 512u << 10),
                      l3 = cache_size(3, 8u << 20);
    const auto own = [](const char* name, std::size_t bytes) {
        return Level{name + (" (" + std::to_string(bytes >> 10) + " KiB a core)"), bytes};
    };
    const auto shared = [&](const char* name, std::size_t bytes) {
        return Level{name + (" (" + std::to_string(bytes >> 20) + " MiB in all)"), bytes / threads};
    };
    return {own("L1", l1 * 3 / 4), own("L2", l2 * 3 / 4), shared("L3", l3 * 3 / 8),
            shared("DRAM", std::max<std::size_t>(8 * l3, 256u << 20))};
}

Limit bandwidth(const Loops& loops, const Level& level, bool triad, std::size_t threads,
                std::size_t reps) {
    // Whole blocks, in three arrays.
    const std::size_t blocks = level.bytes / sizeof(float) / 3 / loops.block();
    const std::size_t part = blocks * loops.block();
    std::vector<Buffer<float>> memory;
    for (std::size_t t = 0; t < threads; ++t) memory.emplace_back(3 * part);
    const double bytes = double(3 * part * sizeof(float));
    const long passes = std::max(1L, long(1e9 / bytes));  // tens of milliseconds
    Limit limit{level.name + (triad ? " triad" : " read"), threads, "GB/s", {}};
    for (std::size_t i = 0; i <= reps; ++i) {
        const double seconds = together(threads, [&](std::size_t t) {
            float* x = memory[t].data();
            for (long pass = 0; pass < passes; ++pass) {
                if (triad)
                    loops.triad(x, x + part, x + 2 * part, long(blocks));
                else
                    loops.read(x, long(3 * blocks));
            }
        });
        if (i > 0) limit.values.push_back(bytes * double(passes) * double(threads) / seconds / 1e9);
    }
    return limit;
}

}  // namespace

void measure_limits(std::size_t threads, std::size_t reps,
                    const std::function<void(const Limit&)>& take) {
    const Loops* best = nullptr;
    for (const kernels::Unit* unit : kernels::available()) {
        const Loops& loops = loops_of(unit->name);
        if (!loops.fma32) continue;
        if (!best) best = &loops;
        Probe probe(loops);
        for (const bool real64 : {false, true}) {
            Limit limit{std::string("peak fma ") + (real64 ? "f64 " : "f32 ") + unit->name,
                        threads,
                        "GFLOP/s",
                        {}};
            for (std::size_t i = 0; i < 3 * reps; ++i)
                limit.values.push_back(probe.rate(threads, real64));
            take(limit);
        }
    }
    if (threads > 1) {
        Limit limit{"from core to core and back", threads, "ns", {}};
        for (std::size_t i = 0; i < 3 * reps; ++i) limit.values.push_back(1e9 * round_trip(threads));
        take(limit);
    }
    if (!best || !best->read) return;
    for (const Level& level : levels(threads)) {
        take(bandwidth(*best, level, false, threads, reps));
        take(bandwidth(*best, level, true, threads, reps));
    }
}

}  // namespace autoencoder::bench
