// The lecture's formulas, in the lecture's order and letters: one small function each, on one pattern
// and one unit, in float64 and plain loops. Each is defined in the chapter that is named above it.
//
// They are slow, and meant to be read beside the slides. With the code that trains models they share
// e^x, log x and the layout of θ, nothing else, so they are a second opinion on every number of it.
//
// All of them may be replaced: a wrong twin is a Lecture with one formula of its own (mistakes.cpp).
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "autoencoder/convolution.hpp"
#include "autoencoder/corruption.hpp"
#include "autoencoder/matrix.hpp"
#include "autoencoder/network.hpp"
#include "autoencoder/pca.hpp"

namespace autoencoder::lecture {

using std::size_t;

/// A network, its parameters and its patterns.
struct Example {
    Network network;
    Buffer<double> theta;
    Matrix<double> x, y;                // [N×n_0], [N×n_L]
    std::vector<Matrix<double>> masks;  // dropout's, of hidden layer l at [l−1]: [N×n_l]; or none
    Matrix<double> input_mask = {};     // dropout's, of x: [N×n_0]; or none
    Matrix<double> noise = {};          // ε of a gaussian layer [N×z], or none

    size_t patterns() const { return x.rows; }
};

/// Every term of one evaluation, of layer l at [l−1].
struct Terms {
    std::vector<Matrix<double>> s, h, delta;   // [N×n_l]; h before dropout; gaussian s, δ [N×2z]
    std::vector<std::vector<double>> rho, kl;  // [n_l] where a layer is sparse, else empty
    std::vector<double> pattern_cost;          // [N]: J^q, the data's part
    Cost cost;
    Buffer<double> gradient;  // of the mean form, as long as θ
};

double f(Activation activation, double s);        // softmax excepted, which needs the whole layer
double f_slope(Activation activation, double s);  // f'(s)

/// A row of units as a function of the unit, or, as a stack of maps, of map, row and column: 0 outside.
using OfUnit = std::function<double(size_t unit)>;
using Image = std::function<double(size_t map, size_t row, size_t column)>;

/// The formulas on one example, which must outlive them. Layers are l = 1 … L, layer 0 is x; j and k
/// are units, i one of the layer above, q a pattern.
struct Lecture {
    const Example& example;
    const Network& net;
    const size_t N, L;
    const Layout blocks;
    Terms t;                                   // what has been computed so far
    std::vector<std::vector<double>> rho_off;  // 1 − ρ_j, as t.rho

    explicit Lecture(const Example& example);
    virtual ~Lecture() = default;

    double w(size_t l, size_t i, size_t j) const;  // w_ij; of a window see `kernel`
    double s(size_t l, size_t q, size_t i) const { return t.s[l - 1](q, i); }
    double h(size_t l, size_t q, size_t j) const {
        return l == 0 ? example.x(q, j) : t.h[l - 1](q, j);
    }
    double y_hat(size_t q, size_t i) const { return h(L, q, i); }
    double rho(size_t l, size_t j) const { return t.rho[l - 1][j]; }
    double off(size_t l, size_t j) const { return rho_off[l - 1][j]; }  // 1 − ρ_j
    double delta(size_t l, size_t q, size_t i) const { return t.delta[l - 1](q, i); }

    // lecture.cpp: which formula has its turn, by the kind of layer and of loss
    /// All terms, in the order of a training step.
    void evaluate();
    double net_input(size_t l, size_t q, size_t i) const;     // s
    double activity(size_t l, size_t q, size_t j) const;      // h
    double pattern_cost(size_t q) const;                      // J^q
    virtual double delta_top(size_t q, size_t i) const;       // δ of the output
    double delta_below(size_t l, size_t q, size_t j) const;   // δ of a hidden layer
    double carried_back(size_t l, size_t q, size_t j) const;  // −∂J^q/∂h̃ of layer l
    /// ∂J_wd^q/∂θ for every pattern [N × θ].
    Matrix<double> pattern_gradients() const;

    // shallow.cpp: the shallow autoencoder
    virtual Activation activation(size_t l) const;
    virtual double b(size_t l, size_t i) const;
    virtual double y(size_t q, size_t i) const;
    double encode(size_t l, size_t q, size_t j) const;                 // s_j^q of a hidden layer
    double decode(size_t q, size_t i) const;                           // s_i^q of the output
    virtual double cost(size_t q) const;                               // J^q
    virtual double delta_output(size_t q, size_t i) const;             // δ_i^q
    double sum_of_deltas(size_t l, size_t q, size_t j) const;          // Σ_i w_ij δ_i^q
    virtual double delta_hidden(size_t l, size_t q, size_t j) const;   // δ_j^q
    double gradient(size_t l, size_t q, size_t j, size_t k) const;     // ∂J^q/∂w_jk
    virtual double bias_gradient(size_t l, size_t q, size_t j) const;  // ∂J^q/∂b_j
    virtual double update(double eta, size_t l, size_t q, size_t j, size_t k) const;  // Δw_jk
    virtual double bias_update(double eta, size_t l, size_t q, size_t j) const;       // Δb_j

