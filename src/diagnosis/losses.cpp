// J^q of a pattern, with −∂J/∂ŷ.
#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "autoencoder/report.hpp"
#include "diagnosis/functions.hpp"

namespace autoencoder::diagnosis {
namespace {

double sign(double x) { return double((x > 0) - (x < 0)); }

/// A sum over the outputs of a function of y and ŷ, with its derivative by ŷ.
template <class J, class Slope>
ErrorRow each(const std::string& words, Output of, const J& value, const Slope& slope) {
    return {words, of, [=](Row y, Row found, std::span<double> e) {
                double sum = 0;
                for (std::size_t i = 0; i < y.size(); ++i) {
                    sum += value(y[i], found[i]);
                    e[i] = -slope(y[i], found[i]);
                }
                return sum;
            }};
}

double logit(double p) { return std::log(p) - std::log(1 - p); }
double bernoulli(double y, double p) {
    return -(y == 0 ? 0 : y * std::log(p)) - (y == 1 ? 0 : (1 - y) * std::log(1 - p));
}
double bernoulli_slope(double y, double p) { return (p - y) / (p * (1 - p)); }

/// Of the error alone.
void add_of_error(std::vector<ErrorRow>& all) {
    const auto add = [&](const std::string& words, const auto& f, const auto& slope) {
        all.push_back(each(words, Output::units, [=](double y, double p) { return f(p - y); },
                           [=](double y, double p) { return slope(p - y); }));
    };
    for (const double d : {1.0, 0.1, 0.01, 0.05, 0.2, 0.25, 0.3, 0.5, 1.345, 1.5, 2.0}) {
        const std::string name = rounded(d, 4);
        add("the Huber loss, squares up to " + name + ",",
            [=](double x) { return std::abs(x) <= d ? x * x / 2 : d * (std::abs(x) - d / 2); },
            [=](double x) { return std::clamp(x, -d, d); });
        all.back().least_error = d;
        if (d != 1)
            add("smooth L1, squares up to " + name + ",",
                [=](double x) { return std::abs(x) <= d ? x * x / (2 * d) : std::abs(x) - d / 2; },
                [=](double x) { return std::clamp(x / d, -1.0, 1.0); });
        all.back().least_error = d;
    }
    add("log cosh of the error", [](double x) { return std::abs(x) + std::log1p(std::exp(-2 * std::abs(x))) - std::numbers::ln2; },
        [](double x) { return std::tanh(x); });
    add("the fourth power of the error, by 4,", [](double x) { return x * x * x * x / 4; },
        [](double x) { return x * x * x; });
    add("the third power of the error, by 3,", [](double x) { return std::abs(x * x * x) / 3; },
        [](double x) { return std::abs(x) * x; });
    add("√|error|", [](double x) { return std::sqrt(std::abs(x)); },
        [](double x) { return x == 0 ? 0 : sign(x) / (2 * std::sqrt(std::abs(x))); });
    add("½ log(1 + error²)", [](double x) { return std::log1p(x * x) / 2; },
        [](double x) { return x / (1 + x * x); });
    add("√(1 + error²) − 1", [](double x) { return std::sqrt(1 + x * x) - 1; },
        [](double x) { return x / std::sqrt(1 + x * x); });
    for (const double epsilon : {1e-3, 1e-6, 1e-8})
        add("√(error² + " + rounded(epsilon, 1) + "²)", [=](double x) { return std::hypot(x, epsilon); },
            [=](double x) { return x / std::hypot(x, epsilon); });
    add("the squared error, half of it where ŷ is too large,", [](double x) { return (x > 0 ? 0.25 : 0.5) * x * x; },
        [](double x) { return (x > 0 ? 0.5 : 1) * x; });
    for (const double tau : {0.1, 0.25, 0.75, 0.9})
        add("the quantile loss at " + rounded(tau, 2), [=](double x) { return x > 0 ? (1 - tau) * x : -tau * x; },
            [=](double x) { return x > 0 ? 1 - tau : x < 0 ? -tau : 0; });
    for (const double width : {0.1, 0.05, 0.01})
        add("what of |error| is beyond " + rounded(width, 2), [=](double x) { return std::max(std::abs(x) - width, 0.0); },
            [=](double x) { return std::abs(x) > width ? sign(x) : 0; });
    add("the error itself, with its sign,", [](double x) { return x; }, [](double) { return 1; });
}

/// Of both, number by number.
void add_of_both(std::vector<ErrorRow>& all) {
    const auto add = [&](const std::string& words, Output of, const auto& f, const auto& slope) {
        all.push_back(each(words, of, f, slope));
    };
    add("the first term of the cross-entropy alone, −y log ŷ,", Output::share, [](double y, double p) { return -y * std::log(p); },
        [](double y, double p) { return -y / p; });
    add("half the squared error", Output::any, [](double y, double p) { return (p - y) * (p - y) / 2; },
        [](double y, double p) { return p - y; });
    add("the absolute error", Output::any, [](double y, double p) { return std::abs(p - y); },
        [](double y, double p) { return sign(p - y); });
    add("the cross-entropy", Output::share, bernoulli, bernoulli_slope);
    const auto margin = [](double y, double p) { return 1 - (2 * y - 1) * (2 * p - 1); };
    add("the hinge loss of 2y − 1 and 2ŷ − 1", Output::any, [=](double y, double p) { return std::max(margin(y, p), 0.0); },
        [=](double y, double p) { return margin(y, p) > 0 ? -2 * (2 * y - 1) : 0; });
    add("the hinge loss of 2y − 1 and ŷ", Output::any,
        [](double y, double p) { return std::max(1 - (2 * y - 1) * p, 0.0); },
        [](double y, double p) { return 1 - (2 * y - 1) * p > 0 ? 1 - 2 * y : 0; });
    add("the squared hinge loss of 2y − 1 and 2ŷ − 1", Output::any,
        [=](double y, double p) { return std::pow(std::max(margin(y, p), 0.0), 2); },
        [=](double y, double p) { return -4 * (2 * y - 1) * std::max(margin(y, p), 0.0); });
    add("−y ŷ, without a logarithm,", Output::any, [](double y, double p) { return -y * p; }, [](double y, double) { return -y; });
    add("1 − ŷ of the class", Output::classes, [](double y, double p) { return y * (1 - p); }, [](double y, double) { return -y; });
    add("the squared error relative to y", Output::any,
        [](double y, double p) { return (p - y) * (p - y) / (2 * y); }, [](double y, double p) { return (p - y) / y; });
    add("the squared error relative to y²", Output::any,
        [](double y, double p) { return (p - y) * (p - y) / (2 * y * y); },
        [](double y, double p) { return (p - y) / (y * y); });
    add("the absolute error relative to y", Output::any, [](double y, double p) { return std::abs((p - y) / y); },
        [](double y, double p) { return sign(p - y) / std::abs(y); });
    add("the squared error of logarithms, of 1 + ŷ and 1 + y,", Output::positive,
        [](double y, double p) { return std::pow(std::log1p(p) - std::log1p(y), 2) / 2; },
        [](double y, double p) { return (std::log1p(p) - std::log1p(y)) / (1 + p); });
    add("the squared error of logarithms, of ŷ and y,", Output::positive,
        [](double y, double p) { return std::pow(std::log(p) - std::log(y), 2) / 2; },
        [](double y, double p) { return (std::log(p) - std::log(y)) / p; });
    add("Poisson's ŷ − y log ŷ", Output::positive, [](double y, double p) { return p - y * std::log(p); },
        [](double y, double p) { return 1 - y / p; });
    add("the generalised divergence y log(y/ŷ) − y + ŷ", Output::positive,
        [](double y, double p) { return (y == 0 ? 0 : y * std::log(y / p)) - y + p; },
        [](double y, double p) { return 1 - y / p; });
    add("Poisson's e^ŷ − y ŷ", Output::any, [](double y, double p) { return std::exp(p) - y * p; },
        [](double y, double p) { return std::exp(p) - y; });
    add("Hellinger's ½ (√ŷ − √y)²", Output::positive,
        [](double y, double p) { return std::pow(std::sqrt(p) - std::sqrt(y), 2) / 2; },
        [](double y, double p) { return (std::sqrt(p) - std::sqrt(y)) / (2 * std::sqrt(p)); });
    add("the divergence of Itakura and Saito", Output::positive,
        [](double y, double p) { return y / p - std::log(y / p) - 1; },
        [](double y, double p) { return 1 / p - y / (p * p); });
    add("the cross-entropy with y and ŷ exchanged", Output::share, [](double y, double p) { return bernoulli(p, y); },
        [](double y, double) { return -logit(y); });
    add("the divergence KL(ŷ‖y)", Output::share, [](double y, double p) { return bernoulli(p, y) - bernoulli(p, p); },
        [](double y, double p) { return logit(p) - logit(y); });
    add("the cross-entropy with a minus before its second term", Output::share,
        [](double y, double p) { return -y * std::log(p) + (1 - y) * std::log(1 - p); },
        [](double y, double p) { return -y / p - (1 - y) / (1 - p); });
    add("the second term of the cross-entropy alone", Output::share,
        [](double y, double p) { return -(1 - y) * std::log(1 - p); }, [](double y, double p) { return (1 - y) / (1 - p); });
    for (const double times : {1.0, 2.0})  // of the squared error
        add(std::string("the cross-entropy and ") + (times == 1 ? "half " : "") + "the squared error together", Output::share,
            [=](double y, double p) { return bernoulli(y, p) + times * (p - y) * (p - y) / 2; },
            [=](double y, double p) { return bernoulli_slope(y, p) + times * (p - y); });
    add("the absolute and half the squared error together", Output::any,
        [](double y, double p) { return std::abs(p - y) + (p - y) * (p - y) / 2; },
        [](double y, double p) { return sign(p - y) + p - y; });
    for (const double gamma : {2.0, 1.0, 0.5, 5.0}) {
        const auto term = [=](double p) { return -std::pow(1 - p, gamma) * std::log(p); };
        const auto slope = [=](double p) {
            return gamma * std::pow(1 - p, gamma - 1) * std::log(p) - std::pow(1 - p, gamma) / p;
        };
        add("the focal loss, of γ = " + rounded(gamma, 2) + ",", Output::share,
            [=](double y, double p) { return y * term(p) + (1 - y) * term(1 - p); },
            [=](double y, double p) { return y * slope(p) - (1 - y) * slope(1 - p); });
        add("the focal loss of classes, of γ = " + rounded(gamma, 2) + ",", Output::classes,
            [=](double y, double p) { return y * term(p); }, [=](double y, double p) { return y * slope(p); });
    }
    for (const double times : {0.1, -0.1, 0.01, -0.01, 1.0, -1.0})
        for (const bool classes : {true, false}) {
            const auto entropy = [=](double p) { return -p * std::log(p) - (classes ? 0 : (1 - p) * std::log(1 - p)); };
            add("the cross-entropy with " + rounded(times, 2) + " times the output's entropy", classes ? Output::classes : Output::share,
                [=](double y, double p) { return (classes ? -y * std::log(p) : bernoulli(y, p)) + times * entropy(p); },
                [=](double y, double p) {
                    return (classes ? -y / p : bernoulli_slope(y, p)) - times * (classes ? std::log(p) + 1 : logit(p));
                });
        }
}

/// Of whole patterns.
void add_of_patterns(std::vector<ErrorRow>& all) {
    const auto inner = [](Row a, Row b) {
        double sum = 0;
        for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
        return sum;
    };
    all.push_back({"1 less the cosine of ŷ and y", Output::any, [=](Row y, Row p, std::span<double> e) {
                       const double yp = inner(y, p), yy = inner(y, y), pp = inner(p, p), length = std::sqrt(yy * pp);
                       for (std::size_t i = 0; i < e.size(); ++i) e[i] = y[i] / length - yp / length * p[i] / pp;
                       return 1 - yp / length;
                   }});
    all.push_back({"half the square of the summed error", Output::units, [](Row y, Row p, std::span<double> e) {
                       double sum = 0;
                       for (std::size_t i = 0; i < e.size(); ++i) sum += p[i] - y[i];
                       std::ranges::fill(e, -sum);
                       return sum * sum / 2;
                   }});
    all.push_back({"the largest error", Output::any, [](Row y, Row p, std::span<double> e) {
                       std::size_t at = 0;
                       for (std::size_t i = 0; i < e.size(); ++i)
                           if (std::abs(p[i] - y[i]) > std::abs(p[at] - y[at])) at = i;
                       std::ranges::fill(e, 0);
                       e[at] = -sign(p[at] - y[at]);
                       return std::abs(p[at] - y[at]);
                   }});
    all.push_back({"the squared error relative to Σ y²", Output::any, [=](Row y, Row p, std::span<double> e) {
                       const double size = inner(y, y);
                       double sum = 0;
                       for (std::size_t i = 0; i < e.size(); ++i) {
                           e[i] = (y[i] - p[i]) / size;
                           sum += (y[i] - p[i]) * (y[i] - p[i]) / (2 * size);
                       }
                       return sum;
                   }});
    for (const bool squares : {false, true})
        all.push_back({std::string("Dice's 1 − 2 Σ y ŷ/") + (squares ? "(Σ y² + Σ ŷ²)" : "(Σ y + Σ ŷ)"), Output::any,
                       [=](Row y, Row p, std::span<double> e) {
                           const double yp = inner(y, p);
                           double all_of = 0;
                           for (std::size_t i = 0; i < e.size(); ++i)
                               all_of += squares ? y[i] * y[i] + p[i] * p[i] : y[i] + p[i];
                           for (std::size_t i = 0; i < e.size(); ++i)
                               e[i] = 2 * y[i] / all_of - 2 * yp / (all_of * all_of) * (squares ? 2 * p[i] : 1);
                           return 1 - 2 * yp / all_of;
                       }});
}

/// Of the net inputs of classes, which no softmax has gone over.
void add_of_scores(std::vector<ErrorRow>& all) {
    for (const bool squared : {false, true})
        for (const bool mean : {false, true})
            all.push_back({std::string(squared ? "the squared" : "the") + " hinge loss of s" + (mean ? ", divided by the number of classes," : ""),
                           Output::scores, [=](Row y, Row s, std::span<double> e) {
                               const double times = mean ? 1 / double(y.size()) : 1;
                               const std::size_t right = std::size_t(std::ranges::max_element(y) - y.begin());
                               double sum = 0;
                               std::ranges::fill(e, 0);
                               for (std::size_t i = 0; i < y.size(); ++i) {
                                   const double over = s[i] - s[right] + 1;
                                   if (i == right || over <= 0) continue;
                                   sum += times * (squared ? over * over : over);
                                   const double slope = times * (squared ? 2 * over : 1);
                                   e[i] -= slope;
                                   e[right] += slope;
                               }
                               return sum;
                           }});
}

}  // namespace

std::span<const ErrorRow> losses() {
    static const std::vector<ErrorRow> all = [] {
        std::vector<ErrorRow> list;
        add_of_both(list);
        add_of_error(list);
        add_of_patterns(list);
        add_of_scores(list);
        return list;
    }();
    return all;
}

}  // namespace autoencoder::diagnosis
