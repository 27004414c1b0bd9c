// What diagnosis.hpp promises, for a chain of layers of any kind.
#pragma once

#include "autoencoder/diagnosis.hpp"

namespace autoencoder::diagnosis::chain {

/// Whether a case is of a model that these workings are for: some layer is not dense.
bool is_for(const Case& c);

Diagnosis diagnose(const Case& c, const Archive& theirs,
                   const std::function<void(double)>& progress);
Archive terms_with(const Case& c, std::span<const std::string> ids);
std::vector<std::string> ids_for(const Case& c);

}  // namespace autoencoder::diagnosis::chain
