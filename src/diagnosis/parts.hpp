// Cost, δ and every gradient are sums of parts: the data's, the weight penalty's of each layer, the two
// terms of each sparse layer's KL, the three of a code's divergence. Most of what people do otherwise is
// another weight of a part. So rules are a structure, one with all weights as the lecture has them, and
// weights; and theirs are held against a structure by the weights that give their numbers, whatever these
// are: least squares, every number in its tolerance.
#pragma once

#include <cmath>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "diagnosis/rounding.hpp"
#include "diagnosis/rules.hpp"
#include "diagnosis/terms.hpp"
#include "diagnosis/workings.hpp"

namespace autoencoder::diagnosis {

enum class Share { data, penalty, biases, first, second, mean, variance, log_variance, one };

struct Part {
    Share share;
    std::size_t layer = 0;  // of a penalty, of a sparsity term

    bool operator==(const Part&) const = default;
};

/// The structure of these rules: every weight as the lecture has it.
Rules structure_of(Rules rules);
/// Whether terms are sums of parts under this structure.
bool is_sum(const Rules& structure);

/// The parts that a term may have under a structure; of s, h, ρ and KL none.
std::vector<Part> parts_of(const Case& c, const Rules& structure, const Term& term);

/// How these rules weigh a part in a term: the lecture 1, but λb 0, and where λ is 0 λw too.
double weight_of(const Rules& rules, const Part& part, const Term& term, const Network& network);

/// The numbers of a part, weighed 1. The penalty of a gradient is λw; where λ is 0, w.
std::shared_ptr<const Real> numbers_of(Workings& workings, const Rules& structure, const Part& part,
                                       const Term& term);

struct Weight {
    Part part;
    double usual = 1, value = 1;  // the lecture's, theirs
    double off_by = HUGE_VAL;     // what theirs may be off by; HUGE_VAL: their numbers do not say

    bool said() const { return off_by < HUGE_VAL; }
    bool is(double weight) const {
        return std::abs(value - weight) <= 2 * off_by + 1e-13 * std::abs(value);
    }
};

struct Weighing {
    bool possible = true;  // some weights give all their numbers
    bool decided = false;  // and they are so many numbers that wrong ones would not
    double remainder = 0;  // the largest that is left, in tolerances
    std::vector<Weight> weights;
};

/// Their numbers as a sum of these parts. `allowed`: what they may be off by where ours are those given;
/// `spare`: the numbers there must be beyond the parts for the weights to say something.
Weighing weighed(std::span<const double> theirs, std::vector<Weight> parts,
                 const std::vector<std::shared_ptr<const Real>>& numbers, std::size_t spare,
                 const std::function<Allowed(const Real&)>& allowed);

}  // namespace autoencoder::diagnosis
