// Backward: δ layer by layer.
#include "autoencoder/products.hpp"
#include "diagnosis/options.hpp"
#include "diagnosis/rounding.hpp"
#include "diagnosis/window.hpp"
#include "diagnosis/workings.hpp"

#include <algorithm>
#include <cmath>

namespace autoencoder::diagnosis {

namespace {

/// Those of some units.
Real columns(const Real& of, Units units) {
    Real some(of.rows, units.count);
    for (std::size_t q = 0; q < some.rows; ++q)
        for (std::size_t i = 0; i < some.cols; ++i) some(q, i) = of(q, units.first + i);
    return some;
}

/// Each column's mean in its place.
Real mean_of(Real values) {
    for (std::size_t i = 0; i < values.cols; ++i) {
        double sum = 0;
        for (std::size_t q = 0; q < values.rows; ++q) sum += values(q, i) / double(values.rows);
        for (std::size_t q = 0; q < values.rows; ++q) values(q, i) = sum;
    }
    return values;
}

}  // namespace

std::shared_ptr<const Real> Workings::delta(const Rules& rules, std::size_t l, Units units) {
    const bool dense_hidden = l < net_.depth() && net_.layer(l).kind == Kind::dense;
    const Key key{l, needed_by(What::delta, l, rules, net_), dense_hidden ? units : all(l)};
    const auto result = deltas_.get(key, [&](const Key& of) {
        if (l == net_.depth()) return output_delta(of.rules);
        return net_.layer(l).kind == Kind::gaussian ? code_delta(of.rules)
                                                    : hidden_delta(of.rules, l, of.units);
    });
    if (result->cols == units.count) return result;
    return std::make_shared<const Real>(columns(*result, units));
}

/// f'(s_j^q) of a layer, or what is taken for it.
std::shared_ptr<const Real> Workings::slope(const Rules& rules, std::size_t l) {
    const BackRules& back = rules.back;
    const bool output = l == net_.depth(),
               here = is_sloped(back, l, output),
               flat =
                   !output && (back.no_slope_at == l || back.no_slope_at == BackRules::every_layer);
    Key key{l, {}};
    key.rules.forward = of_activities(rules.forward);
    key.rules.back.leak = back.leak;
    if (here) key.rules.back.slope = back.slope;
    if (flat) key.rules.back.no_slope_at = l;
    return slopes_.get(key, [&](const Key& of) {
        const auto pass = forward(of.rules.forward);
        const Slope how = of.rules.back.slope;
        const std::size_t above = l < net_.depth() ? l + 1 : l, under = l > 1 ? l - 1 : l,
                          other = how == Slope::of_above ? above : how == Slope::of_below ? under : l;
        const std::size_t from = net_.net_inputs(other) == net_.net_inputs(l) ? other : l;
        const Activation f_l = f(of.rules.forward, l);
        const bool saturates = f_l == Activation::tanh || f_l == Activation::sigmoid,
                   dropped = how == Slope::of_dropped && masked(c_, l) && saturates;
        Real other_s;
        if (how == Slope::without_bias) {
            other_s = pass->s[l - 1];
            std::vector<double> less(b(l).begin(), b(l).end());
            for (double& each : less) each *= -1;
            add_by_map(other_s, less);
        }
        const Real &s = how == Slope::without_bias ? other_s : pass->s[from - 1], &h = dropped ? pass->taken[from - 1] : pass->h[from - 1];
        const Slope by_h = f_l == Activation::tanh ? Slope::of_tanh : Slope::of_sigmoid;
        if (how == Slope::of_mean && saturates) return derivative(f_l, by_h, 0, s, mean_of(h));
        if (dropped) return derivative(f_l, by_h, 0, s, h);
        if (how == Slope::without_bias) return slopes(of.rules.forward, {}, l, s, activities(of.rules.forward, l, s));
        if (from != l) return slopes(of.rules.forward, {}, from, s, h);
        if (how == Slope::mean_of_units) return transposed(mean_of(transposed(slopes(of.rules.forward, {}, l, s, h))));
        if (how == Slope::mean) return mean_of(slopes(of.rules.forward, {}, l, s, h));
        if (flat) return derivative(Activation::linear, of.rules.back.slope, of.rules.back.leak, s, h);
        return slopes(of.rules.forward, of.rules.back, l, s, h);
    });
}

Real Workings::slopes(const ForwardRules& rules, const BackRules& back, std::size_t l, const Real& s,
                      const Real& h) const {
    const Curve* other = curve(rules, l);
    return other && !taken_for(back.slope) ? each(s, other->slope)
                                               : derivative(f(rules, l), back.slope, back.leak, s, h);
}

/// What the sparsity of a layer takes from δ of its units.
Real Workings::sparsity(const Rules& rules, std::size_t l, Units units) {
    const Sparsity& how = rules.sparsity_slope;
    const auto pass = forward(rules.forward);
    const auto by_s = f(rules.forward, l) == Activation::softmax ? nullptr : slope(rules, l);
    const bool own = shape(rules.forward, l) == Shape::own && !rules.forward.bias_after;
    Real shares = sparsity_shares(net_, how, *rho(rules.forward, how.rho, l), pass->s[l - 1],
                                  pass->h[l - 1], l, units, by_s.get(),
                                  own && has_right_slope(net_, rules.back, l));
    const bool dropped = how.rho.activity == Activity::dropped;
    if ((dropped || how.rho.activity == Activity::dropped_unscaled) && masked(c_, l)) {
        const Real mask = backward_mask(c_, rules.forward, dropped ? BackwardMask::whole : BackwardMask::without_scale, l);
        for (std::size_t q = 0; q < shares.rows; ++q)
            for (std::size_t i = 0; i < shares.cols; ++i) shares(q, i) *= mask(q, units.first + i);
    }
    return shares;
}

/// Wᵀδ of the layer above layer l, which is what it took from these units of layer l; with windows from
/// all of them.
Real Workings::carried_through(const Rules& rules, std::size_t l, Units units, const Real& above,
                               std::span<const double> weights, bool mirrored) const {
    if (all_zero({above.data(), above.values.size()})) return Real(above.rows, units.count);
    if (has_window(net_.layer(l + 1))) {
        WindowSums window = window_under(rules.forward, rules.back.kernel, l + 1);
        if (is_of(rules.back.window, net_.layer(l + 1)))
            return through_window(net_, l + 1, tied(window, rules.back.window.ties), rules.back.window.ties, weights, above);
        return LayerProducts(net_, l + 1, window).backward(weights, above);
    }
    const std::size_t in = net_.units(l), out = above.cols;
    Real sum(above.rows, units.count, unset);
    const View<const double> matrix =
        mirrored ? View<const double>{weights.data() + units.first * out, sum.cols, out}
                 : View<const double>{weights.data() + units.first, out, sum.cols, in};
    multiply<double>(above.view(), false, matrix, mirrored, sum.view());
    return taken_flat(rules.forward, l) ? flattened(net_, l, sum, rules.forward.flat, false) : sum;
}

/// y − ŷ, or what it was carried back to instead of δ.
std::shared_ptr<const Real> Workings::error_back(const Rules& rules, std::size_t l) {
    if (l < net_.depth()) return carried(rules, l, {0, net_.units(l)});
    const auto pass = forward(rules.forward);
    Real error = *target(rules);
    for (std::size_t i = 0; i < error.values.size(); ++i)
        error.values[i] = rules.back.error_factor * (error.values[i] - pass->h.back().values[i]);
    return std::make_shared<const Real>(std::move(error));
}

/// Σ_i w_ij δ_i of the layer above layer l, or what is taken for it.
std::shared_ptr<const Real> Workings::carried(const Rules& rules, std::size_t l, Units units) {
    Key key{l, needed_by(What::delta, l + 1, rules, net_), units};
    key.rules.back.carry = rules.back.carry;
    key.rules.back.step = rules.back.step;
    key.rules.back.stepped_at = rules.back.stepped_at;
    key.rules.back.kernel = rules.back.kernel;
    key.rules.back.window = rules.back.window;
    key.rules.back.carried_by = rules.back.carried_by;
    return carried_.get(key, [&](const Key& of) {
        const Carry carry = of.rules.back.carry;
        const auto above = carry == Carry::error ? error_back(of.rules, l + 1)
                                                 : delta(of.rules, l + 1, all(l + 1));
        if (carry >= Carry::nothing && (of.rules.back.stepped_at == 0 || of.rules.back.stepped_at == l + 1))
            if (auto other = other_carried(of.rules, l, units, *above)) return *other;
        const bool turned = carry == Carry::turned_weights && is_square(net_, l + 1),
                   mirrored = turned || (carry == Carry::mirrored_weights && mirror(net_, l + 1) > 0);
        const std::size_t other = turned ? l + 1 : mirror(net_, l + 1);
        const std::size_t stepped = of.rules.back.stepped_at;
        if ((carry != Carry::gradient && carry != Carry::data_gradient && carry != Carry::stepped) ||
            (stepped != 0 && stepped != l + 1))
            return carried_through(of.rules, l, units, *above,
                                   mirrored ? W(other, of.rules.forward) : W(l + 1, of.rules.forward), mirrored);
        const double penalty = carry == Carry::data_gradient ? 0 : net_.weight_penalty;
        Rules plain = of.rules;
        plain.gradient.patterns = Patterns::all;
        Real G = *weight_sums(plain, l + 1, all(l + 1));
        for (std::size_t i = 0; i < G.values.size(); ++i)
            G.values[i] = penalty * W(l + 1)[i] - G.values[i] / double(patterns());
        for (std::size_t i = 0; carry == Carry::stepped && i < G.values.size(); ++i)
            G.values[i] = W(l + 1)[i] - of.rules.back.step * G.values[i];
        return carried_through(of.rules, l, units, *above, {G.data(), G.values.size()}, false);
    });
}

/// What goes back where it is not Wᵀδ; null: it is.
std::shared_ptr<const Real> Workings::other_carried(const Rules& rules, std::size_t l, Units units, const Real& above) {
    const Carry carry = rules.back.carry;
    const auto owned = [](Real values) { return std::make_shared<const Real>(std::move(values)); };
    if (carry == Carry::nothing)
        return above.cols == net_.units(l) ? owned(columns(above, units)) : nullptr;
    if (carry == Carry::of_other_layer) {
        const std::size_t m = rules.back.carried_by;
        return W(m).size() == W(l + 1).size() ? owned(carried_through(rules, l, units, above, W(m), false)) : nullptr;
    }
    if (carry >= Carry::sizes) {
        const auto own = W(l + 1, rules.forward);
        std::vector<double> weights(own.begin(), own.end());
        for (double& w : weights) w = carry == Carry::sizes ? std::abs(w) : carry == Carry::ones ? 1 : double((w > 0) - (w < 0));
        return owned(carried_through(rules, l, units, above, weights, false));
    }
    Real other = above;
    const std::size_t n = above.cols / 2;
    if (carry == Carry::mean)
        for (std::size_t i = 0; i < other.cols; ++i) {
            double sum = 0;
            for (std::size_t q = 0; q < other.rows; ++q) sum += above(q, i) / double(other.rows);
            for (std::size_t q = 0; q < other.rows; ++q) other(q, i) = sum;
        }
    else if (net_.layer(l + 1).kind != Kind::gaussian)
        return nullptr;
    else
        for (std::size_t q = 0; q < other.rows; ++q)
            std::fill_n(other.row(q).begin() + std::ptrdiff_t(carry == Carry::of_mean_head ? n : 0), n, 0.0);
    return owned(carried_through(rules, l, units, other, W(l + 1, rules.forward), false));
}

/// λ h of the activity penalty, or λ with its sign.
double Workings::of_activity(const Rules& rules, std::size_t l, double h) const {
    const OfActivity of = rules.back.of_activity;
    if (of == OfActivity::none || (l == net_.depth() && of != OfActivity::squares)) return 0;
    const double slope = of == OfActivity::sizes_hidden ? double((h > 0) - (h < 0)) : h;
    return rules.back.error_factor * net_.weight_penalty * slope;
}

/// What comes back to units of a layer before f'.
Real Workings::before_slope(const Rules& rules, std::size_t l, Units units) {
    Rules flat = rules;
    flat.sparsity_slope.outside_derivative = true;
    const auto sums = carried(rules, l, units);
    const Real shares = net_.sparse(l) ? sparsity(flat, l, units) : Real();
    const Real mask = masked(c_, l) ? backward_mask(c_, rules.forward, mask_at(rules.back, l), l) : Real();
    Real result = *sums;
    for (std::size_t q = 0; q < result.rows; ++q)
        for (std::size_t i = 0; i < result.cols; ++i) {
            if (mask.rows > 0) result(q, i) *= mask(q, units.first + i);
            if (shares.rows > 0) result(q, i) -= shares(q, i);
        }
    return result;
}

/// δ of a hidden layer (delta-hidden, delta-sparse, dropout).
Real Workings::hidden_delta(const Rules& rules, std::size_t l, Units units) {
    // Softmax takes all of its units.
    if (f(rules.forward, l) == Activation::softmax && units.count < net_.units(l)) return columns(*delta(rules, l, all(l)), units);
    const bool softmax = f(rules.forward, l) == Activation::softmax, normal = rules.forward.normal.of != Normal::none;
    if (normal && units.count < net_.units(l)) return columns(*delta(rules, l, all(l)), units);
    const auto sums = carried(rules, l, units), by_s = softmax ? nullptr : slope(rules, l);
    const bool sparse_here = net_.sparse(l), masked_here = masked(c_, l);
    const Real shares = sparse_here ? sparsity(rules, l, units) : Real();
    const Real mask = masked_here ? backward_mask(c_, rules.forward, mask_at(rules.back, l), l) : Real();
    const Through through = rules.back.through;
    const auto pass = forward(rules.forward);
    Real before = normal ? *sums : Real();
    if (is_normal(rules.forward, l, false)) normal_back(rules.forward.normal, pass->scale[l - 1], pass->h[l - 1], before);
    const Real& comes = normal ? before : *sums;
    Real delta(sums->rows, sums->cols, unset);
    for_rows(delta.rows, [&](std::size_t q) {
        for (std::size_t i = 0; i < delta.cols; ++i) {
            const std::size_t j = units.first + i;
            const double sum = comes(q, i) * (masked_here ? mask(q, j) : 1) - of_activity(rules, l, pass->h[l - 1](q, j));
            double factor = softmax ? 1 : (*by_s)(q, j);
            if (through == Through::positive || through == Through::negative) factor = 1;
            const bool below = through == Through::negative || through == Through::negative_too;
            if (through != Through::all && !(below ? sum > 0 : sum < 0)) factor = 0;
            delta(q, i) = sum * factor - (sparse_here ? shares(q, i) : 0);
        }
    });
    if (is_normal(rules.forward, l, true)) normal_back(rules.forward.normal, pass->scale[l - 1], pass->s[l - 1], delta);
    return softmax ? softmax_back(delta, forward(rules.forward)->h[l - 1], rules.forward.softmax_over) : delta;
}

/// δ of μ and of log σ², side by side (elbo-gradient); −g was carried back.
Real Workings::code_delta(const Rules& rules) {
    const std::size_t code = net_.gaussian_layer(), n = net_.units(code);
    const auto pass = forward(rules.forward);
    const auto before = carried(rules, code, {0, n});
    const Real& s = pass->s[code - 1];
    const BackRules& back = rules.back;
    Real delta(s.rows, s.cols, unset);
    for (std::size_t q = 0; q < s.rows; ++q)
        for (std::size_t k = 0; k < n; ++k) {
            const double g = -(*before)(q, k), mu = mean_of(rules.forward, s(q, k)), head = s(q, n + k);
            double g_by_mean = 1;
            double by_head = back.sample_by_head * deviation_slope(rules.forward.head, head) *
                                   noise(rules.forward.noise, q, k);
            const SampleRow* other = rules.forward.sample == 0 ? nullptr : &samples()[rules.forward.sample - 1];
            const double epsilon = noise(rules.forward.noise, q, k), slope_of_mean = rules.forward.mean == 0 ? 1 : means()[rules.forward.mean - 1].slope(s(q, k));
            if (other) g_by_mean = other->by_mean(mu, head, epsilon);
            if (other) by_head = back.sample_by_head * other->by_log(mu, head, epsilon);
            if (back.sample_slope > 0) by_head = sample_slopes()[back.sample_slope - 1].of(head, epsilon);
            double by_mean = back.code.mean * mu, by_log = divergence_slope(back.code, head);
            if (const CodeRow* row = back.code.form == 0 ? nullptr : &codes()[back.code.form - 1]) {
                by_mean = back.code.mean * row->by_mean(mu, head, epsilon);
                by_log = back.code.mean * row->by_log(mu, head, epsilon);
            }
            const double counts = back.code.weight * of_latent(back.code, k);
            delta(q, k) = -(g * g_by_mean + counts * by_mean) * slope_of_mean;
            delta(q, n + k) = -(g * by_head + counts * by_log);
        }
    return delta;
}

}  // namespace autoencoder::diagnosis
