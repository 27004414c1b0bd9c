// Dropout: forces the features to be more diverse by disrupting co-adaptation. In training a unit is
// dropped with probability p, m_j ~ Bernoulli(1 − p); at test time h̃ = h.
//
//     h̃_j^q = m_j^q h_j^q / (1−p),  and δ_j^q gains the factor m_j^q/(1−p)          [dropout]
//
// With the masks held fixed this is exact. ρ_j is measured on h, before the mask.
#include "lecture/mistakes.hpp"

namespace autoencoder::lecture {

// m_j^q / (1−p), of an input with its own p; 1 where nothing is dropped.
Number Lecture::keep(size_t l, size_t q, size_t j) const {
    if (l > 0 && l > example.masks.size()) return 1;
    const Matrix<double>& m = l == 0 ? example.input_mask : example.masks[l - 1];
    const Number p = name("p", l == 0 ? net.input_dropout : net.dropout);
    return m.rows == 0 ? 1 : unit("m", l, j, m(q, j)) / (1 - p);
}

Number Lecture::seen(size_t l, size_t q, size_t j) const {
    return keep(l, q, j) * h(l, q, j);  // [dropout]
}

Number Lecture::fed_back(size_t l, size_t q, size_t j) const {
    return keep(l, q, j) * carried_back(l, q, j);
}

// Made fast in
//     src/kernels/epilogue.hpp  back_propagate_row  dropout

namespace {

constexpr Check checks[] = {
    {"dropout", "mask not in the backward pass",
     [] {
         return examine_all(autoencoders(dropping()), with<NoBackwardMask>, Shows::in_gradient);
     }},
};

}  // namespace

std::span<const Check> dropout_checks() { return checks; }

}  // namespace autoencoder::lecture
