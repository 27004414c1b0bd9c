// What s, h, f', ρ and KL are off by.
#include "diagnosis/follower.hpp"

namespace autoencoder::diagnosis {

void Follower::forward(std::size_t l) {
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

Follower::Ends Follower::ends(std::size_t l, std::size_t q, std::size_t j, bool usual) const {
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

void Follower::activate(std::size_t l, std::size_t j) {
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

double Follower::log_slope_of(Activation f, double s) {
    const double k = f == Activation::tanh ? 2 : 1;
    return 2 * std::log(k) - log_one_plus_exp(k * s) - log_one_plus_exp(-k * s);
}

/// ρ_j, KL_j; whether the usual way leaves digits of ρ and of 1 − ρ.
bool Follower::measure(std::size_t l, std::size_t j) {
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

double Follower::log_one_plus_exp(double x) {
    const double e = std::exp(-std::abs(x));
    return std::max(x, 0.0) + std::log1p(e);
}

void Follower::softmax_errors(std::size_t l) {
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
void Follower::sample(std::size_t l) {
    const std::size_t n = net_.units(l);
    for (std::size_t q = 0; q < N_; ++q)
        for (std::size_t k = 0; k < n; ++k) {
            const double spread = sigma(l, q, k) * std::abs(epsilon(q, k));
            const double by_head = spread * (s_error_[l - 1](q, n + k) / 2 + 4 * u_);
            h_error_[l - 1](q, k) = std::hypot(s_error_[l - 1](q, k), by_head) +
                                    2 * u_ * (std::abs(h_[l - 1](q, k)) + spread);
        }
}

}  // namespace autoencoder::diagnosis
