// Forward, the costs, and a term by its name.
#include "diagnosis/chain/workings.hpp"

#include <algorithm>

#include "autoencoder/products.hpp"
#include "diagnosis/chain/code.hpp"
#include "diagnosis/chain/window.hpp"
#include "diagnosis/elsewhere.hpp"
#include "diagnosis/options.hpp"
#include "diagnosis/spectral.hpp"

namespace autoencoder::diagnosis::chain {
namespace {

double sum_of_squares(std::span<const double> values) {
    double sum = 0;
    for (const double value : values) sum += value * value;
    return sum;
}

/// How many results of the widest layer fit into a quarter of a gigabyte.
std::size_t capacity(const Case& c) {
    std::size_t widest = c.network.inputs;
    for (std::size_t l = 1; l <= c.network.depth(); ++l)
        widest = std::max(widest, c.network.net_inputs(l));
    const std::size_t bytes = c.x.rows * widest * sizeof(double);
    return std::clamp((std::size_t{1} << 28) / std::max(bytes, std::size_t{1}), std::size_t{4},
                      std::size_t{48});
}

}  // namespace

Workings::Workings(const Case& c)
    : c_(c),
      net_(c.network),
      blocks_(layout(c.network)),
      terms_(terms_of(c)),
      slopes_(std::min<std::size_t>(capacity(c), 16)),
      deltas_(capacity(c)),
      carried_(capacity(c)),
      products_(48) {}

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

Activation Workings::f(const ForwardRules& rules, std::size_t l) const {
    if (rules.sigmoid_output && l == net_.depth()) return Activation::sigmoid;
    return net_.layer(l).activation;
}

/// What layer l takes.
const Real& Workings::below(const Forward& pass, std::size_t l) const {
    if (l == 1) return c_.x;
    return masked(c_, l - 1) ? pass.masked[l - 2] : pass.h[l - 2];
}

std::shared_ptr<const Workings::Forward> Workings::forward(const ForwardRules& rules) {
    return forwards_.get(rules, [&](const ForwardRules& how) {
        Forward pass;
        for (std::size_t l = 1; l <= net_.depth(); ++l) {
            const Activation f_l = f(how, l);
            Real s = net_input(how, below(pass, l), l);
            pass.h.push_back(net_.layer(l).kind == Kind::gaussian ? sample(how, s)
                             : f_l == Activation::softmax         ? softmax(s)
                                                                  : activity(f_l, s));
            pass.masked.push_back(masked(c_, l) ? dropped(c_, how.rescale, pass.h.back(), l)
                                                : Real());
            pass.s.push_back(std::move(s));
        }
        pass.data = mean_error(pass, how.target);
        return pass;
    });
}

/// (1/N) Σ_q J^q, without the divergence of the code.
double Workings::mean_error(const Forward& pass, Target target) const {
    const Real &s = pass.s.back(), &h = pass.h.back(), y = wanted(c_, target);
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

/// ‖Y − Ŷ‖₂²/(2N), images as rows.
double Workings::spectral_error(const ForwardRules& rules) {
    return *spectral_errors_.get(rules, [&](const ForwardRules& how) {
        Real error = wanted(c_, how.target);
        const Real& h = forward(how)->h.back();
        for (std::size_t i = 0; i < error.values.size(); ++i) error.values[i] -= h.values[i];
        return spectral_square(error) / 2 / double(c_.x.rows);
    });
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
double Workings::penalty(const CostRules& rules) {
    double weights = 0, biases = 0;
    const std::size_t last = rules.penalty_first_only ? 1 : net_.depth();
    for (std::size_t l = rules.penalty_last_only ? net_.depth() : 1; l <= last; ++l) {
        weights += sum_of_squares(W(l));
        biases += sum_of_squares(b(l));
    }
    if (rules.penalty_spectral) weights = spectral_squares(rules.penalty_last_only);
    return net_.weight_penalty / 2 * (rules.penalty * weights + rules.bias_penalty * biases);
}

/// Σ ‖W‖₂² over the last layer or all, kernels as (maps, rest).
double Workings::spectral_squares(bool last_only) {
    if (spectral_squares_.empty()) {
        const Block& last = blocks_.blocks[2 * net_.depth() - 2];
        spectral_squares_ = {0, 0};
        for (const Block& block : named_layout(net_).blocks) {
            if (block.shape.size() < 2) continue;
            const double square = spectral_square(matrix<const double>(c_.theta, block));
            spectral_squares_[0] += square;
            if (block.offset == last.offset) spectral_squares_[1] = square;
        }
    }
    return spectral_squares_[last_only ? 1 : 0];
}

std::shared_ptr<const Divergence> Workings::sparsity(const Rules& rules) {
    const auto pass = forward(rules.forward);
    return sparsities_.get({rules.forward, rules.sparsity_cost}, [&](const SparsityKey& key) {
        return diagnosis::divergence(net_, key.cost, pass->s, pass->h);
    });
}

double Workings::cost(const Rules& rules, What what) {
    if (what == What::cost_weight_penalty) return penalty(rules.cost);
    if (what == What::cost_kl) return divergence(rules);
    if (what == What::cost_sparsity) return sparsity(rules)->cost;
    const double data = rules.cost.data * (rules.cost.data_spectral
                                               ? spectral_error(rules.forward)
                                               : forward(rules.forward)->data);
    if (what == What::cost_data) return data;
    return data + penalty(rules.cost) + sparsity(rules)->cost + divergence(rules);
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
            return all(sparsity(rules)->rho[at]);
        case What::kl:
            return all(sparsity(rules)->kl[at]);
        case What::delta:
            return all(*delta({rules.forward, rules.back, rules.sparsity_slope}, term.layer));
        case What::weights:
        case What::biases:
            return gradient(rules, term);
        default:
            return {cost(rules, term.what)};
    }
}

}  // namespace autoencoder::diagnosis::chain
