// Tolerances from the right computation: its products, and what each term is off by.
#include "diagnosis/rounding.hpp"

#include <limits>

#include "autoencoder/products.hpp"
#include "diagnosis/follower.hpp"
#include "diagnosis/window.hpp"

namespace autoencoder::diagnosis {

Follower::Follower(const Case& c, bool single, bool stable)
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

Rounding Follower::follow() {
    for (std::size_t l = 1; l <= L_; ++l) forward(l);
    costs();
    for (std::size_t l = L_; l >= 1; --l) {
        l == L_ ? output_delta() : hidden_delta(l);
        gradient(l);
    }
    Rounding result;
    for (const Term& term : terms_of(c_)) result.errors[term.key] = errors_of(term);
    result.lost = lost_;
    return result;
}

Real Follower::rows(const Array& array, std::size_t cols) {
    Real result(array.size() / cols, cols);
    result.values = Buffer<double>(array.size());
    const std::vector<double> values = array.doubles();
    std::copy(values.begin(), values.end(), result.values.begin());
    return result;
}

// The three products of a layer with other weights or numbers than its own.
Real Follower::onward(std::size_t l, std::span<const double> weights, const Real& x) const {
    const Kind kind = net_.layer(l).kind;
    if (kind == Kind::convolution) return to_coarse(window_of(net_, l), weights, x);
    if (kind == Kind::deconvolution) return to_fine(window_of(net_, l), weights, x);
    Real result(x.rows, net_.net_inputs(l));
    multiply<double>(x.view(), false, {weights.data(), result.cols, x.cols}, true, result.view());
    return result;
}

Real Follower::backward(std::size_t l, std::span<const double> weights, const Real& d) const {
    const Kind kind = net_.layer(l).kind;
    if (kind == Kind::convolution) return to_fine(window_of(net_, l), weights, d);
    if (kind == Kind::deconvolution) return to_coarse(window_of(net_, l), weights, d);
    Real result(d.rows, net_.units(l - 1));
    multiply<double>(d.view(), false, {weights.data(), d.cols, result.cols}, false, result.view());
    return result;
}

Real Follower::by_weight(std::size_t l, const Real& d, const Real& x) const {
    const Kind kind = net_.layer(l).kind;
    const std::size_t count = W(c_.theta, l).size();
    if (kind == Kind::convolution) return diagnosis::by_weight(window_of(net_, l), count, d, x);
    if (kind == Kind::deconvolution) return diagnosis::by_weight(window_of(net_, l), count, x, d);
    Real result(1, count);
    multiply<double>(d.view(), true, x.view(), false, {result.data(), d.cols, x.cols});
    return result;
}

Real Follower::by_bias(std::size_t l, const Real& d) const {
    const std::size_t units = b(c_.theta, l).size(), places = d.cols / units;
    Real sums(1, units);
    for (std::size_t q = 0; q < d.rows; ++q)
        for (std::size_t i = 0; i < d.cols; ++i) sums(0, i / places) += d(q, i);
    return sums;
}

/// Terms of a sum in s of layer l, or in what is carried back from it.
double Follower::fan_in(std::size_t l) const {
    return double(W(c_.theta, l).size()) / double(b(c_.theta, l).size());
}

double Follower::fan_out(std::size_t l) const {
    std::size_t inputs = net_.units(l - 1);
    if (has_window(net_.layer(l))) {
        const WindowSums window = window_of(net_, l);
        inputs = net_.layer(l).kind == Kind::convolution ? window.fine.count : window.coarse.count;
    }
    return double(W(c_.theta, l).size()) / double(inputs);
}

void Follower::read_gradient(const Archive& terms) {
    right_gradient_.assign(c_.theta.size(), 0);
    for (const Term& term : terms_of(c_)) {
        if (term.what != What::weights && term.what != What::biases) continue;
        const std::vector<double> values = terms.at(term.key).doubles();
        std::copy(values.begin(), values.end(), right_gradient_.begin() + std::ptrdiff_t(offset_of(term)));
    }
}

std::size_t Follower::offset_of(const Term& term) const {
    return blocks_.blocks[2 * term.layer - (term.what == What::biases ? 1 : 2)].offset + term.first;
}

std::vector<double> Follower::errors_of(const Term& term) const {
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

Rounding rounding_of(const Case& c, bool single) {
    Rounding result = Follower(c, single, false).follow();
    result.least = result.lost.empty() ? result.errors : Follower(c, single, true).follow().errors;
    return result;
}

}  // namespace autoencoder::diagnosis
