// Numbers in byte strings: how ZIP, gzip and NPY (little endian) and IDX (big endian) keep them,
// on any machine; and a cursor that cannot leave the bytes it was given.
#pragma once

#include "autoencoder/error.hpp"
#include "autoencoder/file.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>

namespace autoencoder {

/// The number whose least significant byte comes first.
template <std::unsigned_integral T>
T load_little(const std::uint8_t* bytes) {
    T value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) value |= static_cast<T>(T{bytes[i]} << (8 * i));
    return value;
}

/// The number whose most significant byte comes first.
template <std::unsigned_integral T>
T load_big(const std::uint8_t* bytes) {
    T value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
        value |= static_cast<T>(T{bytes[i]} << (8 * (sizeof(T) - 1 - i)));
    }
    return value;
}

/// Appends the number, least significant byte first.
template <std::unsigned_integral T>
void append_little(Bytes& out, T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i) {
        out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    }
}

/// Reads a byte string from one end to the other; past the end it throws, naming the place.
struct Cursor {
    ByteView bytes;
    const std::string& place;  // what the bytes are, for the message
    std::size_t at = 0;

    std::size_t left() const { return bytes.size() - at; }

    /// The next `count` bytes, which are the `what`.
    ByteView take(std::size_t count, const char* what) {
        if (count > left()) {
            fail(place, "byte " + std::to_string(at) + ": expected " + std::to_string(count) +
                            " bytes of " + what + ", found " + std::to_string(left()));
        }
        at += count;
        return bytes.subspan(at - count, count);
    }

    template <std::unsigned_integral T>
    T little(const char* what) {
        return load_little<T>(take(sizeof(T), what).data());
    }

    template <std::unsigned_integral T>
    T big(const char* what) {
        return load_big<T>(take(sizeof(T), what).data());
    }
};

}  // namespace autoencoder
