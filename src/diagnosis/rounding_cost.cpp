// What the costs are off by.
#include "diagnosis/follower.hpp"

namespace autoencoder::diagnosis {

void Follower::costs() {
    const Real &h = h_.back(), &s = s_.back();
    const bool softmax = net_.layers.back().activation == Activation::softmax;
    double handed_on = 0, squares = 0, sum = 0;
    for (std::size_t q = 0; q < N_; ++q) {
        double of_pattern = 0;
        for (std::size_t i = 0; i < h.cols; ++i) {
            const double y = c_.y(q, i), error = y - h(q, i);
            double term = error * error / 2, off_by = std::abs(error) * h_error_.back()(q, i);
            if (net_.loss == Loss::cross_entropy && softmax) {
                const double log_p = h(q, i) > 0 ? std::log(h(q, i)) : s(q, i);
                term = y * std::abs(log_p);
                off_by = std::abs(y) * slope_error_.back()(q, i) + 2 * u_ * term;
                if (y != 0 && h(q, i) < least_) lose_output(q, i, 0);
            } else if (net_.loss == Loss::cross_entropy) {
                const double log_on = log_one_plus_exp(-s(q, i)), log_off = log_one_plus_exp(s(q, i));
                Ends lost = ends(L_, q, i, true);
                const bool usual = lost.on < digits_left && lost.off < digits_left;
                if (!usual) {
                    lose_output(q, i, s(q, i) > 0 ? 1 : 0);
                    const bool a_number = std::exp(-std::abs(s(q, i))) > 0.2 * half_step_;
                    lost = ends(L_, q, i, false);
                    if (a_number && !stable_) lost.off = -std::log1p(-by_size);
                }
                term = std::abs(y) * log_on + std::abs(1 - y) * log_off;
                off_by = std::hypot(y * lost.on, (1 - y) * lost.off) + 2 * u_ * term;
            }
            of_pattern += off_by * off_by;
            squares += term * term;
            sum += term;
        }
        handed_on += std::sqrt(of_pattern);
    }
    const double N = double(N_), terms = double(h.values.size());
    data_ = (handed_on + of_sum(squares, sum, terms)) / N + 4 * u_ * sum / N;
    double w2 = 0, w4 = 0;
    for (std::size_t l = 1; l <= L_; ++l)
        for (const double w : W(squares_, l)) {
            w2 += w;
            w4 += w * w;
        }
    const double lambda = net_.weight_penalty / 2;
    penalty_ = lambda * (of_sum(w4, w2, double(blocks_.parameters())) + 4 * u_ * w2);
    double kl_squares = 0, kl_sum = 0;
    for (std::size_t l = 1; l < L_; ++l)
        for (std::size_t j = 0; net_.sparse(l) && j < net_.units(l); ++j) {
            kl_squares += kl_error_[l - 1][j] * kl_error_[l - 1][j];
            kl_sum += std::abs(kl(net_.sparsity_target, rho_[l - 1][j]));
        }
    sparsity_ = net_.sparsity_weight * (std::sqrt(kl_squares) + 4 * u_ * kl_sum);
    divergence_ = divergence_error();
}

void Follower::lose_output(std::size_t q, std::size_t i, int end) {
    lost_.push_back("output " + std::to_string(i + 1) + " of pattern " + std::to_string(q + 1) + " is " +
                    std::to_string(end) + " in floating point: no digit of its logarithm is left");
}

double Follower::divergence_error() const {
    const std::size_t l = net_.gaussian_layer();
    if (l == 0) return 0;
    const std::size_t n = net_.units(l);
    double handed_on = 0, sum = 0, squares = 0;
    for (std::size_t q = 0; q < N_; ++q) {
        double of_pattern = 0;
        for (std::size_t k = 0; k < n; ++k) {
            const double mu = s_[l - 1](q, k), head = s_[l - 1](q, n + k), variance = std::exp(head);
            const double size = (1 + std::abs(head) + mu * mu + variance) / 2;
            const double by_mu = std::abs(mu) * s_error_[l - 1](q, k),
                         by_head = std::abs(variance - 1) / 2 * s_error_[l - 1](q, n + k) + 4 * u_ * size;
            of_pattern += by_mu * by_mu + by_head * by_head;
            sum += size;
            squares += size * size;
        }
        handed_on += std::sqrt(of_pattern);
    }
    return (handed_on + of_sum(squares, sum, double(N_ * n))) / double(N_);
}

}  // namespace autoencoder::diagnosis
