// The variational autoencoder (Kingma & Welling 2014): a code that is a distribution.
//
//     encoder  q(z|x) = N(μ, σ²), μ and log σ² from the last hidden layer
//     sample   z = μ + σ ⊙ ε, ε ~ N(0, I)
//     decoder  p(x|z): each pixel a grey level between the two outcomes of a coin, x̂ its odds
//     J^q = −Σ_i [x_i log x̂_i + (1−x_i) log(1−x̂_i)] − ½ Σ_k (1 + log σ_k² − μ_k² − σ_k²)
//
// It is a Network (network.hpp) with one gaussian layer, so training, optimisers, resuming and files
// are those of every network. −J^q is a lower bound of log p(x); here is what it gives besides a
// code: new patterns, and how likely given ones are. All is in nats a pattern.
#pragma once

#include <cstdint>
#include <span>

#include "autoencoder/matrix.hpp"
#include "autoencoder/network.hpp"

namespace autoencoder {

/// inputs – hidden – code – hidden reversed – inputs, sigmoid output with cross-entropy; `hidden`
/// may be empty.
Network variational_network(std::size_t inputs, std::span<const std::size_t> hidden,
                            std::size_t code, Activation activation);
/// The same of relus.
Network variational_network(std::size_t inputs, std::span<const std::size_t> hidden, std::size_t code);

/// The blocks of θ under the names of files and cases: enc_W1, enc_b1, …, mu_W, logvar_W, mu_b,
/// logvar_b, dec_W1, …. Throws std::invalid_argument if the network has no gaussian layer, as all
/// below do.
Layout variational_layout(const Network& network);

/// q(z|x) of every row of x.
template <class T>
struct Posterior {
    Matrix<T> mu, log_variance;  // [N×z]
};
template <class T>
Posterior<T> posterior(const Network& network, std::span<const T> theta, View<const T> x);

/// The lower bound of log p(x), mean over patterns, in its two parts.
struct Elbo {
    double reconstruction = 0;  // E log p(x|z), at most 0
    double kl = 0;              // KL(q(z|x) ‖ N(0, I)), at least 0
    double total() const { return reconstruction - kl; }
};

/// The bound on patterns x [N×n_0], with one ε a pattern from this seed.
template <class T>
Elbo elbo(const Network& network, std::span<const T> theta, View<const T> x, std::uint64_t seed);

/// Mean log p(x), estimated by importance sampling: log (1/k) Σ_i p(x|z_i) p(z_i) / q(z_i|x) with k
/// samples z_i ~ q(z|x) a pattern. Its mean is at least that of the bound and at most log p(x), and
/// tends to it with k (Burda et al. 2016).
template <class T>
double log_likelihood(const Network& network, std::span<const T> theta, View<const T> x,
                      std::size_t samples, std::uint64_t seed);

/// x̂ of codes z ~ N(0, I), drawn one after another from this seed: [count×n_0].
template <class T>
Matrix<T> generate(const Network& network, std::span<const T> theta, std::size_t count,
                   std::uint64_t seed);

/// x̂ of `steps` codes on the straight line between two [z], ends included: [steps×n_0]. At least 2.
template <class T>
Matrix<T> walk(const Network& network, std::span<const T> theta, std::span<const T> from,
               std::span<const T> to, std::size_t steps);

/// x̂ of side² codes in the plane, for a code of two units, row by row from the top left: z_1 rises to
/// the right and z_2 upwards, both from −reach to reach: [side²×n_0].
template <class T>
Matrix<T> code_plane(const Network& network, std::span<const T> theta, std::size_t side,
                     double reach);

}  // namespace autoencoder
