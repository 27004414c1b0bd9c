// Forward, the costs, and a term by its name.
#include "diagnosis/chain/workings.hpp"

#include <limits>

#include "autoencoder/products.hpp"
#include "autoencoder/sparsity.hpp"
#include "diagnosis/chain/code.hpp"
#include "diagnosis/chain/window.hpp"

namespace autoencoder::diagnosis::chain {
namespace {

double sum_of_squares(std::span<const double> values) {
    double sum = 0;
    for (const double value : values) sum += value * value;
    return sum;
}

}  // namespace

Workings::Workings(const Case& c)
    : c_(c), net_(c.network), blocks_(layout(c.network)), terms_(terms_of(c)) {}

std::span<const double> Workings::W(std::size_t l) const {
    return part<const double>(c_.theta, blocks_.blocks[2 * l - 2]);
}
std::span<const double> Workings::b(std::size_t l) const {
    return part<const double>(c_.theta, blocks_.blocks[2 * l - 1]);
}
View<const double> Workings::W_matrix(std::size_t l) const {
    return matrix<const double>(c_.theta, blocks_.blocks[2 * l - 2]);
}

/// s = W h + b, by maps where the layer has a window.
Real Workings::net_input(const ForwardRules& rules, const Real& below, std::size_t l) const {
    const Kind kind = net_.layer(l).kind;
    Real s(below.rows, net_.net_inputs(l));
    if (kind == Kind::convolution) {
        WindowSums window = window_of(net_, l);
        window.flipped = rules.kernel.of_convolution;
        s = to_coarse(window, W(l), below);  // [convolve]
    } else if (kind == Kind::deconvolution) {
        WindowSums window = window_of(net_, l);
        window.flipped = rules.kernel.of_deconvolution;
        window.shift = rules.output_pad_before ? window.window.output_pad : 0;
        s = to_fine(window, W(l), below);  // [deconvolve]
    } else {
        multiply<double>(below.view(), false, W_matrix(l), true, s.view());  // [encode]
    }
    const std::size_t places = s.cols / b(l).size();  // that share a bias
    for (std::size_t q = 0; q < s.rows; ++q)
        for (std::size_t i = 0; i < s.cols; ++i) s(q, i) += b(l)[i / places];
    return s;
}

double Workings::noise(Noise how, std::size_t q, std::size_t k) const {
    if (c_.noise.rows == 0) return 0;
    if (how == Noise::first_of_row) return c_.noise(q, 0);
    if (how == Noise::last_of_row) return c_.noise(q, c_.noise.cols - 1);
    return c_.noise(q, k);
}

/// z = μ + σ ⊙ ε.                                                               [reparameterise]
Real Workings::sample(const ForwardRules& rules, const Real& s) const {
    const std::size_t n = s.cols / 2;
    Real z(s.rows, n);
    for (std::size_t q = 0; q < s.rows; ++q)
        for (std::size_t k = 0; k < n; ++k)
            z(q, k) = s(q, k) + deviation(rules.head, s(q, n + k)) * noise(rules.noise, q, k);
    return z;
}

std::shared_ptr<const Workings::Forward> Workings::forward(const ForwardRules& rules) {
    return forwards_.get(rules, [&](const ForwardRules& how) {
        Forward pass;
        for (std::size_t l = 1; l <= net_.depth(); ++l) {
            const Activation f = net_.layer(l).activation;
            Real s = net_input(how, l == 1 ? c_.x : pass.h.back(), l);
            pass.h.push_back(net_.layer(l).kind == Kind::gaussian ? sample(how, s)
                             : f == Activation::softmax           ? softmax(s)
                                                                  : activity(f, s));
            pass.s.push_back(std::move(s));
        }
        measure(pass);
        pass.data = mean_error(pass);
        return pass;
    });
}

/// ρ and KL of the layers that are sparse.
void Workings::measure(Forward& pass) const {
    for (std::size_t l = 1; l <= net_.depth(); ++l) {
        const Real& h = pass.h[l - 1];
        Real rho(1, net_.sparse(l) ? h.cols : 0), divergences(1, rho.cols);
        for (std::size_t j = 0; j < rho.cols; ++j) {
            double sum = 0;
            for (std::size_t q = 0; q < h.rows; ++q) sum += h(q, j);
            rho(0, j) = mean_activity(net_.layer(l).activation, sum / double(h.rows));
            divergences(0, j) = kl(net_.sparsity_target, rho(0, j));
            pass.sparsity += net_.sparsity_weight * divergences(0, j);  // [sparse-cost]
        }
        pass.rho.push_back(std::move(rho));
        pass.kl.push_back(std::move(divergences));
    }
}

/// (1/N) Σ_q J^q, without the divergence of the code.
double Workings::mean_error(const Forward& pass) const {
    const Real &s = pass.s.back(), &h = pass.h.back(), &y = c_.y;
    const bool squared = net_.loss == Loss::squared_error;
    const bool categorical = net_.layers.back().activation == Activation::softmax;
    const Real logs = squared || categorical ? Real() : softplus(s);
    double sum = 0;
    for (std::size_t q = 0; q < s.rows; ++q) {
        double J = categorical ? log_of_sum(s.row(q)) : 0;
        for (std::size_t i = 0; i < s.cols; ++i) {
            const double error = y(q, i) - h(q, i);
            if (squared) J += error * error / 2;  // [cost]
            else J += (categorical ? 0 : logs(q, i)) - y(q, i) * s(q, i);
        }
        sum += J;
    }
    return sum / double(s.rows);
}

/// −½ Σ_k (1 + log σ² − μ² − σ²), mean over patterns.                                     [elbo]
double Workings::divergence(const Rules& rules) {
    const std::size_t code = net_.gaussian_layer();
    if (code == 0) return 0;
    const auto pass = forward(rules.forward);
    const Real& s = pass->s[code - 1];
    const std::size_t n = s.cols / 2;
    double sum = 0;
    for (std::size_t q = 0; q < s.rows; ++q)
        for (std::size_t k = 0; k < n; ++k) {
            const double mu = s(q, k), head = s(q, n + k);
            const double sigma = deviation(rules.divergence_head, head);
            sum -= (1 + log_variance(rules.divergence_head, head) - mu * mu - sigma * sigma) / 2;
        }
    return rules.cost.divergence * sum / double(s.rows);
}

/// (λ/2) Σ w².                                                                  [weight-penalty]
double Workings::penalty(const Rules& rules) const {
    double weights = 0, biases = 0;
    for (std::size_t l = 1; l <= net_.depth(); ++l) {
        weights += sum_of_squares(W(l));
        biases += sum_of_squares(b(l));
    }
    return net_.weight_penalty / 2 *
           (rules.cost.penalty * weights + rules.cost.bias_penalty * biases);
}

double Workings::cost(const Rules& rules, What what) {
    if (what == What::cost_weight_penalty) return penalty(rules);
    if (what == What::cost_kl) return divergence(rules);
    const auto pass = forward(rules.forward);
    if (what == What::cost_data) return rules.cost.data * pass->data;
    if (what == What::cost_sparsity) return pass->sparsity;
    return rules.cost.data * pass->data + penalty(rules) + pass->sparsity + divergence(rules);
}

std::vector<double> Workings::values(const Rules& rules, const Term& term) {
    const auto all = [](const Real& of) {
        return std::vector<double>(of.values.begin(), of.values.end());
    };
    const std::size_t at = term.layer - 1;
    switch (term.what) {
        case What::s: {
            const Real& s = forward(rules.forward)->s[at];
            std::vector<double> columns;
            for (std::size_t q = 0; q < s.rows; ++q)
                for (std::size_t k = 0; k < term.size; ++k) columns.push_back(s(q, term.first + k));
            return columns;
        }
        case What::h:
            return all(forward(rules.forward)->h[at]);
        case What::rho:
            return all(forward(rules.forward)->rho[at]);
        case What::kl:
            return all(forward(rules.forward)->kl[at]);
        case What::delta:
            return all(backward(rules)->delta[at]);
        case What::weights:
        case What::biases:
            return gradient(rules, term);
        default:
            return {cost(rules, term.what)};
    }
}

}  // namespace autoencoder::diagnosis::chain
