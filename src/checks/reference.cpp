#include "checks/reference.hpp"

#include <cmath>

#include "autoencoder/elementwise.hpp"

namespace autoencoder::checks {

double activation(Activation f, double s) {
    if (f == Activation::sigmoid) return 1 / (1 + exponential(-s));
    if (f == Activation::tanh) return 1 - 2 / (1 + exponential(2 * s));
    if (f == Activation::relu) return s > 0 ? s : 0;
    return s;
}

double activation_slope(Activation f, double s) {
    if (f == Activation::sigmoid) return 1 / ((1 + exponential(-s)) * (1 + exponential(s)));
    if (f == Activation::tanh) return 1 - activation(f, s) * activation(f, s);
    if (f == Activation::relu) return s > 0 ? 1 : 0;
    return 1;
}

double divergence(double target, double rho) {
    return target * logarithm(target / rho) +
           (1 - target) * logarithm((1 - target) / (1 - rho));  // [kl]
}

double divergence_slope(double target, double rho, Mistake mistake) {
    const double first = mistake == Mistake::kl_first_sign ? target / rho : -target / rho;
    return first + (1 - target) / (1 - rho);  // [kl-by-rho]
}

namespace {

/// The formulas' letters for one example, and the terms as they come.
struct Lecture {
    const Example& example;
    const Network& net;
    Mistake mistake;
    std::size_t N, D;  // patterns; layers of weights
    Layout blocks;
    Terms t;

    Lecture(const Example& example_, Mistake mistake_)
        : example(example_),
          net(example_.network),
          mistake(mistake_),
          N(example_.patterns()),
          D(net.depth()),
          blocks(layout(net)) {}

    double W(std::size_t l, std::size_t i, std::size_t j) const {
        return matrix<const double>(example.theta, blocks.blocks[2 * l - 2])(i, j);
    }
    double b(std::size_t l, std::size_t i) const {
        if (mistake == Mistake::no_bias && l == 1) return 0;
        return part<const double>(example.theta, blocks.blocks[2 * l - 1])[i];
    }
    double y(std::size_t q, std::size_t i) const {
        return mistake == Mistake::noisy_target ? example.x(q, i) : example.y(q, i);  // [denoise]
    }
    Activation f(std::size_t l) const {
        if (mistake == Mistake::linear_output && l == D) return Activation::linear;
        return net.layer(l).activation;
    }
    double keep(std::size_t l, std::size_t q, std::size_t j) const {  // m_j^q / (1−p)
        if (l == 0 && example.input_mask.rows == 0) return 1;
        if (l == 0) return example.input_mask(q, j) / (1 - net.input_dropout);
        if (example.masks.empty() || example.masks[l - 1].rows == 0) return 1;
        return example.masks[l - 1](q, j) / (1 - net.dropout);
    }
    /// What layer l + 1 sees: h̃ = m h/(1−p), where h⁰ is x.
    double seen(std::size_t l, std::size_t q, std::size_t j) const {
        return keep(l, q, j) * (l == 0 ? example.x(q, j) : t.h[l - 1](q, j));  // [dropout]
    }

    double epsilon(std::size_t q, std::size_t k) const {
        return example.noise.rows == 0 ? 0 : example.noise(q, k);
    }
    double sigma(std::size_t l, std::size_t q, std::size_t k) const {
        const double log_variance = t.s[l - 1](q, net.units(l) + k);
        return exponential(mistake == Mistake::logvar_as_sigma ? log_variance : log_variance / 2);
    }

