// Somebody else's numbers held against a case: a row a term, and what is wrong in sentences.
//
//     known mistakes   each is the term-by-term computation with one line changed; named only where
//                      it reproduces everything that they have, to the tolerance
//     conventions      another choice (sum or mean, the sign of δ, W by columns …): told apart from
//                      a mistake, and the rest is compared under it
//     parts            cost, δ and gradients are sums of parts (the data's, λw, each sparsity term, a
//                      code's divergence); where theirs weigh a part otherwise, which, and how
//     unknown          wrong, without a name: the first term that goes wrong in the order of the
//                      computation, and by what the cost is off
//
// Beside the terms of conformance.hpp their archive may have, for a check of theirs against theirs:
//
//     epsilon          ε                                            a number above 0
//     coordinates      k: indices into the parameters, one behind the other in the order in which
//                      a case has them (W1, b1, W2, …), the last index fastest            (K,)
//     cost_plus, cost_minus      their cost at θ + ε e_k and at θ − ε e_k                 (K,)
//
// for a trajectory of exact gradient descent from the case's θ:
//
//     learning_rate    η
//     cost_steps       their cost after 1 … K steps θ ← θ − η ∂J/∂θ                       (K,)
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "autoencoder/conformance.hpp"

namespace autoencoder {

struct TermRow {
    std::string key, tag;
    double absolute = 0, relative = 0;  // largest difference; relative to the largest entry
    double digits = 0;                  // that agree
    double tolerance = 0;               // of the absolute difference, by dtype and size of the sums
    bool agrees = false;
    std::string remark;  // about its shape; mostly empty
    bool by_size = false;  // some of its numbers have no digits in their precision
};

/// One explanation that reproduces all they have: one mistake or two, under no or some conventions.
struct Finding {
    std::vector<std::string> conventions, mistakes;  // ids
    std::string sentence;
};

struct Diagnosis {
    std::vector<TermRow> rows;  // under the conventions that were found
    bool single_precision = false;
    bool agrees = false;  // all right, in whichever convention
    std::vector<Finding> findings;
    std::string first_wrong;  // the key of the first term that differs, or ""
    std::vector<std::string> sentences;
    std::vector<std::string> remarks;  // which of their keys were understood as ours
    std::vector<std::string> read_as;  // the layouts, sums and signs that theirs are read in
    TheirTerms terms;                  // by key, but for those of another size
};

/// Throws std::runtime_error where the archive cannot be compared: unknown keys, no numbers.
Diagnosis diagnose(const Case& c, const Archive& theirs,
                   const std::function<void(double)>& progress = {});

/// An id of the table of mistakes.
struct KnownMistake {
    std::string_view id;
    bool convention = false;
};

/// Every id, in the order of the lecture.
std::span<const KnownMistake> known_mistakes();

/// The terms of the case with the mistakes or conventions of these ids made on purpose, each in its
/// usual way. Throws std::invalid_argument for an id that this case cannot show.
Archive terms_with(const Case& c, std::span<const std::string> ids);

/// The ids that change some term of this case.
std::vector<std::string> ids_for(const Case& c);

}  // namespace autoencoder
