// The cost and its parts.
#include <cmath>

#include "diagnosis/code.hpp"
#include "diagnosis/elsewhere.hpp"
#include "diagnosis/spectral.hpp"
#include "diagnosis/workings.hpp"

namespace autoencoder::diagnosis {

std::shared_ptr<const Divergence> Workings::divergence(const Rules& of_rules) {
    Rules key = needed_by(What::kl, 0, of_rules, net_);
    key.sparsity_cost.on_output = of_rules.sparsity_cost.on_output;
    if (!key.sparsity_cost.on_output) {  // whatever the output is
        key.forward.output = Shape::own;
        key.forward.twice = key.forward.over_batch = false;
    }
    return divergences_.get(key, [&](const Rules& rules) {
        const auto pass = forward(rules);
        return diagnosis::divergence(net_, rules.sparsity_cost, pass->s, pass->h);
    });
}

/// (1/N) Σ_q J^q (cost, head), without the divergence of a code.
double Workings::mean_error(const Rules& rules) {
    const auto pass = forward(rules);
    const auto y = target(rules);
    const Real &s = pass->s.back(), &h = pass->h.back();
    if (is_other_error(rules.forward)) return other_error(rules);
    const bool squared = net_.loss == Loss::squared_error;
    const bool categorical = f(rules.forward, net_.depth()) == Activation::softmax;
    const Real bernoulli = squared || categorical ? Real() : softplus(s);
    double sum = 0;
    for (std::size_t q = 0; q < s.rows; ++q) {
        double J = categorical ? log_of_sum(s.row(q)) : 0;
        for (std::size_t i = 0; i < s.cols; ++i) {
            const double error = (*y)(q, i) - h(q, i), by_class = (*y)(q, i) * s(q, i);
            const double logs = squared || categorical ? 0 : bernoulli(q, i);
            if (squared)
                J += error * error / 2;
            else  // each in the order that the files of `vectors` have it, to the last bit
                J = dense_ ? (J - by_class) + logs : J + (logs - by_class);
        }
        sum += J;
    }
    return sum / double(s.rows);
}

/// The same with another J^q, or another way from s to ŷ.
double Workings::other_error(const Rules& rules) {
    const auto pass = forward(rules);
    const auto y = target(rules);
    const ForwardRules& how = rules.forward;
    const Real &s = how.twice ? pass->once : pass->s.back(), &h = pass->h.back();
    const Error form = error_of(how);
    const bool from_s = f(how, net_.depth()) == Activation::sigmoid && how.guard == 0 &&
                        (form == Error::bernoulli || form == Error::categorical);
    const Real logs = from_s ? softplus(s) : Real();
    double sum = 0;
    for (std::size_t q = 0; form == Error::norm && q < h.rows; ++q)
        sum += norm(y->row(q), h.row(q));
    for (std::size_t i = 0; i < h.values.size(); ++i) {
        const double wanted = y->values[i], found = h.values[i], error = wanted - found;
        if (form == Error::squared) sum += error * error / 2;
        if (form == Error::absolute) sum += std::abs(error);
        if (form != Error::bernoulli && form != Error::categorical) continue;
        const double on = from_s ? s.values[i] - logs.values[i] : logarithm(found + how.guard);
        sum -= wanted == 0 ? 0 : wanted * on;
        if (form == Error::bernoulli)
            sum -= (1 - wanted) * (from_s ? -logs.values[i] : logarithm(1 - found + how.guard));
    }
    return sum / double(h.rows);
}

/// ‖Y − Ŷ‖₂²/(2N), images as rows.
double Workings::spectral_error(const Rules& rules) {
    const auto pass = forward(rules);
    Real error = *target(rules);
    for (std::size_t i = 0; i < error.values.size(); ++i)
        error.values[i] -= pass->h.back().values[i];
    return spectral_square(error) / 2 / double(patterns());
}

/// The data's part, times the factor of the form.
double Workings::data_cost(const Rules& rules) {
    const auto spectral = [&](const ForwardRules&) { return spectral_error(rules); };
    const auto mean = [&](const ForwardRules&) { return mean_error(rules); };
    if (rules.cost.data == 0) return 0;
    if (rules.cost.of_delta) {
        double sum = 0;
        const auto output = delta(rules, net_.depth());
        for (const double each : output->values) sum += each * each / 2;
        return rules.cost.data * sum / double(patterns());
    }
    return rules.cost.data * *(rules.cost.data_spectral
                                   ? spectral_errors_.get(rules.forward, spectral)
                                   : errors_.get(rules.forward, mean));
}

/// −½ Σ_k (1 + log σ² − μ² − σ²), mean over the patterns (elbo).
double Workings::code_cost(const Rules& rules) {
    const std::size_t code = net_.gaussian_layer();
    if (code == 0) return 0;
    const auto pass = forward(rules);
    const Real& s = pass->s[code - 1];
    const Head how = rules.cost.divergence_head;
    const CodeWeights& of = rules.cost.code;
    const std::size_t n = s.cols / 2;
    double sum = 0;
    for (std::size_t q = 0; q < s.rows; ++q)
        for (std::size_t k = 0; k < n; ++k) {
            const double mu = s(q, k), head = s(q, n + k), sigma = deviation(how, head);
            double log_term = log_variance(how, head);
            if (rules.cost.log_squared) log_term *= -log_term / 4;
            sum -= (of.one + of.log_variance * log_term - of.mean * (mu * mu) -
                    of.variance * (sigma * sigma)) /
                   2;
        }
    return rules.cost.divergence * sum / double(s.rows);
}

/// ‖W‖₂² of every matrix, kernels as (maps, rest).
void Workings::find_spectral_squares() {
    for (std::size_t l = 1; l <= net_.depth(); ++l) {
        const Block& whole = blocks_.blocks[2 * l - 2];
        for (const Block& block : named_layout(net_).blocks)
            if (block.offset >= whole.offset && block.offset < whole.offset + whole.size)
                spectral_squares_.push_back(
                    {l, spectral_square(matrix<const double>(c_.theta, block))});
    }
}

/// (λ/2) Σ w² (weight-penalty).
double Workings::penalty_cost(const CostRules& rules) {
    if (rules.penalty_spectral && spectral_squares_.empty()) find_spectral_squares();
    double weights = 0, biases = 0;
    for (std::size_t l = 1; l <= net_.depth(); ++l) {
        if (rules.penalised != 0 && rules.penalised != l) continue;
        if (!rules.penalty_spectral) weights += squares_[l - 1];
        for (const LayerSquare& of : spectral_squares_)
            if (rules.penalty_spectral && of.layer == l) weights += of.square;
        biases += bias_squares_[l - 1];
    }
    return net_.weight_penalty / 2 * (rules.penalty * weights + rules.bias_penalty * biases);
}

double Workings::cost(const Rules& rules, What what) {
    if (what == What::cost_data) return data_cost(rules);
    if (what == What::cost_weight_penalty) return penalty_cost(rules.cost);
    const auto sparsity = [&] {
        return sparsity_cost(net_, rules.sparsity_cost, divergence(rules)->kl);
    };
    if (what == What::cost_sparsity) return sparsity();
    if (what == What::cost_kl) return code_cost(rules);
    return data_cost(rules) + penalty_cost(rules.cost) + sparsity() + code_cost(rules);
}

}  // namespace autoencoder::diagnosis
