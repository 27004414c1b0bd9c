// Errors of two kinds. A caller's mistake (shapes, ranges) is a std::invalid_argument; a bad file is
// a std::runtime_error that names the path. Both are one line: place, expected, found. Only the
// command line catches them.
#pragma once

#include <stdexcept>
#include <string>

namespace autoencoder {

/// Throws std::invalid_argument with the message unless the condition holds. Always on.
inline void require(bool condition, const std::string& message) {
    if (!condition) throw std::invalid_argument(message);
}

/// As above, for places where building the message costs more than the check itself.
template <class Message>
    requires requires(Message message) { std::string(message()); }
inline void require(bool condition, Message message) {
    if (!condition) throw std::invalid_argument(message());
}

/// Throws std::runtime_error "path: message": a file that cannot be what it should be.
[[noreturn]] inline void fail(const std::string& path, const std::string& message) {
    throw std::runtime_error(path + ": " + message);
}

}  // namespace autoencoder
