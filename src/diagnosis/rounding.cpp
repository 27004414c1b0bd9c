// Tolerances from the right computation: what δ and the gradients are off by, and each term.
#include "diagnosis/rounding.hpp"

#include "diagnosis/follower.hpp"

namespace autoencoder::diagnosis {
namespace {

std::vector<double> all(const Real& of) { return {of.values.begin(), of.values.end()}; }

/// Σ over the patterns, and over the places that share a bias.
Real by_bias(const Real& d, std::size_t units) {
    Real sums(1, units);
    for (std::size_t q = 0; q < d.rows; ++q)
        for (std::size_t i = 0; i < d.cols; ++i) sums(0, i / (d.cols / units)) += d(q, i);
    return sums;
}

/// What the costs, δ and the gradients are off by, and so each term.
class Follower : Forward {
public:
    Follower(const Case& c, const Archive& terms, bool single, bool stable)
        : Forward(c, terms, single, stable),
          right_gradient_(c.theta.size()),
          gradient_(c.theta.size()) {
        for (const Term& term : terms_of(c_))
            if (term.is_gradient())
                std::ranges::copy(terms.at(term.key).doubles(),
                                  right_gradient_.begin() + std::ptrdiff_t(offset_of(term)));
    }

    Rounding follow() {
        data_cost();
        penalty_cost();
        sparsity_cost();
        code_cost();
        double sum = 0;
        for (const auto& [part, error] : costs_) sum += error;
        costs_[What::cost] = sum;
        for (std::size_t l = L_; l >= 1; --l) {
            l == L_ ? output_delta() : hidden_delta(l);
            gradient(l);
        }
        Rounding result;
        for (const Term& term : terms_of(c_)) result.errors[term.key] = errors_of(term);
        result.lost = lost_;
        return result;
    }

private:
    std::vector<double> errors_of(const Term& term) const {
        if (term.layer == 0) return {costs_.at(term.what)};
        const Values& of = at(term.layer);
        if (term.what == What::h) return all(of.h_error);
        if (term.what == What::rho) return of.rho_error;
        if (term.what == What::kl) return of.kl_error;
        if (term.what == What::delta) return all(of.delta_error);
        std::vector<double> some;
        if (term.is_gradient())
            some.assign(gradient_.begin() + std::ptrdiff_t(offset_of(term)),
                        gradient_.begin() + std::ptrdiff_t(offset_of(term) + term.size));
        for (std::size_t q = 0; term.what == What::s && q < N_; ++q)
            for (std::size_t k = 0; k < term.size; ++k)
                some.push_back(of.s_error(q, term.first + k));
        return some;
    }
    std::size_t offset_of(const Term& term) const {
        return (term.what == What::biases ? b(term.layer) : W(term.layer)).offset + term.first;
    }

    void data_cost() {
        const Values& last = at(L_);
        double handed_on = 0, squares = 0, sum = 0;
        for (std::size_t q = 0; q < N_; ++q) {
            double of_pattern = 0;
            for (std::size_t i = 0; i < last.h.cols; ++i) {
                const double y = c_.y(q, i), h = last.h(q, i), s = last.s(q, i), error = y - h;
                double term = error * error / 2, off_by = std::abs(error) * last.h_error(q, i);
                if (net_.loss == Loss::cross_entropy && f(L_) == Activation::softmax) {
                    term = y * std::abs(h > 0 ? std::log(h) : s);
                    off_by = std::abs(y) * last.slope_error(q, i) + 2 * u_ * term;
                    if (y != 0 && h < least_) lose_output(q, i, 0);
                } else if (net_.loss == Loss::cross_entropy) {
                    Ends lost = ends(L_, q, i, true);
                    if (!(lost.on < digits_left && lost.off < digits_left)) {
                        lose_output(q, i, s > 0 ? 1 : 0);
                        lost = ends(L_, q, i, false);
                        const bool a_number = std::exp(-std::abs(s)) > 0.2 * half_step_;
                        if (a_number && !stable_) lost.off = -std::log1p(-by_size);
                    }
                    term =
                        std::abs(y) * log_one_plus_exp(-s) + std::abs(1 - y) * log_one_plus_exp(s);
                    off_by = std::hypot(y * lost.on, (1 - y) * lost.off) + 2 * u_ * term;
                }
                of_pattern += off_by * off_by;
                squares += term * term;
                sum += term;
            }
            handed_on += std::sqrt(of_pattern);
        }
        const double N = double(N_);
        costs_[What::cost_data] =
            (handed_on + of_sum(squares, sum, double(last.h.values.size()))) / N + 4 * u_ * sum / N;
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
        costs_[What::cost_weight_penalty] =
            net_.weight_penalty / 2 * (of_sum(w4, w2, double(blocks_.parameters())) + 4 * u_ * w2);
    }

    void sparsity_cost() {
        double squares = 0, sum = 0;
        for (std::size_t l = 1; l < L_; ++l)
            for (std::size_t j = 0; net_.sparse(l) && j < net_.units(l); ++j) {
                squares += at(l).kl_error[j] * at(l).kl_error[j];
                sum += std::abs(kl(net_.sparsity_target, at(l).rho[j]));
            }
        costs_[What::cost_sparsity] = net_.sparsity_weight * (std::sqrt(squares) + 4 * u_ * sum);
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
        costs_[What::cost_kl] = (handed_on + of_sum(squares, sum, double(N_ * n))) / double(N_);
    }

