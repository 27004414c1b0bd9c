// The names in a case: which are known, and what is said of one that is not.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "autoencoder/npz.hpp"

namespace autoencoder {

/// What every complaint about an entry begins with: "FILE: KEY".
std::string place(const Archive& archive, std::string_view key);

/// The kind of model: 'network' where the archive does not say.
std::string model_of(const Archive& archive);

/// L, by the names W1 … WL, which need not be complete; at least 1.
std::size_t depth_of(const Archive& archive);

/// The keys that a network of L layers may have, patterns not counted.
std::vector<std::string> network_keys(std::size_t L);

/// Throws std::runtime_error for the first key that is neither known nor begins with training_; it
/// names the nearest known one.
void refuse_unknown_keys(const Archive& archive, const std::vector<std::string>& known);

}  // namespace autoencoder
