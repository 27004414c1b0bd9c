// What explains theirs, if anything does, and what they are held against then: the lecture's terms, or those of
// a program with a guard in its logarithms.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "diagnosis/search.hpp"

namespace autoencoder::diagnosis {

struct Best {
    std::unique_ptr<Comparison> comparison;
    std::vector<Explanation> found = {};
    std::string perhaps = {};  // a guard that would explain all that differs, but too few numbers speak for it
};

/// The guard is left in `workings`. What leaves nothing over with a guard stands before two mistakes without, and
/// these before mistakes beside a guard.
Best best_explained(const Theirs& theirs, Workings& workings, const std::vector<Entry>& entries,
                    const std::function<void(double)>& progress);

}  // namespace autoencoder::diagnosis