    void output_delta() {
        Values& last = at(L_);
        for (std::size_t q = 0; q < N_; ++q)
            for (std::size_t i = 0; i < last.h.cols; ++i) {
                const double y = c_.y(q, i), h = last.h(q, i);
                double off_by = last.h_error(q, i) + 2 * u_ * (std::abs(y) + std::abs(h));
                if (net_.loss == Loss::squared_error)
                    off_by = off_by * last.slope(q, i) + std::abs(y - h) * slope_off_by(L_, q, i) +
                             4 * u_ * std::abs(last.delta(q, i));
                last.delta_error(q, i) = off_by;
            }
    }

    /// What f' is off by.
    double slope_off_by(std::size_t l, std::size_t q, std::size_t j) const {
        const double error = at(l).slope_error(q, j), size = at(l).slope(q, j);
        if (!saturates(l)) return error;
        return size > least_ ? size * error : half_step_;
    }

    void hidden_delta(std::size_t l) {
        Values& here = at(l);
        const Values& above = at(l + 1);
        const LayerProducts products(net_, l + 1);
        const auto W2 = part<const double>(squares_, W(l + 1));
        const Real handed_on = products.backward(W2, squared(above.delta_error)),
                   squares = products.backward(W2, squared(above.delta)),
                   sums = products.backward(part<const double>(c_.theta, W(l + 1)), above.delta);
        const double fan_out = double(W2.size()) / double(products.inputs());
        Real carried(N_, net_.units(l));
        for (std::size_t i = 0; i < carried.values.size(); ++i) {
            const double own = of_sum(squares.values[i], sums.values[i], fan_out);
            carried.values[i] = std::sqrt(handed_on.values[i] + own * own);
        }
        if (net_.layer(l).kind == Kind::gaussian) return code_delta(l, sums, carried);
        const double gamma =
            net_.sparsity_weight * (net_.sparse(l) ? mean_activity_slope(f(l)) : 0);
        const double target = net_.sparsity_target;
        Real keeps(N_, carried.cols);
        std::ranges::fill(keeps.values, 1);
        keeps = kept(std::move(keeps), l);
        const auto limited = [](double size, double share) { return size == 0 ? 0 : size * share; };
        for (std::size_t q = 0; q < N_; ++q)
            for (std::size_t j = 0; j < carried.cols; ++j) {
                double off_by =
                    keeps(q, j) * (carried(q, j) * here.slope(q, j) +
                                   (std::abs(sums(q, j)) + carried(q, j)) * slope_off_by(l, q, j)) +
                    4 * u_ * std::abs(here.delta(q, j));
                if (net_.sparse(l)) {
                    const double on = here.on_lost[j], off = here.off_lost[j],
                                 log_f = log_slope(l, here.s(q, j)),
                                 own = here.slope_error(q, j) + 4 * u_,
                                 up = target * std::exp(log_f - here.rho[j].log_on),
                                 down = (1 - target) * std::exp(log_f - here.rho[j].log_off);
                    off_by += gamma * (limited(up, own + on / (1 - on)) +
                                       limited(down, own + off / (1 - off)));
                }
                here.delta_error(q, j) = off_by;
            }
    }

    /// δ of μ and of log σ² from what was carried back to z.
    void code_delta(std::size_t l, const Real& sums, const Real& carried) {
        Values& code = at(l);
        const std::size_t n = net_.units(l);
        for (std::size_t q = 0; q < N_; ++q)
            for (std::size_t k = 0; k < n; ++k) {
                const double g = std::abs(sums(q, k)), mu = code.s(q, k), sd = sigma(l, q, k),
                             spread = sd * epsilon(q, k) / 2, head = code.s_error(q, n + k);
                code.delta_error(q, k) =
                    carried(q, k) + code.s_error(q, k) + 2 * u_ * (g + std::abs(mu));
                code.delta_error(q, n + k) = spread * carried(q, k) +
                                             spread * g * (head / 2 + 6 * u_) +
                                             sd * sd / 2 * (head + 6 * u_) + 2 * u_;
            }
    }

    void gradient(std::size_t l) {
        const Values& here = at(l);
        const Real values = taken(l), errors = taken_error(l);
        const LayerProducts products(net_, l);
        const Real by_delta = products.by_weight(here.delta_error, magnitude(values)),
                   by_value = products.by_weight(magnitude(here.delta), errors),
                   squares = products.by_weight(squared(here.delta), squared(values));
        const double N = double(N_), lambda = net_.weight_penalty;
        const std::size_t units = b(l).size;
        const double terms = N * double(here.delta.cols / units);
        for (std::size_t i = 0, at = W(l).offset; i < W(l).size; ++i, ++at) {
            const double w = c_.theta[at], g = right_gradient_[at];
            gradient_[at] = (by_delta.values[i] + by_value.values[i] +
                             of_sum(squares.values[i], N * (g - lambda * w), terms)) /
                                N +
                            4 * u_ * (lambda * std::abs(w) + std::abs(g));
        }
        const Real by_pattern = by_bias(here.delta_error, units),
                   bias_squares = by_bias(squared(here.delta), units);
        for (std::size_t i = 0, at = b(l).offset; i < units; ++i, ++at) {
            const double g = right_gradient_[at];
            gradient_[at] =
                (by_pattern.values[i] + of_sum(bias_squares.values[i], N * g, terms)) / N +
                4 * u_ * std::abs(g);
        }
    }

    std::vector<double> right_gradient_, gradient_;
    std::map<What, double> costs_ = {};
};

}  // namespace

Rounding rounding_of(const Case& c, bool single) {
    const Archive terms = compute_terms(c);
    Rounding result = Follower(c, terms, single, false).follow();
    result.least =
        result.lost.empty() ? result.errors : Follower(c, terms, single, true).follow().errors;
    return result;
}

}  // namespace autoencoder::diagnosis
