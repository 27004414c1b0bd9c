// What people call patterns and labels, and which array of a file is which.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "autoencoder/data.hpp"
#include "autoencoder/npz.hpp"

namespace autoencoder {

/// The key that an array was read under, or its file.
std::string key_of(const Array& array);

/// Labels of either split, or what patterns shall become; patterns of the training; of the test.
bool are_labels(std::string_view key);
bool are_patterns(std::string_view key);
bool are_test(std::string_view key);

/// Of arrays that are labels by their name and may not be what patterns shall become, as y may.
bool is_of_labels_alone(std::string_view key);

/// Whether a key is that of anything that is read of a split.
bool is_named(std::string_view key, Split split);

/// Which array of an archive has the patterns of a split, and what belongs to it.
struct Choice {
    std::string key;
    const Array* x = nullptr;
    std::vector<const Array*> labels = {};  // or what x shall become
    bool has_test = false;
    std::vector<std::string> remarks = {};
    std::vector<std::string> left = {};  // keys that are neither, of this split or the other
};

/// Throws std::runtime_error where there are no patterns.
Choice choose(const Archive& archive, Split split);

}  // namespace autoencoder
