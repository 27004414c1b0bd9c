#include "diagnosis/rounding.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "autoencoder/products.hpp"
#include "autoencoder/sparsity.hpp"
#include "diagnosis/chain/window.hpp"
#include "diagnosis/chain/workings.hpp"
#include "diagnosis/options.hpp"

namespace autoencoder::diagnosis {
namespace {

constexpr double safety = 5;            // deviations of a random walk
constexpr double by_size = 15. / 16;    // what is lost of a number that may be 16 times as large or small
constexpr double least_size = 0.005;    // of a number that may not be rounded to 0, in roundings of 1
constexpr double digits_left = 1. / 3;  // an error beyond this share of a number leaves none

/// f(a, b) element by element.
template <class F>
Real each(const Real& a, const Real& b, F&& f) {
    Real result(a.rows, a.cols);
    for (std::size_t i = 0; i < a.values.size(); ++i) result.values[i] = f(a.values[i], b.values[i]);
    return result;
}
Real squared(const Real& a) {
    return each(a, a, [](double x, double) { return x * x; });
}
Real magnitude(const Real& a) {
    return each(a, a, [](double x, double) { return std::abs(x); });
}

class Follower {
public:
    /// `stable`: where the usual way leaves no digits, of a program that takes another.
    Follower(const Case& c, bool single, bool stable)
        : stable_(stable),
          c_(c),
          net_(c.network),
          N_(c.x.rows),
          L_(net_.depth()),
          half_step_(single ? 0x1p-24 : 0x1p-53),
          u_(safety * half_step_),
          least_(single ? double(std::numeric_limits<float>::min()) : std::numeric_limits<double>::min()),
          blocks_(layout(net_)),
          squares_(c.theta.size()),
          gradient_(c.theta.size()) {
        for (std::size_t i = 0; i < squares_.size(); ++i) squares_[i] = c.theta[i] * c.theta[i];
        const Archive terms = compute_terms(c);
        for (std::size_t l = 1; l <= L_; ++l) {
            const std::string number = std::to_string(l);
            s_.push_back(rows(terms.at("s" + number), net_.net_inputs(l)));
            h_.push_back(rows(terms.at("h" + number), net_.units(l)));
            delta_.push_back(rows(terms.at("delta" + number), net_.net_inputs(l)));
            slope_.push_back(derivative(net_.layer(l).activation, s_.back()));
        }
        read_gradient(terms);
    }

    Rounding follow() {
        for (std::size_t l = 1; l <= L_; ++l) forward(l);
        costs();
        for (std::size_t l = L_; l >= 1; --l) {
            l == L_ ? output_delta() : hidden_delta(l);
            gradient(l);
        }
        Rounding result;
        for (const chain::Term& term : chain::terms_of(c_)) result.errors[term.key] = errors_of(term);
        result.lost = lost_;
        return result;
    }

private:
    static Real rows(const Array& array, std::size_t cols) {
        Real result(array.size() / cols, cols);
        result.values = Buffer<double>(array.size());
        const std::vector<double> values = array.doubles();
        std::copy(values.begin(), values.end(), result.values.begin());
        return result;
    }
    std::span<const double> W(std::span<const double> of, std::size_t l) const {
        return part<const double>(of, blocks_.blocks[2 * l - 2]);
    }
    std::span<const double> b(std::span<const double> of, std::size_t l) const {
        return part<const double>(of, blocks_.blocks[2 * l - 1]);
    }
    const Real& below(const std::vector<Real>& of, const Real& x, std::size_t l) const {
        return l == 1 ? x : of[l - 2];
    }
    /// m/(1 − p) of layer l.
    double keep(std::size_t l, std::size_t i) const {
        if (l == 0 || !masked(c_, l)) return 1;
        return c_.masks[l - 1].values[i] / (1 - net_.dropout);
    }
    Real kept(const Real& of, std::size_t l) const {
        Real result = of;
        for (std::size_t i = 0; i < of.values.size(); ++i) result.values[i] *= keep(l, i);
        return result;
    }

