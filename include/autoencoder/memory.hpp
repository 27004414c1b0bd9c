// Sizes that somebody else has chosen, in an option or a file, and the memory that they ask for. What
// is multiplied or added to make a size is so by these, and is asked about before it is allocated.
#pragma once

#include <cstddef>
#include <limits>
#include <string_view>

namespace autoencoder {

/// a · b and a + b; the largest number there is where that is more. No machine has as much memory, so
/// that it is refused like any other size which is too large.
constexpr std::size_t times(std::size_t a, std::size_t b) {
    constexpr std::size_t most = std::numeric_limits<std::size_t>::max();
    return a != 0 && b > most / a ? most : a * b;
}
constexpr std::size_t plus(std::size_t a, std::size_t b) {
    constexpr std::size_t most = std::numeric_limits<std::size_t>::max();
    return b > most - a ? most : a + b;
}
template <class... More>
constexpr std::size_t times(std::size_t a, std::size_t b, More... more) {
    return times(times(a, b), more...);
}
template <class... More>
constexpr std::size_t plus(std::size_t a, std::size_t b, More... more) {
    return plus(plus(a, b), more...);
}

/// Bytes that there are for this process: the machine's, or less, where its container or
/// AUTOENCODER_MEMORY (a number of bytes) says so.
std::size_t machine_memory();

/// Throws std::runtime_error "WHAT needs 2.5 TB of memory, there are 23 GB" where it is more than that.
void require_memory(std::size_t bytes, std::string_view what);

}  // namespace autoencoder
