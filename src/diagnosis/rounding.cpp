// Tolerances from the right computation: what δ and the gradients are off by, and each term.
#include "diagnosis/rounding.hpp"

#include "diagnosis/follower_costs.hpp"

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

Real larger(Real a, const Real& b) {
    for (std::size_t i = 0; i < b.values.size(); ++i)
        a.values[i] = std::max(a.values[i], b.values[i]);
    return a;
}

/// What the costs, δ and the gradients are off by, and so each term.
class Follower : Costs {
public:
    Follower(const Case& c, const Archive& terms, const Guards& guards, bool single, bool stable)
        : Costs(c, terms, guards, single, stable),
          right_gradient_(c.theta.size()),
          gradient_(c.theta.size()),
          gradient_below_(c.theta.size()) {
        for (const Term& term : terms_of(c_))
            if (term.is_gradient())
                std::ranges::copy(terms.at(term.key).doubles(),
                                  right_gradient_.begin() + std::ptrdiff_t(offset_of(term)));
    }

    Rounding follow() {
        for (std::size_t l = L_; l >= 1; --l) {
            l == L_ ? output_delta() : hidden_delta(l);
            gradient(l);
        }
        Rounding result;
        for (const Term& term : terms_of(c_)) {
            result.errors[term.key] = errors_of(term);
            result.below[term.key] = below_of(term);
            if (term.is_gradient() && !has_window(net_.layer(term.layer)) &&
                net_.sparse(term.layer))
                for (const Between& off : at(term.layer).off)
                    result.alive[term.key].push_back(off.one > 0);
        }
        result.lost = lost_;
        return result;
    }

private:
    std::vector<double> errors_of(const Term& term) const {
        if (term.layer == 0) return {costs_.at(term.what).above};
        const Values& of = at(term.layer);
        if (term.what == What::h) return all(of.h_error);
        if (term.what == What::rho) return of.rho_error;
        if (term.what == What::kl) return sides(of.kl_error, &Sides::above);
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
    /// Nothing where it is the same as above.
    std::vector<double> below_of(const Term& term) const {
        if (term.layer == 0) return {costs_.at(term.what).below};
        const Values& of = at(term.layer);
        if (term.what == What::kl) return sides(of.kl_error, &Sides::below);
        if (term.what == What::delta) return all(of.delta_below);
        if (!term.is_gradient() || of.delta_below.rows == 0) return {};
        return {gradient_below_.begin() + std::ptrdiff_t(offset_of(term)),
                gradient_below_.begin() + std::ptrdiff_t(offset_of(term) + term.size)};
    }
    static std::vector<double> sides(const std::vector<Sides>& of, double Sides::*side) {
        std::vector<double> result;
        for (const Sides& each : of) result.push_back(each.*side);
        return result;
    }
    std::size_t offset_of(const Term& term) const {
        return (term.what == What::biases ? b(term.layer) : W(term.layer)).offset + term.first;
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
                if (guards_.output_slope && f(L_) == Activation::sigmoid)
                    last.delta_error(q, i) = guarded_delta(q, i);
            }
        for (std::size_t q = 0; guards_.output_slope && f(L_) == Activation::softmax && q < N_; ++q)
            guarded_softmax(q);
    }

