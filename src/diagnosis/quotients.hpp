// A gradient that nobody derived: differences of their cost, (J(θ + h e_k) − J(θ − h e_k))/2h or
// (J(θ + h e_k) − J(θ))/h. It is as right as such can be, and shows what it is: a difference of two numbers
// of one size is a whole multiple of what these are rounded to, for every k. No other gradient is that, so
// nothing wrong is excused; and each number has to be the quotient of our cost too, to rounding. Quotients that are
// no derivative are a mistake: a divisor of h for 2h, steps that stay, are too large, or too small for float32.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "diagnosis/comparison.hpp"
#include "diagnosis/search.hpp"

namespace autoencoder::diagnosis {

struct Quotients {
    Explanation way;                          // what their cost is that of
    std::map<std::string, double> tolerance;  // by key: what the step and rounding leave of the largest
    std::string words;
};

/// Theirs as quotients of one cost; nothing where they are none.
std::optional<Quotients> quotients_of(Comparison& comparison, const Theirs& theirs,
                                      Workings& workings, const std::vector<Entry>& entries);

}  // namespace autoencoder::diagnosis
