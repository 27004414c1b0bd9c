// Which unit runs: every one in this program that the machine and its operating system support, the
// best first. Compiled without any instruction set flag.
#include <cstdlib>
#include <string>
#include <vector>

#if __has_include(<xsimd/xsimd.hpp>)
#include <xsimd/config/xsimd_config.hpp>
#endif

#include "autoencoder/error.hpp"
#include "autoencoder/kernels.hpp"
#include "autoencoder/parallel.hpp"

namespace autoencoder::kernels {

extern const Unit unit_scalar;
#if defined(__x86_64__)
extern const Unit unit_avx2, unit_avx512;
#elif defined(__aarch64__)
extern const Unit unit_neon;
#endif

namespace {

std::vector<const Unit*> find_units() {
    std::vector<const Unit*> units;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") &&
        __builtin_cpu_supports("fma") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw"))
        units.push_back(&unit_avx512);
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) units.push_back(&unit_avx2);
#elif defined(__aarch64__)
    units.push_back(&unit_neon);
#endif
    units.push_back(&unit_scalar);
    return units;
}

const Unit* find(std::string_view name) {
    std::string names;
    for (const Unit* unit : available()) {
        if (name == unit->name) return unit;
        names += std::string(names.empty() ? "" : ", ") + unit->name;
    }
    throw std::invalid_argument("instruction set '" + std::string(name) +
                                "': this machine runs " + names);
}

const Unit*& chosen() {
    static const Unit* unit = [] {
        const char* name = std::getenv("AUTOENCODER_ISA");
        return name && *name ? find(name) : available().front();
    }();
    return unit;
}

std::size_t& thread_count() {
    static std::size_t count = usual_threads();
    return count;
}

}  // namespace

std::span<const Unit* const> available() {
    static const std::vector<const Unit*> units = find_units();
    return units;
}

const Unit& current() { return *chosen(); }

void choose(std::string_view name) { chosen() = find(name); }

std::size_t threads() { return thread_count(); }

void set_threads(std::size_t count) {
    require(count >= 1 && count <= 1024,
            "expected 1 to 1024 threads, found " + std::to_string(count));
    thread_count() = count;
}

const char* xsimd_version() {
#ifdef XSIMD_VERSION_MAJOR
#define AUTOENCODER_STRING_(x) #x
#define AUTOENCODER_STRING(x) AUTOENCODER_STRING_(x)
    return AUTOENCODER_STRING(XSIMD_VERSION_MAJOR) "." AUTOENCODER_STRING(XSIMD_VERSION_MINOR) "." AUTOENCODER_STRING(XSIMD_VERSION_PATCH);
#else
    return "none";
#endif
}

}  // namespace autoencoder::kernels
