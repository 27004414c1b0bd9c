// Rounding, followed through the right computation. Errors of single roundings add up like a random
// walk; what is close to 0 or 1 in ρ is as exact as its logarithm needs.
#include <algorithm>
#include <cmath>

#include "autoencoder/sparsity.hpp"
#include "diagnosis/comparison.hpp"

namespace autoencoder::diagnosis {
namespace {

constexpr double safety = 4;

double largest(const Real& values) {
    double result = 0;
    for (const double value : values.values) result = std::max(result, std::abs(value));
    return result;
}

/// The largest over columns of √(mean of squares).
double largest_column(const Real& values) {
    std::vector<double> squares(values.cols);
    for (std::size_t q = 0; q < values.rows; ++q)
        for (std::size_t j = 0; j < values.cols; ++j) squares[j] += values(q, j) * values(q, j);
    const double most = squares.empty() ? 0 : *std::max_element(squares.begin(), squares.end());
    return std::sqrt(most / double(std::max<std::size_t>(values.rows, 1)));
}

/// The longest row, and the longest column, of W.
double longest_row(View<const double> W) {
    double most = 0;
    for (std::size_t i = 0; i < W.rows; ++i) {
        double sum = 0;
        for (const double w : W.row(i)) sum += w * w;
        most = std::max(most, sum);
    }
    return std::sqrt(most);
}
double longest_column(View<const double> W) {
    std::vector<double> sums(W.cols);
    for (std::size_t i = 0; i < W.rows; ++i)
        for (std::size_t j = 0; j < W.cols; ++j) sums[j] += W(i, j) * W(i, j);
    return std::sqrt(*std::max_element(sums.begin(), sums.end()));
}

double largest_entry(View<const double> W) {
    double most = 0;
    for (std::size_t i = 0; i < W.rows; ++i)
        for (const double w : W.row(i)) most = std::max(most, std::abs(w));
    return most;
}

double walk(std::size_t n) { return 4 + std::sqrt(double(n)); }

}  // namespace

void Comparison::add_scale(const Term& term, double error) {
    const auto values = w_.term({}, term);
    scales_.push_back({term, safety * error, largest(*values)});
}

void Comparison::measure_forward() {
    const Network& net = w_.given().network;
    double x_error = 0, x_size = largest(w_.given().x);
    for (std::size_t l = 1; l <= net.depth(); ++l) {
        const auto s = w_.term({}, {TermKind::s, l}), h = w_.term({}, {TermKind::h, l});
        const double row = longest_row(w_.W(l));
        const double bias = std::max(largest(*s), row * x_size);
        s_error_.push_back(unit_ * walk(net.units(l - 1)) * bias + x_error * row);
        const double bend = net.layer(l).activation == Activation::sigmoid ? 0.25 : 1;
        h_error_.push_back(s_error_.back() * bend + 4 * unit_ * largest(*h));
        x_error = h_error_.back() / (1 - net.dropout);
        x_size = largest(*h) / (1 - net.dropout);
        add_scale({TermKind::s, l}, s_error_.back());
        add_scale({TermKind::h, l}, h_error_.back());
        kl_error_.push_back(0);
        term_error_.push_back(0);
        term_size_.push_back(0);
        if (!net.sparse(l)) continue;
        const auto rho = w_.term({}, {TermKind::rho, l});
        const double target = net.sparsity_target, gamma = net.sparsity_weight;
        double rho_error = 0, one_kl = 0;
        for (const double each : rho->values) {
            const double near = std::min(each, 1 - each);
            const double error = net.layer(l).activation == Activation::tanh
                                     ? h_error_.back() + unit_
                                     : (s_error_.back() + 8 * unit_) * near + 8 * unit_ * each;
            const double up = target / each, down = (1 - target) / (1 - each);
            rho_error = std::max(rho_error, error);
            const double kl_error = (up + down) * error + 16 * unit_;
            one_kl = std::max(one_kl, kl_error);
            kl_error_.back() += kl_error;
            term_size_.back() = std::max(term_size_.back(), gamma * (up + down));
            term_error_.back() = std::max(
                term_error_.back(),
                gamma * ((up / each + down / (1 - each)) * error + 8 * unit_ * (up + down)));
        }
        add_scale({TermKind::rho, l}, rho_error);
        add_scale({TermKind::kl, l}, one_kl);
    }
}

void Comparison::measure_costs() {
    const Case& c = w_.given();
    const Network& net = c.network;
    const std::size_t L = net.depth(), n = net.units(L), N = c.x.rows;
    const auto h = w_.term({}, {TermKind::h, L});
    const double data = (*w_.term({}, {TermKind::cost_data, 0}))(0, 0);
    double residual = 0, logs = 0;
    for (std::size_t i = 0; i < h->values.size(); ++i) {
        const double out = h->values[i], error = c.y.values[i] - out;
        residual += error * error;
        logs += 1 / std::max(std::min(out, 1 - out), unit_);
    }
    residual = std::sqrt(residual / double(h->values.size()));
    data_error_ =
        unit_ * walk(N * n) * std::abs(data) + std::sqrt(double(n)) * residual * h_error_.back();
    if (net.loss == Loss::cross_entropy)
        data_error_ += std::sqrt(double(n)) * s_error_.back() + unit_ * logs / double(N) / 4;
    penalty_error_ =
        unit_ * walk(layout(net).size) * (*w_.term({}, {TermKind::cost_weight_penalty, 0}))(0, 0);
    double sparsity_error = 0;
    for (std::size_t l = 1; l <= L; ++l) sparsity_error += net.sparsity_weight * kl_error_[l - 1];
    add_scale({TermKind::cost_data, 0}, data_error_);
    add_scale({TermKind::cost_weight_penalty, 0}, penalty_error_);
    add_scale({TermKind::cost_sparsity, 0}, sparsity_error);
    add_scale({TermKind::cost, 0}, data_error_ + penalty_error_ + sparsity_error);
}

void Comparison::measure_backward() {
    const Case& c = w_.given();
    const Network& net = c.network;
    const std::size_t L = net.depth(), N = c.x.rows;
    delta_error_.assign(L, 0);
    for (std::size_t l = L; l >= 1; --l) {
        const auto delta = w_.term({}, {TermKind::delta, l});
        double error = 8 * unit_ * largest(*delta);
        if (l == L) {
            error += 2 * h_error_[l - 1] + s_error_[l - 1];
        } else {
            const auto above = w_.term({}, {TermKind::delta, l + 1});
            const double column = longest_column(w_.W(l + 1)), keep = 1 / (1 - net.dropout);
            const double size = column * largest(*above) * keep;
            const double bend = net.layer(l).activation == Activation::sigmoid ? 0.25 : 1;
            error += bend * (keep * column * delta_error_[l] +
                             unit_ * walk(net.units(l + 1)) * size + term_error_[l - 1]) +
                     (size + term_size_[l - 1]) * bend * s_error_[l - 1];
        }
        delta_error_[l - 1] = error;
        add_scale({TermKind::delta, l}, error);
        const double D = largest_column(*delta);
        const auto h = w_.term({}, {TermKind::h, l == 1 ? 1 : l - 1});
        const Real& below = l == 1 ? c.x : *h;
        const double keep = l == 1 ? 1 : 1 / (1 - net.dropout), H = keep * largest_column(below);
        const double below_error = l == 1 ? unit_ : keep * h_error_[l - 2];
        add_scale({TermKind::grad_b, l}, error + unit_ * walk(N) * D);
        add_scale({TermKind::grad_W, l},
                  error * H + below_error * D + unit_ * walk(N) * D * H +
                      4 * unit_ * net.weight_penalty * largest_entry(w_.W(l)));
    }
}

}  // namespace autoencoder::diagnosis
