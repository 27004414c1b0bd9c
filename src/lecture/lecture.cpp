// The order of the formulas: forward, the mean activity, the cost, backward, the gradient; and which
// chapter's formula a layer or a loss takes. Nothing is computed here.
#include "lecture/lecture.hpp"
#include "autoencoder/activation.hpp"

namespace autoencoder::lecture {
namespace {

/// "⁽¹⁾", "⁽²⁾" …
std::string of_layer(size_t l) {
    constexpr const char* raised[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    std::string text;
    for (const char digit : std::to_string(l)) text += raised[digit - '0'];
    return "⁽" + text + "⁾";
}

}  // namespace

Lecture::Lecture(const Example& example_)
    : example(example_),
      net(example_.network),
      N(example_.patterns()),
      L(net.depth()),
      blocks(layout(net)) {}

Number Lecture::name(std::string_view letter, Number number) const {
    if (!digits) return number;
    return number.text ? named(std::string(letter), number, *digits)
                       : named(std::string(letter), number.value, *digits);
}

Number Lecture::of(const char* before, const Number& x, const char* behind, Number number) const {
    return digits ? name(before + x.letters() + behind, number) : number;
}

Number Lecture::unit(std::string_view letter, size_t i, Number number) const {
    return digits ? name(std::string(letter) + "_" + std::to_string(i + 1), number) : number;
}

// Of two layers only s and δ could be meant of either.
Number Lecture::unit(std::string_view letter, size_t l, size_t i, Number number) const {
    if (!digits) return number;
    const bool clear = L == 2 && letter != "s" && letter != "δ";
    return name(std::string(letter) + "_" + std::to_string(i + 1) + (clear ? "" : of_layer(l)),
                number);
}

Number Lecture::w(size_t l, size_t i, size_t j) const {
    const double value = matrix<const double>(example.theta, blocks.blocks[2 * l - 2])(i, j);
    if (!digits) return value;
    const char* between = i < 9 && j < 9 ? "" : ",";
    return name("w_" + std::to_string(i + 1) + between + std::to_string(j + 1) + of_layer(l),
                value);
}

Number Lecture::h(size_t l, size_t q, size_t j) const {
    if (l == 0) return unit("x", j, example.x(q, j));
    if (l == L) return unit("ŷ", j, t.h[l - 1](q, j));
    if (net.layer(l).kind == Kind::gaussian) return unit("z", j, t.h[l - 1](q, j));
    return unit("h", l, j, t.h[l - 1](q, j));
}

Number Lecture::off(size_t l, size_t j) const {
    return of("(1−", rho(l, j), ")", rho_off[l - 1][j]);
}

Number Lecture::slope(size_t l, size_t q, size_t j) const {
    return of("f'(", s(l, q, j), ")", f_slope(activation(l), s(l, q, j)));
}

void Lecture::forward(size_t q) {
    for (size_t l = 1; l <= L; ++l) {
        for (size_t i = 0; i < net.net_inputs(l); ++i) t.s[l - 1](q, i) = net_input(l, q, i).value;
        for (size_t j = 0; j < net.units(l); ++j) t.h[l - 1](q, j) = activity(l, q, j).value;
    }
}

void Lecture::mean_activities() {
    t.rho.assign(L, {}), rho_off.assign(L, {}), t.kl.assign(L, {});
    for (size_t l = 1; l <= L; ++l) {
        for (size_t j = 0; net.sparse(l) && j < net.units(l); ++j) {
            t.rho[l - 1].push_back(mean_activity(l, j).value);
            rho_off[l - 1].push_back(mean_inactivity(l, j).value);
            t.kl[l - 1].push_back(kl(net.sparsity_target, rho(l, j), off(l, j)).value);
        }
    }
}

void Lecture::evaluate_cost() {
    for (size_t l = 1; l <= L; ++l) {
        t.s.emplace_back(N, net.net_inputs(l));
        t.h.emplace_back(N, net.units(l));
    }
    for (size_t q = 0; q < N; ++q) forward(q);
    mean_activities();
    for (size_t q = 0; q < N; ++q) {
        t.pattern_cost.push_back(pattern_cost(q).value);
        t.cost.data += share(t.pattern_cost[q]).value;
        if (const size_t l = net.gaussian_layer())
            for (size_t k = 0; k < net.units(l); ++k) t.cost.kl += share(divergence(l, q, k)).value;
    }
    for (size_t l = 1; l <= L; ++l) {
        t.cost.weight_penalty += weight_penalty(squares(l)).value;
        t.cost.sparsity += sparse_cost(l).value;
    }
}

void Lecture::evaluate() {
    evaluate_cost();
    for (size_t l = 1; l <= L; ++l) t.delta.emplace_back(N, net.net_inputs(l));
    for (size_t l = L; l >= 1; --l) {
        for (size_t q = 0; q < N; ++q) {
            Matrix<double>& of_layer = t.delta[l - 1];
            const size_t n = net.units(l);
            for (size_t j = 0; j < n; ++j) {
                of_layer(q, j) = (l == L ? delta_top(q, j) : delta_below(l, q, j)).value;
                if (net.layer(l).kind == Kind::gaussian)
                    of_layer(q, n + j) = -by_log_variance(l, q, j).value;
            }
        }
    }
    t.gradient = Buffer<double>(blocks.size);
    const Matrix<double> of_pattern = pattern_gradients();
    for (size_t q = 0; q < N; ++q)
        for (size_t p = 0; p < blocks.size; ++p) t.gradient[p] += share(of_pattern(q, p)).value;
}

Number Lecture::net_input(size_t l, size_t q, size_t i) const {
    if (has_window(net.layer(l))) return window_net_input(l, q, i);
    return l == L ? decode(q, i) : encode(l, q, i);
}

Number Lecture::activity(size_t l, size_t q, size_t j) const {
    if (net.layer(l).kind == Kind::gaussian) return sample(l, q, j);
    if (activation(l) == Activation::softmax) return softmax(q, j);
    return f(activation(l), s(l, q, j));
}

Number Lecture::pattern_cost(size_t q) const {
    if (net.loss == Loss::squared_error) return cost(q);
    return activation(L) == Activation::softmax ? label_cost(q) : reconstruction(q);
}

Number Lecture::delta_top(size_t q, size_t i) const {
    return net.loss == Loss::squared_error ? delta_output(q, i) : delta_head(q, i);
}

Number Lecture::delta_below(size_t l, size_t q, size_t j) const {
    if (net.layer(l).kind == Kind::gaussian) return -by_mu(l, q, j);
    return net.sparse(l) ? delta_sparse(l, q, j) : delta_hidden(l, q, j);
}

Number Lecture::carried_back(size_t l, size_t q, size_t j) const {
    return has_window(net.layer(l + 1)) ? window_sum_of_deltas(l, q, j) : sum_of_deltas(l, q, j);
}

Number Lecture::by_weight(size_t l, size_t q, size_t j, size_t k) const {
    return has_window(net.layer(l)) ? kernel_gradient(l, q, j, k) : gradient(l, q, j, k);
}

Number Lecture::by_bias(size_t l, size_t q, size_t j) const {
    return has_window(net.layer(l)) ? map_bias_gradient(l, q, j) : bias_gradient(l, q, j);
}

Matrix<double> Lecture::pattern_gradients() const {
    Matrix<double> gradients(N, blocks.size);
    for (size_t q = 0; q < N; ++q) {
        for (size_t l = 1; l <= L; ++l) {
            const View<double> by_W = matrix(gradients.row(q), blocks.blocks[2 * l - 2]);
            const std::span<double> by_b = part(gradients.row(q), blocks.blocks[2 * l - 1]);
            for (size_t j = 0; j < by_W.rows; ++j) {
                for (size_t k = 0; k < by_W.cols; ++k) {
                    by_W(j, k) = penalised(by_weight(l, q, j, k), w(l, j, k)).value;
                }
            }
            for (size_t j = 0; j < by_b.size(); ++j)
                by_b[j] = by_bias(l, q, j).value;
        }
    }
    return gradients;
}

}  // namespace autoencoder::lecture
