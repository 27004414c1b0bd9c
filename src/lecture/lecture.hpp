// The lecture's formulas, in the lecture's order and letters: one small function each, on one pattern
// and one unit, in plain loops and float64, or in numbers that say how they were made (number.hpp). Each
// is defined in the chapter that is named above it.
//
// They are slow, and meant to be read beside the slides. With the code that trains models they share
// e^x, log x and the layout of θ, nothing else, so they are a second opinion on every number of it.
//
// All of them may be replaced: a wrong twin is a Lecture with one formula of its own (mistakes.hpp).
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
#include "lecture/number.hpp"

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

Number f(Activation activation, Number s);        // softmax excepted, which needs the whole layer
Number f_slope(Activation activation, Number s);  // f'(s)

/// A row of units as a function of the unit, or, as a stack of maps, of map, row and column: 0 outside.
using OfUnit = std::function<Number(size_t unit)>;
using Image = std::function<Number(size_t map, size_t row, size_t column)>;

/// The formulas on one example, which must outlive them. Layers are l = 1 … L, layer 0 is x; j and k
/// are units, i one of the layer above, q a pattern.
struct Lecture {
    const Example& example;
    const Network& net;
    const size_t N, L;
    const Layout blocks;
    Terms t;                                   // what has been computed so far
    std::vector<std::vector<double>> rho_off;  // 1 − ρ_j, as t.rho
    const Digits* digits = nullptr;

    explicit Lecture(const Example& example);
    virtual ~Lecture() = default;

    // What the formulas are made of. Where `digits` says how numbers are written, each has its name.
    virtual Number w(size_t l, size_t i, size_t j) const;  // w_ij; of a window see `kernel`
    Number s(size_t l, size_t q, size_t i) const { return unit("s", l, i, t.s[l - 1](q, i)); }
    Number h(size_t l, size_t q, size_t j) const;
    Number y_hat(size_t q, size_t i) const { return h(L, q, i); }
    Number rho(size_t l, size_t j) const { return unit("ρ", l, j, t.rho[l - 1][j]); }
    Number off(size_t l, size_t j) const;  // 1 − ρ_j
    Number kl(size_t l, size_t j) const { return unit("KL", l, j, t.kl[l - 1][j]); }
    Number delta(size_t l, size_t q, size_t i) const {
        return unit("δ", l, i, t.delta[l - 1](q, i));
    }
    Number slope(size_t l, size_t q, size_t j) const;  // f'(s_j^q)
    Number patterns() const { return name("N", double(N)); }
    Number lambda() const { return net.weight_penalty > 0 ? name("λ", net.weight_penalty) : 0; }
    Number target() const { return name("ρ̄", net.sparsity_target); }
    Number name(std::string_view letter, Number number) const;
    Number unit(std::string_view letter, size_t l, size_t i, Number number) const;  // "s_2⁽¹⁾"
    Number unit(std::string_view letter, size_t i, Number number) const;            // "x_2"
    Number of(const char* before, const Number& x, const char* behind, Number number) const;

    // lecture.cpp: which formula has its turn, by the kind of layer and of loss
    /// All terms, in the order of a training step; or those of the cost.
    void evaluate();
    void evaluate_cost();
    void forward(size_t q);  // s and h, where t has room for them
    void mean_activities();  // ρ, KL
    virtual Number net_input(size_t l, size_t q, size_t i) const;  // s
    Number activity(size_t l, size_t q, size_t j) const;           // h
    Number pattern_cost(size_t q) const;                           // J^q
    virtual Number delta_top(size_t q, size_t i) const;            // δ of the output
    Number delta_below(size_t l, size_t q, size_t j) const;        // δ of a hidden layer
    Number carried_back(size_t l, size_t q, size_t j) const;       // −∂J^q/∂h̃ of layer l
    /// ∂J_wd^q/∂θ for every pattern [N × θ].
    Number by_weight(size_t l, size_t q, size_t j, size_t k) const;  // ∂J^q/∂W(j, k), dense or a window
    Number by_bias(size_t l, size_t q, size_t j) const;
    Matrix<double> pattern_gradients() const;

    // shallow.cpp: the shallow autoencoder
    virtual Activation activation(size_t l) const;
    virtual Number b(size_t l, size_t i) const;
    virtual Number y(size_t q, size_t i) const;
    Number encode(size_t l, size_t q, size_t j) const;                 // s_j^q of a hidden layer
    Number decode(size_t q, size_t i) const;                           // s_i^q of the output
    virtual Number cost(size_t q) const;                               // J^q
    virtual Number delta_output(size_t q, size_t i) const;             // δ_i^q
    Number sum_of_deltas(size_t l, size_t q, size_t j) const;          // Σ_i w_ij δ_i^q
    virtual Number delta_hidden(size_t l, size_t q, size_t j) const;   // δ_j^q
    Number gradient(size_t l, size_t q, size_t j, size_t k) const;     // ∂J^q/∂w_jk
    virtual Number bias_gradient(size_t l, size_t q, size_t j) const;  // ∂J^q/∂b_j
    virtual Number update(Number eta, size_t l, size_t q, size_t j, size_t k) const;  // Δw_jk
    virtual Number bias_update(Number eta, size_t l, size_t q, size_t j) const;       // Δb_j

    // weight_penalty.cpp
    Number squares(size_t l) const;                       // Σ_j Σ_i w_ij²
    virtual Number weight_penalty(Number squares) const;  // (λ/2) Σ w²
    Number penalised(Number by_w, Number weight) const;   // ∂J_wd^q/∂w from ∂J^q/∂w and w

