// `info`: what this program is, what it runs on, and which data it finds.
#include <iostream>

#include "autoencoder/data.hpp"
#include "autoencoder/kernels.hpp"
#include "autoencoder/report.hpp"
#include "cli/commands.hpp"
#include "cli/options.hpp"

namespace autoencoder::cli {
namespace {

#if defined(__clang__)
constexpr const char* compiler = "clang " __clang_version__;
#elif defined(__GNUC__)
constexpr const char* compiler = "GCC " __VERSION__;
#else
constexpr const char* compiler = "unknown";
#endif

// What there is of a data set, or why there is none.
std::string found(const char* name) {
    try {
        const Dataset data = load_data(name, Split::train);
        return grouped(data.x.rows) + " training patterns of " + std::to_string(data.height) + "×" +
               std::to_string(data.width);
    } catch (const std::runtime_error& error) {
        return error.what();
    }
}

}  // namespace

int info(Arguments arguments) {
    const auto kib = [](std::size_t bytes) { return grouped(bytes >> 10) + " KiB"; };
    const Command command{
        "info", "version, instruction sets, threads, data", {}, {machine_options()}, ""};
    if (parse(command, arguments).help) return print_help(command);
    const kernels::Caches caches = kernels::caches();
    std::vector<std::vector<std::string>> rows = {
        {"version", version},
        {"compiler", compiler},
        {"xsimd", kernels::xsimd_version()},
        {"threads", std::to_string(kernels::threads())},
        {"caches", "L1 " + kib(caches.l1) + ", L2 " + kib(caches.l2) + ", L3 " + kib(caches.l3) + " a thread"},
        {"memory", grouped(machine_memory() / 1'000'000) + " MB"}};
    for (const kernels::Unit* unit : kernels::available()) {
        const bool chosen = unit == &kernels::current();
        rows.push_back({"isa " + std::string(unit->name),
                        unit->description + std::string(chosen ? ", in use" : "")});
    }
    for (const char* name : {"digits", "mnist", "fashion"})
        rows.push_back({"data " + std::string(name), found(name)});
    std::cout << aligned(rows);
    return 0;
}

}  // namespace autoencoder::cli
