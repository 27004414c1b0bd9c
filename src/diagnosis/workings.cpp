// Forward and cost.
#include "diagnosis/workings.hpp"

#include <algorithm>
#include <cmath>

#include "autoencoder/elementwise.hpp"
#include "autoencoder/products.hpp"
#include "autoencoder/sparsity.hpp"

namespace autoencoder::diagnosis {
namespace {

/// f(s), softmax excepted.
double activity(Activation f, double s) {
    if (f == Activation::sigmoid) return 1 / (1 + exponential(-s));
    if (f == Activation::tanh) return 1 - 2 / (1 + exponential(2 * s));
    if (f == Activation::relu) return s > 0 ? s : 0;
    return s;
}

/// log(1 + e^s), which neither overflows nor loses what is small.
double softplus(double s) {
    const double e = exponential(-std::abs(s));
    return std::max(s, 0.0) + (e < 1e-5 ? e - e * e / 2 : logarithm(1 + e));
}

double log_of_sum(std::span<const double> s) {
    const double largest = *std::max_element(s.begin(), s.end());
    double total = 0;
    for (const double each : s)
        total += exponential(each - largest);
    return largest + logarithm(total);
}

double sum_of_squares(std::span<const double> values) {
    double sum = 0;
    for (const double value : values)
        sum += value * value;
    return sum;
}

/// How many results fit into half a gigabyte.
std::size_t capacity(const Case& c) {
    std::size_t widest = c.x.cols;
    for (const Layer& layer : c.network.layers)
        widest = std::max(widest, layer.units);
    const std::size_t bytes = c.x.rows * widest * sizeof(double);
    return std::clamp((std::size_t{1} << 29) / std::max(bytes, std::size_t{1}), std::size_t{4},
                      std::size_t{48});
}

}  // namespace

double spectral_square(View<const double> A) {
    const bool wide = A.cols > A.rows;
    const std::size_t n = wide ? A.rows : A.cols;
    Real G(n, n);  // A Aᵀ or Aᵀ A, whichever is smaller
    multiply<double>(A, !wide, A, wide, G.view());
    std::vector<double> v(n), next(n);
    for (std::size_t i = 0; i < n; ++i)
        v[i] = 1 + double(i % 7) / 16;
    double before = -1, value = 0;
    for (int round = 0; round < 5000 && std::abs(value - before) > 1e-16 * value; ++round) {
        before = value;
        const double length = std::sqrt(sum_of_squares(v));
        if (length == 0) return 0;
        for (double& each : v)
            each /= length;
        for (std::size_t i = 0; i < n; ++i) {
            next[i] = 0;
            for (std::size_t j = 0; j < n; ++j)
                next[i] += G(i, j) * v[j];
        }
        value = 0;
        for (std::size_t i = 0; i < n; ++i)
            value += v[i] * next[i];
        std::swap(v, next);
    }
    return value;
}

Workings::Workings(const Case& c)
    : c_(c),
      net_(c.network),
      blocks_(layout(c.network)),
      forwards_(std::min<std::size_t>(capacity(c), 8)),
      divergences_(64),
      errors_(64),
      spectral_errors_(64),
      carried_(capacity(c)),
      deltas_(capacity(c)),
      products_(capacity(c)) {
    for (std::size_t l = 1; l <= net_.depth(); ++l) {
        squares_.push_back(sum_of_squares({W(l).data, W(l).rows * W(l).cols}));
        bias_squares_.push_back(sum_of_squares(b(l)));
    }
}

View<const double> Workings::W(std::size_t l) const {
    return matrix<const double>(c_.theta, blocks_.blocks[2 * l - 2]);
}
std::span<const double> Workings::b(std::size_t l) const {
    return part<const double>(c_.theta, blocks_.blocks[2 * l - 1]);
}

Activation Workings::f(const ForwardRules& rules, std::size_t l) const {
    if (rules.sigmoid_output && l == net_.depth()) return Activation::sigmoid;
    return net_.layer(l).activation;
}

bool Workings::sparse(bool on_output, std::size_t l) const {
    return net_.sparse(l) || (on_output && net_.sparsity_weight > 0 && l == net_.depth());
}

/// m_j^q/(1−p).                                                                         [dropout]
double Workings::keep(const ForwardRules& rules, std::size_t l, std::size_t q,
                      std::size_t j) const {
    if (l > c_.masks.size() || c_.masks[l - 1].rows == 0) return 1;
    double scale = 1 / (1 - net_.dropout);
    if (rules.rescale == Rescale::never) scale = 1;
    if (rules.rescale == Rescale::by_dropout) scale = 1 / net_.dropout;
    if (rules.rescale == Rescale::twice) scale *= scale;
    return c_.masks[l - 1](q, j) * scale;
}

Real Workings::wanted(const ForwardRules& rules) const {
    if (rules.target == Target::given) return c_.y;
    if (rules.target == Target::noisy_input) return c_.x;
    Real y(c_.y.rows, c_.y.cols);
    const std::size_t step = rules.target == Target::class_before ? y.cols - 1 : 1;
    for (std::size_t q = 0; q < y.rows; ++q)
        for (std::size_t i = 0; i < y.cols; ++i)
            y(q, (i + step) % y.cols) = c_.y(q, i);
    return y;
}

std::shared_ptr<const Workings::Forward> Workings::forward(const ForwardRules& of_rules) {
    return forwards_.get(of_rules, [&](const ForwardRules& rules) {
        Forward pass;
        pass.y = wanted(rules);
        const std::size_t N = patterns();
        for (std::size_t l = 1; l <= net_.depth(); ++l) {
            const Real& below = l == 1 ? c_.x : pass.seen.back();
            Real s(N, net_.units(l)), h(N, net_.units(l)), seen(N, net_.units(l));
            multiply<double>(below.view(), false, W(l), true, s.view());
            for (std::size_t q = 0; q < N; ++q) {
                for (std::size_t i = 0; i < s.cols; ++i) {
                    s(q, i) += b(l)[i];
                    h(q, i) = activity(f(rules, l), s(q, i));
                }
                if (f(rules, l) == Activation::softmax) {
                    const double total = log_of_sum(s.row(q));
                    for (std::size_t c = 0; c < s.cols; ++c)
                        h(q, c) = exponential(s(q, c) - total);
                }
                for (std::size_t j = 0; j < s.cols; ++j)
                    seen(q, j) = keep(rules, l, q, j) * h(q, j);
            }
            pass.s.push_back(std::move(s));
            pass.h.push_back(std::move(h));
            pass.seen.push_back(std::move(seen));
        }
        return pass;
    });
}

/// ρ as it is measured: a number a unit, or with over_units a number a pattern.
std::vector<double> Workings::measure(const Forward& pass, const ForwardRules& rules,
                                      const Measure& how, std::size_t l) const {
    if (how.layer != 0) l = how.layer;
    const Real& h = pass.h[l - 1];
    const bool part =
        how.activity == Activity::over_part || how.activity == Activity::over_part_for_all;
    const bool units =
        how.activity == Activity::over_units || how.activity == Activity::over_units_unscaled;
    const std::size_t first = part ? how.first : 0, count = part ? how.count : h.rows;
    std::vector<double> rho(units ? h.rows : h.cols);
    for (std::size_t q = first; q < first + count; ++q)
        for (std::size_t j = 0; j < h.cols; ++j)
            rho[units ? q : j] += h(q, j);
    const Activation f_l = f(rules, l);
    double all = 0;
    for (double& each : rho) {
        if (how.activity != Activity::summed) each /= double(units ? h.cols : count);
        if (how.activity == Activity::summed || how.activity == Activity::unmapped) continue;
        each = mean_activity(f_l, each);  // [mean-activity]
        if (how.activity == Activity::squashed) each = activity(Activation::sigmoid, each);
        each = how.memory * how.begin + (1 - how.memory) * each;
        all += each / double(rho.size());
    }
    if (how.activity == Activity::over_everything) std::fill(rho.begin(), rho.end(), all);
    return rho;
}

std::shared_ptr<const Workings::Divergence> Workings::divergence(const CostKey& of_key) {
    return divergences_.get(of_key, [&](const CostKey& key) {
        const SparsityCost& rules = key.sparsity;
        const double target = net_.sparsity_target;
        const auto pass = forward(key.forward);
        const auto kl_of = [&](double rho) {
            if (rules.reversed) return kl(rho, target);
            if (rules.first_term_only) return target * logarithm(target / rho);
            return kl(target, rho);  // [kl]
        };
        Divergence result;
        for (std::size_t l = 1; l <= net_.depth(); ++l) {
            result.rho.emplace_back();
            result.kl.emplace_back();
            if (!sparse(rules.on_output, l)) continue;
            const std::vector<double> rho = measure(*pass, key.forward, rules.rho, l);
            Real rho_row(1, rho.size()), kl_row(1, rho.size());
            for (std::size_t j = 0; j < rho.size(); ++j) {
                rho_row(0, j) = rho[j];
                kl_row(0, j) = kl_of(rho[j]);
            }
            const std::size_t N = patterns();
            if (rules.rho.activity == Activity::single) {
                const Real& h = pass->h[l - 1];
                std::fill(kl_row.values.begin(), kl_row.values.end(), 0);
                for (std::size_t q = 0; q < N; ++q)
                    for (std::size_t j = 0; j < h.cols; ++j)
                        kl_row(0, j) +=
                            kl_of(mean_activity(f(key.forward, l), h(q, j))) / double(N);
            }
            double sum = 0;
            for (const double each : kl_row.values)
                sum += each;
            if (rules.mean_over_units) sum /= double(net_.units(l));
            if (rules.over_visible) {
                const double constant =
                    target * logarithm(target) + (1 - target) * logarithm(1 - target);
                sum += (double(net_.inputs) - double(net_.units(l))) * constant;
            }
            result.cost += net_.sparsity_weight * rules.weight * sum;  // [sparse-cost]
            result.rho.back() = std::move(rho_row);
            result.kl.back() = std::move(kl_row);
        }
        return result;
    });
}

/// (1/N) Σ_q J^q, times the factor of the form.
double Workings::data_cost(const Rules& rules) {
    const auto mean_error = [&](const ForwardRules& key) {
        const auto pass = forward(key);
        const Real &s = pass->s.back(), &h = pass->h.back(), &y = pass->y;
        double sum = 0;
        for (std::size_t q = 0; q < s.rows; ++q) {
            double J = 0;
            if (f(key, net_.depth()) == Activation::softmax) J = log_of_sum(s.row(q));
            for (std::size_t i = 0; i < s.cols; ++i) {
                if (net_.loss == Loss::squared_error) {
                    J += (y(q, i) - h(q, i)) * (y(q, i) - h(q, i)) / 2;  // [cost]
                } else if (f(key, net_.depth()) == Activation::softmax) {
                    J -= y(q, i) * s(q, i);  // [head]
                } else {
                    J += softplus(s(q, i)) - y(q, i) * s(q, i);
                }
            }
            sum += J;
        }
        return sum / double(s.rows);  // [scale]
    };
    const auto spectral_error = [&](const ForwardRules& key) {
        const auto pass = forward(key);
        Real error = pass->y;
        for (std::size_t i = 0; i < error.values.size(); ++i)
            error.values[i] -= pass->h.back().values[i];
        return spectral_square(error) / 2 / double(patterns());
    };
    return rules.cost.data * *(rules.cost.data_spectral
                                   ? spectral_errors_.get(rules.forward, spectral_error)
                                   : errors_.get(rules.forward, mean_error));
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

double Workings::cost(const Rules& rules, Kind kind) {
    if (kind == Kind::cost_data) return data_cost(rules);
    if (kind == Kind::cost_weight_penalty) return penalty_cost(rules.cost);
    if (kind == Kind::cost_sparsity) return divergence({rules.forward, rules.sparsity_cost})->cost;
    return data_cost(rules) + penalty_cost(rules.cost) +  // [scale]
           divergence({rules.forward, rules.sparsity_cost})->cost;
}

std::shared_ptr<const Real> Workings::term(const Rules& rules, const Term& term) {
    const auto owned = [](Real values) { return std::make_shared<const Real>(std::move(values)); };
    const auto inside = [](const auto& owner, const Real& values) {  // keeps the owner alive
        return std::shared_ptr<const Real>(owner, &values);
    };
    const std::size_t l = term.layer;
    switch (term.kind) {
        case Kind::s:
        case Kind::h: {
            const auto pass = forward(rules.forward);
            return inside(pass, term.kind == Kind::s ? pass->s[l - 1] : pass->h[l - 1]);
        }
        case Kind::rho:
        case Kind::kl: {
            const auto result = divergence({rules.forward, rules.sparsity_cost});
            return inside(result, term.kind == Kind::rho ? result->rho[l - 1] : result->kl[l - 1]);
        }
        case Kind::delta:
            return delta(delta_key(rules, l));
        case Kind::grad_W:
            return owned(weight_gradient(rules, l));
        case Kind::grad_b:
            return owned(bias_gradient(rules, l));
        default:
            break;
    }
    Real scalar(1, 1);
    scalar(0, 0) = cost(rules, term.kind);
    return owned(std::move(scalar));
}

}  // namespace autoencoder::diagnosis
