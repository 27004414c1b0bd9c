// The cost and its parts.
#include <algorithm>
#include <cmath>
#include <vector>

#include "autoencoder/products.hpp"

#include "diagnosis/elsewhere.hpp"
#include "diagnosis/norms.hpp"
#include "diagnosis/options.hpp"
#include "diagnosis/workings.hpp"

namespace autoencoder::diagnosis {
std::shared_ptr<const std::vector<Rho>> Workings::rho(const ForwardRules& rules, const Measure& how,
                                                      std::size_t l) {
    Key key{l, {}};
    key.rules.forward = of_activities(rules);
    key.rules.sparsity_cost.rho = how;
    if (l < net_.depth() && how.layer < net_.depth())
        key.rules.forward = diagnosis::activities(rules, net_, net_.depth() - 1);
    return rhos_.get(key, [&](const Key& of) {
        const auto pass = forward(of.rules.forward);
        const Activity activity = of.rules.sparsity_cost.rho.activity;
        if ((activity == Activity::dropped || activity == Activity::dropped_unscaled) && masked(c_, l)) {
            std::vector<Real> taken = pass->h;
            taken[l - 1] = pass->taken[l - 1];
            if (activity == Activity::dropped_unscaled)
                for (double& each : taken[l - 1].values) each *= 1 - net_.dropout;
            return measured(net_, of.rules.sparsity_cost.rho, pass->s, taken, l, false);
        }
        const bool own = shape(of.rules.forward, l) == Shape::own && !of.rules.forward.bias_after;
        return measured(net_, of.rules.sparsity_cost.rho, pass->s, pass->h, l, own);
    });
}

Real Workings::rho_row(const Rules& rules, std::size_t l) {
    const auto all = rho(rules.forward, rules.sparsity_cost.rho, l);
    Real row(1, all->size());
    for (std::size_t j = 0; j < all->size(); ++j) row(0, j) = (*all)[j].on;
    return row;
}

std::shared_ptr<const std::vector<Real>> Workings::divergences(const Rules& of_rules) {
    Rules key = needed_by(What::kl, 0, of_rules, net_);
    key.sparsity_cost.on_output = of_rules.sparsity_cost.on_output;
    if (!key.sparsity_cost.on_output) {  // whatever the output is
        key.forward.output = Shape::own;
        key.forward.twice = false;
        key.forward.softmax_over = SoftmaxOver::classes;
        key.forward.temperature = 1;
    }
    return divergences_.get(key, [&](const Rules& rules) {
        const Sparsity& how = rules.sparsity_cost;
        const auto pass = forward(rules.forward);
        std::vector<Real> all(net_.depth());
        for (std::size_t l = 1; l <= net_.depth(); ++l)
            if (sparse(net_, how.on_output, l))
                all[l - 1] = diagnosis::divergences(net_, how, *rho(rules.forward, how.rho, l),
                                                    pass->h[l - 1], l);
        return all;
    });
}

/// (1/N) Σ_q J^q (cost, head), without the divergence of a code.
double Workings::mean_error(const Rules& rules) {
    const auto pass = forward(rules.forward);
    const auto y = target(rules);
    const Real &s = pass->s.back(), &h = pass->h.back();
    if (has_other_error(rules.forward)) return other_error(rules);
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
                J += share(rules.forward, q, i) * error * error / 2;
            else if (rules.forward.shares != 0 && !categorical)
                J += share(rules.forward, q, i) * (logs - by_class);
            else  // each in the order that the files of `vectors` have it, to the last bit
                J = dense_ ? (J - by_class) + logs : J + (logs - by_class);
        }
        sum += categorical ? share(rules.forward, q, 0) * J : J;
    }
    return sum / double(s.rows);
}

