// Runs a check for every instruction set and for 1, 2 and 3 threads, and puts both back afterwards.
#pragma once

#include <cstddef>
#include <string_view>

#include "autoencoder/kernels.hpp"

namespace autoencoder::test {

/// Restores the unit and the number of threads when it goes.
struct Restore {
    std::string_view unit = kernels::current().name;
    std::size_t threads = kernels::threads();
    ~Restore() {
        kernels::choose(unit);
        kernels::set_threads(threads);
    }
};

/// Calls check(unit's name, threads), with both chosen.
template <class Check>
void everywhere(const Check& check) {
    const Restore restore;
    for (const kernels::Unit* unit : kernels::available()) {
        kernels::choose(unit->name);
        for (const std::size_t threads : {1u, 2u, 3u}) {
            kernels::set_threads(threads);
            check(unit->name, threads);
        }
    }
}

}  // namespace autoencoder::test
