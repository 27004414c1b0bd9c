// Measuring: terms against terms, gradients against difference quotients, and the table of all checks.
#include "lecture/proof.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "autoencoder/error.hpp"
#include "autoencoder/parallel.hpp"

namespace autoencoder {
namespace lecture {
namespace {

/// The larger one, where NaN is larger than any number.
double worse(double a, double b) { return std::isnan(a) || b <= a ? a : b; }

double derivative_error(const Example& example, const Value& value, const Derivative& derivative) {
    const Layout blocks = layout(example.network);
    GradientCheckOptions options;
    options.zero_blocks = {"W2", "b2"};  // what comes later has no say in it
    Buffer<double> gradient(blocks.size);
    const View<double> by_W = matrix<double>(gradient, blocks.find("W1"));
    const std::span<double> by_b = part<double>(gradient, blocks.find("b1"));
    for (size_t j = 0; j < by_W.rows; ++j) {
        for (size_t k = 0; k < by_W.cols; ++k) by_W(j, k) = derivative(j, k);
        by_b[j] = derivative(j, by_W.cols);
    }
    Example moved = example;
    const Objective<double> at = [&](std::span<const double> theta, std::span<double>) {
        std::copy(theta.begin(), theta.end(), moved.theta.begin());
        return value(moved);
    };
    const Buffer<double> quotients = difference_quotients(at, example.theta, blocks, options);
    return gradient_error(compare_gradients(gradient, quotients, blocks, options));
}

}  // namespace

std::unique_ptr<Lecture> right(const Example& example) {
    return std::make_unique<Lecture>(example);
}

std::unique_ptr<Lecture> evaluated(const Example& example, Formulas formulas) {
    std::unique_ptr<Lecture> lecture = formulas(example);
    lecture->evaluate();
    return lecture;
}

Terms lecture_terms(const Example& example, Formulas formulas) {
    return std::move(evaluated(example, formulas)->t);
}

Objective<double> lecture_cost(const Example& example, Formulas formulas) {
    return [at = example, formulas](std::span<const double> theta, std::span<double>) mutable {
        std::copy(theta.begin(), theta.end(), at.theta.begin());
        const std::unique_ptr<Lecture> lecture = formulas(at);
        lecture->evaluate_cost();
        return lecture->t.cost.total();
    };
}

double relative_difference(std::span<const double> a, std::span<const double> b) {
    require(a.size() == b.size(), "relative_difference: the vectors differ in size");
    double distance = 0, a_norm = 0, b_norm = 0;
    for (size_t i = 0; i < a.size(); ++i) {
        distance += (a[i] - b[i]) * (a[i] - b[i]);
        a_norm += a[i] * a[i];
        b_norm += b[i] * b[i];
    }
    const double size = std::sqrt(a_norm) + std::sqrt(b_norm);
    return size == 0 ? 0 : std::sqrt(distance) / size;
}

double terms_difference(const Layout& layout, const Terms& a, const Terms& b) {
    double largest = 0;
    const auto compare = [&](std::span<const double> u, std::span<const double> v) {
        largest = worse(largest, relative_difference(u, v));
    };
    const auto compare_numbers = [&](double u, double v) { compare({&u, 1}, {&v, 1}); };
    for (size_t l = 0; l < a.s.size(); ++l) {
        compare(a.s[l].values, b.s[l].values);
        compare(a.h[l].values, b.h[l].values);
        compare(a.delta[l].values, b.delta[l].values);
        compare(a.rho[l], b.rho[l]);
        compare(a.kl[l], b.kl[l]);
    }
    compare(a.pattern_cost, b.pattern_cost);
    compare_numbers(a.cost.data, b.cost.data);
    compare_numbers(a.cost.weight_penalty, b.cost.weight_penalty);
    compare_numbers(a.cost.sparsity, b.cost.sparsity);
    compare_numbers(a.cost.kl, b.cost.kl);
    for (const Block& block : layout.blocks)
        compare(part<const double>(a.gradient, block), part<const double>(b.gradient, block));
    return largest;
}

double gradient_error(const GradientCheck& check) {
    const bool failed_otherwise = !check.passed && check.largest_error <= gradient_tolerance;
    return failed_otherwise ? 1 : check.largest_error;
}

void Findings::found(size_t parameters, double error, double tolerance) {
    result_.parameters += parameters;
    result_.error = worse(result_.error, error);
    result_.passed = result_.passed && error <= tolerance;
}

void Findings::twin_found(double error, double tolerance) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    if (std::isnan(error)) error = infinity;
    result_.twin_error = twins_++ == 0 || error < result_.twin_error ? error : result_.twin_error;
    result_.twin_caught = result_.twin_caught && error > tolerance;
}

void Findings::derivative(const Example& example, const Value& value,
                          const Derivative& derivative) {
    found(layout(example.network).parameters(), derivative_error(example, value, derivative),
          gradient_tolerance);
}

void Findings::twin_derivative(const Example& example, const Value& value,
                               const Derivative& derivative) {
    if (example.patterns() == 1) return;
    twin_found(derivative_error(example, value, derivative), gradient_tolerance);
}

CheckResult Findings::result() const {
    CheckResult result = result_;
    result.passed = result.passed && result.parameters > 0;
    result.twin_caught = result.twin_caught && twins_ > 0;
    return result;
}

void examine(Findings& findings, const Example& example, Formulas twin, Shows shows) {
    const Layout blocks = layout(example.network);
    GradientCheckOptions options;
    options.nearest_kink = nearest_kink(example);
    const auto error = [&](std::span<const double> gradient, std::span<const double> quotients) {
        return gradient_error(compare_gradients(gradient, quotients, blocks, options));
    };
    const Objective<double> J = production_objective(example);
    const Buffer<double> quotients = difference_quotients(J, example.theta, blocks, options);
    Buffer<double> gradient(example.theta.size());
    J(example.theta, gradient);
    const Terms terms = production_terms(example);
    findings.found(blocks.parameters(), error(gradient, quotients), gradient_tolerance);
    findings.found(0, terms_difference(blocks, terms, lecture_terms(example)), term_tolerance);

    if (shows == Shows::nowhere || example.patterns() == 1) return;
    const Terms mistaken = lecture_terms(example, twin);
    if (shows == Shows::in_terms) {
        findings.twin_found(terms_difference(blocks, terms, mistaken), term_tolerance);
    } else if (shows == Shows::in_gradient) {
        findings.twin_found(error(mistaken.gradient, quotients), gradient_tolerance);
    } else {
        const Buffer<double> wrong =
            difference_quotients(lecture_cost(example, twin), example.theta, blocks, options);
        findings.twin_found(error(gradient, wrong), gradient_tolerance);
    }
}

CheckResult examine_all(const std::vector<Example>& examples, Formulas twin, Shows shows) {
    Findings findings;
    for (const Example& example : examples) examine(findings, example, twin, shows);
    return findings.result();
}

}  // namespace lecture

std::span<const Check> all_checks() {
    static const std::vector<Check> table = [] {
        using namespace lecture;
        std::vector<Check> all;
        for (const std::span<const Check> chapter :
             {shallow_checks(), weight_penalty_checks(), sparse_coding_checks(),
              sparse_delta_checks(), dropout_checks(), code_checks(), stage_checks(),
              classifier_checks(), denoising_checks(), convolution_checks(), variational_checks()})
            all.insert(all.end(), chapter.begin(), chapter.end());
        return all;
    }();
    return table;
}

CheckResult run(const Check& check) {
    const lecture::OneThread alone;
    return check.work();
}

std::vector<CheckResult> run(std::span<const Check* const> checks) {
    const std::size_t threads = kernels::threads();
    const lecture::OneThread alone;
    std::vector<CheckResult> results(checks.size());
    for_pieces(checks.size(), threads, true,
               [&](std::size_t i) { results[i] = checks[i]->work(); });
    return results;
}

std::optional<CheckResult> run(const Check& check, Activation f) {
    lecture::Taking taking(f);
    const CheckResult result = run(check);
    return taking.taken ? std::optional(result) : std::nullopt;
}

}  // namespace autoencoder
