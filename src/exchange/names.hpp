// What people call things. A case, or somebody's results, under other keys than those of
// conformance.hpp is read as if it had ours, and what was understood is said.
//
//     theta, visibleSize, hiddenSize, lambda, sparsityParam, beta, data
//                            of the UFLDL exercise: W1(:), W2(:), b1(:), b2(:) one behind the other, the
//                            first index fastest; a pattern a column
//     grad                   likewise; of another case than UFLDL's, in whichever order fits best
//     W1grad, dW1, dJ_dW1, W1.grad, grad_encoder.weight    grad_W1
//     encoder.weight, decoder.bias, fc1.weight, 0.weight, W_enc, w1      W1, b2, … layer by layer
//     J, loss; rho_hat; a2, z2, a3 (counted from the input) or a1, z1, a2; y_hat
#pragma once

#include <string>
#include <vector>

#include "autoencoder/conformance.hpp"
#include "autoencoder/npz.hpp"

namespace autoencoder {

struct Understood {
    Archive archive;                   // with our keys, and those that nothing is known of
    std::vector<std::string> remarks;  // a sentence each
    bool unrolled = false;             // parameters came as UFLDL's theta
};

/// Whether anything is known of a name, of cases, models or results: what is not need not be decoded.
bool means_something(std::string_view key);

/// A case. Without any bias, biases are 0. Throws std::runtime_error "FILE: KEY: …" where a vector does
/// not fit what it should be.
Understood case_in_our_keys(const Archive& archive);

/// Somebody's results, where `known` are the keys that they may have. What belongs to the case is taken
/// out, once it is found to be the same; throws as above if it is not.
Understood results_in_our_keys(const Archive& archive, const Case& c,
                               const std::vector<std::string>& known);

}  // namespace autoencoder
