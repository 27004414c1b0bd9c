// For the tests of input and output: a folder that vanishes with the test, files made byte by byte,
// and the complaint of something that must fail.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include "autoencoder/file.hpp"

namespace autoencoder {

struct Scratch {
    std::filesystem::path folder;

    Scratch() {
        const auto begin = std::filesystem::temp_directory_path() / "autoencoder-";
        std::string name = begin.string() + std::string(6, 'X');  // what mkdtemp replaces
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no scratch folder");
        folder = name;
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch() {
        std::error_code ignored;  // a destructor has nobody to tell
        std::filesystem::remove_all(folder, ignored);
    }

    std::string path(std::string_view name) const { return (folder / name).string(); }

    /// Writes a file without the care of write_file, which thousands of small files do not need.
    std::string put(std::string_view name, ByteView bytes) const {
        std::ofstream file(path(name), std::ios::binary | std::ios::trunc);
        file.write(reinterpret_cast<const char*>(bytes.data()),
                   static_cast<std::streamsize>(bytes.size()));
        if (!file.flush()) throw std::runtime_error("no scratch file");
        return path(name);
    }
};

/// What the std::runtime_error says that the call throws, or "" if it throws none.
template <class Call>
std::string complaint(Call call) {
    try {
        call();
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "";
}

inline bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

/// The bytes of a text, and of a row of hexadecimal digits.
inline Bytes bytes_of(std::string_view text) { return Bytes(text.begin(), text.end()); }

inline Bytes from_hex(std::string_view digits) {
    Bytes bytes;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
        bytes.push_back(
            static_cast<std::uint8_t>(std::stoul(std::string(digits.substr(i, 2)), nullptr, 16)));
    }
    return bytes;
}

}  // namespace autoencoder
