// Which patterns their gradient of the output's layer is a sum over: it is one of the shares of each, and of the
// penalty, so that the least squares of parts.hpp say how often each counts.
#pragma once

#include <string>
#include <vector>

#include "diagnosis/by_parts.hpp"

namespace autoencoder::diagnosis {

using Indices = std::vector<std::size_t>;
Indices from_to(std::size_t begin, std::size_t end);

/// These patterns of a case, each with the target of another, or its own.
Case with_patterns(const Case& c, const Indices& inputs, const Indices& targets);

/// Of their gradients of a layer the one of most numbers, or nullptr.
const Given* largest_gradient(const Theirs& theirs, std::size_t l);
/// That of the output's, where no weights of its parts give it, so that its patterns may be others.
const Given* of_other_patterns(const Against& against);

/// A case, and how much its data's part counts.
struct Shared {
    Case c;
    double share;
};
/// Some rows of a gradient of theirs as a sum: of such parts, or of the data's parts of some cases and its penalty.
Weighing as_sum(const Against& against, const Given& given, const Term& rows, std::vector<Weight> parts,
                const std::vector<std::shared_ptr<const Real>>& numbers);
Weighing as_sum(const Against& against, const Given& given, const std::vector<Shared>& cases);

/// How often each pattern counts; empty: all alike, or who knows.
Indices counts_of(const Against& against);

/// "pattern 9 is left out".
std::string words_of(const Indices& counts);

}  // namespace autoencoder::diagnosis
