// The terms of a network by name and in the order of the computation.
#pragma once

#include <compare>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "autoencoder/network.hpp"

namespace autoencoder::diagnosis {

enum class TermKind {
    s,
    h,
    rho,
    kl,
    cost_data,
    cost_weight_penalty,
    cost_sparsity,
    cost,
    delta,
    grad_W,
    grad_b
};

struct Term {
    TermKind kind = TermKind::cost;
    std::size_t layer = 0;  // 1 … L; 0 for the costs

    auto operator<=>(const Term&) const = default;
};

/// The key in an archive: "cost", "s1", "grad_W2".
std::string name(const Term& term);

/// The equation that the term comes from, in this network.
std::string_view tag(const Term& term, const Network& network);

/// What the term is, for a sentence: "the net input of layer 1".
std::string words(const Term& term);

/// Every term of the network: forward s, h, ρ, KL; the costs; backward δ; the gradients.
std::vector<Term> terms_of(const Network& network);

}  // namespace autoencoder::diagnosis
