// The proofs: one check for each equation, by its tag. A check holds the code that trains models
// (1) against finite differences of its own cost, on every parameter, and (2) against the lecture's
// formulas written out literally, pattern by pattern, in plain loops (src/lecture/, a chapter a
// section). On at least three shapes each.
//
// Every check has a twin: the same check with one deliberate mistake in it. A twin that passes
// would prove that the check cannot fail, so then the check itself fails.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "autoencoder/activation.hpp"

namespace autoencoder {

struct CheckResult {
    std::size_t parameters = 0;  // numbers looked at, all shapes together
    double error = 0;            // the largest relative error; NaN where one is
    bool passed = false;         // within the check's tolerance, on every shape
    double twin_error = 0;       // the same with the mistake: the smallest over the shapes
    bool twin_caught = false;    // beyond the tolerance on every shape where it can show

    bool holds() const { return passed && twin_caught; }
};

struct Check {
    std::string_view tag;      // as in notation.hpp, without brackets
    std::string_view mistake;  // the twin's
    CheckResult (*work)();     // see `run`
};

/// Does the work of a check, on one thread: its networks are so small that a second one costs more
/// than it gains, and the bits are the same.
CheckResult run(const Check& check);
/// Several, side by side, a thread each.
std::vector<CheckResult> run(std::span<const Check* const> checks);
/// The same with this activation at the layers of its autoencoders; nothing where the check has layers of
/// its own. Throws std::invalid_argument where the equation does not allow it: sparsity, of relu.
std::optional<CheckResult> run(const Check& check, Activation f);

/// Every equation whose model is built, in the lecture's order.
std::span<const Check> all_checks();

}  // namespace autoencoder
