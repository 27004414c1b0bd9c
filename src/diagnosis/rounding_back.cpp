// What δ and the gradients are off by.
#include "diagnosis/follower.hpp"

namespace autoencoder::diagnosis {

void Follower::output_delta() {
    const Real& h = h_.back();
    Real error(N_, h.cols);
    for (std::size_t q = 0; q < N_; ++q)
        for (std::size_t i = 0; i < h.cols; ++i) {
            const double y = c_.y(q, i), of_h = h_error_.back()(q, i);
            double off_by = of_h + 2 * u_ * (std::abs(y) + std::abs(h(q, i)));
            if (net_.loss == Loss::squared_error)
                off_by = off_by * slope_.back()(q, i) +
                         std::abs(y - h(q, i)) * slope_off_by(L_, q, i) +
                         4 * u_ * std::abs(delta_.back()(q, i));
            error(q, i) = off_by;
        }
    delta_error_.assign(L_, Real());
    delta_error_.back() = std::move(error);
}

/// What f' is off by.
double Follower::slope_off_by(std::size_t l, std::size_t q, std::size_t j) const {
    const Activation f = net_.layer(l).activation;
    const double error = slope_error_[l - 1](q, j);
    if (f != Activation::sigmoid && f != Activation::tanh) return error;
    const double size = slope_[l - 1](q, j);
    return size > least_ ? size * error : half_step_;
}

void Follower::hidden_delta(std::size_t l) {
    const Real &above = delta_[l], &above_error = delta_error_[l];
    const Real handed_on = backward(l + 1, W(squares_, l + 1), squared(above_error)),
               squares = backward(l + 1, W(squares_, l + 1), squared(above)),
               sums = backward(l + 1, W(c_.theta, l + 1), above);
    Real carried(N_, net_.units(l));
    for (std::size_t i = 0; i < carried.values.size(); ++i) {
        const double own = of_sum(squares.values[i], sums.values[i], fan_out(l + 1));
        carried.values[i] = std::sqrt(handed_on.values[i] + own * own);
    }
    if (net_.layer(l).kind == Kind::gaussian) return code_delta(l, sums, carried);
    const Activation f = net_.layer(l).activation;
    const double gamma = net_.sparsity_weight * (net_.sparse(l) ? mean_activity_slope(f) : 0);
    const double target = net_.sparsity_target;
    Real error(N_, net_.units(l));
    for (std::size_t q = 0; q < N_; ++q)
        for (std::size_t j = 0; j < error.cols; ++j) {
            const double keeps = keep(l, q * error.cols + j), s = s_[l - 1](q, j);
            double off_by = keeps * (carried(q, j) * slope_[l - 1](q, j) +
                                     (std::abs(sums(q, j)) + carried(q, j)) * slope_off_by(l, q, j)) +
                            4 * u_ * std::abs(delta_[l - 1](q, j));
            if (net_.sparse(l)) {
                const Rho& rho = rho_[l - 1][j];
                const auto [on, off] = rho_share_[l - 1][j];
                const double log_f = log_slope_of(f, s), own = slope_error_[l - 1](q, j) + 4 * u_;
                const double up = target * std::exp(log_f - rho.log_on),
                             down = (1 - target) * std::exp(log_f - rho.log_off);
                off_by += gamma * (limited(up, own + on / (1 - on)) + limited(down, own + off / (1 - off)));
            }
            error(q, j) = off_by;
        }
    delta_error_[l - 1] = std::move(error);
}

/// δ of μ and of log σ² from what was carried back to z.
void Follower::code_delta(std::size_t l, const Real& sums, const Real& carried) {
    const std::size_t n = net_.units(l);
    Real error(N_, 2 * n);
    for (std::size_t q = 0; q < N_; ++q)
        for (std::size_t k = 0; k < n; ++k) {
            const double g = std::abs(sums(q, k)), mu = s_[l - 1](q, k), sd = sigma(l, q, k);
            const double spread = sd * std::abs(epsilon(q, k)) / 2, head = s_error_[l - 1](q, n + k);
            error(q, k) = carried(q, k) + s_error_[l - 1](q, k) + 2 * u_ * (g + std::abs(mu));
            error(q, n + k) = spread * carried(q, k) + spread * g * (head / 2 + 6 * u_) +
                              sd * sd / 2 * (head + 6 * u_) + 2 * u_;
        }
    delta_error_[l - 1] = std::move(error);
}

void Follower::gradient(std::size_t l) {
    const Real x_error = each(c_.x, c_.x, [&](double x, double) { return u_ * std::abs(x); });
    const Real values = kept(below(h_, c_.x, l), l - 1), errors = kept(below(h_error_, x_error, l), l - 1);
    const Real &delta = delta_[l - 1], &delta_error = delta_error_[l - 1];
    const Real by_delta = by_weight(l, delta_error, magnitude(values)),
               by_value = by_weight(l, magnitude(delta), errors),
               squares = by_weight(l, squared(delta), squared(values));
    const double N = double(N_), lambda = net_.weight_penalty;
    const Block &W_block = blocks_.blocks[2 * l - 2], &b_block = blocks_.blocks[2 * l - 1];
    const double places = double(delta.cols) / double(b_block.size);
    for (std::size_t i = 0; i < W_block.size; ++i) {
        const double w = c_.theta[W_block.offset + i],
                     sum = N * (right_gradient_[W_block.offset + i] - lambda * w);
        gradient_[W_block.offset + i] =
            (by_delta.values[i] + by_value.values[i] + of_sum(squares.values[i], sum, N * places)) / N +
            4 * u_ * (lambda * std::abs(w) + std::abs(right_gradient_[W_block.offset + i]));
    }
    const Real by_pattern = by_bias(l, delta_error), bias_squares = by_bias(l, squared(delta));
    for (std::size_t i = 0; i < b_block.size; ++i) {
        const double g = right_gradient_[b_block.offset + i];
        gradient_[b_block.offset + i] =
            (by_pattern.values[i] + of_sum(bias_squares.values[i], N * g, N * places)) / N +
            4 * u_ * std::abs(g);
    }
}

}  // namespace autoencoder::diagnosis