    void forward();
    void sample(std::size_t l, std::size_t q);
    void divergence_of_code(std::size_t l);
    void measure_activity();
    void cost();
    void backward();
};

void Lecture::forward() {
    for (std::size_t l = 1; l <= D; ++l) {
        t.s.emplace_back(N, net.net_inputs(l));
        t.h.emplace_back(N, net.units(l));
        for (std::size_t q = 0; q < N; ++q) {
            double total = 0;  // Σ_c e^{s_c}, for softmax
            for (std::size_t i = 0; i < net.net_inputs(l); ++i) {
                double s = b(l, i);
                for (std::size_t j = 0; j < net.units(l - 1); ++j)
                    s += W(l, i, j) * seen(l - 1, q, j);
                t.s[l - 1](q, i) = s;
                if (net.layer(l).kind == Kind::gaussian) continue;
                t.h[l - 1](q, i) = activation(f(l), s);  // [encode] [decode]
                total += exponential(s);
            }
            if (net.layer(l).kind == Kind::gaussian) sample(l, q);
            if (f(l) != Activation::softmax) continue;
            for (std::size_t c = 0; c < net.units(l); ++c)
                t.h[l - 1](q, c) = exponential(t.s[l - 1](q, c)) / total;  // [head]
        }
    }
}

void Lecture::sample(std::size_t l, std::size_t q) {
    for (std::size_t k = 0; k < net.units(l); ++k) {
        const double mu = t.s[l - 1](q, k);
        t.h[l - 1](q, k) = mu + sigma(l, q, k) * epsilon(q, k);  // [reparameterise]
    }
}

void Lecture::divergence_of_code(std::size_t l) {
    const double sign = mistake == Mistake::divergence_sign ? 0.5 : -0.5;
    for (std::size_t q = 0; q < N; ++q) {
        for (std::size_t k = 0; k < net.units(l); ++k) {
            const double mu = t.s[l - 1](q, k), log_variance = t.s[l - 1](q, net.units(l) + k);
            const double variance = exponential(log_variance);
            t.cost.kl += sign * (1 + log_variance - mu * mu - variance) / double(N);  // [elbo]
        }
    }
}

void Lecture::measure_activity() {
    for (std::size_t l = 1; l <= D; ++l) {
        t.rho.emplace_back();
        t.kl.emplace_back();
        if (!net.sparse(l)) continue;
        const std::size_t units = net.units(l);
        double over_units = 0;
        for (std::size_t j = 0; j < units; ++j) {
            double rho = 0;
            for (std::size_t q = 0; q < N; ++q)
                rho += t.h[l - 1](q, j) / double(N);  // [mean-activity]
            if (f(l) == Activation::tanh) rho = (1 + rho) / 2;
            t.rho[l - 1].push_back(rho);
            over_units += rho / double(units);
        }
        for (double& rho : t.rho[l - 1]) {
            if (mistake == Mistake::rho_over_units) rho = over_units;
            const double kl = mistake == Mistake::kl_reversed
                                  ? divergence(rho, net.sparsity_target)
                                  : divergence(net.sparsity_target, rho);
            t.kl[l - 1].push_back(kl);
        }
    }
}

void Lecture::cost() {
    for (std::size_t q = 0; q < N; ++q) {
        double J = 0;
        for (std::size_t i = 0; i < net.units(D); ++i) {
            const double target = y(q, i), output = t.h[D - 1](q, i);
            if (net.loss == Loss::squared_error) {
                const double half = mistake == Mistake::no_half ? 1 : 0.5;
                J += half * (target - output) * (target - output);  // [cost]
            } else if (f(D) == Activation::softmax) {
                J -= target * logarithm(output);  // [head]
            } else {
                J -= target * logarithm(output) + (1 - target) * logarithm(1 - output);
            }
        }
        t.pattern_cost.push_back(J);
        t.cost.data += J / double(N);  // [scale]
    }
    if (net.gaussian_layer() > 0) divergence_of_code(net.gaussian_layer());
    const double lambda = net.weight_penalty;
    for (std::size_t l = 1; l <= D; ++l) {
        double squares = 0, divergences = 0;
        for (std::size_t j = 0; j < net.units(l - 1); ++j)
            for (std::size_t i = 0; i < net.net_inputs(l); ++i) squares += W(l, i, j) * W(l, i, j);
        const double factor = mistake == Mistake::penalty_sqrt ? std::sqrt(lambda / 2) : lambda / 2;
        t.cost.weight_penalty += factor * squares;  // [weight-penalty]
        for (double kl : t.kl[l - 1]) divergences += kl;
        if (mistake == Mistake::kl_mean_over_units) divergences /= double(net.units(l));
        t.cost.sparsity += net.sparsity_weight * divergences;  // [sparse-cost]
    }
}

void Lecture::backward() {
    for (std::size_t l = 1; l <= D; ++l) t.delta.emplace_back(N, net.net_inputs(l));
    for (std::size_t q = 0; q < N; ++q) {
        for (std::size_t i = 0; i < net.units(D); ++i) {
            const double error = y(q, i) - t.h[D - 1](q, i), p = t.h[D - 1](q, i);
            double slope = activation_slope(f(D), t.s[D - 1](q, i));
            // The cross-entropy's own 1/f' cancels f': of the sigmoid, and with [head] of the
            // softmax.
            if (net.loss == Loss::cross_entropy) slope = 1;
            if (mistake == Mistake::no_output_derivative) slope = 1;
            if (mistake == Mistake::softmax_squared_delta) slope = p * (1 - p);
            t.delta[D - 1](q, i) = error * slope;  // [delta-output]
        }
        for (std::size_t l = D - 1; l >= 1; --l) {
            for (std::size_t j = 0; j < net.units(l); ++j) {
                double sum = 0;
                for (std::size_t i = 0; i < net.net_inputs(l + 1); ++i)
                    sum += W(l + 1, i, j) * t.delta[l](q, i);
                if (net.layer(l).kind == Kind::gaussian) {
                    const double g = -sum, sd = sigma(l, q, j);  // g = ∂J/∂z
                    const double half = mistake == Mistake::no_half_log_variance ? 1 : 0.5;
                    t.delta[l - 1](q, j) = -(g + t.s[l - 1](q, j));
                    t.delta[l - 1](q, net.units(l) + j) =
                        -(half * sd * epsilon(q, j) * g + 0.5 * (sd * sd - 1));  // [elbo-gradient]
                    continue;
                }
                if (mistake != Mistake::no_backward_mask) sum *= keep(l, q, j);  // [dropout]
                double sparsity = 0;  // γ((1−ρ̄)/(1−ρ_j) − ρ̄/ρ_j)
                if (net.sparse(l)) {
                    const double half = f(l) == Activation::tanh ? 0.5 : 1;
                    double gamma = net.sparsity_weight;
                    if (mistake == Mistake::beta_for_gamma) gamma *= double(N);
                    if (mistake == Mistake::kl_sign) gamma = -gamma;
                    sparsity = gamma * half *
                               divergence_slope(net.sparsity_target, t.rho[l - 1][j], mistake);
                }
                double slope = activation_slope(f(l), t.s[l - 1](q, j));
                if (mistake == Mistake::derivative_at_activation)
                    slope = activation_slope(f(l), t.h[l - 1](q, j));
                if (mistake == Mistake::no_derivative_below_head && l == D - 1) slope = 1;
                if (mistake == Mistake::stops_at_head) slope = 0;
                t.delta[l - 1](q, j) = (sum - sparsity) * slope;  // [delta-hidden] [delta-sparse]
                if (mistake == Mistake::kl_outside_derivative)
                    t.delta[l - 1](q, j) = sum * slope - sparsity;
            }
        }
    }
}

}  // namespace

Terms reference_terms(const Example& example, Mistake mistake) {
    Lecture lecture(example, mistake);
    lecture.forward();
    lecture.measure_activity();
    lecture.cost();
    lecture.backward();
    Terms terms = std::move(lecture.t);
    const Matrix<double> of_pattern = pattern_gradients(example, terms, mistake);
    terms.gradient = Buffer<double>(example.theta.size());
    const double N = double(example.patterns());
    for (std::size_t q = 0; q < example.patterns(); ++q)
        for (std::size_t i = 0; i < terms.gradient.size(); ++i)
            terms.gradient[i] +=
                of_pattern(q, i) / (mistake == Mistake::sum_for_mean ? 1 : N);  // [scale]
    return terms;
}

Matrix<double> pattern_gradients(const Example& example, const Terms& terms, Mistake mistake) {
    Lecture lecture(example, mistake);
    lecture.t = terms;
    const double lambda = example.network.weight_penalty;
    Matrix<double> gradients(example.patterns(), example.theta.size());
    for (std::size_t q = 0; q < example.patterns(); ++q) {
        for (std::size_t l = 1; l <= lecture.D; ++l) {
            const View<double> by_W = matrix(gradients.row(q), lecture.blocks.blocks[2 * l - 2]);
            const std::span<double> by_b = part(gradients.row(q), lecture.blocks.blocks[2 * l - 1]);
            for (std::size_t j = 0; j < by_W.rows; ++j) {
                const double delta = terms.delta[l - 1](q, j);
                for (std::size_t k = 0; k < by_W.cols; ++k) {
                    by_W(j, k) = -delta * lecture.seen(l - 1, q, k);  // [gradient]
                    by_W(j, k) += lambda * lecture.W(l, j, k);        // [weight-penalty-gradient]
                }
                by_b[j] = -delta;
                if (mistake == Mistake::bias_penalised) by_b[j] += lambda * lecture.b(l, j);
            }
        }
    }
    return gradients;
}

}  // namespace autoencoder::checks
