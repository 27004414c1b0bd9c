// Holding another implementation against this one. A case is an .npz that anybody writes with one
// numpy.savez(...); what comes back is an .npz with every term of the lecture's equations, computed
// in float64 by the code that trains (backpropagation.hpp): there is no second one.
//
//     a case               shape, type                           where it is left out
//     model                'network'                             'network'
//     x                    (N, n_0)                              required
//     y                    (N, n_L)                              x
//     labels               (N,) integers from 0: one-hot y, for a softmax output or squared error
//     W1 … WL, b1 … bL     (n_l, n_{l-1}), (n_l,)                required
//     activation           of every layer that has no activationl of its own; 'sigmoid'
//     activation1 …        'sigmoid' 'tanh' 'relu' 'linear' 'softmax' (the last layer only)
//     loss                 'squared_error' 'cross_entropy'       the former, for softmax the latter
//     weight_penalty, sparsity_target, sparsity_weight           λ 0, ρ̄ 0.05, γ 0
//     sparse_layers        hidden layers, the first is 1         all hidden layers
//     dropout              p: h̃ = m h/(1−p) where there are masks, h̃ = h where not       0
//     mask1 … mask{L-1}    m: (N, n_l) of 0 and 1                none
//     training_…           how a model.npz was trained; not read
//
//     model                'convolutional': the keys above, masks if dense; x is (N, C, H, W), and
//     layer1 … layerL      'conv', 'deconv'; 'dense' for the last ones, if any         required
//     W1 …                 (out, in, kh, kw) of conv, (in, out, kh, kw) of deconv
//     stride1 …, pad1 …, output_pad1 …     integers                                    1, 0, 0
//     s, h and delta of its images are (N, maps, height, width)
//
//     its terms            cost = cost_data + cost_weight_penalty + cost_sparsity
//     for l = 1 … L        s{l}, h{l} before dropout, delta{l}   (N, n_l)
//     for sparse l         rho{l}, kl{l}                         (n_l,)     where γ > 0
//     for each parameter   grad_W1, grad_b1 …                    as the parameter
//
// δ has the deck's sign and is per pattern, not divided by N. Any other key is an error, but for the
// names that people use (exchange/names.hpp), UFLDL's theta among them, which are read as these; rows and
// columns of 1 that MATLAB adds; patterns in columns. Without any b all of them are 0.
//
//     a case               of a variational autoencoder
//     model                'variational'                         required
//     x                    (N, n_0)                              required
//     enc_W1 enc_b1 …      hidden layers of the encoder          perhaps none
//     mu_W, mu_b, logvar_W, logvar_b    (z, n), (z,)             required
//     dec_W1 dec_b1 …      the last one is the output, a sigmoid with cross-entropy    required
//     eps                  ε: (N, z)                             required; of a model.npz: 0
//     activation           of the hidden layers                  'relu'
//     weight_penalty       λ                                     0
//
//     its terms            those above, and cost_kl, which adds to the cost
//                          mu, logvar, z (N, z), x_hat (N, n_0)
//     The layers are the encoder's, the code, the decoder's. The code's s and delta are (N, 2z), of
//     μ and then log σ², its h is z.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "autoencoder/data.hpp"
#include "autoencoder/network.hpp"
#include "autoencoder/npz.hpp"

namespace autoencoder {

/// A network, its parameters, and the patterns that it is evaluated on.
struct Case {
    Network network;
    Buffer<double> theta;               // as layout(network) says
    Matrix<double> x, y;                // [N×n_0], [N×n_L]
    std::vector<Matrix<double>> masks;  // m of hidden layer l at [l−1]; empty: nothing dropped
    Matrix<double> noise = {};          // ε of a gaussian layer [N×z]
    bool unrolled = false;              // θ came as UFLDL's vector: so does its gradient
    std::vector<std::string> remarks = {};  // what was understood otherwise than it is drawn above
};

/// The case in an archive. A trained model.npz has no x: then `patterns` has it, and the labels too,
/// if the output is a softmax or is not as wide as the input; ε is 0 where it has no eps either.
/// Throws std::runtime_error "FILE: KEY: …" where a key is unknown or missing, or has not the type,
/// shape, range or finite numbers that are drawn above.
Case read_case(const Archive& archive, const Dataset* patterns = nullptr);

/// Every term of the case, in the order drawn above.
Archive compute_terms(const Case& c);

/// A term as somebody else has it, in our shape, order and signs, what is right there in their
/// convention, and whether theirs is that, to rounding.
struct TheirTerm {
    Array theirs, right;
    bool agrees = false;
};
using TheirTerms = std::map<std::string, TheirTerm>;

/// Every term of an archive of any model; throws as read_case does.
Archive compute_terms(const Archive& archive, const Dataset* patterns = nullptr);

}  // namespace autoencoder