    // The three products of a layer with other weights or numbers than its own.
    Real onward(std::size_t l, std::span<const double> weights, const Real& x) const {
        const Kind kind = net_.layer(l).kind;
        if (kind == Kind::convolution) return chain::to_coarse(chain::window_of(net_, l), weights, x);
        if (kind == Kind::deconvolution) return chain::to_fine(chain::window_of(net_, l), weights, x);
        Real result(x.rows, net_.net_inputs(l));
        multiply<double>(x.view(), false, {weights.data(), result.cols, x.cols}, true, result.view());
        return result;
    }
    Real backward(std::size_t l, std::span<const double> weights, const Real& d) const {
        const Kind kind = net_.layer(l).kind;
        if (kind == Kind::convolution) return chain::to_fine(chain::window_of(net_, l), weights, d);
        if (kind == Kind::deconvolution) return chain::to_coarse(chain::window_of(net_, l), weights, d);
        Real result(d.rows, net_.units(l - 1));
        multiply<double>(d.view(), false, {weights.data(), d.cols, result.cols}, false, result.view());
        return result;
    }
    Real by_weight(std::size_t l, const Real& d, const Real& x) const {
        const Kind kind = net_.layer(l).kind;
        const std::size_t count = W(c_.theta, l).size();
        if (kind == Kind::convolution) return chain::by_weight(chain::window_of(net_, l), count, d, x);
        if (kind == Kind::deconvolution) return chain::by_weight(chain::window_of(net_, l), count, x, d);
        Real result(1, count);
        multiply<double>(d.view(), true, x.view(), false, {result.data(), d.cols, x.cols});
        return result;
    }
    Real by_bias(std::size_t l, const Real& d) const {
        const std::size_t units = b(c_.theta, l).size(), places = d.cols / units;
        Real sums(1, units);
        for (std::size_t q = 0; q < d.rows; ++q)
            for (std::size_t i = 0; i < d.cols; ++i) sums(0, i / places) += d(q, i);
        return sums;
    }
    /// Terms of a sum in s of layer l, or in what is carried back from it.
    double fan_in(std::size_t l) const {
        return double(W(c_.theta, l).size()) / double(b(c_.theta, l).size());
    }
    double fan_out(std::size_t l) const {
        std::size_t inputs = net_.units(l - 1);
        if (has_window(net_.layer(l))) {
            const chain::WindowSums window = chain::window_of(net_, l);
            inputs = net_.layer(l).kind == Kind::convolution ? window.fine.count : window.coarse.count;
        }
        return double(W(c_.theta, l).size()) / double(inputs);
    }

    /// What a sum of `terms` products is off by by itself: `squares` is the sum of their squares.
    double of_sum(double squares, double sum, double terms) const {
        return u_ * std::sqrt(4 * squares + terms * std::max(squares, sum * sum));
    }

    void forward(std::size_t l) {
        const Real x_error = each(c_.x, c_.x, [&](double x, double) { return u_ * std::abs(x); });
        const Real values = kept(below(h_, c_.x, l), l - 1), errors = kept(below(h_error_, x_error, l), l - 1);
        const Real handed_on = onward(l, W(squares_, l), squared(errors));
        Real squares = onward(l, W(squares_, l), squared(values));
        const auto bias = b(squares_, l);
        const std::size_t places = squares.cols / bias.size();
        Real s_error(N_, squares.cols);
        for (std::size_t q = 0; q < N_; ++q)
            for (std::size_t i = 0; i < squares.cols; ++i) {
                const double own =
                    of_sum(squares(q, i) + bias[i / places], s_[l - 1](q, i), fan_in(l));
                s_error(q, i) = std::sqrt(handed_on(q, i) + own * own);
            }
        s_error_.push_back(std::move(s_error));
        slope_error_.emplace_back(N_, net_.units(l));
        h_error_.emplace_back(N_, net_.units(l));
        rho_error_.emplace_back(net_.units(l));
        kl_error_.emplace_back(net_.units(l));
        rho_.emplace_back(net_.units(l));
        rho_share_.emplace_back(net_.units(l));
        if (net_.layer(l).kind == Kind::gaussian) return sample(l);
        if (net_.layer(l).activation == Activation::softmax) return softmax_errors(l);
        for (std::size_t j = 0; j < net_.units(l); ++j) activate(l, j);
    }

