// The project's own cases, in closed form: whoever cannot run the program rebuilds them from the
// formulas and compares with the files.
//
//     number k of a key, k = 0, 1, … with the last index fastest:   x_k = low + width · r_k
//     r_k = ((a k + c) mod m) / m, in float64 in this order
//
// Only integers, one division, one product and one sum, so the inputs have the same bits
// everywhere.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "autoencoder/conformance.hpp"

namespace autoencoder::diagnosis {

struct TestVector {
    std::string name;    // "sparse-tanh"
    std::string about;   // in words
    std::string inputs;  // the formula of every key that is not spelled out
    Archive archive;     // the case
};

std::vector<TestVector> test_vectors();

/// The equations that the terms of a case come from, one a term.
std::vector<std::string> tags_of(const Case& c);

/// What is known of a case, by file: case.npz, right.npz, and ID.npz for every mistake or convention
/// that it can show.
std::vector<std::pair<std::string, Archive>> files_of(const TestVector& vector);

}  // namespace autoencoder::diagnosis
