// The cost and its parts.
#include "diagnosis/spectral.hpp"
#include "diagnosis/workings.hpp"

namespace autoencoder::diagnosis {

std::shared_ptr<const Divergence> Workings::divergence(const Rules& of_rules) {
    const Rules key = needed_by({TermKind::cost_sparsity, 0}, of_rules, net_);
    return divergences_.get(key, [&](const Rules& rules) {
        const auto pass = forward(rules);
        return diagnosis::divergence(net_, rules.sparsity_cost, pass->s, pass->h);
    });
}

/// (1/N) Σ_q J^q.
double Workings::mean_error(const Rules& rules) {
    const auto pass = forward(rules);
    const auto y = target(rules);
    const Real &s = pass->s.back(), &h = pass->h.back();
    const bool squared = net_.loss == Loss::squared_error;
    const bool categorical = f(rules.forward, net_.depth()) == Activation::softmax;
    const Real bernoulli = squared || categorical ? Real() : softplus(s);
    double sum = 0;
    for (std::size_t q = 0; q < s.rows; ++q) {
        double J = categorical ? log_of_sum(s.row(q)) : 0;  // [head]
        for (std::size_t i = 0; i < s.cols; ++i) {
            const double error = (*y)(q, i) - h(q, i);
            if (squared)
                J += error * error / 2;  // [cost]
            else
                J -= (*y)(q, i) * s(q, i);
            if (!squared && !categorical) J += bernoulli(q, i);
        }
        sum += J;
    }
    return sum / double(s.rows);  // [scale]
}

/// ‖Y − Ŷ‖₂²/(2N).
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

/// (λ/2) Σ w².                                                                    [weight-penalty]
double Workings::penalty_cost(const CostRules& rules) {
    if (rules.penalty_spectral && spectral_squares_.empty())
        for (std::size_t l = 1; l <= net_.depth(); ++l)
            spectral_squares_.push_back(spectral_square(W(l)));
    double weights = 0, biases = 0;
    for (std::size_t l = 1; l <= net_.depth(); ++l) {
        if (rules.penalty_last_only && l < net_.depth()) continue;
        if (rules.penalty_first_only && l > 1) continue;
        weights += rules.penalty_spectral ? spectral_squares_[l - 1] : squares_[l - 1];
        biases += bias_squares_[l - 1];
    }
    return net_.weight_penalty / 2 * (rules.penalty * weights + rules.bias_penalty * biases);
}

double Workings::cost(const Rules& rules, TermKind kind) {
    if (kind == TermKind::cost_data) return data_cost(rules);
    if (kind == TermKind::cost_weight_penalty) return penalty_cost(rules.cost);
    if (kind == TermKind::cost_sparsity) return divergence(rules)->cost;
    return data_cost(rules) + penalty_cost(rules.cost) + divergence(rules)->cost;  // [scale]
}

}  // namespace autoencoder::diagnosis