/// The same with another J^q, or another way from s to ŷ.
double Workings::other_error(const Rules& rules) {
    const auto pass = forward(rules.forward);
    const auto y = target(rules);
    const ForwardRules& how = rules.forward;
    const Real &s = how.twice ? pass->once : pass->s.back(), &h = pass->h.back();
    const Error form = error_of(how);
    const bool sigmoid = f(how, net_.depth()) == Activation::sigmoid,
               from_s = sigmoid && !how.guard &&
                        (form == Error::bernoulli || form == Error::categorical);
    const Real logs = from_s ? softplus(s) : Real();
    double sum = 0;
    std::vector<double> e(h.cols);
    for (std::size_t q = 0; loss_of(form) && q < h.rows; ++q) sum += loss_of(form)->J(y->row(q), h.row(q), e);
    for (std::size_t q = 0; how.times_added != 0 && loss_of(how.added) && q < h.rows; ++q)
        sum += how.times_added * loss_of(how.added)->J(y->row(q), h.row(q), e);
    for (std::size_t q = 0; form == Error::norm && q < h.rows; ++q)
        sum += norm(y->row(q), h.row(q));
    for (std::size_t i = 0; i < h.values.size(); ++i) {
        const double wanted = y->values[i], found = h.values[i], error = wanted - found;
        if (form == Error::squared) sum += error * error / 2;
        if (form == Error::absolute) sum += std::abs(error);
        if (form != Error::bernoulli && form != Error::categorical) continue;
        const auto log_of = [&](double a, Side side) {
            return how.guard.log_of(a, logarithm(a), 1, side);
        };
        const double on = from_s ? s.values[i] - logs.values[i] : log_of(found, Side::on);
        sum -= wanted == 0 ? 0 : wanted * on;
        if (form != Error::bernoulli) continue;
        const double off = sigmoid && !how.twice && how.guard.step > 0 ? 1 / (1 + exponential(s.values[i])) : 1 - found;
        sum -= (1 - wanted) *
               (from_s ? -logs.values[i] : log_of(how.guard.left_of(off), Side::off));
    }
    return sum / double(h.rows);
}

/// ‖Y − Ŷ‖₂²/(2N), images as rows.
double Workings::spectral_error(const Rules& rules) {
    const auto pass = forward(rules.forward);
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
        const auto output = delta(rules, net_.depth(), all(net_.depth()));
        for (const double each : output->values) sum += each * each / 2;
        return rules.cost.data * sum / double(patterns());
    }
    return rules.cost.data * *(rules.cost.data_spectral
                                   ? spectral_errors_.get(rules.forward, spectral)
                                   : errors_.get(rules.forward, mean)) +
           (rules.cost.of_activity == OfActivity::none ? 0 : activity_cost(rules));
}

/// −½ Σ_k (1 + log σ² − μ² − σ²), mean over the patterns (elbo).
double Workings::code_cost(const Rules& rules) {
    const std::size_t code = net_.gaussian_layer();
    if (code == 0) return 0;
    const auto pass = forward(rules.forward);
    const Real& s = pass->s[code - 1];
    const Head how = rules.cost.code.head;
    const Code& of = rules.cost.code;
    const std::size_t n = s.cols / 2;
    double sum = 0;
    for (std::size_t q = 0; q < s.rows; ++q)
        for (std::size_t k = 0; k < n; ++k) {
            const double mu = mean_of(rules.forward, s(q, k)), head = s(q, n + k), sigma = deviation(how, head);
            double log_term = log_variance(how, head);
            if (rules.cost.code.log_squared) log_term *= -log_term / 4;
            if (of.form != 0) {
                sum += of_latent(of, k) * of.mean * codes()[of.form - 1].of(mu, head, noise(rules.forward.noise, q, k));
                continue;
            }
            const double one = of.one + of.log_variance * log_term - of.mean * (mu * mu) - of.variance * (sigma * sigma);
            sum -= of_latent(of, k) * one / 2;
        }
    return rules.cost.code.weight * sum / double(s.rows);
}

/// (1/N) Σ of ½ h² or |h|, times λ.
double Workings::activity_cost(const Rules& rules) {
    const OfActivity of = rules.cost.of_activity;
    const auto pass = forward(rules.forward);
    double sum = 0;
    for (std::size_t l = 1; l <= net_.depth(); ++l)
        for (const double h : pass->h[l - 1].values)
            if (l < net_.depth() || of == OfActivity::squares) sum += of == OfActivity::sizes_hidden ? std::abs(h) : h * h / 2;
    return rules.cost.data * net_.weight_penalty * sum / double(patterns());
}

double Workings::cost(const Rules& rules, What what) {
    if (what == What::cost_data) return data_cost(rules);
    if (what == What::cost_weight_penalty) return penalty_cost(rules.cost.decay);
    const auto sparsity = [&] {
        return sparsity_cost(net_, rules.sparsity_cost, *divergences(rules));
    };
    if (what == What::cost_sparsity) return sparsity();
    if (what == What::cost_kl) return code_cost(rules);
    return data_cost(rules) + penalty_cost(rules.cost.decay) + sparsity() + code_cost(rules);
}

}  // namespace autoencoder::diagnosis