    /// What of an activity's distance from its ends is lost: h, and 1 − h, relative to itself.
    struct Ends {
        double h, on, off;
    };
    Ends ends(std::size_t l, std::size_t q, std::size_t j, bool usual) const {
        const double k = net_.layer(l).activation == Activation::tanh ? 2 : 1;
        const double h = h_[l - 1](q, j), error = k * s_error_[l - 1](q, j);
        // σ(±ks): the smaller one from f' = k² σ(ks) σ(−ks)
        const double larger = k == 2 ? (1 + std::abs(h)) / 2 : std::max(h, 1 - h),
                     smaller = slope_[l - 1](q, j) / (k * k * larger);
        const bool is_on = k == 2 ? h > 0 : h > 0.5;
        const double on = is_on ? larger : smaller, off = is_on ? smaller : larger;
        // Of 1 − h, or of h − h²: what h is rounded to, and the difference; of tanh's 1 + h too.
        const double least_on = k == 2 ? 2.5 * half_step_ / on : 0, least_off = 2.5 * half_step_ / off;
        Ends result{0, off * error + 3 * u_, on * error + 3 * u_};
        if (usual) {
            result.on += least_on + denormal() / on;
            result.off += least_off;
        }
        return result;
    }
    double denormal() const { return least_ * half_step_; }

    void activate(std::size_t l, std::size_t j) {
        const Activation f = net_.layer(l).activation;
        const bool saturates = f == Activation::sigmoid || f == Activation::tanh;
        if (!saturates) {
            for (std::size_t q = 0; q < N_; ++q) {
                const double error = s_error_[l - 1](q, j);
                const bool kink = f == Activation::relu && std::abs(s_[l - 1](q, j)) <= error;
                h_error_[l - 1](q, j) = kink ? error : slope_[l - 1](q, j) * error;
                slope_error_[l - 1](q, j) = kink ? 1 : 0;
            }
            return;
        }
        bool usual = true;
        if (net_.sparse(l)) usual = measure(l, j);
        for (std::size_t q = 0; q < N_; ++q) {
            const double h = h_[l - 1](q, j), error = s_error_[l - 1](q, j), slope = slope_[l - 1](q, j);
            h_error_[l - 1](q, j) =
                slope * error + 2 * u_ * std::abs(h) + (f == Activation::tanh ? u_ : 0);
            const Ends lost = ends(l, q, j, usual);
            slope_error_[l - 1](q, j) = lost.on + lost.off + 2 * u_;  // relative
            if (!usual) h_error_[l - 1](q, j) += denormal();
        }
    }
    static double log_slope_of(Activation f, double s) {
        const double k = f == Activation::tanh ? 2 : 1;
        return 2 * std::log(k) - log_one_plus_exp(k * s) - log_one_plus_exp(-k * s);
    }

