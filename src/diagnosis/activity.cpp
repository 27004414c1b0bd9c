#include "diagnosis/activity.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "diagnosis/functions.hpp"
#include "lecture/lecture.hpp"

namespace autoencoder::diagnosis {
namespace {

/// Element by element: result_i = after(e^{before(s_i)}, s_i).
template <class Before, class After>
Real by_exponential(const Real& s, const Before& before, const After& after) {
    Real result(s.rows, s.cols, unset);
    for_rows(s.rows, [&](std::size_t q) {
        const std::span<const double> from = s.row(q);
        const std::span<double> to = result.row(q);
        for (std::size_t j = 0; j < s.cols; ++j) to[j] = before(from[j]);
        kernels::current().real64.map(kernels::Function::exp, to.data(), to.data(), s.cols);
        for (std::size_t j = 0; j < s.cols; ++j) to[j] = after(to[j], from[j]);
    });
    return result;
}

double minus_size(double s) { return -std::abs(s); }

}  // namespace

Real activity(Activation f, const Real& s) {
    if (f == Activation::sigmoid)
        return by_exponential(
            s, [](double x) { return -x; }, [](double e, double) { return 1 / (1 + e); });
    if (f == Activation::tanh)
        return by_exponential(
            s, [](double x) { return 2 * x; }, [](double e, double) { return 1 - 2 / (1 + e); });
    Real h = s;
    for (double& each : h.values) each = lecture::f(f, each).value;
    return h;
}

Real derivative(Activation f, const Real& s) {
    if (f == Activation::sigmoid)
        return by_exponential(s, minus_size,
                              [](double e, double) { return e / ((1 + e) * (1 + e)); });
    if (f == Activation::tanh)
        return by_exponential(
            s, [](double x) { return -2 * std::abs(x); },
            [](double e, double) { return 4 * e / ((1 + e) * (1 + e)); });
    Real slope = s;
    for (double& each : slope.values) each = lecture::f_slope(f, each).value;
    return slope;
}

Real derivative(Activation f, Slope how, double leak, const Real& s, const Real& h) {
    const bool is_tanh = f == Activation::tanh, is_sigmoid = f == Activation::sigmoid;
    constexpr double a = 1.7159, b = 2.0 / 3;  // a tanh(b s), LeCun et al. 1998
    if (const Taken* taken = taken_for(how)) {
        Real slope = s;
        for (std::size_t i = 0; i < s.values.size(); ++i) slope.values[i] = taken->of(s.values[i], h.values[i]);
        return slope;
    }
    if (how == Slope::at_activation) return derivative(f, h);
    if (how == Slope::lecun_by_s && is_tanh) {
        Real bs = s;
        for (double& each : bs.values) each *= b;
        Real slope = derivative(f, bs);
        for (double& each : slope.values) each *= a * b;
        return slope;
    }
    Real slope = derivative(f, s);
    if (how == Slope::right && f != Activation::relu) return slope;
    for (std::size_t i = 0; i < s.values.size(); ++i) {
        const double s_i = s.values[i], h_i = h.values[i];
        if (how == Slope::of_net_input && is_sigmoid) slope.values[i] = s_i * (1 - s_i);
        if (how == Slope::of_net_input && is_tanh) slope.values[i] = 1 - s_i * s_i;
        if (f == Activation::relu && !(s_i > 0)) slope.values[i] = leak;
        if (how == Slope::of_sigmoid) slope.values[i] = h_i * (1 - h_i);
        if (how == Slope::of_tanh) slope.values[i] = 1 - h_i * h_i;
        if (how == Slope::lecun_by_h && is_tanh) slope.values[i] = b / a * (a - h_i) * (a + h_i);
    }
    return slope;
}

Real transposed(const Real& values) {
    Real result(values.cols, values.rows, unset);
    for (std::size_t i = 0; i < values.rows; ++i)
        for (std::size_t j = 0; j < values.cols; ++j) result(j, i) = values(i, j);
    return result;
}

namespace {

/// As one row.
Real in_a_row(Real values) {
    values.cols *= std::exchange(values.rows, 1);
    return values;
}
Real in_rows(Real row, const Real& like) {
    row.rows = like.rows, row.cols = like.cols;
    return row;
}

}  // namespace

Real softmax(const Real& s, SoftmaxOver over) {
    if (over == SoftmaxOver::patterns) return transposed(softmax(transposed(s)));
    if (over == SoftmaxOver::everything) return in_rows(softmax(in_a_row(s)), s);
    Real h(s.rows, s.cols, unset);
    for (std::size_t q = 0; q < s.rows; ++q) {
        const auto row = s.row(q);
        const double largest = *std::max_element(row.begin(), row.end());
        double total = 0;
        for (std::size_t c = 0; c < s.cols; ++c) total += h(q, c) = exponential(row[c] - largest);
        for (double& each : h.row(q)) each /= total;
    }
    return h;
}

Real softmax_back(const Real& e, const Real& h, SoftmaxOver over) {
    if (over == SoftmaxOver::patterns) return transposed(softmax_back(transposed(e), transposed(h)));
    if (over == SoftmaxOver::everything) return in_rows(softmax_back(in_a_row(e), in_a_row(h)), h);
    Real result(e.rows, e.cols, unset);
    for (std::size_t q = 0; q < e.rows; ++q) {
        double sum = 0;
        for (std::size_t c = 0; c < e.cols; ++c) sum += h(q, c) * e(q, c);
        for (std::size_t c = 0; c < e.cols; ++c) result(q, c) = h(q, c) * (e(q, c) - sum);
    }
    return result;
}

double norm(std::span<const double> a, std::span<const double> b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
    return std::sqrt(sum);
}

double log_of_sum(std::span<const double> s) {
    const double largest = *std::max_element(s.begin(), s.end());
    double total = 0;
    for (const double each : s) total += exponential(each - largest);
    return largest + logarithm(total);
}

Real softplus(const Real& s) {
    return by_exponential(s, minus_size, [](double e, double x) {
        return std::max(x, 0.0) + (e < 1e-5 ? e - e * e / 2 : logarithm(1 + e));
    });
}

}  // namespace autoencoder::diagnosis
