// Backward: δ of the output.
#include <cmath>

#include "diagnosis/options.hpp"
#include "diagnosis/workings.hpp"

namespace autoencoder::diagnosis {

/// δ = (y − ŷ) f'(s) (delta-output), and for the cross-entropies y − ŷ, whose own 1/f' cancels f'.
Real Workings::output_delta(const Rules& rules) {
    const std::size_t L = net_.depth();
    const auto pass = forward(rules.forward);
    const auto y = target(rules);
    const Real& h = pass->h.back();
    if (has_other_error(rules.forward) && rules.back.error != ErrorBack::itself) return other_output_delta(rules);
    const bool squared_softmax =
        f(rules.forward, L) == Activation::softmax && rules.back.softmax_squared;
    const bool sparse_output = sparse(net_, rules.sparsity_slope.on_output, L);
    const bool sloped = net_.loss == Loss::squared_error && rules.back.output_slope;
    const auto by_s = sloped ? slope(rules, L) : nullptr;
    const Real shares = sparse_output ? sparsity(rules, L, all(L)) : Real();
    const bool squares_too = rules.back.of_activity == OfActivity::squares;
    const Real by_activity = squares_too && !sloped ? *slope(rules, L) : Real();
    Real delta(h.rows, h.cols, unset);
    for_rows(h.rows, [&](std::size_t q) {
        for (std::size_t i = 0; i < h.cols; ++i) {
            double factor = sloped ? (*by_s)(q, i) : 1;
            if (squared_softmax) factor = h(q, i) * (1 - h(q, i));
            delta(q, i) = rules.back.error_factor * share(rules.forward, q, i) * ((*y)(q, i) - h(q, i)) * factor;
            if (sparse_output) delta(q, i) -= shares(q, i);
            if (squares_too) delta(q, i) -= of_activity(rules, L, h(q, i)) * (sloped ? factor : by_activity(q, i));
        }
    });
    if (rules.back.error != ErrorBack::own) change_error(rules, *y, delta);
    return delta;
}

/// −∂J^q/∂s of a last f that is taken at s, where −∂J^q/∂h is e.
Real Workings::through_output(const Rules& rules, Real e, const Real& s, const Real& h) const {
    const Activation f_L = f(rules.forward, net_.depth());
    if (f_L == Activation::softmax)
        return each(softmax_back(e, h, rules.forward.softmax_over), [&](double x) { return x / rules.forward.temperature; });
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

/// Another error than y − ŷ goes back.
void Workings::change_error(const Rules& rules, const Real& y, Real& delta) {
    const std::size_t L = net_.depth();
    const Real& h = forward(rules.forward)->h[L - 1];
    const ErrorBack how = rules.back.error;
    const bool sloped = how == ErrorBack::times_slope ||
                        (net_.loss == Loss::squared_error && rules.back.output_slope && how != ErrorBack::times_output);
    const bool softmax = net_.layer(L).activation == Activation::softmax;
    const auto by_s = sloped || (how == ErrorBack::of_output && !softmax) ? slope(rules, L) : nullptr;
    double mean = 0;
    for (std::size_t i = 0; i < h.values.size(); ++i) mean -= std::pow(y.values[i] - h.values[i], 2) / double(h.values.size());
    for (std::size_t q = 0; q < h.rows; ++q) {
        const double of_pattern = -std::pow(norm(y.row(q), h.row(q)), 2) / 2;
        const auto chosen = std::size_t(std::ranges::max_element(h.row(q)) - h.row(q).begin());
        for (std::size_t i = 0; i < h.cols; ++i) {
            double error = y(q, i) - h(q, i);
            if (how == ErrorBack::square) error *= error;
            if (how == ErrorBack::of_output) error = softmax ? y(q, i) / h(q, i) : error / (*by_s)(q, i);
            if (how == ErrorBack::of_choice) error = y(q, i) - double(i == chosen);
            if (how == ErrorBack::of_cut) error = y(q, i) - double(h(q, i) > 0.5);
            if (how == ErrorBack::of_pattern) error = of_pattern;
            if (how == ErrorBack::mean) error = mean;
            if (how == ErrorBack::times_output) error *= h(q, i);
            const double y_slope = net_.layer(L).activation == Activation::tanh ? 1 - y(q, i) * y(q, i) : y(q, i) * (1 - y(q, i));
            delta(q, i) = rules.back.error_factor * error * (how == ErrorBack::slope_of_target ? y_slope : sloped ? (*by_s)(q, i) : 1);
        }
    }
}

}  // namespace autoencoder::diagnosis
