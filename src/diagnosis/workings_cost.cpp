// The cost and its parts.
#include "diagnosis/code.hpp"
#include "diagnosis/elsewhere.hpp"
#include "diagnosis/spectral.hpp"
#include "diagnosis/workings.hpp"

namespace autoencoder::diagnosis {

std::shared_ptr<const Divergence> Workings::divergence(const Rules& of_rules) {
    const Rules key = needed_by(What::cost_sparsity, 0, of_rules, net_);
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
    const std::size_t n = s.cols / 2;
    double sum = 0;
    for (std::size_t q = 0; q < s.rows; ++q)
        for (std::size_t k = 0; k < n; ++k) {
            const double mu = s(q, k), head = s(q, n + k), sigma = deviation(how, head);
            sum -= (1 + log_variance(how, head) - mu * mu - sigma * sigma) / 2;
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
    const std::size_t first = rules.penalty_last_only ? net_.depth() : 1,
                      last = rules.penalty_first_only ? 1 : net_.depth();
    double weights = 0, biases = 0;
    for (std::size_t l = first; l <= last; ++l) {
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
    if (what == What::cost_sparsity) return divergence(rules)->cost;
    if (what == What::cost_kl) return code_cost(rules);
    return data_cost(rules) + penalty_cost(rules.cost) + divergence(rules)->cost +
           code_cost(rules);
}

}  // namespace autoencoder::diagnosis
