// Weights and biases as somebody may have read, exchanged or scaled them: each number that is used is a number of θ
// times a factor. The gradient goes back the same way, so a row serves cost and gradient; λ is of θ itself.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "autoencoder/conformance.hpp"

namespace autoencoder::diagnosis {

struct Source {
    std::vector<std::size_t> from;  // by number of what is used
    std::vector<double> times;
};

struct Remade {
    const char *id, *tag;
    std::string words;
    std::function<void(Source&)> make;  // of one where each number is itself
    bool first_columns = false;         // are left out, of the penalty too perhaps
    bool is_tied = false;               // W2 is made of W1
};
std::vector<Remade> remade_parameters(const Case& c);

/// θ as it is used, and where it is from.
struct Used {
    Buffer<double> theta;
    Source source;

    Used(const Case& c, const Remade& how);
};

}  // namespace autoencoder::diagnosis
