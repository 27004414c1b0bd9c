// Which known mistakes, under which conventions, reproduce all that somebody else has: the fewest
// that do, and all such explanations.
//
//     0  nothing                      1  one mistake, or one convention
//     2  two of them                  3  more conventions together; one mistake under two
//     conventions
#pragma once

#include <functional>
#include <vector>

#include "diagnosis/comparison.hpp"
#include "diagnosis/mistakes.hpp"

namespace autoencoder::diagnosis {

/// How many times its tolerance a number of theirs must be off, for a mistake or a convention to be
/// told from it: what is nearer to rounding than that would fit some rule by chance.
inline constexpr double telling = 30;

/// Entries that are tried together.
using Candidate = std::vector<const Entry*>;

struct Explanation {
    Candidate conventions, mistakes;
    Frame frame;
    Rules rules;
    bool weighed = false;  // parts have other weights beside that
    bool costs = true;     // which give the costs too
};

/// The rules with these entries' changes, conventions first.
Rules changed_by(const Candidate& entries);

/// Those without a mistake that a number was chosen for, if there are any.
void keep_plain(std::vector<Explanation>& found);

/// One of each that are the same function on this case, though not everywhere.
void keep_unlike(Comparison& comparison, std::vector<Explanation>& found);

/// Those that are tried.
struct Levels {
    std::size_t first = 0, last = 3;
};

/// All explanations of the first level that has one; those by conventions alone, if there are any.
/// What is no number is no evidence for one, nor, for a mistake, is a size. `progress` gets the share
/// of the candidates that are done.
std::vector<Explanation> explain(Comparison& comparison, const std::vector<Entry>& entries,
                                 Levels levels, const std::function<void(double)>& progress);

}  // namespace autoencoder::diagnosis
