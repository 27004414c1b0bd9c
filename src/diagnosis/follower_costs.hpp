// Rounding followed through the parts of the cost.
#pragma once

#include <map>
#include <span>

#include "diagnosis/follower.hpp"

namespace autoencoder::diagnosis {

inline Sides sum_of(std::span<const Sides> of) {
    Sides sum;
    for (const Sides& each : of) sum = {sum.above + each.above, sum.below + each.below};
    return sum;
}

class Costs : protected Forward {
protected:
    Costs(const Case& c, const Archive& terms, const Guards& guards, bool single, bool stable)
        : Forward(c, terms, guards, single, stable) {
        data_cost();
        penalty_cost();
        sparsity_cost();
        code_cost();
        std::vector<Sides> parts;
        for (const auto& [part, error] : costs_) parts.push_back(error);
        costs_[What::cost] = sum_of(parts);
    }
    static Sides alike(double error) { return {error, error}; }

    void data_cost() {
        const Values& last = at(L_);
        double handed_on = 0, squares = 0, sum = 0;
        Sides lost_outputs;
        for (std::size_t q = 0; q < N_; ++q) {
            double of_pattern = 0;
            for (std::size_t i = 0; i < last.h.cols; ++i) {
                const double y = c_.y(q, i), h = last.h(q, i), s = last.s(q, i), error = y - h;
                double term = error * error / 2, off_by = std::abs(error) * last.h_error(q, i);
                Sides of_lost;  // a logarithm of what is left of 1 − h
                if (guards_.output) {
                    const auto [size, sides] = guarded_logs(q, i);
                    term = size;
                    off_by = std::max(sides.above, sides.below);
                    if (!has_some(sides)) {
                        lose_output(q, i, s > 0 ? 1 : 0);
                        of_lost = sides;
                        off_by = 0;
                    }
                } else if (net_.loss == Loss::cross_entropy && f(L_) == Activation::softmax) {
                    term = y * std::abs(h > 0 ? std::log(h) : s);
                    off_by = std::abs(y) * last.slope_error(q, i) + 2 * u_ * term;
                    if (y != 0 && h < least_) {
                        lose_output(q, i, 0);
                        const double digits = 2 * denormal() / h;
                        const Sides log = Between{std::max(1 - digits, 0.0), 1 + digits}.log();
                        if (digits < 1) of_lost = {y * log.below, y * log.above};
                    }
                } else if (net_.loss == Loss::cross_entropy) {
                    Ends lost = ends(L_, q, i, true);
                    if (!(lost.on < digits_left && lost.off < digits_left)) {
                        lose_output(q, i, s > 0 ? 1 : 0);
                        lost = ends(L_, q, i, false);
                        const double left = std::exp(-std::abs(s)) / half_step_;
                        if (left > 0.2 && !stable_) {
                            const Sides log =
                                Between{std::max(left - 2.5, 1.0) / left, (left + 2.5) / left}
                                    .log();
                            of_lost = {std::abs(1 - y) * log.below, std::abs(1 - y) * log.above};
                        }
                    }
                    term =
                        std::abs(y) * log_one_plus_exp(-s) + std::abs(1 - y) * log_one_plus_exp(s);
                    off_by = std::hypot(y * lost.on, (1 - y) * lost.off) + 2 * u_ * term;
                }
                lost_outputs = {lost_outputs.above + of_lost.above,
                                lost_outputs.below + of_lost.below};
                of_pattern += off_by * off_by;
                squares += term * term;
                sum += term;
            }
            handed_on += std::sqrt(of_pattern);
        }
        const double N = double(N_);
        const double own =
            handed_on + of_sum(squares, sum, double(last.h.values.size())) + 4 * u_ * sum;
        costs_[What::cost_data] = {(own + lost_outputs.above) / N, (own + lost_outputs.below) / N};
    }

    /// Of the guarded logarithms of an output: their size, and what the term is off by.
    std::pair<double, Sides> guarded_logs(std::size_t q, std::size_t i) const {
        const double y = c_.y(q, i), h = at(L_).h(q, i);
        std::pair<double, Sides> result;
        const auto add = [&](double weight, double a, const Between& of, Side side) {
            const Sides log = log_off_by(guards_.output, a, of, 1, side);
            const double size = std::abs(guards_.output.log_of(a, std::log(a), 1, side));
            if (weight == 0) return;
            result.first += std::abs(weight) * size;
            result.second.above += std::abs(weight) * (log.below + 2 * u_ * size);
            result.second.below += std::abs(weight) * (log.above + 2 * u_ * size);
        };
        if (f(L_) == Activation::softmax) {
            const double off_by = at(L_).slope_error(q, i);
            add(y, h, {std::max(1 - off_by, 0.0), 1 + off_by}, Side::on);
            return result;
        }
        const Ends lost = ends(L_, q, i, true);
        const double off = guards_.output.left_of(std::exp(-log_one_plus_exp(at(L_).s(q, i))));
        add(y, h, left_of(h, lost.on + 2 * denormal() / h, Side::on, half_step_), Side::on);
        add(1 - y, off, left_of(off, lost.off, Side::off, half_step_), Side::off);
        return result;
    }

    void lose_output(std::size_t q, std::size_t i, int end) {
        lost_.push_back("output " + std::to_string(i + 1) + " of pattern " + std::to_string(q + 1) +
                        " is " + std::to_string(end) +
                        " in floating point: no digit of its logarithm is left");
    }

    void penalty_cost() {
        double w2 = 0, w4 = 0;
        for (std::size_t l = 1; l <= L_; ++l)
            for (const double w : part<const double>(squares_, W(l))) {
                w2 += w;
                w4 += w * w;
            }
        costs_[What::cost_weight_penalty] = alike(
            net_.weight_penalty / 2 * (of_sum(w4, w2, double(blocks_.parameters())) + 4 * u_ * w2));
    }

    void sparsity_cost() {
        Sides squares;
        double sum = 0;
        for (std::size_t l = 1; l < L_; ++l)
            for (std::size_t j = 0; net_.sparse(l) && j < net_.units(l); ++j) {
                const Sides error = at(l).kl_error[j];
                squares.above += error.above * error.above;
                squares.below += error.below * error.below;
                sum += std::abs(kl(net_.sparsity_target, at(l).logs[j]));
            }
        const double own = 4 * u_ * sum, beta = net_.sparsity_weight;
        costs_[What::cost_sparsity] = {beta * (std::sqrt(squares.above) + own),
                                       beta * (std::sqrt(squares.below) + own)};
    }

    void code_cost() {
        const std::size_t l = net_.gaussian_layer();
        if (l == 0) return;
        const Values& code = at(l);
        const std::size_t n = net_.units(l);
        double handed_on = 0, sum = 0, squares = 0;
        for (std::size_t q = 0; q < N_; ++q) {
            double of_pattern = 0;
            for (std::size_t k = 0; k < n; ++k) {
                const double mu = code.s(q, k), head = code.s(q, n + k), variance = std::exp(head),
                             size = (1 + std::abs(head) + mu * mu + variance) / 2,
                             by_mu = std::abs(mu) * code.s_error(q, k),
                             by_head = std::abs(variance - 1) / 2 * code.s_error(q, n + k) +
                                       4 * u_ * size;
                of_pattern += by_mu * by_mu + by_head * by_head;
                sum += size;
                squares += size * size;
            }
            handed_on += std::sqrt(of_pattern);
        }
        costs_[What::cost_kl] =
            alike((handed_on + of_sum(squares, sum, double(N_ * n))) / double(N_));
    }

    std::map<What, Sides> costs_;
};

}  // namespace autoencoder::diagnosis
