// Weights in words: "1/7 (there are 7 outputs)", "without λW2".
#pragma once

#include <string>
#include <vector>

#include "diagnosis/parts.hpp"

namespace autoencoder::diagnosis {

struct Factor {
    std::string number, reason;  // "1/7", "there are 7 outputs"; no reason: nothing of the case
    int complexity = 9;          // how far-fetched the reason is; 0: 0 and 1 need none

    std::string words() const { return number + (reason.empty() ? "" : " (" + reason + ")"); }
};

/// What a factor is that may be off by so much; of a penalty it may have to do with how many weights there are.
Factor factor_of(double value, double off_by, const Case& c, const Part& of = {Share::data});

/// The terms of one KL, or of one divergence, have a number; other parts 0.
std::size_t group_of(const Part& part);

inline bool same(const Weight& a, const Weight& b) {
    return std::abs(a.value - b.value) <= 2 * (a.off_by + b.off_by) + 1e-12 * std::abs(a.value);
}

/// What a weight makes of its part, "with the data's part times 2"; all terms of one KL, or of a
/// divergence, that weigh the same are one part.
std::string change(const Weight& weight, const std::vector<Weight>& all, const Case& c);

}  // namespace autoencoder::diagnosis
