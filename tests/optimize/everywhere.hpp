// Runs a check for every instruction set and for 1, 2 and 3 threads, and puts both back afterwards.
#pragma once

#include <cstddef>
#include <cstring>
#include <initializer_list>
#include <span>
#include <string>

#include "autoencoder/kernels.hpp"

namespace autoencoder::testing {

struct KeepMachine {
    std::string unit = kernels::current().name;
    std::size_t threads = kernels::threads();
    ~KeepMachine() {
        kernels::choose(unit);
        kernels::set_threads(threads);
    }
};

template <class Check>
void everywhere(const Check& check) {
    const KeepMachine keep;
    for (const kernels::Unit* unit : kernels::available()) {
        kernels::choose(unit->name);
#ifdef _OPENMP
        for (const std::size_t threads : {1u, 2u, 3u}) {
            kernels::set_threads(threads);
            check(unit->name, threads);
        }
#else
        check(unit->name, std::size_t(1));
#endif
    }
}

template <class X, class Y>
bool same_bits(const X& x, const Y& y) {
    return x.size() == y.size() &&
           (x.size() == 0 || std::memcmp(x.data(), y.data(), x.size() * sizeof(*x.data())) == 0);
}

}  // namespace autoencoder::testing
