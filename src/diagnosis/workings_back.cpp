// Backward: δ layer by layer.
#include "autoencoder/products.hpp"
#include "diagnosis/options.hpp"
#include "diagnosis/rounding.hpp"
#include "diagnosis/window.hpp"
#include "diagnosis/workings.hpp"

namespace autoencoder::diagnosis {

namespace {

/// Those of some units.
Real columns(const Real& of, Units units) {
    Real some(of.rows, units.count);
    for (std::size_t q = 0; q < some.rows; ++q)
        for (std::size_t i = 0; i < some.cols; ++i) some(q, i) = of(q, units.first + i);
    return some;
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
               here = back.slope_where == Where::everywhere ||
                      (back.slope_where == Where::output) == output,
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
        const Real &s = pass->s[from - 1], &h = pass->h[from - 1];
        if (from != l) return slopes(of.rules.forward, {}, from, s, h);
        if (how == Slope::mean) {
            Real mean = slopes(of.rules.forward, {}, l, s, h);
            for (std::size_t i = 0; i < mean.cols; ++i) {
                double sum = 0;
                for (std::size_t q = 0; q < mean.rows; ++q) sum += mean(q, i) / double(mean.rows);
                for (std::size_t q = 0; q < mean.rows; ++q) mean(q, i) = sum;
            }
            return mean;
        }
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
    const bool own = (l == net_.depth() ? rules.forward.output : rules.forward.hidden) == Shape::own;
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

/// δ = (y − ŷ) f'(s) (delta-output), and for the cross-entropies y − ŷ, whose own 1/f' cancels f'.
Real Workings::output_delta(const Rules& rules) {
    const std::size_t L = net_.depth();
    const auto pass = forward(rules.forward);
    const auto y = target(rules);
    const Real& h = pass->h.back();
    if (has_other_error(rules.forward)) return other_output_delta(rules);
    const bool squared_softmax =
        f(rules.forward, L) == Activation::softmax && rules.back.softmax_squared;
    const bool sparse_output = sparse(net_, rules.sparsity_slope.on_output, L);
    const bool sloped = net_.loss == Loss::squared_error && rules.back.output_slope;
    const auto by_s = sloped ? slope(rules, L) : nullptr;
    const Real shares = sparse_output ? sparsity(rules, L, all(L)) : Real();
    Real delta(h.rows, h.cols, unset);
    for_rows(h.rows, [&](std::size_t q) {
        for (std::size_t i = 0; i < h.cols; ++i) {
            double factor = sloped ? (*by_s)(q, i) : 1;
            if (squared_softmax) factor = h(q, i) * (1 - h(q, i));
            delta(q, i) = rules.back.error_factor * share(rules.forward, q, i) * ((*y)(q, i) - h(q, i)) * factor;
            if (sparse_output) delta(q, i) -= shares(q, i);
        }
    });
    return delta;
}

/// Wᵀδ of the layer above layer l, which is what it took from these units of layer l; with windows from
/// all of them.
Real Workings::carried_through(const Rules& rules, std::size_t l, Units units, const Real& above,
                               std::span<const double> weights, bool mirrored) const {
    if (all_zero({above.data(), above.values.size()})) return Real(above.rows, units.count);
    if (has_window(net_.layer(l + 1)))
        return LayerProducts(net_, l + 1, window_under(rules.forward, rules.back.kernel, l + 1))
            .backward(weights, above);
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

/// −∂J^q/∂s of a last f that is taken at s, where −∂J^q/∂h is e.
Real Workings::through_output(const Rules& rules, Real e, const Real& s, const Real& h) const {
    const Activation f_L = f(rules.forward, net_.depth());
    if (f_L == Activation::softmax)
        return each(softmax_back(e, h, rules.forward.over_batch), [&](double x) { return x / rules.forward.temperature; });
    BackRules right;
    right.leak = rules.back.leak;
    const Real slope = slopes(rules.forward, right, net_.depth(), s, h);
    for_rows(e.rows, [&](std::size_t q) {
        for (std::size_t i = 0; i < e.cols; ++i) e(q, i) *= slope(q, i);
    });
    return e;
}

/// δ of the output with another J^q, or another way from s to ŷ.
Real Workings::other_output_delta(const Rules& rules) {
    const auto pass = forward(rules.forward);
    const auto y = target(rules);
    const Real& h = pass->h.back();
    const ForwardRules& how = rules.forward;
    const Error form = error_of(how);
    const Guard& guard = how.guard_slope;
    const bool sigmoid = f(how, net_.depth()) == Activation::sigmoid,
               by_logs = form == Error::bernoulli || form == Error::categorical;
    const Real& last = how.twice ? pass->once : pass->s.back();
    // Where f' cancels, no digit is lost.
    const bool cancels = sigmoid && by_logs && !guard && how.times_added == 0,
               straight = cancels || (sigmoid && form == Error::bernoulli && !how.twice && guard.step > 0);
    Real e(h.rows, h.cols, unset), added(h.rows, how.times_added == 0 ? 0 : h.cols);
    for_rows(added.rows, [&](std::size_t q) {
        if (const ErrorRow* row = loss_of(how.added)) row->J(y->row(q), h.row(q), added.row(q));
    });
    for_rows(h.rows, [&](std::size_t q) {
        if (const ErrorRow* row = loss_of(form)) return void(row->J(y->row(q), h.row(q), e.row(q)));
        const double distance = form == Error::norm ? norm(y->row(q), h.row(q)) : 0;
        for (std::size_t i = 0; i < h.cols; ++i) {
            const double wanted = (*y)(q, i), found = h(q, i);
            double each = 0;
            if (form == Error::squared) each = wanted - found;
            if (form == Error::norm) each = distance == 0 ? 0 : (wanted - found) / distance;
            if (form == Error::absolute) each = wanted > found ? 1 : wanted < found ? -1 : 0;
            if (form == Error::categorical)
                each = wanted / guard.divisor_of(found, 1, Side::on);
            if (form == Error::bernoulli && !straight)
                each = wanted / guard.divisor_of(found, 1, Side::on) -
                       (1 - wanted) / guard.divisor_of(1 - found, 1, Side::off);
            if (cancels) each = form == Error::bernoulli ? wanted - found : wanted * (1 - found);
            if (straight && !cancels)
                each = guard.delta_of(wanted, found, 1 / (1 + exponential(last(q, i))));
            e(q, i) = each;
        }
    });
    for (std::size_t i = 0; i < added.values.size(); ++i) e.values[i] += how.times_added * added.values[i];
    if (rules.back.output_slope && !straight)
        e = through_output(rules, e, last, h);
    if (how.twice) e = through_output(rules, e, pass->s.back(), pass->once);
    if (rules.back.error_factor != 1)
        for (double& each : e.values) each *= rules.back.error_factor;
    return e;
}

/// Σ_i w_ij δ_i of the layer above layer l, or what is taken for it.
std::shared_ptr<const Real> Workings::carried(const Rules& rules, std::size_t l, Units units) {
    Key key{l, needed_by(What::delta, l + 1, rules, net_), units};
    key.rules.back.carry = rules.back.carry;
    key.rules.back.step = rules.back.step;
    key.rules.back.stepped_at = rules.back.stepped_at;
    key.rules.back.kernel = rules.back.kernel;
    return carried_.get(key, [&](const Key& of) {
        const Carry carry = of.rules.back.carry;
        const auto above = carry == Carry::error ? error_back(of.rules, l + 1)
                                                 : delta(of.rules, l + 1, all(l + 1));
        const bool turned = carry == Carry::turned_weights && is_square(net_, l + 1),
                   mirrored = turned || (carry == Carry::mirrored_weights && mirror(net_, l + 1) > 0);
        const std::size_t other = turned ? l + 1 : mirror(net_, l + 1);
        const std::size_t stepped = of.rules.back.stepped_at;
        if ((carry != Carry::gradient && carry != Carry::data_gradient && carry != Carry::stepped) ||
            (stepped != 0 && stepped != l + 1))
            return carried_through(of.rules, l, units, *above, mirrored ? W(other) : W(l + 1),
                                   mirrored);
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

/// δ of a hidden layer (delta-hidden, delta-sparse, dropout).
Real Workings::hidden_delta(const Rules& rules, std::size_t l, Units units) {
    // Softmax takes all of its units.
    if (f(rules.forward, l) == Activation::softmax && units.count < net_.units(l)) return columns(*delta(rules, l, all(l)), units);
    const bool softmax = f(rules.forward, l) == Activation::softmax;
    const auto sums = carried(rules, l, units), by_s = softmax ? nullptr : slope(rules, l);
    const bool sparse_here = net_.sparse(l), masked_here = masked(c_, l);
    const Real shares = sparse_here ? sparsity(rules, l, units) : Real();
    const Real mask = masked_here ? backward_mask(c_, rules.forward, rules.back.mask, l) : Real();
    Real delta(sums->rows, sums->cols, unset);
    for_rows(delta.rows, [&](std::size_t q) {
        for (std::size_t i = 0; i < delta.cols; ++i) {
            const std::size_t j = units.first + i;
            const double sum = (*sums)(q, i) * (masked_here ? mask(q, j) : 1);
            delta(q, i) = sum * (softmax ? 1 : (*by_s)(q, j)) - (sparse_here ? shares(q, i) : 0);
        }
    });
    return softmax ? softmax_back(delta, forward(rules.forward)->h[l - 1], rules.forward.over_batch) : delta;
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
            const double g = -(*before)(q, k), mu = s(q, k), head = s(q, n + k);
            const double by_head = back.sample_by_head * deviation_slope(rules.forward.head, head) *
                                   noise(rules.forward.noise, q, k);
            double by_mean = back.code.mean * mu, by_log = divergence_slope(back.code, head);
            if (const CodeRow* row = back.code.form == 0 ? nullptr : &codes()[back.code.form - 1]) {
                by_mean = back.code.mean * row->by_mean(mu, head);
                by_log = back.code.mean * row->by_log(mu, head);
            }
            const double counts = back.code.weight * of_latent(back.code, k);
            delta(q, k) = -(g + counts * by_mean);
            delta(q, n + k) = -(g * by_head + counts * by_log);
        }
    return delta;
}

}  // namespace autoencoder::diagnosis