    // sparse_coding.cpp: what it costs, and the chain rule of its gradient
    Number active(size_t l, size_t q, size_t j, double sign) const;
    virtual Number mean_activity(size_t l, size_t j) const;                // ρ_j
    Number mean_inactivity(size_t l, size_t j) const;                      // 1 − ρ_j
    virtual Number kl(Number target, Number on, Number off) const;         // KL(ρ̄‖ρ_j)
    virtual Number sparse_cost(size_t l) const;                            // γ Σ_j KL
    virtual Number kl_by_rho(Number target, Number on, Number off) const;  // ∂KL/∂ρ_j
    virtual Number rho_by_s(size_t l, size_t q, size_t j) const;           // ∂ρ_j/∂s_j^q
    virtual Number s_by_w(size_t l, size_t q, size_t i, size_t j, size_t k) const;  // ∂s_i^q/∂w_jk
    virtual Number kl_gradient(size_t l, size_t q, size_t j, size_t k) const;       // ∂KL/∂w_jk
    Number rho_by_mean(size_t l) const;  // ∂ρ_j/∂h̄_j: 1, and ½ for tanh

    // sparse_delta.cpp: δ with sparsity, where it pushes, and which total it descends
    Number sparsity_term(size_t l, size_t j) const;  // γ ∂KL/∂ρ_j ∂ρ_j/∂h̄_j
    virtual Number delta_sparse(size_t l, size_t q, size_t j) const;  // δ_j^q
    bool rises(size_t l, size_t j) const;                             // whether w_jk does
    virtual Number gamma() const;
    virtual Number share(Number of_pattern) const;  // of the mean over patterns

    // dropout.cpp
    Number keep(size_t l, size_t q, size_t j) const;              // m_j^q / (1−p)
    Number seen(size_t l, size_t q, size_t j) const;              // h̃_j^q
    virtual Number fed_back(size_t l, size_t q, size_t j) const;  // −∂J^q/∂h_j^q

    // codes.cpp: what a code should be; there x may be codes, and its columns their features
    virtual Number basis(size_t i, size_t j) const;                // number i of w_·j
    Number mixture(std::span<const double> code, size_t i) const;  // ŷ_i
    virtual std::vector<double> centre() const;                    // x̄
    Matrix<double> second_moments() const;                         // around x̄
    Number left_out(const Eigen& components, size_t K) const;      // J after the first K
    Number correlation(size_t i, size_t j) const;                  // r_ij
    virtual Number overlap(size_t i, size_t j) const;              // |r_ij|
    Number mean_overlap() const;
    Number sparseness(size_t q) const;  // Hoyer's

    // stages.cpp: multi-stage autoencoders
    Number into_stage(size_t l, std::span<const double> x, size_t j) const;  // s_j of layer l
    Matrix<double> through_layer(size_t l, const Matrix<double>& x) const;
    virtual Matrix<double> patterns_of_stage(size_t stage) const;

    // classifier.cpp: the deep classifier
    Number softmax(size_t q, size_t c) const;                  // p_c
    Number label_cost(size_t q) const;                         // −log p_label
    Number delta_head(size_t q, size_t c) const;               // δ_c^q
    Number delta_through(size_t l, size_t q, size_t j) const;  // δ_j^q, of all layers above

    // denoising.cpp
    Number denoising_cost(const Matrix<double>& clean, size_t q) const;  // J^q

    // convolution.cpp
    std::pair<Maps, Maps> images(size_t l) const;  // the fine and the coarse one of a window
    virtual Number kernel(size_t l, size_t o, size_t c, size_t a, size_t b) const;  // k_oc(a,b)
    Number kernel(size_t l, size_t o, size_t k) const;  // that which W has in row o and column k
    Number convolve(size_t l, const Image& x, size_t o, size_t u, size_t v) const;
    Number deconvolve(size_t l, const Image& x, size_t c, size_t i, size_t j) const;
    Number through_window(size_t l, bool to_coarse, const OfUnit& x, size_t unit) const;
    Number window_net_input(size_t l, size_t q, size_t i) const;             // s_i^q
    Number window_sum_of_deltas(size_t l, size_t q, size_t j) const;         // Σ_i w_ij δ_i^q
    Number kernel_gradient(size_t l, size_t q, size_t o, size_t k) const;    // ∂J^q/∂k_oc(a,b)
    virtual Number map_bias_gradient(size_t l, size_t q, size_t map) const;  // ∂J^q/∂b_o

    // variational.cpp
    Number mu(size_t l, size_t q, size_t k) const;
    Number log_variance(size_t l, size_t q, size_t k) const;
    virtual Number sigma(size_t l, size_t q, size_t k) const;
    Number epsilon(size_t q, size_t k) const;
    Number sample(size_t l, size_t q, size_t k) const;              // z
    Number reconstruction(size_t q) const;                          // −log p(x|z)
    virtual Number divergence(size_t l, size_t q, size_t k) const;  // of N(μ, σ²) from N(0, 1)
    Number by_mu(size_t l, size_t q, size_t k) const;               // ∂J/∂μ
    virtual Number by_log_variance(size_t l, size_t q, size_t k) const;  // ∂J/∂log σ²
    virtual double draw(Random& random) const;                           // ε, or z that is drawn
    Number out_of_code(size_t l, std::span<const double> z, size_t i) const;  // s_i of layer l
    std::vector<double> generate(std::vector<double> z) const;                // x̂
};

}  // namespace autoencoder::lecture
