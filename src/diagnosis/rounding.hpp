// How far the numbers of a right program may lie from ours: rounding, followed through the right
// computation number by number, so that what one unit loses is allowed to that unit alone.
//
// Single roundings add up like a random walk; what is handed on adds up by squares over the units of a
// sum, and in full over the patterns, which share it. A program is taken to work in the usual way:
// 1/(1 + e^−s), and h (1 − h) or 1 − h² for f'. Then of 1 − h few digits are left where a unit is on, and of
// its own terms, and no others, as few. Where there are none at all such a unit is `lost`: then numbers are
// held to what a program gets that takes 1 − h = σ(−s), and where theirs differ it is said why.
#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "autoencoder/conformance.hpp"

namespace autoencoder::diagnosis {

struct Rounding {
    std::map<std::string, std::vector<double>> errors;  // by key, as the term's numbers lie
    std::vector<std::string> lost;                      // "unit 1 of layer 1 has ρ = 1 in floating point …"
};

/// What each number of a term may be off by.
struct Allowed {
    const std::vector<double>* errors;  // of the right computation
    double scale;                       // how much larger the term is under these rules
    double unit;

    double of(std::size_t i, double ours) const {
        const double least = 64 * unit * std::abs(ours);
        return std::isfinite(ours) ? std::max(scale * (*errors)[i], least) : 0;
    }
};

/// `single`: in float32.
Rounding rounding_of(const Case& c, bool single);

}  // namespace autoencoder::diagnosis