    /// ρ_j, KL_j; whether the usual way leaves digits of ρ and of 1 − ρ.
    bool measure(std::size_t l, std::size_t j) {
        const Activation f = net_.layer(l).activation;
        std::vector<double> column(N_);
        for (std::size_t q = 0; q < N_; ++q) column[q] = s_[l - 1](q, j);
        const Rho rho = rho_[l - 1][j] = mean_activity(f, column);
        const double target = net_.sparsity_target, k = f == Activation::tanh ? 2 : 1;
        const double of_mean = 1.2 * half_step_ * std::sqrt(double(N_)) + half_step_;
        // The share of ρ, and of 1 − ρ, that is lost.
        const auto share = [&](bool usual, bool on) {
            double sum = 0;
            for (std::size_t q = 0; q < N_; ++q) {
                const Ends lost = ends(l, q, j, usual);
                const double part = std::exp(-log_one_plus_exp(on ? -k * column[q] : k * column[q]) -
                                                (on ? rho.log_on : rho.log_off));
                sum += part * (on ? lost.on : lost.off) / double(N_);
            }
            const bool absolute = usual && (!on || k == 2);
            return sum + u_ * (2 + 0.5 * std::sqrt(double(N_))) +
                   (absolute ? of_mean * std::exp(-(on ? rho.log_on : rho.log_off)) : 0);
        };
        double on = share(true, true), off = share(true, false);
        bool usual = on < digits_left && off < digits_left;
        if (!usual) {
            const bool is_on = !(off < digits_left);
            lost_.push_back("unit " + std::to_string(j + 1) + " of layer " + std::to_string(l) + " has ρ = " +
                            (is_on ? "1" : "0") + " in floating point: " +
                            (is_on    ? "no digit of 1 − ρ is left"
                             : k == 2 ? "no digit of ρ is left"
                                      : "log 0"));
            // Of a number that need not be rounded to 0 the size is left, or that of a rounding.
            const double left = (is_on ? rho.off : rho.on) / half_step_;
            usual = !stable_ && left > least_size && (is_on || k == 2);
            (is_on ? off : on) = std::max(by_size, 1 - left / 4);
            if (!usual) {
                on = share(false, true);
                off = share(false, false);
            }
        }
        constexpr double most = 1 - least_size / 4;
        rho_share_[l - 1][j] = {std::min(on, most), std::min(off, most)};
        rho_error_[l - 1][j] = rho.on * std::min(on, 1.0) + u_ * rho.on + (k == 2 ? 2.5 * half_step_ : 0);
        kl_error_[l - 1][j] = -target * std::log1p(-std::min(on, most)) -
                              (1 - target) * std::log1p(-std::min(off, most)) +
                              2 * u_ * (1 + target * std::abs(rho.log_on) + (1 - target) * std::abs(rho.log_off));
        return usual;
    }
    static double log_one_plus_exp(double x) {
        const double e = std::exp(-std::abs(x));
        return std::max(x, 0.0) + std::log1p(e);
    }

    void softmax_errors(std::size_t l) {
        for (std::size_t q = 0; q < N_; ++q) {
            double common = 0;
            for (std::size_t i = 0; i < net_.units(l); ++i) {
                const double term = h_[l - 1](q, i) * s_error_[l - 1](q, i);
                common += term * term;
            }
            for (std::size_t i = 0; i < net_.units(l); ++i) {
                const double own = s_error_[l - 1](q, i);
                const double relative = std::sqrt(common + own * own) + u_ * (4 + std::sqrt(double(net_.units(l))));
                h_error_[l - 1](q, i) = relative * h_[l - 1](q, i);
                slope_error_[l - 1](q, i) = relative;  // of p itself
            }
        }
    }

    /// z = μ + σ ε.
    void sample(std::size_t l) {
        const std::size_t n = net_.units(l);
        for (std::size_t q = 0; q < N_; ++q)
            for (std::size_t k = 0; k < n; ++k) {
                const double spread = sigma(l, q, k) * std::abs(epsilon(q, k));
                const double by_head = spread * (s_error_[l - 1](q, n + k) / 2 + 4 * u_);
                h_error_[l - 1](q, k) = std::hypot(s_error_[l - 1](q, k), by_head) +
                                        2 * u_ * (std::abs(h_[l - 1](q, k)) + spread);
            }
    }
    double sigma(std::size_t l, std::size_t q, std::size_t k) const {
        return std::exp(s_[l - 1](q, net_.units(l) + k) / 2);
    }
    double epsilon(std::size_t q, std::size_t k) const { return c_.noise.rows == 0 ? 0 : c_.noise(q, k); }