    // weight_penalty.cpp
    double squares(size_t l) const;                       // Σ_j Σ_i w_ij²
    virtual double weight_penalty(double squares) const;  // (λ/2) Σ w²
    double penalised(double by_w, double weight) const;   // ∂J_wd^q/∂w from ∂J^q/∂w and w

    // sparse_coding.cpp: what it costs, and the chain rule of its gradient
    double active(size_t l, size_t q, size_t j, double sign) const;
    virtual double mean_activity(size_t l, size_t j) const;                // ρ_j
    double mean_inactivity(size_t l, size_t j) const;                      // 1 − ρ_j
    virtual double kl(double target, double on, double off) const;         // KL(ρ̄‖ρ_j)
    virtual double sparse_cost(size_t l) const;                            // γ Σ_j KL
    virtual double kl_by_rho(double target, double on, double off) const;  // ∂KL/∂ρ_j
    virtual double rho_by_s(size_t l, size_t q, size_t j) const;           // ∂ρ_j/∂s_j^q
    virtual double s_by_w(size_t l, size_t q, size_t i, size_t j, size_t k) const;  // ∂s_i^q/∂w_jk
    virtual double kl_gradient(size_t l, size_t q, size_t j, size_t k) const;       // ∂KL/∂w_jk
    double rho_by_mean(size_t l) const;  // ∂ρ_j/∂h̄_j: 1, and ½ for tanh

    // sparse_delta.cpp: δ with sparsity, where it pushes, and which total it descends
    double sparsity_term(size_t l, size_t j) const;  // γ ∂KL/∂ρ_j ∂ρ_j/∂h̄_j
    virtual double delta_sparse(size_t l, size_t q, size_t j) const;  // δ_j^q
    bool rises(size_t l, size_t j) const;                             // whether w_jk does
    virtual double gamma() const;
    virtual double share(double of_pattern) const;  // of the mean over patterns

    // dropout.cpp
    double keep(size_t l, size_t q, size_t j) const;              // m_j^q / (1−p)
    double seen(size_t l, size_t q, size_t j) const;              // h̃_j^q
    virtual double fed_back(size_t l, size_t q, size_t j) const;  // −∂J^q/∂h_j^q

    // codes.cpp: what a code should be; there x may be codes, and its columns their features
    virtual double basis(size_t i, size_t j) const;                // number i of w_·j
    double mixture(std::span<const double> code, size_t i) const;  // ŷ_i
    virtual std::vector<double> centre() const;                    // x̄
    Matrix<double> second_moments() const;                         // around x̄
    double left_out(const Eigen& components, size_t K) const;      // J after the first K
    double correlation(size_t i, size_t j) const;                  // r_ij
    virtual double overlap(size_t i, size_t j) const;              // |r_ij|
    double mean_overlap() const;
    double sparseness(size_t q) const;  // Hoyer's

    // stages.cpp: multi-stage autoencoders
    Matrix<double> through_layer(size_t l, const Matrix<double>& x) const;
    virtual Matrix<double> patterns_of_stage(size_t stage) const;

    // classifier.cpp: the deep classifier
    double softmax(size_t q, size_t c) const;                  // p_c
    double label_cost(size_t q) const;                         // −log p_label
    double delta_head(size_t q, size_t c) const;               // δ_c^q
    double delta_through(size_t l, size_t q, size_t j) const;  // δ_j^q, of all layers above

    // denoising.cpp
    double denoising_cost(const Matrix<double>& clean, size_t q) const;  // J^q

    // convolution.cpp
    std::pair<Maps, Maps> images(size_t l) const;  // the fine and the coarse one of a window
    virtual double kernel(size_t l, size_t o, size_t c, size_t a, size_t b) const;  // k_oc(a,b)
    double convolve(size_t l, const Image& x, size_t o, size_t u, size_t v) const;
    double deconvolve(size_t l, const Image& x, size_t c, size_t i, size_t j) const;
    double through_window(size_t l, bool to_coarse, const OfUnit& x, size_t unit) const;
    double window_net_input(size_t l, size_t q, size_t i) const;             // s_i^q
    double window_sum_of_deltas(size_t l, size_t q, size_t j) const;         // Σ_i w_ij δ_i^q
    double kernel_gradient(size_t l, size_t q, size_t o, size_t k) const;    // ∂J^q/∂k_oc(a,b)
    virtual double map_bias_gradient(size_t l, size_t q, size_t map) const;  // ∂J^q/∂b_o

    // variational.cpp
    virtual double sigma(size_t l, size_t q, size_t k) const;
    double epsilon(size_t q, size_t k) const;
    double sample(size_t l, size_t q, size_t k) const;              // z
    double reconstruction(size_t q) const;                          // −log p(x|z)
    virtual double divergence(size_t l, size_t q, size_t k) const;  // of N(μ, σ²) from N(0, 1)
    double by_mu(size_t l, size_t q, size_t k) const;               // ∂J/∂μ
    virtual double by_log_variance(size_t l, size_t q, size_t k) const;  // ∂J/∂log σ²
    virtual double draw(Random& random) const;                           // ε, or z that is drawn
    std::vector<double> generate(std::vector<double> z) const;           // x̂
};

}  // namespace autoencoder::lecture