    /// What y − ŷ of a sigmoid is off by under a guard: as far as ŷ and 1 − ŷ are.
    double guarded_delta(std::size_t q, std::size_t i) const {
        const Guard& guard = guards_.output_slope;
        const double y = c_.y(q, i), on = at(L_).h(q, i),
                     off = std::exp(-log_one_plus_exp(at(L_).s(q, i)));
        const Ends lost = ends(L_, q, i, true);
        const Between of_on = left_of(on, lost.on, Side::on, half_step_), of_off = left_of(off, lost.off, Side::off, half_step_);
        const double ours = guard.delta_of(y, on, off);
        double most = 0;
        for (const double a : {of_on.low, of_on.high})
            for (const double b : {of_off.low, of_off.high})
                most = std::max(most, std::abs(guard.delta_of(y, a * on, b * off) - ours));
        return most + 6 * u_ * (std::abs(y) + std::abs(on));
    }
    /// Of a softmax δ = r − p Σ r, r = y p · (what stands for 1/p).
    void guarded_softmax(std::size_t q) {
        const Guard& guard = guards_.output_slope;
        Values& last = at(L_);
        double sum = 0, off_by = 0;
        std::vector<double> each(last.h.cols);
        for (std::size_t i = 0; i < each.size(); ++i) {
            const double p = last.h(q, i), relative = last.slope_error(q, i), y = c_.y(q, i);
            const auto r = [&](double x) { return y * x * guard.slope_of(x, 1, Side::on); };
            if (y != 0 && p > 0)
                each[i] = std::max(std::abs(r(p * (1 + relative)) - r(p)),
                                   std::abs(r(p * (1 - relative)) - r(p)));
            off_by += each[i];
            sum += std::abs(y);
        }
        for (std::size_t i = 0; i < each.size(); ++i)
            last.delta_error(q, i) = each[i] + last.h(q, i) * off_by + sum * last.h_error(q, i) +
                                     6 * u_ * (std::abs(c_.y(q, i)) + last.h(q, i));
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
        const Real handed_on =
                       products.backward(W2, squared(larger(above.delta_error, above.delta_below))),
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
        if (net_.sparse(l)) here.delta_below = Real(N_, carried.cols);
        if (net_.sparse(l)) here.summed.assign(carried.cols, {});
        // f' times a share of ρ, or of 1 − ρ, which it is divided by; the sum over the patterns is not 0.
        struct Part : Sides {
            double sum_below = 0;
        };
        const Guard& guard = guards_.rho_slope;
        const auto guarded_part = [&](double f, double own, double a, const Between& of,
                                      double part, Side side) -> Part {
            const auto at = [&](double times) { return f * guard.slope_of(times * a, part, side); };
            const double size = f * guard.slope_of(side == Side::off ? guard.left_of(a) : a, part, side),
                         more = std::max({size, at(of.low), at(of.high)}),
                         less = std::min({size, at(of.low), at(of.high)}) * std::max(1 - own, 0.0);
            return {{(1 + own) * more - size, size - less}, size - less};
        };
        const auto part_of = [](double size, double own, const Between& of) -> Part {
            if (size == 0) return {};
            const auto left = [&](double least) {
                return size * (1 - std::max(1 - own, least) / of.high);
            };
            return {{size * std::max((1 + own) / of.low - 1, 0.0), left(0)}, left(of.one)};
        };
        for (std::size_t q = 0; q < N_; ++q)
            for (std::size_t j = 0; j < carried.cols; ++j) {
                const double off_by =
                    keeps(q, j) * (carried(q, j) * here.slope(q, j) +
                                   (std::abs(sums(q, j)) + carried(q, j)) * slope_off_by(l, q, j)) +
                    4 * u_ * std::abs(here.delta(q, j));
                here.delta_error(q, j) = off_by;
                if (!net_.sparse(l)) continue;
                const double log_f = log_slope(l, here.s(q, j)),
                             own = here.slope_error(q, j) + 4 * u_;
                const Rho& rho = here.rho[j];
                const bool gone = guard && f(l) == Activation::sigmoid && is_gone(here.s(q, j));
                const auto part = [&](double share, double a, double log_a, const Between& of,
                                      Side side) {
                    if (gone) return Part{};
                    return guard.has(side) ? guarded_part(share * std::exp(log_f), own, a, of, share, side)
                                 : part_of(share * std::exp(log_f - log_a), own, of);
                };
                const Part up = part(target, rho.on, rho.log_on, here.on[j], Side::on),
                           down = part(1 - target, rho.off, rho.log_off, here.off[j], Side::off);
                here.delta_error(q, j) += gamma * (up.above + down.below);
                here.delta_below(q, j) = off_by + gamma * (up.below + down.above);
                here.summed[j].above += off_by + gamma * (up.above + down.sum_below);
                here.summed[j].below += off_by + gamma * (up.sum_below + down.above);
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

    /// Of ∂J/∂w = −Σ δ h/N + λ w: where δ lies above ours, the gradient of an h > 0 lies below.
    void gradient(std::size_t l) {
        const Values& here = at(l);
        const Real values = taken(l), errors = taken_error(l);
        const LayerProducts products(net_, l);
        const bool two_sided = here.delta_below.rows > 0;
        const auto sided = [&](const Real& of_positive, const Real& of_negative) {
            Real sum = products.by_weight(of_positive,
                                          each(values, [](double x) { return std::max(x, 0.0); }));
            const Real more = products.by_weight(
                of_negative, each(values, [](double x) { return std::max(-x, 0.0); }));
            for (std::size_t i = 0; i < sum.values.size(); ++i) sum.values[i] += more.values[i];
            return sum;
        };
        const Real below = two_sided ? sided(here.delta_error, here.delta_below)
                                     : products.by_weight(here.delta_error, magnitude(values)),
                   above = two_sided ? sided(here.delta_below, here.delta_error) : below,
                   by_value = products.by_weight(magnitude(here.delta), errors),
                   squares = products.by_weight(squared(here.delta), squared(values));
        const double N = double(N_), lambda = net_.weight_penalty;
        const std::size_t units = b(l).size;
        const std::size_t places = here.delta.cols / units;
        const double terms = N * double(places);
        for (std::size_t i = 0, at = W(l).offset; i < W(l).size; ++i, ++at) {
            const double w = c_.theta[at], g = right_gradient_[at],
                         own = (by_value.values[i] +
                                of_sum(squares.values[i], N * (g - lambda * w), terms)) /
                                   N +
                               4 * u_ * (lambda * std::abs(w) + std::abs(g));
            gradient_[at] = own + above.values[i] / N;
            gradient_below_[at] = own + below.values[i] / N;
        }
        const Real by_pattern = by_bias(here.delta_error, units),
                   bias_squares = by_bias(squared(here.delta), units);
        for (std::size_t i = 0, at = b(l).offset; i < units; ++i, ++at) {
            const double g = right_gradient_[at],
                         own = of_sum(bias_squares.values[i], N * g, terms) / N +
                               4 * u_ * std::abs(g);
            Sides summed = alike(by_pattern.values[i]);
            if (two_sided) summed = sum_of(std::span(here.summed).subspan(i * places, places));
            gradient_[at] = own + summed.below / N;
            gradient_below_[at] = own + summed.above / N;
        }
    }

    std::vector<double> right_gradient_, gradient_, gradient_below_;
};

}  // namespace

Rounding rounding_of(const Case& c, bool single) {
    return rounding_of(c, single, {}, compute_terms(c));
}

Rounding rounding_of(const Case& c, bool single, const Guards& guards, const Archive& terms) {
    Rounding result = Follower(c, terms, guards, single, false).follow();
    result.least = result.lost.empty() ? result.errors
                                       : Follower(c, terms, guards, single, true).follow().errors;
    return result;
}

}  // namespace autoencoder::diagnosis
