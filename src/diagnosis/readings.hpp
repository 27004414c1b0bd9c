// The case as somebody may have read it (readings.cpp; its parameters: readings_parameters.cpp).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "autoencoder/conformance.hpp"

namespace autoencoder::diagnosis {

struct Reading {
    const char *id, *tag;
    std::string clause;
    std::function<void(Case&)> change = {};
};

/// Other activations; other weights and biases, of which penalty and gradients are too: what is left out, exchanged or scaled (remade.hpp),
/// of length one, rounded, or read at another place.
std::vector<Reading> readings_of_parameters(const Case& c);

}  // namespace autoencoder::diagnosis
