// The order of the formulas: forward, the mean activity, the cost, backward, the gradient; and which
// chapter's formula a layer or a loss takes. Nothing is computed here.
#include "autoencoder/activation.hpp"
#include "lecture/lecture.hpp"

namespace autoencoder::lecture {

Lecture::Lecture(const Example& example_)
    : example(example_),
      net(example_.network),
      N(example_.patterns()),
      L(net.depth()),
      blocks(layout(net)) {}

double Lecture::w(size_t l, size_t i, size_t j) const {
    return matrix<const double>(example.theta, blocks.blocks[2 * l - 2])(i, j);
}

void Lecture::evaluate() {
    for (size_t l = 1; l <= L; ++l) {
        t.s.emplace_back(N, net.net_inputs(l));
        t.h.emplace_back(N, net.units(l));
        for (size_t q = 0; q < N; ++q) {
            for (size_t i = 0; i < net.net_inputs(l); ++i) t.s[l - 1](q, i) = net_input(l, q, i);
            for (size_t j = 0; j < net.units(l); ++j) t.h[l - 1](q, j) = activity(l, q, j);
        }
    }
    t.rho.resize(L), rho_off.resize(L), t.kl.resize(L);
    for (size_t l = 1; l <= L; ++l) {
        for (size_t j = 0; net.sparse(l) && j < net.units(l); ++j) {
            t.rho[l - 1].push_back(mean_activity(l, j));
            rho_off[l - 1].push_back(mean_inactivity(l, j));
            t.kl[l - 1].push_back(kl(net.sparsity_target, rho(l, j), off(l, j)));
        }
    }
    for (size_t q = 0; q < N; ++q) {
        t.pattern_cost.push_back(pattern_cost(q));
        t.cost.data += share(t.pattern_cost[q]);
        if (const size_t l = net.gaussian_layer())
            for (size_t k = 0; k < net.units(l); ++k) t.cost.kl += share(divergence(l, q, k));
    }
    for (size_t l = 1; l <= L; ++l) {
        t.cost.weight_penalty += weight_penalty(squares(l));
        t.cost.sparsity += sparse_cost(l);
        t.delta.emplace_back(N, net.net_inputs(l));
    }
    for (size_t l = L; l >= 1; --l) {
        for (size_t q = 0; q < N; ++q) {
            Matrix<double>& of_layer = t.delta[l - 1];
            const size_t n = net.units(l);
            for (size_t j = 0; j < n; ++j) {
                of_layer(q, j) = l == L ? delta_top(q, j) : delta_below(l, q, j);
                if (net.layer(l).kind == Kind::gaussian)
                    of_layer(q, n + j) = -by_log_variance(l, q, j);
            }
        }
    }
    t.gradient = Buffer<double>(blocks.size);
    const Matrix<double> of_pattern = pattern_gradients();
    for (size_t q = 0; q < N; ++q)
        for (size_t p = 0; p < blocks.size; ++p) t.gradient[p] += share(of_pattern(q, p));
}

double Lecture::net_input(size_t l, size_t q, size_t i) const {
    if (has_window(net.layer(l))) return window_net_input(l, q, i);
    return l == L ? decode(q, i) : encode(l, q, i);
}

double Lecture::activity(size_t l, size_t q, size_t j) const {
    if (net.layer(l).kind == Kind::gaussian) return sample(l, q, j);
    if (activation(l) == Activation::softmax) return softmax(q, j);
    return f(activation(l), s(l, q, j));
}

double Lecture::pattern_cost(size_t q) const {
    if (net.loss == Loss::squared_error) return cost(q);
    return activation(L) == Activation::softmax ? label_cost(q) : reconstruction(q);
}

double Lecture::delta_top(size_t q, size_t i) const {
    return net.loss == Loss::squared_error ? delta_output(q, i) : delta_head(q, i);
}

double Lecture::delta_below(size_t l, size_t q, size_t j) const {
    if (net.layer(l).kind == Kind::gaussian) return -by_mu(l, q, j);
    return net.sparse(l) ? delta_sparse(l, q, j) : delta_hidden(l, q, j);
}

double Lecture::carried_back(size_t l, size_t q, size_t j) const {
    return has_window(net.layer(l + 1)) ? window_sum_of_deltas(l, q, j) : sum_of_deltas(l, q, j);
}

Matrix<double> Lecture::pattern_gradients() const {
    Matrix<double> gradients(N, blocks.size);
    for (size_t q = 0; q < N; ++q) {
        for (size_t l = 1; l <= L; ++l) {
            const bool window = has_window(net.layer(l));
            const View<double> by_W = matrix(gradients.row(q), blocks.blocks[2 * l - 2]);
            const std::span<double> by_b = part(gradients.row(q), blocks.blocks[2 * l - 1]);
            for (size_t j = 0; j < by_W.rows; ++j) {
                for (size_t k = 0; k < by_W.cols; ++k) {
                    const double by_w = window ? kernel_gradient(l, q, j, k) : gradient(l, q, j, k);
                    by_W(j, k) = penalised(by_w, w(l, j, k));
                }
            }
            for (size_t j = 0; j < by_b.size(); ++j)
                by_b[j] = window ? map_bias_gradient(l, q, j) : bias_gradient(l, q, j);
        }
    }
    return gradients;
}

}  // namespace autoencoder::lecture