    void costs() {
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

    void lose_output(std::size_t q, std::size_t i, int end) {
        lost_.push_back("output " + std::to_string(i + 1) + " of pattern " + std::to_string(q + 1) + " is " +
                        std::to_string(end) + " in floating point: no digit of its logarithm is left");
    }

    double divergence_error() const {
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

    void output_delta() {
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
    double slope_off_by(std::size_t l, std::size_t q, std::size_t j) const {
        const Activation f = net_.layer(l).activation;
        const double error = slope_error_[l - 1](q, j);
        if (f != Activation::sigmoid && f != Activation::tanh) return error;
        const double size = slope_[l - 1](q, j);
        return size > least_ ? size * error : half_step_;
    }

    void hidden_delta(std::size_t l) {
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
    static double limited(double size, double share) { return size == 0 ? 0 : size * share; }

    /// δ of μ and of log σ² from what was carried back to z.
    void code_delta(std::size_t l, const Real& sums, const Real& carried) {
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

    void gradient(std::size_t l) {
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

    void read_gradient(const Archive& terms) {
        right_gradient_.assign(c_.theta.size(), 0);
        for (const chain::Term& term : chain::terms_of(c_)) {
            if (term.what != chain::What::weights && term.what != chain::What::biases) continue;
            const std::vector<double> values = terms.at(term.key).doubles();
            std::copy(values.begin(), values.end(), right_gradient_.begin() + std::ptrdiff_t(offset_of(term)));
        }
    }
    std::size_t offset_of(const chain::Term& term) const {
        return blocks_.blocks[2 * term.layer - (term.what == chain::What::biases ? 1 : 2)].offset + term.first;
    }

    std::vector<double> errors_of(const chain::Term& term) const {
        using chain::What;
        const auto all = [](const Real& of) { return std::vector<double>(of.values.begin(), of.values.end()); };
        switch (term.what) {
            case What::s: {
                std::vector<double> columns;
                for (std::size_t q = 0; q < N_; ++q)
                    for (std::size_t k = 0; k < term.size; ++k)
                        columns.push_back(s_error_[term.layer - 1](q, term.first + k));
                return columns;
            }
            case What::h: return all(h_error_[term.layer - 1]);
            case What::rho: return rho_error_[term.layer - 1];
            case What::kl: return kl_error_[term.layer - 1];
            case What::cost_data: return {data_};
            case What::cost_weight_penalty: return {penalty_};
            case What::cost_sparsity: return {sparsity_};
            case What::cost_kl: return {divergence_};
            case What::cost: return {data_ + penalty_ + sparsity_ + divergence_};
            case What::delta: return all(delta_error_[term.layer - 1]);
            case What::weights:
            case What::biases: break;
        }
        const auto begin = gradient_.begin() + std::ptrdiff_t(offset_of(term));
        return {begin, begin + std::ptrdiff_t(term.size)};
    }

    bool stable_;
    const Case& c_;
    const Network& net_;
    std::size_t N_, L_;
    double half_step_, u_, least_;
    Layout blocks_;
    Buffer<double> squares_;  // θ², number by number
    std::vector<Real> s_, h_, delta_, slope_;                  // right values of layer l at [l−1]
    std::vector<double> right_gradient_;
    std::vector<Real> s_error_, h_error_, slope_error_, delta_error_;
    std::vector<std::vector<Rho>> rho_;
    struct Shares {
        double on = 0, off = 0;
    };
    std::vector<std::vector<Shares>> rho_share_;             // what of ρ and 1 − ρ is lost
    std::vector<std::vector<double>> rho_error_, kl_error_;
    Buffer<double> gradient_;
    double data_ = 0, penalty_ = 0, sparsity_ = 0, divergence_ = 0;
    std::vector<std::string> lost_;
};

}  // namespace

Rounding rounding_of(const Case& c, bool single) {
    Rounding result = Follower(c, single, false).follow();
    result.least = result.lost.empty() ? result.errors : Follower(c, single, true).follow().errors;
    return result;
}

}  // namespace autoencoder::diagnosis
