// First-order steps: one gradient, one step, element by element. And schedules for the learning
// rate.
#include <string>

#include "autoencoder/elementwise.hpp"
#include "autoencoder/error.hpp"
#include "autoencoder/optimize.hpp"

namespace autoencoder {
namespace {

constexpr std::size_t grain = 1 << 15;

void check(const char* who, std::size_t theta, std::size_t gradient, double learning_rate) {
    require(theta == gradient, [&] {
        return std::string(who) + ": θ has " + std::to_string(theta) + " elements, its gradient " +
               std::to_string(gradient);
    });
    require(learning_rate >= 0, [&] {
        return std::string(who) + ": learning_rate is " + std::to_string(learning_rate) +
               ", expected 0 or more";
    });
}

/// Makes what an optimiser remembers, by the first step, as long as θ.
template <class T>
void prepare(const char* who, Buffer<T>& memory, std::size_t size) {
    if (memory.size() == 0) memory = Buffer<T>(size);
    require(memory.size() == size, [&] {
        return std::string(who) + ": the state has " + std::to_string(memory.size()) +
               " elements, θ " + std::to_string(size);
    });
}

void check_decay(const char* what, double x) {
    require(0 <= x && x < 1, [&] {
        return std::string(what) + " is " + std::to_string(x) +
               ", expected 0 or more and less than 1";
    });
}

/// xⁿ by squaring: the same bits everywhere, unlike std::pow.
double power(double x, std::size_t n) {
    double result = 1;
    for (; n > 0; n /= 2, x = x * x) {
        if (n % 2 == 1) result = result * x;
    }
    return result;
}

/// ½ (1 + cos πx) for 0 ≤ x ≤ 1.
/// Method: 1 − sin²(πx/2) up to x = ½, and beyond it by symmetry; the sine is its Taylor series to
/// the 17th power. Accuracy: an error below 3e-16, of which the series has 1e-19.
double half_cosine(double x) {
    if (x > 0.5) return 1 - half_cosine(1 - x);
    const double u = 1.5707963267948966 * x;
    double series = 1;
    for (int k = 16; k >= 2; k -= 2) series = 1 - series * u * u / (k * (k + 1));
    return 1 - u * series * (u * series);
}

}  // namespace

template <class T>
void Sgd<T>::step(std::span<T> theta, std::span<const T> gradient) const {
    check("SGD", theta.size(), gradient.size(), learning_rate);
    blend<T>(T(-learning_rate), gradient, 1, theta);
}

template <class T>
void Momentum<T>::step(std::span<T> theta, std::span<const T> gradient) {
    check("momentum", theta.size(), gradient.size(), learning_rate);
    check_decay("momentum: μ", momentum);
    prepare("momentum", velocity, theta.size());
    const auto& table = kernels::current().table<T>();
    in_parallel(theta.size(), grain, [&](std::size_t begin, std::size_t end) {
        table.momentum(T(learning_rate), T(momentum), gradient.data() + begin,
                       velocity.data() + begin, theta.data() + begin, end - begin);
    });
}

template <class T>
void Adam<T>::step(std::span<T> theta, std::span<const T> gradient) {
    check("Adam", theta.size(), gradient.size(), learning_rate);
    check_decay("Adam: β₁", beta1);
    check_decay("Adam: β₂", beta2);
    require(T(epsilon) > 0, "Adam: ε is not positive");  // 0 / (0 + ε) wherever nothing happens
    prepare("Adam", mean, theta.size());
    prepare("Adam", square, theta.size());
    ++steps;
    const double correction1 = 1 - power(beta1, steps), correction2 = 1 - power(beta2, steps);
    const kernels::AdamStep constants{learning_rate, beta1,       beta2,
                                      epsilon,       correction1, correction2};
    const auto& table = kernels::current().table<T>();
    in_parallel(theta.size(), grain, [&](std::size_t begin, std::size_t end) {
        table.adam(constants, gradient.data() + begin, mean.data() + begin, square.data() + begin,
                   theta.data() + begin, end - begin);
    });
}

double learning_rate_factor(const Schedule& schedule, std::size_t time) {
    switch (schedule.decay) {
        case Decay::constant: return 1;
        case Decay::steps:
            require(schedule.every >= 1, "schedule: a step every 0 epochs, expected at least 1");
            return power(schedule.factor, time / schedule.every);
        case Decay::cosine:
            require(time <= schedule.length && schedule.length > 0,
                    "schedule: time " + std::to_string(time) + " is beyond the length " +
                        std::to_string(schedule.length));
            return half_cosine(double(time) / double(schedule.length));
    }
    return 1;
}

template struct Sgd<float>;
template struct Sgd<double>;
template struct Momentum<float>;
template struct Momentum<double>;
template struct Adam<float>;
template struct Adam<double>;

}  // namespace autoencoder
