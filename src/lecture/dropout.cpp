// Dropout: forces the features to be more diverse by disrupting co-adaptation. In training a unit is
// dropped with probability p, m_j ~ Bernoulli(1 − p); at test time h̃ = h.
//
//     h̃_j^q = m_j^q h_j^q / (1−p),  and δ_j^q gains the factor m_j^q/(1−p)          [dropout]
//
// With the masks held fixed this is exact. ρ_j is measured on h, before the mask.
#include "lecture/mistakes.hpp"

namespace autoencoder::lecture {

double Lecture::keep(size_t l, size_t q, size_t j) const {
    if (l == 0)
        return example.input_mask.rows == 0 ? 1
                                            : example.input_mask(q, j) / (1 - net.input_dropout);
    const bool none = example.masks.empty() || example.masks[l - 1].rows == 0;
    return none ? 1 : example.masks[l - 1](q, j) / (1 - net.dropout);
}

double Lecture::seen(size_t l, size_t q, size_t j) const {
    return keep(l, q, j) * h(l, q, j);  // [dropout]
}

double Lecture::fed_back(size_t l, size_t q, size_t j) const {
    return keep(l, q, j) * carried_back(l, q, j);
}

// Made fast in src/backpropagation.cpp: Pass::drop; kernels/epilogue.hpp: back_propagate_row.

namespace {

constexpr Check checks[] = {
    {"dropout", "h̃_j = m_j h_j/(1−p), δ_j gains m_j/(1−p)", "mask not in the backward pass",
     [] {
         return examine_all(autoencoders(dropping()), with<NoBackwardMask>, Shows::in_gradient);
     }},
};

}  // namespace

std::span<const Check> dropout_checks() { return checks; }

}  // namespace autoencoder::lecture
